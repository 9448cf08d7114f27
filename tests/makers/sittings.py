"""Whole sittings at a vote: people register, vote and leave minutes apart, as on a real day.

Each step runs through the application's own actions, in the order of a simulated clock, as a unit
of its own. What a step wrote that names somebody is noted by table and row: only the test knows.
"""

import random
import secrets
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from engage import clock
from engage.accounts.actions import note_failed_try, start_session
from engage.accounts.models import Account, FailedTry
from engage.budgeting.actions import registering
from engage.budgeting.actions.voting import cast_ballot
from engage.budgeting.keys import keys_of
from engage.budgeting.models import Round, VoterCode
from engage.budgeting.queries.voters import ballot_of, code_at
from engage.budgeting.rules.ballots import Submission, ballot_key
from engage.extensions import db
from engage.messages.models import Message
from engage.messages.rules import ALPHABET
from engage.places.rules import AGE_BANDS, Placing
from tests.makers.linkage import Side

#: Each table with rows that somebody writes near a vote, and the column by which the test knows
#: whose a row is. A new table joins the battery here, and in ``STEPS`` with what writes it.
NAMED = {
    "voter": "uid",
    "voter_identity": "voter_uid",
    "voter_code": "voter_uid",
    "voter_link": "token_hash",
    "voting_pass": "voter_uid",
    "sign_in_session": "token_hash",
    "message": "id",
    "failed_try": "id",
}
PLACING = Placing("not_given")


@dataclass
class Person:
    """Somebody at the vote. By turns they come with a code, by e-mail, and signed in besides."""

    number: int
    arrives: float
    account_id: int
    uid: bytes = b""
    token: str = ""
    steps: list[Callable[["Sittings", "Person", datetime], None]] = field(default_factory=list)


class Sittings:
    """A round with people who come to it; ``sides`` tells whose every row is."""

    def __init__(self, round_: Round, people: int, *, seed: int) -> None:
        self.round_id, self.ballot_hash = round_.id, round_.ballot_hash or ""
        self.projects = [project.id for project in round_.projects]
        self.chance = random.Random(seed)  # noqa: S311 - when people come, not a secret
        self.owners: dict[str, dict] = defaultdict(dict)
        accounts = _accounts(people)
        _codes(self.round_id, people)
        # As dense as 500 people in twelve hours, in an order of their own.
        self.people = [
            Person(n, self.chance.uniform(0, people * 86.4), accounts[n]) for n in range(people)
        ]
        for person in self.people:
            person.steps = [step for step, is_theirs in STEPS if is_theirs(person.number)]

    def sit(self, people: Sequence[Person]) -> None:
        """Let these people come and go, each step at its time and minutes after the one before."""
        events = []
        for person in people:
            at = person.arrives
            for step in person.steps:
                events.append((at, person.number, step))
                at += self.chance.uniform(30, 240)
        began = clock.now() - timedelta(hours=20)
        for seconds, number, step in sorted(events, key=lambda event: event[:2]):
            step(self, self.people[number], began + timedelta(seconds=seconds))
            db.session.commit()

    def note(self, table: str, key: object, person: Person) -> None:
        """Remember whose row a table holds under ``key``."""
        self.owners[table][key] = person.number

    def sides(self, people: Sequence[Person]) -> tuple[list[Side], Side]:
        """Return the named tables and the ballot box, as far as they hold rows of these people."""
        among = {person.number for person in people}
        round_ = db.session.get_one(Round, self.round_id)
        key = keys_of(round_.id, round_.key_check)
        box = {ballot_key(key, round_.id, p.uid): p.number for p in people}
        named = [
            Side(table, owner, {k: n for k, n in self.owners[table].items() if n in among})
            for table, owner in NAMED.items()
        ]
        return [side for side in named if side.people], Side("ballot", "ballot_key", box)


def _accounts(people: int) -> list[int]:
    now = clock.now()
    made = [
        Account(name="A resident", email=f"r{n}@example.org", role="resident", created_at=now)
        for n in range(people)
    ]
    db.session.add_all(made)
    db.session.commit()
    return [account.id for account in made]


def _codes(round_id: int, people: int) -> None:
    """Codes of a batch that was issued long ago; their secrets play no part in this."""
    for n in range(people):
        db.session.add(VoterCode(round_id=round_id, locator=_locator(n), secret_hash="-"))
    db.session.commit()


def _locator(number: int) -> str:
    return "".join(ALPHABET[number // 32**place % 32] for place in range(5))


# Steps: what one person does at one time, and whose rows come of it ------------------------------


def sign_in(sittings, person, at):
    account = db.session.get_one(Account, person.account_id)
    sittings.note("sign_in_session", start_session(account, at=at).token_hash, person)


def mistype_code(sittings, person, at):
    note_failed_try("code", _locator(person.number), f"192.0.2.{person.number % 250}", at)
    db.session.flush()
    sittings.note("failed_try", db.session.scalar(sa.select(sa.func.max(FailedTry.id))), person)


def use_code(sittings, person, at):
    code = code_at(_locator(person.number))
    uid = registering.use_code(code, PLACING, at=at, age_band=_age_of(person))
    _arrive(sittings, person, uid, at)
    sittings.note("voter_code", person.uid, person)


def ask_for_link(sittings, person, at):
    round_ = db.session.get_one(Round, sittings.round_id)

    def link_to(token: str) -> str:
        person.token = token
        return token

    email = f"r{person.number}@example.org"
    age_band = _age_of(person)
    registering.request_link(round_, email, PLACING, at=at, link_to=link_to, age_band=age_band)
    sittings.note("voter_link", registering.token_hash(person.token), person)
    sittings.note("message", db.session.scalar(sa.select(sa.func.max(Message.id))), person)


def _age_of(person):
    return [None, *AGE_BANDS][person.number % (len(AGE_BANDS) + 1)]


def follow_link(sittings, person, at):
    uid = registering.use_link(sittings.round_id, person.token, at=at)
    _arrive(sittings, person, uid, at)


def _arrive(sittings, person, uid, at):
    person.uid = uid
    registering.give_pass(sittings.round_id, uid, at=at)
    for table in ("voter", "voter_identity", "voting_pass"):
        sittings.note(table, uid, person)


def vote(sittings, person, at):
    sent = Submission(
        str(uuid.uuid4()), 0, sittings.ballot_hash, [secrets.choice(sittings.projects)]
    )
    cast_ballot(sittings.round_id, person.uid, sent, at=at)


def vote_again(sittings, person, at):
    standing = ballot_of(db.session.get_one(Round, sittings.round_id), person.uid)
    sent = Submission(
        str(uuid.uuid4()), standing.version, sittings.ballot_hash, sittings.projects[:2]
    )
    cast_ballot(sittings.round_id, person.uid, sent, at=at)


#: Each step with the people, by number, who take it; a new step joins here in its place.
STEPS = (
    (sign_in, lambda n: n % 3 == 2),
    (mistype_code, lambda n: n % 3 == 0),
    (use_code, lambda n: n % 3 == 0),
    (ask_for_link, lambda n: n % 3 != 0),
    (follow_link, lambda n: n % 3 != 0),
    (vote, lambda n: True),
    (vote_again, lambda n: n % 10 == 1),
)
