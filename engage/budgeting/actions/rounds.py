"""Making a round, fixing its rules, and moving it on until its ballot is settled."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.voting import make_round_key
from engage.budgeting.models import Project, Round
from engage.budgeting.queries.rounds import proposals_of, rules_of, situation
from engage.budgeting.rules.proposing import smallest_on_ballot
from engage.budgeting.rules.rounds import (
    BallotLine,
    Move,
    RoundRefused,
    RoundRules,
    RulesRefused,
    Stage,
    blockers,
    hash_ballot,
    hash_rules,
    next_stage,
    round_faults,
)
from engage.engagements.actions import plan_engagement
from engage.extensions import db

#: The parts of a round that its engagement keeps.
ABOUT = (
    "title", "purpose", "level", "open_to_change", "fixed", "support_offered", "locality_id",
)  # fmt: skip


#: Shuffles by the operating system's own chance, which nobody can foretell or repeat.
draw_lot = secrets.SystemRandom().shuffle


def create_round(
    about: Mapping[str, Any],
    rules: RoundRules,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> Round:
    """Create a round in preparation. ``about`` holds the engagement's own words (``ABOUT``).

    Raises RulesRefused, which says on which field the rules don't fit together.
    """
    _check_rules(rules)
    engagement = plan_engagement(
        "round",
        **{name: about[name] for name in ABOUT},
        opens_at=rules.proposals_open_at,
        closes_at=rules.voting_closes_at,
        at=at,
        by=by,
        role=role,
    )
    round_ = Round(engagement_id=engagement.id, **asdict(rules))
    db.session.add(round_)
    db.session.flush()
    _record(Happening.ROUND_CREATED, round_, at=at, by=by, role=role, rules=hash_rules(rules))
    return round_


def change_round(
    round_: Round,
    about: Mapping[str, Any],
    rules: RoundRules,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Change a round that is still being prepared. Its address stays.

    Raises RoundRefused once proposals are open: people rely on the rules from then on.
    """
    if round_.stage != Stage.PREPARING:
        raise RoundRefused("The rules are fixed: proposals were opened")
    _check_rules(rules)
    for name in ABOUT:
        setattr(round_.engagement, name, about[name])
    round_.engagement.opens_at = rules.proposals_open_at
    round_.engagement.closes_at = rules.voting_closes_at
    for name, value in asdict(rules).items():
        setattr(round_, name, value)
    db.session.flush()
    _record(Happening.ROUND_CHANGED, round_, at=at, by=by, role=role, rules=hash_rules(rules))


def _check_rules(rules: RoundRules) -> None:
    faults = round_faults(rules)
    if faults:
        raise RulesRefused(faults)


def open_proposals(round_: Round, *, at: datetime, by: int | None, role: str = "officer") -> None:
    """Fix the rules and publish the round. Proposals are taken from the opening instant on."""
    stage = _next(round_, Move.OPEN_PROPOSALS, at)
    round_.rules_hash, round_.stage = hash_rules(rules_of(round_)), stage.value
    db.session.flush()
    _record(Happening.ROUND_OPENED, round_, at=at, by=by, role=role, rules=round_.rules_hash)


def close_proposals(round_: Round, *, at: datetime, by: int | None, role: str = "officer") -> None:
    """Take no more proposals, after their closing instant, and go on to the checks."""
    round_.stage = _next(round_, Move.CLOSE_PROPOSALS, at).value
    db.session.flush()
    _record(Happening.PROPOSALS_CLOSED, round_, at=at, by=by, role=role)


def settle_ballot(
    round_: Round,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
    draw: Callable[[list[int]], None] = draw_lot,
) -> None:
    """Put the accepted proposals on the ballot, draw the lot for ties, and make the round's key.

    The lot is drawn once, and published with the projects before anybody votes. From here on
    projects, costs and lots are fixed; votes are taken between the opening and closing instants.
    """
    stage = _next(round_, Move.SETTLE_BALLOT, at)
    proposals = proposals_of(round_.id, "accepted")
    lots = list(range(1, len(proposals) + 1))
    draw(lots)
    for number, (proposal, lot) in enumerate(zip(proposals, lots, strict=True), start=1):
        round_.projects.append(
            Project(
                number=number,
                lot=lot,
                title=proposal.title,
                summary=proposal.summary,
                cost_pence=proposal.award_pence,
                smallest_pence=smallest_on_ballot(proposal.smallest_pence, proposal.award_pence),
                proposal_id=proposal.id,
            )
        )
    db.session.flush()
    make_round_key(round_)
    round_.ballot_hash = hash_ballot(round_.rules_hash or "", ballot_lines(round_))
    round_.stage = stage.value
    db.session.flush()
    _record(
        Happening.BALLOT_SETTLED,
        round_,
        at=at,
        by=by,
        role=role,
        ballot=round_.ballot_hash,
        lots=[project.id for project in sorted(round_.projects, key=lambda p: p.lot)],
    )


def ballot_lines(round_: Round) -> list[BallotLine]:
    """Return what stands on the ballot paper, as values to be hashed."""
    return [
        BallotLine(p.id, p.number, p.title, p.cost_pence, p.lot, p.smallest_pence)
        for p in round_.projects
    ]


def _next(round_: Round, move: Move, at: datetime) -> Stage:
    """Return the stage that ``move`` leads to. Raises RoundRefused for what stands in its way."""
    in_the_way = blockers(move, situation(round_, at))
    if in_the_way:
        raise RoundRefused(in_the_way[0])
    return next_stage(round_.stage, move)


def _record(
    happening: Happening, round_: Round, *, at: datetime, by: int | None, role: str, **detail: Any
) -> None:
    actor_role = role if by else "system"
    record(happening, f"round:{round_.id}", at=at, actor_id=by, actor_role=actor_role, **detail)
