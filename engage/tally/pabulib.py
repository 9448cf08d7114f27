"""Reading and writing elections in the Pabulib format (.pb): three tables in one text file.

Nothing is lost: unknown keys and columns, their order and the cells' own text are kept. Nothing
is guessed: a file that breaks the format is refused with the line where it does. A file is read
line by line within fixed bounds, so rubbish of any size is refused without filling the memory.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from engage.tally.election import Ballot, Election, Limits, Project
from engage.tally.limits import choice_faults
from engage.tally.money import minor_units

SECTIONS = ("META", "PROJECTS", "VOTES")
NEEDED = ("num_projects", "num_votes", "budget", "vote_type", "rule")
#: Bounds far above any real election (the largest has 132,000 votes, the longest line 20,000).
MOST_BYTES_IN_LINE = 1_000_000
MOST_VOTES = 5_000_000
MOST_PROJECTS = 100_000


class PabulibRefused(ValueError):
    """The file breaks the format at ``line``; the message says how."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"Line {line}: {message}")
        self.line = line


@dataclass(frozen=True)
class Vote:
    """One row of VOTES: ``cells`` as they stand, ``choices`` the projects named, in their order."""

    line: int
    voter_id: str
    choices: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True)
class PabulibFile:
    """A whole file. ``projects`` are the cells of each row, under ``project_header``."""

    meta: dict[str, str]
    project_header: tuple[str, ...]
    projects: tuple[tuple[str, ...], ...]
    vote_header: tuple[str, ...]
    votes: tuple[Vote, ...]

    def column(self, name: str) -> dict[str, str]:
        """Return one column of PROJECTS by project id; empty where the file has no such column."""
        if name not in self.project_header:
            return {}
        place = self.project_header.index(name)
        return {row[0]: row[place] for row in self.projects}

    @property
    def official_winners(self) -> set[str]:
        """The projects that the file says were selected; special values (2, 3) are not."""
        return {project for project, selected in self.column("selected").items() if selected == "1"}

    @property
    def limits(self) -> Limits:
        """What the file declares that a ballot may hold."""
        cost = self.meta.get("max_sum_cost")
        single = self.meta["vote_type"] == "choose-1"
        most = self.meta.get("max_length", "1" if single else "")
        return Limits(
            min_choices=int(self.meta.get("min_length", "1")),
            max_choices=int(most) if most else None,
            max_cost=minor_units(cost) if cost else None,
        )

    def tally_projects(self) -> tuple[Project, ...]:
        """Return the projects as a counting rule sees them, in the file's order."""
        names, lots, costs = self.column("name"), self.column("lot"), self.column("cost")
        return tuple(
            Project(
                id=row[0],
                cost=minor_units(costs[row[0]]),
                name=names.get(row[0], ""),
                lot=int(lots[row[0]]) if lots else None,
            )
            for row in self.projects
        )

    def election(self, tie: tuple[str, ...] = ("file",)) -> Election:
        """Return the election, with identical ballots taken together."""
        weights = Counter(tuple(sorted(vote.choices)) for vote in self.votes)
        return Election(
            projects=self.tally_projects(),
            ballots=tuple(Ballot(choices, weight) for choices, weight in weights.items()),
            pot=minor_units(self.meta["budget"]),
            limits=self.limits,
            tie=tie,
        )

    def breaches(self) -> list[tuple[int, str]]:
        """Return every vote outside the declared limits: its line, and what is wrong with it."""
        costs = {project.id: project.cost for project in self.tally_projects()}
        limits = self.limits
        return [
            (vote.line, fault)
            for vote in self.votes
            for fault in choice_faults(vote.choices, limits, costs)
        ]


# Reading ----------------------------------------------------------------------------------------

Row = tuple[int, list[str]]


def read_pabulib(stream: BinaryIO) -> PabulibFile:
    """Read one election. Raises PabulibRefused, with the line, where it breaks the format."""
    rows = _rows(stream)
    _expect_section(next(rows, (1, [])), "META")
    meta = _read_meta(rows)
    project_header, projects = _read_projects(rows, _declared(meta, "num_projects", MOST_PROJECTS))
    known = {row[0] for row in projects}
    vote_header, votes = _read_votes(rows, _declared(meta, "num_votes", MOST_VOTES), known)
    return PabulibFile(
        {key: value for key, (_, value) in meta.items()},
        project_header,
        projects,
        vote_header,
        votes,
    )


def _lines(stream: BinaryIO) -> Iterator[str]:
    number = 0
    while line := stream.readline(MOST_BYTES_IN_LINE + 1):
        number += 1
        if len(line) > MOST_BYTES_IN_LINE:
            raise PabulibRefused(number, f"it is longer than {MOST_BYTES_IN_LINE:,} bytes")
        if number == 1 and line.startswith(b"\xef\xbb\xbf"):
            raise PabulibRefused(1, "the file starts with a byte order mark: save it without one")
        if b"\x00" in line:
            raise PabulibRefused(number, "it holds a null byte")
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise PabulibRefused(number, "it is not UTF-8 text") from error


def _rows(stream: BinaryIO) -> Iterator[Row]:
    """Yield each row with the number of the line where it starts."""
    reader = csv.reader(_lines(stream), delimiter=";", strict=True)
    while True:
        start = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise PabulibRefused(start, "its quotation marks don't match") from error
        if not row:
            raise PabulibRefused(start, "it is empty")
        yield start, row


