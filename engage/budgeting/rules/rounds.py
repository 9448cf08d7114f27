"""How a round goes: its stages, what moves it on, what is fixed when, and what may be proposed."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from engage.audit.rules import canonical_json
from engage.budgeting.rules.ways import USUAL_CONNECTION, USUAL_WAYS, ways_fault
from engage.engagements.rules import is_open
from engage.tally.election import Completion, Method, Rule

#: With fewer choices equal shares spends little of the fund before its completion: who supports
#: one project has nowhere else to put what is left of their share.
FEWEST_FOR_SHARES = 3
#: Voting ages that a round may choose; evidence counts eligible residents from the same ages.
VOTING_AGES = (8, 11, 12, 14, 16, 18)


class RoundRefused(Exception):
    """What was asked of a round can't be done; the message says why, and what to do."""


class RulesRefused(RoundRefused):
    """The rules of a round don't fit together; ``faults`` says how, field by field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = faults


class CountRefused(RoundRefused):
    """The ballots can't be counted, or their count can't be declared."""


class ProposalRefused(RoundRefused):
    """A proposal can't be taken or screened so; ``about`` names the field it concerns."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


class Stage(StrEnum):
    """Where a round stands. Voting itself opens and closes by the clock within its stage."""

    PREPARING = "preparing"
    PROPOSALS = "proposals"
    SCREENING = "screening"
    VOTING = "voting"
    CLOSED = "closed"
    DECLARED = "declared"


class Move(StrEnum):
    """What takes a round from one stage to the next."""

    OPEN_PROPOSALS = "open_proposals"
    CLOSE_PROPOSALS = "close_proposals"
    SETTLE_BALLOT = "settle_ballot"
    CLOSE_VOTING = "close_voting"
    COUNT = "count"
    DECLARE = "declare"


MOVES: dict[Move, tuple[Stage, Stage]] = {
    Move.OPEN_PROPOSALS: (Stage.PREPARING, Stage.PROPOSALS),
    Move.CLOSE_PROPOSALS: (Stage.PROPOSALS, Stage.SCREENING),
    Move.SETTLE_BALLOT: (Stage.SCREENING, Stage.VOTING),
    Move.CLOSE_VOTING: (Stage.VOTING, Stage.CLOSED),
    Move.COUNT: (Stage.CLOSED, Stage.CLOSED),
    Move.DECLARE: (Stage.CLOSED, Stage.DECLARED),
}

#: Why a move can't be made from a stage before or after its own.
_NOT_YET = {
    Move.OPEN_PROPOSALS: "",
    Move.CLOSE_PROPOSALS: "Proposals are not open yet",
    Move.SETTLE_BALLOT: "Finish the checks before you settle the ballot",
    Move.CLOSE_VOTING: "The ballot is not settled yet",
    Move.COUNT: "Votes are counted after voting has closed",
    Move.DECLARE: "The result is declared after voting has closed",
}
_ALREADY = {
    Move.OPEN_PROPOSALS: "Proposals were opened already",
    Move.CLOSE_PROPOSALS: "Proposals were closed already",
    Move.SETTLE_BALLOT: "The ballot was settled already",
    Move.CLOSE_VOTING: "Voting was closed already",
    Move.COUNT: "The result was declared already",
    Move.DECLARE: "The result was declared already",
}


def next_stage(stage: str, move: str) -> Stage:
    """Return the stage that ``move`` leads to. Raises RoundRefused from any stage but its own."""
    start, end = MOVES[Move(move)]
    order = list(Stage)
    if Stage(stage) is start:
        return end
    early = order.index(Stage(stage)) < order.index(start)
    raise RoundRefused((_NOT_YET if early else _ALREADY)[Move(move)])


@dataclass(frozen=True)
class Situation:
    """What decides whether a move may be made now: the clock, and how far the work has come.

    ``counted`` says that a count of the sealed ballots stands ready to be declared.
    """

    stage: str
    at: datetime
    proposals_close_at: datetime
    voting_closes_at: datetime
    waiting: int
    accepted: int
    min_choices: int
    counted: bool


def blockers(move: Move, now: Situation) -> list[str]:
    """Return what stands in the way of ``move``, in words; an empty list: it can be made."""
    try:
        next_stage(now.stage, move)
    except RoundRefused as refusal:
        return [str(refusal)]
    return _in_the_way(move, now)


def _in_the_way(move: Move, now: Situation) -> list[str]:
    checks: dict[Move, list[tuple[bool, str]]] = {
        Move.OPEN_PROPOSALS: [
            (now.at >= now.proposals_close_at, "Proposals would close in the past: change the date")
        ],
        Move.CLOSE_PROPOSALS: [
            (now.at < now.proposals_close_at, "People can send proposals until the closing time")
        ],
        Move.SETTLE_BALLOT: [
            (now.waiting > 0, f"Check every proposal first: {now.waiting} still to check"),
            (
                now.accepted < max(1, now.min_choices),
                "Accept at least as many proposals as a voter must choose",
            ),
            (now.at >= now.voting_closes_at, "The time for voting has passed"),
        ],
        Move.CLOSE_VOTING: [
            (now.at < now.voting_closes_at, "Voting closes by the clock, not before its time")
        ],
        Move.COUNT: [],
        Move.DECLARE: [(not now.counted, "Count the votes before you declare the result")],
    }
    return [words for in_the_way, words in checks[move] if in_the_way]


