"""The pages over time in a real browser: nothing fetched, no script, readable on a phone, in the dark and on paper."""

import pytest

from simulator.report.history import read_history
from simulator.report.over_time import render_person, render_team
from simulator.report.progress import person_view
from simulator.report.team import team_view
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.report.conftest import LOW_CONTRAST
from tests.scoring.made_call import bad_call, good_call

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    root = tmp_path_factory.mktemp("calls")
    for day, call, mode in (
        (1, bad_call(), "practice"),
        (2, good_call(), "practice"),
        (3, good_call(), "certification"),
    ):
        kept = call.folder(root / "Anna", typed=True, mode=mode, started=f"2026-07-0{day}T10:00:00+00:00")
        score_folder(kept, load_rubric(mode))
    calls = read_history(root).calls
    made = {"person": render_person(person_view(calls, person="Anna")), "team": render_team(team_view(calls))}
    for name, text in made.items():
        (root / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: root / f"{name}.html" for name in made}


@pytest.mark.parametrize("kind", ["person", "team"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_offline_without_scripts_and_can_be_read(browser, pages, kind, scheme):
    context = browser.new_context(offline=True, color_scheme=scheme, viewport={"width": 400, "height": 800})
    page = context.new_page()
    complaints, requests = [], []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(pages[kind].as_uri())
    assert complaints == []
    assert [url for url in requests if not url.startswith("data:")] == [pages[kind].as_uri()]
    assert page.locator("script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert page.evaluate(LOW_CONTRAST) == []
    context.close()


@pytest.mark.parametrize("kind", ["person", "team"])
def test_what_is_drawn_is_told(browser, pages, kind):
    context = browser.new_context()
    page = context.new_page()
    page.goto(pages[kind].as_uri())
    chart = page.locator(".course svg[role=img]")
    assert chart.count() == 1
    assert "of 100" in chart.get_attribute("aria-label")
    assert page.locator(".dot title").count() == page.locator(".dot").count() > 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert len(page.pdf(format="A4")) > 20_000
    context.close()
