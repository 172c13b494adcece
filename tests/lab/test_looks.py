"""Every page in a real browser: axe-core finds nothing, nothing is fetched from elsewhere, nothing complains."""

import contextlib

import pytest

from tests.lab.conftest import KEY, make_room, served
from tests.lab.rig import PATH, chromium, looked_over

pytestmark = [pytest.mark.browser, pytest.mark.skipif(PATH is None, reason="no Chromium here; install chromium")]
PAGES = ("", "calls", "progress", "check", "take/missing-sofa", "take/moved-scan", "nowhere")
LOOKS = (("light", 390), ("dark", 1200))
MOST_SCRIPT = 100_000


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with served(make_room(tmp_path_factory.mktemp("looks"))) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@contextlib.contextmanager
def page_at(browser, address, *, scheme="light", width=1200):
    """A page that has the key, and fails at its end if anything complained, was missing, or came from elsewhere."""
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    complaints, elsewhere = [], []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request", lambda asked: elsewhere.append(asked.url) if not asked.url.startswith((address, "data:")) else None
    )
    page.goto(f"{address}?key={KEY}")
    yield page
    context.close()
    assert [each for each in complaints if "404 (Not Found)" not in each] == []
    assert elsewhere == []


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_axe_finds_nothing_on_any_page(browser, address, scheme, width):
    with page_at(browser, address, scheme=scheme, width=width) as page:
        for path in PAGES:
            page.goto(address + path)
            looked_over(page)
        page.goto(address + "calls")
        with page.expect_navigation():  # axe must not look at a page that is on its way
            page.locator("#rows a").first.click()
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        looked_over(page)


def test_no_page_has_much_script(browser, address):
    with page_at(browser, address) as page:
        for path in PAGES:
            sizes = []
            page.on("response", lambda got, sizes=sizes: sizes.append(got) if ".js" in got.url else None)
            page.goto(address + path, wait_until="networkidle")
            assert sum(len(got.body()) for got in sizes) < MOST_SCRIPT


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_a_typed_call_from_the_first_word_to_the_report_by_keyboard_alone(browser, address, scheme, width):
    with page_at(browser, address, scheme=scheme, width=width) as page:
        page.goto(address + "take/missing-sofa?seed=7")
        page.check("#hints")
        page.focus("#begin-typed")
        page.keyboard.press("Enter")
        page.wait_for_selector("#words:focus")
        looked_over(page)
        for line in (
            "good afternoon larch home this is dana how can i help you",
            "~soon",
            "that must be so frustrating",
        ):
            page.keyboard.type(line)
            page.keyboard.press("Enter")
        page.wait_for_selector("#log .you:nth-of-type(n+2)")
        page.wait_for_selector("#hint:visible")
        assert "write ~7" in page.inner_text("#type-note")
        assert page.locator("#log .customer").count() >= 2
        looked_over(page)
        page.focus("#hang-up")
        page.keyboard.press("Enter")
        page.wait_for_selector("#report:focus", timeout=60_000)
        looked_over(page)
        page.keyboard.press("Enter")
        page.wait_for_selector(".number")
        assert "of 100" in page.inner_text(".number")


def test_calls_are_filtered_without_loading_the_page_again(browser, address):
    with page_at(browser, address) as page:
        page.goto(address + "calls")
        page.evaluate("window.stays = true")
        page.select_option("#scenario", "missing-sofa")
        page.wait_for_url("**/calls?scenario=missing-sofa")
        assert page.evaluate("window.stays")
        assert page.locator("#rows tbody tr").count() >= 2


def test_a_browser_that_may_not_use_the_microphone_says_what_to_do(browser, address):
    with page_at(browser, address) as page:
        for path, start, where in (("take/missing-sofa", "#begin", "#now"), ("check", "#start", "#say")):
            page.goto(address + path)
            page.click(start)
            page.locator(where, has_text="microphone").wait_for()
            page.locator(start).wait_for()  # the button comes back
            looked_over(page)
