"""The declared result as rows of a file."""

from collections.abc import Iterator
from typing import Any

from engage.budgeting.queries.results import ShownResult


def result_header(result: ShownResult) -> list[str]:
    """Return the columns of the file; without votes and money where there were too few ballots."""
    columns = ["project", "title", "cost_pounds", "funded"]
    if result.outcome.tells_figures:
        columns += ["votes", "money_left_before_pounds", "reason"]
        if result.outcome.otherwise is not None:
            columns.append(f"funded_by_{result.outcome.otherwise.rule.replace('-', '_')}")
    return columns


def result_rows(result: ShownResult) -> Iterator[list[Any]]:
    """Yield one row for each project, in the order in which they were considered."""
    for fate in result.fates:
        project = result.projects[fate.project]
        row: list[Any] = [
            project.number,
            project.title,
            pounds_cell(fate.cost_pence),
            "yes" if fate.funded else "no",
        ]
        if result.outcome.tells_figures:
            row += [fate.votes, pounds_cell(fate.left_before_pence), fate.reason]
            if result.outcome.otherwise is not None:
                row.append("yes" if fate.project in result.outcome.otherwise.winners else "no")
        yield row


def pounds_cell(pence: int) -> int | str:
    """Return pence as a number of pounds for a spreadsheet, exactly: 120050 is “1200.50”."""
    pounds, rest = divmod(pence, 100)
    return pounds if not rest else f"{pounds}.{rest:02d}"
