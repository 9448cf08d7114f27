"""Pages of participation requests: a group's, the officers', and everybody's (R78)."""

from datetime import date

import pytest

from engage import clock
from engage.extensions import db
from engage.requests.models import ParticipationRequest
from engage.requests.rules.requests import GROUNDS
from tests.makers.bodies import make_body
from tests.makers.requests import make_partner, make_request, no
from tests.test_queries import counted

pytestmark = pytest.mark.requirement("R78")
FERRYHILL = "/group/ferryhill-community-council/requests/"
TEXT = {
    "title": "Safer crossing",
    "outcome": "Children walk safely.",
    "reasons": "We see it daily.",
    "knowledge": "We count cars.",
    "improvement": "The lights would stand right.",
}


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", lambda: now.date())


@pytest.fixture
def council(session):
    return make_partner(session)


@pytest.fixture
def body(session, bryn):
    return make_body(session, represented_by=bryn)


def the_request():
    return db.session.scalars(db.select(ParticipationRequest)).one()


def test_r78_a_request_from_the_form_to_the_yearly_report(
    session, body, council, as_person, bryn, carys
):
    group, officer = as_person(bryn), as_person(carys)
    first = {"title": "Safer crossing", "authority": str(council.id)}
    page = group.send(FERRYHILL + "new/", first)
    assert "Before you can send it" in page.text
    own, desk = (
        f"{FERRYHILL}{the_request().public_id}/",
        f"/desk/requests/{the_request().public_id}/",
    )
    group.send(own + "change/", TEXT)
    page = group.send(own, form=own + "send/")
    assert "We check that nothing is missing" in page.text
    assert "Check that it is complete" in officer.open("/desk/").text
    page = officer.send(desk, form=desk + "validate/")
    assert "Decide by 5 January 2027" in page.text
    weighed = {f"weigh_{ground}": "likely" for ground in GROUNDS}
    page = officer.send(desk + "decide/", {**weighed, "agreed": "yes", "reasons": "You know it."},
                        status=422)  # fmt: skip
    assert "Enter how the process works" in page.text
    said = {"operation": "Meetings.\n\nThree of them.", "group_part": "A seat."}
    page = officer.send_on(page, desk + "decide/", said)
    assert "Check the decision notice" in page.h1.text
    assert the_request().stage == "valid"
    page = officer.send_on(page, desk + "decide/", button="change")
    assert page.select_one("[name=operation]").text.strip() == "Meetings.\n\nThree of them."
    page = officer.send_on(page, desk + "decide/")
    page = officer.send_on(page, desk + "decide/", button="give")
    assert "The decision notice is published" in page.text
    assert the_request().decision.operation == "Meetings.\n\nThree of them."
    page = group.send(own, {"text": "Meet in the evening."}, form=own + "process/")
    assert "Meet in the evening." in page.text
    page = officer.send(desk, {"runs": ""}, form=desk + "confirm/", status=422)
    assert page.select_one(".ds_error-summary")
    officer.send(desk, {"runs": "Evening meetings."}, form=desk + "confirm/")
    officer.send(desk, form=desk + "start/")
    officer.send(desk, {"kind": "stage", "what": "First meeting."}, form=desk + "step/")
    officer.send(desk, form=desk + "end/")
    officer.send(
        desk + "report/",
        {"summary": "It was moved.", "improved": "yes", "influence": "They chose the place.",
         "service_changed": "yes", "informing": "Each spring."},
    )  # fmt: skip
    group.send(own, {"text": "We were heard."}, form=own + "view/")
    officer.send(desk, form=desk + "publish/")
    page = officer.open("/participation-requests/safer-crossing/")
    for words in ("Evening meetings.", "First meeting.", "We were heard.", "You know it."):
        assert words in page.text
    assert officer.client.get("/desk/requests/years/2026-27/1/").status_code == 200
    assert "not over yet" in officer.open("/desk/requests/years/2026-27/1/").text


def test_r78_everybody_reads_what_a_request_is_and_only_what_is_decided(
    session, body, council, site
):
    make_request(session, body, council, "valid", title="Still secret")
    make_request(session, body, council, "refused", decision=no(), title="Refused crossing")
    page = site.open("/participation-requests/")
    assert "30 working days" in page.text
    assert "Refused crossing" in page.text
    assert "Still secret" not in page.text
    site.open("/participation-requests/still-secret/", status=404)
    page = site.open("/participation-requests/refused-crossing/")
    assert "The road is not ours." in page.text
    csv = site.client.get("/participation-requests/requests.csv").text
    assert "Refused crossing" in csv
    assert "Still secret" not in csv


def test_r78_nobody_else_opens_a_group_s_request(session, body, council, as_person, dev, aisha):
    asked = make_request(session, body, council, "valid")
    for path in (FERRYHILL, f"{FERRYHILL}{asked.public_id}/", FERRYHILL + "new/"):
        as_person(dev).open(path, status=404)
    theirs = make_body(session, "Torry", represented_by=aisha)
    as_person(aisha).open(f"/group/{theirs.slug}/requests/{asked.public_id}/", status=404)


