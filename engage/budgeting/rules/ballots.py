"""How a ballot, its key, its receipt and a seal are derived; and why a vote can't be taken.

Every field that goes into a hash is delimited by its length, so that no two lists of fields give
the same bytes (round 1, ballot 12 differs from round 11, ballot 2).
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engage.messages.rules import ALPHABET, crockford, in_fours

#: What the first seal of a round points back to.
NO_SEAL = "0" * 64
#: How long after the closing instant a round is closed. Longer than any wait for a lock (10 s on
#: SQLite, 5 s on PostgreSQL) and than the grace of SQLite's own guard (12 s), so that nobody who
#: voted in time is refused.
CLOSING_WAIT = timedelta(seconds=15)


#: What an officer reads who would fill in a vote for somebody whose vote is in.
CHANGED_BY_VOTER = (
    "This person has voted. Nobody else can change their vote: they do that themselves, online, "
    "where the rules of the fund allow it"
)
#: What is told where the officers who know the two facts could have sent the change.
HELPED_WITH_FACTS = (
    "An officer filled in your vote with you, and it stays as it is: others know the two facts on "
    "the list, so they cannot replace it"
)


class VoteRefused(Exception):
    """The vote can't be taken; the message says why and what to do."""


class ClosedRefused(VoteRefused):
    """It came before the opening or after the closing instant."""


class ChangedRefused(VoteRefused):
    """What the page showed no longer holds: another tab voted, or the ballot is another."""


class VotedRefused(VoteRefused):
    """This person has voted, and the round's rules allow no change."""


class NotEligibleRefused(VoteRefused):
    """This person may not vote in this round."""


class OnPaperRefused(VoteRefused):
    """This person votes on paper: a station has marked them."""


class ChoicesRefused(VoteRefused):
    """The choices break the limits; the message says how to mend it."""


class KeysRefused(VoteRefused):
    """The keys on this server are not the round's: no vote is taken until they are."""


class GapRefused(KeysRefused):
    """The database is older than the record of its seals outside: votes may be missing from it.

    No vote is taken, no seal made and nothing closed until two officers have acknowledged it.
    """


class RecordRefused(GapRefused):
    """The record of seals outside can't be read, so nobody can tell whether votes are missing."""


class CloseRefused(Exception):
    """The round can't be closed now; the message says why."""


def joined(*fields: str | int | bytes) -> bytes:
    """Return ``fields`` as bytes, each after its length (4 bytes, big end first)."""
    parts = [f if isinstance(f, bytes) else str(f).encode() for f in fields]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def keyed(key: bytes, *fields: str | int | bytes) -> bytes:
    """Return the HMAC-SHA-256 of delimited ``fields`` under ``key``."""
    return hmac.digest(key, joined(*fields), "sha256")


def key_check(round_key: bytes, round_id: int, identity_key: bytes, code_key: bytes) -> bytes:
    """Return what proves that these three keys are the ones that a round began with.

    A server with another identity or code key would take one person for two.
    """
    own = (keyed(identity_key, "check1"), keyed(code_key, "check1"))
    return keyed(round_key, "check1", round_id, *own)


def identity_of(identity_key: bytes, round_id: int, kind: str, canonical: str) -> bytes:
    """Return the keyed hash by which one round knows an e-mail address or a code's locator.

    ``canonical`` is one spelling for all spellings of the same; another round's hash differs.
    """
    return keyed(identity_key, "id1", round_id, kind, canonical)


def ballot_key(round_key: bytes, round_id: int, uid: bytes) -> bytes:
    """Return the key of a voter's ballot: nobody can lead it back without the round's key."""
    return keyed(round_key, "bk1", round_id, uid)


def desk_key(round_key: bytes, round_id: int, uid: bytes) -> bytes:
    """Return the key of a voter's place in the contest in person, where a round holds that apart
    from the one online: whoever is marked there can still vote online once, and is marked once."""
    return keyed(round_key, "dk1", round_id, uid)


def paper_key(round_key: bytes, round_id: int, batch_id: int, seq: int) -> bytes:
    """Return the key of the ballot that a paper becomes: the same paper gives the same one."""
    return keyed(round_key, "pb1", round_id, batch_id, seq)


def canonical_choices(choices: Iterable[int]) -> str:
    """Return chosen project ids, neither ranked nor with points, as they are stored and hashed.

    That is sorted JSON without blanks; rules.ballot_types writes the other types of ballot.

    >>> canonical_choices([12, 3])
    '[3,12]'
    """
    return json.dumps(sorted(choices), separators=(",", ":"))


def leaf_of(round_id: int, ballot_hash: str, version: int, salt: bytes, choices: str) -> bytes:
    """Return the leaf of a ballot, of which seals and receipts are made. It reveals nothing."""
    fields = joined("leaf1", round_id, ballot_hash, version, salt, choices)
    return hashlib.sha256(fields).digest()


def receipt_of(leaf: bytes) -> str:
    """Return the receipt that a voter keeps: the first 80 bits of the leaf, readable aloud."""
    return in_fours(crockford(leaf[:10]))


def receipt_bytes(receipt: str) -> bytes:
    """Return the 10 bytes of a leaf that a receipt stands for.

    >>> receipt_bytes(receipt_of(bytes(range(32)))) == bytes(range(10))
    True
    """
    value = 0
    for character in receipt.replace("-", ""):
        value = value << 5 | ALPHABET.index(character)
    return value.to_bytes(10, "big")


