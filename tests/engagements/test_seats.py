"""Where communities sit, who came, and what became of what they brought (R16)."""

from datetime import date

import pytest
import sqlalchemy as sa

from engage import clock
from engage.engagements.actions import seats as actions
from engage.engagements.models import AgendaItem, GroupMeeting, GroupSeat, PartnershipGroup
from engage.engagements.queries.seats import all_groups, standings
from engage.engagements.rules.seats import SeatRefused, Standing, holds, overlaps, year_faults
from tests.budgeting.test_ballot_guards import is_guarded, refused
from tests.conftest import NOW
from tests.makers.bodies import make_body
from tests.test_queries import counted

pytestmark = pytest.mark.requirement("R16")
WHO = {"at": NOW, "by": None}
FIRST, LAST = date(2026, 4, 1), date(2027, 3, 31)
DAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", lambda: now.date())


def make_group(session, name="Board", **facts):
    facts = {
        "level": "board",
        "locality_id": None,
        "has_seats": True,
        "no_seat_reason": "",
        **facts,
    }
    group = actions.keep_group(None, name=name, **facts, **WHO)
    session.commit()
    return group


def meet(group, day=DAY, **facts):
    facts = {
        "body_ids": [], "people": 0, "is_monitoring": False, "challenge": "", "answer": "",
        "today": NOW.date(), **facts,
    }  # fmt: skip
    return actions.record_meeting(group, on_day=day, **facts, **WHO)


def seat(group, body, **facts):
    facts = {"votes": True, "from_on": FIRST, "until_on": None, **facts}
    return actions.give_seat(group, body.id, **facts, **WHO)


@pytest.mark.parametrize(
    ("from_on", "until_on", "held"),
    [
        (date(2020, 1, 1), None, True),
        (date(2020, 1, 1), date(2026, 3, 31), False),
        (date(2020, 1, 1), date(2026, 4, 1), True),
        (date(2027, 3, 31), None, True),
        (date(2027, 4, 1), None, False),
    ],
)
def test_r16_a_seat_counts_in_the_years_in_which_it_was_held(from_on, until_on, held):
    assert holds(from_on, until_on, FIRST, LAST) is held


def test_r16_a_body_sits_once_at_a_time():
    spans = [(date(2026, 1, 1), date(2026, 6, 30))]
    assert overlaps(spans, date(2026, 6, 30), None)
    assert not overlaps(spans, date(2026, 7, 1), None)


@pytest.mark.parametrize(
    ("standings", "is_over", "words"),
    [
        ([], True, "No board or group"),
        ([Standing("Board", 1, 1, 2, 1, 0, False, False)], True, "No meeting looked"),
        ([Standing("Board", 1, 1, 2, 1, 0, False, False)], False, "still to come"),
    ],
)
def test_r16_a_year_has_a_meeting_with_a_challenge(standings, is_over, words):
    assert words in year_faults(standings, is_over=is_over)[0]
    heard = Standing("Board", 1, 1, 1, 1, 0, False, True)
    assert year_faults([heard], is_over=is_over) == []


def test_r16_a_board_without_a_seat_says_why(session):
    with pytest.raises(SeatRefused, match="why communities have no seat"):
        make_group(session, has_seats=False)
    group = make_group(session, has_seats=False, no_seat_reason="It meets about staff only")
    assert standings([group], FIRST, LAST)[group.id].faults == []
    with pytest.raises(SeatRefused, match="recorded already"):
        make_group(session)


def test_r16_what_a_year_holds_is_counted(session):
    body, group = make_body(session), make_group(session)
    assert standings([group], FIRST, LAST)[group.id].faults == [
        "It has no community seat yet, and no reason why"
    ]
    seat(group, body)
    with pytest.raises(SeatRefused, match="in that time already"):
        seat(group, body, from_on=DAY)
    meet(group)
    assert standings([group], FIRST, LAST)[group.id].faults == [
        "No community was at any of its meetings"
    ]
    heard = meet(
        group, date(2026, 9, 1), body_ids=[body.id], people=2, is_monitoring=True,
        challenge="Why are four blocks still damp?", answer="Money comes in spring.",
    )  # fmt: skip
    item = actions.bring_item(heard, body.id, "A bus shelter")
    with pytest.raises(SeatRefused, match="what became of it"):
        actions.settle_item(item, "agreed", "")
    actions.settle_item(item, "agreed", "It is built.")
    session.commit()
    (now,) = standings(all_groups(), FIRST, LAST).values()
    assert (now.seats, now.votes, now.meetings, now.came, now.items) == (1, 1, 2, 1, 1)
    assert now.monitored
    (before,) = standings(all_groups(), date(2025, 4, 1), date(2026, 3, 31)).values()
    assert before.meetings == 0


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"day": date(2026, 12, 1)}, "after it took place"),
        ({"challenge": "Why?"}, "looked at how"),
        ({"people": 3}, "Choose the groups"),
    ],
)
def test_r16_a_meeting_is_recorded_whole(session, facts, words):
    with pytest.raises(SeatRefused, match=words):
        meet(make_group(session), **facts)


