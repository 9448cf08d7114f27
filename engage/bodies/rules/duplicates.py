"""Which names may mean the same group: words that tell, spelling, and no look at every pair.

Two names are alike where most of the weight of their words is shared. Words like “group” weigh
little; short forms are written out; a slip of the pen (Feryhill, Ferryhill) doesn't part them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from engage.bodies.rules.register import name_key

#: From how much of their weight two names are shown as alike.
LIKELY = 0.75
#: How much a word of WEAK weighs beside one that tells a group from others.
WEAK_WEIGHT = 0.3
#: A word for doing something, or for who does it.
_DOING = re.compile(r"(.{3,}?)(?:ing|er)")
#: How many names that share a word are compared with each other; a word in more tells too little.
MOST_IN_BLOCK = 40

SHORT_FORMS: dict[str, tuple[str, ...]] = {
    "cc": ("community", "council"),
    "pc": ("parent", "council"),
    "tra": ("tenant", "resident", "association"),
    "assoc": ("association",),
    "assn": ("association",),
    "ass": ("association",),
    "org": ("organisation",),
    "organization": ("organisation",),
    "ltd": ("limited",),
    "grp": ("group",),
    "st": ("saint",),
    "dev": ("development",),
    "ctte": ("committee",),
}
LEFT_OUT = frozenset({"the", "and", "of", "for", "in", "a", "an", "on", "at"})
WEAK = frozenset(
    {
        "association", "charity", "club", "committee", "community", "company", "council",
        "federation", "forum", "group", "limited", "network", "organisation", "scio", "scotland",
        "scottish", "society", "tenant", "trust",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Alike:
    """Two bodies whose names are alike, and how much, up to 1."""

    low_id: int
    high_id: int
    likeness: float


def words_of(name: str) -> frozenset[str]:
    """Return the words of a name that count: short forms written out, without a plural's s.

    >>> sorted(words_of("The Torry Friends' CC"))
    ['community', 'council', 'friend', 'torry']
    """
    words: set[str] = set()
    for word in name_key(name).split():
        if word not in LEFT_OUT:
            words.update(SHORT_FORMS.get(word, (_singular(word),)))
    return frozenset(words)


def skeleton(word: str) -> str:
    """Return what two spellings of a word share: its first letter and its other consonants.

    >>> skeleton("ferryhill") == skeleton("feryhil")
    True
    """
    bare = word[:1] + re.sub(r"[aeiouy]", "", word[1:])
    return re.sub(r"([^\W\d])\1+", r"\1", bare)


def doing(word: str) -> str:
    """Return what people do, of a word for doing it or for who does.

    >>> [doing(word) for word in ("knit", "knitting", "knitter", "walking", "king", "tree")]
    ['knit', 'knit', 'knit', 'walk', 'king', 'tree']
    """
    found = _DOING.fullmatch(word)
    if found is None:
        return word
    stem = found[1]
    return stem[:-1] if stem[-1] == stem[-2] and stem[-1] not in "aeiousl" else stem


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how much of their weight two names share, from 0 to 1."""
    shared = one & other
    left, right = one - shared, set(other - shared)
    weight = sum(map(_weight, shared))
    for word in left:
        twin = next((w for w in right if _same(word, w)), None)
        if twin is not None:
            right.discard(twin)
            weight += _weight(word)
    whole = sum(map(_weight, one)) + sum(map(_weight, other)) - weight
    return weight / whole if whole else 0.0


def alike_pairs(names: Mapping[int, str]) -> list[Alike]:
    """Return the pairs of bodies whose names are alike, the likeliest first.

    Only names that share a telling word, as it is spelt or by its skeleton, are compared, so that
    thousands of names take thousands of comparisons and not millions.
    """
    words = {number: words_of(name) for number, name in names.items()}
    found: dict[tuple[int, int], float] = {}
    seen: set[tuple[int, int]] = set()
    for block in _blocks(words).values():
        if len(block) > MOST_IN_BLOCK:
            continue
        for pair in combinations(sorted(block), 2):
            if pair in seen:
                continue
            seen.add(pair)
            much = likeness(words[pair[0]], words[pair[1]])
            if much >= LIKELY:
                found[pair] = much
    pairs = [Alike(low, high, much) for (low, high), much in found.items()]
    return sorted(pairs, key=lambda pair: (-pair.likeness, pair.low_id, pair.high_id))


class NamesKept:
    """The names on the register, ready to be asked which are like another one."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self._words = {number: words_of(name) for number, name in names.items()}
        self._blocks = _blocks(self._words)

    def like(self, name: str) -> int | None:
        """Return the body whose name is most like ``name``; None where none is alike."""
        return self._most_like(words_of(name), self._near(name))

    def earlier_like(self, name: str, number: int) -> int | None:
        """Return the number below ``number`` whose name is most like ``name``, or None."""
        return self._most_like(words_of(name), {n for n in self._near(name) if n < number})

    def _near(self, name: str) -> set[int]:
        blocks = (self._blocks.get(key, ()) for key in _keys(words_of(name)))
        return {number for block in blocks if len(block) <= MOST_IN_BLOCK for number in block}

    def _most_like(self, words: frozenset[str], near: set[int]) -> int | None:
        best = max(((likeness(words, self._words[n]), -n) for n in near), default=(0.0, 0))
        return -best[1] if best[0] >= LIKELY else None


def _blocks(words: Mapping[int, frozenset[str]]) -> dict[str, list[int]]:
    blocks: dict[str, list[int]] = defaultdict(list)
    for number, own in words.items():
        for key in _keys(own):
            blocks[key].append(number)
    return dict(blocks)


def _keys(words: Iterable[str]) -> set[str]:
    """Return under what a name is found: each telling word, its skeleton, and all of them."""
    telling = [word for word in words if word not in WEAK] or list(words)
    keys = set(telling) | {f"~{skeleton(word)}" for word in telling}
    return keys | {"=" + " ".join(sorted(map(skeleton, telling)))}


def _weight(word: str) -> float:
    return WEAK_WEIGHT if word in WEAK else 1.0


def _same(one: str, other: str) -> bool:
    """Say whether two words are one word with a slip of the pen, never for short ones; or say what
    people do and who does it: knit, knitting, knitters."""
    if doing(one) == doing(other):
        return True
    if min(len(one), len(other)) < 5 or skeleton(one) != skeleton(other):
        return False
    return SequenceMatcher(None, one, other).ratio() >= 0.85


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
