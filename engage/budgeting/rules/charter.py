"""The PB Charter's self-check (R75): seven features, before voting opens and again at the close.

The features are those of Scotland's Participatory Budgeting Charter (2019); the questions are ours.
"""

from collections.abc import Mapping
from enum import StrEnum

from engage.budgeting.rules.refusals import RoundRefused
from engage.web.rules import N_


class CharterRefused(RoundRefused):
    """The self-check can't be kept so; the message says why."""


class Moment(StrEnum):
    """When a round is held against the Charter."""

    BEFORE = "before"
    AFTER = "after"


#: Each feature with its name and what to ask oneself.
FEATURES: dict[str, tuple[str, str]] = {
    "fair": (
        N_("Fair and inclusive"),
        N_("Can everybody take part, whatever their age, health, language, money or place?"),
    ),
    "participatory": (
        N_("Participatory"),
        N_("Do residents shape the fund itself, and not only vote on it?"),
    ),
    "deliberative": (
        N_("Deliberative"),
        N_("Is there time and a place to ask, to talk and to hear others before the vote?"),
    ),
    "empowering": (
        N_("Empowering"),
        N_("Does the vote decide, and will what it decides be done?"),
    ),
    "creative": (
        N_("Creative and flexible"),
        N_("Does it suit this place and these people, and can it change as you learn?"),
    ),
    "transparent": (
        N_("Transparent"),
        N_("Can everybody see the rules, the reasons, the count and what became of the money?"),
    ),
    "democratic": (
        N_("Part of our democracy"),
        N_("Is it joined to other decisions here, to elected people and to community groups?"),
    ),
}
#: How far a round has a feature.
ANSWERS: dict[str, str] = {"yes": N_("Yes"), "partly": N_("Partly"), "no": N_("Not yet")}


def answered(answers: Mapping[str, tuple[str, str]]) -> int:
    """Return how many features have both an answer and what shows it."""
    return sum(bool(answer and shown) for answer, shown in answers.values())


def missing(answers: Mapping[str, str]) -> list[str]:
    """Return the names of the features that have no answer yet, in the Charter's order."""
    return [name for feature, (name, _) in FEATURES.items() if not answers.get(feature)]


def why_fixed(moment: str, stage: str) -> str | None:
    """Return why nothing can be answered now, None where it can.

    What was said before the vote stays as it was said.
    """
    voted = stage in ("voting", "closed", "declared")
    if moment == Moment.BEFORE and voted:
        return N_("The ballot is final: what you said before it stays")
    if moment == Moment.AFTER and stage not in ("closed", "declared"):
        return N_("Answer again once voting has closed")
    return None


def may_answer(moment: str, stage: str) -> None:
    """Refuse an answer at the wrong time. Raises CharterRefused."""
    refusal = why_fixed(moment, stage)
    if refusal is not None:
        raise CharterRefused(refusal)
