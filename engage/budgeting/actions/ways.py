"""Becoming a voter by a list, an account or an officer's check: still one person, one voter.

Every way ends in an identity, a keyed hash, and the database lets each be one voter. An account is
known by its e-mail address, so that it and a link by e-mail are the same voter. Somebody whom an
officer checked is known by name and date of birth as they stand on what was shown, and by an
e-mail address as well where they have one: so they are the same voter online. The postcode is no
part of it, or somebody with two of them would be two voters; the second of two people with one
name and birthday needs a code instead.
"""

from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from engage.accounts.rules import canonical_email
from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.registering import register_voter
from engage.budgeting.actions.voting import begin_writing
from engage.budgeting.keys import IDENTITY, keys_of, read_key
from engage.budgeting.models import Round, Voter, VoterIdentity
from engage.budgeting.queries.voters import voter_of_identity
from engage.budgeting.queries.ways import is_help_open
from engage.budgeting.rules.ballots import NotEligibleRefused, VoteRefused, identity_of, keyed
from engage.budgeting.rules.lists import FactKind, canonical
from engage.budgeting.rules.plausibility import UNMARKED, Marks
from engage.budgeting.rules.stages import takes_votes
from engage.budgeting.rules.ways import NotUsedRefused, Way, uses
from engage.extensions import db
from engage.places.rules import Placing
from engage.web.rules import UK


class KnownTwiceRefused(VoteRefused):
    """What somebody says leads to two voters, so that nobody can tell which vote is theirs."""


def code_identity(round_id: int, locator: str) -> bytes:
    """Return the identity of whoever holds a code."""
    return identity_of(read_key(IDENTITY), round_id, "code", locator)


def account_identity(round_id: int, email: str) -> bytes:
    """Return the identity of an account: that of its e-mail address."""
    return identity_of(read_key(IDENTITY), round_id, "email", canonical_email(email))


def desk_identity(round_id: int, name: str, born: date) -> bytes:
    """Return the identity of somebody whom an officer checked.

    Raises FactRefused for a name without a letter.
    """
    spelled = canonical(FactKind.TEXT, name)
    return keyed(read_key(IDENTITY), "desk1", round_id, spelled, born.isoformat())


def voter_known_by(round_: Round, identity: bytes) -> bytes | None:
    """Return the uid of the voter with this identity; None for somebody who is new.

    Writes nothing. Raises NotEligibleRefused for somebody who was excluded or withdrew,
    KeysRefused without the round's keys.
    """
    keys_of(round_.id, round_.key_check)
    uid = voter_of_identity(round_.id, identity)
    if uid is not None and db.session.get_one(Voter, uid).status != "eligible":
        raise NotEligibleRefused("You cannot vote in this fund")
    return uid


def use_identity(
    round_id: int,
    identity: bytes,
    placing: Placing,
    *,
    at: datetime,
    marks: Marks = UNMARKED,
    age_band: str | None = None,
) -> bytes:
    """Return the uid of the voter with this identity, registered at its first use."""
    begin_writing()
    return register_voter(round_id, identity, placing, at=at, marks=marks, age_band=age_band)


def use_desk(
    round_id: int,
    identity: bytes,
    email: str,
    placing: Placing,
    *,
    at: datetime,
    age_band: str | None = None,
) -> bytes:
    """Return the uid of somebody whom an officer checked, known by their address too if given.

    Raises EmailRefused for what is no address, KnownTwiceRefused where both are known as
    different voters.
    """
    also = account_identity(round_id, email) if email else None
    begin_writing()
    known = voter_of_identity(round_id, also) if also else None
    if known is not None:
        _know_as_well(round_id, identity, known)
    uid = register_voter(round_id, identity, placing, at=at, age_band=age_band)
    if also is not None:
        _know_as_well(round_id, also, uid)
    return uid


def _know_as_well(round_id: int, identity: bytes, uid: bytes) -> None:
    """Let a voter be known by one more identity, unless it is somebody else's."""
    try:
        with db.session.begin_nested():
            if voter_of_identity(round_id, identity) is None:
                db.session.add(
                    VoterIdentity(round_id=round_id, identity_key=identity, voter_uid=uid)
                )
    except IntegrityError:
        pass  # somebody was first: whose it is now is asked below
    if voter_of_identity(round_id, identity) != uid:
        raise KnownTwiceRefused(
            "These facts and this email address belong to two people who registered. "
            "Leave the email address out, or let the person vote with it online"
        )


def open_help(round_: Round, *, at: datetime, by: int, role: str) -> None:
    """Open assisted voting for the day. The trail says so once, and nothing of any vote.

    Raises NotUsedRefused in a round without it, and while no vote is taken.
    """
    if not (uses(round_.ways, Way.ASSISTED) or uses(round_.ways, Way.DESK)):
        raise NotUsedRefused("This fund does not use this way of voting")
    if not takes_votes(round_.stage, round_.voting_opens_at, round_.voting_closes_at, at):
        raise NotUsedRefused("Voting is not open now")
    if not is_help_open(round_.id, by, at.astimezone(UK).date()):
        record(Happening.ASSISTED_OPENED, f"round:{round_.id}", at=at, actor_id=by, actor_role=role)
