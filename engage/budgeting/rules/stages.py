"""The stages of a round: what moves it on, and what stands in the way."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engage.budgeting.rules.refusals import RoundRefused
from engage.engagements.rules.planning import is_open


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
    Move.SETTLE_BALLOT: "Finish the checks before you make the ballot final",
    Move.CLOSE_VOTING: "The ballot is not final yet",
    Move.COUNT: "Votes are counted after voting has closed",
    Move.DECLARE: "The result is declared after voting has closed",
}
_ALREADY = {
    Move.OPEN_PROPOSALS: "Proposals were opened already",
    Move.CLOSE_PROPOSALS: "Proposals were closed already",
    Move.SETTLE_BALLOT: "The ballot was final already",
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
    proposal was left out may still reply within the days that the rules give them. ``without_pot``
    counts accepted proposals that ask no part of a fund in parts, and ``short_pot`` names a part
    with some of them, but fewer than a voter must choose.
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
    without_pot: int = 0
    short_pot: str = ""


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
            (
                now.without_pot > 0,
                f"{now.without_pot} accepted proposals are for no part of the fund: check them "
                "again",
            ),
            (
                now.short_pot != "",
                f"Accept more proposals for the part “{now.short_pot}”: a voter must choose "
                f"{now.min_choices} in it",
            ),
            (now.charter_missing > 0, "Check the fund against the Charter first: seven answers"),
            (
                now.replies_due > 0,
                f"Wait until the time to reply is over: {now.replies_due} left out may still reply",
            ),
            (now.at >= now.voting_closes_at, "The time for voting has passed"),
            (
                not now.sheets_tested,
                "Print and test both recovery sheets first, of this fund and of this site: "
                "they bring a lost key back",
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


def takes_proposals(stage: str, opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
    """Say whether the round takes proposals now: its stage has come and the clock agrees."""
    return stage == Stage.PROPOSALS and is_open(opens_at, closes_at, at)


def takes_votes(stage: str, opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
    """Say whether the round takes votes now: the ballot is settled and the clock agrees."""
    return stage == Stage.VOTING and is_open(opens_at, closes_at, at)
