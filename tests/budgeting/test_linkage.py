"""Nothing in the database leads from a voter to a ballot: the linkage battery, over whole sittings.

The attacker reads the whole database, a dump of it, and SQLite's file, but has no key. What the
battery tries stands in tests/makers/linkage.py; who comes to vote, in tests/makers/sittings.py.
"""

import secrets

import pytest
import sqlalchemy as sa

from engage.budgeting.actions import ordering
from engage.budgeting.actions.ordering import GROUPS
from engage.budgeting.jobs import close_due_rounds, put_rows_in_order
from engage.budgeting.models import Ballot, Voter, VoterIdentity, VotingPass
from engage.extensions import db
from tests.makers.budgeting import make_round
from tests.makers.linkage import Side, attacks, beyond_chance, chance_limit
from tests.makers.sittings import Sittings
from tests.makers.voting import let_voting_end

pytestmark = pytest.mark.requirement("R76")
PEOPLE = 150


def on_postgresql():
    return db.engine.dialect.name == "postgresql"


def links(sittings, people):
    """Attack what the database holds of these people; return what links more than chance does."""
    named, ballots = sittings.sides(people)
    with db.engine.connect() as connection:
        return beyond_chance(attacks(connection, named, ballots))


@pytest.mark.parametrize(
    ("tries", "probability", "limit"), [(150, 1 / 150, 9), (2, 0.5, 2), (10, 1.0, 10)]
)
def test_the_limit_of_chance_is_binomial(tries, probability, limit):
    assert chance_limit(tries, probability) == limit


def test_sittings_leave_nothing_that_links_a_voter_to_a_ballot(session):
    round_ = make_round(session)
    sittings = Sittings(round_, PEOPLE, seed=2026)
    early = [person for person in sittings.people if person.arrives < PEOPLE * 43]
    late = [person for person in sittings.people if person not in early]
    sittings.sit(early)
    told = links(sittings, early)
    assert told, "the control: until the rows are rewritten their order tells"
    if on_postgresql():
        assert "voter: column xmin against ballot: column xmin, near rank" in told
        assert not [how for how in told if how.endswith("same value")], "no transaction holds both"
    assert put_rows_in_order()
    assert links(sittings, early) == {}

    sittings.sit(late)
    assert links(sittings, early) == {}, "what comes after a rewriting says nothing of before"
    if on_postgresql():
        assert links(sittings, late), "the control: since the last rewriting the order tells again"

    let_voting_end(round_)
    assert close_due_rounds() == [sittings.round_id]
    assert links(sittings, sittings.people) == {}


# Controls: designs that look secret, which the same attacks see through -------------------------

#: What each control writes for one person, a list of statements for each transaction; and what of
#: it the attacks must find.
VOTED, BALLOT = "INSERT INTO voted VALUES (:uid, 0)", "INSERT INTO box VALUES (:key)"
CONTROLS = {
    "two tables in one transaction": ([[VOTED, BALLOT]], "same rank"),
    "two tables in two transactions": ([[VOTED], [BALLOT]], "same rank"),
    "one transaction joins them": ([[VOTED, BALLOT]], "xmin against box: column xmin, same value"),
    "the voter's row is only locked": (
        [["SELECT 1 FROM voted WHERE uid = :uid FOR SHARE", BALLOT]],
        "xmax against box: column xmin, same value",
    ),
    "in the order of keys afterwards": (
        [[VOTED, BALLOT]],
        "xmin against box: column xmin, same value",
    ),
}


@pytest.mark.parametrize("design", CONTROLS)
def test_the_battery_sees_through_the_obvious_designs(session, design):
    transactions, expected = CONTROLS[design]
    if not on_postgresql() and "xm" in expected:
        pytest.skip("SQLite keeps no transaction numbers")
    people = {n: (secrets.token_hex(8), secrets.token_hex(8)) for n in range(60)}
    with db.engine.connect() as connection:
        run = connection.exec_driver_sql
        run("CREATE TEMPORARY TABLE voted (uid varchar(16), later integer)")
        run("CREATE TEMPORARY TABLE box (key varchar(16) CONSTRAINT box_key PRIMARY KEY)")
        connection.commit()
        if "FOR SHARE" in str(transactions):
            for uid, _key in sorted(people.values()):
                connection.execute(sa.text(VOTED), {"uid": uid})
            connection.commit()
        for uid, key in people.values():
            for statements in transactions:
                for statement in statements:
                    connection.execute(sa.text(statement), {"uid": uid, "key": key})
                connection.commit()
        if design == "in the order of keys afterwards":
            run("CLUSTER box USING box_key")
        named = Side("voted", "uid", {uid: n for n, (uid, _key) in people.items()})
        box = Side("box", "key", {key: n for n, (_uid, key) in people.items()})
        found = beyond_chance(attacks(connection, [named], box))
    assert [how for how, told in found.items() if expected in how and told.startswith("60 of 60")]


# The rewriting itself ---------------------------------------------------------------------------


def contents():
    tables = sorted(db.metadata.tables)
    return {
        name: sorted(map(repr, db.session.execute(sa.text(f"SELECT * FROM {name}")).all()))
        for name in tables
    }


def test_rewriting_changes_no_row_and_no_guard(session):
    round_ = make_round(session)
    sittings = Sittings(round_, 12, seed=1)
    sittings.sit(sittings.people)
    before = contents()
    db.session.rollback()
    assert put_rows_in_order()
    assert contents() == before
    for statement in (sa.delete(Ballot), sa.update(VoterIdentity).values(voter_uid=b"0" * 16)):
        with pytest.raises(sa.exc.IntegrityError):
            db.session.execute(statement)
        db.session.rollback()
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(VotingPass).values(voter_uid=b"0" * 16))


def test_every_table_that_names_a_voter_is_written_anew(session):
    everything = {t.name for names in GROUPS for t in ordering._with_dependants(names)}
    naming = {
        table.name
        for table in db.metadata.tables.values()
        if {key.column.table.name for key in table.foreign_keys} & {"voter", "ballot"}
    }
    assert naming | {"voter", "ballot", "voter_link", "sign_in_session"} <= everything


def test_the_rewriting_gives_way_to_whoever_is_busy(session, monkeypatch):
    if not on_postgresql():
        pytest.skip("SQLite lets writers queue by themselves")
    monkeypatch.setattr("engage.budgeting.jobs.TRIES", 1)
    monkeypatch.setattr("engage.budgeting.jobs.PAUSE", 0)
    make_round(session)
    with db.engine.connect() as reader:
        reader.execute(sa.select(Voter)).all()  # and its transaction stays open, as pg_dump's does
        assert not put_rows_in_order()
    assert put_rows_in_order()
