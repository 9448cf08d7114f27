"""A file in the Pabulib format: its cells as they stand, and the election that they hold."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import NamedTuple

from engage.tally.election import Ballot, BallotType, Election, Limits, Project
from engage.tally.limits import choice_faults
from engage.tally.money import minor_units
from engage.tally.pabulib.ballots import group_ballots, read_choices, read_points
from engage.tally.pabulib.rows import row_lines


class Vote(NamedTuple):
    """One row of VOTES: ``cells`` as they stand, ``choices`` the projects named, in their order.

    ``points`` are parallel to the choices; None: the votes of this file give none.
    """

    line: int
    voter_id: str
    choices: tuple[str, ...]
    cells: tuple[str, ...]
    points: tuple[int, ...] | None = None


@dataclass(frozen=True)
class PabulibFile:
    """A whole file. ``projects`` are the cells of each row, under ``project_header``.

    ``vote_columns`` are the cells of each column of VOTES, in the order of ``vote_header``: a
    hundred thousand votes are read and grouped by column, without an object for each.
    """

    meta: dict[str, str]
    project_header: tuple[str, ...]
    projects: tuple[tuple[str, ...], ...]
    vote_header: tuple[str, ...]
    vote_columns: tuple[tuple[str, ...], ...]

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
    def ballot_type(self) -> BallotType:
        """What the votes say of the projects on them."""
        return BallotType(self.meta["vote_type"])

    @cached_property
    def limits(self) -> Limits:
        """What the file declares that a ballot may hold."""
        cost = self.meta.get("max_sum_cost")
        most = self._number("max_length")
        if most is None and self.ballot_type is BallotType.CHOOSE_1:
            most = 1
        return Limits(
            min_choices=int(self.meta.get("min_length", "1")),
            max_choices=most,
            max_cost=minor_units(cost) if cost else None,
            min_points=self._number("min_points"),
            max_points=self._number("max_points"),
            min_sum_points=self._number("min_sum_points"),
            max_sum_points=self._number("max_sum_points"),
        )

    def _number(self, key: str) -> int | None:
        return int(self.meta[key]) if key in self.meta else None

    def tally_projects(self) -> tuple[Project, ...]:
        """Return the projects as a counting rule sees them, in the file's order.

        ``lot`` and ``site`` are columns of ours. The area is the neighbourhood or, for a project
        without one, the district.
        """
        return self._projects

    @cached_property
    def _projects(self) -> tuple[Project, ...]:
        names, lots, sites = self.column("name"), self.column("lot"), self.column("site")
        areas, wider = self.column("neighborhood"), self.column("district")
        return tuple(
            Project(
                id=project,
                cost=minor_units(cost),
                name=names.get(project, ""),
                lot=int(lots[project]) if lots else None,
                site=sites.get(project, ""),
                area=areas.get(project, "") or wider.get(project, ""),
            )
            for project, cost in self.column("cost").items()
        )

    @cached_property
    def ballots(self) -> tuple[Ballot, ...]:
        """The votes with identical ones taken together, in the order of the first of each."""
        ids = {row[0]: row[0] for row in self.projects}
        return group_ballots(self.ballot_type, self._votes, self._points, ids)

    @property
    def _votes(self) -> Sequence[str]:
        return self.vote_columns[1]

    @property
    def _points(self) -> Sequence[str]:
        """The column of points, which says something only of cumulative votes."""
        if self.ballot_type is not BallotType.CUMULATIVE:
            return ()
        return self.vote_columns[self.vote_header.index("points")]

    def election(self, tie: tuple[str, ...] = ("file",)) -> Election:
        """Return the election, with identical ballots taken together."""
        return Election(
            projects=self.tally_projects(),
            ballots=self.ballots,
            pot=minor_units(self.meta["budget"]),
            limits=self.limits,
            tie=tie,
            ballot_type=self.ballot_type,
            threshold=self._number("min_project_score_threshold") or 0,
        )

    # Rows and lines ---------------------------------------------------------------------------

    def rows(self) -> Iterator[Sequence[str]]:
        """Yield the cells of every line of the file, titles and headers too."""
        yield from (("META",), ("key", "value"), *self.meta.items())
        yield from (("PROJECTS",), self.project_header, *self.projects)
        yield from (("VOTES",), self.vote_header)
        yield from zip(*self.vote_columns, strict=True)

    @cached_property
    def vote_lines(self) -> list[int]:
        """The line where each vote starts."""
        return row_lines(1, self.rows())[len(self.meta) + len(self.projects) + 6 :]

    @cached_property
    def votes(self) -> tuple[Vote, ...]:
        """Each vote by itself, for whoever must handle them one by one."""
        points: Iterator[tuple[int, ...] | None] = repeat(None)
        if self._points:
            points = map(read_points, self._points)
        rows = zip(*self.vote_columns, strict=True)
        return tuple(
            Vote(line, cells[0], read_choices(cells[1]), cells, given)
            for line, cells, given in zip(self.vote_lines, rows, points, strict=False)
        )

    # What doesn't agree -----------------------------------------------------------------------

    def breaches(self) -> list[tuple[int, str]]:
        """Return every vote outside the declared limits: its line, and what is wrong with it.

        ``max_length_per_category`` is passed over: in the one election that declares it
        (Amsterdam 212) 85% of the official votes name more of a category than it says.
        """
        if not any(self._faults(ballot.choices, ballot.points) for ballot in self.ballots):
            return []
        return [
            (vote.line, fault)
            for vote in self.votes
            for fault in self._faults(vote.choices, vote.points)
        ]

    def _faults(self, choices: Sequence[str], points: Sequence[int] | None) -> list[str]:
        faults = choice_faults(choices, self.limits, self._costs, points)
        least = self.meta.get("min_sum_cost")
        if least and sum(self._costs[choice] for choice in choices) < minor_units(least):
            faults.append(f"Choose projects that cost {least} or more together")
        return faults

    @cached_property
    def _costs(self) -> dict[str, int]:
        return {project.id: project.cost for project in self.tally_projects()}

    def miscounts(self) -> list[tuple[int, str]]:
        """Return the projects whose declared votes or score differ from the ballots, by line.

        ``votes`` is how many ballots name the project, ``score`` its points (see
        :meth:`Election.points`).
        """
        named = Counter[str]()
        for ballot in self.ballots:
            for choice in ballot.choices:
                named[choice] += ballot.weight
        counted = {"votes": named, "score": self.election().votes}
        lines = row_lines(1, self.rows())[len(self.meta) + 4 :]
        return [
            (line, f"{column} says “{row[place][:20]}”, but the ballots give {counts[row[0]]:,}")
            for line, row in zip(lines, self.projects, strict=False)
            for place, column in enumerate(self.project_header)
            if (counts := counted.get(column)) is not None
            and row[place].lstrip("0") != str(counts[row[0]]).lstrip("0")
        ]
