"""Making a round, fixing its rules, and moving it on until its ballot is settled."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engage.audit.actions import record
from engage.audit.rules import Happening, canonical_json
from engage.budgeting.actions.criteria import put_criteria
from engage.budgeting.actions.telling import tell_of_new_rules
from engage.budgeting.actions.voting import make_round_key, write_from_here
from engage.budgeting.actions.wordings import beside_projects
from engage.budgeting.models import Project, Round, RuleVersion
from engage.budgeting.queries.ballot_papers import line_of
from engage.budgeting.queries.pots import pots_in_use
from engage.budgeting.queries.rounds import latest_version, proposals_of, rules_of, situation
from engage.budgeting.rules.proposing import smallest_on_ballot
from engage.budgeting.rules.refusals import RoundRefused, RulesRefused
from engage.budgeting.rules.rounds import (
    BallotLine,
    RoundRules,
    change_faults,
    hash_ballot,
    hash_rules,
    new_faults,
    plain_rules,
    round_faults,
    rule_values,
)
from engage.budgeting.rules.screening import USUAL_CRITERIA
from engage.budgeting.rules.stages import Move, Stage, blockers, next_stage
from engage.engagements.actions.opening import open_engagement
from engage.engagements.actions.planning import plan_engagement
from engage.engagements.rules.planning import EngagementRefused
from engage.extensions import db
from engage.web.rules import N_

#: The parts of a round that its engagement keeps; `lead_partner_id` may be absent.
ABOUT = (
    "title", "purpose", "level", "open_to_change", "fixed", "support_offered", "locality_id",
    "lead_partner_id",
)  # fmt: skip


#: The reason that stands beside the first version of a round's rules.
PUBLISHED = N_("The fund was published with these rules.")

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
    """Create a round in preparation, with the usual criteria for its proposals.

    ``about`` holds the engagement's own words (``ABOUT``).

    Raises RulesRefused, which says on which field the rules don't fit together.
    """
    _check_new(rules, at)
    engagement = plan_engagement(
        "round",
        **_words(about),
        opens_at=_opens_at(rules),
        closes_at=rules.voting_closes_at,
        at=at,
        by=by,
        role=role,
    )
    round_ = Round(engagement_id=engagement.id, **rule_values(rules))
    db.session.add(round_)
    db.session.flush()
    put_criteria(round_, USUAL_CRITERIA)
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

    Raises RulesRefused as ``create_round`` does, and RoundRefused once proposals are open: people
    rely on the rules from then on.
    """
    if round_.stage != Stage.PREPARING:
        raise RoundRefused("The rules are fixed: proposals were opened")
    _check_new(rules, at)
    for name, words in _words(about).items():
        setattr(round_.engagement, name, words)
    round_.engagement.opens_at = _opens_at(rules)
    round_.engagement.closes_at = rules.voting_closes_at
    for name, value in rule_values(rules).items():
        setattr(round_, name, value)
    db.session.flush()
    _record(Happening.ROUND_CHANGED, round_, at=at, by=by, role=role, rules=hash_rules(rules))


