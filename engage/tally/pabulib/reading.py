"""Reading a file: section by section, each refusal with the line that earns it."""

import re
from typing import BinaryIO

from engage.tally.election import BallotType
from engage.tally.money import minor_units
from engage.tally.pabulib.ballots import read_choices, read_points
from engage.tally.pabulib.file import PabulibFile
from engage.tally.pabulib.rows import (
    MOST_COLUMNS,
    PabulibRefused,
    Rows,
    check_width,
    row_lines,
)

NEEDED = ("num_projects", "num_votes", "budget", "vote_type", "rule")
#: Bounds far above any real election, as in the rows.
MOST_KEYS = 1_000
MOST_PROJECTS = 10_000
MOST_VOTES = 1_000_000
MOST_CELLS = 3_000_000

AMOUNTS = ("budget", "min_sum_cost", "max_sum_cost")
NUMBERS = (
    "min_length",
    "max_length",
    "min_points",
    "max_points",
    "min_sum_points",
    "max_sum_points",
    "min_project_score_threshold",
)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)

Meta = dict[str, tuple[int, str]]
Cells = tuple[str, ...]


def read_pabulib(stream: BinaryIO) -> PabulibFile:
    """Read one election. Raises PabulibRefused, with the line, where it breaks the format.

    What a voter chose against the rules of the vote is no refusal but a breach: see
    :meth:`PabulibFile.breaches`.
    """
    rows = Rows(stream)
    line, cells = next(iter(rows), (1, []))
    if cells != ["META"]:
        raise PabulibRefused(line, "the section META should start here")
    meta = _read_meta(rows)
    header, projects = _read_projects(rows, _number(meta, "num_projects", MOST_PROJECTS))
    line = rows.next_line
    vote_header = _header(rows, "VOTES", ("voter_id", "vote"))
    declared = _number(meta, "num_votes", MOST_VOTES)
    if declared * len(vote_header) > MOST_CELLS:
        raise PabulibRefused(line, f"VOTES has more than {MOST_CELLS:,} cells")
    if meta["vote_type"][1] == BallotType.CUMULATIVE and "points" not in vote_header:
        raise PabulibRefused(line, "cumulative votes need a column “points”")
    columns = _read_votes(rows, len(vote_header), declared)
    texts = {key: value for key, (_, value) in meta.items()}
    file = PabulibFile(texts, header, projects, vote_header, columns)
    _check_votes(file)
    return file


def _header(rows: Rows, section: str, start: Cells) -> Cells:
    line, cells = next(iter(rows), (rows.next_line, []))
    if tuple(cells[: len(start)]) != start or (section == "META" and len(cells) > len(start)):
        raise PabulibRefused(line, f"{section} should start with {';'.join(start)}")
    if len(cells) > MOST_COLUMNS:
        raise PabulibRefused(line, f"it has more than {MOST_COLUMNS} columns")
    if len(set(cells)) < len(cells):
        raise PabulibRefused(line, "two columns have the same name")
    return tuple(cells)


def _read_meta(rows: Rows) -> Meta:
    _header(rows, "META", ("key", "value"))
    meta: Meta = {}
    line = 2
    for line, cells in rows:
        if cells == ["PROJECTS"]:
            _check_meta(line, meta)
            return meta
        check_width(line, cells, 2)
        if cells[0] in meta:
            raise PabulibRefused(line, f"“{cells[0][:40]}” stands twice in META")
        if len(meta) == MOST_KEYS:
            raise PabulibRefused(line, f"META has more than {MOST_KEYS:,} keys")
        meta[cells[0]] = (line, cells[1])
    raise PabulibRefused(line, "the section PROJECTS is missing")


def _check_meta(line: int, meta: Meta) -> None:
    missing = [key for key in NEEDED if key not in meta]
    if missing:
        raise PabulibRefused(line, f"META lacks {', '.join(missing)}")
    for key in AMOUNTS:
        if key in meta:
            _check_amount(meta[key][0], key, meta[key][1])
    for key in NUMBERS:
        if key in meta:
            _number(meta, key, 10**9)
    at, kind = meta["vote_type"]
    if kind not in set(BallotType):
        raise PabulibRefused(at, f"vote_type should be one of {', '.join(BallotType)}")


