"""Who speaks for a group: asked by e-mail, accepted through a one-time link, changed, removed."""

import secrets
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from engage.accounts.models import Account
from engage.accounts.queries import account_by_email, email_of, name_of
from engage.accounts.rules import canonical_email, token_hash
from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.bodies.models import CommunityBody, Representative, RepresentativeInvitation
from engage.bodies.queries.register import part_in, people_of
from engage.bodies.queries.representing import open_invitations, secretaries_of
from engage.bodies.rules.register import BodyRefused, once_for
from engage.bodies.rules.representing import (
    INVITATION_LIFE,
    MOST_OPEN,
    changed_words,
    invited_words,
    joined_words,
    left_words,
    refused_words,
    removed_words,
    withdrawn_words,
)
from engage.extensions import db
from engage.messages.actions import send
from engage.web.filters import long_date
from engage.web.pages import absolute_url
from engage.web.rules import N_


def invite_representative(
    body: CommunityBody, email: str, part: str, *, at: datetime, by: int | None, role: str
) -> RepresentativeInvitation:
    """Ask somebody by e-mail to speak for a group; they need no account yet.

    Raises BodyRefused while the group is not on the register, for somebody who speaks for it
    already, and for an address that was invited and has not answered.
    """
    if body.stage != "registered":
        raise BodyRefused(N_("You can invite people when your group is on the register"))
    canonical = canonical_email(email)
    account = account_by_email(canonical)
    if account is not None and part_in(body, account.id):
        raise BodyRefused(N_("This person represents your group already"))
    _refuse_twice(body, canonical, at)
    token = secrets.token_urlsafe(32)
    invitation = RepresentativeInvitation(
        body_id=body.id,
        email=canonical,
        mail_to=email,
        part=part,
        token_hash=token_hash(token),
        invited_by=by,
        invited_at=at,
        expires_at=at + INVITATION_LIFE,
    )
    db.session.add(invitation)
    try:
        db.session.flush()
    except IntegrityError:  # the same page, sent twice at the same moment
        db.session.rollback()
        raise BodyRefused(N_("This address was invited a moment ago")) from None
    _record(Happening.REPRESENTATIVE_INVITED, body, at=at, by=by, role=role, part=part)
    link = absolute_url("representing.invitation", token=token)
    once = f"representative-invited:{invitation.id}"
    send(email, *invited_words(body.name, part, link), once=once, at=at, secret=True)
    return invitation


def withdraw_invitation(
    invitation: RepresentativeInvitation,
    body: CommunityBody,
    *,
    at: datetime,
    by: int | None,
    role: str,
) -> None:
    """Take an invitation back and tell whoever was invited. Raises BodyRefused once it ended."""
    mail_to, is_open = invitation.mail_to, invitation.expires_at > at
    _end(invitation, "withdrawn", at)
    _record(Happening.INVITATION_WITHDRAWN, body, at=at, by=by, role=role, part=invitation.part)
    if is_open:
        once = f"invitation-withdrawn:{invitation.id}"
        send(mail_to, *withdrawn_words(body.name), once=once, at=at, secret=True)


def accept_invitation(
    invitation: RepresentativeInvitation, body: CommunityBody, account: Account, *, at: datetime
) -> Representative:
    """Let the holder of the invited address speak for the group, and tell its secretaries.

    Raises BodyRefused for an account of another address, and once the invitation has ended.
    """
    if account.email != invitation.email:
        raise BodyRefused(N_("This invitation was sent to another email address than yours"))
    if part_in(body, account.id):
        raise BodyRefused(N_("You represent this group already"))
    part = invitation.part
    _end(invitation, "accepted", at)
    representative = Representative(body_id=body.id, account_id=account.id, part=part)
    db.session.add(representative)
    db.session.flush()
    _record(
        Happening.REPRESENTATIVE_ADDED,
        body,
        at=at,
        by=account.id,
        role=account.role,
        account=account.id,
        part=part,
    )
    words = joined_words(body.name, account.name, part, _people_page(body))
    _tell_secretaries(body, words, f"joined:{representative.id}", at, leaving_out=account.id)
    db.session.expire(body, ["representatives"])
    return representative


def decline_invitation(
    invitation: RepresentativeInvitation, body: CommunityBody, *, at: datetime
) -> None:
    """Say no to an invitation; the group's secretaries hear of it, without a name."""
    _end(invitation, "declined", at)
    _record(Happening.INVITATION_DECLINED, body, at=at, by=None, role="public")
    words = refused_words(body.name, _people_page(body))
    _tell_secretaries(body, words, f"invitation-declined:{invitation.id}", at)


