"""Reads of the ways in: the list of a round, and whether help was opened today."""

from datetime import date

from sqlalchemy import func, select

from engage.audit.queries import Wanted, entries
from engage.audit.rules import Happening
from engage.budgeting.models import ListedVoter, VoterIdentity, VoterList
from engage.budgeting.rules.lists import Fact, Facts
from engage.extensions import db


def list_of(round_id: int) -> Facts | None:
    """Return what the list of a round asks for; None before one was loaded."""
    asked = db.session.get(VoterList, round_id)
    return None if asked is None else facts_of(asked)


def facts_of(asked: VoterList) -> Facts:
    """Return what a list asks for as values."""
    return Facts(
        Fact(asked.first_words, asked.first_kind), Fact(asked.second_words, asked.second_kind)
    )


def listed(round_id: int) -> int:
    """Return how many people are on the list of a round."""
    return (
        db.session.scalar(
            select(func.count()).select_from(ListedVoter).where(ListedVoter.round_id == round_id)
        )
        or 0
    )


def is_listed(round_id: int) -> dict[bytes, bytes]:
    """Return the hash of both facts of everybody on the list, by the hash of the first."""
    rows = db.session.execute(
        select(ListedVoter.first_key, ListedVoter.facts_key).where(ListedVoter.round_id == round_id)
    )
    return {bytes(first): bytes(both) for first, both in rows}


def is_on_list(round_id: int, uid: bytes) -> bool:
    """Say whether a voter is known by two facts on the list of a round."""
    theirs = select(VoterIdentity.identity_key).where(
        VoterIdentity.round_id == round_id, VoterIdentity.voter_uid == uid
    )
    on_list = select(ListedVoter.facts_key).where(
        ListedVoter.round_id == round_id, ListedVoter.facts_key.in_(theirs)
    )
    return db.session.scalar(on_list) is not None


def is_help_open(round_id: int, officer_id: int, day: date) -> bool:
    """Say whether an officer opened assisted voting for a round on this day."""
    wanted = Wanted(Happening.ASSISTED_OPENED, f"round:{round_id}", day)
    return any(entry.actor_id == officer_id for entry in entries(wanted))