@dataclass(frozen=True)
class Bound:
    """What is sealed with the votes, so that none of it can be another under their fingerprint.

    ``ballot_hash`` stands for the ballot paper and the rules; ``extensions`` are (before, until,
    reason); ``removed`` pairs of a fingerprint that two people removed and, first, the number of
    the seal after it.
    """

    ballot_hash: str
    extensions: Sequence[tuple[str, str, str]] = ()
    removed: Sequence[tuple[int, bytes]] = ()

    def at_seal(self, n: int) -> "Bound":
        """Return what the ``n``-th seal was made with: what was removed later was not yet."""
        return replace(self, removed=[pair for pair in self.removed if pair[0] <= n])


def seal_root(leaves: Iterable[bytes], bound: Bound | None = None) -> str:
    """Return one fingerprint of all leaves and what is bound to them, in whatever order they come.

    ``bound`` None: as it was made before anything was bound, of the leaves alone.
    """
    ordered = sorted(leaves)
    if bound is None:
        return hashlib.sha256(joined("root1", len(ordered), *ordered)).hexdigest()
    fields: list[str | int | bytes] = ["root2", bound.ballot_hash, len(bound.extensions)]
    fields += [field for extension in bound.extensions for field in extension]
    fields.append(len(bound.removed))
    for n, leaf in sorted(bound.removed):
        fields += [n, leaf]
    return hashlib.sha256(joined(*fields, len(ordered), *ordered)).hexdigest()


def is_root(root: str, leaves: Iterable[bytes], bound: Bound) -> bool:
    """Say whether a seal with this fingerprint is of these leaves and of what is bound to them.

    Seals from before anything was bound are of the leaves alone, and count, too.
    """
    held = list(leaves)
    return root in (seal_root(held, bound), seal_root(held))


def blinded_root(
    round_key: bytes, n: int, leaves: Iterable[bytes], bound: Bound | None = None
) -> str:
    """Return the fingerprint of all leaves while people vote: under the round's key.

    Two open fingerprints an hour apart would let whoever holds the leaves later try which of
    them came between, and so find the vote of somebody who was seen to vote in that hour.
    """
    return keyed(round_key, "root1", n, seal_root(leaves, bound)).hex()


@dataclass(frozen=True)
class SealFacts:
    """What a seal says: the ``n``-th of its round, over so many ballots, after ``prev_hash``.

    ``desk`` is how many people were marked as voting on paper, who are none of the ballots.
    """

    round_id: int
    n: int
    at: datetime
    ballots: int
    root: str
    prev_hash: str
    reason: str
    desk: int = 0


def seal_hash(seal: SealFacts) -> str:
    """Return the hash that the next seal points back to. Without desk marks they are left out."""
    at = seal.at.isoformat(timespec="microseconds")
    fields = joined(
        "seal1", seal.round_id, seal.n, at, seal.ballots, seal.root, seal.prev_hash, seal.reason
    )
    if seal.desk:
        fields += joined(seal.desk)
    return hashlib.sha256(fields).hexdigest()


def shuffled(round_key: bytes, uid: bytes, ids: Iterable[int]) -> list[int]:
    """Return project ids in an order that differs between voters and stays for each one.

    Each vote asks for it: the key is used once, and what follows from it is hashed with each id.
    """
    own = keyed(round_key, "order2", uid)  # always 32 bytes, so that no id runs into it
    return sorted(ids, key=lambda id_: hashlib.sha256(b"%b%d" % (own, id_)).digest())


@dataclass(frozen=True)
class Submission:
    """A vote as its form sent it. ``base_version`` is 0 where the page knew of no earlier vote.

    ``choices`` stand best first where people rank; ``points`` are parallel to them where people
    give points, and None where they don't.
    """

    submission_id: str
    base_version: int
    ballot_hash: str
    choices: Sequence[int]
    points: Sequence[int] | None = None


@dataclass(frozen=True)
class Standing:
    """What stands in the ballot box under one key; ``is_desk``: a desk mark, which has no leaf.

    ``is_assisted``: an officer filled it in for the voter.
    """

    version: int
    submission_id: str
    leaf: bytes
    is_desk: bool = False
    is_assisted: bool = False


def may_write(
    standing: Standing | None,
    sent: Submission,
    ballot_hash: str,
    *,
    allow_change: bool,
    by_voter: bool = True,
) -> bool:
    """Say whether ``sent`` is to be written; False: it stands there already (sent twice).

    ``by_voter``: they send it themselves. Whoever fills it in for them replaces no vote: whether
    it is the voter who asks for that, nobody else could tell.
    Raises OnPaperRefused, ChangedRefused or VotedRefused where it must not be written.
    """
    if standing is not None and standing.is_desk:
        raise OnPaperRefused("You are voting on paper, so you cannot vote online")
    if standing is not None and standing.submission_id == sent.submission_id:
        return False
    if sent.ballot_hash != ballot_hash:
        raise ChangedRefused("The list of projects on this page is not the one we vote on")
    if standing is not None and not allow_change:
        raise VotedRefused("You have voted already, and a vote cannot be changed in this fund")
    if standing is not None and not by_voter:
        raise VotedRefused(CHANGED_BY_VOTER)
    if sent.base_version != (standing.version if standing else 0):
        raise ChangedRefused("You have voted on another page since you opened this one")
    return True
