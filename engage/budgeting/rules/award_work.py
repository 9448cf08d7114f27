"""What an award asks of the officers and of whoever holds it, from its offer to the report."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from engage.budgeting.rules.delivery import FREED, AwardMoney, AwardStage, Dates, late


@dataclass(frozen=True)
class Facts:
    """An award as far as it asks something of somebody. ``open_steps`` are the days of those that
    are not done, ``photos`` how many wait for an officer's look, ``left_pence`` the report's."""

    stage: str
    dates: Dates
    open_steps: Collection[date]
    has_bank: bool
    is_checked: bool
    photos: int
    money: AwardMoney
    left_pence: int
    is_decided: bool


def for_officers(award: Facts, today: date) -> list[str]:
    """Return what waits for officers: “check” (of who holds the money), “pay”, “photos”, “answer”,
    “milestone”, “report” (of these three: it is overdue), “reported”, “unexplained” or “freed”."""
    unexplained = award.money.unexplained_pence(award.left_pence) > 0
    reported = award.stage == AwardStage.REPORTED
    checks = {
        "check": award.stage == AwardStage.ACCEPTED and not award.is_checked,
        "pay": award.stage == AwardStage.ACCEPTED and award.is_checked and award.has_bank,
        "photos": award.photos > 0,
        "reported": reported and not unexplained,
        "unexplained": reported and unexplained,
        "freed": award.stage in FREED and not award.is_decided,
    }
    found = [name for name, waits in checks.items() if waits]
    return [*found, *late(award.stage, award.dates, award.open_steps, today)]


def for_holder(award: Facts, today: date) -> list[tuple[str, date | None]]:
    """Return what the holder is to do next, and by when: “accept”, “bank”, “step” or “report”."""
    running = award.stage in (AwardStage.ACCEPTED, AwardStage.UNDER_WAY)
    due = min(award.open_steps, default=None)
    todo: list[tuple[str, date | None, bool]] = [
        ("accept", award.dates.answer_by, award.stage == AwardStage.OFFERED),
        ("bank", None, running and not award.has_bank),
        ("step", due, running and due is not None),
        ("report", award.dates.report_by, award.stage == AwardStage.UNDER_WAY),
    ]
    return [(name, by) for name, by, waits in todo if waits]
