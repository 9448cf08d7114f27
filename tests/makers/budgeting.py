"""Rounds for tests: whole ones at any stage, on dates that fit the stage."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from engage import clock
from engage.budgeting.actions.voting import make_round_key
from engage.budgeting.models import CharterAnswer, Project, Proposal, Round
from engage.budgeting.queries.ballot_papers import line_of
from engage.budgeting.queries.rounds import rules_of
from engage.budgeting.rules.charter import FEATURES
from engage.budgeting.rules.rounds import hash_ballot, hash_rules
from engage.budgeting.rules.stages import Stage
from engage.engagements.models import Engagement
from engage.extensions import db
from engage.messages.actions import reference_address
from engage.web.rules import slug_for

PROJECTS = (("Bike shelter", 300_000), ("Lunch club", 150_000), ("Skate ramp", 400_000))
#: Days from now to the opening and close of proposals, and of voting, at each stage.
DATES = {
    Stage.PREPARING: (1, 10, 20, 30),
    Stage.PROPOSALS: (-5, 5, 15, 25),
    Stage.SCREENING: (-10, -1, 5, 15),
    Stage.VOTING: (-20, -10, -2, 8),
    Stage.CLOSED: (-30, -20, -10, -1),
    Stage.DECLARED: (-40, -30, -20, -10),
}


def make_round(
    session: Any,
    stage: str = "voting",
    *,
    title: str = "Mastrick decides",
    projects: Sequence[tuple[str, int]] = PROJECTS,
    smallest: Mapping[str, int] | None = None,
    pot_of: Mapping[str, int] | None = None,
    dress: Callable[[Project], None] | None = None,
    at: datetime | None = None,
    **overrides: Any,
) -> Round:
    """Make a round at ``stage`` with dates that fit it, seen from ``at`` (now), and commit it.

    From “voting” on it has ``projects`` (title, pence) and its keys, so that votes can be cast;
    ``smallest`` is the smallest award that each takes, ``pot_of`` the number of its part of the
    fund, by title; ``dress`` gives each the rest.
    ``overrides`` are columns of the round, `locality_id` of its engagement.
    """
    at = at or clock.now()
    days = [at + timedelta(days=n) for n in DATES[Stage(stage)]]
    columns: dict[str, Any] = {
        "pot_pence": 600_000,
        "min_award_pence": 50_000,
        "max_award_pence": 500_000,
        "max_choices": 2,
        "min_age": 11,
        "who_may_vote": "Everybody aged 11 or over who lives in the area",
        "proposals_open_at": days[0],
        "proposals_close_at": days[1],
        "voting_opens_at": days[2],
        "voting_closes_at": days[3],
    }
    locality_id = overrides.pop("locality_id", None)
    columns.update(overrides)
    round_ = Round(engagement=_engagement(title, columns, locality_id), **columns)
    session.add(round_)
    session.flush()
    if stage != Stage.PREPARING:
        round_.rules_hash = hash_rules(rules_of(round_))
    if stage in (Stage.VOTING, Stage.CLOSED, Stage.DECLARED):
        for name, pence in projects:
            pot = (pot_of or {}).get(name)
            project = make_project(session, round_, name, pence, pot=pot)
            project.smallest_pence = (smallest or {}).get(name)
            if dress is not None:
                dress(project)
        session.flush()
        settle(round_)
    if stage not in (Stage.PREPARING, Stage.PROPOSALS):
        answer_charter(session, round_)
    for step in list(Stage)[1 : list(Stage).index(Stage(stage)) + 1]:
        round_.stage = step  # one after the other: the database lets no stage be left out
        session.flush()
    session.commit()
    return round_


def answer_charter(session: Any, round_: Round, moment: str = "before") -> None:
    """Answer for the seven features of the Charter, so that the ballot can be settled."""
    for feature in FEATURES:
        answer = CharterAnswer(
            round_id=round_.id,
            moment=moment,
            feature=feature,
            answer="partly",
            evidence="Talks in the library",
            at=clock.now(),
        )
        session.add(answer)
    session.flush()


def _engagement(title: str, columns: dict[str, Any], locality_id: int | None) -> Engagement:
    return Engagement(
        slug=slug_for(title, set(db.session.scalars(select(Engagement.slug)))),
        kind="round",
        title=title,
        purpose="Choose what the community fund pays for",
        level="empower",
        open_to_change="Which projects are funded",
        fixed="The size of the fund",
        opens_at=columns["proposals_open_at"],
        closes_at=columns["voting_closes_at"],
        locality_id=locality_id,
    )


def settle(round_: Round) -> None:
    """Give the round the hash of its ballot, and its keys."""
    lines = [line_of(project) for project in round_.projects]
    round_.ballot_hash = hash_ballot(round_.rules_hash or "", lines)
    make_round_key(round_)


def make_project(
    session: Any,
    round_: Round,
    title: str = "Bike shelter",
    cost_pence: int = 300_000,
    *,
    pot: int | None = None,
) -> Project:
    """Put a project on the ballot of a round whose ballot isn't settled yet."""
    number = len(round_.projects) + 1
    project = Project(number=number, lot=number, title=title, cost_pence=cost_pence)
    project.pot_id = round_.pot_id(pot)
    round_.projects.append(project)
    session.flush()
    return project


def make_proposal(
    session: Any,
    round_: Round,
    title: str = "Bike shelter",
    *,
    reference: str = "",
    at: datetime | None = None,
    **columns: Any,
) -> Proposal:
    """Make a proposal, waiting for its checks unless ``stage`` says otherwise, and commit it."""
    columns = {"summary": f"{title} for everybody", "cost_pence": 300_000, **columns}
    proposal = Proposal(
        round_id=round_.id,
        title=title,
        reference_hash=reference_address(reference or f"{round_.id} {title}"),
        submitted_at=at or clock.now(),
        **columns,
    )
    session.add(proposal)
    session.commit()
    return proposal
