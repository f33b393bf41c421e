"""The review page in a real browser: Debian's Chromium, driven by Playwright; axe-core judges what people need who do
not see or do not use a mouse."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hvsbuild.review.write import write_review
from tests.conftest import library, without
from tests.golden import reviewed_of, spec_of

playwright = library("playwright.sync_api", "BROWSER")
axe = library("axe_playwright_python.sync_playwright", "BROWSER")
CHROMIUM = shutil.which("chromium")
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    if CHROMIUM is None:
        without("BROWSER", "chromium is not installed")
    with playwright.sync_playwright() as started:
        yield started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = tmp_path_factory.mktemp("bundle")
    write_review(reviewed_of(spec_of({})), folder)
    return (folder / "review.html").as_uri()


class Visit:
    """A page that was opened; what it asked the network for, and what it complained of."""

    def __init__(self, browser: playwright.Browser, address: str, size: str, scheme: str = "light") -> None:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        self.page = context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_asked_for_and_nothing_is_wrong(
    browser: playwright.Browser, address: str, size: str, scheme: str
) -> None:
    visit = Visit(browser, address, size, scheme)
    assert [url for url in visit.requests if not url.startswith("data:")] == [address]
    assert visit.complaints == []
    found = axe.Axe().run(visit.page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("size", SIZES)
def test_the_page_itself_never_scrolls_sideways(browser: playwright.Browser, address: str, size: str) -> None:
    visit = Visit(browser, address, size)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


def test_every_link_leads_to_something_that_is_seen(browser: playwright.Browser, address: str) -> None:
    page = Visit(browser, address, "desktop").page
    links = page.locator("a[href^='#']")
    assert links.count() > 20
    for link in links.all():
        target = (link.get_attribute("href") or "")[1:]
        assert page.locator(f"[id='{target}']").is_visible(), target


def test_a_task_of_the_graph_leads_to_its_script(browser: playwright.Browser, address: str) -> None:
    page = Visit(browser, address, "desktop").page
    page.locator("svg.lanes a[href='#disk-prepare']").click()
    assert page.url.endswith("#disk-prepare")
    assert page.locator("article#disk-prepare").evaluate("one => one.getBoundingClientRect().top") < 400


def test_the_keyboard_goes_past_the_head(browser: playwright.Browser, address: str) -> None:
    page = Visit(browser, address, "desktop").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = "document.getElementById('main').contains(document.activeElement)"
    assert page.evaluate(inside), "the next stop is in the content"


def test_on_paper_all_of_it_is_there(browser: playwright.Browser, address: str) -> None:
    page = Visit(browser, address, "desktop").page
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator("article#disk-prepare pre").evaluate("one => one.scrollWidth <= one.clientWidth")
