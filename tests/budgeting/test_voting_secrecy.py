"""Nothing in the database leads from a voter to a ballot: a short linkage battery, with controls.

The attacker reads the whole database after the close, and knows in which order people voted.
"""

import secrets
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.jobs import close_due_rounds
from engage.budgeting.keys import keys_of
from engage.budgeting.models import Ballot
from engage.budgeting.rules.ballots import ballot_key
from engage.extensions import db
from tests.makers.budgeting import make_round
from tests.makers.voting import cast, let_voting_end, make_code, make_voter

pytestmark = pytest.mark.requirement("R76")
VOTERS = 24  # their ballots stand on one page of SQLite's file
#: By chance one ballot of all is matched; eight or more happen once in 100,000 runs.
CHANCE = 7


@pytest.fixture
def round_(session):
    return make_round(session)


def database_file():
    """The file of the SQLite database that the test runs on."""
    return Path(db.engine.url.database)


def sit(round_):
    """Let people register and vote, one after the other; return their ballots' keys in order."""
    key = keys_of(round_.id, round_.key_check)
    order = []
    for _ in range(VOTERS):
        voter = make_voter(round_)
        cast(round_, voter, round_.projects[:1])
        order.append(ballot_key(key, round_.id, voter.uid))
    return order


def close(round_):
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    db.session.commit()


def linked(order, seen):
    """How many ballots an attacker links who takes what was seen for the order of voting."""
    assert len(seen) == len(order)
    return sum(a == b for a, b in zip(order, seen, strict=True))


def by_row():
    return [bytes(key) for key in db.session.scalars(sa.text("SELECT ballot_key FROM ballot"))]


def by_transaction():
    found = sa.text("SELECT ballot_key FROM ballot ORDER BY xmin::text::bigint, ctid")
    return [bytes(key) for key in db.session.scalars(found)]


def by_place_in_file(path, order):
    """The order in which ballots stand in SQLite's file, the last written first on each page."""
    data = Path(path).read_bytes()
    return sorted(order, key=lambda key: -data.index(key))


def on_postgresql():
    return db.engine.dialect.name == "postgresql"


def test_row_order_tells_nothing_after_the_close(round_):
    order = sit(round_)
    close(round_)
    assert linked(order, by_row()) <= CHANCE


def test_a_table_in_the_order_of_writing_would_tell_everything(round_):
    db.session.execute(sa.text("CREATE TEMPORARY TABLE obvious (ballot_key varchar(80))"))
    order = [secrets.token_hex(8) for _ in range(VOTERS)]
    for key in order:
        db.session.execute(sa.text("INSERT INTO obvious VALUES (:key)"), {"key": key})
    assert linked(order, list(db.session.scalars(sa.text("SELECT * FROM obvious")))) == VOTERS


def test_transaction_numbers_tell_nothing_after_the_close(round_):
    if not on_postgresql():
        pytest.skip("SQLite keeps no transaction numbers")
    order = sit(round_)
    assert linked(order, by_transaction()) == VOTERS, "the control: before the close they tell all"
    close(round_)
    assert linked(order, by_transaction()) <= CHANCE


def test_no_ballot_shares_a_transaction_with_anything_that_names_a_voter(round_):
    if not on_postgresql():
        pytest.skip("SQLite keeps no transaction numbers")
    sit(round_)
    for name in ("voter", "voter_identity", "voting_pass", "voter_code"):
        for column in ("xmin", "xmax"):
            shared = f"SELECT count(*) FROM ballot b JOIN {name} n ON n.{column} = b.xmin"
            assert db.session.scalar(sa.text(shared)) == 0


def test_the_file_itself_tells_nothing_after_the_close(round_):
    if on_postgresql():
        pytest.skip("PostgreSQL's rows are tried by their transactions and their places")
    order = sit(round_)
    close_due_rounds()  # empties the log, so that the file holds everything
    let_voting_end(round_)
    assert close_due_rounds() == [round_.id]
    assert linked(order, by_place_in_file(database_file(), order)) <= CHANCE
    assert not database_file().with_name("engage.db-wal").read_bytes()


def test_the_file_would_tell_everything_without_the_rewriting(round_, monkeypatch):
    if on_postgresql():
        pytest.skip("PostgreSQL's rows are tried by their transactions and their places")
    monkeypatch.setattr("engage.budgeting.jobs.put_ballots_in_order", lambda: None)
    order = sit(round_)
    close_due_rounds()
    data = database_file().read_bytes()
    assert linked(order, sorted(order, key=lambda key: -data.index(key))) > CHANCE


def test_while_voting_is_open_the_job_puts_ballots_in_order(round_):
    order = sit(round_)
    before = {b.ballot_key: b.leaf for b in db.session.scalars(sa.select(Ballot))}
    close_due_rounds()
    db.session.expire_all()
    assert {b.ballot_key: b.leaf for b in db.session.scalars(sa.select(Ballot))} == before
    assert linked(order, by_transaction() if on_postgresql() else by_row()) <= CHANCE
    with pytest.raises(sa.exc.DBAPIError):
        db.session.execute(sa.delete(Ballot))
    db.session.rollback()


def contents():
    """Everything in every table but the ballots; on PostgreSQL who last wrote or locked a row."""
    marks = ", xmin::text, xmax::text" if on_postgresql() else ""
    return {
        name: db.session.execute(sa.text(f'SELECT *{marks} FROM "{name}" ORDER BY 1')).all()
        for name in sa.inspect(db.engine).get_table_names()
        if name not in ("ballot", "round")
    }


def test_a_vote_writes_the_ballot_and_nothing_else(site, round_):
    page = site.send("/vote", {"code": make_code(round_)})
    page = site.send_on(page, "/vote", {"postcode": "AB16 5UX", "may_vote": "y"})
    db.session.rollback()
    before = contents()
    chosen = page.select_one("input[name=projects]")["value"]
    path = f"/rounds/{round_.engagement.slug}/ballot/"
    for _ in range(2):  # a first vote, and a change of it
        page = site.open(path)
        site.send_on(page, path, {"projects": [chosen], "submission_id": str(uuid.uuid4())})
    db.session.rollback()
    assert contents() == before
    assert db.session.scalars(sa.select(Ballot.version)).all() == [2]
