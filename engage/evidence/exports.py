"""A year's figures as rows of a file: the cells that the page holds back are held back here."""

from collections.abc import Iterator, Mapping
from typing import Any

from engage.evidence.rules.figures import ELSEWHERE

FIGURE_COLUMNS = (
    "section",
    "item",
    "count",
    "eligible_residents",
    "rate_per_1000",
    "rate_low_95",
    "rate_high_95",
    "share_ratio",
    "ratio_low_95",
    "ratio_high_95",
)
_NOTHING = [None, None, None]


def figure_rows(figures: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Yield the rows of a file from what ``shown_figures`` gave."""
    for name, count in figures["groups"].items():
        yield _row("groups", name, count)
    yield _row("groups", "responses", figures["group_responses"])
    for name, count in figures["proposals"].items():
        yield _row("proposals", name, count)
    for act, measure in figures["measures"].items():
        yield from _measure_rows(f"{act}s", measure)
    for name, count in figures["findings"].items():
        yield _row("findings", name, count)
    yield _row("coverage", "people_in_most_deprived_fifth", figures["coverage"]["most_deprived"])
    yield _row("coverage", "people", figures["coverage"]["people"])
    if "money" in figures:
        yield from _money_rows(figures["money"])


def _money_rows(money: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Yield sums in whole pence."""
    for name in ("revenue", "capital", "total", "mainstream", "base"):
        if money["statement"]:
            yield _row("one_per_cent_pence", name, money["statement"][name])
    for row in money["fifths"]:
        section, item = "money_pence", f"fifth_{row['quintile']}"
        yield [section, item, row["pence"], row["residents"], *_NOTHING, *_NOTHING]
    yield _row("money_pence", "area_wide", money["area_wide"])


def _measure_rows(section: str, measure: Mapping[str, Any]) -> Iterator[list[Any]]:
    for row in measure["fifths"]:
        rate, ratio = row["rate"] or _NOTHING, row["ratio"] or _NOTHING
        yield [section, f"fifth_{row['quintile']}", row["people"], row["eligible"], *rate, *ratio]
    for name in ("matched", *ELSEWHERE, "total"):
        yield _row(section, name, measure[name])
    yield _row(section, "minimum_age", measure["min_age"])
    if "ages" in measure:
        for row in measure["ages"]["groups"]:
            rate = row["rate"] or _NOTHING
            yield [section, f"age_{row['band']}", row["people"], row["eligible"], *rate, *_NOTHING]
        yield _row(section, "age_not_said", measure["ages"]["unsaid"])


def _row(section: str, item: str, count: Any) -> list[Any]:
    return [section, item, count, None, *_NOTHING, *_NOTHING]
