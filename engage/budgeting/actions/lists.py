"""Loading the list of people who may vote, and finding somebody on it by two facts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from engage.accounts.actions import forget_failed_tries, note_failed_try
from engage.accounts.queries import is_throttled
from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.keys import IDENTITY, keys_of, make_keys_of, read_key
from engage.budgeting.models import ListedVoter, Round, VoterList
from engage.budgeting.queries.ways import facts_of, is_listed, listed
from engage.budgeting.rules.lists import (
    Facts,
    Known,
    canonical,
    facts_key,
    first_key,
    read_list,
)
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.stages import Stage
from engage.budgeting.rules.ways import Way, check_uses
from engage.extensions import db
from engage.places.rules import Fault
from engage.places.rules.files import refuse_if

#: What is told of facts that are not on the list, whichever of them is wrong.
WRONG = "We do not find these two on our list. Check both, or ask us for help"


class ListRefused(Exception):
    """The two facts don't open a vote; all that are not on the list are told the same."""


class ListTriesRefused(ListRefused):
    """Too many wrong facts came from there or for this person; none is heard for a while."""


def load_list(
    round_: Round, facts: Facts, data: bytes, *, at: datetime, by: int, role: str
) -> tuple[int, int]:
    """Add the people in a CSV file to a round's list. Return how many are new, and were there.

    Only keyed hashes are kept. Raises ImportRefused with every bad line, and then nothing is
    changed; NotUsedRefused in a round without a list, RoundRefused once voting is over, where
    people are listed by other facts, or where two files come at one moment.
    """
    check_uses(round_.ways, Way.LIST)
    if round_.stage in (Stage.CLOSED, Stage.DECLARED) or at >= round_.voting_closes_at:
        raise RoundRefused("Voting is over, so nobody can be added")
    known = read_list(data, facts)
    make_keys_of(round_)
    _ask_for(round_, facts)
    rows, there = _new_rows(round_, known, facts)
    try:
        with db.session.begin_nested():
            if rows:
                db.session.execute(insert(ListedVoter), rows)
    except IntegrityError as error:
        raise RoundRefused("Somebody loaded a list at the same moment. Load yours again") from error
    detail = {"people": len(rows), "were_there": there}
    record(
        Happening.LIST_LOADED, f"round:{round_.id}", at=at, actor_id=by, actor_role=role, **detail
    )
    return len(rows), there


def _ask_for(round_: Round, facts: Facts) -> None:
    """Set what the list asks for, unless people are on it by other facts."""
    asked = db.session.get(VoterList, round_.id)
    words = {
        "first_words": facts.first.words,
        "first_kind": facts.first.kind,
        "second_words": facts.second.words,
        "second_kind": facts.second.kind,
    }
    if asked is None:
        db.session.add(VoterList(round_id=round_.id, **words))
    elif facts_of(asked) != facts:
        if listed(round_.id):
            raise RoundRefused("People are on the list by other facts. Empty it first")
        for name, value in words.items():
            setattr(asked, name, value)
    db.session.flush()


def _new_rows(
    round_: Round, known: Sequence[Known], facts: Facts
) -> tuple[list[dict[str, object]], int]:
    """Return the rows to add, and how many people are on the list already."""
    key = read_key(IDENTITY)
    there = is_listed(round_.id)
    rows: list[dict[str, object]] = []
    faults, same = [], 0
    for one in known:
        both = facts_key(key, round_.id, one.first, one.second)
        first = first_key(key, round_.id, one.first)
        if there.get(first) == both:
            same += 1
        elif first in there:
            words = f"“{facts.first.words}” is on the list already, with another second fact."
            faults.append(Fault(one.line, words))
        else:
            rows.append({"round_id": round_.id, "facts_key": both, "first_key": first})
    refuse_if(faults)
    # Sorted by their hashes: the order of the rows tells nothing of the order in the file.
    return sorted(rows, key=lambda row: str(row["facts_key"])), same


def empty_list(round_: Round, *, at: datetime, by: int, role: str) -> int:
    """Take everybody off a round's list, before its ballot is settled; return how many they were.

    Raises RoundRefused once people may rely on it.
    """
    if round_.stage not in (Stage.PREPARING, Stage.PROPOSALS, Stage.SCREENING):
        raise RoundRefused("The ballot is final, so nobody is taken off the list")
    people = listed(round_.id)
    db.session.execute(delete(ListedVoter).where(ListedVoter.round_id == round_.id))
    record(
        Happening.LIST_EMPTIED,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        people=people,
    )
    return people


def find_listed(
    round_: Round,
    facts: Facts,
    typed: tuple[str, str],
    source: str,
    *,
    at: datetime,
    kind: str = "fact",
) -> bytes:
    """Return the identity of the person on the list with these two facts.

    ``kind`` is whose tries are counted: “fact” for a voter's own, “deskfact” for an officer's.

    Raises FactRefused for what hasn't a fact's shape (no try is counted), ListTriesRefused before
    anything is hashed, and ListRefused for facts that are not on the list together, with a failed
    try noted that the caller commits. KeysRefused without the round's keys.
    """
    first, second = (
        canonical(fact.kind, text)
        for fact, text in zip((facts.first, facts.second), typed, strict=True)
    )
    tried = f"{round_.id}:{first}"
    if is_throttled(kind, tried, source, at) or is_throttled("facts", "", source, at):
        raise ListTriesRefused("Too many tries were wrong. Wait 15 minutes, or ask us for help")
    keys_of(round_.id, round_.key_check)
    both = facts_key(read_key(IDENTITY), round_.id, first, second)
    if db.session.get(ListedVoter, (round_.id, both)) is None:
        note_failed_try(kind, tried, source, at)
        note_failed_try("facts", "", source, at)
        raise ListRefused(WRONG)
    forget_failed_tries(kind, tried, source)
    return both
