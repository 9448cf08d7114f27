"""The three kinds of trouble, each on a real server with two workers."""

import logging
import random
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask

from engage import clock
from engage.app import create_app
from engage.budgeting.actions.closing import close_if_due
from engage.budgeting.actions.registering import give_pass
from engage.budgeting.models import Round
from engage.extensions import db
from tests.chaos.journal import Voting, faults, seal_faults
from tests.conftest import SERVER_URL, settings_for
from tests.makers.browsers import Browser
from tests.makers.budgeting import make_round
from tests.makers.servers import Server, serving
from tests.makers.voting import make_voter

#: The application is loaded once, so that a worker that was killed is soon replaced.
ARGUMENTS = ("--preload", "--timeout", "120")
CHANCE = random.Random()  # noqa: S311 - when something is killed, not a secret


@contextmanager
def own_app() -> Iterator[tuple[Flask, Path]]:
    """An application on a database of its own, with the folder that everything of it stands in.

    The database is PostgreSQL where ENGAGE_TEST_DATABASE_URL names one, else a SQLite file.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = create_app(settings_for(folder, SERVER_URL or f"sqlite:///{folder / 'engage.db'}"))
        with app.app_context():
            logging.disable(logging.INFO)
            flask_migrate.upgrade()
            yield app, folder
            db.session.remove()
            db.engine.dispose()


def server_settings(app: Flask) -> dict[str, str]:
    """Production's settings, on the database and the keys of ``app``."""
    return {
        "ENGAGE_ENV": "production",
        "SECRET_KEY": "0" * 64,
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "KEY_DIRECTORY": app.config["KEY_DIRECTORY"],
        "ANCHOR_DIRECTORY": app.config["ANCHOR_DIRECTORY"],
        "BASE_URL": "https://localhost",
        "TRUSTED_HOSTS": "localhost",
    }


@contextmanager
def server_of(app: Flask) -> Iterator[Server]:
    """Serve the database of ``app`` with two workers."""
    db.session.commit()
    with serving("engage.app:create_app()", server_settings(app), *ARGUMENTS) as server:
        yield server


def let_in(round_: Round, server: Server, number: int) -> list[Voting]:
    """Register so many voters and give each a pass, as the pages before the ballot do."""
    slug, people = round_.engagement.slug, []
    for _ in range(number):
        uid = make_voter(round_).uid
        token = give_pass(round_.id, uid, at=clock.now())
        people.append(Voting(uid, Browser(server.port, slug, token)))
    db.session.commit()
    return people


