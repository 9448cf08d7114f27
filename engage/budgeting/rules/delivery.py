"""After the result: how an award goes from its offer to its report, and what its money may do."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from engage.budgeting.rules.refusals import pounds
from engage.budgeting.rules.results import Outcome
from engage.web.rules import N_

#: What every award asks for, until the officer changes it. Each paragraph is one condition.
CONDITIONS = """\
Spend the money on the project that people voted for, and on nothing else.

Ask us before you change what the project does, where, or by when.

Keep every receipt, and tell us what you spent.

Check that people are safe: have the insurance and the checks on people that your project needs.

Let everybody know that people chose this project in a community vote.

Send us a report when you finish, with how many people it reached and a photograph if you can.

Give back what you do not spend."""

#: How long bank details and the holder's name are kept after an award has ended.
KEEP_DETAILS = timedelta(days=90)
#: Decided but not paid in full, or not finished: the fund holds the whole award for it.
LIVE = ("offered", "accepted", "under_way", "reported")
#: Ended without a report that was accepted: what was not spent goes back to the fund.
FREED = ("declined", "withdrawn", "failed")


class AwardRefused(Exception):
    """What was asked of an award can't be done; ``about`` names the field it concerns."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


class AwardStage(StrEnum):
    """Where an award stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    UNDER_WAY = "under_way"
    REPORTED = "reported"
    FINISHED = "finished"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


#: Where an award may go from each stage. An award that has ended stays as it is.
WAYS: dict[AwardStage, tuple[AwardStage, ...]] = {
    AwardStage.OFFERED: (AwardStage.ACCEPTED, AwardStage.DECLINED, AwardStage.WITHDRAWN),
    AwardStage.ACCEPTED: (AwardStage.UNDER_WAY, AwardStage.WITHDRAWN, AwardStage.FAILED),
    AwardStage.UNDER_WAY: (AwardStage.REPORTED, AwardStage.WITHDRAWN, AwardStage.FAILED),
    AwardStage.REPORTED: (AwardStage.UNDER_WAY, AwardStage.FINISHED, AwardStage.FAILED),
    AwardStage.FINISHED: (),
    AwardStage.DECLINED: (),
    AwardStage.WITHDRAWN: (),
    AwardStage.FAILED: (),
}
_CANNOT = {
    AwardStage.ACCEPTED: N_("This award was answered already"),
    AwardStage.DECLINED: N_("This award was answered already"),
    AwardStage.UNDER_WAY: N_("The award must be accepted first"),
    AwardStage.REPORTED: N_("You can report once the first money was paid, and once only"),
    AwardStage.FINISHED: N_("There is no report to accept"),
    AwardStage.WITHDRAWN: N_("This award can't be given up any more"),
    AwardStage.FAILED: N_("This award can't be stopped any more"),
}


def next_award_stage(stage: str, wanted: AwardStage) -> AwardStage:
    """Return ``wanted`` if an award may go there from ``stage``. Raises AwardRefused."""
    if wanted not in WAYS[AwardStage(stage)]:
        raise AwardRefused(_CANNOT[wanted])
    return wanted


def shown_stage(stage: str, awards: int, *, is_evaluated: bool) -> str:
    """Return the stage of a round as people see it, beyond the declaration too.

    “delivery” once awards were offered, “evaluated” once its evaluation is published; neither is
    kept anywhere. Any other stage is the round's own.

    >>> shown_stage("declared", 3, is_evaluated=False)
    'delivery'
    """
    if stage != "declared":
        return stage
    if is_evaluated:
        return "evaluated"
    return "delivery" if awards else stage


# Who holds the money -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposer:
    """Who an award is for. ``is_constituted`` says so of a group, and is None for one person."""

    is_constituted: bool | None

    @property
    def holders(self) -> tuple[str, ...]:
        """The kinds of holder that may be chosen, the usual one first."""
        if self.is_constituted is None:
            return ("person", "adult", "host")
        return ("body", "host") if self.is_constituted else ("host",)


@dataclass(frozen=True)
class Holder:
    """Who holds an award's money.

    ``kind``: “body” (the group itself, which is constituted since ``constitution_on``), “host”
    (an organisation that agreed to hold it, on ``agreement_on``), “adult” (for somebody under 16)
    or “person” (the proposer). ``name`` is the host's, the adult's or the person's.
    """

    kind: str
    name: str = ""
    constitution_on: date | None = None
    agreement_on: date | None = None
    is_under_16: bool = False


def holder_faults(holder: Holder, proposer: Proposer, today: date) -> dict[str, str]:
    """Return why somebody may not hold this award's money (R82): field name to message."""
    if holder.kind not in proposer.holders:
        if proposer.is_constituted is False:
            words = N_(
                "A group without a constitution needs another organisation to hold the money"
            )
            return {"holder_kind": words}
        return {"holder_kind": N_("Choose who holds the money")}
    faults = {
        "holder_kind": (
            holder.kind == "person" and holder.is_under_16,
            N_("You are under 16, so an adult or a group must hold the money"),
        ),
        "holder_name": (
            holder.kind != "body" and not holder.name,
            N_("Enter who holds the money"),
        ),
        "constitution_on": (
            holder.kind == "body" and not _is_past(holder.constitution_on, today),
            N_("Enter the day on which your constitution was agreed: today or before"),
        ),
        "agreement_on": (
            holder.kind == "host" and not _is_past(holder.agreement_on, today),
            N_("Enter the day on which they agreed to hold the money: today or before"),
        ),
    }
    return {name: words for name, (wrong, words) in faults.items() if wrong}


