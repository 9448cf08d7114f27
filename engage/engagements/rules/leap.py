"""LEAP (R79): an engagement told in four stages, and its indicators set first and judged last."""

from collections.abc import Mapping
from dataclasses import dataclass

from engage.engagements.rules.planning import EngagementRefused
from engage.web.rules import N_

#: The stages, each with what it is for.
STAGES: dict[str, tuple[str, str]] = {
    "analyse": (N_("Analyse"), N_("What is the need, and whom does it touch?")),
    "plan": (N_("Plan"), N_("What should change, how will we know, and what will we do?")),
    "do": (N_("Do"), N_("Are we doing it?")),
    "review": (N_("Review"), N_("How did it go, what did we learn, and what now?")),
}


@dataclass(frozen=True)
class Part:
    """One thing that a stage asks: its column, its question, and a hint."""

    name: str
    question: str
    hint: str = ""


PARTS: dict[str, tuple[Part, ...]] = {
    "analyse": (
        Part("need", N_("What is the need?")),
        Part(
            "evidence", N_("How do we know?"), N_("Figures, earlier answers, what people told us.")
        ),
        Part(
            "stakeholders",
            N_("Whom does it touch?"),
            N_("For each: what moves them, what they can do, what helps, what may stop them."),
        ),
    ),
    "plan": (
        Part("outcomes", N_("What should change?")),
        Part("inputs", N_("What do we put in?"), N_("People, money, rooms, knowledge.")),
        Part("processes", N_("How will we work?")),
        Part("outputs", N_("What will there be to see?"), N_("Meetings, papers, decisions.")),
        Part("responsibilities", N_("Who does what?")),
    ),
    "do": (Part("monitoring", N_("What do we notice while we do it?")),),
    "review": (
        Part("results", N_("What came of it?")),
        Part("learning", N_("What did we learn?")),
        Part("next_steps", N_("What now?")),
    ),
}
COLUMNS = tuple(part.name for parts in PARTS.values() for part in parts)
#: How far an indicator was met.
MET: dict[str, str] = {
    "yes": N_("Yes"),
    "partly": N_("Partly"),
    "no": N_("No"),
    "unknown": N_("We can’t tell"),
}


class LeapRefused(EngagementRefused):
    """The record can't be kept so; the message says why."""


def answered(stage: str, record: Mapping[str, str]) -> tuple[int, int]:
    """Return how many parts of a stage have words, and how many there are.

    >>> answered("do", {"monitoring": "It rains."})
    (1, 1)
    """
    parts = PARTS[stage]
    return sum(bool(record.get(part.name)) for part in parts), len(parts)
