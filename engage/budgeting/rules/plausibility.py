"""Which voters somebody should look at, told from as little as can be.

No address of a computer, no postcode, no age and no time of day is kept. While a round runs, each
voter bears two marks, HMACs under the round's key: of the block of addresses that they came from
on that day, and of their postcode. Equal marks mean the same block on the same day, or the same
postcode; nothing else can be read from them without the key, and both are emptied when the result
is confirmed. Voters are put on the list once, at the close and all together in the order of their
random uids, so that the list tells nothing of when anybody came. Codes given out by hand, imports
and the demo bear no marks and are never listed by these rules.

Nobody is dropped for standing on the list, and nobody learns of it: a library, a school or a
family of many votes like everybody else, and an officer keeps them with one press. Age is asked
as “I am 11 or older” and no more, so these rules can't judge it; an officer who has reason to
doubt it puts the voter on the list by hand.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from engage.budgeting.rules.ballots import keyed
from engage.web.rules import N_

#: Why a voter stands on the list, in the words that officers read.
REASON_WORDS = {
    "source": N_("Many registered from one connection on the same day"),
    "postcode": N_("Many registered with one postcode"),
    "age": N_("Somebody doubts their age"),
    "twice": N_("They may have voted twice"),
    "report": N_("Somebody told us of them"),
}
#: The reasons for which an officer puts a voter on the list by hand.
BY_HAND = ("report", "twice", "age")


@dataclass(frozen=True)
class Marks:
    """What groups a voter with others; neither leads back to anything without the round's key."""

    source: bytes | None
    home: bytes | None


#: Of somebody whom no page registered.
UNMARKED = Marks(None, None)


@dataclass(frozen=True)
class Marked:
    """A voter with their marks, as the rules look at them."""

    uid: bytes
    source: bytes | None
    home: bytes | None


@dataclass(frozen=True, order=True)
class Doubt:
    """One voter to look at. ``together`` is the same for those who were found together."""

    uid: bytes
    reason: str
    together: str


def marks_of(round_key: bytes, round_id: int, source: str, postcode: str, day: date) -> Marks:
    """Return the marks of somebody who comes from ``source`` on ``day``.

    ``source`` is what accounts.rules.source_of made of an address, ``postcode`` is tidied.
    """
    return Marks(
        keyed(round_key, "source1", round_id, source, day.isoformat()),
        keyed(round_key, "home1", round_id, postcode),
    )


def doubts(voters: Iterable[Marked], *, from_one_source: int, at_one_postcode: int) -> list[Doubt]:
    """Return who should be looked at, in the order of their uids.

    More than ``from_one_source`` voters with one mark of source (one block of addresses on one
    day), or more than ``at_one_postcode`` with one mark of home.
    """
    groups: defaultdict[tuple[str, bytes], list[bytes]] = defaultdict(list)
    for voter in voters:
        if voter.source is not None:
            groups["source", voter.source].append(voter.uid)
        if voter.home is not None:
            groups["postcode", voter.home].append(voter.uid)
    most = {"source": from_one_source, "postcode": at_one_postcode}
    return sorted(
        Doubt(uid, reason, hashlib.sha256(mark).hexdigest()[:6])
        for (reason, mark), uids in groups.items()
        if len(uids) > most[reason]
        for uid in uids
    )
