"""Wieliczka 2023, all 6,586 ballots, from the first proposal to the published bundle.

    python -m tests.campaigns.wieliczka [BALLOTS]

Every ballot is cast as a voter casts it: the page of the ballot, its form with the token, the
answer, the receipt, on a real server with two workers. Every fiftieth voter changes their vote.
The round closes by the clock, is sealed, counted and declared; the bundle is verified, counted
again by its own recount.py and by pabutools, and every voter's latest receipt is looked for in it.
The database is PostgreSQL where ENGAGE_TEST_DATABASE_URL names one, else a SQLite file.
"""

import io
import json
import os
import re
import shlex
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions import rounds
from engage.budgeting.actions.counting import count_round
from engage.budgeting.actions.proposals import Draft, submit_proposal
from engage.budgeting.actions.registering import give_pass, register_voter
from engage.budgeting.actions.voting import begin_writing
from engage.budgeting.exports import bundle_of
from engage.budgeting.jobs import close_due_rounds
from engage.budgeting.models import Round
from engage.budgeting.rules.ballots import CLOSING_WAIT, keyed
from engage.budgeting.rules.results import Outcome, read_outcome
from engage.budgeting.rules.rounds import RoundRules
from engage.budgeting.rules.unpacking import Bundle, read_bundle
from engage.budgeting.rules.verifying import verify
from engage.extensions import db
from engage.messages.rules import new_reference
from engage.places.rules import Placing
from engage.tally.pabulib import PabulibFile, read_pabulib
from tests.chaos.runs import own_app, server_of
from tests.conftest import SHARED
from tests.makers.approvals import declare
from tests.makers.browsers import Browser
from tests.makers.budgeting import answer_charter
from tests.makers.keeping import keep_sheets
from tests.makers.screening import accept
from tests.makers.servers import Server

ROOT = Path(__file__).resolve().parents[2]
NAME = "Poland_Wieliczka_2023_Green_Budget.pb"
ORACLE = Path(os.environ.get("ENGAGE_ORACLE", ROOT / ".venv-oracle" / "bin" / "python"))
#: Which voters change their vote: those whose number this divides.
CHANGES = 50
AS_IN_WIELICZKA = {"rule": "equal-shares", "completion": "add1", "comparison": True}
ELSEWHERE = Placing("unmatched")


@dataclass
class Cast:
    """One voter of the file with the receipt that their browser showed last."""

    token: str
    choices: list[int]
    receipt: str = ""


# From the first proposal to the settled ballot ----------------------------------------------------


def prepare(
    file: PabulibFile,
    closes_at: datetime,
    by: int,
    counted_by: Mapping[str, Any] = AS_IN_WIELICZKA,
) -> Round:
    """Make the round and its ballot through the same actions as the officers' pages."""
    now = clock.now()
    early, later = now - timedelta(days=3), now - timedelta(days=2)
    projects, pot = file.tally_projects(), file.election().pot
    rules = RoundRules(
        pot_pence=pot,
        min_award_pence=min(p.cost for p in projects),
        max_award_pence=min(pot, max(p.cost for p in projects)),
        min_choices=1,
        max_choices=len(projects),
        min_age=16,
        who_may_vote="Everybody who lives in Wieliczka",
        **counted_by,
        tie_order="file",
        allow_change=True,
        proposals_open_at=early,
        proposals_close_at=later,
        voting_opens_at=now,
        voting_closes_at=closes_at,
    )
    about = dict.fromkeys(rounds.ABOUT, "") | {
        "title": "Wieliczka Green Budget", "purpose": "Choose what is planted",
        "level": "empower", "open_to_change": "The projects", "fixed": "The fund",
        "locality_id": None, "lead_partner_id": None,
    }  # fmt: skip
    round_ = rounds.create_round(about, rules, at=early, by=by)
    rounds.open_proposals(round_, at=early, by=by)
    officer = db.session.get_one(Account, by)
    for project in projects:
        title = (project.name or project.id)[:120]
        draft = Draft(title, project.name or title, project.cost)
        proposal = submit_proposal(round_, draft, ELSEWHERE, new_reference(), at=early)
        accept(proposal, officer)
    rounds.close_proposals(round_, at=later, by=by)
    answer_charter(db.session, round_)
    keep_sheets(round_, officer)
    rounds.settle_ballot(round_, at=now, by=by)
    db.session.commit()
    return round_


def register(round_: Round, file: PabulibFile, ballots: int) -> list[Cast]:
    """Register a voter for each vote of the file, as a link does that somebody follows."""
    ids = {p.id: ours.id for p, ours in zip(file.tally_projects(), round_.projects, strict=True)}
    round_id, people = round_.id, []
    for start in range(0, ballots, 200):
        begin_writing()
        for number, vote in enumerate(file.votes[start : min(start + 200, ballots)], start):
            identity = keyed(b"campaign", "voter", number)
            uid = register_voter(round_id, identity, ELSEWHERE, at=clock.now())
            token = give_pass(round_id, uid, at=clock.now())
            people.append(Cast(token, [ids[choice] for choice in vote.choices]))
        db.session.commit()
    return people


# Casting ------------------------------------------------------------------------------------------


def cast(number: int, person: Cast, browser: Browser) -> None:
    """Vote through the pages, some of them twice, and keep the receipt that is shown last."""
    votes = [person.choices]
    if number % CHANGES == 0:
        votes.insert(0, person.choices[:1])
    for choices in votes:
        form = browser.open_ballot()
        answer = browser.vote(form, choices)
        if (answer.status, answer.leads_to) != (303, browser.receipt):
            raise RuntimeError(f"ballot {number} was answered {answer.status}")
    person.receipt = browser.read_receipt()


