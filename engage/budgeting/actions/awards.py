"""Offering awards, accepting and ending them, and what becomes of money that was freed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.telling import once_for, tell_officers
from engage.budgeting.keys import BANK, make_key
from engage.budgeting.models import Award, Project, Round
from engage.budgeting.queries.award_money import (
    left_for,
    left_in_fund,
    money_of,
    next_project,
    winners_of,
)
from engage.budgeting.queries.delivery import awards_of, proposer_of
from engage.budgeting.queries.rounds import proposer_addresses
from engage.budgeting.queries.withdrawing import late_withdrawals, withdrawal_of
from engage.budgeting.rules.delivery import (
    FREED,
    AwardRefused,
    AwardStage,
    Dates,
    Holder,
    check_holder,
    next_award_stage,
)
from engage.budgeting.rules.delivery_letters import for_officers, offer, reminder, step
from engage.budgeting.rules.refusals import pounds
from engage.budgeting.rules.stages import Stage
from engage.budgeting.rules.withdrawing import reason_of_award
from engage.extensions import db
from engage.messages.actions import send
from engage.web.rules import day_of


@dataclass(frozen=True)
class Terms:
    """What an award is offered on: the conditions as they are sent, and the days."""

    conditions: str
    dates: Dates


def offer_awards(
    round_: Round, terms: Terms, *, at: datetime, by: int | None, role: str = "officer"
) -> list[Award]:
    """Offer an award to each project that the declared count funds; return those made now.

    What has an award gets no second one, so doing it again makes none. The award of a project that
    its proposer withdrew after the ballot was settled ends at once, which frees its money. Two
    officers at once queue on PostgreSQL; on SQLite begin writing before. Raises AwardRefused before
    the declaration and where an award lies outside the limits of the round or what is left of its
    fund.
    """
    if round_.stage != Stage.DECLARED:
        raise AwardRefused("Awards are offered once the result is declared")
    if round_.is_imported:
        raise AwardRefused("This vote was held elsewhere: its awards are made there")
    make_key(BANK)
    _queue(round_)
    awarded = {award.project_id for award in awards_of(round_.id)}
    made = [
        _offer(round_, project, pence, terms, at=at)
        for project, pence in winners_of(round_)
        if project.id not in awarded
    ]
    _end_withdrawn(round_, made, at=at, by=by, role=role)
    if made:
        award_trail(
            Happening.AWARDS_OFFERED, f"round:{round_.id}", at, by, role,
            awards=[award.id for award in made], pence=sum(a.amount_pence for a in made),
        )  # fmt: skip
    return made


def _end_withdrawn(
    round_: Round, made: Sequence[Award], *, at: datetime, by: int | None, role: str
) -> None:
    """End the awards whose projects were withdrawn: nobody is asked to accept them."""
    gone = {withdrawal.proposal_id: withdrawal for withdrawal in late_withdrawals(round_.id)}
    for award in made:
        withdrawal = gone.get(award.project.proposal_id or 0)
        if withdrawal is not None:
            reason = reason_of_award(withdrawal.reason)
            end_award(award, AwardStage.WITHDRAWN, reason, at=at, by=by, role=role)


def _queue(round_: Round) -> None:
    """Let whoever offers money of this round at the same moment wait until this is done."""
    db.session.scalar(select(Round.id).where(Round.id == round_.id).with_for_update())


def _offer(
    round_: Round,
    project: Project,
    pence: int,
    terms: Terms,
    *,
    at: datetime,
    instead_of: Award | None = None,
) -> Award:
    if not round_.min_award_pence <= pence <= round_.max_award_pence:
        raise AwardRefused(f"“{project.title}” costs {pounds(pence)}: outside the awards")
    if pence > min(left_in_fund(round_), left_for(project)):
        raise AwardRefused(f"“{project.title}” costs {pounds(pence)}: more than is left")
    award = Award(
        round=round_,
        project=project,
        instead_of_id=instead_of.id if instead_of is not None else None,
        amount_pence=pence,
        held_pence=pence,
        conditions=terms.conditions,
        answer_by=terms.dates.answer_by,
        deliver_by=terms.dates.deliver_by,
        report_by=terms.dates.report_by,
        offered_at=at,
    )
    db.session.add(award)
    db.session.flush()
    if withdrawal_of(project.proposal_id or 0) is None:
        title, day = round_.engagement.title, award.answer_by
        answer_by = f"{day.day} {day:%B %Y}"
        _send(award, offer(project.title, title, pence, answer_by, follow_link()), "offered", at)
    return award


def accept_award(
    award: Award, holder: Holder, name: str, part: str, *, at: datetime, by: int | None
) -> None:
    """Accept an award, its conditions and who holds its money, by ``name``, whose part is ``part``.

    ``by`` is None for somebody who came with the reference. Raises AwardRefused.
    """
    stage = next_award_stage(award.stage, AwardStage.ACCEPTED)
    check_holder(holder, proposer_of(award)[0], day_of(at))
    award.stage = stage.value
    award.holder_kind = holder.kind
    award.holder_name = "" if holder.kind == "body" else holder.name
    award.constitution_on = holder.constitution_on if holder.kind == "body" else None
    award.agreement_on = holder.agreement_on if holder.kind == "host" else None
    award.is_under_16 = holder.is_under_16
    award.accepted_name, award.accepted_role, award.accepted_at = name, part, at
    db.session.flush()
    tell_officers_of(award, "accepted", f"{at.timestamp()}", at=at)
    tell_step(award, "accepted", at=at, amount=pounds(award.amount_pence))
    award_trail(Happening.AWARD_ACCEPTED, f"award:{award.id}", at, by, "group", holder=holder.kind)


def end_award(
    award: Award, stage: AwardStage, reason: str, *, at: datetime, by: int | None, role: str
) -> None:
    """End an award before its report: “declined”, “withdrawn” or “failed”, for a reason.

    What was not paid goes back to the fund at once, and what comes back later as it comes. Raises
    AwardRefused.
    """
    wanted = next_award_stage(award.stage, stage)
    if not reason:
        raise AwardRefused("Enter the reason", "reason")
    award.stage, award.reason, award.ended_at = wanted.value, reason, at
    award.held_pence = money_of([award.id])[award.id].net_pence
    db.session.flush()
    tell_step(award, stage.value, at=at, why=reason)
    if role == "group":
        tell_officers_of(award, stage.value, "", at=at)
    award_trail(
        Happening.AWARD_ENDED, f"award:{award.id}", at, by, role,
        stage=stage.value, freed=award.freed_pence,
    )  # fmt: skip


def decide_freed(
    award: Award,
    decision: str,
    reason: str,
    terms: Terms | None,
    *,
    at: datetime,
    by: int,
    role: str = "officer",
) -> Award | None:
    """Decide once on the money of an award that ended early; return the award that it makes.

    “offered”: the next project by the declared rule gets an offer on ``terms``; “kept”: the money
    waits for the next fund. Either way everybody reads ``reason``. Raises AwardRefused.
    """
    if award.stage not in FREED or award.freed_decision is not None:
        raise AwardRefused("There is no money of this award to decide on")
    if not reason:
        raise AwardRefused("Enter the reason", "reason")
    _queue(award.round)
    made = None
    if decision == "offered":
        following = next_project(award)
        if following is None or terms is None:
            raise AwardRefused("The rule of this fund has no next project that fits", "decision")
        cost = following.cost_pence
        made = _offer(award.round, following, cost, terms, at=at, instead_of=award)
    award.freed_decision, award.freed_reason = decision, reason
    db.session.flush()
    award_trail(
        Happening.FREED_MONEY_DECIDED, f"award:{award.id}", at, by, role,
        decision=decision, award=made.id if made is not None else None,
    )  # fmt: skip
    return made


def tell_step(award: Award, name: str, *, at: datetime, **facts: str) -> None:
    """Tell the group about one step of its award, by e-mail and with its reference."""
    _send(award, step(name, award.project.title, **facts), name, at)


def tell_officers_of(award: Award, name: str, which: str, *, at: datetime) -> int:
    """Tell the officers what waits for them at an award, once for each ``which`` of this name.

    Return how many are told now.
    """
    engagement, title = award.round.engagement, award.project.title
    base = current_app.config["BASE_URL"]
    link = f"{base}/desk/rounds/{engagement.slug}/awards/{award.public_id}/"
    subject, body = for_officers(name, engagement.title, title, link)
    return tell_officers(subject, body, once=f"award:{award.id}:{name}:{which}", at=at)


def remind_of(award: Award, name: str, which: str, *, at: datetime) -> bool:
    """Tell whoever has an award, and the officers, once that ``which`` of it is overdue.

    Return whether anybody is told of it now.
    """
    told = 0
    subject, body = reminder(name, award.project.title, follow_link())
    for channel, address in proposer_addresses([award.project.proposal_id or 0]):
        once = once_for(f"late:{award.id}:{name}:{which}", award.round, channel, address)
        told += send(address, subject, body, once=once, at=at, channel=channel) is not None
    return told + tell_officers_of(award, name, which, at=at) > 0


def follow_link() -> str:
    """Return the address of the page on which a reference opens an award."""
    return f"{current_app.config['BASE_URL']}/follow/"


def _send(award: Award, words: tuple[str, str], name: str, at: datetime) -> None:
    subject, body = words
    if award.project.proposal_id is None:
        return
    for channel, address in proposer_addresses([award.project.proposal_id]):
        digest = hashlib.sha256(f"{channel}:{address}".encode()).hexdigest()[:24]
        once = f"award:{award.id}:{name}:{at.timestamp()}:{digest}"
        send(address, subject, body, once=once, at=at, channel=channel)


def award_trail(
    happening: Happening, what: str, at: datetime, by: int | None, role: str, **detail: Any
) -> None:
    """Record one happening of an award; without an account it is the system's."""
    record(happening, what, at=at, actor_id=by, actor_role=role if by else "system", **detail)
