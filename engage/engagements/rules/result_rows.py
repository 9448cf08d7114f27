"""Results of a Place Standard as rows of a file; small numbers are held back in it too."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from engage.disclosure.rules import Cell
from engage.engagements.rules.place_standard import KindResult

RESULT_COLUMNS = (
    "exercise",
    "place",
    "first_day",
    "last_day",
    "version",
    "answers_of",
    "theme_number",
    "theme",
    "axis",
    "people_who_scored",
    "mean_1_to_7",
    "people_who_chose_it_as_a_priority",
)


def result_rows(told: Sequence[str], results: Iterable[KindResult]) -> Iterator[Sequence[Any]]:
    """Yield a row for each theme and kind of answers; people alone and groups stay apart.

    ``told`` is what stands first in each row: exercise, place, first and last day, version.
    """
    for result in results:
        for theme in result.themes:
            yield (
                *told,
                "people alone" if result.kind == "individual" else "groups",
                theme.number,
                theme.label,
                theme.axis,
                _shown(theme.people),
                theme.mean if theme.mean is not None else "",
                _shown(theme.priority),
            )


def _shown(cell: Cell) -> int | str:
    return cell if isinstance(cell, int) else str(cell)