def _expect_section(row: Row, name: str) -> None:
    line, cells = row
    if cells != [name]:
        raise PabulibRefused(line, f"the section {name} should start here")


def _header(rows: Iterator[Row], section: str, start: tuple[str, ...]) -> tuple[str, ...]:
    line, cells = next(rows, (0, []))
    if tuple(cells[: len(start)]) != start:
        raise PabulibRefused(max(line, 1), f"{section} should start with {';'.join(start)}")
    if len(set(cells)) < len(cells) and section != "VOTES":
        raise PabulibRefused(line, "two columns have the same name")
    return tuple(cells)


def _read_meta(rows: Iterator[Row]) -> dict[str, tuple[int, str]]:
    _header(rows, "META", ("key", "value"))
    meta: dict[str, tuple[int, str]] = {}
    line = 2
    for line, cells in rows:
        if cells == ["PROJECTS"]:
            missing = [key for key in NEEDED if key not in meta]
            if missing:
                raise PabulibRefused(line, f"META lacks {', '.join(missing)}")
            _check_numbers(meta)
            return meta
        if len(cells) != 2:
            raise PabulibRefused(line, f"it has {len(cells)} cells; key and value make 2")
        if cells[0] in meta:
            raise PabulibRefused(line, f"“{cells[0]}” stands twice in META")
        meta[cells[0]] = (line, cells[1])
    raise PabulibRefused(line, "the section PROJECTS is missing")


def _check_numbers(meta: dict[str, tuple[int, str]]) -> None:
    for key in ("budget", "max_sum_cost"):
        if key in meta:
            _money(meta[key][0], key, meta[key][1])
    for key in ("num_projects", "num_votes", "min_length", "max_length"):
        if key in meta:
            _declared(meta, key, 10**9)


def _money(line: int, what: str, text: str) -> int:
    try:
        return minor_units(text)
    except ValueError as error:
        raise PabulibRefused(
            line, f"{what} should be an amount above 0, not “{text[:40]}”"
        ) from error


def _declared(meta: dict[str, tuple[int, str]], key: str, most: int) -> int:
    line, text = meta[key]
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= most):
        raise PabulibRefused(line, f"{key} should be a whole number up to {most:,}")
    return int(text)


def _read_projects(
    rows: Iterator[Row], declared: int
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    header = _header(rows, "PROJECTS", ("project_id", "cost"))
    projects: dict[str, tuple[str, ...]] = {}
    line = 0
    for line, cells in rows:
        if cells == ["VOTES"]:
            if len(projects) != declared:
                raise PabulibRefused(
                    line, f"num_projects says {declared}, but there are {len(projects)} projects"
                )
            return header, tuple(projects.values())
        _check_width(line, cells, header)
        if cells[0] in projects:
            raise PabulibRefused(line, f"the project “{cells[0][:40]}” stands twice")
        if len(projects) == declared:
            raise PabulibRefused(line, f"num_projects says {declared}, but here is one more")
        _check_project(line, dict(zip(header, cells, strict=True)))
        projects[cells[0]] = tuple(cells)
    raise PabulibRefused(max(line, 1), "the section VOTES is missing")


def _check_project(line: int, cells: dict[str, str]) -> None:
    _money(line, "cost", cells["cost"])
    if not cells["project_id"] or "," in cells["project_id"]:
        raise PabulibRefused(line, "a project needs an id without a comma")
    if "lot" in cells and not (cells["lot"].isascii() and cells["lot"].isdigit()):
        raise PabulibRefused(line, "the drawn lot should be a whole number")


def _read_votes(
    rows: Iterator[Row], declared: int, known: set[str]
) -> tuple[tuple[str, ...], tuple[Vote, ...]]:
    header = _header(rows, "VOTES", ("voter_id", "vote"))
    votes: dict[str, Vote] = {}
    line = 0
    for line, cells in rows:
        _check_width(line, cells, header)
        if cells[0] in votes:
            raise PabulibRefused(line, f"the voter “{cells[0][:40]}” stands twice")
        if len(votes) == declared:
            raise PabulibRefused(line, f"num_votes says {declared}, but here is one more")
        choices = tuple(cells[1].split(",")) if cells[1] else ()
        unknown = next((choice for choice in choices if choice not in known), None)
        if unknown is not None:
            raise PabulibRefused(line, f"the vote names “{unknown[:40]}”, which is no project")
        votes[cells[0]] = Vote(line, cells[0], choices, tuple(cells))
    if len(votes) != declared:
        raise PabulibRefused(
            max(line, 1), f"num_votes says {declared}, but the file ends after {len(votes)}"
        )
    return header, tuple(votes.values())


def _check_width(line: int, cells: list[str], header: tuple[str, ...]) -> None:
    if len(cells) != len(header):
        raise PabulibRefused(line, f"it has {len(cells)} cells, but its header has {len(header)}")


# Writing ----------------------------------------------------------------------------------------


def write_pabulib(file: PabulibFile, stream: TextIO) -> None:
    """Write ``file`` so that reading it gives the same again: LF, quotes only where needed."""
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    writer.writerows([["META"], ["key", "value"], *file.meta.items()])
    writer.writerows([["PROJECTS"], file.project_header, *file.projects])
    writer.writerows([["VOTES"], file.vote_header, *(vote.cells for vote in file.votes)])
