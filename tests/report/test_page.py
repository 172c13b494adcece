import os
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import simulator
from simulator.clock import RATE_HZ, Span
from simulator.report.page import render, write_report
from simulator.report.rows import addressed, pieces_of
from simulator.report.sound import BUDGET, data_uri, rounded
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.command_line import root
from tests.scoring.made_call import MadeCall, bad_call, good_call, voice

pytestmark = pytest.mark.unit


class Page(HTMLParser):
    """What a reader of the page needs to know: tags in order, ids, and every address it names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open, self.ids, self.addresses, self.text = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids += [given["id"]] if "id" in given else []
        self.addresses += [given[key] for key in ("src", "href", "action") if given.get(key)]
        if tag not in ("meta", "link", "input", "br", "line", "rect", "path"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("line", "rect", "path"):
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def page(call, tmp_path):
    folder = call.folder(tmp_path, typed=True)
    return render(folder, score_folder(folder, load_rubric()))


def test_the_page_is_well_formed_and_names_nothing_outside_itself(tmp_path):
    read = Page(page(bad_call(), tmp_path))
    assert read.open == []
    assert len(read.ids) == len(set(read.ids))
    for address in read.addresses:
        assert address.startswith(("#", "data:")), address
        if address.startswith("#"):
            assert address[1:] in read.ids
    assert "http" not in re.sub(r"data:[^\"]+", "", " ".join(read.addresses))


def test_the_page_forbids_every_request(tmp_path):
    assert "default-src 'none'" in page(good_call(), tmp_path)


MOOD = Path(simulator.__file__).with_name("customer") / "banks" / "mood.yaml"
REASONS = re.findall(r'"([^"]*\bagent\b[^"]*\.)"', MOOD.read_text(encoding="utf-8"))


def test_what_moved_the_customer_is_said_to_the_one_who_took_the_call():
    assert len(REASONS) > 40
    for reason in REASONS:
        said = addressed(reason)
        assert "agent" not in said.lower(), said
        assert not re.search(r"\byou (was|wants|has|is)\b|\bthe?(y|m|ir)\b", said, re.IGNORECASE), said


def test_what_is_said_is_escaped(tmp_path):
    call = MadeCall().customer("<script>alert(1)</script> & co").trainee('"><img src=x onerror=alert(1)>', "excuse")
    call.scenario = {**call.scenario, "title": "<b>bold</b>", "summary": "{{ 7 * 7 }}"}
    text = page(call.end("unresolved"), tmp_path)
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "<b>bold" not in text
    assert "&lt;b&gt;bold" in text
    assert "{{ 7 * 7 }}" in text


def test_the_page_shows_the_score_and_computes_none(tmp_path):
    folder = bad_call().folder(tmp_path, typed=True)
    scored = score_folder(folder, load_rubric())
    text = " ".join(" ".join(Page(render(folder, scored)).text).split())
    assert f"Score: {scored.output.total:.0f} of 100" in text
    for each in scored.output.criteria:
        assert each.title in text
        assert " ".join(each.reason.split()) in text
    for name in ("Rubric practice, version 6", "Recognizer whisper, tiny.en", "Seed 7"):
        assert name in text


def test_every_piece_of_evidence_is_a_clip_with_its_times(tmp_path):
    folder = bad_call().folder(tmp_path, typed=True)
    scored = score_folder(folder, load_rubric())
    text = render(folder, scored)
    for each in scored.output.criteria:
        for item in each.evidence if each.of else ():
            assert f'data-start="{item.start_ms}" data-stop="{item.stop_ms}"' in text


def test_strengths_come_before_what_to_try(tmp_path):
    text = page(bad_call(), tmp_path)
    assert text.index(">What went well</h2>") < text.index("Three things to try next") < text.index(">Every point,")


def test_harmful_words_are_marked_where_they_stand(tmp_path):
    text = page(bad_call(), tmp_path)
    assert '<span class="act harmful" title="hostility">oh here we go again</span>' in text
    assert "You talked over the customer here." in text


def test_the_same_score_makes_the_same_page(tmp_path):
    folder = good_call().folder(tmp_path, typed=True)
    scored = score_folder(folder, load_rubric())
    assert render(folder, scored) == render(folder, scored)


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has modes")
def test_the_report_is_its_owners_alone(tmp_path):
    folder = good_call().folder(tmp_path, typed=True)
    path = write_report(folder, score_folder(folder, load_rubric()))
    assert path == folder.path / "report.html"
    assert path.stat().st_mode & 0o077 == 0


def test_a_call_in_which_nobody_spoke_has_a_report_too(tmp_path):
    text = page(MadeCall().end("incomplete"), tmp_path)
    assert "no score" in text
    assert "The call was cut short." in text


def test_a_verdict_of_certification_is_shown(tmp_path):
    folder = bad_call().folder(tmp_path, typed=True, mode="certification")
    text = render(folder, score_folder(folder, load_rubric("certification")))
    assert 'class="pass pass-fail"' in text


def test_who_let_a_call_start_on_a_failed_check_is_shown(tmp_path):
    made = {"preflight": {"passed": False}, "overridden_by": "Jane Doe"}
    folder = bad_call().folder(tmp_path, typed=True, mode="certification", **made)
    text = render(folder, score_folder(folder, load_rubric("certification")))
    assert "it failed its check; Jane Doe let the call start" in text


def test_the_command_writes_it_where_it_is_wanted(tmp_path):
    folder = good_call().folder(tmp_path, typed=True)
    out = tmp_path / "mine.html"
    result = CliRunner().invoke(root, ["report", str(folder.path), "-o", str(out)])
    assert result.exit_code == 0
    assert result.stdout.strip() == str(out)
    assert out.read_text("utf-8").startswith("<!doctype html>")


def test_overlapping_acts_share_their_words():
    pieces = list(pieces_of("a b c d".split(), [("apology", 0, 2), ("excuse", 2, 3)]))
    assert [(p.text, p.kind, p.acts) for p in pieces] == [
        ("a b", "helpful", "apology"),
        ("c", "harmful", "apology, excuse"),
        ("d", "harmful", "excuse"),
    ]


# ---- sound


def test_rounding_stays_far_under_the_voice():
    spoken = voice(5 * RATE_HZ, [Span(8000, 72000)], f0_hz=150, seed=3)
    off = rounded(spoken, 0.1).astype(float) - spoken
    loud = slice(16000, 64000)
    level = np.sqrt(np.mean(np.square(spoken[loud].astype(float))))
    assert 20 * np.log10(level / np.sqrt(np.mean(np.square(off[loud])))) > 28


def test_rounding_never_leaves_full_scale():
    loud = np.array([32767, -32768] * 4096, np.int16)
    assert rounded(loud, 0.4).min() >= -32767


@pytest.mark.parametrize("length", [0, 1, 4095, 4096, 4097])
def test_rounding_keeps_the_length(length):
    assert len(rounded(np.ones(length, np.int16), 0.1)) == length


def test_ten_minutes_in_a_noisy_room_stay_within_the_budget():
    turns = [Span(at * RATE_HZ, (at + 9) * RATE_HZ) for at in range(0, 600, 20)]
    noise = np.random.default_rng(5).normal(0, 60, 600 * RATE_HZ)
    spoken = (voice(600 * RATE_HZ, turns, f0_hz=190, seed=4) * 0.5 + noise).astype(np.int16)
    assert len(data_uri(spoken)) < 4 / 3 * BUDGET + 100
