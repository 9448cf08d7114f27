"""Setting a round up and moving it on."""

import threading
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engage import clock
from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.budgeting.actions.rounds import (
    change_round,
    close_proposals,
    create_round,
    open_proposals,
    settle_ballot,
)
from engage.budgeting.actions.screening import accept_proposal
from engage.budgeting.models import Proposal
from engage.budgeting.queries.rounds import rules_of
from engage.budgeting.rules.refusals import RoundRefused, RulesRefused
from engage.budgeting.rules.rounds import hash_rules
from engage.extensions import db
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.keeping import keep_sheets
from tests.makers.screening import free

ABOUT = {
    "title": "Mastrick decides",
    "purpose": "Spend the fund",
    "level": "empower",
    "open_to_change": "The projects",
    "fixed": "The fund",
    "support_offered": "",
    "locality_id": None,
}


def trail(session: Any) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


def accepted(session: Any, round_: Any, *titles: str) -> list[Proposal]:
    return [
        make_proposal(session, round_, title, stage="accepted", cost_pence=100_000)
        for title in titles
    ]


@pytest.mark.requirement("R14")
def test_carys_sets_up_a_round_which_has_an_engagement_and_leaves_a_trace(
    session: Any, carys: Account
) -> None:
    rules = rules_of(make_round(session, "preparing", title="Another"))
    round_ = create_round(ABOUT, rules, at=clock.now(), by=carys.id)
    assert round_.engagement.slug == "mastrick-decides"
    assert round_.engagement.opens_at == rules.proposals_open_at
    assert round_.engagement.closes_at == rules.voting_closes_at
    assert rules_of(round_) == rules
    assert trail(session) == ["engagement.planned", "round.created"]


def test_rules_that_do_not_fit_are_refused_field_by_field(session: Any, carys: Account) -> None:
    rules = rules_of(make_round(session, "preparing"))
    wrong = replace(rules, max_award_pence=rules.pot_pence + 1)
    with pytest.raises(RulesRefused) as refused:
        create_round(ABOUT, wrong, at=clock.now(), by=carys.id)
    assert list(refused.value.faults) == ["max_award_pence"]


def test_a_round_in_preparation_can_be_changed(session: Any, carys: Account) -> None:
    round_ = make_round(session, "preparing")
    change_round(
        round_,
        {**ABOUT, "title": "Northfield decides"},
        replace(rules_of(round_), pot_pence=700_000),
        at=clock.now(),
        by=carys.id,
    )
    assert (round_.pot_pence, round_.engagement.title) == (700_000, "Northfield decides")
    assert trail(session) == ["round.changed"]


@pytest.mark.requirement("R14")
def test_rules_are_fixed_once_proposals_are_open(session: Any, carys: Account) -> None:
    round_ = make_round(session, "preparing")
    open_proposals(round_, at=clock.now(), by=carys.id)
    assert round_.rules_hash == hash_rules(rules_of(round_))
    with pytest.raises(RoundRefused, match="The rules are fixed"):
        change_round(round_, ABOUT, rules_of(round_), at=clock.now(), by=carys.id)


def test_proposals_close_after_their_time_and_not_before(session: Any, carys: Account) -> None:
    round_ = make_round(session, "proposals")
    with pytest.raises(RoundRefused, match="People can send proposals until"):
        close_proposals(round_, at=clock.now(), by=carys.id)
    close_proposals(round_, at=round_.proposals_close_at, by=carys.id)
    assert round_.stage == "screening"
    assert trail(session) == ["proposals.closed"]


@pytest.mark.requirement("R76")
def test_settling_numbers_the_projects_draws_the_lot_and_fixes_the_ballot(
    session: Any, carys: Account
) -> None:
    round_ = make_round(session, "screening")
    accepted(session, round_, "Bench", "Park", "Swings")
    keep_sheets(round_, carys)
    make_proposal(session, round_, "Palace", stage="left_out", reason="Too dear")
    settle_ballot(round_, at=clock.now(), by=carys.id, draw=lambda lots: lots.reverse())
    session.commit()
    assert [(p.number, p.title, p.lot) for p in round_.projects] == [
        (1, "Bench", 3),
        (2, "Park", 2),
        (3, "Swings", 1),
    ]
    assert round_.stage == "voting"
    assert round_.ballot_hash
    assert round_.key_check
    event = session.scalar(select(AuditEvent).where(AuditEvent.action == "ballot.settled"))
    ids = [p.id for p in sorted(round_.projects, key=lambda p: p.lot)]
    assert str(ids).replace(" ", "") in event.detail


