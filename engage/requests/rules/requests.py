"""Who may make a participation request, what it says, and the way it goes to its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engage.web.rules import N_

#: Who may make one (section 20), as the form asks.
MAKERS: dict[str, str] = {
    "community_council": N_("A community council"),
    "controlled": N_("A group with a written constitution, controlled by its community"),
    "group": N_("A group without a written constitution, open to its community"),
    "designated": N_("A body that Scottish Ministers have named"),
}

#: The way of a request, from the first draft to the report on what came of it.
STAGES: dict[str, str] = {
    "draft": N_("Draft"),
    "sent": N_("To check"),
    "more_asked": N_("More asked for"),
    "valid": N_("To decide"),
    "agreed": N_("Agreed"),
    "under_way": N_("Process under way"),
    "ended": N_("Process ended"),
    "reported": N_("Reported"),
    "refused": N_("Refused"),
    "not_considered": N_("Not considered again"),
    "withdrawn": N_("Withdrawn"),
}
#: Stages whose decision or report everybody may read.
PUBLIC = ("agreed", "under_way", "ended", "reported", "refused")
#: Stages in which somebody at the partnership has something to do.
OPEN = ("sent", "valid", "agreed", "under_way", "ended")

#: What a decision must weigh (section 24(3)), in the order of the Act.
GROUNDS: dict[str, str] = {
    "economic": N_("Promote or improve economic development"),
    "regeneration": N_("Promote or improve regeneration"),
    "health": N_("Promote or improve public health"),
    "social": N_("Promote or improve social wellbeing"),
    "environment": N_("Promote or improve environmental wellbeing"),
    "inequality": N_("Reduce inequalities that come from socio-economic disadvantage"),
    "taking_part": N_("Let more people who face disadvantage take part in this process"),
    "services": N_("Let more people who face disadvantage shape how services are run"),
    "other": N_("Bring other benefits"),
}
WEIGHED: dict[str, str] = {
    "likely": N_("Likely"),
    "unlikely": N_("Not likely"),
    "no_bearing": N_("Has no bearing"),
}

#: Whether the outcome got better, as the report of section 31 says.
IMPROVED: dict[str, str] = {
    "yes": N_("Yes"),
    "partly": N_("In part"),
    "no": N_("No"),
    "too_early": N_("Too early to say"),
}

#: What a whole request says (section 22(2)), with the words for what is missing.
PARTS: dict[str, str] = {
    "outcome": N_("the outcome that you want to improve"),
    "reasons": N_("why you should take part"),
    "knowledge": N_("what knowledge, expertise and experience you bring"),
    "improvement": N_("how the outcome would get better if you take part"),
}


class RequestRefused(Exception):
    """What was asked of a participation request can't be done; the message says why."""


class RequestChangedRefused(RequestRefused):
    """Somebody moved the request on since the page was opened."""


@dataclass(frozen=True)
class RequestText:
    """What a group asks. Everything but ``title`` and the authority may be empty in a draft."""

    title: str
    maker: str
    authority_id: int
    other_ids: tuple[int, ...] = ()
    outcome: str = ""
    reasons: str = ""
    knowledge: str = ""
    improvement: str = ""


@dataclass(frozen=True)
class Decision:
    """A decision notice. ``weighed`` holds an answer for each of GROUNDS (section 24(3)).

    The last four say how the process works, or is meant to (section 25), where it is agreed.
    """

    agreed: bool
    reasons: str
    weighed: Mapping[str, str]
    operation: str = ""
    group_part: str = ""
    others_part: str = ""
    stage_reached: str = ""


@dataclass(frozen=True)
class OutcomeReport:
    """What section 31 asks to be told about a process that has ended."""

    summary: str
    improved: str
    improvement: str
    influence: str
    informing: str
    service_changed: bool


def maker_of(kind: str, is_constituted: bool) -> str:
    """Return the likely kind of maker of a body on the register; its form may say otherwise."""
    if kind == "community_council":
        return "community_council"
    return "controlled" if is_constituted else "group"


def missing_parts(text: RequestText) -> list[str]:
    """Return what a request still lacks (section 22(2)), in words."""
    return [words for name, words in PARTS.items() if not getattr(text, name)]


def check_decision(decision: Decision) -> None:
    """Raise RequestRefused where a notice lacks what sections 24 and 25 ask for."""
    if not decision.reasons:
        raise RequestRefused(N_("Enter the reasons for the decision"))
    if set(decision.weighed) != set(GROUNDS) or set(decision.weighed.values()) - set(WEIGHED):
        raise RequestRefused(N_("Weigh each of the points that the law lists"))
    if decision.agreed and not (decision.operation and decision.group_part):
        raise RequestRefused(N_("Enter how the process works and how the group takes part"))


def check_order(earlier: date, later: date, words: str) -> None:
    """Raise RequestRefused with ``words`` where ``later`` comes before ``earlier``."""
    if later < earlier:
        raise RequestRefused(words)
