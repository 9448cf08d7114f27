"""What waits on desks because of awards, in few reads for however many rounds and awards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, literal, select
from sqlalchemy.orm import joinedload

from engage.budgeting.models import (
    Award,
    AwardBank,
    AwardCheck,
    AwardMilestone,
    AwardPhoto,
    Project,
    Proposal,
    Round,
    Withdrawal,
)
from engage.budgeting.queries.award_money import money_of, winners_of
from engage.budgeting.queries.delivery import waiting_photos
from engage.budgeting.rules.award_work import Facts, for_holder, for_officers
from engage.budgeting.rules.delivery import LIVE, AwardStage, Dates
from engage.budgeting.rules.stages import Stage
from engage.engagements.models import Engagement
from engage.extensions import db

#: The stages at which an award may ask something of somebody.
_ASKING = [stage.value for stage in AwardStage if stage is not AwardStage.FINISHED]
#: After how many days a withdrawal that asks nothing of officers is no longer on their desk.
NEWS_DAYS = 14


@dataclass(frozen=True)
class AwardWork:
    """Something about an award, or about a project before it, that waits for an officer.

    ``what``: as rules.award_work.for_officers, “offer” (a declared round has no awards yet),
    “late” (withdrawn from a settled ballot), “reason” (why something was withdrawn waits to be
    read) or “withdrawn” (news, and nothing to do). ``number`` is
    how many photographs wait, or awards are to be offered.
    """

    what: str
    fund: str
    slug: str
    title: str = ""
    public_id: str = ""
    number: int = 1


def award_work(at: datetime, today: date) -> list[AwardWork]:
    """Return what waits for officers because of awards and withdrawn projects, by round."""
    awards = _awards(_asking())
    facts = facts_of(awards)
    found = [
        AwardWork(
            what,
            award.round.engagement.title,
            award.round.engagement.slug,
            award.project.title,
            award.public_id,
            facts[award.id].photos if what == "photos" else 1,
        )
        for award in awards
        for what in for_officers(facts[award.id], today)
    ]
    return [*_to_offer(), *found, *_withdrawn(at)]


def holders_work(
    awards: Collection[Award], today: date
) -> dict[int, list[tuple[str, date | None]]]:
    """Return what the holders of these awards are to do next, by the award's id."""
    facts = facts_of(list(awards))
    return {award.id: for_holder(facts[award.id], today) for award in awards}


def live_awards() -> list[tuple[Award, Facts]]:
    """Return the awards that have not ended, with what they ask, the oldest first."""
    awards = _awards(_with_all(Award.stage.in_(LIVE)))
    facts = facts_of(awards)
    return [(award, facts[award.id]) for award in awards]


def facts_of(awards: Sequence[Award]) -> dict[int, Facts]:
    """Return these awards as far as they ask something of somebody, by id."""
    if not awards:
        return {}
    ids = [award.id for award in awards]
    money, photos = money_of(ids), waiting_photos(ids)
    known = {tuple(row) for row in db.session.execute(_bank_or_check(ids))}
    steps: dict[int, list[date]] = {id_: [] for id_ in ids}
    undone = select(AwardMilestone.award_id, AwardMilestone.due_on).where(
        AwardMilestone.award_id.in_(ids), AwardMilestone.done_on.is_(None)
    )
    for award_id, due_on in db.session.execute(undone):
        steps[award_id].append(due_on)
    return {
        award.id: Facts(
            stage=award.stage,
            dates=Dates(award.answer_by, award.deliver_by, award.report_by),
            open_steps=tuple(steps[award.id]),
            has_bank=(award.id, "bank") in known,
            is_checked=(award.id, "check") in known,
            photos=photos.get(award.id, 0),
            money=money[award.id],
            left_pence=award.report_left_pence or 0,
            is_decided=award.freed_decision is not None,
        )
        for award in awards
    }


def _bank_or_check(ids: Collection[int]) -> CompoundSelect[int, str]:
    """Ask in one go which of these awards have bank details, and whose holder was checked."""
    bank = select(AwardBank.award_id, literal("bank")).where(AwardBank.award_id.in_(ids))
    check = select(AwardCheck.award_id, literal("check")).where(AwardCheck.award_id.in_(ids))
    return bank.union_all(check)


def _awards(wanted: Select[Award]) -> list[Award]:
    return list(db.session.scalars(wanted))


@cache
def _asking() -> Select[Award]:
    waiting = select(AwardPhoto.award_id).where(AwardPhoto.is_shown.is_(False))
    return _with_all(Award.stage.in_(_ASKING) | Award.id.in_(waiting))


def _with_all(condition: ColumnElement[bool]) -> Select[Award]:
    return (
        select(Award)
        .where(condition)
        .order_by(Award.round_id, Award.id)
        .options(
            joinedload(Award.project).joinedload(Project.proposal),
            joinedload(Award.round).joinedload(Round.engagement),
        )
    )


def _to_offer() -> list[AwardWork]:
    """The declared rounds with winners to whom nothing was offered yet."""
    rounds = db.session.scalars(_without_awards())
    counted = [(round_, len(winners_of(round_))) for round_ in rounds]
    return [
        AwardWork("offer", round_.engagement.title, round_.engagement.slug, number=number)
        for round_, number in counted
        if number
    ]


@cache
def _without_awards() -> Select[Round]:
    return (
        select(Round)
        .where(
            Round.stage == Stage.DECLARED,
            Round.is_imported.is_(False),
            ~select(Award.id).where(Award.round_id == Round.id).exists(),
        )
        .order_by(Round.id)
        .options(joinedload(Round.engagement))
    )


def _withdrawn(at: datetime) -> list[AwardWork]:
    """What was withdrawn and still stands on a ballot without an award; and the latest news."""
    return [
        AwardWork(_news(made), made.fund, made.slug, made.title, made.public_id)
        for made in db.session.execute(_withdrawals())
        if _news(made) != "withdrawn" or (at - made.at).days < NEWS_DAYS
    ]


@cache
def _withdrawals() -> Select[*tuple[Any, ...]]:
    has_award = (
        select(Award.id)
        .join(Award.project)
        .where(Project.proposal_id == Withdrawal.proposal_id)
        .exists()
    )
    return (
        select(
            Withdrawal.kind,
            Withdrawal.at,
            Withdrawal.is_public,
            Withdrawal.is_shown,
            Proposal.title,
            Proposal.public_id,
            Engagement.slug,
            Engagement.title.label("fund"),
        )
        .join(Withdrawal.proposal)
        .join(Proposal.round)
        .join(Round.engagement)
        .where(
            (Withdrawal.is_public & Withdrawal.is_shown.is_(None) & (Withdrawal.kind != "lead"))
            | ((Withdrawal.kind == "late") & ~has_award & (Round.stage != Stage.DECLARED))
            | ((Withdrawal.kind == "whole") & Round.stage.in_((Stage.PROPOSALS, Stage.SCREENING)))
        )
        .order_by(Withdrawal.id)
    )


def _news(made: Any) -> str:
    if made.is_public and made.is_shown is None:
        return "reason"
    return "late" if made.kind == "late" else "withdrawn"
