"""Checking proposals against the published criteria: nothing is dropped without its reasons."""

from collections.abc import Mapping
from datetime import datetime

from flask import current_app

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.voting import write_from_here
from engage.budgeting.models import CheckAnswer, Interest, Proposal, ProposalCheck, Round
from engage.budgeting.queries.proposing import has_part_in
from engage.budgeting.queries.rounds import proposer_addresses
from engage.budgeting.queries.screening import (
    criteria_of,
    interest_of,
    latest_check,
    reply_of,
    why_not_checked,
)
from engage.budgeting.queries.wordings import themes_of
from engage.budgeting.rules.proposing import check_award, check_pot
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused, pounds
from engage.budgeting.rules.screening import (
    ACCEPT,
    CHECKING,
    LEAVE_OUT,
    Answer,
    answer_lines,
    check_decision,
    reason_faults,
    replies_until,
    reply_words,
)
from engage.extensions import db
from engage.messages.actions import send
from engage.web.filters import long_instant
from engage.web.rules import N_


def declare_interest(
    proposal: Proposal,
    has_conflict: bool,
    words: str = "",
    *,
    at: datetime,
    by: int,
    role: str = "officer",
) -> Interest:
    """Say, before checking or reviewing a proposal, whether one has an interest in it.

    A “no” may become a “yes” later. Raises ProposalRefused for the other way round, for an
    interest without words, and for a “no” of whoever proposed it, alone or in a group.
    """
    if not has_conflict and has_part_in(proposal, by):
        raise ProposalRefused(
            N_("You proposed it, or your group did: that is an interest"), "has_conflict"
        )
    if has_conflict and not words:
        raise ProposalRefused(N_("Enter what your interest is"), "words")
    said = interest_of(proposal.id, by)
    if said is not None and (said.has_conflict or not has_conflict):
        if said.has_conflict == has_conflict:
            return said
        raise ProposalRefused(N_("You declared an interest, which stays declared"))
    if said is None:
        said = Interest(proposal_id=proposal.id, account_id=by)
        db.session.add(said)
    said.has_conflict, said.words, said.at = has_conflict, words if has_conflict else "", at
    db.session.flush()
    record(
        Happening.INTEREST_DECLARED,
        f"proposal:{proposal.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        has_conflict=has_conflict,
    )
    return said


def accept_proposal(
    proposal: Proposal,
    answers: Mapping[int, Answer] | None = None,
    *,
    checked_cost_pence: int | None = None,
    cost_reason: str = "",
    pot: int | None = None,
    pot_reason: str = "",
    theme_id: int | None = None,
    at: datetime,
    by: int,
    role: str = "officer",
) -> None:
    """Accept a proposal for the ballot, at the cost that was checked, and tell its sender.

    ``answers`` are by the criterion's id. ``checked_cost_pence`` None, or the cost asked for,
    leaves the cost alone; another one needs ``cost_reason``, which the sender reads. ``pot`` is the
    number of the part of the fund that it is for, None for the one that it asks; another one
    needs ``pot_reason``. ``theme_id`` None leaves the theme alone. Raises ProposalRefused.
    """
    round_ = proposal.round
    if checked_cost_pence == proposal.cost_pence:
        checked_cost_pence = None
    check_award(
        proposal.cost_pence if checked_cost_pence is None else checked_cost_pence,
        round_.min_award_pence,
        round_.max_award_pence,
    )
    asked = proposal.pot
    pot = pot if pot is not None or asked is None else asked.number
    check_pot(
        pot,
        proposal.cost_pence if checked_cost_pence is None else checked_cost_pence,
        round_.pots,
    )
    is_moved = asked is not None and pot != asked.number
    cost_changed = checked_cost_pence is not None
    for fault in reason_faults(ACCEPT, "", (cost_changed, cost_reason), (is_moved, pot_reason)):
        raise fault
    check = ProposalCheck(
        decision=ACCEPT,
        reason="",
        checked_cost_pence=checked_cost_pence,
        cost_reason=cost_reason if checked_cost_pence is not None else "",
        pot_id=round_.pot_id(pot) if is_moved else None,
        pot_reason=pot_reason if is_moved else "",
    )
    words = "Your proposal passed our checks. It will be on the ballot."
    if round_.voting_opens_at > at:
        words += f" Voting opens at {long_instant(round_.voting_opens_at)}."
    if checked_cost_pence is not None:
        words += (
            f"\n\nWe changed its cost from {pounds(proposal.cost_pence)} to "
            f"{pounds(checked_cost_pence)}. Why:\n\n{cost_reason}"
        )
    if theme_id is not None and theme_id != proposal.theme_id:
        words += f"\n\nWe put it under the theme “{_correct_theme(proposal, theme_id)}”."
    names = {part.number: part.name for part in round_.pots}
    if is_moved and asked is not None and pot is not None:
        words += (
            f"\n\nWe moved it from the part “{asked.name}” of the fund to the part "
            f"“{names[pot]}”. Why:\n\n{pot_reason}"
        )
    proposal.pot_id = round_.pot_id(pot)
    _check(proposal, check, answers or {}, words, at=at, by=by, role=role)


