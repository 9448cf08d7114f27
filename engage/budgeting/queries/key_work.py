"""What waits on the desk because of keys and seals, in few reads for however many rounds."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import joinedload

from engage.budgeting.anchors import record_of
from engage.budgeting.models import RecoverySheet, Round, Seal
from engage.budgeting.queries.records import record_state
from engage.budgeting.queries.sheets import challenge_ends, key_state, state_by_sheets
from engage.budgeting.rules.seals import RecordDamaged
from engage.budgeting.rules.stages import Stage
from engage.extensions import db

#: The stages at which a round takes or holds votes.
_SEALING = (Stage.VOTING, Stage.CLOSED)


@dataclass(frozen=True)
class KeyWork:
    """Something about keys and seals that waits for an officer.

    ``what``: “gap”, “record” (of seals, unreadable), “missing” (a key) or “destroy” (a sheet).
    Without a slug it is the installation's.
    """

    what: str
    title: str
    slug: str


def key_work(at: datetime) -> list[KeyWork]:
    """Return what waits for officers because of keys and seals, the most urgent first."""
    rounds = list(db.session.scalars(_with_keys()))
    sealing = [round_ for round_ in rounds if round_.stage in _SEALING]
    lost = [KeyWork("missing", "", "")] if key_state(None) == "missing" else []
    behind = _behind(sealing)
    found = {
        "gap": [round_ for round_, state in behind if state == "behind"],
        "record": [round_ for round_, state in behind if state == "unreadable"],
        "missing": _keyless(sealing),
        "destroy": [r for r in rounds if r.stage == Stage.DECLARED and challenge_ends(r) <= at],
    }
    return lost + [
        KeyWork(what, round_.engagement.title, round_.engagement.slug)
        for what, rounds in found.items()
        for round_ in rounds
    ]


@cache
def _with_keys() -> Select[Round]:
    """The rounds that take or hold votes, and the declared ones whose sheet is still kept."""
    kept = select(RecoverySheet.round_id).where(RecoverySheet.destroyed_at.is_(None))
    return (
        select(Round)
        .where(Round.stage.in_(_SEALING) | ((Round.stage == Stage.DECLARED) & Round.id.in_(kept)))
        .options(joinedload(Round.engagement))
        .order_by(Round.id)
    )


def _behind(rounds: list[Round]) -> list[tuple[Round, str]]:
    """The rounds that take no votes, and why; those whose last seal isn't as noted are looked at
    closely."""
    noted: dict[tuple[int, int], str] = {}
    doubtful = set()
    for round_ in rounds:
        try:
            for last in record_of(round_.record_name)[-1:]:
                noted[round_.id, last.facts.n] = last.hash
        except RecordDamaged:
            doubtful.add(round_.id)
    seals = select(Seal.round_id, Seal.n, Seal.hash).where(tuple_(Seal.round_id, Seal.n).in_(noted))
    rows = db.session.execute(seals) if noted else ()
    here = {(row[0], row[1]): row[2] for row in rows}
    doubtful |= {key[0] for key, digest in noted.items() if here.get(key) != digest}
    states = [(round_, record_state(round_.id)) for round_ in rounds if round_.id in doubtful]
    return [(round_, state) for round_, state in states if state]


def _keyless(rounds: list[Round]) -> list[Round]:
    if not rounds:
        return []
    marks: dict[int | None, set[str]] = defaultdict(set)
    ids = [round_.id for round_ in rounds]
    sheets = select(RecoverySheet.round_id, RecoverySheet.mark)
    for round_id, mark in db.session.execute(sheets.where(RecoverySheet.round_id.in_(ids))):
        marks[round_id].add(mark)
    return [r for r in rounds if state_by_sheets(r, marks[r.id], is_relied_on=True) == "missing"]
