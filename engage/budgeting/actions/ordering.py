"""Writing rows anew in the order of their keys, so that no row's place tells when it came.

Two lists in the order of writing are a list of who chose what, even without any reference
between them: people register, vote and leave one after the other.
"""

from collections.abc import Sequence

from sqlalchemy import Column, MetaData, Table, delete, func, insert, select

from engage.budgeting.actions.voting import begin_writing, on_postgresql
from engage.extensions import db

#: Tables with rows that somebody writes within minutes of a vote, in groups that are written
#: anew together. A table that refers to one of them belongs to its group by itself. The outbox
#: and failed tries keep their numbers and times: without an order of the ballots they lead nowhere.
GROUPS = (("ballot",), ("voter", "voter_link"), ("sign_in_session",), ("evaluation_form",))
#: What registers a voter touches these tables in this order; so does whoever locks them all.
TOUCHED = ("voter_link", "voter_identity", "voter")
#: How long the rewriting waits for one lock on PostgreSQL. Shorter than the time after which the
#: server looks for deadlocks (1 s): it is always the rewriting that gives way, never a voter.
LOCK_WAIT = "500ms"


def put_group_in_order(names: Sequence[str]) -> None:
    """Write the tables of one group anew, as a unit of its own; the caller commits.

    Raises OperationalError where somebody else is at them for longer than a moment.
    """
    begin_writing()
    if on_postgresql():
        db.session.execute(select(func.set_config("lock_timeout", LOCK_WAIT, True)))
    put_in_order(names)


def put_in_order(names: Sequence[str]) -> None:
    """Write these tables, and what refers to them, anew in the order of their primary keys.

    They stay the same rows. SQLite gives most of them in that order from the first, but inside a
    page of its file the newest stands before the older ones. Begin writing before: nothing may
    come between.
    """
    tables = _with_dependants(names)
    if on_postgresql():
        first = [table.name for table in tables]
        first.sort(key=lambda n: TOUCHED.index(n) if n in TOUCHED else len(TOUCHED))
        locked = select(func.put_in_order(first, [table.name for table in tables]))
        db.session.execute(locked)
    else:
        _put_in_order_on_sqlite(tables)


def _with_dependants(names: Sequence[str]) -> list[Table]:
    """Return the tables with everything that refers to one of them, what is referred to first."""
    known = set(names)
    tables = []
    for table in db.metadata.sorted_tables:
        parents = {key.column.table.name for key in table.foreign_keys}
        if table.name in known or parents & known:
            known.add(table.name)
            tables.append(table)
    return tables


def _put_in_order_on_sqlite(tables: Sequence[Table]) -> None:
    run = db.session.connection().exec_driver_sql
    run("PRAGMA defer_foreign_keys = ON")
    guards = [
        guard
        for table in tables
        for guard in run(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?",
            (table.name,),
        ).all()
    ]
    for name, _sql in guards:
        run(f"DROP TRIGGER {name}")
    for name in [table.name for table in tables]:
        run(f"CREATE TEMPORARY TABLE {name}_kept AS SELECT * FROM {name}")  # noqa: S608 - ours
    for table in reversed(tables):
        db.session.execute(delete(table))
    for table in tables:
        kept = Table(f"{table.name}_kept", MetaData(), *(Column(c.name) for c in table.columns))
        anew = select(kept).order_by(*(kept.c[key.name] for key in table.primary_key))
        db.session.execute(insert(table).from_select([c.name for c in table.columns], anew))
        run(f"DROP TABLE {table.name}_kept")
    for _name, sql in guards:
        run(sql)