def expire_invitations(at: datetime) -> int:
    """End every invitation whose time is over, and forget its address; return how many."""
    gone = db.session.execute(
        update(RepresentativeInvitation)
        .where(
            RepresentativeInvitation.outcome.is_(None), RepresentativeInvitation.expires_at <= at
        )
        .values(outcome="expired", ended_at=at, email="", mail_to="")
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def change_part(
    body: CommunityBody, account_id: int, part: str, *, at: datetime, by: int | None, role: str
) -> None:
    """Let somebody do more or less for a group, and tell them.

    Raises BodyRefused where they have no part in it, or where no secretary would be left.
    """
    person = _held(body, account_id, leaves=part != "secretary")
    if person.part == part:
        return
    person.part = part
    _record(
        Happening.REPRESENTATIVE_CHANGED,
        body,
        at=at,
        by=by,
        role=role,
        account=account_id,
        part=part,
    )
    if account_id != by:
        words = changed_words(body.name, part, absolute_url("bodies.own", slug=body.slug))
        once = f"part-changed:{person.id}:{at.isoformat()}"
        send(email_of(account_id), *words, once=once, at=at)


def remove_representative(
    body: CommunityBody, account_id: int, *, at: datetime, by: int | None, role: str
) -> None:
    """End an account's part in a group and tell them; of one who left, tell the secretaries.

    Raises BodyRefused where it has none, or where nobody would be left who can invite others.
    """
    leaving = _held(body, account_id, leaves=True)
    person_id = leaving.id
    db.session.delete(leaving)
    _record(Happening.REPRESENTATIVE_REMOVED, body, at=at, by=by, role=role, account=account_id)
    if account_id == by:
        words = left_words(body.name, name_of(account_id), _people_page(body))
        _tell_secretaries(body, words, f"left:{person_id}", at)
    elif address := email_of(account_id):
        send(address, *removed_words(body.name), once=f"removed:{person_id}", at=at)


def _held(body: CommunityBody, account_id: int, *, leaves: bool) -> Representative:
    """Return somebody's part in a group, with the group's row taken for this transaction.

    So two secretaries can't remove each other at once. ``leaves``: refuse the last secretary, who
    must have an open account to count.
    """
    db.session.execute(
        update(CommunityBody)
        .where(CommunityBody.id == body.id)
        .values(version=CommunityBody.version + 1)
    )
    people = people_of(body.id)
    found = next((person for person, account in people if person.account_id == account_id), None)
    if found is None:
        raise BodyRefused(N_("This person does not represent the group"))
    others = (p.part == "secretary" and a.is_open for p, a in people if p is not found)
    if leaves and found.part == "secretary" and not any(others):
        raise BodyRefused(N_("A group needs a secretary. Make somebody else secretary first"))
    return found


def _refuse_twice(body: CommunityBody, canonical: str, at: datetime) -> None:
    """Refuse an address that was invited and has not answered; end what is too old to count."""
    waiting = open_invitations(body.id)
    for invitation in waiting:
        if invitation.expires_at <= at:
            _end(invitation, "expired", at)
        elif invitation.email == canonical:
            raise BodyRefused(
                _(
                    "You invited this address on %(day)s. Withdraw that invitation first, "
                    "or wait for the answer",
                    day=long_date(invitation.invited_at),
                )
            )
    if sum(invitation.outcome is None for invitation in waiting) >= MOST_OPEN:
        raise BodyRefused(
            _("%(most)s invitations wait for an answer. Withdraw one first", most=MOST_OPEN)
        )


def _end(invitation: RepresentativeInvitation, outcome: str, at: datetime) -> None:
    """End an invitation, once: of two who answer at the same moment the first counts."""
    ended = db.session.execute(
        update(RepresentativeInvitation)
        .where(
            RepresentativeInvitation.id == invitation.id,
            RepresentativeInvitation.outcome.is_(None),
        )
        .values(outcome=outcome, ended_at=at, email="", mail_to="")
    )
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise BodyRefused(N_("This invitation was answered or withdrawn already"))
    db.session.refresh(invitation)


def _people_page(body: CommunityBody) -> str:
    return absolute_url("representing.people", slug=body.slug)


def _tell_secretaries(
    body: CommunityBody, words: tuple[str, str], event: str, at: datetime, leaving_out: int = 0
) -> None:
    for account in secretaries_of(body.id):
        if account.id != leaving_out:
            send(account.mail_to, *words, once=once_for(event, account.mail_to), at=at)


def _record(
    happening: Happening,
    body: CommunityBody,
    *,
    at: datetime,
    by: int | None,
    role: str,
    **detail: object,
) -> None:
    record(happening, f"body:{body.id}", at=at, actor_id=by, actor_role=role, **detail)
