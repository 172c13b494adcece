"""What a report leads with: never harm as praise, harm first among the things to try, each at its own moment."""

import re
from dataclasses import replace

import pytest

from simulator.customer.scenario import list_scenarios, load_scenario
from simulator.errors import InputError
from simulator.scoring.better import better_wording, slots_of
from simulator.scoring.case.seen import HARMS
from simulator.scoring.coaching import is_about_harm, strengths, to_try_next
from simulator.scoring.document import to_contract
from simulator.scoring.rubric import list_rubrics, load_rubric
from tests.scoring.made_call import SOFA, MadeCall, bad_call, good_call

pytestmark = pytest.mark.unit
STORY = {
    **SOFA,
    "company": "Larch Home",
    "facts": {
        "no_sofa": {"text": "The sofa was due on Tuesday.", "said": ["so you waited on tuesday and nothing came"]},
        "day_off": {"text": "She took a day off.", "said": ["it cost a day", "you gave up a day's pay"]},
        "believed": {"text": "It was free.", "said": ["you thought it was free"], "mistaken": True},
    },
    "vents": [{"id": "where", "tells": ["no_sofa", "believed"]}, {"id": "day", "tells": ["day_off"]}],
}


def rude_call() -> MadeCall:
    call = MadeCall(scenario=STORY).trainee("hello larch home", "greeting").mood(70)
    call.customer("where is my sofa")
    call.trainee("look we are very busy that is not my fault", ("excuse", "that is not my fault")).mood(78)
    call.customer("i took a day off")
    call.trainee("you should have rung us then", "blame").mood(95)
    call.customer("this is a joke")
    call.trainee("oh shut up will you", "hostility").mood(97)
    call.customer("and what now")
    call.trainee("i do not know what to say to that").mood(97)
    return call.end("unresolved")


def test_praise_never_quotes_a_turn_that_did_harm():
    score = rude_call().score()
    harmful = [u.span for u in score.case.utterances if u.holds(HARMS)]
    praised = strengths(score)
    assert any(led.judged.criterion.id == "keeps-it-short" for led in praised) is False
    assert "keeps-it-short" in {j.criterion.id for j in score.criteria if j.status == "met"}
    assert all(each.span & span is None for led in praised for each in led.moment for span in harmful)


def test_what_to_try_begins_with_harm_and_shows_three_turns():
    score = rude_call().score()
    led = to_try_next(score)
    assert [is_about_harm(each.judged) for each in led] == [True, True, False]
    said = [" ".join(e.words for e in each.moment if e.track == "trainee") for each in led]
    assert said[0] == "you should have rung us then"  # the remark after which anger rose most
    assert len(set(said)) == 3


def test_without_harm_it_begins_with_what_cost_most():
    score = bad_call().score()
    calm = MadeCall().trainee("hello", "greeting").mood(70).customer("where is my sofa it was due on tuesday")
    calm.trainee("we will bring it on saturday then", "solution").mood(65).customer("and who pays for my day off")
    calm.trainee("i will have to ask about that").mood(65).customer("and my parents come on sunday")
    led = to_try_next(calm.trainee("all right then it is saturday").mood(60).end("unresolved").score())
    assert not any(is_about_harm(each.judged) for each in led)
    losses = [each.judged.of - each.judged.points for each in led]
    assert losses == sorted(losses, reverse=True)
    assert is_about_harm(to_try_next(score)[0].judged)


@pytest.mark.parametrize("call", [good_call, bad_call, rude_call])
def test_every_moment_is_in_the_document(call):
    output = to_contract(call().score(), measures_version="5")
    assert set(output.moments) == {*output.strengths, *output.next}
    assert len(output.next) <= 3


def case():
    call = MadeCall(scenario=STORY)
    call.customer("where is my sofa", purpose="vent").customer("i took a day off", purpose="vent")
    found = call.trainee("i see").end("unresolved").score().case
    lines = tuple(replace(line, id=f"vent:{id}/3") for line, id in zip(found.lines, ("where", "day"), strict=True))
    return replace(found, lines=lines)


def test_a_better_wording_says_what_this_customer_told():
    told = case()
    wordings = ["So {fact}, and {fact_2}.", "Nothing."]
    assert better_wording(wordings, told, at=told.duration) == (
        "So you gave up a day's pay, and you waited on Tuesday and nothing came."
    )
    assert better_wording(["{complaint}."], told, at=0) == "You waited on Tuesday and nothing came."


def test_what_the_customer_wrongly_believes_is_not_said_back():
    assert "free" not in better_wording(["{fact} {fact_2}", ""], case(), at=10**9)


def test_a_wording_with_a_slot_that_the_call_cannot_fill_gives_way():
    bare = good_call().score().case
    assert better_wording(["So {fact}.", "{goodwill}.", "Go on."], bare, at=0) == "Go on."


@pytest.mark.parametrize("name", list_rubrics())
def test_no_shipped_wording_tells_a_story_of_its_own(name):
    """What no slot fills must be true of every call: no days, sums or addresses."""
    for criterion in load_rubric(name).criteria:
        for wording in criterion.coaching.better:
            assert not re.search(r"Monday|Tuesday|Thursday|Saturday|[3-9]|depot|Priya|refund", wording)


@pytest.mark.parametrize("id", list_scenarios())
def test_every_slot_can_be_filled_in_some_way_by_every_scenario(id):
    """A fact that was told and an offer: a coach has something to say in every shipped case."""
    scenario = load_scenario(id).model_dump(mode="json")
    call = MadeCall(scenario=scenario).customer("it went wrong").trainee("i see")
    found = call.end("unresolved").score().case
    told = replace(found.lines[0], id=f"vent:{scenario['vents'][0]['id']}/1")
    found = replace(found, lines=(told,))
    said = better_wording(["I am sorry that {complaint}.", ""], found, at=found.duration)
    assert said.startswith("I am sorry that ")
    assert not re.search(r"\bi\b", said)


def test_a_slot_that_does_not_exist_is_named(tmp_path):
    path = tmp_path / "own.yaml"
    text = "id: own\nversion: '1'\ntitle: Own\nbase: practice\ncriteria:\n  - id: x\n    title: X\n    guidance: [L1]\n"
    text += "    dimension: listening\n    points: 1\n    judge: {rule: holds_kept}\n"
    text += "    coaching: {praise: a, advice: b, better: 'So {colour}.'}\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="no such slot: colour; there are: complaint"):
        load_rubric(path)


def test_slots_are_named():
    assert slots_of("{offer}, or {offer_2}?") == ("offer", "offer_2")
