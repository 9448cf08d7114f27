"""What events and exercises give findings to rest on."""

from collections.abc import Iterable
from dataclasses import dataclass

from engage.engagements.rules.place_standard import KindResult


@dataclass(frozen=True)
class Contribution:
    """Something that people said together, for findings to rest on.

    ``kind`` is “event” (what was said there, id of the event; ``who`` is its day) or “exercise”
    (a Place Standard; ``who`` is its place).
    """

    kind: str
    id: int
    where: str
    text: str
    who: str
    may_publish: bool = True


def exercise_words(results: Iterable[KindResult]) -> str:
    """Return the published results of an exercise in a few sentences."""
    told = []
    for result in results:
        if not result.themes:
            continue
        who = "People alone" if result.kind == "individual" else "Groups"
        lowest = ", ".join(f"{theme.label} ({theme.mean})" for theme in result.lowest)
        words = f"{who}: most room to improve in {lowest or 'no theme that we can show'}."
        if result.priorities:
            chosen = ", ".join(theme.label for theme in result.priorities)
            words += f" Chosen most often as what matters most: {chosen}."
        told.append(words)
    return "\n".join(told) or "Too few people answered for results to be shown."
