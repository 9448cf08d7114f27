"""The matrix of wish against offer, and acting from it (R03, R04)."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engage import clock
from engage.bodies.actions.register import record_wish
from engage.bodies.models import WishAsked
from engage.engagements.actions.declinations import decline
from engage.engagements.actions.planning import invite_bodies
from engage.engagements.models import Coproduction, Invitation, OutreachAttempt, SupportNeed
from engage.engagements.queries import matrix as queries
from engage.engagements.rules.declinations import Why
from engage.engagements.rules.matrix import stands, summary
from tests.makers.bodies import make_body
from tests.makers.engagements import make_engagement
from tests.makers.home import make_partnership
from tests.makers.places import make_places
from tests.test_queries import counted

WISHED = {"Less": "empower", "Much": "inform", "Left": "involve", "New": ""}


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def story(session, now):
    """Four groups: one offered less, one enough, one not asked, one that was never asked."""
    engagement = make_engagement(session, "Buses")
    less, enough, left, never = (
        make_body(session, name, wish=wish, contact_email=f"{name}@example.org")
        for name, wish in {
            "Less": "empower",
            "Much": "inform",
            "Left": "involve",
            "New": "",
        }.items()
    )
    invite_bodies(engagement, [less, enough], level="consult", reason="The law.", at=now, by=None)
    session.commit()
    return engagement, {"less": less, "enough": enough, "left": left, "never": never}


def shown(today, **wanted):
    return [row.body.name for row in queries.matrix_rows(queries.MatrixFilter(**wanted), today)]


@pytest.mark.requirement("R03")
@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, ["Left", "Less", "Much", "New"]),
        ({"show": "below"}, ["Less"]),
        ({"show": "to_tell"}, ["Less"]),
        ({"show": "not_asked"}, ["Left"]),
        ({"show": "again"}, ["New"]),
        ({"show": "regard"}, []),
        ({"level": "never"}, ["New"]),
        ({"level": "involve"}, ["Left"]),
        ({"words": "le"}, ["Left", "Less"]),
    ],
)
def test_r03_the_matrix_shows_what_is_looked_for(story, now, wanted, names):
    for number in (None, story[0].id):
        found = shown(now.date(), engagement_id=number, **wanted)
        assert found == names
        filtered = queries.MatrixFilter(engagement_id=number, **wanted)
        assert queries.matrix_count(filtered, now.date()) == len(names)


def test_r03_the_wish_for_a_topic_and_stage_counts_in_the_matrix_and_in_an_offer(
    session, story, now
):
    engagement, bodies = story
    record_wish(
        bodies["enough"], "empower", topic="Buses", at=now, by=None, role="officer", source="x"
    )
    session.commit()
    wanted = queries.MatrixFilter(engagement_id=engagement.id, topic="buses", words="much")
    (row,) = queries.matrix_rows(wanted, now.date())
    assert (row.wish, row.about, row.offer.level) == ("empower", "Buses", "consult")
    say = {"reason": "The law.", "at": now, "by": None, "level": "consult"}
    (invitation,) = invite_bodies(engagement, [bodies["enough"]], topic="Buses", **say)
    assert (invitation.wish, invitation.reason) == ("empower", "The law.")


@pytest.mark.parametrize(
    ("wish", "offer", "how"),
    [("", "inform", "enough"), ("involve", "consult", "below"), ("none", "inform", "enough"),
     ("empower", None, "none")],
)  # fmt: skip
def test_how_an_offer_stands_to_a_wish(wish, offer, how):
    assert stands(wish, offer) == how


def test_r03_the_public_summary_holds_small_numbers_back():
    wants = [("empower", "consult", 3), ("empower", "empower", 20)]
    counts = [*wants, ("", None, 9), ("", "inform", 8)]
    public = summary(counts, 5)
    (_wish, cells, _total) = next(row for row in public.rows if row[0] == "empower")
    assert str(cells[1]) == "fewer than 5"
    assert str(cells[0]) != "20"
    officers = summary(counts, 1)
    assert officers.total == 40
    assert [row[0] for row in officers.rows] == ["empower", ""]


def test_r04_an_officer_asks_and_offers_from_the_matrix(as_person, session, story, carys):
    engagement, bodies = story
    site, path = as_person(carys), "/desk/wishes/"
    page = site.send(path, {"act": "ask"}, status=422)
    assert "Tick the groups first" in page.text
    page = site.send(path, {"bodies": [str(bodies["never"].id)], "act": "ask"})
    assert "We asked 1 group" in page.text
    assert session.query(WishAsked).count() == 1
    page = site.send(path, {"bodies": [str(bodies["less"].id)], "act": "ask"})
    assert "Nobody was asked" in page.text
    here = f"{path}?engagement={engagement.slug}&show=not_asked"
    data = {"bodies": [str(bodies["left"].id)], "offer": "inform", "act": "offer"}
    page = site.send(here, data, status=422)
    assert "why we offer less than they want to: Left" in page.text
    site.send(here, {**data, "reason": "No time.", "decided_by": "The board"})
    invitation = session.scalar(sa.select(Invitation).where(Invitation.level == "inform"))
    assert invitation.body_id == bodies["left"].id
    assert "1 reason, the latest first" in site.open("/groups/reasons/").text
    assert "Left" in site.client.get(f"{path}wishes.csv?words=left").text


def test_the_summary_is_public_and_the_matrix_is_not(site, as_person, story, dev):
    assert "fewer than 5" in site.open("/groups/wishes/").text
    assert "fewer than 5" in site.client.get("/groups/wishes/wishes.csv").text
    as_person(dev).open("/desk/wishes/", status=403)


PAGES = [
    "/desk/wishes/", "/desk/wishes/?engagement=event-0", "/desk/wishes/?show=not_asked&topic=x",
    "/desk/wishes/summary/", "/desk/reasons/", "/desk/reasons/?show=all", "/groups/reasons/",
    "/groups/wishes/", "/desk/outreach/", "/desk/support/", "/desk/together/",
    "/desk/contributions/", "/desk/publications/", "/reports/2026-27/efforts/", "/desk/",
]  # fmt: skip


def test_r03_no_page_asks_more_for_more_groups_and_none_over_thirty(session, as_person, carys, now):
    places = make_places(session)
    make_partnership(session, places.council_code)
    officer = as_person(carys)

    def fill(numbers):
        for n in numbers:
            engagement = make_engagement(session, f"Event {n}")
            body = make_body(
                session, f"Group {n}", wish="empower", localities=(places.glen_id,),
                contact_email=f"g{n}@example.org",
            )  # fmt: skip
            invite_bodies(engagement, [body], level="inform", reason="x", at=now, by=None)
            why = Why("law", "The law.", "The board", now.date() - timedelta(days=3))
            decline(body, "ask", engagement=None, wish="", ask="x", why=why, at=now, by=None)
            fill_efforts(session, body, engagement, now)
        session.commit()

    def asked_by():
        numbers = {}
        for path in PAGES:
            officer.client.get(path)
            with counted() as said:
                answer = officer.client.get(path)
            assert answer.status_code == 200, path
            numbers[path] = len(said)
        return numbers

    fill(range(2))
    few = asked_by()
    fill(range(2, 6))
    many = asked_by()
    assert {path: (few[path], many[path]) for path in PAGES if many[path] > few[path]} == {}
    assert {path: n for path, n in many.items() if n > 30} == {}


def fill_efforts(session, body, engagement, now):
    """Record one of everything that the desks of efforts list."""
    day = now.date()
    session.add_all(
        [
            OutreachAttempt(
                body_id=body.id, on_day=day, channel="email", offered="A seat.", response="none",
                next_step="Phone.", next_on=day, recorded_at=now,
            ),
            SupportNeed(body_id=body.id, engagement_id=engagement.id, raised_on=day, barrier="bsl"),
            Coproduction(
                service="Buses", body_id=body.id, wish_id=body.wishes[0].id, stage="design",
                who_decides="Both", who_holds_money="The council", recorded_at=now,
            ),
        ]
    )  # fmt: skip
