"""Letting people vote for longer: only while voting is open, only later, only by two people."""

import hashlib
from datetime import datetime

from flask import current_app
from flask_babel import force_locale

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.bodies.actions.register import tell_body
from engage.bodies.models import CommunityBody
from engage.budgeting.actions.approvals import agree, ask, hold_round
from engage.budgeting.actions.closing import instant_of_database
from engage.budgeting.actions.sealing import seal_ballots
from engage.budgeting.models import Approval, Round
from engage.budgeting.queries.approvals import waiting_of
from engage.budgeting.queries.rounds import proposals_of, proposer_addresses
from engage.budgeting.rules.approvals import (
    ApprovalRefused,
    What,
    as_detail,
    check_extension,
    extension_letter,
)
from engage.engagements.queries.planning import invitations_to
from engage.extensions import db
from engage.messages.actions import send
from engage.web.filters import long_instant
from engage.web.rules import N_


def ask_to_extend(
    round_: Round, until: datetime, reason: str, *, at: datetime, by: int, role: str = "officer"
) -> Approval:
    """Ask a second person to let voting close later. ``reason`` is what everybody will read.

    Raises ApprovalRefused where voting is not open or ``until`` is not later.
    """
    hold_round(round_)
    check_extension(round_.stage, round_.voting_closes_at, until, instant_of_database(at))
    if waiting_of(round_.id, What.EXTEND) is not None:
        raise ApprovalRefused(N_("A longer vote was asked for already: decide about that first"))
    return ask(
        round_,
        What.EXTEND,
        "closing",
        {"before": as_detail(round_.voting_closes_at), "until": as_detail(until)},
        reason=reason,
        until=until,
        at=at,
        by=by,
        role=role,
    )


def extend(approval: Approval, *, at: datetime, by: int, role: str = "officer") -> None:
    """Agree to a longer vote as the second person, seal what was cast, and let voting close later.

    It must be agreed before the old closing instant; the database's clock decides. Raises
    ApprovalRefused.

    Who is told: everybody, on the page of the vote and on the pages where people vote; whoever
    proposed a project, by their reference, e-mail or group; and the groups that were asked to
    take part. Voters can't be written to. Of their addresses only keyed hashes are kept, so that
    nobody can read off who takes part, and an address that was sent a link is emptied with it.
    """
    round_ = approval.round
    hold_round(round_)
    until, before = approval.until, round_.voting_closes_at
    assert until is not None  # noqa: S101 - the table demands it of an extension
    check_extension(round_.stage, before, until, instant_of_database(at))
    agree(approval, at=at, by=by, role=role)
    seal = seal_ballots(round_, "extended", at=at)
    round_.voting_closes_at = round_.engagement.closes_at = until
    db.session.flush()
    told = _tell(round_, before, approval, at)
    record(
        Happening.VOTING_EXTENDED,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        approval=approval.id,
        before=as_detail(before),
        until=as_detail(until),
        seal=seal.hash,
        messages=told,
    )


def _tell(round_: Round, before: datetime, approval: Approval, at: datetime) -> int:
    engagement = round_.engagement
    with force_locale("en_GB"):  # not the language of the officer's screen
        subject, text = extension_letter(
            engagement.title,
            long_instant(before),
            long_instant(round_.voting_closes_at),
            approval.reason,
            f"{current_app.config['BASE_URL']}/rounds/{engagement.slug}/",
        )
    once, told = f"extended:{approval.id}", 0
    proposals = [proposal.id for proposal in proposals_of(round_.id)]
    addresses = {(c, a.casefold()): a for c, a in proposer_addresses(proposals)}
    for (channel, key), address in addresses.items():
        digest = hashlib.sha256(f"{channel}:{key}".encode()).hexdigest()[:24]
        message = send(address, subject, text, once=f"{once}:{digest}", at=at, channel=channel)
        told += message is not None
    for body_id in invitations_to(engagement.id):
        body = db.session.get_one(CommunityBody, body_id)
        key = f"{once}:body:{body_id}"
        told += tell_body(body, subject, text, once=key, at=at, topic="rounds")
    return told
