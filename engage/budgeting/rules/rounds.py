"""How a round goes: its stages, what moves it on, what is fixed when, and what may be proposed."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from engage.audit.rules import canonical_json
from engage.budgeting.rules.ballot_types import type_faults
from engage.budgeting.rules.ways import USUAL_CONNECTION, USUAL_WAYS, ways_fault
from engage.budgeting.rules.windows import moved_faults, window_faults
from engage.engagements.rules import is_open
from engage.tally.election import Completion, Leftover, Method, Rule

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

    ``outside_awards`` is how many accepted proposals cost more or less than one may get by now,
    ``charter_missing`` how many of the Charter's features have no answer yet (R75). ``counted``
    says that a count of the sealed ballots stands ready to be declared, ``asked`` that it waits
    for a second person, ``in_review`` how many lines of the list to check are undecided;
    ``sheets_tested`` that the keys could be put back from paper. ``replies_due`` is how many whose
    proposal was left out may still reply within the days that the rules give them.
    """

    stage: str
    at: datetime
    proposals_close_at: datetime
    voting_closes_at: datetime
    waiting: int
    accepted: int
    min_choices: int
    counted: bool
    outside_awards: int = 0
    has_proposals: bool = True
    charter_missing: int = 0
    in_review: int = 0
    asked: bool = False
    sheets_tested: bool = True
    replies_due: int = 0


def still_to_check(lines: int) -> str:
    """Say why votes are not counted: somebody on the list to check waits for a decision (R76)."""
    return f"Decide about every voter on the list to check first: {lines} still to decide"


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
            (
                now.has_proposals and now.at >= now.proposals_close_at,
                "Proposals would close in the past: change the date",
            ),
            (now.at >= now.voting_closes_at, "Voting would close in the past: change the date"),
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
            (
                now.outside_awards > 0,
                f"{now.outside_awards} accepted proposals cost more or less than one may get: "
                "check them again",
            ),
            (now.charter_missing > 0, "Hold the fund against the Charter first: seven answers"),
            (
                now.replies_due > 0,
                f"Wait until the time to reply is over: {now.replies_due} left out may still reply",
            ),
            (now.at >= now.voting_closes_at, "The time for voting has passed"),
            (
                not now.sheets_tested,
                "Print the two recovery sheets and test them first: they bring a lost key back",
            ),
        ],
        Move.CLOSE_VOTING: [
            (now.at < now.voting_closes_at, "Voting closes by the clock, not before its time")
        ],
        Move.COUNT: [(now.in_review > 0, still_to_check(now.in_review))],
        Move.DECLARE: [
            (now.in_review > 0, still_to_check(now.in_review)),
            (not now.counted, "Count the votes before you declare the result"),
            (now.asked, "A second person must look at the count and agree"),
        ],
    }
    return [words for in_the_way, words in checks[move] if in_the_way]


@dataclass(frozen=True)
class RoundRules:
    """Everything that is fixed when proposals open (R14). Money is whole pence.

    The instants are part of it: nobody may shorten or move a vote once people rely on it. Those of
    proposals say nothing where ``has_proposals`` is False: then officers list the projects.
    ``who_may_propose`` is 'resident', 'body' or 'either'. ``money_kind`` and ``money_source`` say
    what the 1% statement needs (R77): 'revenue' or 'capital'; 'grants', or 'mainstream' where
    people decide on a public body's own budget. ``deliver_by`` None: no day is set.
    ``must_hear_pitches``: in a hall, ballot papers are handed out after the last pitch.
    ``discussion_opens_at`` and ``discussion_closes_at`` None: the round leaves the discussion out.
    ``separate_contests``: one ballot online and one in person, which are two contests.
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
    has_proposals: bool = True
    who_may_propose: str = "either"
    money_kind: str = "revenue"
    money_source: str = "grants"
    deliver_by: date | None = None
    must_hear_pitches: bool = False
    ballot_type: str = "approval"
    points: int = 0
    most_points: int = 0
    boost_worth: int = 2
    takes_paper: bool = False
    separate_contests: bool = False
    challenge_days: int = 95
    leftover: str = "keep"
    discussion_opens_at: datetime | None = None
    discussion_closes_at: datetime | None = None
    reply_days: int = 0


#: What a round may do with money that is left, as the tally knows it.
LEFTOVERS = {"keep": Leftover.ROLL_OVER, "smaller_award": Leftover.SMALLER_AWARD}


def method_of(rules: RoundRules) -> Method:
    """Return the counting rule that a round declares, with its variants, as the tally knows it."""
    return Method(
        rule=Rule(rules.rule),
        completion=Completion(rules.completion),
        comparison=rules.comparison,
        increment=rules.increment_pence,
        leftover=LEFTOVERS[rules.leftover],
    )


def plain_rules(rules: RoundRules) -> dict[str, Any]:
    """Return the rules as plain values, as they are hashed and published.

    What is as it is by default is left out, so that the hash of a round that was fixed before
    there was such a choice stays what it was.
    """
    unused = {field.name: field.default for field in fields(RoundRules)}
    return {
        name: _plain(value)
        for name, value in asdict(rules).items()
        if unused[name] is MISSING or value != unused[name]
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def read_rules(plain: Mapping[str, Any]) -> RoundRules:
    """Return rules that were kept as plain values; those that were left out have their defaults."""
    values = dict(plain)
    for name in values:
        if name.endswith("_at"):
            values[name] = datetime.fromisoformat(values[name])
    if "deliver_by" in values:
        values["deliver_by"] = date.fromisoformat(values["deliver_by"])
    return RoundRules(**values)


def hash_rules(rules: RoundRules) -> str:
    """Return the SHA-256 of a round's rules, hexadecimal; JSON delimits every field."""
    return hashlib.sha256(canonical_json(plain_rules(rules)).encode()).hexdigest()


