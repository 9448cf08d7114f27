"""What a finding and a decision on it must say, how a change of wording is shown, what we write."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from typing import Literal, Protocol

from engage.web.rules import N_

#: What a finding can be (guidance G75, R34), with the words that people read.
KINDS: dict[str, str] = {
    "need": N_("Something people need"),
    "opportunity": N_("Something people could do or use"),
    "view": N_("What people think of the draft"),
}

#: What became of a finding (R46), with the words that people read.
EFFECTS: dict[str, str] = {
    "changed": N_("We changed a priority"),
    "confirmed": N_("We kept a priority as it was"),
    "not_taken_up": N_("We did not take this up"),
}


class FindingRefused(Exception):
    """The finding can't be recorded so; the message says why."""


class InfluenceRefused(Exception):
    """What was done with a finding can't be recorded or told so; the message says why."""


class PriorityMoved(InfluenceRefused):
    """Somebody else changed the priority after this page was opened."""


class Said(Protocol):
    """A contribution, whichever slice it comes from (consultations and budgeting give the same)."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> int: ...
    @property
    def where(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def who(self) -> str: ...
    @property
    def may_publish(self) -> bool: ...


@dataclass(frozen=True)
class Piece:
    """A run of words of a changed text."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True)
class Point:
    """One thing that a contributor is told: what they and others said, and what became of it."""

    statement: str
    effect: str
    priority: str
    reason: str
    before: str
    after: str


@dataclass(frozen=True)
class EffectCounts:
    """Decided findings by their strongest effect, and the findings that still wait."""

    changed: int
    confirmed: int
    not_taken_up: int
    waiting: int

    @property
    def decided(self) -> int:
        """How many findings were decided: the base of every share."""
        return self.changed + self.confirmed + self.not_taken_up


def text_hash(text: str) -> str:
    """Return what guards a wording against another officer's change: its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()


def refuse_decision(
    effect: str, *, before: str, after: str, has_priority: bool, decided_on: date, today: date
) -> None:
    """Raise InfluenceRefused, in words, where a decision doesn't hold together."""
    if effect not in EFFECTS:
        raise InfluenceRefused(N_("Choose what became of this"))
    if effect != "not_taken_up" and not has_priority:
        raise InfluenceRefused(N_("Choose the priority"))
    if effect == "changed" and not after.strip():
        raise InfluenceRefused(N_("Enter the new wording of the priority"))
    if effect == "changed" and before.strip() == after.strip():
        raise InfluenceRefused(
            N_("Change the wording, or record that the priority was kept as it was")
        )
    if decided_on > today:
        raise InfluenceRefused(N_("The date of the decision must be today or earlier"))


def strongest(effects: Collection[str]) -> str | None:
    """Return the effect that a finding counts as: changed before confirmed before not taken up.

    None while nothing is decided.
    """
    return next((effect for effect in EFFECTS if effect in effects), None)


def marked_change(before: str, after: str) -> list[Piece]:
    """Return the words of both texts in one run: the same, removed, added.

    Space stands between any two pieces, so that old and new words never run together.

    >>> [piece.kind for piece in marked_change("Mend paths.", "Mend and light paths.")]
    ['same', 'added', 'same']
    """
    old, new = (re.findall(r"\S+\s*|\s+", text) for text in (before, after))
    matcher = SequenceMatcher(
        None, [word.strip() for word in old], [word.strip() for word in new], autojunk=False
    )
    pieces: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(new[c:d])))
            continue
        if b > a:
            pieces.append(Piece("removed", "".join(old[a:b])))
        if d > c:
            pieces.append(Piece("added", "".join(new[c:d])))
    return [_apart(piece) for piece in pieces[:-1]] + pieces[-1:]


def _apart(piece: Piece) -> Piece:
    return piece if piece.text[-1].isspace() else replace(piece, text=f"{piece.text} ")


def matrix(rows: Iterable[tuple[str, str]]) -> tuple[list[str], list[tuple[str, list[int]]]]:
    """Return sections, and for each theme how many findings each section has (R34).

    ``rows`` are (theme, section) of each finding; both lists are in alphabetical order, with
    people in general ('') first.
    """
    counts = Counter(rows)
    sections = sorted({section for _, section in counts})
    themes = sorted({theme for theme, _ in counts}, key=str.casefold)
    return sections, [(theme, [counts[theme, section] for section in sections]) for theme in themes]


def letter(title: str, points: Sequence[Point], link: str) -> tuple[str, str]:
    """Return the subject and body of what a contributor is told: their points and no others."""
    told = [_told(point) for point in points]
    body = [
        f"You took part in “{title}”. This is what we did with what you said.",
        *told,
        f"Read all our decisions, and why we made them:\n{link}",
    ]
    return f"What we did with what you said: {title}", "\n\n".join(body)


def _told(point: Point) -> str:
    decided = EFFECTS[point.effect] + (f": {point.priority}" if point.priority else "")
    lines = ["You said", point.statement, "", "We decided", decided, "", "Because", point.reason]
    if point.effect == "changed":
        lines += ["", "What changed", f"It was: {point.before}", f"It is now: {point.after}"]
    return "\n".join(lines)
