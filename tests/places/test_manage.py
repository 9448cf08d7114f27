"""The officer's pages of places: what is loaded, what comes next, and the files to load."""

import io

import pytest

from engage.audit.models import AuditEvent
from engage.extensions import db
from engage.partners.models import Partnership
from engage.places import actions, queries
from engage.places.actions import Loaded
from engage.places.models import Council, DataZone, DeprivationIndex, Postcode
from tests.makers.place_files import (
    Rows,
    band_rows,
    definition_rows,
    file_of,
    lookup_rows,
    postcode_rows,
    zone,
)
from tests.makers.places import COUNCIL, make_places

PATHS = ("index", "population", "postcodes", "localities", "wards")


def upload(rows: Rows, name: str = "file.csv") -> tuple[io.BytesIO, str]:
    return io.BytesIO(file_of(rows)), name


def tags(page) -> list[str]:
    return [tag.text for tag in page.select("h2 .ds_tag")]


def send_index(carys, status: int = 200, **changed):
    given = {"file": upload(lookup_rows()), "name": "SIMD", "version": "2020v2", "zones": "2011"}
    return carys.send("/desk/places/index/", given | changed, status=status)


def test_the_desk_says_what_to_load_next(app, as_person, carys):
    page = as_person(carys).open("/desk/places/")
    assert tags(page) == ["Next", "Not yet", "Not yet", "Not yet"]


def test_carys_loads_everything_in_order(app, session, as_person, carys):
    desk = as_person(carys)
    page = send_index(desk)
    assert "11 lines loaded." in page.text
    assert tags(page) == ["Loaded", "Next", "Not yet", "Not yet"]
    desk.send("/desk/places/population/", {"file": upload(band_rows()), "year": "2020"})
    page = desk.send("/desk/places/postcodes/", {"file": upload(postcode_rows())})
    assert "20 postcodes, 10 of them in use" in page.text
    page = desk.send("/desk/places/localities/", {"file": upload(definition_rows())})
    assert tags(page) == ["Loaded"] * 4
    assert [row.select_one("th").text for row in page.select("tbody tr")] == [
        "Lyle Harbour",
        "Upper Glen",
    ]
    trail = session.query(AuditEvent).order_by(AuditEvent.seq).all()
    assert [(event.action, event.actor_id, event.actor_role) for event in trail] == [
        (action, carys.id, "officer")
        for action in (
            "index.loaded", "population.loaded", "postcodes.loaded", "localities.defined",
        )
    ]  # fmt: skip


def test_the_same_index_again_is_answered_so(app, as_person, carys):
    desk = as_person(carys)
    send_index(desk)
    assert "That was loaded already. Nothing changed." in send_index(desk).text