def leave_out(
    proposal: Proposal,
    reason: str,
    answers: Mapping[int, Answer] | None = None,
    *,
    at: datetime,
    by: int,
    role: str = "officer",
) -> None:
    """Leave a proposal off the ballot for a reason that its sender and the public read.

    Raises ProposalRefused without a reason, and where every criterion is met: nothing is ever
    silently dropped.
    """
    for fault in reason_faults(LEAVE_OUT, reason):
        raise fault
    check = ProposalCheck(decision=LEAVE_OUT, reason=reason, cost_reason="", pot_reason="")
    words = f"Your proposal will not be on the ballot. Why:\n\n{reason}"
    _check(proposal, check, answers or {}, words, at=at, by=by, role=role)


def hold_before_ballot(round_: Round) -> None:
    """Keep the ballot from being settled until this transaction ends; refuse where it is.

    Whatever changes a proposal begins here. Raises RoundRefused.
    """
    write_from_here()
    db.session.refresh(round_, with_for_update={"read": True})
    if round_.stage not in CHECKING:
        raise RoundRefused(N_("The ballot is final: proposals can't be changed any more"))


def _check(
    proposal: Proposal,
    check: ProposalCheck,
    answers: Mapping[int, Answer],
    words: str,
    *,
    at: datetime,
    by: int,
    role: str,
) -> None:
    """Decide, or decide anew until the ballot is settled, and tell the sender each time."""
    hold_before_ballot(proposal.round)
    if why := why_not_checked(proposal, by):
        raise ProposalRefused(why)
    criteria = criteria_of(proposal.round_id)
    check_decision(check.decision, [criterion.id for criterion in criteria], answers)
    before = latest_check(proposal.id)
    check.proposal_id, check.number = proposal.id, before.number + 1 if before else 1
    check.cost_pence, check.by, check.at = proposal.cost_pence, by, at
    db.session.add(check)
    db.session.flush()
    for criterion in criteria:
        given = answers[criterion.id]
        db.session.add(
            CheckAnswer(
                check_id=check.id, criterion_id=criterion.id, answer=given.answer, note=given.note
            )
        )
    db.session.flush()
    proposal.stage = "accepted" if check.decision == ACCEPT else "left_out"
    proposal.reason, proposal.screened_at = check.reason or None, at
    proposal.checked_cost_pence = check.checked_cost_pence
    proposal.cost_reason = check.cost_reason or None
    db.session.flush()
    if criteria:
        lines = answer_lines([(c.words, answers[c.id]) for c in criteria])
        words += f"\n\nWhat we checked:\n{lines}"
    _tell(proposal, f"{words}\n\n{_right_of_reply(proposal, check)}".rstrip(), at)
    record(
        Happening.PROPOSAL_SCREENED,
        f"proposal:{proposal.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        stage=proposal.stage,
        check=check.number,
        cost_changed=proposal.checked_cost_pence is not None,
        theme=proposal.theme_id,
    )


def _correct_theme(proposal: Proposal, theme_id: int) -> str:
    """Put a proposal under another theme of its round; return the theme's name."""
    name = themes_of(proposal.round_id).get(theme_id)
    if name is None:
        raise ProposalRefused(N_("Choose a theme of this fund"), "theme")
    proposal.theme_id = theme_id
    return name


def _right_of_reply(proposal: Proposal, check: ProposalCheck) -> str:
    """Return what the sender is told of their reply; '' where there is none."""
    if check.decision == ACCEPT:
        return ""
    if reply_of(proposal.id) is not None:
        return "We checked it again after your reply. This decision stands."
    until = replies_until(check.at, proposal.round.reply_days)
    slug = proposal.round.engagement.slug
    return reply_words(
        long_instant(until) if until else "",
        long_instant(proposal.round.voting_opens_at),
        f"{current_app.config['BASE_URL']}/rounds/{slug}/propose/return/",
    )


def _tell(proposal: Proposal, words: str, at: datetime) -> None:
    for channel, address in proposer_addresses([proposal.id]):
        send(
            address,
            f"Your proposal: {proposal.title}",
            f"{proposal.round.engagement.title}: {proposal.title}\n\n{words}",
            once=f"proposal:{proposal.id}:{proposal.version}:{channel}:{address}",
            at=at,
            channel=channel,
        )