def _check_amount(line: int, what: str, text: str) -> None:
    try:
        minor_units(text)
    except ValueError as error:
        raise PabulibRefused(
            line, f"{what} should be an amount above 0, not “{text[:40]}”"
        ) from error


def _number(meta: Meta, key: str, most: int) -> int:
    line, text = meta[key]
    if not _NUMBER.fullmatch(text) or int(text) > most:
        raise PabulibRefused(line, f"{key} should be a whole number up to {most:,}")
    return int(text)


def _read_projects(rows: Rows, declared: int) -> tuple[Cells, tuple[Cells, ...]]:
    header = _header(rows, "PROJECTS", ("project_id", "cost"))
    projects: dict[str, Cells] = {}
    line = 0
    for line, cells in rows:
        if cells == ["VOTES"]:
            if len(projects) != declared:
                raise PabulibRefused(
                    line, f"num_projects says {declared}, but there are {len(projects)} projects"
                )
            return header, tuple(projects.values())
        check_width(line, cells, len(header))
        if cells[0] in projects:
            raise PabulibRefused(line, f"the project “{cells[0][:40]}” stands twice")
        if len(projects) == declared:
            raise PabulibRefused(line, f"num_projects says {declared}, but here is one more")
        _check_project(line, dict(zip(header, cells, strict=True)))
        projects[cells[0]] = tuple(cells)
    raise PabulibRefused(max(line, 1), "the section VOTES is missing")


def _check_project(line: int, cells: dict[str, str]) -> None:
    _check_amount(line, "cost", cells["cost"])
    if not cells["project_id"] or "," in cells["project_id"]:
        raise PabulibRefused(line, "a project needs an id without a comma")
    if "lot" in cells and not _NUMBER.fullmatch(cells["lot"]):
        raise PabulibRefused(line, "the drawn lot should be a whole number")


def _read_votes(rows: Rows, width: int, declared: int) -> tuple[Cells, ...]:
    columns: list[list[str]] = [[] for _ in range(width)]
    line = rows.next_line
    for start, batch in rows.batches(width):
        over = declared - len(columns[0])
        if len(batch[0]) > over:
            line = row_lines(start, zip(*batch, strict=True))[over]
            raise PabulibRefused(line, f"num_votes says {declared}, but here is one more")
        for column, cells in zip(columns, batch, strict=True):
            column.extend(cells)
        line = start + len(batch[0])
    if len(columns[0]) != declared:
        raise PabulibRefused(
            line - 1, f"num_votes says {declared}, but the file ends after {len(columns[0])}"
        )
    return tuple(map(tuple, columns))


def _check_votes(file: PabulibFile) -> None:
    """Check all votes at once; only where one is at fault look which, and what it is."""
    voters = set(file.vote_columns[0])
    try:
        _ = file.ballots
    except (KeyError, ValueError):
        _refuse_vote(file)
    if len(voters) < len(file.vote_columns[0]) or "" in voters:
        _refuse_vote(file)


def _refuse_vote(file: PabulibFile) -> None:
    known = {row[0] for row in file.projects}
    seen = {""}
    for line, cells in zip(file.vote_lines, zip(*file.vote_columns, strict=True), strict=True):
        if cells[0] in seen:
            words = f"the voter “{cells[0][:40]}” stands twice" if cells[0] else "it names no voter"
            raise PabulibRefused(line, words)
        seen.add(cells[0])
        choices = read_choices(cells[1])
        unknown = next((choice for choice in choices if choice not in known), None)
        if unknown is not None:
            raise PabulibRefused(line, f"the vote names “{unknown[:40]}”, which is no project")
        if file.meta["vote_type"] == BallotType.CUMULATIVE:
            _check_points(line, len(choices), cells[file.vote_header.index("points")])


def _check_points(line: int, choices: int, text: str) -> None:
    try:
        points = read_points(text)
    except ValueError as error:
        raise PabulibRefused(
            line, f"points should be whole numbers set apart by commas, not “{text[:40]}”"
        ) from error
    if len(points) != choices:
        raise PabulibRefused(line, f"it gives points {len(points)} times, but names {choices}")