def check_holder(holder: Holder, proposer: Proposer, today: date) -> None:
    """Refuse a holder who may not hold this award's money, at the first fault: AwardRefused."""
    for name, words in holder_faults(holder, proposer, today).items():
        raise AwardRefused(words, name)


def _is_past(day: date | None, today: date) -> bool:
    return day is not None and day <= today


# Bank details ------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class BankDetails:
    """An account to pay into. It is never written to a log, and so has no readable form."""

    account_name: str
    sort_code: str
    account_number: str

    @property
    def last_two(self) -> str:
        """What may be shown of the account."""
        return self.account_number[-2:]


def bank_faults(name: str, sort_code: str, number: str) -> dict[str, str]:
    """Return why what was typed can be no account: field name to message."""
    faults = {
        "account_name": (not name, N_("Enter the name on the account")),
        "sort_code": (
            len(_digits(sort_code)) != 6,
            N_("Enter the six digits of the sort code, like 12-34-56"),
        ),
        "account_number": (
            len(_digits(number)) != 8,
            N_("Enter the eight digits of the account number"),
        ),
    }
    return {field: words for field, (wrong, words) in faults.items() if wrong}


def _digits(typed: str) -> str:
    """Return the digits that were typed, without spaces and dashes; '' for anything else."""
    left = "".join(c for c in typed if c not in " -–")
    return left if left.isascii() and left.isdigit() else ""


def read_bank_details(name: str, sort_code: str, number: str) -> BankDetails:
    """Return the account that was typed; spaces and dashes do not matter. Raises AwardRefused."""
    for field, words in bank_faults(name, sort_code, number).items():
        raise AwardRefused(words, field)
    code, digits = _digits(sort_code), _digits(number)
    return BankDetails(name, f"{code[:2]}-{code[2:4]}-{code[4:]}", digits)


# Money -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AwardMoney:
    """What moved under one award, in pence."""

    paid_pence: int = 0
    returned_pence: int = 0
    spent_pence: int = 0

    @property
    def net_pence(self) -> int:
        """What the group has had of the fund, less what came back."""
        return self.paid_pence - self.returned_pence

    def unexplained_pence(self, left_pence: int) -> int:
        """What was paid and, by the report, neither spent nor left over; below 0: too much was."""
        return self.paid_pence - self.spent_pence - left_pence


def check_payment(kind: str, pence: int, amount_pence: int, money: AwardMoney) -> None:
    """Refuse to pay more than the award, or to take back more than was paid. AwardRefused."""
    if pence <= 0:
        raise AwardRefused(N_("Enter an amount of more than £0"), "amount_pence")
    left = amount_pence - money.net_pence
    if kind == "paid" and pence > left:
        raise AwardRefused(f"Enter {pounds(left)} or less: that is what is left to pay",
                           "amount_pence")  # fmt: skip
    if kind == "returned" and pence > money.net_pence:
        raise AwardRefused(f"Enter {pounds(money.net_pence)} or less: no more was paid",
                           "amount_pence")  # fmt: skip


def next_in_count(
    outcome: Outcome,
    has_award: Collection[str],
    left_pence: int,
    limits: tuple[int, int],
) -> str | None:
    """Return the project that the declared rule funds next with ``left_pence``; None: none.

    The rule goes on where the count ended: in the count's own order, to the first project with
    votes enough and a cost within the money left and within ``limits`` (least, most). Stopping at
    the first that costs too much stops here too. Equal shares has no next one: its money belongs
    to all voters alike, and is kept for the next fund.
    """
    if outcome.rule == "equal-shares":
        return None
    for fate in outcome.fates:
        if fate.funded or fate.project in has_award or fate.why in ("no_votes", "below_threshold"):
            continue
        if fate.cost_pence <= left_pence and limits[0] <= fate.cost_pence <= limits[1]:
            return fate.project
        if outcome.rule == "greedy-stop":
            return None
    return None


# What is late ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dates:
    """The days by which a group has to answer, deliver and report."""

    answer_by: date
    deliver_by: date
    report_by: date


def date_faults(dates: Dates, today: date) -> Mapping[str, str]:
    """Return what doesn't fit together in the dates of an offer: field name to message."""
    faults = {
        "answer_by": (dates.answer_by <= today, N_("Enter a day after today")),
        "deliver_by": (
            dates.deliver_by <= dates.answer_by,
            N_("Enter a day after the one by which they answer"),
        ),
        "report_by": (
            dates.report_by < dates.deliver_by,
            N_("Enter the day by which they finish, or a later one"),
        ),
    }
    return {name: words for name, (wrong, words) in faults.items() if wrong}


def late(stage: str, dates: Dates, milestones: Collection[date], today: date) -> list[str]:
    """Return what of an award is late: “answer”, “milestone”, “report”. A day itself is in time.

    ``milestones`` are the days of those that are not done.
    """
    running = stage in (AwardStage.ACCEPTED, AwardStage.UNDER_WAY)
    checks = {
        "answer": stage == AwardStage.OFFERED and today > dates.answer_by,
        "milestone": running and any(today > day for day in milestones),
        "report": running and today > dates.report_by,
    }
    return [name for name, is_late in checks.items() if is_late]
