"""Reads of awards: who may act for one, where its money is, what is late, what the public sees."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from engage.bodies.models import CommunityBody
from engage.bodies.queries.register import bodies_of, part_in
from engage.bodies.rules.register import EDITORS
from engage.budgeting.models import (
    Award,
    AwardBank,
    AwardCheck,
    AwardMilestone,
    AwardPayment,
    AwardPhoto,
    AwardSpending,
    Evaluation,
    Picture,
    Project,
    Proposal,
    Round,
)
from engage.budgeting.queries.award_money import money_of
from engage.budgeting.rules.delivery import (
    FREED,
    KEEP_DETAILS,
    AwardMoney,
    Dates,
    Proposer,
    late,
    shown_stage,
)
from engage.extensions import db
from engage.messages.actions import reference_address

_WITH_PROJECT = (
    joinedload(Award.project).joinedload(Project.proposal),
    joinedload(Award.round).joinedload(Round.engagement),
)


@dataclass(frozen=True)
class AwardLine:
    """An award with its money and its steps, for a list. ``late`` is what of it is late."""

    award: Award
    money: AwardMoney
    milestones: tuple[AwardMilestone, ...]
    photos: tuple[Picture, ...]
    late: tuple[str, ...]

    @property
    def last_step(self) -> AwardMilestone | None:
        """The step that was done last."""
        done = [m for m in self.milestones if m.done_on is not None]
        return max(done, key=lambda m: (m.done_on or date.min, m.id), default=None)


def award_by_public_id(public_id: str) -> Award | None:
    """Return the award at this address, with its project and round."""
    return db.session.scalar(
        select(Award).where(Award.public_id == public_id).options(*_WITH_PROJECT)
    )


def award_in(round_id: int, public_id: str) -> Award | None:
    """Return the round's award with this public id."""
    found = award_by_public_id(public_id)
    return found if found is not None and found.round_id == round_id else None


def award_for(account_id: int, public_id: str, parts: Collection[str] = EDITORS) -> Award | None:
    """Return the award at this address if the account proposed the project itself, or for a body.

    ``parts`` are the parts in the body that may open it. None otherwise: the page is answered 404.
    """
    found = award_by_public_id(public_id)
    proposal = found.project.proposal if found is not None else None
    if proposal is None:
        return None
    own = proposal.body_id is None and proposal.account_id == account_id
    body = next((body for body in bodies_of(account_id) if body.id == proposal.body_id), None)
    speaks = body is not None and part_in(body, account_id) in parts
    return found if own or speaks else None


def acts_by_accounts(award: Award) -> bool:
    """Say whether a group proposed it that has somebody who acts for it through an account."""
    proposal = award.project.proposal
    if proposal is None or proposal.body_id is None:
        return False
    body = db.session.get_one(CommunityBody, proposal.body_id)
    return any(person.part in EDITORS for person in body.representatives)


def award_by_reference(reference: str) -> Award | None:
    """Return the award for what was proposed under this reference; None where there is none."""
    return db.session.scalar(
        select(Award)
        .join(Award.project)
        .join(Project.proposal)
        .where(Proposal.reference_hash == reference_address(reference))
        .options(*_WITH_PROJECT)
    )


