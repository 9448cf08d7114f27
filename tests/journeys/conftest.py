"""The site in a real browser: a server of its own, phone and desktop, with and without script."""

import os
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from werkzeug.serving import make_server

from engage.app import create_app
from engage.extensions import db
from tests.conftest import SERVER_URL, settings_for

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
#: Every rule is tried, but only what breaks one is described at length, which halves the work.
VIOLATIONS = """() => axe.run({
    resultTypes: ['violations'],
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
}).then(found => found.violations)"""
#: How wide pages are when they are checked: a small phone, then a desktop.
WIDTHS = [320, 1280]
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's own Chromium, which reaches for nothing outside."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        pytest.fail("Chromium is not installed. Run: sudo apt-get install chromium")
    return {
        "executable_path": found,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@dataclass
class LiveSite:
    """A running site: its address, and the application behind it."""

    address: str
    app: Flask


@pytest.fixture
def live_site(migrated: str, tmp_path: Path) -> Iterator[LiveSite]:
    """The site on an empty SQLite database, served on a free port of this machine."""
    if SERVER_URL:
        pytest.skip("the journeys run on SQLite")
    shutil.copy(migrated.removeprefix("sqlite:///"), tmp_path / "engage.db")
    settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'engage.db'}")
    app = create_app({**settings, "MAILER": "file"})
    server = make_server("127.0.0.1", 0, app, threaded=True)
    app.config["BASE_URL"] = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield LiveSite(app.config["BASE_URL"], app)
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def check_accessibility(page: Page) -> None:
    """Assert that axe finds nothing against WCAG 2.2 AA at each of WIDTHS, and that nothing
    scrolls sideways at 320 px."""
    before = page.viewport_size
    page.evaluate(AXE)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        faults = [
            f"{v['id']}: {v['help']} at {[n['target'] for n in v['nodes']][:3]}"
            for v in page.evaluate(VIOLATIONS)
        ]
        assert not faults, f"{page.url} at {width} px: {faults}"
        if width == 320:
            wide = page.evaluate("() => document.documentElement.scrollWidth")
            assert wide <= 320, f"{page.url} is {wide} px wide on a 320 px phone"
    page.set_viewport_size(before or PHONE)


class Person:
    """Somebody at a browser of their own, who notices what a page says on its console."""

    def __init__(
        self, context: BrowserContext, address: str, checked: set[str], *, script: bool
    ) -> None:
        self.page = context.new_page()
        self.address = address
        #: Whether each page is checked as it comes; a story that repeats itself may stop that.
        self.looks = script
        self.complaints: list[str] = []
        self.checked = checked
        self.page.on(
            "console",
            lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None,
        )
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on(
            "request",
            lambda r: (
                None
                if r.url.startswith((address, "data:"))
                else self.complaints.append(f"asked {r.url}")
            ),
        )

    def open(self, path: str) -> Page:
        """Open a page of the site, or a whole address of it, and look at it."""
        self.page.goto(path if path.startswith("http") else self.address + path)
        return self.look()

    def hurry_to(self, path: str) -> None:
        """Open a page of the site without a look."""
        self.page.goto(self.address + path)

    def look(self) -> Page:
        """Check the page that is open, as everybody would want it; the same page only once.

        Pages that differ by a number or an id alone are one page.
        """
        path = re.sub(r"[0-9a-f-]{36}|\d+", "N", self.page.url.removeprefix(self.address))
        page = f"{path} {self.page.title()}"
        if self.looks and page not in self.checked:
            self.checked.add(page)
            check_accessibility(self.page)
        return self.page

    def press(self, name: str) -> Page:
        """Press a button or follow a link by its words, and look at what comes."""
        self.hurry(name)
        return self.look()

    def hurry(self, name: str) -> None:
        """Press a button or follow a link by its words, without a look: for one page of many."""
        button = self.page.get_by_role("button", name=name, exact=True)
        target = button if button.count() else self.page.get_by_role("link", name=name, exact=True)
        target.first.click()
        self.page.wait_for_load_state()

    def fill(self, **typed: Any) -> None:
        """Type into boxes by their names; tick a box with True, choose an answer by its value."""
        for name, value in typed.items():
            found = self.page.locator(f"[name='{name}']")
            kind = found.first.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
            if kind == "select":
                found.first.select_option(value)
            elif kind in ("radio", "checkbox"):
                for one in value if isinstance(value, list) else [value]:
                    this = f"[name='{name}'][value='{one}']"
                    self.tick(found.first if one is True else self.page.locator(this))
            elif kind == "file":
                found.first.set_input_files(value)
            else:
                found.first.fill(str(value))

    def tick(self, box: Locator) -> None:
        """Tick a box or choose an answer as people do: by its words."""
        if not box.is_checked():
            self.page.locator(f"label[for='{box.get_attribute('id')}']").click()

    def says(self, words: str) -> bool:
        """Say whether the page holds these words, however they are broken over lines."""
        text = " ".join(self.page.locator("body").inner_text().split())
        assert words in text, f"“{words}” is not on {self.page.url}: {text[:2000]}"
        return True


@pytest.fixture(params=["with script", "without script"])
def script(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs scripts; every story works both ways."""
    return bool(request.param == "with script")


@pytest.fixture
def someone(live_site: LiveSite, browser: Browser, script: bool) -> Iterator[Any]:
    """Call for one more person with a browser of their own, on a phone unless said otherwise."""
    contexts: list[BrowserContext] = []
    people: list[Person] = []
    checked: set[str] = set()

    def arrive(*, desktop: bool = False) -> Person:
        context = browser.new_context(
            viewport=DESKTOP if desktop else PHONE, java_script_enabled=script, locale="en-GB"
        )
        context.set_default_timeout(30000)
        contexts.append(context)
        people.append(Person(context, live_site.address, checked, script=script))
        return people[-1]

    yield arrive
    for context in contexts:
        context.close()
    complaints = [c for person in people for c in person.complaints]
    # A form sent with a mistake is answered 422, which Chromium notes as an error of loading.
    expected = "the server responded with a status of 4"
    assert [c for c in complaints if expected not in c] == []
