"""What the database itself keeps of votes, rules and results; each guard is tried without it."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.actions.awards import end_award
from engage.budgeting.actions.registering import register_voter
from engage.budgeting.actions.rounds import change_rules, open_proposals
from engage.budgeting.actions.screening import accept_proposal
from engage.budgeting.actions.voting import begin_writing, hold_for_paper
from engage.budgeting.actions.ways import account_identity
from engage.budgeting.models import Award, Ballot, Proposal, Round, RoundCount
from engage.budgeting.queries.rounds import rules_of
from engage.budgeting.rules.ballots import NotEligibleRefused
from engage.budgeting.rules.delivery import AwardStage
from engage.extensions import db
from engage.places.rules import Placing
from tests.budgeting.test_ballot_guards import guards_of, is_guarded, refused
from tests.makers.approvals import second_officer
from tests.makers.budgeting import make_project, make_proposal, make_round
from tests.makers.delivery import make_awards, make_declared, terms
from tests.makers.papers import accept as accept_batch
from tests.makers.papers import enter, make_station
from tests.makers.screening import accept, answers, make_checked_round
from tests.makers.voting import cast, make_voter

pytestmark = pytest.mark.requirement("R76")


@pytest.fixture
def round_(session):
    return make_round(session)


# A vote and its voter ----------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["online", "assisted"])
def test_a_vote_that_is_in_is_changed_online_alone(round_, before):
    cast(round_, make_voter(round_), round_.projects[:1], source=before)
    again = sa.update(Ballot).values(version=2)
    assert is_guarded("ballot", again.values(source="assisted"))
    assert not refused(again.values(source="online"))


def test_a_voter_of_another_round_has_no_vote_here(session, round_):
    other = make_voter(make_round(session, title="Torry decides"))
    with pytest.raises(NotEligibleRefused):
        cast(round_, other, round_.projects[:1])
    with pytest.raises(NotEligibleRefused):
        hold_for_paper(round_.id, other.uid, at=clock.now())


# Rules and stages --------------------------------------------------------------------------------


def test_rules_change_only_with_a_new_version(session, carys):
    round_ = make_round(session, "preparing")
    open_proposals(round_, at=clock.now(), by=carys.id)
    session.commit()
    for change in ({"pot_pence": 9_000_000}, {"max_choices": 9}):
        assert is_guarded("round", sa.update(Round).values(**change))
    change_rules(
        round_, replace(rules_of(round_), max_choices=3), "Three", at=clock.now(), by=carys.id
    )
    session.commit()
    assert round_.max_choices == 3


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("preparing", "screening"),
        ("preparing", "voting"),
        ("proposals", "voting"),
        ("screening", "closed"),
        ("voting", "declared"),
    ],
)
def test_a_round_leaves_out_no_stage(session, start, end):
    make_round(session, start)
    settled = {"rules_hash": "r" * 64, "ballot_hash": "b" * 64, "key_check": b"k" * 32}
    given = settled if start in ("preparing", "proposals", "screening") else {}
    assert is_guarded("round", sa.update(Round).values(stage=end, **given))


def test_a_round_without_proposals_goes_on_to_its_checks(session):
    make_round(session, "preparing", has_proposals=False)
    assert not refused(sa.update(Round).values(stage="screening", rules_hash="r" * 64))


@pytest.mark.parametrize("stage", ["voting", "declared"])
def test_votes_are_counted_after_the_close_and_before_the_result(session, stage):
    round_ = make_round(session, stage)
    row = {"round_id": round_.id, "at": clock.now(), "seal_hash": "s" * 64, "outcome": "{}"}
    assert is_guarded("round_count", sa.insert(RoundCount.__table__).values(**row))


# What a project costs, and who is funded ---------------------------------------------------------


@pytest.mark.parametrize("column", ["cost_pence", "smallest_pence"])
def test_an_accepted_proposal_costs_what_its_check_found(session, carys, column):
    round_ = make_checked_round(session)
    proposal = make_proposal(session, round_)
    accept(proposal, carys)
    change = sa.update(Proposal).values({column: 200_000})
    assert is_guarded("proposal", change)
    checked = {"checked_cost_pence": 200_000, "cost_reason": "A quote"}
    assert is_guarded("proposal", sa.update(Proposal).values(**checked))
    again = {"answers": answers(round_), "at": clock.now(), "by": carys.id}
    accept_proposal(proposal, **again, **checked)
    session.commit()
    assert proposal.award_pence == 200_000


def test_what_stands_on_the_ballot_costs_what_was_accepted(session):
    round_ = make_round(session)
    make_proposal(session, round_, stage="accepted")
    for change in ({"cost_pence": 1}, {"stage": "submitted"}):
        assert is_guarded("proposal", sa.update(Proposal).values(**change))


@pytest.mark.parametrize("proposal", [{"cost_pence": 1}, {"stage": "submitted"}])
def test_a_ballot_is_settled_at_the_costs_that_were_checked(session, proposal):
    round_ = make_round(session, "screening")
    made = make_proposal(session, round_, **{"stage": "accepted", **proposal})
    make_project(session, round_).proposal_id = made.id
    session.commit()
    settled = {"ballot_hash": "b" * 64, "key_check": b"k" * 32}
    assert is_guarded("round", sa.update(Round).values(stage="voting", **settled))


def award_for(project, **columns):
    days = terms().dates
    row = {
        "public_id": project.title, "round_id": project.round_id, "project_id": project.id,
        "amount_pence": 50_000, "held_pence": 50_000, "conditions": "As agreed",
        "answer_by": days.answer_by, "deliver_by": days.deliver_by, "report_by": days.report_by,
        "offered_at": clock.now(), "stage": "offered", "reason": "", "is_under_16": False,
        "version": 1, **columns,
    }  # fmt: skip
    named = {name: value for name, value in row.items() if name in Award.__table__.c}
    return sa.insert(Award.__table__).values(**named)


def test_an_award_is_for_a_winner_or_for_who_comes_next(session):
    round_ = make_declared(session)
    winner, _other, _dear, _board, loser = round_.projects
    assert not refused(award_for(winner))
    assert is_guarded("award", award_for(loser))
    first = make_awards(session, round_)[0]
    assert is_guarded("award", award_for(loser, instead_of_id=first.id))
    end_award(first, AwardStage.DECLINED, "No", at=clock.now(), by=None, role="group")
    session.commit()
    assert not refused(award_for(loser, instead_of_id=first.id))


# REPLACE, which SQLite knows --------------------------------------------------------------------


def replacing(table, columns):
    """Put each row of a table in its own place anew, with these columns as SQL says."""
    names = [column.name for column in db.metadata.tables[table].columns]
    said = ", ".join(columns.get(name, f'"{name}"') for name in names)
    return sa.text(f'REPLACE INTO "{table}" ({", ".join(names)}) SELECT {said} FROM "{table}"')


@pytest.fixture
def used(session, round_, carys):
    """A round with something in each table that people rely on."""
    round_ = make_round(session, title="Torry decides", takes_paper=True)
    cast(round_, make_known_voter(round_), round_.projects[:1])
    batch = make_station(round_, carys, issued=1, declared=1)
    for person in (carys, second_officer()):
        enter(batch, person, "1")
    accept_batch(batch, carys)
    make_proposal(session, round_, stage="accepted")
    return round_


def make_known_voter(round_):
    begin_writing()
    email = account_identity(round_.id, "aisha@example.org")
    uid = register_voter(round_.id, email, Placing("not_given"), at=clock.now())
    db.session.commit()
    return uid


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("ballot", {"submission_id": "'raw'"}),
        ("voter_identity", {}),
        ("paper_batch", {"state": "'open'", "valid": "0", "accepted_by": "NULL"}),
        ("paper_entry", {}),
        ("project", {"cost_pence": "1"}),
        ("proposal", {"cost_pence": "1"}),
        ("round", {"pot_pence": "9000000", "stage": "'preparing'"}),
        ("audit_event", {"detail": "'{}'"}),
    ],
)
def test_nothing_that_stands_is_replaced(used, table, columns):
    if db.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL has no REPLACE")
    assert is_guarded(table, replacing(table, columns))


def test_a_connection_asks_the_guards_of_deletion_when_it_replaces(used):
    if db.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL has no REPLACE")
    again = replacing("ballot", {"submission_id": "'raw'"})
    every = guards_of("ballot")
    assert refused(again, [guard for guard in every if guard != "ballot_is_kept"])
    assert not refused(again, every)
