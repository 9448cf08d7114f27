"""Paying awards, and what groups tell about their projects until the report is accepted."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, update

from engage.audit.rules import Happening
from engage.budgeting.actions.awards import award_trail, remind_of, tell_officers_of, tell_step
from engage.budgeting.models import (
    Award,
    AwardBank,
    AwardCheck,
    AwardMilestone,
    AwardPayment,
    AwardPhoto,
    AwardSpending,
    Picture,
)
from engage.budgeting.queries.award_money import money_of
from engage.budgeting.queries.award_work import live_awards
from engage.budgeting.queries.delivery import awards_to_wipe
from engage.budgeting.rules.delivery import (
    FREED,
    AwardRefused,
    AwardStage,
    check_payment,
    late,
    next_award_stage,
)
from engage.budgeting.rules.refusals import pounds
from engage.extensions import db
from engage.web.kept_pictures import keep_picture
from engage.web.pictures import Pair
from engage.web.rules import N_, day_of

#: The stages at which a group works on its project and tells about it.
RUNNING = (AwardStage.ACCEPTED, AwardStage.UNDER_WAY)


@dataclass(frozen=True)
class Movement:
    """Money that moved: “paid” to the holder of an award or “returned” by it."""

    kind: str
    amount_pence: int
    on_day: date
    reference: str


def record_payment(
    award: Award, moved: Movement, *, at: datetime, by: int, role: str = "officer"
) -> AwardPayment:
    """Record that money was paid or came back, and tell the group. Raises AwardRefused.

    The first payment begins the work. What comes back after the end goes to the fund.
    """
    money = money_of([award.id])[award.id]
    has_ended = award.stage in (*FREED, AwardStage.FINISHED)
    if award.stage == AwardStage.OFFERED or (moved.kind == "paid" and has_ended):
        raise AwardRefused(N_("Money is paid after an award is accepted and before it ends"))
    check_payment(moved.kind, moved.amount_pence, award.amount_pence, money)
    if moved.on_day > day_of(at):
        raise AwardRefused(N_("Enter the day on which the money moved: today or before"), "on_day")
    payment = AwardPayment(award_id=award.id, recorded_at=at, recorded_by=by, **vars(moved))
    db.session.add(payment)
    db.session.flush()
    if award.stage == AwardStage.ACCEPTED and moved.kind == "paid":
        award.stage = AwardStage.UNDER_WAY.value
    if has_ended:
        award.held_pence = money.net_pence - moved.amount_pence
    db.session.flush()
    tell_step(award, moved.kind, at=at, pence=pounds(moved.amount_pence))
    award_trail(
        Happening.AWARD_MONEY_MOVED, f"award:{award.id}", at, by, role,
        payment=payment.id, kind=moved.kind, pence=moved.amount_pence,
    )  # fmt: skip
    return payment


def agree_milestone(
    award: Award, what: str, due_on: date, *, at: datetime, by: int, role: str = "officer"
) -> AwardMilestone:
    """Put a step on an award that the group agreed to; everybody reads it. Raises AwardRefused."""
    if award.stage not in (AwardStage.OFFERED, *RUNNING):
        raise AwardRefused(N_("This award has ended or was reported on"))
    step = AwardMilestone(award_id=award.id, what=what, due_on=due_on)
    db.session.add(step)
    db.session.flush()
    award_trail(
        Happening.AWARD_MILESTONE_AGREED, f"award:{award.id}", at, by, role, milestone=step.id
    )
    return step


def finish_milestone(award: Award, step: AwardMilestone, *, at: datetime) -> None:
    """Say that a step is done today; said twice, the first day stands. Raises AwardRefused."""
    _check_running(award)
    step.done_on = step.done_on or day_of(at)
    db.session.flush()


@dataclass(frozen=True)
class Purchase:
    """What a group bought, with its receipt as a photograph where there is one."""

    what: str
    amount_pence: int
    on_day: date
    receipt: Pair | None = None


def add_spending(award: Award, bought: Purchase, *, at: datetime) -> AwardSpending:
    """Take what a group bought, while its project runs. Raises AwardRefused."""
    _check_running(award)
    if bought.amount_pence <= 0:
        raise AwardRefused(N_("Enter an amount of more than £0"), "amount_pence")
    if bought.on_day > day_of(at):
        raise AwardRefused(N_("Enter the day on which you paid: today or before"), "on_day")
    receipt = None
    if bought.receipt is not None:
        receipt = keep_picture(bought.receipt, f"Receipt: {bought.what}", at=at)
    line = AwardSpending(
        award_id=award.id,
        what=bought.what,
        amount_pence=bought.amount_pence,
        on_day=bought.on_day,
        receipt_id=receipt.id if receipt is not None else None,
    )
    db.session.add(line)
    db.session.flush()
    return line


def take_out_spending(award: Award, line: AwardSpending) -> None:
    """Take out what was entered by mistake, with its receipt. Raises AwardRefused."""
    _check_running(award)
    receipt_id = line.receipt_id
    db.session.delete(line)
    db.session.flush()
    if receipt_id is not None:
        db.session.execute(delete(Picture).where(Picture.id == receipt_id))


def add_photo(award: Award, made: Pair, alt: str, *, at: datetime) -> AwardPhoto:
    """Take a photograph of the project; an officer looks at it first. Raises AwardRefused."""
    _check_running(award)
    photo = AwardPhoto(award_id=award.id, picture=keep_picture(made, alt, at=at))
    db.session.add(photo)
    db.session.flush()
    tell_officers_of(award, "photo", day_of(at).isoformat(), at=at)  # once for all of a day
    return photo


def judge_photo(
    award: Award, photo: AwardPhoto, reason: str, *, at: datetime, by: int, role: str = "officer"
) -> None:
    """Show a photograph to everybody, or delete it for a ``reason`` that the group reads."""
    picture_id = photo.picture_id
    if reason:
        db.session.delete(photo)
        db.session.flush()
        db.session.execute(delete(Picture).where(Picture.id == picture_id))
    else:
        photo.is_shown = True
    tell_step(award, "photo_not_shown" if reason else "photo_shown", at=at, why=reason)
    award_trail(
        Happening.AWARD_PHOTO_JUDGED, f"award:{award.id}", at, by, role,
        picture=picture_id, shown=not reason,
    )  # fmt: skip


@dataclass(frozen=True)
class Report:
    """How a project came out: what happened, how many people gained, what money is left over."""

    text: str
    people: int
    left_pence: int


def send_report(award: Award, report: Report, *, at: datetime, by: int | None) -> None:
    """Take the end report of a project that money was paid for.

    What was spent and what is left over make what was paid, or more where the group added money
    of its own. Raises AwardRefused.
    """
    stage = next_award_stage(award.stage, AwardStage.REPORTED)
    money = money_of([award.id])[award.id]
    if report.left_pence > money.net_pence:
        raise AwardRefused(
            f"Enter {pounds(money.net_pence)} or less: no more was paid", "left_pence"
        )
    gap = money.unexplained_pence(report.left_pence)
    if gap > 0:
        raise AwardRefused(
            f"{pounds(gap)} is missing: say what you spent it on first, or add it to what is left",
            "left_pence",
        )
    award.stage, award.reported_at = stage.value, at
    award.report_text, award.report_people = report.text, report.people
    award.report_left_pence = report.left_pence
    award.report_reply = ""
    db.session.flush()
    tell_step(award, "reported", at=at)
    tell_officers_of(award, "reported", f"{at.timestamp()}", at=at)
    award_trail(Happening.AWARD_REPORTED, f"award:{award.id}", at, by, "group")


def keep_report(award: Award, text: str, people: int | None, left_pence: int | None) -> None:
    """Keep what a group wrote of its report so far, for it alone to go on with.

    Raises AwardRefused once the report was sent.
    """
    next_award_stage(award.stage, AwardStage.REPORTED)
    award.report_text, award.report_people, award.report_left_pence = text, people, left_pence


def judge_report(
    award: Award, reason: str, *, at: datetime, by: int, role: str = "officer"
) -> None:
    """Accept a report, which ends the award well; or send it back for a ``reason``.

    What was not paid then goes back to the fund. What the group has left must have come back
    first. Raises AwardRefused.
    """
    wanted = AwardStage.UNDER_WAY if reason else AwardStage.FINISHED
    stage = next_award_stage(award.stage, wanted)
    money = money_of([award.id])[award.id]
    left = award.report_left_pence or 0
    if not reason and left > money.returned_pence:
        raise AwardRefused(
            f"{pounds(left)} is left over: record that it came back, then accept the report"
        )
    award.stage, award.report_reply = stage.value, reason
    if not reason:
        award.held_pence, award.ended_at = money.net_pence, at
    db.session.flush()
    tell_step(award, "sent_back" if reason else "finished", at=at, why=reason)
    award_trail(
        Happening.AWARD_REPORT_JUDGED, f"award:{award.id}", at, by, role, accepted=not reason
    )


def remind_late(*, at: datetime) -> int:
    """Remind whoever has an award of what is overdue, once for each thing; return of how many now.

    A step, a report and an answer are each overdue by their day: set to another day, they are
    told of anew.
    """
    today, found = day_of(at), 0
    for award, facts in live_awards():
        for name in late(facts.stage, facts.dates, facts.open_steps, today):
            days = {
                "answer": [facts.dates.answer_by],
                "report": [facts.dates.report_by],
                "milestone": sorted({day for day in facts.open_steps if day < today}),
            }[name]
            for day in days:
                found += remind_of(award, name, day.isoformat(), at=at)
    return found


def wipe_details(*, at: datetime) -> int:
    """Delete bank details and holders' names of awards that ended long ago; return how many."""
    awards = awards_to_wipe(at)
    for award in awards:
        db.session.execute(delete(AwardBank).where(AwardBank.award_id == award.id))
        db.session.execute(
            update(AwardCheck).where(AwardCheck.award_id == award.id).values(note="")
        )
        award.holder_name = award.accepted_name = award.accepted_role = ""
        award_trail(Happening.BANK_DETAILS_WIPED, f"award:{award.id}", at, None, "system")
    db.session.flush()
    return len(awards)


def _check_running(award: Award) -> None:
    if award.stage not in RUNNING:
        raise AwardRefused(N_("You can do this while your project runs: it has ended or waits"))