def test_the_lot_is_drawn_by_chance_and_is_a_whole_order(session: Any, carys: Account) -> None:
    round_ = make_round(session, "screening", max_choices=12)
    accepted(session, round_, *(f"Project {n}" for n in range(12)))
    keep_sheets(round_, carys)
    settle_ballot(round_, at=clock.now(), by=carys.id)
    assert sorted(p.lot for p in round_.projects) == list(range(1, 13))


def test_a_checked_cost_is_what_stands_on_the_ballot(session: Any, carys: Account) -> None:
    round_ = make_round(session, "screening")
    make_proposal(
        session, round_, "Bench", stage="accepted", checked_cost_pence=80_000, cost_reason="A quote"
    )
    keep_sheets(round_, carys)
    settle_ballot(round_, at=clock.now(), by=carys.id)
    assert [p.cost_pence for p in round_.projects] == [80_000]


def test_a_ballot_is_not_settled_while_a_proposal_waits(session: Any, carys: Account) -> None:
    round_ = make_round(session, "screening")
    accepted(session, round_, "Bench")
    make_proposal(session, round_, "Park")
    with pytest.raises(RoundRefused, match="1 still to check"):
        settle_ballot(round_, at=clock.now(), by=carys.id)
    assert round_.projects == []


def test_a_ballot_is_not_settled_before_its_recovery_sheets_are_tested(
    session: Any, carys: Account
) -> None:
    round_ = make_round(session, "screening")
    accepted(session, round_, "Bench")
    with pytest.raises(RoundRefused, match="Print and test both recovery sheets first"):
        settle_ballot(round_, at=clock.now(), by=carys.id)
    assert (round_.stage, round_.projects) == ("screening", [])


def check_elsewhere(app: Any, proposal_id: int, by: int, came: list[str]) -> threading.Thread:
    """Make ready to check a proposal as another officer, who finds that it costs £1,100."""

    def check() -> None:
        with app.app_context():
            proposal = db.session.get_one(Proposal, proposal_id)
            found: Any = {"checked_cost_pence": 110_000, "cost_reason": "A quote"}
            try:
                accept_proposal(proposal, at=clock.now(), by=by, **found)
                db.session.commit()
                came.append("checked")
            except RoundRefused as refusal:
                db.session.rollback()
                came.append(str(refusal))

    return threading.Thread(target=check)


@pytest.mark.requirement("R76")
def test_a_check_at_the_moment_of_settling_waits_and_is_refused(
    app: Any, session: Any, carys: Account
) -> None:
    round_ = make_round(session, "screening")
    bench, _park = accepted(session, round_, "Bench", "Park")
    free(bench, carys)
    keep_sheets(round_, carys)
    session.commit()
    came: list[str] = []
    officer = check_elsewhere(app, bench.id, carys.id, came)

    def draw(lots: list[int]) -> None:
        officer.start()
        officer.join(timeout=0.5)
        assert came == [], "it waits until the ballot is final"

    settle_ballot(round_, at=clock.now(), by=carys.id, draw=draw)
    session.commit()
    officer.join()
    session.expire_all()
    assert came == ["The ballot is final: proposals can't be changed any more"]
    assert [p.cost_pence for p in round_.projects] == [bench.award_pence, 100_000]


def test_settling_sees_what_was_checked_since_the_page_was_opened(
    app: Any, session: Any, carys: Account
) -> None:
    round_ = make_round(session, "screening")
    (bench,) = accepted(session, round_, "Bench")
    free(bench, carys)
    keep_sheets(round_, carys)
    session.commit()
    assert bench.award_pence == 100_000
    came: list[str] = []
    officer = check_elsewhere(app, bench.id, carys.id, came)
    officer.start()
    officer.join()
    assert came == ["checked"]
    settle_ballot(round_, at=clock.now(), by=carys.id)
    assert [p.cost_pence for p in round_.projects] == [110_000]


def test_a_ballot_is_settled_once(session: Any, carys: Account) -> None:
    round_ = make_round(session, "voting")
    before = asdict(rules_of(round_)), [p.lot for p in round_.projects]
    with pytest.raises(RoundRefused, match="The ballot was final already"):
        settle_ballot(round_, at=clock.now() + timedelta(days=1), by=carys.id)
    assert (asdict(rules_of(round_)), [p.lot for p in round_.projects]) == before
