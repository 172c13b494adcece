"""What the customer says next, and when."""

import pytest
from talking import Talk

from simulator.clock import Span, from_ms, from_seconds
from simulator.customer.caller import Caller
from simulator.customer.scenario import load_scenario
from simulator.events import Asked, DeadAir, HoldEnded, VoiceNoticed
from simulator.ports import HangUp, Say, Wait

pytestmark = pytest.mark.unit
SOFA = load_scenario("missing-sofa")
GREETING = ("good afternoon larch home", "greeting")
HEARD = (
    GREETING,
    ("so it was due on tuesday and nobody came that must be so frustrating", "reflection", "empathy"),
    ("nobody rang you and you lost a day please go on", "reflection", "open_question"),
)


def talk(*turns, story=SOFA, seed=1, **options):
    done = Talk(Caller(story, seed=seed, **options))
    for text, *acts in turns:
        done.trainee(text, *acts)
    return done


def purposes(done):
    return [line.purpose for line in done.lines]


def ask(caller, occasion, at=0):
    return caller.move(at, occasion, heard=None, acts=())


def test_an_inbound_caller_waits_for_the_greeting_and_asks_into_silence():
    caller = Caller(SOFA, seed=1)
    assert ask(caller, "opening") == Wait()
    span = Span(0, from_ms(5000))
    caller.notice(DeadAir(at=span.stop, span=span, level="count"))
    assert ask(caller, "silence").purpose == "hello"


def test_a_greeting_is_answered_with_the_story():
    done = talk(GREETING)
    assert purposes(done) == ["vent", "vent"]
    assert "Tuesday" in done.lines[0].text


