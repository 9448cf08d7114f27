"""The same in other words: easy to read, or in Gaelic; and in which of them a page shows it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engage.budgeting.rules.refusals import RoundRefused
from engage.web.rules import N_

EASY, GAELIC = "easy", "gaelic"
#: How long a summary in easy read is at most: who needs more says too much at once.
MOST_EASY = 600
MOST_THEMES = 12
LONGEST_THEME = 60
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


class Text(NamedTuple):
    """Words with the language that a page must say they are in; '' where it is the page's own."""

    words: str
    lang: str = ""

    @property
    def ideas(self) -> list[str]:
        """Its sentences and lines, for a page with one idea on each line."""
        return ideas_of(self.words)


@dataclass(frozen=True)
class Words:
    """Title and summary of a proposal, and the same in easy read and in Gaelic; '' not given."""

    title: str
    summary: str
    easy_title: str = ""
    easy_summary: str = ""
    gaelic_title: str = ""
    gaelic_summary: str = ""

    def title_in(self, language: str, *, easy: bool = False) -> Text:
        """Return the title for a reader of ``language`` (“gd” is Gaelic)."""
        return _pick(language, self.title, self.easy_title if easy else "", self.gaelic_title)

    def summary_in(self, language: str, *, easy: bool = False) -> Text:
        """Return the summary for a reader of ``language``."""
        return _pick(language, self.summary, self.easy_summary if easy else "", self.gaelic_summary)


def _pick(language: str, usual: str, easy: str, gaelic: str) -> Text:
    """Easy read first, where it is wanted; then Gaelic for who reads Gaelic; else as it came."""
    in_gaelic = language == "gd"
    if in_gaelic and gaelic and not easy:
        return Text(gaelic, "gd")
    return Text(easy or usual, "en" if in_gaelic else "")


def ideas_of(text: str) -> list[str]:
    """Return the sentences and lines of a text, for a page with one idea on each line.

    >>> ideas_of("We mend the bowl. It gets lights.")
    ['We mend the bowl.', 'It gets lights.']
    """
    return [part for part in (part.strip() for part in _SENTENCE.split(text)) if part]


def check_themes(names: Sequence[str]) -> None:
    """Refuse themes that nobody could choose between. Raises RoundRefused."""
    if len(names) > MOST_THEMES:
        raise RoundRefused(N_("Enter 12 themes or fewer"))
    if len(names) == 1:
        raise RoundRefused(N_("Enter two themes or more, or none"))
    if any(len(name) > LONGEST_THEME for name in names):
        raise RoundRefused(N_("Make each theme 60 characters or shorter"))
    if len({name.casefold() for name in names}) < len(names):
        raise RoundRefused(N_("Enter each theme once"))