@dataclass(frozen=True)
class BallotLine:
    """One project as it stands on the ballot paper. ``lot`` is its place among ties.

    ``smallest_pence`` is the smallest award that its proposer takes; None: only the whole cost.
    """

    id: int
    number: int
    title: str
    cost_pence: int
    lot: int
    smallest_pence: int | None = None


def plain_line(line: BallotLine) -> dict[str, Any]:
    """Return a line as plain values, as it is hashed and published.

    What is not given is left out, so that the hash of an older ballot paper stays what it was.
    """
    return {name: value for name, value in asdict(line).items() if value is not None}


def hash_ballot(rules_hash: str, lines: Iterable[BallotLine]) -> str:
    """Return the SHA-256 of the rules with the projects, their costs and the drawn order."""
    projects = [plain_line(line) for line in sorted(lines, key=lambda line: line.number)]
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
    faults["deliver_by"] = (
        rules.deliver_by is not None and rules.deliver_by < rules.voting_closes_at.date(),
        "Projects must be finished after voting closes",
    )
    faults["separate_contests"] = (
        rules.separate_contests and not rules.takes_paper,
        "Only where people can vote on paper is there a vote in person",
    )
    faults["max_choices_for_shares"] = (
        rules.rule == "equal-shares" and rules.max_choices < FEWEST_FOR_SHARES,
        "With equal shares, let people choose 3 projects or more",
    )
    found = {
        field.removesuffix("_for_shares"): words
        for field, (wrong, words) in faults.items()
        if wrong
    }
    talk = window_faults(
        rules.discussion_opens_at,
        rules.discussion_closes_at,
        rules.proposals_close_at if rules.has_proposals else None,
        rules.voting_closes_at,
    )
    return type_faults(rules, rules.rule) | found | talk


def change_faults(old: RoundRules, new: RoundRules, stage: str, at: datetime) -> dict[str, str]:
    """Return why rules that people rely on can't be changed so: field name to message.

    Until the ballot is settled they change with a published reason only (R14). What has begun
    can't be moved, and nothing can be moved into the past.
    """
    checking = stage == Stage.SCREENING
    begun = at >= old.proposals_open_at or checking
    faults = {
        "has_proposals": (
            new.has_proposals != old.has_proposals,
            "Whether people send proposals is settled: the fund is public",
        ),
        "proposals_open_at": (
            begun and new.proposals_open_at != old.proposals_open_at and new.has_proposals,
            "Proposals have opened: that day stays",
        ),
        "proposals_close_at": (
            new.has_proposals
            and new.proposals_close_at != old.proposals_close_at
            and (checking or new.proposals_close_at <= at),
            "Proposals are closed: that day stays" if checking else "Enter a time in the future",
        ),
        "voting_opens_at": (
            new.voting_opens_at != old.voting_opens_at and new.voting_opens_at <= at,
            "Enter a time in the future",
        ),
        "voting_closes_at": (new.voting_closes_at <= at, "Enter a time in the future"),
    }
    talk = moved_faults(
        (old.discussion_opens_at, old.discussion_closes_at),
        (new.discussion_opens_at, new.discussion_closes_at),
        at,
    )
    return {field: words for field, (wrong, words) in faults.items() if wrong} | talk


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


def check_proposer(who_may_propose: str, *, is_body: bool) -> None:
    """Refuse a proposal from somebody who may not send one here. Raises ProposalRefused."""
    if who_may_propose == "body" and not is_body:
        raise ProposalRefused("Only local groups on the register can send a proposal here", "body")
    if who_may_propose == "resident" and is_body:
        raise ProposalRefused("Only residents can send a proposal here, not groups", "body")


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
