"""The rounds that tests are made of stand in the database at every stage."""

from typing import Any

import pytest

from engage.budgeting.queries.rounds import open_rounds, proposal_by_reference, round_by_slug
from engage.budgeting.rules.stages import Stage
from tests.makers.budgeting import make_proposal, make_round


@pytest.mark.parametrize("stage", list(Stage))
def test_a_round_can_stand_at_every_stage(session: Any, stage: Stage) -> None:
    round_ = make_round(session, stage)
    assert round_by_slug(round_.engagement.slug).stage == stage


def test_a_proposal_is_found_by_its_reference(session: Any) -> None:
    round_ = make_round(session, "proposals")
    made = make_proposal(session, round_, reference="AAAA-BBBB-CCCC-DDDD")
    assert proposal_by_reference("AAAA-BBBB-CCCC-DDDD") is made
    assert proposal_by_reference("AAAA-BBBB-CCCC-DDDE") is None


def test_open_rounds_are_those_whose_rules_are_fixed_and_whose_vote_has_not_ended(
    session: Any, now: Any
) -> None:
    for stage in Stage:
        make_round(session, stage, title=stage.value, at=now)
    assert [r.stage for r in open_rounds(now)] == ["voting", "screening", "proposals"]
