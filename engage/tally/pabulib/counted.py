"""The file that publishes a count: what the official Pabulib checker passes, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat

from engage.tally.election import BallotType, Count, Election
from engage.tally.money import major_text
from engage.tally.pabulib.file import PabulibFile

#: The keys that only whoever held the election knows, needed ones first.
NEEDED = ("description", "country", "unit", "instance", "rule", "date_begin", "date_end")
#: The checker's order of all keys that are written here.
ORDER = (
    "description",
    "country",
    "unit",
    "district",
    "subunit",
    "instance",
    "num_projects",
    "num_votes",
    "budget",
    "vote_type",
    "rule",
    "date_begin",
    "date_end",
    "min_length",
    "max_length",
    "max_sum_cost",
    "min_points",
    "max_points",
    "min_sum_points",
    "max_sum_points",
    "min_project_score_threshold",
    "edition",
    "language",
    "currency",
    "fully_funded",
    "comment",
    "acknowledgments",
)


class CountNotPublishable(ValueError):
    """What Pabulib needs to know of the election is missing, or is no part of the format."""


def file_of_count(election: Election, count: Count, about: Mapping[str, str]) -> PabulibFile:
    """Return the file of an election that was counted here.

    ``about`` says what a count can't: the keys of NEEDED, and others of ORDER. Projects stand in
    the order of the count, so that whoever counts the file again meets ties as they were
    settled. Voters are numbered in the order of what they chose, which tells nothing of who they
    are. Our lots, sites and smaller awards are left out, for Pabulib takes no columns of others.
    Raises CountNotPublishable.
    """
    meta = _declared(election) | {key: _line(text) for key, text in about.items()}
    _check_meta(meta)
    if meta["rule"] == "greedy" and "min_project_score_threshold" in meta:
        meta["rule"] = "greedy-threshold"
    header, projects = _projects(election, count)
    vote_header = ["voter_id", "vote"]
    if election.ballot_type is BallotType.CUMULATIVE:
        vote_header.append("points")
    columns = tuple(zip(*_votes(election), strict=True)) or ((),) * len(vote_header)
    in_order = {key: meta[key] for key in ORDER if key in meta}
    return PabulibFile(in_order, header, projects, tuple(vote_header), columns)


def _check_meta(meta: Mapping[str, str]) -> None:
    missing = [key for key in NEEDED if not meta.get(key)]
    if missing:
        raise CountNotPublishable(f"Say {', '.join(missing)} of the election")
    strange = [key for key in meta if key not in ORDER]
    if strange:
        raise CountNotPublishable(f"Pabulib has no place for {', '.join(strange)}")
    if meta["vote_type"] == BallotType.CUMULATIVE and "max_sum_points" not in meta:
        raise CountNotPublishable("Say how many points a voter could give (max_sum_points)")


def _declared(election: Election) -> dict[str, str]:
    """Return what the election itself says, by the keys of META."""
    limits = election.limits
    costs = sum(project.cost // 100 for project in election.projects)
    most = limits.max_choices
    # A project without a vote is never funded here, while Pabulib's plain greedy would fund it.
    unwanted = any(not votes for votes in election.votes.values())
    said = {
        "num_projects": len(election.projects),
        "num_votes": election.voters,
        "budget": major_text(election.pot),
        "vote_type": election.ballot_type.value,
        "min_length": limits.min_choices,
        "max_length": None if most is None else min(most, len(election.projects)),
        "max_sum_cost": None if limits.max_cost is None else major_text(limits.max_cost),
        "min_points": limits.min_points,
        "max_points": limits.max_points,
        "min_sum_points": limits.min_sum_points,
        "max_sum_points": limits.max_sum_points,
        "min_project_score_threshold": max(election.threshold, int(unwanted)) or None,
        "fully_funded": 1 if costs <= election.pot // 100 else None,
    }
    return {key: str(value) for key, value in said.items() if value is not None}


def _projects(
    election: Election, count: Count
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    projects = {project.id: project for project in election.projects}
    named = dict.fromkeys(projects, 0)
    for ballot in election.ballots:
        for choice in ballot.choices:
            named[choice] += ballot.weight
    with_score = election.ballot_type in (BallotType.CUMULATIVE, BallotType.ORDINAL)
    with_area = all(project.area for project in election.projects)
    rows = []
    for id_ in dict.fromkeys([*(decision.project for decision in count.decisions), *projects]):
        project = projects[id_]
        rows.append(
            (
                id_,
                major_text(project.cost),
                str(named[id_]),
                *([str(election.votes[id_])] if with_score else []),
                _line(project.name) or id_,
                "1" if id_ in count.winners else "0",
                *([_line(project.area)] if with_area else []),
            )
        )
    score = ("score",) if with_score else ()
    area = ("neighborhood",) if with_area else ()
    return ("project_id", "cost", "votes", *score, "name", "selected", *area), tuple(rows)


def _votes(election: Election) -> Iterator[tuple[str, ...]]:
    with_points = election.ballot_type is BallotType.CUMULATIVE
    said = sorted(
        (b.choices, election.points(b) if with_points else None, b.weight) for b in election.ballots
    )
    cells = chain.from_iterable(repeat(_vote(c, points), weight) for c, points, weight in said)
    for number, vote in enumerate(cells, 1):
        yield str(number), *vote


def _vote(choices: Sequence[str], points: Sequence[int] | None) -> tuple[str, ...]:
    """Return the cells of a vote; where there are points, the most stand first."""
    if points is None:
        return (",".join(choices),)
    pairs = sorted(zip(choices, points, strict=True), key=lambda pair: -pair[1])
    return ",".join(choice for choice, _ in pairs), ",".join(str(given) for _, given in pairs)


def _line(text: str) -> str:
    """Return a text as the checker wants a cell: on one line, without blanks around it."""
    return " ".join(text.replace("\x00", " ").split())
