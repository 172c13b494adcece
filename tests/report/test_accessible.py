"""Every page is looked over by axe-core, an accessibility checker made by others, in light or dark, wide or narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from simulator.report.history import read_history
from simulator.report.over_time import render_person, render_team
from simulator.report.page import write_report
from simulator.report.progress import person_view
from simulator.report.team import team_view
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.report.reviewed import reviewed
from tests.scoring.made_call import bad_call, good_call

pytestmark = pytest.mark.browser
LOOKS = {"light": 1200, "dark": 400}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    root = tmp_path_factory.mktemp("calls")
    made = {}
    for mode, call in (("practice", good_call()), ("certification", bad_call())):
        folder = call.folder(root / "Anna", typed=True, mode=mode)
        scored = score_folder(folder, load_rubric(mode))
        made[mode] = write_report(folder, scored)
    made["reviewed"] = write_report(folder, scored, root / "reviewed.html", reviewed(scored))
    calls = read_history(root).calls
    for name, text in (("person", render_person(person_view(calls))), ("team", render_team(team_view(calls)))):
        made[name] = root / f"{name}.html"
        made[name].write_text(text, encoding="utf-8")
    return made


def faults(page):
    found = Axe().run(page).response["violations"]
    return [(each["id"], each["help"], [node["html"][:120] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize(
    ("kind", "scheme"),
    [
        ("practice", "light"),
        ("certification", "dark"),
        ("reviewed", "light"),
        ("reviewed", "dark"),
        ("person", "dark"),
        ("team", "light"),
    ],
)
def test_axe_finds_nothing_to_complain_of(browser, pages, kind, scheme):
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": LOOKS[scheme], "height": 900}, bypass_csp=True
    )
    page = context.new_page()
    page.goto(pages[kind].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert faults(page) == []
    context.close()


def test_axe_would_notice(browser, pages):
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(pages["practice"].as_uri())
    page.evaluate("document.getElementById('seek').removeAttribute('aria-label')")
    page.evaluate("document.querySelector('.lede').style.color = '#ddd'")
    assert {id for id, _, _ in faults(page)} == {"label", "color-contrast"}
    context.close()
