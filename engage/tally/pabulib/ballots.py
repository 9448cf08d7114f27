"""Votes as texts, and as ballots: identical ones taken together, each text parsed once."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from engage.tally.election import Ballot, BallotType

_POINTS = re.compile(r"\d{1,9}(,\d{1,9})*", re.ASCII)


def group_ballots(
    kind: BallotType, votes: Sequence[str], points: Sequence[str], ids: Mapping[str, str]
) -> tuple[Ballot, ...]:
    """Return the ballots that the cells of a file hold; ``points`` counts if they are cumulative.

    Ballots are the same whatever the order of their choices, but for ranked ones, whose order is
    what the voter says. ``ids`` gives each project's id; ballots share it, so that they take
    little memory. Raises KeyError for an unknown project and ValueError for bad points.
    """
    if kind is BallotType.CUMULATIVE:
        return _group_points(votes, points, ids)
    said = Counter(votes)
    empty = said.pop("", 0)
    known = ids.__getitem__
    ballots: dict[tuple[str, ...], int] = {}
    if kind is BallotType.ORDINAL:
        ballots = {tuple(map(known, text.split(","))): weight for text, weight in said.items()}
    else:
        for text, weight in said.items():
            choices = tuple(sorted(map(known, text.split(","))))
            ballots[choices] = ballots.get(choices, 0) + weight
    if empty:
        ballots[()] = empty
    return tuple(map(Ballot, ballots, ballots.values()))


def _group_points(
    votes: Sequence[str], points: Sequence[str], ids: Mapping[str, str]
) -> tuple[Ballot, ...]:
    said = Counter(zip(votes, points, strict=True))
    numbers = {text: read_points(text) for text in set(points)}
    ballots: dict[tuple[tuple[str, int], ...], int] = {}
    for (vote, given), weight in said.items():
        choices = [ids[choice] for choice in read_choices(vote)]
        pairs = tuple(sorted(zip(choices, numbers[given], strict=True)))
        ballots[pairs] = ballots.get(pairs, 0) + weight
    return tuple(
        Ballot(tuple(choice for choice, _ in pairs), weight, tuple(given for _, given in pairs))
        for pairs, weight in ballots.items()
    )


def read_choices(text: str) -> tuple[str, ...]:
    """Return the projects that a vote names, in its order."""
    return tuple(text.split(",")) if text else ()


def read_points(text: str) -> tuple[int, ...]:
    """Return the points of a vote. Raises ValueError for anything but whole numbers."""
    if text and not _POINTS.fullmatch(text):
        raise ValueError(text)
    return tuple(map(int, text.split(","))) if text else ()
