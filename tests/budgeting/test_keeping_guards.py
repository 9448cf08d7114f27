"""The database itself keeps sheets, ends of keys and gaps; each guard is taken out too.

Raw SQL stands for a script, a bug or an officer with a console.
"""

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.models import GapAcknowledged, KeyRemoval, RecoverySheet, Round
from engage.extensions import db
from engage.permissions import Role
from tests.budgeting.test_ballot_guards import is_guarded, refused
from tests.conftest import make_account
from tests.makers.budgeting import make_round

pytestmark = pytest.mark.requirement("R76")


@pytest.fixture
def round_(session):
    return make_round(session, "declared")


@pytest.fixture
def cedric(app):
    return make_account("Cedric", Role.OFFICER)


@pytest.fixture
def sheet(session, round_, carys):
    made = RecoverySheet(
        round_id=round_.id, mark="a" * 32, printed_at=clock.now(), printed_by=carys.id
    )
    session.add(made)
    session.commit()
    return made


@pytest.fixture
def removal(session, round_):
    made = KeyRemoval(round_id=round_.id, removed_at=clock.now())
    session.add(made)
    session.commit()
    return made


@pytest.fixture
def gap(session, round_, carys):
    made = GapAcknowledged(**gap_values(round_.id, carys.id))
    session.add(made)
    session.commit()
    return made


def gap_values(round_id, by):
    at = clock.now()
    return {
        "round_id": round_id,
        "n": 3,
        "seal_hash": "a" * 64,
        "kept_n": 1,
        "kept_at": at,
        "sealed_at": at,
        "ballots_then": 6,
        "ballots_now": 2,
        "first_by": by,
        "first_at": at,
    }


def second(by):
    return sa.update(GapAcknowledged).values(second_by=by, second_at=clock.now())


def once(statement):
    """Say whether something can be done, and not be done over again differently."""
    db.session.execute(statement)
    db.session.commit()


def test_the_same_officer_never_stands_twice_under_a_gap(gap, carys, cedric):
    assert refused(second(carys.id))
    assert not refused(second(cedric.id))
    checks = {c["name"] for c in sa.inspect(db.engine).get_check_constraints("gap_acknowledged")}
    assert "ck_gap_acknowledged_two_people" in checks


def test_a_gap_is_acknowledged_a_second_time_once(gap, cedric, dev):
    once(second(cedric.id))
    assert is_guarded("gap_acknowledged", second(dev.id))
    assert is_guarded("gap_acknowledged", second(None).values(second_at=None))


@pytest.mark.parametrize(
    ("column", "value"), [("seal_hash", "b" * 64), ("ballots_then", 2), ("kept_n", 0), ("n", 9)]
)
def test_what_a_gap_says_stays(gap, column, value):
    assert is_guarded("gap_acknowledged", sa.update(GapAcknowledged).values({column: value}))


def test_a_gap_is_not_deleted(gap):
    assert is_guarded("gap_acknowledged", sa.delete(GapAcknowledged))


def test_a_gap_is_not_written_over(gap, cedric):
    if db.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")
    values = gap_values(gap.round_id, cedric.id)
    replace = sa.insert(GapAcknowledged.__table__).prefix_with("OR REPLACE").values(**values)
    assert is_guarded("gap_acknowledged", replace)


@pytest.mark.parametrize(
    "values",
    [{"second_by": None}, {"kept_n": 3}, {"kept_n": -1}, {"ballots_now": -1}, {"second_at": None}],
)
def test_a_gap_that_makes_no_sense_is_refused(session, round_, carys, cedric, values):
    whole = gap_values(round_.id, carys.id) | {"second_by": cedric.id, "second_at": clock.now()}
    table = GapAcknowledged.__table__
    assert not refused(sa.insert(table).values(**whole))
    assert refused(sa.insert(table).values(**(whole | values)))


@pytest.mark.parametrize("stage", ["screening", "voting", "closed"])
def test_no_key_goes_before_its_result_is_declared(session, stage):
    early = make_round(session, stage, title="Torry decides")
    goes = sa.insert(KeyRemoval.__table__).values(round_id=early.id, removed_at=clock.now())
    assert is_guarded("key_removal", goes)


def test_the_end_of_a_key_is_kept_as_it_was_written(removal):
    later = {"erased_at": clock.now()}
    assert not refused(sa.update(KeyRemoval).values(later))
    once(sa.update(KeyRemoval).values(later))
    assert is_guarded("key_removal", sa.update(KeyRemoval).values(erased_at=None))
    sooner = removal.removed_at.replace(year=2020)
    assert is_guarded("key_removal", sa.update(KeyRemoval).values(removed_at=sooner))
    assert is_guarded("key_removal", sa.delete(KeyRemoval))


def test_a_register_is_not_erased_before_the_key_went(removal):
    assert refused(sa.update(KeyRemoval).values(erased_at=removal.removed_at.replace(year=2020)))


def test_a_printed_sheet_is_kept_and_each_step_is_taken_once(sheet, carys, cedric):
    change = sa.update(RecoverySheet)
    for values in ({"mark": "b" * 32}, {"reason": "x"}, {"printed_by": cedric.id}):
        assert is_guarded("recovery_sheet", change.values(values))
    assert is_guarded("recovery_sheet", sa.delete(RecoverySheet))
    for step in ("tested", "destroyed"):
        assert refused(change.values({f"{step}_at": clock.now()})), "by nobody"
        once(change.values({f"{step}_at": clock.now(), f"{step}_by": carys.id}))
        assert is_guarded("recovery_sheet", change.values({f"{step}_by": cedric.id}))


def test_the_sheet_of_the_site_is_never_destroyed(session, sheet, carys):
    session.add(RecoverySheet(mark="b" * 32, printed_at=clock.now(), printed_by=carys.id))
    session.commit()
    of_site = sa.update(RecoverySheet).where(RecoverySheet.round_id.is_(None))
    assert refused(of_site.values(destroyed_at=clock.now(), destroyed_by=carys.id))


@pytest.mark.parametrize("table", ["gap_acknowledged", "key_removal", "recovery_sheet"])
def test_none_of_them_is_emptied(app, table):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    assert refused(sa.text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize("values", [{"challenge_days": 0}, {"record_name": "another"}])
def test_the_days_of_challenge_and_the_name_of_the_record_stay(round_, values):
    assert is_guarded("round", sa.update(Round).values(values))


def test_the_days_of_challenge_may_change_while_a_round_is_prepared(session):
    make_round(session, "preparing")
    assert not refused(sa.update(Round).values(challenge_days=0))
    assert refused(sa.update(Round).values(challenge_days=-1))
    assert refused(sa.update(Round).values(challenge_days=367))
