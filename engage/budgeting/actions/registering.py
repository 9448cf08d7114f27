"""Becoming a voter: by a link to an e-mail address, or by a code. One person, one voter."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from engage.accounts.rules import canonical_email, token_hash
from engage.budgeting.actions.voting import begin_writing
from engage.budgeting.keys import IDENTITY, keys_of, read_key
from engage.budgeting.models import Round, Voter, VoterCode, VoterIdentity, VoterLink, VotingPass
from engage.budgeting.queries.records import refuse_gap
from engage.budgeting.queries.voters import links_waiting, voter_of_identity
from engage.budgeting.rules.ballots import NotEligibleRefused, VoteRefused, identity_of
from engage.budgeting.rules.links import last_day, outlives_voting
from engage.budgeting.rules.plausibility import UNMARKED, Marks
from engage.extensions import db
from engage.messages.actions import send
from engage.places.queries import zones_of_locality
from engage.places.rules import Placing
from engage.web.filters import long_instant
from engage.web.rules import UK, day_of, whole_hour_after

#: How long one browser may vote without showing a code or link again, up to the next whole hour.
PASS_LIFE = timedelta(hours=2)
#: A pass outlives the closing instant, so that a form sent too late is told what stands.
PASS_AFTER_CLOSE = timedelta(minutes=30)
#: How many unused links one address may have; more would only fill somebody's mailbox.
MOST_LINKS = 5


class OutsideRefused(VoteRefused):
    """The postcode lies outside the area whose people vote."""


class UsedRefused(VoteRefused):
    """The link was used, or is too old."""


def check_place(round_: Round, placing: Placing) -> None:
    """Raise OutsideRefused for a postcode that is known to lie outside the round's area."""
    locality_id = round_.engagement.locality_id
    outside = placing.place == "outside"
    if placing.place == "matched" and locality_id is not None:
        outside = placing.zone_code not in zones_of_locality(locality_id)
    if outside:
        raise OutsideRefused("That postcode is outside the area of this vote")


def request_link(
    round_: Round,
    email: str,
    placing: Placing,
    *,
    at: datetime,
    link_to: Callable[[str], str],
    marks: Marks = UNMARKED,
    age_band: str | None = None,
) -> None:
    """Send a link with which the holder of ``email`` can vote; ``link_to`` makes it of a token.

    Raises EmailRefused for what is no address, KeysRefused without the round's keys. Says
    nothing of whether the address is known, and stays silent where five links wait unused.
    """
    refuse_gap(round_.id)
    keys_of(round_.id, round_.key_check)
    identity = identity_of(read_key(IDENTITY), round_.id, "email", canonical_email(email))
    if links_waiting(round_.id, identity, at) >= MOST_LINKS:
        return
    token = secrets.token_urlsafe(24)
    db.session.add(
        VoterLink(
            token_hash=token_hash(token),
            round_id=round_.id,
            identity_key=identity,
            zone_code=placing.zone_code,
            place=placing.place,
            age_band=age_band,
            expires_on=last_day(at),
            source_mark=marks.source,
            home_mark=marks.home,
        )
    )
    title = round_.engagement.title
    send(
        email,
        _("Your link to vote: %(title)s", title=title),
        _link_words(round_, link_to(token), at),
        # Not made of the token: nothing in the outbox leads to the link's row, and so to a voter.
        once=f"vote-link:{secrets.token_hex(16)}",
        at=at,
        secret=True,
    )


def _link_words(round_: Round, link: str, at: datetime) -> str:
    title, closes_at = round_.engagement.title, round_.voting_closes_at
    words: str
    if outlives_voting(at, closes_at):
        words = _(
            "You asked to vote in %(title)s.\n\nOpen this link to vote. It works once, until "
            "voting closes at %(when)s:\n%(link)s\n\n"
            "If you did not ask for it, ignore this message.",
            title=title,
            when=long_instant(closes_at),
            link=link,
        )
    else:
        words = _(
            "You asked to vote in %(title)s.\n\nOpen this link to vote. It works once, until the "
            "end of tomorrow:\n%(link)s\n\nIf you did not ask for it, ignore this message.",
            title=title,
            link=link,
        )
    return words


