"""Every page of a site in a real browser: axe-core finds nothing, nothing comes from elsewhere, nothing complains."""

import contextlib
import re

import oidc_provider_mock
import pytest
from playwright.sync_api import expect

from simulator.customer.scenario import load_scenario
from simulator.lab.site.single_sign_on import Provider, SingleSignOn
from simulator.records.staff.people import find_person, set_account
from simulator.session.authoring.drafts import begin
from tests.lab.rig import PATH, chromium, looked_over
from tests.lab.site.conftest import PASSWORD, made_site, served_site

pytestmark = [pytest.mark.browser, pytest.mark.skipif(PATH is None, reason="no Chromium here; install chromium")]
LOOKS = (("light", 390), ("dark", 1200))
PAGES = {
    "Inez Instructor": (
        *("live", "table", "table?sort=total&order=up&verdict=pass", "queue", "people", "account"),
        *("skills?days=all", "skills?days=all&dimension=empathy", "assignments", "certification"),
        *(
            "authoring",
            "authoring/scenarios/late-parcel",
            "authoring/rubrics/ours",
            "authoring/scenarios/late-parcel/try",
        ),
        *("skills/moments?person=Tara Trainee&skill=L1&days=all", "person?name=Tara Trainee"),
    ),
    "Otto Officer": ("ratings", "queue/{call}", "certification/person?name=Tara Trainee"),
    "Ada Admin": ("people", "live"),
    "Tara Trainee": ("", "sharing", "people"),
    "Tom Trainee": ("sharing",),
}

COMPLAINTS = ("error", "warning")
"""What a browser complains of; it also notes that it left the focus alone where somebody had begun to type."""


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTSEAT_SITE", str(tmp_path_factory.mktemp("own")))
        begin("scenarios", "late-parcel")
        begin("rubrics", "ours").publish(by="Inez Instructor")
        with made_site(tmp_path_factory.mktemp("looks")) as made, served_site(made) as address, chromium() as browser:
            yield made, address, browser


@contextlib.contextmanager
def page_as(room, name, *, scheme="light", width=1200):
    """A page signed in as somebody; fails at its end if anything complained or came from elsewhere."""
    made, address, browser = room
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    if name:
        secret = made.site.sessions.begin(made.member(name).account)
        context.add_cookies([{"name": made.site.cookie, "value": secret, "url": address, "sameSite": "Strict"}])
    page, complaints, elsewhere = context.new_page(), [], []
    page.on("console", lambda said: complaints.append(said.text) if said.type in COMPLAINTS else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: elsewhere.append(asked.url) if not asked.url.startswith(address) else None)
    yield page
    context.close()
    assert [each for each in complaints if "status of 40" not in each] == []
    assert [each for each in elsewhere if not each.startswith("data:")] == []


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_axe_finds_nothing_on_any_page(room, scheme, width):
    address = room[1]
    for name, paths in PAGES.items():
        with page_as(room, name, scheme=scheme, width=width) as page:
            for path in paths:
                page.goto(address + path.format(call=room[0].shared))
                looked_over(page)
            if name == "Ada Admin":
                page.goto(address + "people")
                page.fill("#name", "Nora New")
                page.click("form[action='/people/invite'] button")
                link = page.inner_text(".secret")
                looked_over(page)
    with page_as(room, None, scheme=scheme, width=width) as page:
        for path in (link, address + "signin"):
            page.goto(path)
            looked_over(page)


def test_an_instructor_watches_coaches_and_stops_a_call_and_its_trainee_sees_it(room):
    address = room[1]
    with page_as(room, "Tara Trainee", width=390) as tara, page_as(room, "Inez Instructor") as inez:
        tara.goto(address + "take/missing-sofa?seed=7")
        tara.click("#begin-typed")
        tara.wait_for_selector("#words:focus", timeout=60_000)
        tara.keyboard.type("good afternoon larch home this is tara how can i help you")
        tara.keyboard.press("Enter")
        tara.click("#hand")
        inez.goto(address + "live")
        inez.wait_for_selector(".hand-up:visible", timeout=60_000)
        inez.locator(".you", has_text="good afternoon").wait_for()
        assert inez.get_attribute(".anger polyline", "points").count(",") >= 2
        looked_over(inez)
        inez.fill(".coach input", "Let her finish.")
        inez.keyboard.press("Enter")
        tara.locator("#coached", has_text="Inez Instructor: Let her finish.").wait_for()
        assert tara.inner_text("#hand") == "Raise your hand"
        looked_over(tara)
        inez.click(".stop")
        tara.wait_for_selector("#report:visible", timeout=60_000)
        inez.wait_for_selector("#none:visible")


