"""The rules of a round and its ballot paper: what is fixed when, and what may change."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from engage.audit.rules import canonical_json
from engage.budgeting.rules.ballot_types import type_faults
from engage.budgeting.rules.pots import PotRule, plain_pot, pot_fault, read_pots
from engage.budgeting.rules.stages import Stage
from engage.budgeting.rules.ways import USUAL_CONNECTION, USUAL_WAYS, ways_fault
from engage.budgeting.rules.windows import moved_faults, window_faults
from engage.tally.election import Completion, Leftover, Method, Rule
from engage.web.rules import UK

#: With fewer choices equal shares spends little of the fund before its completion: who supports
#: one project has nowhere else to put what is left of their share.
FEWEST_FOR_SHARES = 3
#: Voting ages that a round may choose; evidence counts eligible residents from the same ages.
VOTING_AGES = (8, 11, 12, 14, 16, 18)


@dataclass(frozen=True)
class RoundRules:
    """Everything that is fixed when proposals open (R14). Money is whole pence.

    The instants are part of it: nobody may shorten or move a vote once people rely on it. Those of
    proposals say nothing where ``has_proposals`` is False: then officers list the projects.
    ``who_may_propose`` is 'resident', 'body' or 'either'. ``money_kind`` and ``money_source`` say
    what the 1% statement needs (R77): 'revenue' or 'capital'; 'grants', or 'mainstream' where
    people decide on a public body's own budget. ``deliver_by`` None: no day is set.
    ``must_hear_pitches``: in a hall, ballot papers are handed out after the last pitch. That can be
    held where nobody votes online: ``ways`` is '' then.
    ``discussion_opens_at`` and ``discussion_closes_at`` None: the round leaves the discussion out.
    ``separate_contests``: one ballot online and one in person, which are two contests.
    ``pots`` are the parts that the fund is split into, none where it is one whole; then
    ``pots_each_voter`` is '', and else a word of rules.pots.EachVoter.
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
    pots: tuple[PotRule, ...] = ()
    pots_each_voter: str = ""


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
        for name, value in rule_values(rules).items()
        if unused[name] is MISSING or value != unused[name]
    }


def rule_values(rules: RoundRules) -> dict[str, Any]:
    """Return the rules by name, as a round holds them."""
    return {field.name: getattr(rules, field.name) for field in fields(RoundRules)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [plain_pot(pot) for pot in value]
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
    if "pots" in values:
        values["pots"] = read_pots(values["pots"])
    return RoundRules(**values)


def hash_rules(rules: RoundRules) -> str:
    """Return the SHA-256 of a round's rules, hexadecimal; JSON delimits every field."""
    return hashlib.sha256(canonical_json(plain_rules(rules)).encode()).hexdigest()


@dataclass(frozen=True)
class BallotLine:
    """One project as it stands on the ballot paper. ``lot`` is its place among ties.

    ``smallest_pence`` is the smallest award that its proposer takes; None: only the whole cost.
    Whatever names the project is part of it: its titles in easy read and Gaelic, None where none.
    ``pot`` is the number of the part of the fund that pays for it; None: the fund is one whole.
    """

    id: int
    number: int
    title: str
    cost_pence: int
    lot: int
    smallest_pence: int | None = None
    easy_title: str | None = None
    gaelic_title: str | None = None
    pot: int | None = None


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
        "ways": (
            bool(ways_fault(rules.ways, takes_paper=rules.takes_paper)),
            ways_fault(rules.ways, takes_paper=rules.takes_paper),
        ),
        "connection": (not rules.connection, "Choose at least one link with the area"),
    }
    fault = pot_fault(rules.pots, rules.pots_each_voter, rules.pot_pence)
    faults["pots"] = (fault != "", fault)
    faults["deliver_by"] = (
        rules.deliver_by is not None and rules.deliver_by < rules.voting_closes_at.date(),
        "Projects must be finished after voting closes",
    )
    faults["separate_contests"] = (
        rules.separate_contests and not (rules.takes_paper and rules.ways),
        "Only where people can vote on paper is there a vote in person"
        if not rules.takes_paper
        else "Where people vote on paper alone, there is no second vote online",
    )
    faults["must_hear_pitches"] = (
        rules.must_hear_pitches and rules.ways != "",
        "Only where people vote on paper alone can each be made to hear every pitch",
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


def new_faults(rules: RoundRules, at: datetime) -> dict[str, str]:
    """Return what is wrong with the rules of a round that nobody relies on yet.

    They must fit together, and nothing in them may be past: a day that has begun may still be the
    first one.
    """
    today = at.astimezone(UK).date()
    talk = rules.discussion_closes_at
    faults = {
        "proposals_open_at": (
            rules.has_proposals and rules.proposals_open_at.astimezone(UK).date() < today,
            "Proposals must open today or later",
        ),
        "proposals_close_at": (
            rules.has_proposals and rules.proposals_close_at <= at,
            "Proposals must close in the future",
        ),
        "voting_opens_at": (
            rules.voting_opens_at.astimezone(UK).date() < today,
            "Voting must open today or later",
        ),
        "voting_closes_at": (rules.voting_closes_at <= at, "Voting must close in the future"),
        "discussion_closes_at": (
            talk is not None and talk <= at,
            "Questions must close in the future",
        ),
    }
    past = {field: words for field, (wrong, words) in faults.items() if wrong}
    return round_faults(rules) | past


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
