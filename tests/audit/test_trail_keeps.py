"""The database keeps the trail: no entry is changed, and writers at once make one chain."""

import threading

import pytest
import sqlalchemy as sa

from engage import clock
from engage.audit.actions import record
from engage.audit.models import AuditEvent
from engage.audit.queries import faults, head
from engage.audit.rules import Happening
from engage.extensions import db
from tests.conftest import NOW


def make_entries(count: int) -> None:
    for number in range(count):
        record(Happening.ROUND_OPENED, f"round:{number}", at=NOW, actor_id=1, actor_role="officer")
    db.session.commit()


def in_sql(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text(statement))


def drop_guards() -> None:
    """Take the triggers off, as somebody with the database's own password could."""
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        names = ["audit_event_keeps_each_row", "audit_event_keeps_each_statement"]
        for name in names:
            in_sql(f"ALTER TABLE audit_event DISABLE TRIGGER {name}")
    else:
        for name in ["audit_event_refuses_update", "audit_event_refuses_delete"]:
            in_sql(f"DROP TRIGGER {name}")


@pytest.fixture
def unguarded(app):
    make_entries(3)
    drop_guards()
    yield
    if db.engine.dialect.name == "postgresql":
        in_sql("ALTER TABLE audit_event ENABLE TRIGGER ALL")


CHANGES = [
    "UPDATE audit_event SET actor_id = 2 WHERE seq = 2",
    "DELETE FROM audit_event WHERE seq = 3",
]


@pytest.mark.requirement("R83")
@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_an_entry(app, change):
    make_entries(3)
    with pytest.raises(sa.exc.DBAPIError, match="never changed or deleted"):
        in_sql(change)


@pytest.mark.parametrize("change", CHANGES)
def test_without_its_guard_the_database_would_change_it(unguarded, change):
    in_sql(change)


def test_the_database_refuses_to_empty_the_trail(app):
    make_entries(1)
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no TRUNCATE; DELETE is refused row by row")
    with pytest.raises(sa.exc.DBAPIError, match="never changed or deleted"):
        in_sql("TRUNCATE audit_event")


def test_the_database_refuses_to_take_the_end_of_the_trail_away(app):
    with pytest.raises(sa.exc.DBAPIError, match="never changed or deleted"):
        in_sql("DELETE FROM audit_head")


@pytest.mark.requirement("R83")
@pytest.mark.parametrize(
    ("tampering", "words"),
    [
        (["UPDATE audit_event SET object = 'round:9' WHERE seq = 2"], "Entry 2 was changed"),
        (["DELETE FROM audit_event WHERE seq = 2"], "Entry 2 is missing"),
        (["DELETE FROM audit_event WHERE seq = 3"], "should end at 3"),
        (
            [
                "UPDATE audit_event SET seq = 9 WHERE seq = 1",
                "UPDATE audit_event SET seq = 1 WHERE seq = 2",
                "UPDATE audit_event SET seq = 2 WHERE seq = 9",
            ],
            "Entry 1 does not follow",
        ),
        (["UPDATE audit_head SET seq = 2"], "The trail ends at entry 2"),
    ],
)
def test_tampering_is_found(unguarded, tampering, words):
    assert list(faults()) == []
    db.session.commit()
    for statement in tampering:
        in_sql(statement)
    assert any(words in fault for fault in faults()), list(faults())


def test_entries_written_past_the_end_are_found(app, session):
    make_entries(1)
    extra = AuditEvent(
        seq=2,
        at=NOW,
        actor_id=1,
        actor_role="officer",
        action="round.opened",
        object="round:2",
        detail="{}",
        prev_hash=head()[1],
        hash="f" * 64,
    )
    session.add(extra)
    session.commit()
    assert list(faults()) == ["1 more than the trail should hold stand after its end."]


def test_a_cut_with_a_rewritten_end_is_found_by_what_was_noted(unguarded):
    noted = dict([head()])
    second = db.session.scalars(sa.select(AuditEvent.hash).where(AuditEvent.seq == 2)).one()
    db.session.commit()
    in_sql("DELETE FROM audit_event WHERE seq = 3")
    in_sql(f"UPDATE audit_head SET seq = 2, hash = '{second}'")
    assert list(faults()) == []
    assert list(faults(noted)) == ["Entry 3, which was noted outside, is not there."]


def test_a_trail_of_several_batches_is_walked_to_its_end(unguarded, monkeypatch):
    monkeypatch.setattr("engage.audit.queries.BATCH", 2)
    assert list(faults()) == []
    db.session.commit()
    in_sql("UPDATE audit_event SET object = 'round:9' WHERE seq = 3")
    assert list(faults()) == ["Entry 3 was changed after it was written."]


def test_an_act_that_is_undone_leaves_no_entry(app, session):
    record(Happening.ROUND_OPENED, "round:1", at=NOW, actor_id=1)
    session.rollback()
    assert head()[0] == 0
    make_entries(1)
    assert list(faults()) == []


WRITERS, EACH = 20, 5


@pytest.mark.requirement("R83")
def test_twenty_writers_at_once_make_one_chain(app):
    start, problems = threading.Barrier(WRITERS), []

    def write(number: int) -> None:
        try:
            with app.app_context():
                start.wait()
                for _ in range(EACH):
                    record(
                        Happening.ROUND_CHANGED, f"round:{number}", at=clock.now(), actor_id=number
                    )
                    db.session.commit()
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert head()[0] == WRITERS * EACH
    assert list(faults()) == []