def test_r78_a_reader_of_a_group_may_look_and_not_send(session, council, as_person, aisha):
    body = make_body(session, represented_by=aisha, part="reader")
    asked = make_request(session, body, council, "draft")
    path = f"{FERRYHILL}{asked.public_id}/"
    assert not as_person(aisha).open(path).select("form[action$='send/']")
    as_person(aisha).open(path + "change/", status=404)


def test_r78_a_request_on_paper_may_lack_parts_which_the_officer_adds(
    session, body, council, as_person, carys
):
    officer = as_person(carys)
    paper = {"group": "Nobody", "title": "Bins", "authority": str(council.id), "maker": "group",
             "received_on-day": "2", "received_on-month": "11",
             "received_on-year": "2026"}  # fmt: skip
    page = officer.send("/desk/requests/new/", paper, status=422)
    assert "No group on the register has this name" in page.text
    page = officer.send_on(page, "/desk/requests/new/", {"group": "Ferryhill community council"})
    assert "It does not say yet" in page.text
    desk = f"/desk/requests/{the_request().public_id}/"
    officer.send(desk, {"what": "All four answers"}, form=desk + "more/")
    officer.send(desk + "add/", {**TEXT, "title": "Bins"})
    officer.send(desk, form=desk + "complete/")
    page = officer.send(desk, form=desk + "validate/")
    assert "To decide" in page.text


def test_r78_a_desk_where_nothing_waits_says_that_others_stand_elsewhere(
    session, body, council, as_person, carys
):
    officer = as_person(carys)
    assert "No request stands here" in officer.open("/desk/requests/").main.text
    make_request(session, body, council, "refused", decision=no())
    assert "Choose a stage above" in officer.open("/desk/requests/").main.text


def test_r78_the_desk_warns_of_what_is_late(session, body, council, as_person, carys):
    make_request(session, body, council, "valid", came=date(2026, 8, 3))
    officer = as_person(carys)
    assert "Late" in officer.open("/desk/requests/").text
    assert "Late: it was due on 11 September 2026" in officer.open("/desk/").text
    assert "Safer crossing" in officer.client.get("/desk/requests/requests.csv").text


def test_r78_a_yearly_report_is_a_page_and_a_file(session, body, council, as_person, carys, site):
    make_request(session, body, council, "reported")
    officer = as_person(carys)
    assert "report on participation requests in 2025-26" in officer.open("/desk/").text
    path = f"/desk/requests/years/2025-26/{council.id}/"
    page = officer.send(path, {"promoted": "Leaflets", "supported": "A phone line"})
    assert "led to a change in a public service" in page.text
    page = officer.send(path, {"promoted": "Leaflets and talks"}, status=422)
    assert "Enter why you publish it again" in page.text
    assert (
        "It was due by 30 June 2026."
        in site.open(f"/participation-requests/reports/2025-26/{council.id}/").text
    )
    csv = site.client.get(f"/participation-requests/reports/2025-26/{council.id}/report.csv")
    assert "Strathlyle Council,2025-04-01,1,1,1,0,1,Leaflets" in csv.text
    site.open("/participation-requests/reports/2024-25/1/", status=404)
    site.open("/participation-requests/reports/rubbish/1/", status=404)


def test_r78_a_text_that_somebody_else_changed_is_not_overwritten(
    session, body, council, as_person, bryn
):
    asked = make_request(session, body, council, "draft")
    group, path = as_person(bryn), f"{FERRYHILL}{asked.public_id}/change/"
    page = group.open(path)
    group.send(path, {"title": "Lights"})
    page = group.send_on(page, path, {"title": "Zebra"}, status=409)
    assert "Somebody changed this request" in page.text
    assert "Zebra" in str(page.select_one("#title"))


def test_r78_no_list_of_requests_asks_more_for_more_rows(session, council, as_person, carys):
    officer, numbers = as_person(carys), []
    paths = ["/participation-requests/", "/participation-requests/requests.csv", "/desk/requests/",
             "/desk/requests/requests.csv", "/desk/requests/years/", "/desk/"]  # fmt: skip
    for batch in (2, 6):
        for n in range(batch):
            body = make_body(session, f"Group {batch} {n}")
            for until, decision in (("refused", no()), ("valid", None), ("reported", None)):
                make_request(session, body, council, until, decision=decision,
                             title=f"{until} {batch} {n}")  # fmt: skip
        asked = []
        for path in paths:
            officer.client.get(path)
            with counted() as said:
                assert officer.client.get(path).status_code == 200, path
            asked.append(len(said))
        numbers.append(asked)
    assert numbers[0] == numbers[1], dict(zip(paths, zip(*numbers, strict=True), strict=True))
