"""What is kept of a seal outside the database, when the next is due, and what is told of it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from engage.audit.rules import canonical_json
from engage.budgeting.rules.ballots import SealFacts, seal_hash
from engage.disclosure.rules import HeldBack

#: The smallest number of ballots that is told beside a seal, and what others are rounded down to
#: while people vote. Fewer in an hour, or the very number, would show that somebody voted in it.
FEWEST_TOLD = 10


class RecordDamaged(Exception):
    """The record of a round's seals outside the database can't be read."""


@dataclass(frozen=True)
class Anchor:
    """A seal as it was noted outside the database, with its hash."""

    facts: SealFacts
    hash: str

    @property
    def line(self) -> str:
        """The line that the record keeps of it: JSON, and a line break."""
        at = self.facts.at.astimezone(UTC).isoformat(timespec="microseconds")
        return canonical_json(asdict(self.facts) | {"at": at, "hash": self.hash}) + "\n"


def read_anchors(text: str) -> tuple[Anchor, ...]:
    """Return the seals of a record, first to last.

    A last line without its line break was never finished, and is passed over. Raises
    RecordDamaged for any other line that is not a seal which agrees with its own hash.
    """
    whole = text[: text.rfind("\n") + 1]
    return tuple(_read_line(number, line) for number, line in enumerate(whole.splitlines(), 1))


def _read_line(number: int, line: str) -> Anchor:
    try:
        held = json.loads(line)
        digest = held.pop("hash")
        facts = SealFacts(**held)
        anchor = Anchor(replace(facts, at=datetime.fromisoformat(held["at"])), digest)
        agrees = seal_hash(anchor.facts) == digest
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise RecordDamaged(f"Line {number} of the record holds no seal") from error
    if not agrees:
        raise RecordDamaged(f"Line {number} of the record was changed")
    return anchor


def seal_is_due(last: datetime | None, at: datetime) -> bool:
    """Say whether a round under way is to be sealed: once in each hour of the clock, no more.

    By the hours of the clock, so that a job that runs a second early leaves no hour out.
    """
    return last is None or _hour(at) > _hour(last)


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class ShownSeal:
    """A seal as everybody may see it. ``at_least`` says that its ballots are rounded down."""

    n: int
    at: datetime
    ballots: int | HeldBack
    at_least: bool
    reason: str
    hash: str

    @property
    def plain(self) -> dict[str, object]:
        """The same for other programs."""
        told = self.ballots if isinstance(self.ballots, int) else None
        number = {"ballots_at_least" if self.at_least else "ballots": told}
        when = self.at.astimezone(UTC).isoformat(timespec="seconds")
        return {"n": self.n, "at": when, "reason": self.reason, **number, "fingerprint": self.hash}


def shown(seals: Iterable[Anchor], closes_at: datetime) -> list[ShownSeal]:
    """Return seals as they may be shown: the very number of ballots only from the close on."""
    return [_shown(seal, closes_at) for seal in seals]


def _shown(seal: Anchor, closes_at: datetime) -> ShownSeal:
    facts = seal.facts
    is_early = facts.at < closes_at
    told: int | HeldBack = facts.ballots
    if 0 < facts.ballots < FEWEST_TOLD or (is_early and facts.ballots == 0):
        told = HeldBack(True, FEWEST_TOLD)
    elif is_early:
        told = facts.ballots - facts.ballots % FEWEST_TOLD
    return ShownSeal(
        n=facts.n,
        at=facts.at,
        ballots=told,
        at_least=is_early and isinstance(told, int),
        reason=facts.reason,
        hash=seal.hash,
    )


@dataclass(frozen=True)
class Gap:
    """What the database lacks of the record: it was put back from an older copy.

    ``last`` is the newest seal outside; ``missing`` are those that the database doesn't hold as
    they were; ``kept`` is the newest on which both agree.
    """

    last: Anchor
    missing: tuple[Anchor, ...]
    kept: Anchor | None
    ballots: int

    @property
    def lost(self) -> int:
        """How many ballots are gone, as far as the record tells."""
        return max(0, self.last.facts.ballots - self.ballots)


def letter_of(title: str, n: int, when: str, fingerprint: str, page: str) -> tuple[str, str]:
    """Return the subject and body of what a scrutineer is sent of a seal."""
    body = [
        f"The votes in {title} were sealed at {when}. This is seal {n}.",
        f"Its fingerprint:\n{fingerprint}",
        "Keep this message. If the fingerprint on the page is ever another one, votes were "
        "changed behind our back: tell us, and tell the monitoring officer.",
        f"All seals:\n{page}",
    ]
    return f"Seal {n}: {title}", "\n\n".join(body)
