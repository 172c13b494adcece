"""Every test module says what it is; a module that does not is an error, not a default."""

import signal

import pytest

KINDS = ("unit", "contract", "golden", "device", "browser")


def pytest_configure() -> None:
    """Let calls that a test stops with Ctrl-C take it also where the tests run in the background, which ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_pycollect_makeitem(collector: pytest.Collector, name: str) -> None:
    if isinstance(collector, pytest.Module) and name.lower().startswith("test"):
        marks = getattr(collector.obj, "pytestmark", [])
        kinds = [mark.name for mark in (marks if isinstance(marks, list) else [marks]) if mark.name in KINDS]
        if len(kinds) != 1:
            raise collector.CollectError(f"needs one `pytestmark = pytest.mark.KIND`, KIND being one of {KINDS}")
