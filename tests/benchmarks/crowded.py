"""Every page about bodies and engagements, with thousands of them, beside a bare page of its size.

As gunicorn serves them, with SQLite. What is compared is how long a reader waits for an answer: the
median of many, so that whatever else the machine does counts for little.
"""

import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack

import flask_migrate

from engage.app import create_app
from engage.extensions import db
from engage.permissions import Role
from tests.benchmarks.measure import Comparison, beside
from tests.conftest import make_account, sign_in
from tests.makers.browsers import Browser
from tests.makers.crowd import crowded_paths, fill_area
from tests.makers.home import make_partnership
from tests.makers.places import make_places
from tests.makers.servers import Server, serving

#: How long one line of the bare page is, and its words within.
LINE, WORDS = 600, "x" * 515
#: How many answers one measurement waits for, of big pages fewer; and how often each is repeated.
REQUESTS, OF_BIG, BIG, ROUNDS = 40, 8, 300_000, 3


def run() -> Iterator[Comparison]:
    """Measure each page as the person who may open it sees it."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        settings = {
            "ENGAGE_ENV": "production",
            "SECRET_KEY": secrets.token_hex(32),
            "DATABASE_URL": f"sqlite:///{folder}/engage.db",
            "BASE_URL": "https://localhost",
            "TRUSTED_HOSTS": "localhost",
            "KEY_DIRECTORY": folder,
            "ANCHOR_DIRECTORY": folder,
        }
        people, paths = _prepared(settings)
        engage = stack.enter_context(serving("engage.app:create_app()", settings))
        bare_settings = {
            "BARE_DATABASE": f"sqlite:///{folder}/bare.db",
            "BARE_PROJECTS": "1",
            "BARE_WORDS": WORDS,
        }
        bare = stack.enter_context(serving("tests.benchmarks.bare:create_app()", bare_settings))
        for path in (path for path in paths if not path.endswith(".pdf")):  # printed, not a page
            for cookie in people:
                answer = _browser(engage, cookie).ask("GET", path)
                if answer.status == 200:
                    yield _beside(path, engage, cookie, bare, len(answer.text))
                    break


def _prepared(settings: dict[str, str]) -> tuple[list[str], list[str]]:
    """Fill the area; return the cookies of an officer and of a secretary, and every address."""
    before = dict(os.environ)
    os.environ.update(settings)
    app = create_app()
    os.environ.clear()
    os.environ.update(before)
    with app.app_context():
        flask_migrate.upgrade()
        places = make_places(db.session)
        make_partnership(db.session, places.council_code)
        officer = make_account("Carys", Role.OFFICER)
        secretary = make_account("Bryn", Role.REPRESENTATIVE)
        fill_area(db.session, places, secretary)
        name = app.config["SESSION_COOKIE_NAME"]
        cookies = []
        for account in (officer, secretary):
            cookie = sign_in(app, account).client.get_cookie(name)
            assert cookie is not None
            cookies.append(cookie.value)
        return cookies, sorted(set(crowded_paths(app, secretary.id)))


def _browser(server: Server, cookie: str) -> Browser:
    browser = Browser(server.port, "", "")
    browser.cookies = {"engage": cookie}
    return browser


def _beside(path: str, engage: Server, cookie: str, bare: Server, size: int) -> Comparison:
    requests, bare_path = OF_BIG if size >= BIG else REQUESTS, f"/{max(size // LINE, 1)}/"
    return beside(
        path,
        lambda: _waited(_browser(engage, cookie), path, requests),
        "a bare Jinja page of the same size",
        lambda: _waited(Browser(bare.port, "", ""), bare_path, requests),
        rounds=ROUNDS,
    )


def _waited(browser: Browser, path: str, requests: int) -> float:
    """Return the median of the milliseconds until the whole answer was there."""
    waits = []
    for _ in range(requests):
        began = time.perf_counter()
        answer = browser.ask("GET", path)
        waits.append((time.perf_counter() - began) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"{path} does not answer: nothing is measured")
    return statistics.median(waits)
