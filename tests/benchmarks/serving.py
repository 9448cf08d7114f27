"""A vote and a list of projects, as gunicorn serves them, beside a bare Flask application.

Both run at once with two workers each on one PostgreSQL, and are asked in turn. What is compared
is the processor time of the workers, with what the kernel spends on their behalf.
"""

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import flask_migrate

from engage import clock
from engage.app import create_app
from engage.budgeting.actions.registering import give_pass
from engage.budgeting.models import Round
from engage.extensions import db
from tests.benchmarks.measure import Comparison, beside
from tests.makers.browsers import Browser
from tests.makers.budgeting import make_project, make_proposal, make_round, settle
from tests.makers.home import make_partnership
from tests.makers.servers import Server, serving
from tests.makers.voting import make_voter

PROJECTS, WORDS = 100, "Seats, planting and light for everybody who passes here. " * 3
REQUESTS = 150


def run(url: str) -> Iterator[Comparison]:
    """Measure on the PostgreSQL database at ``url``."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        settings = {
            "ENGAGE_ENV": "production",
            "SECRET_KEY": secrets.token_hex(32),
            "DATABASE_URL": url,
            "BASE_URL": "https://localhost",
            "TRUSTED_HOSTS": "localhost",
            "KEY_DIRECTORY": folder,
            "ANCHOR_DIRECTORY": folder,
        }
        slug, tokens, projects = _prepared(settings)
        engage = stack.enter_context(serving("engage.app:create_app()", settings))
        page = f"/rounds/{slug}/"
        size = len(Browser(engage.port, slug, "").ask("GET", page).text)
        bare_settings = {"BARE_DATABASE": url, "BARE_PROJECTS": str(PROJECTS)}
        bare_settings["BARE_WORDS"] = "x" * (size // PROJECTS - 85)
        bare = stack.enter_context(serving("tests.benchmarks.bare:create_app()", bare_settings))
        yield from _compare(engage, bare, slug, tokens, projects)


def _prepared(settings: dict[str, str]) -> tuple[str, list[str], list[int]]:
    """Migrate, make a round of ``PROJECTS`` projects, and let voters in; as a server would."""
    before = dict(os.environ)
    os.environ.update(settings)
    app = create_app()
    os.environ.clear()
    os.environ.update(before)
    with app.app_context():
        flask_migrate.upgrade()
        make_partnership(db.session)
        names = [(f"Project {n} for the whole town", 100_000 + n) for n in range(PROJECTS)]
        opened = clock.now() - timedelta(hours=1)
        round_ = make_round(db.session, "screening", max_choices=5, voting_opens_at=opened)
        for name, pence in names:
            proposal = make_proposal(db.session, round_, name, stage="accepted", cost_pence=pence)
            project = make_project(db.session, round_, name, pence)
            project.summary, project.proposal_id = WORDS, proposal.id
        settle(round_)
        db.session.flush()
        round_.stage = "voting"
        db.session.commit()
        tokens = _let_in(round_, REQUESTS * 8)
        return round_.engagement.slug, tokens, [project.id for project in round_.projects[:3]]


def _let_in(round_: Round, number: int) -> list[str]:
    voters = [make_voter(round_).uid for _ in range(number)]
    tokens = [give_pass(round_.id, uid, at=clock.now()) for uid in voters]
    db.session.commit()
    return tokens


def _compare(
    engage: Server, bare: Server, slug: str, tokens: list[str], projects: list[int]
) -> Iterator[Comparison]:
    plain = Browser(bare.port, slug, "")
    reader = Browser(engage.port, slug, "")
    waiting = iter(tokens)

    def write() -> Callable[[], None]:
        return lambda: _expect(plain.ask("POST", "/", {"choice": "1,2,3"}).status, 303)

    def vote() -> Callable[[], None]:
        browser = Browser(engage.port, slug, next(waiting))
        form = browser.open_ballot()
        return lambda: _expect(browser.vote(form, projects).status, 303)

    def plain_page() -> Callable[[], None]:
        return lambda: _expect(plain.ask("GET", "/").status, 200)

    def our_page() -> Callable[[], None]:
        return lambda: _expect(reader.ask("GET", f"/rounds/{slug}/").status, 200)

    yield beside(
        "a vote: checked, written, acknowledged",
        lambda: _spent(engage, vote),
        "one committed insert in a bare Flask view",
        lambda: _spent(bare, write),
    )
    yield beside(
        f"the list of {PROJECTS} projects",
        lambda: _spent(engage, our_page),
        "a bare Jinja page of the same size",
        lambda: _spent(bare, plain_page),
    )


def _expect(status: int, wanted: int) -> None:
    if status != wanted:
        raise RuntimeError(f"answered {status} instead of {wanted}: nothing is measured")


def _spent(server: Server, prepare: Callable[[], Callable[[], None]]) -> float:
    """Return the milliseconds of processor time that one request costs a server's workers."""
    requests = [prepare() for _ in range(REQUESTS)]
    before = server.processor_seconds()
    for request in requests:
        request()
    return (server.processor_seconds() - before) * 1000 / REQUESTS