def at_once(acts: Sequence[Callable[[], object]]) -> None:
    """Begin all acts at one moment and wait until all have ended."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait(timeout=60)
        act()

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        list(pool.map(run, acts))


# Workers killed while people vote -----------------------------------------------------------------


def kills(server: Server, ballots: int, number: int, *, clients: int = 8) -> dict[str, Any]:
    """Kill workers (kill -9) while ``ballots`` people vote, until ``number`` were killed."""
    round_ = make_round(db.session, title="Kills")
    projects, round_id = [project.id for project in round_.projects], round_.id
    people, done, killed = let_in(round_, server, ballots), threading.Event(), 0
    waiting = list(people)

    def work() -> None:
        while waiting:
            waiting.pop().vote(CHANCE.sample(projects, 2))

    with ThreadPoolExecutor(max_workers=clients) as pool:
        working = [pool.submit(work) for _ in range(clients)]
        while not all(w.done() for w in working):
            # Evenly over the whole, whatever the pace of this machine.
            due = number * (ballots - len(waiting)) / ballots
            if killed < due:
                killed += server.kill_worker(CHANCE.randrange(2))
            done.wait(CHANCE.uniform(0.02, 0.08))
        for w in working:
            w.result()
    found = faults(round_id, people)
    return {
        "killed": killed,
        "acknowledged": sum(p.was_accepted for p in people),
        "cut off": sum(s.status == 0 for p in people for s in p.sent),
        "faults": dict(found),
    }


# Many at once -------------------------------------------------------------------------------------


def bursts(server: Server, number: int, size: int) -> dict[str, Any]:
    """Send ``number`` bursts of ``size`` votes at one moment, by turns of three kinds.

    One page sent again and again; one person's many different pages; many people's votes.
    """
    round_ = make_round(db.session, title="Bursts")
    projects, round_id = [project.id for project in round_.projects], round_.id
    found: Counter[str] = Counter()
    people: list[Voting] = []
    for n in range(number):
        kind = ("one page", "one person", "many")[n % 3]
        crowd = let_in(round_, server, size if kind == "many" else 1)
        people += crowd
        forms = [person.browser.open_ballot() for person in crowd]
        acts = []
        for m in range(size):
            person, form = crowd[m % len(crowd)], dict(forms[m % len(crowd)])
            if kind == "one person":
                form["submission_id"] = str(uuid.uuid4())
            acts.append(_posting(person, form, [projects[0 if kind == "one page" else m % 3]]))
        at_once(acts)
        found += _burst_faults(kind, crowd)
    found += faults(round_id, people)
    sent = [s.status for p in people for s in p.sent]
    return {"sent": len(sent), "accepted": sent.count(303), "faults": dict(found)}


def _posting(person: Voting, form: Mapping[str, str], choices: list[int]) -> Callable[[], object]:
    return lambda: person.post(dict(form), choices)


def _burst_faults(kind: str, crowd: Sequence[Voting]) -> Counter[str]:
    statuses = Counter(s.status for p in crowd for s in p.sent)
    if kind == "one person":
        expected = statuses[303] == 1 and set(statuses) <= {303, 409}
    else:
        expected = set(statuses) == {303}
    return Counter() if expected else Counter({f"{kind}: answered {dict(statuses)}": 1})


# At the closing instant ---------------------------------------------------------------------------


def closing(server: Server, clients: int) -> dict[str, Any]:
    """Let people vote over the closing instant while the round is closed as soon as it may be."""
    round_id, people, forms, ends = _ready_to_vote(server, clients * 12)
    waiting = sorted(
        ((CHANCE.uniform(ends - 1, ends + 0.7), n) for n in range(len(people))), reverse=True
    )
    projects = db.session.get_one(Round, round_id).projects
    choices = [project.id for project in projects]

    def work() -> None:
        with suppress(IndexError):
            while True:
                when, n = waiting.pop()
                time.sleep(max(0, when - time.time()))
                people[n].post(forms[n], CHANCE.sample(choices, 1))

    with ThreadPoolExecutor(max_workers=clients) as pool:
        working = [pool.submit(work) for _ in range(clients)]
        while not _closed(round_id):
            time.sleep(0.05)
        for w in working:
            w.result()
    found = faults(round_id, people) + seal_faults(round_id, people, ends)
    statuses = Counter(s.status for p in people for s in p.sent)
    return {"accepted": statuses[303], "too late": statuses[410], "faults": dict(found)}


def _ready_to_vote(
    server: Server, number: int
) -> tuple[int, list[Voting], list[dict[str, str]], float]:
    """Make a round that closes soon, and let people open its ballot; all ready before the close."""
    seconds = 2 + number / 40
    while True:
        closes_at = clock.now() + timedelta(seconds=seconds)
        round_ = make_round(db.session, title="Closing", voting_closes_at=closes_at)
        people = let_in(round_, server, number)
        forms = [person.browser.open_ballot() for person in people]
        if time.time() < closes_at.timestamp() - 1 and all(forms):
            return round_.id, people, forms, closes_at.timestamp()
        seconds *= 2  # a slow machine


def _closed(round_id: int) -> bool:
    db.session.rollback()
    closed = close_if_due(db.session.get_one(Round, round_id), clock.now())
    db.session.commit()
    return closed
