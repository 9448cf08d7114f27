"""The part of a bundle that each part of a fund has: an election and a result of its own.

A fund that is one whole has one of each, election.pb and result.json. Where it has parts, these
are numbered, and result.json says what they make together.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engage.audit.rules import canonical_json
from engage.budgeting.rules.pots import MOST_POTS, PotRule
from engage.tally.election import Ballot, Count, Election
from engage.tally.pabulib import PabulibFile

#: What one vote says: the ids of projects in the count, and the points beside them or None.
Said = tuple[tuple[str, ...], tuple[int, ...] | None]
RESULT = "result.json"
_ELECTION = re.compile(r"election-([1-9][0-9]?)\.pb")


@dataclass(frozen=True)
class CountedPart:
    """What was counted of one part of a fund, by its number; 0 is a fund without parts."""

    number: int
    file: PabulibFile
    count: Count


def election_name(number: int) -> str:
    """Return what the election of a part is called in the bundle."""
    return f"election-{number}.pb" if number else "election.pb"


def result_name(number: int) -> str:
    """Return what the result of a part is called in the bundle."""
    return f"result-{number}.json" if number else RESULT


def names_of(numbers: Iterable[int]) -> set[str]:
    """Return the members that a fund with these parts has; 0 is a fund without."""
    return {name(number) for number in numbers for name in (election_name, result_name)} | {RESULT}


def numbers_in(names: Collection[str]) -> list[int]:
    """Return the parts of which a bundle with these members holds an election.

    >>> numbers_in(["election-2.pb", "election-1.pb"]), numbers_in(["election.pb"])
    ([1, 2], [0])
    """
    found = (match for name in names if (match := _ELECTION.fullmatch(name)))
    return sorted(int(match[1]) for match in found if int(match[1]) <= MOST_POTS) or [0]


def result_of_parts(pots: Sequence[PotRule], results: Mapping[int, bytes]) -> bytes:
    """Return what the results of all parts make together, as result.json says it."""
    read = {number: json.loads(content) for number, content in results.items()}
    parts = [
        {"number": pot.number, "name": pot.name, "pot": pot.pence, **read[pot.number]}
        for pot in pots
    ]
    whole = {
        "cost": sum(part["cost"] for part in parts),
        "unspent": sum(part["unspent"] for part in parts),
        "winners": [winner for part in parts for winner in part["winners"]],
        "pots": parts,
    }
    return f"{canonical_json(whole)}\n".encode()


def said_in(election: Election) -> list[Said]:
    """Return every vote of an election by itself."""
    return [said for b in election.ballots for said in [(b.choices, b.points)] * b.weight]


def said_of(ballot: Ballot, *, ranked: bool) -> Said:
    """Return what a ballot says in one spelling: ranked best first, all else in order of ids."""
    if ranked:
        return ballot.choices, ballot.points
    points = ballot.points or (None,) * len(ballot.choices)
    pairs = sorted(zip(ballot.choices, points, strict=True), key=lambda pair: pair[0])
    choices = tuple(choice for choice, _ in pairs)
    return choices, None if ballot.points is None else tuple(given or 0 for _, given in pairs)


def split(said: Said, pot_of: Mapping[str, int | None]) -> dict[int, Ballot]:
    """Return what a whole vote says in each part of the fund that it uses, by the part's number."""
    choices, points = said
    places: dict[int, list[int]] = {}
    for place, choice in enumerate(choices):
        places.setdefault(pot_of.get(choice) or 0, []).append(place)
    return {
        number: Ballot(
            tuple(choices[place] for place in own),
            points=None if points is None else tuple(points[place] for place in own),
        )
        for number, own in places.items()
    }