QUESTIONS = ["order", "name", "address", "home-when", "stairs", "spoke-to", "what-want", "item"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_from_the_facts(question):
    done = talk(*HEARD, ("and what about that", "clarifying_question", f"ask:{question}"))
    assert done.lines[-1].id.startswith(f"answer:{question}/") or done.lines[-1].purpose == "vent"
    said = [line.id.split("/")[0] for line in done.lines]
    assert f"answer:{question}" in said


def test_asked_twice_is_answered_with_irritation():
    done = talk(
        *HEARD,
        ("your order number please", "clarifying_question", "ask:order"),
        ("right i have that", "acknowledgement"),
        ("the order number", "clarifying_question", "ask:order"),
    )
    assert purposes(done)[-2:] == ["asked_twice", "answer"]


@pytest.mark.parametrize(
    "act", ["hostility", "patronising", "dismissal", "contradiction", "blame", "excuse", "refusal"]
)
def test_a_harmful_act_is_answered_before_anything_else(act):
    done = talk(*HEARD, ("some words that hurt", act))
    assert purposes(done)[len(talk(*HEARD).lines)] == act


def test_the_worst_of_several_harmful_acts_is_answered():
    done = talk(GREETING, ("some words that hurt", "excuse", "hostility"))
    assert "hostility" in purposes(done)


def test_unclear_speech_gets_a_what_rather_than_a_wrong_reaction():
    caller = Caller(SOFA, seed=1)
    before = caller.mood(0).anger
    assert ask(caller, "unclear").purpose == "unclear"
    assert caller.mood(0).anger == before
    moves = [ask(caller, "unclear") for _ in range(4)]
    assert moves[-1].outcome == "hung_up"


def test_a_solution_before_the_story_is_told_is_sent_back():
    done = talk(GREETING, ("i can bring it on saturday between eight and ten", "solution", "offer:saturday"))
    assert "solution_too_soon" in purposes(done)
    assert purposes(done)[-1] == "vent"


def test_what_was_cut_off_is_told_again():
    done = talk()
    done.trainee(*GREETING, over=True)
    done.trainee("yes but your number", "clarifying_question", "ask:order", occasion="cut_off")
    assert purposes(done)[:3] == ["vent", "cut_off", "vent"]
    assert done.lines[0].text != done.lines[2].text
    assert done.lines[0].id.split("/")[0] == done.lines[2].id.split("/")[0]


def test_they_press_the_next_unmet_need_feelings_first():
    done = talk(*HEARD, ("please go on", "open_question"), ("right", "acknowledgement"))
    assert purposes(done)[-1] == "press_apologised_to"
    done.trainee("i apologise for that", "apology")
    assert purposes(done)[-2:] == ["after_apology", "press_taken_responsibility_for"]


WON = (
    *HEARD,
    ("tell me everything", "open_question"),
    ("i apologise for that", "apology"),
    ("it was our mistake and i take it on", "ownership"),
    ("i can bring it on saturday between eight and ten", "solution", "offer:saturday"),
    ("the next step is a text tonight", "next_steps", "timeline"),
    ("does that suit you", "check_agreement", "suits"),
)


def test_a_solved_case_is_accepted_and_closed_with_thanks():
    done = talk(*WON, ("anything else i can do", "feedback_request", "anything"))
    assert purposes(done)[-2:] == ["accept", "close"]
    assert done.outcome == "won_back"
    stars, reason = done.caller.satisfaction()
    assert stars >= 4
    assert reason.endswith(".")


PRIYA = ("escalation", "next_steps", "offer:team_lead")


def test_they_wait_for_the_question_whether_it_suits():
    done = talk(*WON[:-1])
    assert purposes(done)[-1] == "press_agreed"


def test_closing_with_things_open_is_not_accepted():
    done = talk(*HEARD, ("anything else", "feedback_request", "anything"))
    assert "closed_too_soon" in purposes(done)
    assert done.outcome is None


def test_an_escalation_must_be_explained():
    bare = talk(*HEARD, ("tell me all", "open_question"), ("i will pass you on", "escalation"))
    assert purposes(bare)[-1] == "escalation_unexplained"
    plain = ("priya our team lead rings you within the hour", "escalation", "next_steps", "offer:team_lead")
    done = talk(*HEARD, ("tell me all", "open_question"), plain, ("thank you goodbye", "gratitude", "farewell"))
    assert purposes(done)[-2:] == ["accept_escalation", "close"]
    assert done.outcome == "escalated"


def test_a_call_back_on_top_of_the_remedy_leaves_the_call_won_back():
    done = talk(*WON[:-1], ("priya our team lead rings you about the pay", *PRIYA), WON[-1])
    done.trainee("thank you goodbye", "gratitude", "farewell")
    assert done.outcome == "won_back"


def test_a_remark_that_is_likely_to_hurt_moves_the_mood_though_no_act_is_named():
    done = talk(*HEARD)
    for harm in (0.2, 0.6):
        done.read_as("you could have just rung us earlier", harm=harm)
    moved = [each for mood in done.moods for each in mood.changes if each.what == "anger"]
    assert [each.reason for each in moved].count("Something in the words was likely to hurt.") == 1


def test_asked_for_a_number_and_for_the_story_they_give_both():
    done = talk(HEARD[0], ("what has happened and what is the reference", "open_question", "ask:order", "tell"))
    assert purposes(done)[2:] == ["answer", "vent", "vent"]


def test_a_customer_passed_on_after_a_remedy_who_is_not_satisfied_is_passed_on():
    done = talk(*HEARD, WON[5], ("priya our team lead rings you within the hour", *PRIYA), ("goodbye", "farewell"))
    assert done.outcome == "escalated"


def test_asked_again_which_of_two_they_say_which_and_not_yes():
    both = ("offer:saturday", "offer:friday_evening", "choice")
    done = talk(*HEARD, ("friday evening or saturday morning", "consult", "options", *both))
    done.trainee("do which one friday evening or saturday morning", "options", *both)
    assert done.lines[-1].id.startswith("choice:")
    for words, answer in (("which one would you like", "choice:"), ("shall priya ring you or not", "suits_fine")):
        asked = Asked(id="", kind="choice", words=words, first=0, last=len(words.split()) - 1, strength=1.0)
        assert done.read_as(words, asked=(asked,))[0].id.startswith(answer)


def test_beyond_the_point_of_no_return_they_hang_up():
    done = talk(GREETING, *[("you are an idiot", "hostility")] * 6)
    assert done.outcome == "hung_up"
    assert done.caller.satisfaction()[0] == 1
    assert {"manager", "threaten"} & set(purposes(done))


def test_an_agent_who_goes_nowhere_is_left():
    done = talk(*HEARD, *[("right then", "gratitude")] * 14)
    assert done.outcome == "unresolved"


def test_nobody_there_ends_the_call():
    caller = Caller(SOFA, seed=1)
    moves = []
    for n in range(1, 8):
        span = Span(0, from_seconds(5 * n))
        caller.notice(DeadAir(at=span.stop, span=span, level="count"))
        moves.append(ask(caller, "silence", span.stop))
    ends = [m for m in moves if isinstance(m, HangUp) or (isinstance(m, Say) and m.outcome)]
    assert ends
    assert ends[0].outcome == "hung_up"


def test_they_cut_in_on_a_ramble_sooner_when_angry_and_not_twice_at_once():
    caller = Caller(SOFA, seed=1)
    assert caller.barge_in(0, speaking=from_seconds(8), excusing=False) is None
    said = caller.barge_in(from_seconds(20), speaking=from_seconds(19), excusing=False)
    assert said.purpose == "barge_ramble"
    assert caller.barge_in(from_seconds(21), speaking=from_seconds(20), excusing=False) is None


def test_an_excuse_is_cut_short():
    caller = Caller(SOFA, seed=1)
    said = caller.barge_in(0, speaking=from_seconds(8), excusing=True)
    assert said.purpose == "barge_excuse"


def test_being_cut_off_is_taken_in_character():
    styles = {name: Caller(load_scenario(name), seed=1).when_cut_off() for name in ("missing-sofa", "moved-scan")}
    assert styles == {"missing-sofa": "talk_on", "moved-scan": "stop"}


def test_holds_are_answered():
    done = talk(*HEARD, ("may i put you on hold for a minute", "hold_request"))
    assert purposes(done)[-1] == "hold_ok"
    caller = done.caller
    assert [ask(caller, "hold").__class__ for _ in range(3)].count(Say) == 1
    assert ask(caller, "hold_over").purpose == "hold_over"
    caller.notice(HoldEnded(at=done.at, span=Span(0, 100), over=50, returned=True))
    assert ask(caller, "returned").purpose == "returned_late"


def test_a_raised_voice_is_remarked_upon():
    done = talk(GREETING)
    done.event(VoiceNoticed(at=done.at, span=Span(0, 100), measure="raised_voice", value=9, baseline=1, unit="dB"))
    done.trainee("we will see about that now")
    assert "raised_voice" in purposes(done)


def test_the_call_that_runs_out_of_time_ends_unresolved():
    done = talk(GREETING)
    move = ask(done.caller, "hurry")
    assert move.outcome == "unresolved"


def test_what_was_said_is_kept_in_order():
    done = talk(GREETING)
    assert done.caller.said() == tuple(line.text for line in done.lines)


IDLE = ("my own sister had a sofa just like that one you know", "rapport")


def test_idle_talk_is_met_with_a_word_and_not_for_ever():
    done = talk(*HEARD, ("please go on", "open_question"))
    heard = [purposes(done.trainee(*IDLE)).count("small_talk") for _ in range(4)]
    assert heard == [1, 2, 2, 2]


def test_what_answers_something_or_thinks_aloud_is_no_idle_talk():
    for marks in (("rapport", "fact:parents"), ("rapport", "?when"), ("rapport", "offer:saturday"), ("empathy",)):
        assert "small_talk" not in purposes(talk(*HEARD, ("please go on", "open_question"), (IDLE[0], *marks)))
    assert "small_talk" not in purposes(talk(*HEARD, ("please go on", "open_question"), ("let me see now",)))


LISTENED = (*HEARD, ("tell me everything", "open_question"))


def test_an_offer_of_the_briefing_counts_whatever_act_it_was_heard_as():
    done = talk(*LISTENED, ("saturday between eight and ten then", "timeline", "offer:saturday"))
    assert "given_a_solution" in done.mood.met


def test_an_offer_the_briefing_does_not_know_is_nothing_concrete():
    done = talk(*LISTENED, ("i can send you a nice cushion", "solution", "offer:"))
    assert "given_a_solution" not in done.mood.met


def test_what_must_not_be_promised_is_not_believed():
    done = talk(*LISTENED, ("it will be there this afternoon", "solution", "forbid:earlier-delivery"))
    assert "too_good" in purposes(done)
    assert "given_a_solution" not in done.mood.met


def test_whoever_is_named_to_take_over_takes_over_whatever_act_it_was_heard_as():
    done = talk(*LISTENED, ("priya shah rings you within the hour", "timeline", "offer:team_lead", "to:priya shah"))
    assert purposes(done)[-1] == "accept_escalation"


# ---- particular stories


def test_an_abusive_caller_comes_back_after_a_calm_boundary():
    story = load_scenario("frozen-card")
    done = talk(("good afternoon fairholm bank", "greeting"), story=story)
    assert "abuse" in purposes(done)
    hot = done.mood.anger
    done.trainee("i will help you and i need you to stop calling me names", "boundary", "willingness")
    assert "after_boundary" in purposes(done)
    assert done.mood.anger < hot - 5
    before = len(done.lines)
    done.trainee("please go on", "open_question")
    assert "abuse" not in purposes(done)[before:]


def test_a_boundary_without_abuse_is_resented():
    done = talk(*HEARD, ("please stay polite", "boundary"))
    assert "boundary_undue" in purposes(done)


def test_abuse_switched_off_is_never_said():
    story = load_scenario("frozen-card")
    done = talk(("hello", "greeting"), *[("no", "refusal")] * 5, story=story, allow_abuse=False)
    assert "abuse" not in purposes(done)


def test_a_thread_that_was_read_calms_and_one_that_was_not_enrages():
    story = load_scenario("lost-reports")
    caller = Caller(story, seed=1)
    assert ask(caller, "opening").purpose == "opening"
    read = talk(("i have read your fourteen emails about the credit notes", "reflection", "fact:fourteen"), story=story)
    unread = talk(("could you describe the problem", "clarifying_question", "tell"), story=story)
    rows = [{c.guidance for m in done.moods for c in m.changes} for done in (read, unread)]
    assert all("P3" in row for row in rows)
    assert read.mood.anger < unread.mood.anger - 6


def test_contradicting_a_customer_who_is_wrong_costs_more_than_accepting():
    story = load_scenario("wrong-bill")
    start = (("good morning beacon energy", "greeting"),)
    denied = talk(*start, ("no your price was fixed until september", "contradiction"), story=story)
    taken = talk(*start, ("so you counted on it until december", "reflection", "fact:december"), story=story)
    assert denied.mood.anger > taken.mood.anger + 10
    assert "contradiction" in purposes(denied)


def test_guessing_is_worth_nothing_until_a_colleague_was_asked():
    story = load_scenario("silent-landline")
    told = (
        ("good morning northline", "greeting"),
        ("so it has been dead for nine days how frightening", "reflection", "empathy"),
        ("go on", "open_question", "reflection"),
        ("and then", "open_question"),
    )
    fix = ("an engineer can come tomorrow before noon", "solution", "offer:engineer")
    guess = talk(*told, fix, story=story)
    asked = talk(*told, ("i will ask the technician desk", "consult"), fix, story=story)
    assert "guessed" in purposes(guess)
    assert "given_a_solution" not in guess.mood.met
    assert "given_a_solution" in asked.mood.met


def test_only_the_manager_can_solve_it():
    story = load_scenario("fathers-account")
    told = (
        ("good morning fairholm bank", "greeting"),
        ("i am so sorry he died in march and we still write to him", "reflection", "empathy"),
        ("please go on", "open_question", "reflection"),
        ("and then", "open_question"),
        ("i apologise for that", "apology"),
    )
    done = talk(*told, ("i can pay the funeral for you", "solution"), story=story)
    assert "given_a_solution" not in done.mood.met
    passed = ("escalation", "next_steps", "offer:release", "to:helen moss", "back:before four")
    done.trainee("helen moss the bereavement manager rings you before four and releases it", *passed)
    assert "given_a_solution" in done.mood.met
    assert purposes(done)[-1] == "accept_escalation"


def test_a_promise_of_a_call_is_not_believed_from_those_who_broke_it():
    story = load_scenario("third-engineer")
    start = (("ashby home good morning", "greeting"),)
    done = talk(*start, ("i will call you back this afternoon", "follow_up"), story=story)
    assert any("promised that before" in c.reason for m in done.moods for c in m.changes)
