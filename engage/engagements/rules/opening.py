"""What blocks an engagement's opening and closing, in words, each with where to mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engage.engagements.rules.about import is_in_time
from engage.engagements.rules.calendar import Item, Quiet
from engage.engagements.rules.standards import (
    BEFORE_CLOSING,
    BEFORE_OPENING,
    STANDARDS,
    unanswered,
)


@dataclass(frozen=True)
class Hurdle:
    """One thing to mend. ``blocks``: nothing moves until it is; otherwise it is advice.

    ``endpoint`` and ``values`` name the page where it is mended, with ``anchor`` the place on it.
    """

    words: str
    mend: str
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)
    anchor: str = ""
    blocks: bool = True


@dataclass(frozen=True)
class Planned:
    """What decides whether an engagement may open or close.

    ``answered`` are the ids that the plan answers, ``scored`` those that officers scored in the
    review, ``shown`` the Standards that have evidence. ``packs`` are the days on which information
    was published. ``unjudged`` counts indicators of LEAP that have no result yet.
    """

    kind: str
    scope: str
    opens_at: datetime
    closes_at: datetime
    is_opened: bool
    has_value: bool
    value_needed: bool
    has_lead: bool = False
    has_support: bool = False
    has_notice: bool = False
    packs: Sequence[Any] = ()
    answered: frozenset[str] = frozenset()
    reviewed: frozenset[str] = frozenset()
    scored: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    invited: int = 0
    indicators: int = 0
    unjudged: int = 0
    views: int = 0
    meetings: int = 0


DETAILS, PACKS = "engagement_file.edit", "engagement_packs.packs"
FILE = "engagement_file.file"
STANDARD, LEAP = "engagement_standards.answer", "engagement_leap.stage"


def before_opening(plan: Planned, at: datetime) -> list[Hurdle]:
    """Return what the engagement itself lacks before it opens."""
    found = []
    if plan.closes_at <= at:
        found.append(Hurdle("Its closing date has passed.", "Change its dates", DETAILS))
    if not plan.has_value:
        found.append(
            Hurdle(
                "Nobody has said what it is worth in pounds, so we cannot tell which questions of "
                "the National Standards apply.",
                "Say what it is worth",
                DETAILS,
                anchor="value",
                blocks=plan.value_needed,
            )
        )
    found += _standards_in_plan(plan)
    found += _packs(plan)
    found += _advice(plan)
    return found


def _standards_in_plan(plan: Planned) -> list[Hurdle]:
    letters = BEFORE_OPENING if plan.scope == "full" else "".join(STANDARDS)
    left = unanswered(letters, plan.scope, plan.answered)
    if plan.scope == "full":
        return [
            Hurdle(
                f"{STANDARDS[letter]}: {_questions(count)} of the National Standards to answer.",
                f"Answer {STANDARDS[letter]}",
                STANDARD,
                {"phase": "plan", "letter": letter},
            )
            for letter, count in left.items()
        ]
    if not left:
        return []
    return [
        Hurdle(
            f"{_questions(sum(left.values()))} of the National Standards to answer.",
            "Answer the questions",
            STANDARD,
            {"phase": "plan", "letter": next(iter(left))},
            blocks=False,
        )
    ]


def _questions(count: int) -> str:
    return "1 question" if count == 1 else f"{count} questions"


def _packs(plan: Planned) -> list[Hurdle]:
    if any(is_in_time(day, plan.opens_at) for day in plan.packs):
        return []
    late = (
        "No information for people is published by the day it opens."
        if plan.packs
        else "There is no information for people to read before they take part."
    )
    mend = "Add an information pack"
    return [Hurdle(late, mend, PACKS, blocks=plan.scope == "full")]


def _advice(plan: Planned) -> list[Hurdle]:
    lacks = [
        (not plan.has_lead, "No partner leads it.", "Choose who leads", DETAILS, "lead"),
        (
            not plan.has_support,
            "It does not say what support people get.",
            "Say what support you offer",
            DETAILS,
            "support_offered",
        ),
        (
            not plan.has_notice,
            "It does not say if answers may be used in other plans. Without it they may not.",
            "Say what people are told",
            DETAILS,
            "reuse_notice",
        ),
    ]
    found = [
        Hurdle(words, mend, endpoint, anchor=anchor, blocks=False)
        for lacking, words, mend, endpoint, anchor in lacks
        if lacking
    ]
    if plan.kind == "event" and not plan.meetings:
        found.append(
            Hurdle(
                "No meeting stands here: people do not learn where and when they can come.",
                "Add a meeting",
                FILE,
                anchor="meetings",
                blocks=False,
            )
        )
    if not plan.invited:
        found.append(
            Hurdle(
                "No group is asked to take part.", "Ask groups", "engagements.invite", blocks=False
            )
        )
    if not plan.indicators:
        found.append(
            Hurdle(
                "Nothing says how you will know that it worked. Set indicators before it opens.",
                "Set indicators",
                LEAP,
                {"stage": "plan"},
                blocks=False,
            )
        )
    return found


def from_calendar(
    says_what_changed: bool,
    before: Sequence[Item],
    clashing: Sequence[Item],
    quiet: Sequence[Quiet],
) -> list[Hurdle]:
    """Return what the calendar says: asked before, a clash, the weeks before an election."""
    found = []
    if before:
        found.append(
            Hurdle(
                f"The same people were asked about the same within six months: {before[0].title}. "
                + ("You say what changed." if says_what_changed else "Say what changed since."),
                "Say what changed since last time",
                DETAILS,
                anchor="changed_since",
                blocks=not says_what_changed,
            )
        )
    for item in clashing[:3]:
        found.append(
            Hurdle(
                f"The same place is asked at the same time: {item.title}.",
                "Look at the calendar",
                "engagement_calendar_manage.desk",
                blocks=False,
            )
        )
    for time in quiet:
        found.append(
            Hurdle(
                f"It runs into the weeks before an election: {time.title}. "
                "Ask your legal team whether it can wait.",
                "See the elections",
                "engagement_calendar_manage.elections",
                blocks=False,
            )
        )
    return found


def before_closing(plan: Planned, at: datetime) -> list[Hurdle]:
    """Return what the engagement itself lacks before its file is closed."""
    if not plan.is_opened:
        return [Hurdle("It has not been opened.", "See what blocks its opening", FILE)]
    found = []
    if at < plan.closes_at:
        found.append(
            Hurdle(
                "It is still running: it closes by its own date.",
                "See its dates",
                FILE,
                anchor="says",
            )
        )
    found += _standards_in_review(plan)
    if plan.unjudged:
        words = "1 indicator of your plan has" if plan.unjudged == 1 else (
            f"{plan.unjudged} indicators of your plan have"
        )  # fmt: skip
        found.append(
            Hurdle(
                f"{words} no result yet.",
                "Judge the indicators",
                LEAP,
                {"stage": "review"},
                blocks=plan.scope == "full",
            )
        )
    if not plan.views:
        found.append(
            Hurdle(
                "Nobody who took part has said how it was.",
                "Give people the link",
                "engagement_standards.profile",
                anchor="people",
                blocks=False,
            )
        )
    return found


def _standards_in_review(plan: Planned) -> list[Hurdle]:
    if plan.scope != "full":
        left = unanswered("".join(STANDARDS), "seven", plan.reviewed)
        if not left:
            return []
        values = {"phase": "review", "letter": next(iter(left))}
        words = f"{_questions(sum(left.values()))} of the National Standards to review."
        return [Hurdle(words, "Review the Standards", STANDARD, values, blocks=False)]
    found = []
    left = unanswered(BEFORE_CLOSING, "full", plan.scored)
    for letter in BEFORE_CLOSING:
        values = {"phase": "review", "letter": letter}
        if letter in left:
            words = f"{STANDARDS[letter]}: {_questions(left[letter])} without a score."
            found.append(Hurdle(words, f"Score {STANDARDS[letter]}", STANDARD, values))
        if letter not in plan.shown:
            words = f"{STANDARDS[letter]}: no evidence is attached to the scores."
            found.append(Hurdle(words, "Attach evidence", STANDARD, values))
    return found
