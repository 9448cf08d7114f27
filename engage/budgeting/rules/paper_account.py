"""The paper account: what went out, what came back, and whether a difference could matter.

Papers are counted here, not people: a number says nothing of what anybody chose.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from engage.budgeting.rules.results import Fate
from engage.disclosure.rules import THRESHOLD

#: The rules by which gaps in votes, or in votes for each pound, say what could change.
BY_VOTES = ("greedy", "greedy-stop", "greedy-per-cost")


@dataclass(frozen=True)
class StationAccount:
    """One station: papers given out, found in its box, accepted as votes and spoilt; desk marks.

    ``read_back``: entered once and read back to a witness, instead of entered by two people.
    ``is_marked`` False: nobody votes online in this round, so that nobody needs a mark.
    """

    station: str
    issued: int
    declared: int
    accepted: int
    spoilt: int
    marks: int
    read_back: bool = False
    explanation: str = ""
    is_marked: bool = True

    @property
    def papers(self) -> int:
        """How many papers were entered."""
        return self.accepted + self.spoilt

    @property
    def adds_up(self) -> bool:
        """Whether as many papers were given out, found, entered, and people marked."""
        marks = self.marks if self.is_marked else self.papers
        return {self.issued, self.declared, marks} == {self.papers}

    @property
    def missing(self) -> int:
        """Papers that somebody was given or marked for, or that lay in the box, and no more."""
        return max(0, max(self.issued, self.declared, self.marks) - self.papers)

    @property
    def too_many(self) -> int:
        """Papers that were entered though the station did not give them out, or not find them."""
        return max(0, self.papers - min(self.issued, self.declared))

    @property
    def unmarked(self) -> int:
        """Votes on paper of people who were not marked, and who could have voted again."""
        return max(0, self.papers - self.marks) if self.is_marked else 0


def in_question(
    stations: Iterable[StationAccount], online: int, *, separate_contests: bool = False
) -> int:
    """Return how many votes the papers leave in doubt, over all stations.

    A missing paper may be a vote that was never counted; one too many may be a vote of nobody. A
    paper without a mark may be the second vote of somebody who voted online, so there are no more
    of these than online votes. In ``separate_contests`` a vote online is no fault; there it may be
    the second paper of somebody who was marked, so there are no more of these than marks. One paper
    is never counted for two of these faults.
    """
    rows = list(stations)
    others = sum(row.marks for row in rows) if separate_contests else online
    missing = sum(row.missing for row in rows)
    unmarked = min(others, sum(max(0, row.unmarked - row.too_many) for row in rows))
    return missing + sum(row.too_many for row in rows) + unmarked


def could_change(
    fates: Sequence[Fate],
    pot_pence: int,
    rule: str,
    number: int,
    *,
    threshold: int = 0,
    most_each: int = 1,
    smallest: Mapping[str, int] | None = None,
) -> bool:
    """Say whether ``number`` votes in doubt could fund another project, by a rule of ``BY_VOTES``.

    One vote moves two projects nearer to each other by ``most_each`` votes at the most: it may be
    missing at the one, or too many at the other. So a funded project that is further ahead of an
    unfunded one than all votes in doubt together stays ahead of it. An unfunded project can gain
    only the money that the projects which stay ahead of it leave. Does it cost more than that
    wherever it may come, and has each funded project votes enough, the same projects are funded.

    Where the money left is offered as a smaller award, ``smallest`` is what each project takes at
    the least. As long as the same projects are funded whole the same money is left, and it goes to
    the same project if that stays ahead of all others which would take it.

    >>> could_change([], 1000, "greedy", 5)
    False
    """
    doubt, least = number * most_each, max(threshold, 1)
    if not doubt:
        return False
    whole = [fate for fate in fates if fate.funded and fate.award_pence is None]
    rivals = [
        fate
        for fate in fates
        if fate not in whole and fate.votes + doubt >= least and fate.cost_pence <= pot_pence
    ]
    if any(fate.votes - doubt < least for fate in fates if fate.funded):
        return True
    if _whole_could_change(whole, rivals, pot_pence, rule, doubt):
        return True
    left = pot_pence - sum(winner.cost_pence for winner in whole)
    takers = [
        rival
        for rival in rivals
        if (smallest or {}).get(rival.project, left + 1) <= left < rival.cost_pence
    ]
    given = [fate for fate in rivals if fate.funded]
    return any(
        not given or _may_pass(taker, given[0], doubt, rule)
        for taker in takers
        if taker not in given
    )


def _whole_could_change(
    winners: Sequence[Fate], rivals: Sequence[Fate], pot_pence: int, rule: str, doubt: int
) -> bool:
    """Say whether a rival could be funded whole instead of one of the winners, or beside them."""
    ahead = {
        rival.project: [w for w in winners if not _may_pass(rival, w, doubt, rule)]
        for rival in rivals
    }
    if rule == "greedy-stop":
        # Whoever passes a funded project may end the count before it; whoever passes the project
        # that ended the count is funded if there is money left for it.
        if any(len(ahead[rival.project]) < len(winners) for rival in rivals):
            return True
        front = max((rival.votes for rival in rivals), default=0)
        rivals = [rival for rival in rivals if front - rival.votes <= doubt]
    return any(
        rival.cost_pence <= pot_pence - sum(w.cost_pence for w in ahead[rival.project])
        for rival in rivals
    )


def _may_pass(rival: Fate, winner: Fate, doubt: int, rule: str) -> bool:
    """Say whether a project could come before a funded one, or stand equal with it."""
    if rule == "greedy-per-cost":
        return (rival.votes + doubt) * winner.cost_pence >= (
            winner.votes - doubt
        ) * rival.cost_pence
    return winner.votes - rival.votes <= doubt


def may_be_told(online: int, accepted: int) -> bool:
    """Say whether the account may be public: not where so few voted on paper, or online, that the
    number itself would be one that is held back."""
    return not 0 < online < THRESHOLD and not 0 < accepted < THRESHOLD


def pooled(stations: Sequence[StationAccount]) -> list[StationAccount]:
    """Return the account as the public sees it: stations with few papers stand together.

    Few are 1 to 4 accepted papers. Where they make fewer than five together, the next larger
    station joins them, so that none can be worked out. What the account adds up to stays.
    """
    few = [row for row in stations if 0 < row.accepted < THRESHOLD]
    others = sorted((row for row in stations if row not in few), key=lambda row: row.accepted)
    while few and (len(few) == 1 or sum(row.accepted for row in few) < THRESHOLD) and others:
        few.append(others.pop(0))
    if len(few) < 2:
        return list(stations)
    kept = [row for row in stations if row not in few]
    return [*kept, _together(few)]


def _together(rows: Sequence[StationAccount]) -> StationAccount:
    names = sorted(row.station for row in rows)
    return StationAccount(
        station=", ".join(names),
        issued=sum(row.issued for row in rows),
        declared=sum(row.declared for row in rows),
        accepted=sum(row.accepted for row in rows),
        spoilt=sum(row.spoilt for row in rows),
        marks=sum(row.marks for row in rows),
        read_back=any(row.read_back for row in rows),
        explanation=" ".join(
            f"{row.station}: {row.explanation}" for row in rows if row.explanation
        ),
        is_marked=any(row.is_marked for row in rows),
    )


def plain_account(
    stations: Sequence[StationAccount], online: int, ballots: int, desk: int
) -> dict[str, Any]:
    """Return the account as it is published: plain values, stations pooled as ``pooled`` does.

    ``online`` are all votes that were cast on the site, by people or for them with an officer's
    help: told apart, few of these could be worked out from the rest.
    """
    rows = pooled(stations)
    return {
        "ballots": ballots,
        "online": online,
        "paper": sum(row.accepted for row in rows),
        "desk_marks": desk,
        "stations": [_plain_row(row) for row in rows],
    }


def _plain_row(row: StationAccount) -> dict[str, Any]:
    """A station as it is published; that people are marked is the usual thing, and left out."""
    plain = asdict(row)
    if row.is_marked:
        del plain["is_marked"]
    return plain


def account_fault(account: dict[str, Any], ballots: int, desk: int, ways: str = "any") -> str:
    """Return what does not add up in a published account, '' where all does.

    ``ballots`` and ``desk`` are what was sealed, ``ways`` those of the rules: only where there is
    none does a station mark nobody. A station that doesn't add up says why.
    """
    stations = [StationAccount(**row) for row in account["stations"]]
    if ways and not all(row.is_marked for row in stations):
        return "A station marked nobody, though people could vote online too"
    if not ways and account["online"]:
        return "There are votes online, though people could vote on paper alone"
    if account["online"] + account["paper"] != ballots or account["ballots"] != ballots:
        return "Votes online and accepted papers don't make the votes that were sealed"
    if sum(row.accepted for row in stations) != account["paper"]:
        return "The papers of the stations don't make the papers that were accepted"
    if account["desk_marks"] != desk or sum(row.marks for row in stations) != desk:
        return "The desk marks of the stations are not those that were sealed"
    for row in stations:
        if not row.adds_up and not row.explanation:
            return f"The papers of {row.station[:80]} don't add up, and nothing is said of it"
    return ""