def change_rules(
    round_: Round,
    rules: RoundRules,
    reason: str,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> RuleVersion:
    """Change the rules of a public round before its ballot is settled: a new version (R14).

    The reason is published, and whoever proposed something is told. Raises RulesRefused where the
    new rules don't fit together or move what has begun, RoundRefused at any other stage, without
    a reason, or where nothing is changed.
    """
    if round_.stage not in (Stage.PROPOSALS, Stage.SCREENING):
        raise RoundRefused("The rules can't be changed now")
    if not reason:
        raise RoundRefused("Enter why the rules change")
    old = rules_of(round_)
    if rules == old:
        raise RoundRefused("Nothing is changed")
    if faults := round_faults(rules) or change_faults(old, rules, round_.stage, at):
        raise RulesRefused(faults)
    _refuse_used_pots(round_, rules)
    if latest_version(round_.id) is None:
        _keep_version(round_, old, PUBLISHED, at=round_.engagement.opens_at, by=None)
    version = _keep_version(round_, rules, reason, at=at, by=by)
    _change_pots(round_, rules)
    for name, value in rule_values(rules).items():
        setattr(round_, name, value)
    round_.rules_hash = version.rules_hash
    round_.engagement.opens_at, round_.engagement.closes_at = (
        _opens_at(rules), rules.voting_closes_at,
    )  # fmt: skip
    db.session.flush()
    tell_of_new_rules(round_, version.n, reason, at=at)
    _record(
        Happening.RULES_CHANGED, round_, at=at, by=by, role=role,
        n=version.n, rules=version.rules_hash,
    )  # fmt: skip
    return version


def _refuse_used_pots(round_: Round, rules: RoundRules) -> None:
    """Refuse to take a part of the fund away that proposals ask, or a check put them to."""
    kept = {pot.number for pot in rules.pots}
    used = pots_in_use(round_.id)
    lost = [pot.name for pot in round_.pots if pot.number in used and pot.number not in kept]
    if lost:
        raise RulesRefused({"pots": f"Keep the part “{lost[0]}”: proposals ask for its money"})


def _change_pots(round_: Round, rules: RoundRules) -> None:
    """Change the parts of the fund. The database takes it between the new version of the rules and
    the round's own change, and not after."""
    if rules.pots != round_.pots:
        round_.pots = rules.pots
        db.session.flush()


def _keep_version(
    round_: Round, rules: RoundRules, reason: str, *, at: datetime, by: int | None
) -> RuleVersion:
    last = latest_version(round_.id)
    version = RuleVersion(
        round_id=round_.id,
        n=last.n + 1 if last else 1,
        at=at,
        by=by,
        reason=reason,
        rules=canonical_json(plain_rules(rules)),
        rules_hash=hash_rules(rules),
    )
    db.session.add(version)
    db.session.flush()
    return version


def _words(about: Mapping[str, Any]) -> dict[str, Any]:
    return {name: about.get(name) for name in ABOUT}


def _opens_at(rules: RoundRules) -> datetime:
    """When people can first take part."""
    return rules.proposals_open_at if rules.has_proposals else rules.voting_opens_at


def _check_new(rules: RoundRules, at: datetime) -> None:
    if faults := new_faults(rules, at):
        raise RulesRefused(faults)


def open_proposals(round_: Round, *, at: datetime, by: int | None, role: str = "officer") -> None:
    """Fix the rules and publish the round, as the first version of its rules.

    Proposals are taken from the opening instant on; a round that takes none goes on to its checks.
    """
    stage = _next(round_, Move.OPEN_PROPOSALS, at)
    if not round_.has_proposals:
        stage = Stage.SCREENING
    try:
        open_engagement(round_.engagement, at=at, by=by, role=role)
    except EngagementRefused as refusal:
        raise RoundRefused(str(refusal)) from refusal
    version = _keep_version(round_, rules_of(round_), PUBLISHED, at=at, by=by)
    round_.rules_hash, round_.stage = version.rules_hash, stage.value
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
    Whoever checks a proposal at this moment comes before all of it, or after and is refused.
    """
    _hold(round_)
    stage = _next(round_, Move.SETTLE_BALLOT, at)
    proposals = sorted(
        proposals_of(round_.id, "accepted"), key=lambda p: p.pot.number if p.pot else 0
    )
    beside = beside_projects(round_, proposals)
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
                smallest_pence=smallest_on_ballot(
                    proposal.smallest_pence, proposal.award_pence, round_.min_award_pence
                ),
                proposal_id=proposal.id,
                pot_id=proposal.pot_id,
                **beside[proposal.id],
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


def _hold(round_: Round) -> None:
    """Let nobody change a proposal or a rule until this is done, and see them as they are now.

    Whoever changes one holds the round as well (screening.hold_before_ballot).
    """
    db.session.flush()
    write_from_here()
    db.session.expire_all()
    db.session.refresh(round_, with_for_update={"key_share": True})


def ballot_lines(round_: Round) -> list[BallotLine]:
    """Return what stands on the ballot paper, as values to be hashed."""
    return [line_of(project) for project in round_.projects]


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
