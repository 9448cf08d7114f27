"""A list asks the database as often for forty rows as for ten: no page grows with its rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.models import Round
from engage.consultations.models import Consultation
from engage.extensions import db
from tests.makers.bodies import make_body
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.consultations import make_consultation, make_response
from tests.makers.home import make_partnership
from tests.makers.influence import make_finding, make_influence
from tests.makers.places import make_places
from tests.makers.plans import make_plan

SLUG = "what-do-you-think-0"


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that reach the database."""
    said: list[str] = []

    def note(connection, cursor, statement, *rest):
        said.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def fill(session, places, bryn, now, numbers):
    """Make one more of everything that a page lists, for each number.

    The first consultation is open while it is filled, and closed and published afterwards.
    """
    set_first(session, now + timedelta(days=1), "open", None)
    for n in numbers:
        group = make_body(
            session,
            f"Group {n}",
            localities=(places.glen_id, places.harbour_id),
            represented_by=bryn,
            wish="involve",
            evidence="They told us.",
            represents_disadvantage=True,
        )
        make_body(session, f"New group {n}", stage="proposed")
        plan = make_plan(session, title=f"Plan {n}", slug=f"plan-{n}", locality_id=places.glen_id)
        asked = make_consultation(
            session, plan, title=f"Say {n}", slug=f"what-do-you-think-{n}",
            locality_id=places.glen_id,
        )  # fmt: skip
        first = session.get_one(Consultation, 1)
        response, _reference = make_response(
            session, first, texts=["A bench."], comments={"1.2": "Yes."}, body_id=group.id
        )
        make_response(session, asked, texts=["A tree."], comments={"2.1": "No."})
        finding = make_finding(session, first.engagement, [("response", response.id)])
        make_influence(session, finding, plan.priorities[0], text=f"Light path {n}.")
        make_influence(session, finding, plan.priorities[1], "confirmed")
        heard = make_finding(session, asked.engagement, [("response", response.id)])
        make_influence(session, heard, None, "not_taken_up")
        make_finding(session, asked.engagement, [("response", response.id)])
        make_round(session, "voting", title=f"Fund {n}", at=now, locality_id=places.glen_id)
        make_round(session, "proposals", title=f"Ideas {n}", at=now)
        ideas = session.scalars(sa.select(Round).order_by(Round.id)).all()[1]
        make_proposal(session, ideas, f"Idea {n}", stage="accepted", body_id=group.id)
    set_first(session, now - timedelta(hours=1), "closed", now)


def set_first(session, closes_at, stage, published_at):
    first = session.get(Consultation, 1)
    if first is not None:
        first.engagement.closes_at, first.stage = closes_at, stage
        first.responses_published_at = published_at
        session.commit()


PAGES = [
    "/", "/have-your-say/", "/groups/", "/groups/groups.csv", "/say/", "/rounds/",
    "/rounds/ideas-0/proposals/", "/rounds/ideas-0/proposals.csv", "/decisions/",
    f"/decisions/{SLUG}/", "/plans/", "/areas/", f"/say/{SLUG}/", f"/say/{SLUG}/responses/",
    "/desk/", "/desk/groups/", "/desk/groups/regard/", "/desk/engagements/",
    f"/desk/engagements/{SLUG}/invite/", "/desk/consultations/", f"/desk/consultations/{SLUG}/",
    "/desk/plans/", "/desk/rounds/", "/desk/findings/", f"/desk/findings/{SLUG}/", "/desk/reach/",
    "/desk/places/", "/trail/",
]  # fmt: skip


@pytest.mark.once
def test_no_list_asks_more_for_more_rows(session, as_person, carys, bryn, now):
    places = make_places(session)
    make_partnership(session, places.council_code)
    officer = as_person(carys)

    def asked_by():
        numbers = {}
        for path in PAGES:
            officer.client.get(path)
            with counted() as said:
                answer = officer.client.get(path)
            assert answer.status_code == 200, path
            numbers[path] = len(said)
        return numbers

    fill(session, places, bryn, now, range(4))
    few = asked_by()
    fill(session, places, bryn, now, range(4, 12))
    many = asked_by()
    assert {path: (few[path], many[path]) for path in PAGES if many[path] > few[path]} == {}
