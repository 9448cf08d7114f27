"""A bundle made from plain values, without a database; and ways to forge one."""

import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from engage.budgeting.rules.ballots import (
    NO_SEAL,
    Bound,
    SealFacts,
    canonical_choices,
    leaf_of,
    seal_hash,
    seal_root,
)
from engage.budgeting.rules.bundle import (
    SUMS,
    Opening,
    Paper,
    Sealed,
    members_of,
    pack,
    plain_hash,
)
from engage.budgeting.rules.bundle_parts import CountedPart, said_in
from engage.budgeting.rules.changes import Changes
from engage.budgeting.rules.rounds import BallotLine, hash_ballot
from engage.budgeting.rules.unpacking import read_bundle, unpack
from engage.budgeting.rules.verifying import verify
from engage.tally.election import Ballot, Election, Limits, Method, Project
from engage.tally.method import count
from engage.tally.pabulib import file_of_count

#: 60 votes; the lunch club and the choir stand equal, and so do their costs: the lot decides.
VOTES = Counter({(11, 12): 20, (11, 13): 15, (12, 14): 5, (13,): 5, (14, 11): 5, (13, 12): 10})
LINES = (
    BallotLine(11, 1, "Bike shelter", 300_000, 4),
    BallotLine(12, 2, "Lunch; club", 150_000, 3),
    BallotLine(13, 3, '=Skate "ramp"', 250_000, 1),
    BallotLine(14, 4, "Choir", 150_000, 2),
)
RULES = {
    "pot_pence": 600_000,
    "min_choices": 1,
    "max_choices": 2,
    "rule": "greedy",
    "tie_order": "cost,votes,lot",
    "voting_closes_at": "2026-11-22T12:00:00.000000+00:00",
}
ABOUT = {
    "description": "Mastrick decides",
    "country": "United Kingdom",
    "unit": "Strathlyle",
    "instance": "2026",
    "rule": "greedy",
    "date_begin": "01.11.2026",
    "date_end": "22.11.2026",
}


def make_openings(ballot_hash: str, votes: Counter[tuple[int, ...]] = VOTES) -> list[Opening]:
    """The sealed ballots, with salts that are the same in every run."""
    openings = []
    for number, choices in enumerate(votes.elements()):
        salt, text = hashlib.md5(b"%d" % number).digest(), canonical_choices(choices)  # noqa: S324
        openings.append(Opening(leaf_of(7, ballot_hash, 1, salt, text), 1, salt, text))
    return sorted(openings)


def make_members(
    *,
    opened: bool = False,
    clash: bool = False,
    bound: bool = True,
    method: Method | None = None,
    lines: Sequence[BallotLine] = LINES,
    changes: Changes | None = None,
    **rules: Any,
) -> dict[str, bytes]:
    """The members of a bundle that agrees with itself, without the sums.

    ``clash``: two voters were given the same receipt. ``bound`` False: as seals were made before
    the rules and changes were sealed with the votes. ``rules`` stand in the place of RULES.
    """
    ids = {line.id: str(line.id) for line in lines}
    fixed = RULES | rules
    paper = Paper(fixed, lines, ids)
    ballot_hash = hash_ballot(plain_hash(fixed), lines)
    openings = make_openings(ballot_hash)
    if clash:
        openings[1] = openings[0]
    at = datetime(2026, 11, 22, 12, 0, 20, tzinfo=UTC)
    root = seal_root((o.leaf for o in openings), Bound(ballot_hash) if bound else None)
    facts = SealFacts(7, 1, at, len(openings), root, NO_SEAL, "closed")
    sealed = Sealed(facts, seal_hash(facts), plain_hash(fixed), ballot_hash)
    election = Election(
        projects=tuple(
            Project(ids[p.id], p.cost_pence, p.title, p.lot, smallest=p.smallest_pence)
            for p in lines
        ),
        ballots=tuple(Ballot(tuple(map(str, sorted(c))), n) for c, n in VOTES.items()),
        pot=RULES["pot_pence"],
        limits=Limits(1, 2),
        tie=("cost", "votes", "lot"),
        threshold=rules.get("threshold", 0),
    )
    counted = count(election, method or Method())
    file = file_of_count(election, counted, ABOUT)
    return members_of(
        "Mastrick decides",
        paper,
        sealed,
        openings,
        [CountedPart(0, file, counted)],
        said_in(election),
        changes=changes or Changes(seals=[(facts, seal_hash(facts))]),
        opened=opened,
    )


def faults(content: bytes, receipt: str | None = None) -> list[str]:
    """What is wrong with a bundle, in words."""
    return [c.fault for c in verify(read_bundle(io.BytesIO(content)), receipt) if c.fault]


def forged(content: bytes, *changes: tuple[str, Callable[[bytes], bytes]]) -> bytes:
    """A bundle with changed members and with sums that fit them again."""
    members = unpack(io.BytesIO(content))
    del members[SUMS]
    for name, change in changes:
        was = members[name]
        members[name] = change(was)
        assert members[name] != was, f"{name} was not changed"
    return pack(members)


def replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    """Replace a text where it stands first."""
    return lambda content: content.replace(old.encode(), new.encode(), 1)


def json_with(change: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    """Change what a JSON member holds, and write it as a bundle does."""

    def apply(content: bytes) -> bytes:
        held = json.loads(content)
        change(held)
        text = json.dumps(held, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return f"{text}\n".encode()

    return apply