def cast_all(
    people: Sequence[Cast], browser: Callable[[str], Browser], clients: int
) -> tuple[float, int]:
    """Cast all ballots with so many clients at once; return the seconds and the requests."""
    began = time.monotonic()

    def work(first: int) -> None:
        for number in range(first, len(people), clients):
            cast(number, people[number], browser(people[number].token))

    with ThreadPoolExecutor(max_workers=clients) as pool:
        list(pool.map(work, range(clients)))
    changes = len(range(0, len(people), CHANGES))
    return time.monotonic() - began, 3 * len(people) + 2 * changes


# From the close to the published bundle -----------------------------------------------------------


def certify(round_: Round, by: int) -> Outcome:
    """Count, and confirm the result as two people do; return what was declared."""
    count = count_round(round_, at=clock.now(), by=by)
    db.session.commit()
    declare(round_, db.session.get_one(Account, by))
    return read_outcome(count.outcome)


def check(round_: Round, outcome: Outcome, people: Sequence[Cast], folder: Path) -> dict[str, Any]:
    """Verify what was published, count it again, and look for every receipt."""
    packed = bundle_of(round_)
    bundle = read_bundle(io.BytesIO(packed))
    faults = [found.fault for found in verify(bundle) if found.fault]
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder)
    told: dict[str, Any] = {
        "faults": faults,
        "ballots": len(bundle.leaves),
        "winners": len(outcome.winners),
        "recount.py": recounted(folder) == (folder / "result.json").read_bytes(),
        "receipts found": receipts_found(bundle, people),
    }
    return told


def recounted(folder: Path) -> bytes:
    """Return what the bundle's own program prints, run as the bundle's README says."""
    readme = (folder / "README.txt").read_text(encoding="utf-8")
    command = re.search(r"python3 (recount\.py .*) > mine\.json", readme)
    assert command is not None, "the README tells how to count again"
    asked = [sys.executable, "-I", *shlex.split(command[1])]
    return subprocess.run(asked, check=True, capture_output=True, cwd=folder).stdout


def by_pabutools(rule: str, folder: Path) -> list[str]:
    """Return the winners by pabutools, by the rule whose count stands."""
    job = "add1" if rule == "equal-shares" else "greedy"
    side = str(ROOT / "tests" / "tally" / "pabutools_side.py")
    asked = [str(ORACLE), side, str(folder / "election.pb"), job]
    run = subprocess.run(asked, check=True, capture_output=True, text=True)
    winners: list[str] = json.loads(run.stdout.strip().splitlines()[-1])["jobs"][job]["winners"]
    return winners


def receipts_found(bundle: Bundle, people: Sequence[Cast]) -> int:
    """Return how many voters' latest receipts are in the published list."""
    text = bundle.members["receipts.csv"].decode()
    published = set(re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", text))
    return sum(person.receipt in published for person in people)


# The whole ---------------------------------------------------------------------------------------


def run(app: Flask, file: PabulibFile, ballots: int, folder: Path) -> dict[str, Any]:
    """Hold the election on the database of ``app``; return what came of it."""
    officer = Account(
        name="Carys", email="carys@example.org", role="officer", created_at=clock.now()
    )
    db.session.add(officer)
    db.session.commit()
    with server_of(app) as server:
        seconds = ballots * _pace(file, officer.id, server)
        closes_at = clock.now() + timedelta(seconds=60 + 1.7 * seconds)
        round_ = prepare(file, closes_at, officer.id)
        slug = round_.engagement.slug
        people = register(round_, file, ballots)
        taken, requests = cast_all(people, lambda token: Browser(server.port, slug, token), 4)
        print(f"{len(people):,} ballots are in; waiting for the close", flush=True)
        while clock.now() < closes_at + CLOSING_WAIT + timedelta(seconds=1):
            time.sleep(1)
        closed = round_.id in close_due_rounds()
        db.session.refresh(round_)
        outcome = certify(round_, officer.id)
        told = check(round_, outcome, people, folder)
    if ORACLE.is_file():
        told["pabutools"] = set(by_pabutools(outcome.rule, folder)) == set(outcome.winners)
    told |= {"closed by the clock": closed, "seconds to cast": round(taken, 1)}
    return told | {"requests": requests, "ballots a second": round(len(people) / taken, 1)}


def _pace(file: PabulibFile, by: int, server: Server) -> float:
    """Cast a few ballots in a round of their own; return the seconds that one took."""
    trial = prepare(file, clock.now() + timedelta(hours=1), by)
    slug, people = trial.engagement.slug, register(trial, file, 60)
    seconds, _requests = cast_all(people, lambda token: Browser(server.port, slug, token), 4)
    return seconds / len(people)


def main() -> None:
    """Run the campaign on a database of its own and print what came of it."""
    path = SHARED / "pabulib" / NAME
    if not path.is_file():
        sys.exit(f"The real elections are not at {SHARED}: set ENGAGE_SHARED_DATA.")
    with path.open("rb") as stream:
        file = read_pabulib(stream)
    ballots = int(sys.argv[1]) if len(sys.argv) > 1 else len(file.votes)
    with own_app() as (app, folder):
        told = run(app, file, ballots, folder / "bundle")
    for what, value in told.items():
        print(f"{what:22} {value}")
    good = told["recount.py"] and told["closed by the clock"] and told.get("pabutools", True)
    sys.exit(0 if good and not told["faults"] and told["receipts found"] == ballots else 1)


if __name__ == "__main__":
    main()
