"""What changed from one version of a proposal to the next, word by word."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from types import MappingProxyType

from engage.budgeting.rules.proposing import Content
from engage.budgeting.rules.refusals import pounds
from engage.web.rules import N_

#: What a version says, in the order in which it is told, by the name of the part.
PARTS: dict[str, str] = {
    "title": N_("Title"),
    "summary": N_("What it will do"),
    "beneficiaries": N_("Who it is for"),
    "pot": N_("Part of the fund"),
    "theme": N_("Theme"),
    "cost": N_("Cost"),
    "items": N_("What the money pays for"),
    "match": N_("Money from elsewhere"),
    "smallest": N_("Smallest award that helps"),
    "place": N_("Where"),
    "answers": N_("Answers to the fund’s questions"),
    "pictures": N_("Photographs"),
    "easy": N_("Easy read"),
    "gaelic": N_("Gaelic"),
}

NONE: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True)
class Piece:
    """Some words: “same”, “added” or “removed”."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One part that changed, and its words."""

    part: str
    pieces: tuple[Piece, ...]


def changes(
    old: tuple[Content, Sequence[str]],
    new: tuple[Content, Sequence[str]],
    places: Mapping[int, str],
    prompts: Mapping[int, str],
    themes: Mapping[int, str] = NONE,
    pots: Mapping[int, str] = NONE,
) -> list[Change]:
    """Return which parts changed and how. A version is its content and its photographs' words.

    ``places`` are names of localities, ``prompts`` the round's questions, ``themes`` its themes, by
    id; ``pots`` names of the parts of its fund, by number.
    """
    before = _texts(*old, places, prompts, themes)
    after = _texts(*new, places, prompts, themes)
    for texts, (content, _) in ((before, old), (after, new)):
        texts["pot"] = pots.get(content.pot or 0, "")
    return [
        Change(part, difference(before[part], after[part]))
        for part in PARTS
        if before[part] != after[part]
    ]


def difference(old: str, new: str) -> tuple[Piece, ...]:
    """Return the words of both texts: what stayed, what was removed and what was added.

    >>> [(p.kind, p.text) for p in difference("a red door", "a blue door")]
    [('same', 'a '), ('removed', 'red '), ('added', 'blue '), ('same', 'door')]
    """
    a, b = re.findall(r"\S+\s*", old), re.findall(r"\S+\s*", new)
    words = SequenceMatcher(a=[w.strip() for w in a], b=[w.strip() for w in b], autojunk=False)
    pieces = []
    for kind, i, j, k, m in words.get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(b[k:m])))
            continue
        pieces += [Piece("removed", "".join(a[i:j]))] if j > i else []
        pieces += [Piece("added", "".join(b[k:m]))] if m > k else []
    return tuple(pieces)


def _texts(
    content: Content,
    pictures: Sequence[str],
    places: Mapping[int, str],
    prompts: Mapping[int, str],
    themes: Mapping[int, str],
) -> dict[str, str]:
    tell: dict[str, Callable[[], str]] = {
        "title": lambda: content.title,
        "summary": lambda: content.summary,
        "beneficiaries": lambda: content.beneficiaries,
        "theme": lambda: themes.get(content.theme_id or 0, ""),
        "cost": lambda: "" if content.cost_pence is None else pounds(content.cost_pence),
        "items": lambda: "\n".join(f"{i.what}: {pounds(i.pence)}" for i in content.items),
        "match": lambda: _match(content),
        "smallest": lambda: pounds(content.smallest_pence or 0) if content.takes_less else "",
        "place": lambda: _place(content, places),
        "answers": lambda: "\n".join(f"{prompts.get(n, n)} {text}" for n, text in content.answers),
        "pictures": lambda: "\n".join(pictures),
        "easy": lambda: f"{content.easy_title}\n{content.easy_summary}".strip(),
        "gaelic": lambda: f"{content.gaelic_title}\n{content.gaelic_summary}".strip(),
    }
    return {part: words() for part, words in tell.items()}


def _match(content: Content) -> str:
    if not content.match_pence:
        return ""
    agreed = "agreed" if content.match_agreed else "not agreed yet"
    return f"{pounds(content.match_pence)} from {content.match_from} ({agreed})"


def _place(content: Content, places: Mapping[int, str]) -> str:
    if content.where == "whole":
        return "The whole area"
    point = "" if content.latitude is None else f"{content.latitude}, {content.longitude}"
    name = places.get(content.locality_id or 0, "")
    return "; ".join(part for part in (name, content.near, point) if part)
