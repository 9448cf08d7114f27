"""What two people changed in a round after its rules were fixed, as the bundle publishes it.

changes.json holds the extensions, the removed votes and every seal from the close to the count, so
that anybody can go back from the votes that were counted to those that stood at the close. What
it says is sealed with the votes (``Bound``), but for the reasons of removals: these are held back
where they concern few.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from itertools import pairwise
from typing import Any

from engage.budgeting.rules.ballots import Bound, SealFacts, is_root, receipt_of, seal_hash

#: Why a seal was taken: at the close; after votes were removed; after papers were accepted; after
#: two officers took note that votes were lost.
CLOSED, REMOVAL, PAPER, RECOVERED = "closed", "removal", "paper", "recovered"


@dataclass(frozen=True)
class Changes:
    """``extensions`` are (before, until, reason); ``removed`` pairs of a seal's number and the
    fingerprint that it has no more; ``seals`` go from the close to the count, each with its hash.

    ``by_reason`` None: held back, since a reason concerns too few.
    """

    extensions: Sequence[tuple[str, str, str]] = ()
    removed: Sequence[tuple[int, bytes]] = ()
    by_reason: Mapping[str, int] | None = field(default_factory=dict)
    seals: Sequence[tuple[SealFacts, str]] = ()


def plain_changes(changes: Changes) -> dict[str, Any]:
    """Return the changes as values for JSON."""
    return {
        "extensions": [
            {"before": before, "until": until, "reason": reason}
            for before, until, reason in changes.extensions
        ],
        "removed": {
            "votes": len(changes.removed),
            "by_reason": None if changes.by_reason is None else dict(changes.by_reason),
            "fingerprints": [
                {"fingerprint": leaf.hex(), "receipt": receipt_of(leaf), "seal": n}
                for n, leaf in sorted(changes.removed)
            ],
        },
        "seals": [
            asdict(facts) | {"at": facts.at.isoformat(timespec="microseconds"), "hash": digest}
            for facts, digest in changes.seals
        ],
    }


def read_changes(held: Mapping[str, Any]) -> Changes:
    """Return what ``plain_changes`` wrote. Raises ValueError, KeyError or TypeError for others."""
    removed = [
        (_number(row["seal"]), bytes.fromhex(row["fingerprint"]))
        for row in held["removed"]["fingerprints"]
    ]
    by_reason = held["removed"]["by_reason"]
    if by_reason is not None:
        by_reason = {str(code): _number(count) for code, count in by_reason.items()}
    changes = Changes(
        extensions=[
            (str(row["before"]), str(row["until"]), str(row["reason"]))
            for row in held["extensions"]
        ],
        removed=removed,
        by_reason=by_reason,
        seals=[_seal(row) for row in held["seals"]],
    )
    if plain_changes(changes) != dict(held):
        raise ValueError("the changes are not written as they are read")
    return changes


def changes_fault(
    changes: Changes, leaves: Sequence[bytes], last: str, ballot_hash: str = ""
) -> str:
    """Return what does not agree, or ''. ``last`` is the hash of the seal that was counted.

    The seals must be a chain from the close to there. Each holds as many votes as the one before
    it, but for those that are told as removed and for accepted papers. From the counted
    fingerprints, each removal is put back in turn, and the seal before it must hold exactly these;
    before papers were accepted only the numbers can tell, and what is sealed with the votes.
    """
    if not changes.seals or changes.seals[-1][1] != last:
        return "The last seal in changes.json is not the one in seal.json"
    fault = _chain_fault(changes)
    if fault:
        return fault
    if changes.by_reason is not None and sum(changes.by_reason.values()) != len(changes.removed):
        return "The reasons in changes.json are not as many as the votes that were removed"
    numbers = {facts.n for facts, _ in changes.seals[1:] if facts.reason == REMOVAL}
    if {n for n, _ in changes.removed} - numbers:
        return "A removed vote in changes.json belongs to no seal"
    return _number_fault(changes) or _removal_fault(changes, list(leaves), ballot_hash)


def _chain_fault(changes: Changes) -> str:
    first, _ = changes.seals[0]
    if first.reason != CLOSED and first.n != 1:
        return "The seals in changes.json do not begin at the close"
    before = None
    for facts, digest in changes.seals:
        if seal_hash(facts) != digest:
            return f"Seal {facts.n} in changes.json does not agree with its own hash"
        if before is not None and (facts.prev_hash, facts.n) != (before[1], before[0].n + 1):
            return f"Seal {facts.n} in changes.json does not follow the one before it"
        before = facts, digest
    return ""


def _unbroken(changes: Changes) -> list[SealFacts]:
    """Return the seals since the votes were last taken as they were: at the close, or after an
    old copy of the database was put back, whose loss the public knows of."""
    seals: list[SealFacts] = []
    for facts, _ in changes.seals:
        seals = [facts] if facts.reason in (CLOSED, RECOVERED) else [*seals, facts]
    return seals


def _number_fault(changes: Changes) -> str:
    for before, facts in pairwise(_unbroken(changes)):
        removed = sum(n == facts.n for n, _ in changes.removed)
        added = facts.ballots - (before.ballots - removed)
        if added < 0 or (added and facts.reason != PAPER):
            return (
                f"Seal {facts.n} in changes.json holds {facts.ballots:,} votes, and the one before "
                f"it {before.ballots:,}, but {removed:,} were removed"
            )
    return ""


def _removal_fault(changes: Changes, leaves: list[bytes], ballot_hash: str) -> str:
    bound = Bound(ballot_hash, changes.extensions, changes.removed)
    for facts in reversed(_unbroken(changes)):
        if not is_root(facts.root, leaves, bound.at_seal(facts.n)):
            return f"The votes that stood at seal {facts.n} are not those that changes.json gives"
        if facts.reason == PAPER:
            return ""
        leaves += [leaf for n, leaf in changes.removed if n == facts.n]
    return ""


def _seal(row: Mapping[str, Any]) -> tuple[SealFacts, str]:
    values = {f.name: row[f.name] for f in fields(SealFacts)}
    for name in ("round_id", "n", "ballots", "desk"):
        _number(values[name])
    facts = SealFacts(**values | {"at": datetime.fromisoformat(values["at"])})
    return facts, str(row["hash"])


def _number(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(value)
    return value
