"""The README of a bundle: what is in it and how a stranger checks it, in plain English.

It is not translated, so that everybody who downloads the bundle gets the same bytes.
"""

from collections.abc import Sequence

from engage.budgeting.rules.ballot_types import BallotKind
from engage.budgeting.rules.bundle_parts import election_name, result_name
from engage.messages.rules import one_line

_TEXT = """\
{title}
{underline}

This is everything that anybody needs to check the result of this vote.
It was made from the {ballots} votes that were counted.
{contests}It holds no names and no addresses, and it does not say when anybody voted.

WHAT IS IN IT

projects.csv   the projects, their costs, their votes, and which are funded
ballots.csv    every vote: {vote}
receipts.csv   every receipt, with the fingerprint of a vote that it begins
{elections}rules.json     the rules and the ballot paper, fixed before voting opened
seal.json      the fingerprint of all votes together, as they were counted
changes.json   what two people changed: longer voting, votes removed
recount.py     a small program that counts the votes again
SHA256SUMS     a checksum for each of these files
{more}
FIND YOUR RECEIPT

Open receipts.csv and search for your receipt. If it is there, your vote is
one of those that were sealed and counted. If you voted more than once, only
your last receipt is there. If two people removed your vote, your receipt
stands in changes.json instead. Votes and receipts stand in different orders, so
nobody who sees your receipt can find out what you chose.

COUNT THE VOTES AGAIN

You need Python 3.10 or newer and nothing else. Unpack the bundle, open a
terminal in its folder, and type:

{recount}
declared. You can also count by hand: ballots.csv opens in any spreadsheet.

CHECK EVERYTHING AT ONCE

With Engage installed (it is free software):

    ENGAGE_ENV=development engage budgeting verify BUNDLE.zip
    ENGAGE_ENV=development engage budgeting verify BUNDLE.zip --receipt CODE

Compare the fingerprint of the votes that it prints with the one on the
result page, or better with one that somebody noted when voting closed.

{limits}

WHAT TWO PEOPLE CHANGED

No officer can remove a vote or extend voting alone. changes.json says
what two of them did. From the fingerprints in receipts.csv, add those that
were removed: they give the fingerprint that was taken when voting closed.
Reasons are left out where one of them concerns fewer than five people.

HOW THE FINGERPRINTS ARE MADE

In seal.json, "root" is the SHA-256 of these, each after its length in 4 bytes,
big end first: "root2"; ballot_hash; the number of extensions in changes.json,
and of each before, until and reason; the number of removed votes there, and of
each, by seal and fingerprint, the number of its seal and its fingerprint as
bytes; the number of votes; and all fingerprints of receipts.csv in their order
as bytes. ballot_hash is the SHA-256 of the projects and of rules_hash, which
is that of the rules. So none of this can be another under the same "hash".
(Earlier versions of Engage sealed "root1", the number of votes and the
fingerprints alone.) "hash" is the SHA-256 of "seal1" and then, from seal.json,
round_id, n, at, ballots, root, prev_hash and reason, each after its length in
the same way. Where seal.json has "desk", which is how many people were marked
as voting on paper, it follows them.

What is not in it: the title, the place and the days in election.pb, the
numbers of the stations in reconciliation.json, and the reasons for removals.
"""

_PUBLIC = """\
WHAT THIS CANNOT SHOW

Votes and receipts are kept apart on purpose. So this bundle alone cannot
show that each fingerprint belongs to one of these votes. Scrutineers get one
more file that shows it; ask them whether they checked."""

_OPENED = """\
FOR SCRUTINEERS ONLY

This copy holds openings.csv, which says what each fingerprint was made of.
Whoever has it and somebody's receipt sees how that person voted. Do not pass
it on, and destroy it once you have checked."""


_CONTESTS = """\
Each person could vote once online and once on paper. These are two contests,
counted together, so there may be fewer people than votes.
"""

_ONE_ELECTION = """\
result.json    the result, in pence
election.pb    projects and votes as programs read them (pabulib.org/format)
"""

_PARTS = """\
The fund has {number} parts, and each was counted by itself:

{parts}

"""

_ELECTIONS = """\
result.json    the result of all parts together, in pence
result-N.json  the result of part number N, in pence
election-N.pb  the projects of part N, and what votes say of them, as programs
               read them (pabulib.org/format). A vote that uses several parts
               stands in the file of each, with what it says there.
"""

_RECOUNT = """\
    python3 recount.py {election} {options} > {mine}
    cmp {mine} {result}
"""

_SAME = "If the second line prints nothing, your count gives the result that was"
_SAME_FOR_PARTS = (
    "Two lines belong to each part of the fund. If the second of them prints\n"
    "nothing, your count gives the result of that part that was"
)

#: What a row of ballots.csv holds.
_VOTES = {
    BallotKind.RANKING: "the numbers of the projects, the best first",
    BallotKind.POINTS: "3:2 gives two points to project number 3",
    BallotKind.BOOST: "3:1 is a vote for project number 3; a boosted one\n"
    "               has more than 1 there, which is what it counts",
}


def readme(
    title: str,
    ballots: int,
    options: str,
    kind: BallotKind = BallotKind.APPROVAL,
    *,
    pots: Sequence[tuple[int, str]] = (),
    opened: bool,
    paper: bool = False,
    contests: bool = False,
) -> bytes:
    """Return the README. ``options`` are what the recount must be told besides the file.

    ``pots`` are the parts of the fund, by number and name. ``contests``: people could vote once
    online and once on paper.
    """
    title = one_line(title)
    more = "reconciliation.json\n               the papers of each station: out, back, counted\n"
    openings = "openings.csv   what each fingerprint was made of\n"
    return _TEXT.format(
        title=title,
        underline="=" * len(title),
        ballots=f"{ballots:,}",
        contests=(_CONTESTS if contests else "") + _parts(pots),
        elections=_ELECTIONS if pots else _ONE_ELECTION,
        recount=_recounts([number for number, _name in pots] or [0], options),
        vote=_VOTES.get(kind, "the numbers of the projects that were chosen"),
        more=(more if paper else "") + (openings if opened else ""),
        limits=_OPENED if opened else _PUBLIC,
    ).encode()


def _parts(pots: Sequence[tuple[int, str]]) -> str:
    if not pots:
        return ""
    lines = "\n".join(f"{number:>4}  {one_line(name)}" for number, name in pots)
    return _PARTS.format(number=len(pots), parts=lines)


def _recounts(numbers: Sequence[int], options: str) -> str:
    lines = [
        _RECOUNT.format(
            election=election_name(number),
            options=options,
            mine=f"mine-{number}.json" if number else "mine.json",
            result=result_name(number),
        )
        for number in numbers
    ]
    return "\n".join([*lines, _SAME if numbers == [0] else _SAME_FOR_PARTS])
