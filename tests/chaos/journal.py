"""What each client was told, and what of it the ballot box bears out."""

import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException

import sqlalchemy as sa

from engage.budgeting.keys import keys_of
from engage.budgeting.models import Ballot, Round, Seal
from engage.budgeting.queries.approvals import bound_of
from engage.budgeting.rules.ballots import ballot_key, canonical_choices, receipt_of, seal_root
from engage.extensions import db
from tests.makers.browsers import Browser

#: What a client does not get an answer by: the worker was killed, or restarts.
BROKEN = (OSError, HTTPException)
#: How long a client keeps trying before it gives up not knowing, in seconds.
PATIENCE = 60


@dataclass
class Sent:
    """One page that was sent: when, what, and with what answer; ``status`` 0 for none."""

    submission_id: str
    choices: list[int]
    began: float
    status: int = 0


@dataclass
class Voting:
    """One person at the vote with everything that was sent and answered."""

    uid: bytes
    browser: Browser
    sent: list[Sent] = field(default_factory=list)
    receipt: str = ""

    def post(self, form: dict[str, str], choices: list[int]) -> Sent:
        """Send a form once and write down what came of it."""
        sent = Sent(form["submission_id"], choices, time.time())
        self.sent.append(sent)
        with suppress(*BROKEN):
            sent.status = self.browser.vote(form, choices).status
        return sent

    def vote(self, choices: list[int]) -> None:
        """Vote as a person does: try again with the same page until there is an answer."""
        until = time.monotonic() + PATIENCE
        form: dict[str, str] = {}
        while not form and time.monotonic() < until:
            form = _whatever(self.browser.open_ballot) or {}
        while form and time.monotonic() < until:
            if self.post(form, choices).status in (303, 409, 410):
                break
        while not self.receipt and self.was_accepted and time.monotonic() < until:
            self.receipt = _whatever(self.browser.read_receipt) or ""

    @property
    def was_accepted(self) -> bool:
        return any(sent.status == 303 for sent in self.sent)


def _whatever(act):
    try:
        return act()
    except BROKEN:
        time.sleep(0.02)
        return None


def faults(round_id: int, everybody: Iterable[Voting]) -> Counter[str]:
    """Compare all journals with the ballot box; count what must not be, by its kind."""
    db.session.rollback()
    round_ = db.session.get_one(Round, round_id)
    key, found = keys_of(round_id, round_.key_check), Counter()
    box = {
        bytes(ballot.ballot_key): ballot
        for ballot in db.session.scalars(sa.select(Ballot).where(Ballot.round_id == round_id))
    }
    seen = 0
    for person in everybody:
        ballot = box.get(ballot_key(key, round_id, person.uid))
        seen += ballot is not None
        accepted = {s.submission_id for s in person.sent if s.status == 303}
        unknown = {s.submission_id for s in person.sent if s.status in (0, 500, 503)}
        if ballot is None:
            found["lost"] += bool(accepted)
            continue
        if ballot.version > len(accepted | unknown):
            found["double"] += 1
        if ballot.submission_id not in accepted | unknown:
            found["wrong"] += 1
        last = {s.submission_id: canonical_choices(s.choices) for s in person.sent}
        if ballot.choices != last.get(ballot.submission_id):
            found["changed"] += 1
        if len(accepted) == 1 and not unknown - accepted and ballot.submission_id not in accepted:
            found["lost"] += 1
        if person.receipt and person.receipt != receipt_of(ballot.leaf):
            found["receipt of something else"] += 1
    found["from nowhere"] = len(box) - seen
    found["errors of ours"] = sum(s.status == 500 for p in everybody for s in p.sent)
    return +found


def seal_faults(round_id: int, everybody: Iterable[Voting], closes_at: float) -> Counter[str]:
    """Compare the last seal with the box, and the journals with the closing instant."""
    found: Counter[str] = Counter()
    leaves = list(db.session.scalars(sa.select(Ballot.leaf).where(Ballot.round_id == round_id)))
    seal = db.session.scalars(
        sa.select(Seal).where(Seal.round_id == round_id).order_by(Seal.n.desc())
    ).first()
    bound = bound_of(db.session.get_one(Round, round_id))
    if seal is None or seal.ballots != len(leaves) or seal.root != seal_root(leaves, bound):
        found["not what was sealed"] = 1
    sent = [s for person in everybody for s in person.sent]
    found["accepted late"] = sum(s.status == 303 and s.began > closes_at for s in sent)
    found["refused in time"] = sum(s.status == 410 and s.began < closes_at - 1 for s in sent)
    return +found
