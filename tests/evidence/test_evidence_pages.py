"""The officers' live page, the reports for everybody, and the step between them."""

import csv
import hashlib
import io

import pytest

from engage import clock
from engage.evidence.models import PublishedEvidence
from engage.partners.models import Partnership
from engage.web.years import reporting_year
from tests.makers.budgeting import make_round
from tests.makers.evidence import make_voters
from tests.makers.places import make_places

VOTES = {1: 3, 2: 30, 3: 40, 4: 50, 5: 60}
LABEL = reporting_year(clock.today()).label
PUBLISH = f"/desk/reach/{LABEL}/publish/"
REPORT = f"/reports/{LABEL}/"


@pytest.fixture
def places(session):
    made = make_places(session)
    session.add(Partnership(id=1, name="Strathlyle", council_code=made.council_code))
    session.commit()
    return made


@pytest.fixture
def voted(session, places):
    """A declared round of this year with a fifth that only 3 people voted from."""
    round_ = make_round(session, "declared", min_age=14)
    make_voters(
        session,
        round_.engagement,
        places,
        VOTES,
        elsewhere={"not_given": 12},
        on_day=clock.today(),
    )
    return round_


def rows(text):
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    return {(row["section"], row["item"]): row for row in table}


@pytest.mark.requirement("R31")
@pytest.mark.parametrize("person", ["carys", "anil", "audrey"])
def test_officers_analysts_and_auditors_see_who_is_missing_now(voted, request, as_person, person):
    site = as_person(request.getfixturevalue(person))
    page = site.open("/desk/reach/")
    cells = [[c.text.strip() for c in row.select("th, td")] for row in page.select("tbody tr")]
    assert cells[0][:4] == ["1 (most deprived)", "180", "3", "16.7 (3.3 to 48.7)"]
    assert "Fewer people took part in fifth 1 of areas" in page.text
    text = site.client.get(f"/desk/reach/{LABEL}/reach.csv").text
    assert rows(text)["ballots", "fifth_1"]["count"] == "3"


def test_residents_do_not_see_what_is_not_held_back(voted, dev, as_person, site):
    as_person(dev).open("/desk/reach/", status=403)
    assert site.client.get(f"/desk/reach/{LABEL}/reach.csv").status_code == 302
    as_person(dev).open(PUBLISH, status=403)


@pytest.mark.parametrize("person", ["dev", "anil", "audrey"])
def test_nobody_but_an_officer_publishes(session, voted, request, as_person, person):
    site = as_person(request.getfixturevalue(person))
    assert site.client.post(PUBLISH).status_code == 403
    assert session.query(PublishedEvidence).count() == 0


def test_before_places_are_loaded_the_page_says_what_to_do(carys, as_person):
    site = as_person(carys)
    assert "Load a deprivation index" in site.open("/desk/reach/").text
    site.open(PUBLISH, status=404)
    assert site.client.get(f"/desk/reach/{LABEL}/reach.csv").status_code == 404


@pytest.mark.requirement("R74")
def test_what_everybody_reads_holds_the_small_number_back(voted, carys, as_person, site):
    as_person(carys).send(PUBLISH)
    page = site.open(REPORT)
    cells = [[c.text.strip() for c in row.select("th, td")] for row in page.select("tbody tr")]
    assert cells[0] == ["1 (most deprived)", "180", "fewer than 5", "–", "–"]
    assert cells[1][2:] == ["held back", "–", "–"]
    assert cells[2][3] == "222.2 (158.7 to 302.6)"
    text = site.client.get(REPORT + "1/evidence.csv").text
    assert rows(text)["ballots", "fifth_1"]["count"] == "fewer than 5"
    assert rows(text)["ballots", "fifth_2"]["rate_per_1000"] == ""
    assert rows(text)["ballots", "total"]["count"] == "195"
    assert page.select_one("svg title").text == "Are we reaching every area equally?"


@pytest.mark.requirement("R27")
def test_the_coverage_of_the_most_deprived_areas_is_always_said(voted, carys, as_person, site):
    as_person(carys).send(PUBLISH)
    text = site.open(REPORT).text
    assert "20.0% of people (260 of 1,300) live in the most deprived fifth" in text
    assert "about areas, not about people" in text


@pytest.mark.requirement("R83")
def test_anybody_can_check_the_fingerprint_of_the_published_text(voted, carys, as_person, site):
    as_person(carys).send(PUBLISH)
    page = site.open(REPORT)
    text = site.client.get(REPORT + "1/evidence.txt").data
    assert page.select_one("code").text == hashlib.sha256(text).hexdigest()
    assert "SIMD 2020v2" in page.text
    assert "mid-2020" in page.text
    assert "disclosure-1" in page.text


@pytest.mark.requirement("R83")
def test_a_correction_stands_beside_what_it_corrects(
    session, places, voted, carys, as_person, site
):
    officer = as_person(carys)
    officer.send(PUBLISH)
    make_voters(session, voted.engagement, places, {3: 2}, on_day=clock.today())
    assert "Publish a correction" in officer.open("/desk/reach/").text
    page = officer.open(PUBLISH)
    assert "differ by fewer than 5 from the last edition" in page.text
    page = officer.send(PUBLISH, status=422)
    assert "Enter what you corrected, and why" in page.text
    officer.send(PUBLISH, {"reason": "Two paper votes came in."})
    assert "Two paper votes came in." in site.open(REPORT).text
    assert "This edition was corrected later." in site.open(REPORT + "1/").text
    assert "come out the same" in officer.open("/desk/reach/").text


def test_publishing_the_same_again_is_refused_in_words(voted, carys, as_person):
    officer = as_person(carys)
    officer.send(PUBLISH)
    page = officer.send(PUBLISH, {"reason": "Again."}, status=422)
    assert "Nothing has changed since edition 1" in page.text


@pytest.mark.requirement("R22")
def test_the_reports_are_listed_and_the_empty_page_says_what_to_read(voted, carys, as_person, site):
    page = site.open("/reports/")
    assert "No report is published yet" in page.text
    assert page.select_one("#small-numbers")
    as_person(carys).send(PUBLISH)
    assert site.open("/reports/").select_one(f"a[href='{REPORT}']")


@pytest.mark.parametrize(
    "path",
    [
        "/reports/2025-27/",
        "/reports/x/",
        "/reports/2019-20/",
        "/reports/2019-20/1/",
        "/reports/2019-20/1/evidence.csv",
        "/reports/2019-20/99999999999999999999/evidence.txt",
    ],
)
def test_a_year_without_a_report_is_not_found(site, path):
    assert site.client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/desk/reach/?year=x", "/desk/reach/2199-00/publish/"])
def test_a_year_that_is_none_is_not_found(voted, carys, as_person, path):
    as_person(carys).open(path, status=404)


def test_a_year_in_which_nobody_took_part_says_so(places, carys, as_person):
    page = as_person(carys).open("/desk/reach/")
    assert "Nobody yet." in page.text
    assert not page.select("svg")
