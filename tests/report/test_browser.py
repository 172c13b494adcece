"""The report in a real browser: it opens offline without a complaint, plays, and works with the keyboard alone."""

from itertools import pairwise

import pytest

from simulator.recording.manifest import Retry
from simulator.report.page import write_report
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.report.conftest import LOW_CONTRAST
from tests.report.reviewed import reviewed
from tests.scoring.made_call import MadeCall, bad_call

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    call = MadeCall().trainee("hello larch home", "greeting").mood(70)
    call.customer("where is my sofa i paid for it", ms=4000, cut_after_ms=2500)
    call.trainee("hold on give me your number", start_ms=call.at_ms - 900, ms=1800).mood(85)
    call.customer("do not talk over me", purpose="cut_off", band="furious", ms=1500)
    call.trainee("oh here we go again", "hostility", ms=1400).mood(97)
    retry = Retry(call="2026-11-22T101500-missing-sofa-0000", turn=2, at_ms=1500)
    folder = call.end("hung_up").folder(tmp_path_factory.mktemp("calls"), retry=retry)
    return write_report(folder, score_folder(folder, load_rubric()))


@pytest.fixture(scope="module")
def certified(tmp_path_factory):
    folder = bad_call().folder(tmp_path_factory.mktemp("calls"), typed=True, mode="certification")
    return write_report(folder, score_folder(folder, load_rubric("certification")))


@pytest.fixture(scope="module")
def discussed(tmp_path_factory):
    folder = bad_call().folder(tmp_path_factory.mktemp("calls"), typed=True, mode="certification")
    scored = score_folder(folder, load_rubric("certification"))
    return write_report(folder, scored, reviews=reviewed(scored))


@pytest.fixture
def page(browser, report):
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    opened.complaints, opened.requests = [], []
    opened.on("console", lambda said: opened.complaints.append(said.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.on("request", lambda request: opened.requests.append(request.url))
    opened.goto(report.as_uri())
    yield opened
    context.close()


def test_it_opens_offline_without_a_complaint_or_a_request(page, report):
    assert "of 100" in page.inner_text(".number")
    assert page.complaints == []
    assert [url for url in page.requests if not url.startswith("data:")] == [report.as_uri()]


def test_a_clip_plays_its_moment_and_stops_at_its_end(page):
    clip = page.locator("#c-lets-the-customer-finish .clip").first
    start, stop = (float(clip.get_attribute(f"data-{end}")) for end in ("start", "stop"))
    page.click("#c-lets-the-customer-finish summary")
    clip.click()
    page.wait_for_selector(".clip.playing")
    page.wait_for_selector(".clip.playing", state="detached", timeout=15_000)
    seconds = page.inner_text("#clock").split(":")
    ended_ms = (int(seconds[0]) * 60 + float(seconds[1])) * 1000
    assert start < ended_ms <= stop + 400
    assert abs(ended_ms - (stop + 300)) < 200
    assert page.complaints == []


def test_the_moment_of_a_comment_plays_by_the_keyboard(browser, discussed):
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(discussed.as_uri())
    page.locator(".said-list .clip").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".said-list .clip.playing")
    assert 1200 <= float(page.locator("#seek").input_value()) < 7500
    context.close()


def test_the_timeline_plays_where_it_is_pressed(page):
    box = page.locator("#timeline svg").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 120)
    page.wait_for_selector("#play[aria-label=Pause]")
    minutes, seconds = page.inner_text("#clock").split(":")
    middle_ms = float(page.locator("#timeline").get_attribute("data-duration")) / 2
    assert abs((int(minutes) * 60 + float(seconds)) * 1000 - middle_ms) < 1500
    assert page.complaints == []


def test_a_turn_shows_the_command_that_takes_it_again(page, report):
    retry = page.locator(".row.trainee .retry").nth(1)
    retry.locator("summary").focus()
    page.keyboard.press("Enter")
    assert retry.locator("code").inner_text() == f"hotseat call --from {report.parent} --at 2"
    retry.locator(".copy").click()
    page.wait_for_function("document.querySelectorAll('.row.trainee .copy')[1].textContent !== 'Copy'")
    assert page.complaints == []


def test_without_scripts_everything_can_still_be_read_and_the_tracks_heard(browser, report):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert not page.locator(".player").is_visible()
    page.locator("#c-keeps-temper summary").click()
    assert page.locator("#c-keeps-temper .reason").is_visible()
    page.locator(".tracks summary").click()
    assert page.locator("#audio-trainee").is_visible()
    context.close()


def test_nothing_moves_for_whoever_wants_less_motion(browser, report):
    moving = """() => [...document.querySelectorAll("*")].filter((e) => {
        const s = getComputedStyle(e);
        return s.scrollBehavior === "smooth" || s.animationName !== "none" || parseFloat(s.transitionDuration) > 0;
    }).length"""
    for wish, expected in (("reduce", 0), ("no-preference", 1)):
        context = browser.new_context(reduced_motion=wish)
        page = context.new_page()
        page.goto(report.as_uri())
        assert page.evaluate(moving) == expected, wish
        context.close()