def test_somebody_signs_in_by_keyboard_and_the_table_sorts_and_opens_a_report(room):
    address = room[1]
    with page_as(room, None) as page:
        page.goto(address)
        page.wait_for_selector("#name:focus")
        page.keyboard.type("Inez Instructor")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/live")
        page.click("text=Calls")
        page.click("thead a:has-text('Score')")
        page.wait_for_selector("th[aria-sort=descending]:has-text('Score')")
        page.click("tbody a[href^='/table/']")
        page.wait_for_selector(".number")


def test_a_coaching_hour_leads_from_the_map_to_a_moment_that_plays_and_to_an_assignment(room):
    address = room[1]
    with page_as(room, "Inez Instructor") as page:
        page.goto(address + "skills?days=all")
        page.click("td.n a")
        page.wait_for_load_state()  # before its script is there, a clip is a plain link
        page.click("a.clip")
        page.wait_for_selector("a.clip.playing")
        page.click("text=Assign it")
        assert page.is_checked("input[name='to Tara Trainee']")
        page.fill("#passes", "2")
        page.click("text=Assign it")
        page.wait_for_selector(".assigned:has-text('Tara Trainee')")
    with page_as(room, "Tara Trainee", width=390) as page:
        page.goto(address)
        looked_over(page)
        page.click(".due a")
        page.wait_for_selector("#begin")


def test_an_appeal_is_answered_and_points_are_changed_in_the_room(room):
    address = room[1]
    with page_as(room, "Otto Officer", width=800) as page:
        page.goto(address + "queue")
        page.click("text=Decide")
        page.click("#c-lets-the-customer-finish summary")
        page.fill("#p-lets-the-customer-finish", "4")
        page.fill("#r-lets-the-customer-finish", "The second overlap was the line's delay.")
        page.click("#c-lets-the-customer-finish form button")
        page.wait_for_selector("text=where the program gave")
        page.fill("#answer", "You are right about the second one.")
        page.click("form[action$='/answer'] button")
        page.wait_for_selector("text=answered the appeal")
        looked_over(page)


def test_a_scenario_is_written_as_sentences_and_as_a_file_tried_and_published(room):
    address = room[1]
    with page_as(room, "Inez Instructor") as page:
        page.goto(address + "authoring")
        page.fill("#id-scenarios", "late-tram")
        page.click("form[aria-labelledby=h-scenarios] button")
        page.wait_for_selector("#fields:visible")
        page.fill("[data-place='[\"title\"]']", "The tram that was late")
        expect(page.locator("#text")).to_have_value(re.compile("^title: The tram that was late$", re.MULTILINE))
        text = page.input_value("#text")
        page.fill("#text", text.replace("voice: megan", "voice: nobody"))
        page.locator("#faults", has_text="there is no voice 'nobody'").wait_for()
        page.click("#faults a")
        assert page.evaluate("getSelection().toString()").startswith("voice: nobody")
        page.fill("[data-place='[\"voice\"]']", "karen")
        page.locator("#faults", has_text="Nothing").wait_for()
        page.click("summary:has-text('Facts of the story')")
        page.click("text=Add a fact")
        page.locator("#faults", has_text="fact new-1 is never told").wait_for()
        page.keyboard.type("A new fact.")
        expect(page.locator("#text")).to_have_value(re.compile("text: .?A new fact\\."))
        looked_over(page)
        page.fill("#text", text.replace("megan", "karen"))
        page.locator("#faults", has_text="Nothing").wait_for()
        page.click("text=Try it")
        page.fill("#line", "good morning spoke and bell this is dana")
        page.keyboard.press("Enter")
        page.wait_for_selector("#so-far", timeout=60_000)  # in a process of its own, which starts now
        looked_over(page)
        page.go_back()
        page.go_back()
        page.click("text=Publish as version 1")
        page.wait_for_selector("text=Version 1 is published")
    assert (load_scenario("late-tram").title, load_scenario("late-tram").voice) == ("The tram that was late", "karen")


def test_somebody_comes_back_from_the_firm_s_sign_in_with_a_cookie_that_stays_strict(room):
    made, address, browser = room
    user = oidc_provider_mock.User(sub="t", claims={"email": "tara@firm.example"})
    with made.site.records.writing() as session:
        set_account(session, find_person(session, "Tara Trainee"), "tara@firm.example")
    with oidc_provider_mock.run_server_in_thread(user_claims=[user]) as server:
        issuer = f"http://127.0.0.1:{server.server_port}"  # another site than localhost
        made.site.single_sign_on = SingleSignOn(Provider(issuer=issuer, client_id="room", client_secret="s3cret"))
        page = browser.new_page()
        page.goto(address)
        page.click("text=sign in with your firm's account")
        page.fill("input[name=sub]", "t")
        page.click("button >> nth=0")
        page.wait_for_selector("nav >> text=Tara Trainee")
        page.wait_for_url(address)
        (cookie,) = page.context.cookies(address)
        assert (cookie["name"], cookie["sameSite"], cookie["httpOnly"]) == (made.site.cookie, "Strict", True)
        page.context.close()
        made.site.single_sign_on = None
