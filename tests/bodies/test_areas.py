"""Community council areas (R01) and the map: a group for each area, or an explicit “none”."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from engage.audit.models import AuditEvent
from engage.bodies.actions import areas as actions
from engage.bodies.models import CouncilArea
from engage.bodies.queries.areas import area_states, council_areas
from engage.bodies.queries.mapping import body_places
from engage.bodies.queries.register import RegisterFilter
from engage.bodies.rules.areas import AreaRefused, AreaRow, read_areas, state
from engage.bodies.rules.importing import ImportRefused
from engage.places.actions.points import place_locality
from engage.places.rules.maps import PointRefused, lay_out, read_place
from tests.bodies.test_bodies_views import errors
from tests.conftest import check_page
from tests.makers.bodies import make_body
from tests.makers.places import make_places

TODAY = date(2026, 11, 22)
DESK = "/desk/groups/areas/"


def make_area(session, name="Ferryhill", **facts):
    area = CouncilArea(name=name, name_key=name.casefold(), **facts)
    session.add(area)
    session.commit()
    return area


@pytest.mark.parametrize(
    ("answer", "stage", "said"),
    [
        (None, None, "missing"),
        ("body", "registered", "body"),
        ("body", "dormant", "gone"),
        ("body", "lapsed", "gone"),
        ("dormant", None, "dormant"),
        ("none", None, "none"),
    ],
)
def test_r01_how_an_area_stands_is_the_same_in_words_and_in_the_database(
    session, answer, stage, said
):
    assert state(answer, stage) == said
    lapsed = {"lapsed_on": TODAY, "reason": "So."} if stage == "lapsed" else {}
    body = make_body(session, stage=stage, **lapsed) if stage else None
    make_area(
        session,
        answer=answer,
        body_id=body.id if body else None,
        reason="So." if answer in ("dormant", "none") else "",
        answered_on=TODAY if answer else None,
    )
    assert [shown.state for shown in council_areas()] == [said]
    assert area_states() == {said: 1}


def test_r01_an_answer_is_a_group_on_the_register_or_a_reason(session, carys, now):
    area, resting = make_area(session), make_body(session, "Resting", stage="dormant")
    who = {"at": now, "today": TODAY, "by": carys.id}
    with pytest.raises(AreaRefused, match="on the register"):
        actions.answer_area(area, "body", resting, "", **who)
    with pytest.raises(AreaRefused, match="why there is none"):
        actions.answer_area(area, "none", None, "", **who)
    actions.answer_area(area, "none", None, "Nobody stood.", **who)
    assert (area.answer, area.answered_on, area.answered_by) == ("none", TODAY, carys.id)
    assert session.query(AuditEvent).one().action == "council_area.answered"


@pytest.mark.parametrize(
    "facts",
    [
        {"answer": "body", "answered_on": TODAY},
        {"answer": "none", "answered_on": TODAY},
        {"answer": "none", "reason": "So."},
        {"answered_on": TODAY},
        {"answer": "maybe", "reason": "So.", "answered_on": TODAY},
    ],
)
def test_the_database_keeps_no_none_without_a_reason_and_a_day(session, facts):
    with pytest.raises(IntegrityError):
        make_area(session, **facts)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("Torry,Atlantis\n", (2, "locality", "There is no locality called “Atlantis”")),
        ("!!,\n", (2, "name", "Write a name")),
        ("Torry,\nTORRY,\n", (3, "name", "The same area stands on line 2")),
        ('To"rry,\n"x"y,\n', (3, "", "quotation mark")),
    ],
)
def test_what_is_wrong_with_a_file_of_areas_is_named(rows, fault):
    (found,) = read_areas("name,locality\n" + rows, {"glen": 1}).faults
    assert (found.line, found.column) == fault[:2]
    assert fault[2] in found.message


def test_a_file_of_areas_needs_names():
    with pytest.raises(ImportRefused, match="column called"):
        read_areas("area\nTorry\n", {})
    with pytest.raises(ImportRefused, match="no areas"):
        read_areas("name\n", {})


def test_areas_that_stand_are_left_as_they_are(session, now):
    rows = [AreaRow("Torry", None), AreaRow("The TORRY", None), AreaRow("Dyce", None)]
    assert actions.add_areas(rows, at=now, by=None) == 2
    assert actions.add_areas(rows, at=now, by=None) == 0


# Pages ------------------------------------------------------------------------------------------


def test_r01_an_officer_answers_for_an_area(as_person, site, session, carys):
    make_body(session, "Ferryhill Community Council")
    officer = as_person(carys)
    officer.send(DESK, {"name": "Ferryhill"})
    page = officer.send(DESK, {"name": "ferryhill"}, status=422)
    assert errors(page) == ["This area is on the list already"]
    (shown,) = council_areas()
    path = f"{DESK}{shown.id}/"
    assert officer.open(path).select_one("#body")["value"] == "Ferryhill Community Council"
    page = officer.send(path, {"answer": "none"}, status=422)
    assert errors(page) == ["Enter why there is none"]
    officer.send(path, {"answer": "body"})
    public = site.open("/groups/areas/")
    assert "Ferryhill Community Council" in public.main.text
    assert "1 have a group" in site.open("/groups/").main.text
    rows = list(csv.DictReader(io.StringIO(officer.client.get(f"{DESK}areas.csv").text[1:])))
    assert rows[0]["group"] == "Ferryhill Community Council"
    officer.send(path, form=f"{path}drop/")
    assert council_areas() == []


def test_a_file_of_areas_with_a_bad_row_adds_nothing(as_person, session, carys):
    site = as_person(carys)
    token = site.open(DESK).select_one("[name=csrf_token]")["value"]

    def send(text):
        fields = {"csrf_token": token, "file": (io.BytesIO(text.encode()), "a.csv")}
        return site.client.post(f"{DESK}file/", data=fields, follow_redirects=True)

    answer = send("name,locality\nTorry,\nDyce,Atlantis\n")
    assert answer.status_code == 422
    assert "Atlantis" in check_page(answer.text).main.text
    assert council_areas() == []
    assert "2 areas were added" in send("name,locality\nTorry,\nDyce,\n").text


# The map ----------------------------------------------------------------------------------------


def test_a_group_of_place_is_shown_on_its_localities(session, site):
    places = make_places(session)
    make_body(session, "Both", localities=(places.glen_id, places.harbour_id))
    make_body(session, "Harbour", localities=(places.harbour_id,), kind="youth")
    make_body(session, "Everywhere")
    make_body(session, "Resting", localities=(places.glen_id,), stage="dormant")
    found = body_places(RegisterFilter())
    assert [(spot.name, spot.bodies) for spot in found.spots] == [
        ("Lyle Harbour", 2), ("Upper Glen", 1),
    ]  # fmt: skip
    assert (found.whole, found.sheet, found.marks) == (1, None, ())
    place_locality(places.glen_id, 57.2, -2.2)
    place_locality(places.harbour_id, 57.1, -2.1)
    session.commit()
    harbour, glen = body_places(RegisterFilter()).marks
    assert (harbour.radius > glen.radius, glen.x < harbour.x, glen.y < harbour.y) == (True,) * 3
    (mark,) = body_places(RegisterFilter(kind="youth")).marks
    assert mark.spot.name == "Lyle Harbour"
    page = site.open("/groups/")
    assert len(page.select("svg.engage-map circle")) == 2
    assert f"area={places.glen_id}" in str(page.select_one(".engage-two table"))


def test_points_fill_the_map_and_one_alone_makes_none():
    assert lay_out([(57.0, -2.0), (57.0, -2.0)]) is None
    sheet = lay_out([(57.0, -2.0), (57.1, -2.0)])
    assert sheet.places[0][1] > sheet.places[1][1]


@pytest.mark.parametrize("typed", ["", "here", "57.1", "91, 0", "40.4, -3.7"])
def test_what_is_no_point_in_scotland_is_refused(typed):
    with pytest.raises(PointRefused):
        read_place(typed)


def test_an_officer_puts_a_locality_on_the_map(as_person, session, carys):
    places = make_places(session)
    site, path = as_person(carys), f"/desk/groups/map/{places.glen_id}/"
    page = site.send(path, {"point": "Torry"}, status=422)
    assert errors(page) == ["Enter two numbers, like 57.1497, -2.0943"]
    assert "57.2, -2.2" in site.send(path, {"point": "57.2, -2.2"}).main.text
