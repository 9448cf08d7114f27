"""While a vote is cast nothing is written that names the voter; and no log keeps what was written.

That nothing left behind leads from a voter to a ballot is proved in test_linkage.py.
"""

import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa

from engage.budgeting.jobs import close_due_rounds
from engage.budgeting.models import Ballot
from engage.extensions import db
from tests.makers.budgeting import make_round
from tests.makers.voting import cast, make_code, make_voter

pytestmark = pytest.mark.requirement("R76")


@pytest.fixture
def round_(session):
    return make_round(session)


def on_postgresql():
    return db.engine.dialect.name == "postgresql"


def test_while_voting_is_open_the_job_empties_the_log_beside_the_file(round_):
    if on_postgresql():
        pytest.skip("PostgreSQL's log belongs to the server")
    log = Path(f"{db.engine.url.database}-wal")
    cast(round_, make_voter(round_), round_.projects[:1])
    assert log.read_bytes(), "the control: it holds what was written last, in its order"
    close_due_rounds()
    assert not log.read_bytes()


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