def test_both_tracks_decode_to_the_length_of_the_call(page):
    lengths = page.evaluate(
        """async () => {
            const context = new OfflineAudioContext(1, 16000, 16000);
            const seconds = [];
            for (const side of ["trainee", "customer"]) {
                const uri = document.getElementById(`audio-${side}`).src;
                const bytes = Uint8Array.from(atob(uri.split(",")[1]), (c) => c.charCodeAt(0));
                seconds.push((await context.decodeAudioData(bytes.buffer)).duration);
            }
            return [...seconds, Number(document.getElementById("timeline").dataset.duration) / 1000];
        }"""
    )
    assert lengths[0] == pytest.approx(lengths[2], abs=0.001)
    assert lengths[1] == pytest.approx(lengths[2], abs=0.001)


def test_it_plays_faster_and_slower_at_the_same_pitch(page, report):
    page.add_init_script(
        """const play = HTMLMediaElement.prototype.play;
        window.players = [];
        HTMLMediaElement.prototype.play = function () { window.players.push(this); return play.call(this); };"""
    )
    page.goto(report.as_uri())
    page.select_option("#speed", "1.5")
    page.click("#play")
    page.wait_for_selector("#play[aria-label=Pause]")
    heard = "window.players.map((each) => [each.playbackRate, each.preservesPitch, each.paused])"
    assert page.evaluate(heard) == [[1.5, True, False]] * 2
    page.select_option("#speed", "0.8")
    assert page.evaluate(heard) == [[0.8, True, False]] * 2
    page.click("#play")
    page.wait_for_selector("#play[aria-label=Play]")
    assert page.evaluate(heard) == [[0.8, True, True]] * 2
    assert page.complaints == []


def test_the_transcript_can_be_searched(page):
    page.fill("#find", "Give me your NUMBER")
    shown = page.locator(".rows .row:not(.hidden)")
    assert shown.count() == 1
    assert "hold on give me your number" in shown.inner_text().replace("\n", " ")
    assert page.inner_text("#found").startswith("1 of ")
    page.fill("#find", "")
    assert page.locator(".rows .row.hidden").count() == 0


def test_the_contents_lead_to_every_part(page):
    parts = [link.get_attribute("href") for link in page.locator(".contents a").all()]
    headings = [f"#{each.get_attribute('id')}" for each in page.locator("main h2").all()]
    assert parts == headings


def test_a_turn_in_a_chart_of_the_delivery_plays(browser, discussed):
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.goto(discussed.as_uri())
    chart = page.locator(".chart svg").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    page.wait_for_selector("#play[aria-label=Pause]")
    minutes, seconds = page.inner_text("#clock").split(":")
    middle_ms = float(page.locator("#timeline").get_attribute("data-duration")) / 2
    assert abs((int(minutes) * 60 + float(seconds)) * 1000 - middle_ms) < 1500
    context.close()


def test_each_side_can_be_silenced(page):
    page.click("#play")
    page.wait_for_selector("#play[aria-label=Pause]")
    page.uncheck("#hear-customer")
    page.click("#play")
    page.wait_for_selector("#play[aria-label=Play]")
    assert page.complaints == []


def test_the_keyboard_alone_reaches_everything(page):
    names = []
    for _ in range(24):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
    assert names[0] == "skip"
    assert {"play", "seek", "speed", "hear-trainee", "hear-customer"} <= set(names)
    page.locator("#c-keeps-temper summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#c-keeps-temper").get_attribute("open") is not None
    page.locator("#c-keeps-temper .clip").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#c-keeps-temper .clip.playing")


def test_a_screen_reader_finds_names_for_everything(page):
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("button, input, svg[role=img], audio")]
            .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() || e.closest("label") || e.id))
            .map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert unnamed == []
    assert page.locator("main h1, header h1").count() == 1
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map((h) => Number(h.tagName[1]))")
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("kind", ["report", "certified", "discussed"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_background(browser, request, scheme, kind):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(request.getfixturevalue(kind).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    low = page.evaluate(LOW_CONTRAST)
    context.close()
    assert low == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_drawn_stands_out_from_its_background(browser, report, scheme):
    """WCAG 2.2, 1.4.11: 3 to 1 for what is needed to understand a picture; here with the opacity it is drawn with."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(report.as_uri())
    low = page.evaluate(
        """() => {
            const parts = (c) => c.match(/[\\d.]+/g).map(Number);
            const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map((v) => { v /= 255;
                return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
                return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
            const card = parts(getComputedStyle(document.querySelector(".card")).backgroundColor);
            const drawn = ".bar, .mark.silence, .mark.collision, .anger-line, .playhead";
            return [...document.querySelectorAll(drawn)].map((e) => {
                const s = getComputedStyle(e), o = parseFloat(s.opacity);
                const c = parts(s.fill === "none" || e.tagName === "line" ? s.stroke : s.fill);
                const mixed = [0, 1, 2].map((i) => o * c[i] + (1 - o) * card[i]);
                const a = light(mixed), b = light(card);
                return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.className.baseVal]; })
                .filter(([ratio]) => ratio < 3);
        }"""
    )
    context.close()
    assert low == []


@pytest.mark.parametrize("kind", ["report", "discussed"])
def test_it_fits_a_narrow_screen(browser, request, kind):
    context = browser.new_context(viewport={"width": 360, "height": 720})
    page = context.new_page()
    page.goto(request.getfixturevalue(kind).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


def test_printed_it_holds_every_reason(page, tmp_path):
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".criterion:not([open])").count() == 0
    assert not page.locator(".player").is_visible()
    assert len(page.pdf(format="A4")) > 20_000
