"""Making services together with groups (R17), and groups that learn from each other (R32)."""

from dataclasses import dataclass

from engage.web.rules import N_

STATES: dict[str, str] = {
    "considered": N_("Being considered"),
    "under_way": N_("Under way"),
    "ended": N_("Ended"),
    "not_taken_up": N_("Not taken up"),
}
#: Wishes that making something together may rest on: to decide together at the least.
TOGETHER = ("collaborate", "empower")


class TogetherRefused(Exception):
    """It can't be recorded so; the message says what to do."""


@dataclass(frozen=True)
class Terms:
    """What is agreed about a service that is made together."""

    service: str
    stage: str
    who_decides: str
    who_holds_money: str
    capacity: str
    state: str
    reason: str = ""


def fault_in(terms: Terms) -> tuple[str, str] | None:
    """Return the field that is missing, and what to do, before the terms can stand; or None."""
    if terms.state == "under_way" and not terms.capacity:
        return "capacity", N_("Enter what the group can take on, before it is under way")
    if terms.state == "not_taken_up" and not terms.reason:
        return "reason", N_("Enter why it was not taken up")
    return None
