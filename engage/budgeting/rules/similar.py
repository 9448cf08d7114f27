"""Which proposals resemble one another: by the words that they share and few others have.

Each text becomes a list of words with weights: how often a word stands there, times how rare it
is among all texts (the logarithm of all texts by those that have it, plus one). Two texts are as
alike as the cosine of their lists: 1 the same words, 0 no word in common.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

#: How alike two proposals are before one is shown beside the other, and how many are shown.
ALIKE = 0.15
MOST_SHOWN = 3
#: A word of the title tells more than one of the text.
TITLE_COUNTS = 3
_WORD = re.compile(r"[^\W\d_]+")
#: Words that tell nothing of what a project is about.
EMPTY = frozenset(
    re.findall(
        "[a-z]+",
        """the and for with that this from they them their are was were will would can could have
        has had not but our your you who all any more than into out about also when which where
        what there here its new people everybody project local area place community help make use
        get one two need want year month week day time evening afternoon morning hour night every
        each other some many after before where near between over through by at in on of to is it
        be we as so if or an no do go put buy pay cost money fund pound free open first next long
        small large big old young good better best great safe way thing part work run keep bring
        let like also only just very still while during around across along building hall room
        street road town village island group family child children parent person resident
        neighbour neighbourhood together everyone anybody somebody""",
    )
)


@dataclass(frozen=True)
class Text:
    """What is compared of a proposal. ``key`` tells which one it is."""

    key: int
    title: str
    words: str


def similar(
    text: Text, others: Sequence[Text], places: Collection[str] = ()
) -> list[tuple[int, float]]:
    """Return keys of up to three of ``others`` that resemble ``text``, the most alike first.

    Each with how alike it is, from 0 to 1. Equally alike ones stand in the order of their keys.
    The names of ``places`` tell nothing: all that is proposed for a harbour names it.
    """
    names = {word for place in places for word in words_of(place)}
    counts = {other.key: _counts(other, names) for other in others}
    own = _counts(text, names)
    spread = Counter(word for words in [own, *counts.values()] for word in words)
    everything = len(counts) + 1
    rare = {word: log(everything / times) + 1 for word, times in spread.items()}
    alike = {key: _cosine(own, words, rare) for key, words in counts.items()}
    ranked = sorted(alike.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(key, value) for key, value in ranked if value >= ALIKE][:MOST_SHOWN]


def words_of(text: str) -> list[str]:
    """Return the words that count, in small letters and without an English plural's end.

    >>> words_of("The benches, and 2 bike-shelters in the glass boxes")
    ['bench', 'bike', 'shelter', 'glass', 'box']
    """
    words = (word.lower() for word in _WORD.findall(text))
    single = (_singular(word) for word in words if len(word) > 2 and word not in EMPTY)
    return [word for word in single if word not in EMPTY]


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _counts(text: Text, names: Collection[str]) -> Counter[str]:
    counts = Counter(words_of(text.words))
    for word in words_of(text.title):
        counts[word] += TITLE_COUNTS
    return Counter({word: count for word, count in counts.items() if word not in names})


def _cosine(a: Mapping[str, int], b: Mapping[str, int], rare: Mapping[str, float]) -> float:
    shared = sum(a[word] * b[word] * rare[word] ** 2 for word in sorted(a.keys() & b.keys()))
    return shared / (_length(a, rare) * _length(b, rare)) if shared else 0.0


def _length(words: Mapping[str, int], rare: Mapping[str, float]) -> float:
    return sqrt(sum((count * rare[word]) ** 2 for word, count in sorted(words.items())))