def use_link(round_id: int, token: str, *, at: datetime) -> bytes:
    """Use a link up and return the uid of the voter whose it is, who is registered if new.

    Raises UsedRefused for any link that can't be used, NotEligibleRefused for somebody who was
    excluded.
    """
    begin_writing()
    used = db.session.execute(
        update(VoterLink)
        .where(
            VoterLink.token_hash == token_hash(token),
            VoterLink.round_id == round_id,
            VoterLink.is_used.is_(False),
            VoterLink.expires_on >= day_of(at),
        )
        .values(is_used=True)
        .returning(
            VoterLink.identity_key,
            VoterLink.place,
            VoterLink.zone_code,
            VoterLink.age_band,
            VoterLink.source_mark,
            VoterLink.home_mark,
        )
    ).one_or_none()
    if used is None:
        raise UsedRefused("This link was used already, or it is too old")
    identity, place, zone_code, age_band, *marks = used
    placing = Placing(place, zone_code)
    return register_voter(
        round_id, identity, placing, at=at, marks=Marks(*marks), age_band=age_band
    )


def use_code(
    code: VoterCode,
    placing: Placing,
    *,
    at: datetime,
    marks: Marks = UNMARKED,
    age_band: str | None = None,
) -> bytes:
    """Return the uid of the voter who holds an opened code, registered at its first use."""
    round_id, locator = code.round_id, code.locator
    begin_writing()
    identity = identity_of(read_key(IDENTITY), round_id, "code", locator)
    uid = register_voter(round_id, identity, placing, at=at, marks=marks, age_band=age_band)
    db.session.execute(
        update(VoterCode)
        .where(VoterCode.round_id == round_id, VoterCode.locator == locator)
        .values(voter_uid=uid)
    )
    return uid


def voter_of_code(code: VoterCode) -> bytes:
    """Return the uid of the voter who has used this opened code before.

    Raises NotEligibleRefused for somebody who was excluded or withdrew, KeysRefused without the
    round's keys.
    """
    voter = db.session.get_one(Voter, code.voter_uid)
    refuse_gap(code.round_id)
    keys_of(code.round_id, db.session.get_one(Round, code.round_id).key_check)
    if voter.status != "eligible":
        raise NotEligibleRefused("You cannot vote in this fund")
    return voter.uid


def register_voter(
    round_id: int,
    identity: bytes,
    placing: Placing,
    *,
    at: datetime,
    marks: Marks = UNMARKED,
    age_band: str | None = None,
) -> bytes:
    """Return the uid of the one voter with this identity; made now if there is none.

    Where they live and their age band stay as they were given the first time. However many ask at
    once, the database lets one be made. Begin writing before. Raises NotEligibleRefused for
    somebody who was excluded or withdrew, KeysRefused without the keys.
    """
    refuse_gap(round_id)
    keys_of(round_id, db.session.get_one(Round, round_id).key_check)
    uid = voter_of_identity(round_id, identity)
    if uid is None:
        try:
            with db.session.begin_nested():
                uid = _new_voter(round_id, identity, placing, marks, age_band, at)
        except IntegrityError:
            uid = voter_of_identity(round_id, identity)
            if uid is None:
                raise
    if db.session.get_one(Voter, uid).status != "eligible":
        raise NotEligibleRefused("You cannot vote in this fund")
    return uid


def _new_voter(
    round_id: int,
    identity: bytes,
    placing: Placing,
    marks: Marks,
    age_band: str | None,
    at: datetime,
) -> bytes:
    uid = secrets.token_bytes(16)
    db.session.add(
        Voter(
            uid=uid,
            round_id=round_id,
            zone_code=placing.zone_code,
            place=placing.place,
            age_band=age_band,
            registered_on=at.astimezone(UK).date(),
            source_mark=marks.source,
            home_mark=marks.home,
        )
    )
    db.session.flush()
    db.session.add(VoterIdentity(round_id=round_id, identity_key=identity, voter_uid=uid))
    db.session.flush()
    return uid


def give_pass(round_id: int, uid: bytes, *, at: datetime) -> str:
    """Let one browser vote for a while and return its token, of which only a hash is kept."""
    token = secrets.token_urlsafe(32)
    closes = db.session.get_one(Round, round_id).voting_closes_at + PASS_AFTER_CLOSE
    db.session.add(
        VotingPass(
            token_hash=token_hash(token),
            round_id=round_id,
            voter_uid=uid,
            expires_at=min(whole_hour_after(at + PASS_LIFE), closes),
        )
    )
    return token


def end_pass(token: str) -> None:
    """Close a browser's way to the ballot: what it holds opens nothing any more."""
    db.session.execute(delete(VotingPass).where(VotingPass.token_hash == token_hash(token)))