def test_r16_what_was_held_stays(session):
    group = make_group(session)
    body = make_body(session)
    seat(group, body)
    actions.bring_item(meet(group), None, "Bins")
    session.commit()
    for model in (GroupSeat, AgendaItem):
        assert is_guarded(model.__tablename__, sa.delete(model.__table__))
    meeting = GroupMeeting.__table__
    assert refused(sa.update(meeting).values(challenge="Why?"))
    assert refused(sa.update(PartnershipGroup.__table__).values(has_seats=False))
    moved = sa.update(GroupSeat.__table__).values(from_on=date(2020, 1, 1))
    assert is_guarded("group_seat", moved)
    assert not refused(sa.update(GroupSeat.__table__).values(until_on=LAST))


def test_r16_officers_record_and_everybody_reads_by_year(session, as_person, carys, site):
    make_body(session)
    officer = as_person(carys)
    assert "No board or group is recorded yet" in officer.open("/desk/seats/").text
    page = officer.send("/desk/seats/", {"name": "Board", "level": "board", "has_seats": "no"},
                        status=422)  # fmt: skip
    assert "Enter why communities have no seat" in page.text
    officer.send_on(page, "/desk/seats/", {"has_seats": "yes"})
    group = f"/desk/seats/{session.scalars(sa.select(PartnershipGroup.id)).one()}/"
    first = {"from_on-day": "1", "from_on-month": "5", "from_on-year": "2026", "votes": "yes"}
    page = officer.send(group, {"body": "Nobody", **first}, form=group + "seat/", status=422)
    assert "No group on the register" in page.text
    officer.send(group, {"body": "Ferryhill Community Council", **first}, form=group + "seat/")
    when = {"on_day-day": "1", "on_day-month": "9", "on_day-year": "2026"}
    officer.send(
        group,
        {**when, "attended": ["1"], "people": "3", "is_monitoring": "y", "challenge": "Why?"},
        form=group + "meeting/",
    )
    officer.send("/desk/seats/meetings/1/", {"what": "A bus shelter", "brought_by": "1"})
    officer.send("/desk/seats/items/1/", {"fate": "in_part", "became": "A bench comes first."})
    page = site.open("/seats/")
    for words in ("Ferryhill Community Council", "A bench comes first.", "fewer than 5"):
        assert words in page.text
    assert "A bus shelter" not in site.open("/seats/?year=2024-25").text
    csv = site.client.get("/seats/seats.csv").text
    assert "Board,Board of the partnership,Ferryhill Community Council,yes,2026-05-01" in csv
    end = {
        f"ends_on-{part}": value
        for part, value in zip(("day", "month", "year"), ["1", "6", "2026"], strict=True)
    }
    officer.send(group, end, form=group + "seat/1/end/")
    assert "until 1 June 2026" in site.open("/seats/").text


def test_r16_no_list_asks_more_for_more_rows(session, as_person, carys):
    officer, numbers = as_person(carys), []
    for batch in (2, 6):
        for n in range(batch):
            group, body = (
                make_group(session, f"Group {batch} {n}"),
                make_body(session, f"B {batch} {n}"),
            )
            seat(group, body)
            actions.bring_item(meet(group, body_ids=[body.id], people=1), body.id, "Bins")
            session.commit()
        asked = []
        for path in ("/seats/", "/seats/seats.csv", "/desk/seats/"):
            officer.client.get(path)
            with counted() as said:
                assert officer.client.get(path).status_code == 200
            asked.append(len(said))
        numbers.append(asked)
    assert numbers[0] == numbers[1]