def awards_of_proposals(proposal_ids: Collection[int]) -> dict[int, Award]:
    """Return the awards of proposals, by the proposal's id."""
    rows = db.session.execute(
        select(Project.proposal_id, Award)
        .join(Award, Award.project_id == Project.id)
        .where(Project.proposal_id.in_(proposal_ids))
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def proposer_of(award: Award) -> tuple[Proposer, str]:
    """Return who an award is for, and the name of the body; '' for a person."""
    proposal = award.project.proposal
    if proposal is None or proposal.body_id is None:
        return Proposer(None), ""
    body = db.session.get_one(CommunityBody, proposal.body_id)
    return Proposer(body.is_constituted), body.name


def awards_of(round_id: int) -> list[Award]:
    """Return the awards of a round, in the order of the ballot paper."""
    return list(
        db.session.scalars(
            select(Award)
            .join(Award.project)
            .where(Award.round_id == round_id)
            .order_by(Project.number)
            .options(*_WITH_PROJECT)
        )
    )


def award_lines(round_id: int, today: date) -> list[AwardLine]:
    """Return the awards of a round with what stands in a list, asking no more for more of them."""
    awards = awards_of(round_id)
    ids = [award.id for award in awards]
    money = money_of(ids)
    steps: dict[int, list[AwardMilestone]] = {id_: [] for id_ in ids}
    for step in _milestones(ids):
        steps[step.award_id].append(step)
    photos: dict[int, list[Picture]] = {id_: [] for id_ in ids}
    for photo in _photos(ids):
        if photo.is_shown:
            photos[photo.award_id].append(photo.picture)
    return [
        AwardLine(
            award,
            money[award.id],
            tuple(steps[award.id]),
            tuple(photos[award.id]),
            tuple(late_of(award, steps[award.id], today)),
        )
        for award in awards
    ]


def late_of(award: Award, milestones: Collection[AwardMilestone], today: date) -> list[str]:
    """Return what of an award is late (rules.delivery.late)."""
    open_steps = [m.due_on for m in milestones if m.done_on is None]
    dates = Dates(award.answer_by, award.deliver_by, award.report_by)
    return late(award.stage, dates, open_steps, today)


def _milestones(award_ids: Collection[int]) -> list[AwardMilestone]:
    return list(
        db.session.scalars(
            select(AwardMilestone)
            .where(AwardMilestone.award_id.in_(award_ids))
            .order_by(AwardMilestone.due_on, AwardMilestone.id)
        )
    )


def _photos(award_ids: Collection[int]) -> list[AwardPhoto]:
    return list(
        db.session.scalars(
            select(AwardPhoto)
            .where(AwardPhoto.award_id.in_(award_ids))
            .order_by(AwardPhoto.picture_id)
            .options(joinedload(AwardPhoto.picture))
        )
    )


def milestones_of(award_id: int) -> list[AwardMilestone]:
    """Return the steps of a project, what is due first."""
    return _milestones([award_id])


def photos_of(award_id: int) -> list[AwardPhoto]:
    """Return the photographs of a project, shown or not, in the order in which they came."""
    return _photos([award_id])


def waiting_photos(award_ids: Collection[int]) -> dict[int, int]:
    """Return how many photographs wait for an officer's look, by the award's id."""
    rows = db.session.execute(
        select(AwardPhoto.award_id, func.count())
        .where(AwardPhoto.award_id.in_(award_ids), AwardPhoto.is_shown.is_(False))
        .group_by(AwardPhoto.award_id)
    )
    return dict(rows.all())


def payments_of(award_id: int) -> list[AwardPayment]:
    """Return what was paid and returned under an award, in the order in which it was recorded."""
    return list(
        db.session.scalars(
            select(AwardPayment)
            .where(AwardPayment.award_id == award_id)
            .order_by(AwardPayment.on_day, AwardPayment.id)
        )
    )


def spending_of(award_id: int) -> list[AwardSpending]:
    """Return what a group bought, by the day."""
    return list(
        db.session.scalars(
            select(AwardSpending)
            .where(AwardSpending.award_id == award_id)
            .order_by(AwardSpending.on_day, AwardSpending.id)
        )
    )


def private_jpeg(award_id: int, picture_id: int) -> bytes | None:
    """Return a photograph or a receipt of an award in its large size; None for another's."""
    receipt = select(AwardSpending.receipt_id).where(AwardSpending.award_id == award_id)
    photo = select(AwardPhoto.picture_id).where(AwardPhoto.award_id == award_id)
    return db.session.scalar(
        select(Picture.large).where(Picture.id == picture_id, Picture.id.in_(receipt.union(photo)))
    )


def bank_of(award_id: int) -> AwardBank | None:
    """Return the sealed bank details of an award."""
    return db.session.get(AwardBank, award_id)


def check_of(award_id: int) -> AwardCheck | None:
    """Return who checked the holder of an award, and when; None while nobody has."""
    return db.session.get(AwardCheck, award_id)


def awards_to_wipe(at: datetime) -> list[Award]:
    """Return the awards that ended so long ago that bank details and names are wiped."""
    has_names = (Award.holder_name != "") | (Award.accepted_name != "")
    has_bank = select(AwardBank.award_id).where(AwardBank.award_id == Award.id).exists()
    has_note = Award.id.in_(select(AwardCheck.award_id).where(AwardCheck.note != ""))
    return list(
        db.session.scalars(
            select(Award).where(
                Award.ended_at <= at - KEEP_DETAILS, has_names | has_bank | has_note
            )
        )
    )


def undecided_money(round_id: int) -> list[Award]:
    """Return the awards that ended early and whose money waits for a decision."""
    return [
        award
        for award in awards_of(round_id)
        if award.stage in FREED and award.freed_decision is None
    ]


def shown_stages(rounds: Collection[Round]) -> dict[int, str]:
    """Return the stage of each round as people see it, by its id (rules.delivery.shown_stage)."""
    ids = [round_.id for round_ in rounds]
    counts: dict[int, int] = dict(
        db.session.execute(
            select(Award.round_id, func.count())
            .where(Award.round_id.in_(ids))
            .group_by(Award.round_id)
        ).all()
    )
    evaluated = set(
        db.session.scalars(select(Evaluation.round_id).where(Evaluation.round_id.in_(ids)))
    )
    return {
        round_.id: shown_stage(
            round_.stage, counts.get(round_.id, 0), is_evaluated=round_.id in evaluated
        )
        for round_ in rounds
    }
