"""The pages of areas, as a resident sees them."""

import csv
import io

import pytest

from engage.extensions import db
from engage.places.actions import define_localities
from tests.makers.places import make_places


def tables(page) -> list[list[list[str]]]:
    return [
        [[cell.text.strip() for cell in row.select("th, td")] for row in table.select("tbody tr")]
        for table in page.select("table")
    ]


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.text.removeprefix("\ufeff"))))


def test_the_areas_are_listed_with_their_people_and_fifths(session, site):
    make_places(session)
    assert tables(site.open("/areas/")) == [
        [
            ["Lyle Harbour", "650", "5", "2", "2", "1", "0", "0"],
            ["Upper Glen", "650", "5", "0", "0", "1", "2", "2"],
        ]
    ]


def test_before_areas_are_set_up_the_page_says_whom_to_ask(site):
    assert "not set up yet" in site.open("/areas/").text


def test_a_postcode_leads_to_the_area_and_never_stands_in_an_address(session, site):
    made = make_places(session)
    page = site.send("/areas/", {"postcode": made.postcodes[made.zones[9]]})
    assert page.h1.text == "Upper Glen"
    visited = [site.response.request.path, *(r.location or "" for r in site.response.history)]
    assert not [address for address in visited if "XY" in address.upper()]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "Enter your postcode, like AB10 1AB"),
        ("Elgin", "Enter your postcode, like AB10 1AB"),
        ("XY9 9ZZ", "That postcode is outside Strathlyle. Enter one inside it"),
        ("XY8 8ZZ", "We do not know that postcode. Check it, or choose your area from the list"),
        ("XY1\x00 8ZZ'; --", "Enter your postcode, like AB10 1AB"),
    ],
)
def test_a_postcode_that_leads_nowhere_is_answered_in_plain_words(session, site, typed, answer):
    make_places(session)
    page = site.send("/areas/", {"postcode": typed}, status=422)
    assert page.select_one(".ds_error-summary a").text == answer


def test_a_postcode_that_was_looked_up_is_not_kept(session, site):
    made = make_places(session)
    before = {table.name: db.session.query(table).count() for table in db.metadata.sorted_tables}
    site.send("/areas/", {"postcode": made.postcodes[made.zones[0]]})
    after = {table.name: db.session.query(table).count() for table in db.metadata.sorted_tables}
    assert after == before


@pytest.mark.requirement("R27")
def test_an_area_shows_its_people_by_fifth_and_says_that_an_area_is_not_a_person(session, site):
    make_places(session)
    page = site.open("/areas/upper-glen/")
    assert "About 650 people live here (mid-2020)." in page.text
    assert tables(page)[0] == [
        ["Fifth 1 (most deprived)", "0", "0% (0 of 650)"],
        ["Fifth 2", "0", "0% (0 of 650)"],
        ["Fifth 3", "1", "20% (130 of 650)"],
        ["Fifth 4", "2", "40% (260 of 650)"],
        ["Fifth 5 (least deprived)", "2", "40% (260 of 650)"],
    ]
    assert "SIMD 2020v2" in page.caption.text
    assert "A fifth describes an area, not a person." in page.text


def test_an_area_leads_to_what_is_open_there(session, site):
    make_places(session)
    page = site.open("/areas/upper-glen/")
    assert page.find("a", string="See what is open in Upper Glen")["href"] == (
        "/have-your-say/?area=upper-glen"
    )


def test_an_area_lists_its_data_zones_the_most_deprived_first(session, site):
    made = make_places(session)
    zones = tables(site.open("/areas/S13999001/"))[1]
    assert [zone[1] for zone in zones] == made.zones[:5]


@pytest.mark.parametrize("path", ["/areas/", "/areas/upper-glen/"])
def test_official_figures_carry_their_licence(session, site, path):
    make_places(session)
    assert "Open Government Licence v3.0" in site.open(path).text


@pytest.mark.parametrize(
    "path", ["/areas/nowhere/", "/areas/%00/", "/areas/nowhere/data-zones.csv"]
)
def test_an_area_that_is_not_there_is_not_found(session, site, path):
    make_places(session)
    site.open(path, status=404)


def test_the_areas_come_first_as_links_and_lead_on_to_plans_and_groups(session, site):
    make_places(session)
    listed = [link["href"] for link in site.open("/areas/").select(".engage-list a")]
    assert listed == ["/areas/S13999001/", "/areas/upper-glen/"]
    page = site.open("/areas/upper-glen/")
    assert page.select_one('a[href="/plans/"]')
    assert page.select_one('a[href^="/groups/?area="]')


def test_without_an_estimate_the_people_are_left_open(session, site):
    make_places(session)
    for table in ("zone_population", "population_estimate"):
        db.session.execute(db.metadata.tables[table].delete())
    db.session.commit()
    assert tables(site.open("/areas/"))[0][0][1] == "–"
    assert tables(site.open("/areas/upper-glen/"))[0][2] == ["Fifth 3", "1", "–"]


def test_the_areas_can_be_downloaded(session, site):
    make_places(session)
    rows = rows_of(site.client.get("/areas/areas.csv"))
    assert rows[0][:5] == ["code", "name", "kind", "people_mid_2020", "data_zones"]
    assert ",".join(rows[2]) == "upper-glen,Upper Glen,area,650,5,0,0,1,2,2,SIMD 2020v2"


def test_the_data_zones_of_an_area_can_be_downloaded(session, site):
    make_places(session)
    rows = rows_of(site.client.get("/areas/upper-glen/data-zones.csv"))
    assert len(rows) == 6
    assert rows[1] == ["S01999006", "Lyle - 06", "6", "3", "130", "SIMD 2020v2"]


def test_the_list_asks_the_database_as_often_for_ten_areas_as_for_two(session, site, now):
    made = make_places(session)
    asked: list[str] = []

    def note(connection, cursor, statement, *rest) -> None:
        asked.append(statement)

    db.event.listen(db.engine, "before_cursor_execute", note)
    site.open("/areas/")
    for_two = len(asked)
    lines = [f"{zone},part-{zone[-2:]},Part {zone[-2:]},area" for zone in made.zones]
    text = "\n".join(["data_zone,locality_code,locality_name,kind", *lines])
    define_localities(text.encode(), at=now)
    session.commit()
    asked.clear()
    assert "The 10 areas of Strathlyle" in site.open("/areas/").text
    assert len(asked) == for_two
