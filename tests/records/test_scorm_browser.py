"""A lesson in a real browser, framed by an LMS that takes nothing but what SCORM 1.2 allows."""

import os
from pathlib import Path

import pytest

from simulator.records.lms.scorm import package_files
from tests.records.test_lms import result
from tests.report.conftest import browser  # noqa: F401

pytestmark = pytest.mark.browser
STRICT = r"""
window.log = [];
window.API = (function () {
  let state = "new", error = "0";
  const number = /^-?\d+(\.\d+)?$/, values = {"cmi.core.student_id": STUDENT};
  const rules = {
    "cmi.core.lesson_status": (v) => /^(passed|completed|failed|incomplete|browsed|not attempted)$/.test(v),
    "cmi.core.session_time": (v) => /^\d{2,4}:\d\d:\d\d(\.\d{1,2})?$/.test(v),
    "cmi.core.score.raw": (v) => number.test(v) && Number(v) >= 0 && Number(v) <= 100,
    "cmi.core.score.min": (v) => number.test(v), "cmi.core.score.max": (v) => number.test(v),
  };
  function call(name, wanted, does) {
    return (...given) => {
      const right = state === wanted && does(...given);
      error = right === false ? "201" : "0";
      window.log.push([name, ...given, String(right)]);
      return String(right);
    };
  }
  return {
    LMSInitialize: call("init", "new", (v) => { state = "open"; return v === ""; }),
    LMSFinish: call("finish", "open", (v) => { state = "closed"; return v === ""; }),
    LMSGetValue: call("get", "open", (name) => values[name] || ""),
    LMSSetValue: call("set", "open", (name, v) => typeof v === "string" && name in rules && rules[name](v)),
    LMSCommit: call("commit", "open", (v) => v === ""),
    LMSGetLastError: () => error, LMSGetErrorString: () => "", LMSGetDiagnostic: () => "",
  };
}());
"""
FRAME = '<!doctype html><script src="api.js"></script><iframe src="call-1.html" width="400" height="600"></iframe>'


def opened(browser, one, api):  # noqa: F811
    """Return the page of an LMS in which the lesson of a result was opened."""
    files = {**package_files([one]), "lms.html": FRAME, "api.js": api}
    page = browser.new_context().new_page()

    def serve(route):
        name = route.request.url.rpartition("/")[2]
        kind = {"html": "text/html", "js": "text/javascript"}[name.rpartition(".")[2]]
        route.fulfill(body=files[name], content_type=f"{kind}; charset=utf-8")

    page.route("https://lms.example.org/**", serve)
    page.goto("https://lms.example.org/lms.html")
    page.frame_locator("iframe").locator("#told").wait_for()
    return page


def test_the_lms_takes_everything_it_is_told(browser):  # noqa: F811
    page = opened(browser, result(), STRICT.replace("STUDENT", '"dana"'))
    assert page.frame_locator("iframe").locator("#told").inner_text() == "Reported to the LMS."
    page.frames[1].goto("about:blank")
    log = page.evaluate("window.log")
    assert [each for each in log if each[-1] == "false"] == []
    assert log[0] == ["init", "", "true"]
    assert log[-1] == ["finish", "", "true"]
    told = {each[1]: each[2] for each in log if each[0] == "set"}
    assert told["cmi.core.lesson_status"] == "passed"
    assert told["cmi.core.score.raw"] == "85.5"
    assert ["commit", "", "true"] in log


def test_another_persons_result_is_not_reported(browser):  # noqa: F811
    page = opened(browser, result(), STRICT.replace("STUDENT", '"eve"'))
    assert page.frame_locator("iframe").locator("#told").inner_text().endswith("another person's.")
    assert [each for each in page.evaluate("window.log") if each[0] == "set"] == []


def test_a_refusal_is_said_on_the_page(browser):  # noqa: F811
    page = opened(browser, result(total=120.0), STRICT.replace("STUDENT", '"dana"'))
    assert page.frame_locator("iframe").locator("#told").inner_text().startswith("Not reported: the LMS refused it")


def test_without_an_lms_the_page_says_so(browser):  # noqa: F811
    page = opened(browser, result(), "")
    assert "not open in an LMS" in page.frame_locator("iframe").locator("#told").inner_text()


@pytest.mark.skipif("SCORM_AGAIN" not in os.environ, reason="SCORM_AGAIN names scorm12.js of scorm-again (npm)")
def test_scorm_again_takes_it_too(browser):  # noqa: F811
    engine = Path(os.environ["SCORM_AGAIN"]).read_text("utf-8")
    start = "window.API = new Scorm12API({autocommit: false}); window.API.cmi.core.student_id = 'dana';"
    page = opened(browser, result(), engine + "\n" + start)
    assert page.frame_locator("iframe").locator("#told").inner_text() == "Reported to the LMS."
    core = page.evaluate("JSON.parse(JSON.stringify(window.API.cmi)).core")
    assert (core["lesson_status"], float(core["score"]["raw"])) == ("passed", 85.5)