def test_the_faults_of_a_file_are_listed_by_line_and_what_was_typed_stays(app, as_person, carys):
    rows = lookup_rows()
    rows[3][5], rows[7][0] = "few", "zone"
    page = send_index(as_person(carys), 422, file=upload(rows), name="SIMD")
    listed = [[cell.text for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert listed == [
        ["Line 4", "Population is “few”, which is not a whole number."],
        ["Line 8", "DZ is “zone”, which is not the code of a data zone."],
    ]
    assert page.select_one("input[name=version]")["value"] == "2020v2"
    assert page.select_one("input[name=zones][checked]")["value"] == "2011"
    summary = page.select_one(".ds_error-summary a")
    assert (summary["href"], summary.text.startswith("Nothing was loaded: 2 lines")) == (
        "#file", True,
    )  # fmt: skip
    assert db.session.query(DataZone).count() == 0


def test_only_the_first_twenty_faults_are_listed_and_all_are_counted(app, as_person, carys):
    rows = lookup_rows(zones=30)
    for row in rows[1:]:
        row[5] = "many"
    page = send_index(as_person(carys), 422, file=upload(rows))
    assert len(page.select("tbody tr")) == 20
    assert page.caption.text == "The first 20 of 31 faults"


@pytest.mark.parametrize(
    ("path", "data", "message"),
    [
        (
            "index",
            {"name": "SIMD", "version": "2020v2", "zones": "2011"},
            "Choose the file to load",
        ),
        ("index", {"version": ""}, "Enter the version of the index"),
        ("index", {"zones": "1991"}, "Choose one of the answers"),
        ("index", {"zones": None}, "Choose which data zones it ranks"),
        ("population", {"year": ""}, "Enter the year of the estimate"),
        ("population", {"year": "1066"}, "Enter a year from 1991 to 2100, like 2020"),
        ("population", {"year": "recent"}, "Enter a year from 1991 to 2100, like 2020"),
        ("postcodes", {}, "Choose the file to load"),
        ("localities", {}, "Choose the file to load"),
    ],
)
def test_what_is_missing_is_asked_for(app, as_person, carys, path, data, message):
    page = as_person(carys).send(f"/desk/places/{path}/", data, status=422)
    listed = [item.text for item in page.select(".ds_error-summary li a")]
    assert any(item == message or item.endswith(f": {message}") for item in listed)


def test_a_file_that_is_no_text_is_refused_and_not_a_mistake_of_ours(app, as_person, carys):
    noise = (io.BytesIO(bytes(range(256)) * 40), "photo.jpg")
    page = as_person(carys).send("/desk/places/postcodes/", {"file": noise}, status=422)
    assert "isn't written in UTF-8" in page.text


def test_the_wards_are_shown_before_they_become_localities(session, as_person, carys):
    make_places(session)
    desk = as_person(carys)
    page = desk.open("/desk/places/wards/")
    assert [[cell.text for cell in row.select("th, td")] for row in page.select("tbody tr")] == [
        ["Lyle Glen", "S13999002", "5", "650"],
        ["Lyle Harbour", "S13999001", "5", "650"],
    ]
    assert len(queries.localities_of(COUNCIL)) == 2
    assert queries.locality_by_code("upper-glen")
    desk.send("/desk/places/wards/")
    assert [one.code for one in queries.localities_of(COUNCIL)] == ["S13999002", "S13999001"]
    assert session.query(AuditEvent).one().action == "localities.defined"


def test_before_a_council_is_chosen_the_desk_points_to_the_settings(app, as_person, carys):
    desk = as_person(carys)
    page = send_index(desk)
    assert "Choose the council area of the partnership first." in page.text
    desk.open("/desk/places/wards/", status=404)


def test_the_council_area_of_the_partnership_is_the_one_to_divide(session, as_person, carys):
    session.add(Council(code="S12000097", name="Emptyshire"))
    session.flush()
    session.add(Partnership(id=1, name="Emptyshire Together", council_code="S12000097"))
    make_places(session)
    desk = as_person(carys)
    assert "Emptyshire is not divided into localities yet." in desk.open("/desk/places/").text
    assert "No data zones of Emptyshire are loaded" in desk.open("/desk/places/wards/").text
    page = desk.send("/desk/places/localities/", {"file": upload(definition_rows())}, status=422)
    assert "no zone of S12000097 is known" in page.text


def test_large_localities_carry_the_advice_of_the_guidance(app, session, as_person, carys):
    desk = as_person(carys)
    send_index(desk)
    desk.send("/desk/places/population/", {"file": upload(band_rows(people=160)), "year": "2020"})
    page = desk.send("/desk/places/localities/", {"file": upload(definition_rows())})
    assert "guidance expects a locality to have fewer than 10,000 people" in page.text


@pytest.mark.parametrize("path", ["", *(f"{path}/" for path in PATHS)])
def test_dev_may_neither_see_nor_load_places(session, as_person, dev, path):
    make_places(session)
    outsider = as_person(dev)
    outsider.open(f"/desk/places/{path}", status=403)
    if path:
        assert outsider.client.post(f"/desk/places/{path}").status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_an_auditor_may_look_and_not_load(session, as_person, audrey, path):
    make_places(session)
    auditor = as_person(audrey)
    auditor.open(f"/desk/places/{path}/")
    sent = auditor.client.post(f"/desk/places/{path}/", data={"file": upload(lookup_rows())})
    assert sent.status_code == 403
    assert session.query(DeprivationIndex).count() == 1


@pytest.mark.parametrize("path", PATHS)
def test_a_form_without_its_token_loads_nothing(app, session, as_person, carys, path):
    app.config["WTF_CSRF_ENABLED"] = True
    make_places(session)
    data = {
        "file": upload(postcode_rows(5)), "name": "SIMD", "version": "2026", "zones": "2011",
        "year": "2021",
    }  # fmt: skip
    sent = as_person(carys).client.post(f"/desk/places/{path}/", data=data)
    assert sent.status_code == 422
    assert session.query(AuditEvent).count() == 0
    assert session.query(Postcode).count() == 11
    assert session.get(DataZone, zone(1)).ward_code == "S13999001"


def test_the_desk_says_how_much_was_loaded(session, as_person, carys, monkeypatch):
    make_places(session)
    desk = as_person(carys)
    assert "wards are localities." in desk.send("/desk/places/wards/").text
    monkeypatch.setattr(actions, "load_postcodes", lambda data, **_kw: Loaded(33306))
    page = desk.send("/desk/places/postcodes/", {"file": upload(postcode_rows())})
    assert "33,306 lines loaded." in page.text