@dataclass(frozen=True)
class RoundRules:
    """Everything that is fixed when proposals open (R14). Money is whole pence.

    The instants are part of it: nobody may shorten or move a vote once people rely on it.
    """

    pot_pence: int
    min_award_pence: int
    max_award_pence: int
    min_choices: int
    max_choices: int
    min_age: int
    who_may_vote: str
    rule: str
    tie_order: str
    allow_change: bool
    proposals_open_at: datetime
    proposals_close_at: datetime
    voting_opens_at: datetime
    voting_closes_at: datetime
    completion: str = "none"
    comparison: bool = False
    increment_pence: int = 100
    threshold: int = 0
    ways: str = USUAL_WAYS
    connection: str = USUAL_CONNECTION


def method_of(rules: RoundRules) -> Method:
    """Return the counting rule that a round declares, with its variants, as the tally knows it."""
    return Method(
        rule=Rule(rules.rule),
        completion=Completion(rules.completion),
        comparison=rules.comparison,
        increment=rules.increment_pence,
    )


def plain_rules(rules: RoundRules) -> dict[str, Any]:
    """Return the rules as plain values, as they are hashed and published.

    A rule that came later and stands as it always was (its default) is left out, so that the hash
    of a round that was fixed before there was a choice stays what it was.
    """
    unused = {field.name: field.default for field in fields(RoundRules)}
    return {
        name: value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value
        for name, value in asdict(rules).items()
        if unused[name] is MISSING or value != unused[name]
    }


def hash_rules(rules: RoundRules) -> str:
    """Return the SHA-256 of a round's rules, hexadecimal; JSON delimits every field."""
    return hashlib.sha256(canonical_json(plain_rules(rules)).encode()).hexdigest()


@dataclass(frozen=True)
class BallotLine:
    """One project as it stands on the ballot paper. ``lot`` is its place among ties."""

    id: int
    number: int
    title: str
    cost_pence: int
    lot: int


def hash_ballot(rules_hash: str, lines: Iterable[BallotLine]) -> str:
    """Return the SHA-256 of the rules with the projects, their costs and the drawn order."""
    projects = [asdict(line) for line in sorted(lines, key=lambda line: line.number)]
    return hashlib.sha256(canonical_json([rules_hash, projects]).encode()).hexdigest()


def round_faults(rules: RoundRules) -> dict[str, str]:
    """Return what doesn't fit together in a round's rules: field name to message."""
    faults = {
        "pot_pence": (rules.pot_pence <= 0, "Enter a fund of more than £0"),
        "max_award_pence": (
            rules.max_award_pence > rules.pot_pence,
            "The largest award must be no more than the fund",
        ),
        "min_award_pence": (
            rules.min_award_pence > rules.max_award_pence,
            "The smallest award must be no more than the largest",
        ),
        "max_choices": (
            rules.max_choices < rules.min_choices,
            "The most choices must be at least the fewest choices",
        ),
        "proposals_close_at": (
            rules.proposals_close_at <= rules.proposals_open_at,
            "Proposals must close after they open",
        ),
        "voting_opens_at": (
            rules.voting_opens_at < rules.proposals_close_at,
            "Voting must open after proposals close",
        ),
        "voting_closes_at": (
            rules.voting_closes_at <= rules.voting_opens_at,
            "Voting must close after it opens",
        ),
        "ways": (ways_fault(rules.ways) != "", ways_fault(rules.ways)),
        "connection": (not rules.connection, "Choose at least one link with the area"),
    }
    faults["max_choices_for_shares"] = (
        rules.rule == "equal-shares" and rules.max_choices < FEWEST_FOR_SHARES,
        "With equal shares, let people choose 3 projects or more",
    )
    return {
        field.removesuffix("_for_shares"): words
        for field, (wrong, words) in faults.items()
        if wrong
    }


def pounds(pence: int) -> str:
    """Return pence as pounds, for a refusal: “£1,200”, “£1,200.50”."""
    whole, rest = divmod(pence, 100)
    return f"£{whole:,}" if not rest else f"£{whole:,}.{rest:02d}"


def check_award(pence: int, min_award_pence: int, max_award_pence: int) -> None:
    """Refuse a cost that lies outside the round's awards. Raises ProposalRefused."""
    if not min_award_pence <= pence <= max_award_pence or pence <= 0:
        raise ProposalRefused(
            f"Enter a cost from {pounds(max(1, min_award_pence))} to {pounds(max_award_pence)}",
            "cost_pence",
        )


def check_place(place: str, locality_id: int | None, wanted: int | None) -> None:
    """Refuse a proposal from outside the round's area. Raises ProposalRefused.

    ``place`` is what the look-up said; a postcode that is not in the directory passes, since the
    directory lags behind new streets, and an officer sees it. ``wanted`` None: the whole area.
    """
    elsewhere = place == "matched" and wanted is not None and locality_id != wanted
    if place == "outside" or elsewhere:
        raise ProposalRefused(
            "Enter a postcode in the area of this fund: yours lies outside it", "postcode"
        )
    if place == "not_given":
        raise ProposalRefused("Enter your postcode, like AB10 1AB", "postcode")


def takes_proposals(stage: str, opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
    """Say whether the round takes proposals now: its stage has come and the clock agrees."""
    return stage == Stage.PROPOSALS and is_open(opens_at, closes_at, at)


def takes_votes(stage: str, opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
    """Say whether the round takes votes now: the ballot is settled and the clock agrees."""
    return stage == Stage.VOTING and is_open(opens_at, closes_at, at)


@dataclass(frozen=True)
class Contribution:
    """Something somebody sent us that findings may draw on; here, a proposal.

    ``who`` is a label fit for the public: the name of a body, or “A resident”.
    """

    kind: str
    id: int
    where: str
    text: str
    who: str
    may_publish: bool
