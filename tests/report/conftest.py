"""A real browser for the pages."""

import shutil

import pytest

LOW_CONTRAST = """() => {
            const parts = (c) => c.match(/[\\d.]+/g).map(Number);
            const light = (c) => { const [r, g, b] = parts(c).map((v) => { v /= 255;
                return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
                return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
            const behind = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
                if (parts(c)[3] !== 0) return c; } return "rgb(255, 255, 255)"; };
            const text = "p, li, dt, dd, h1, h2, h3, button, summary, label, code, b, span";
            return [...document.querySelectorAll(text)]
                .filter((e) => e.innerText.trim() && !e.classList.contains("visually-hidden"))
                .map((e) => { const a = light(getComputedStyle(e).color), b = light(behind(e));
                    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.className, e.innerText]; })
                .filter(([ratio]) => ratio < 4.5);
        }"""
"""Every text that stands out from its background by less than WCAG 2.2 level AA asks: 4.5 to 1."""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture(scope="module")
def browser():
    path = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
    if path is None:
        pytest.skip("no Chromium on this machine; install the package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield running
        running.close()
