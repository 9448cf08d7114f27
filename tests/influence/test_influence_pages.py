"""What officers and everybody else see of findings and decisions."""

import csv
import io
from datetime import timedelta

import pytest

from engage.influence.models import Finding, Influence
from engage.messages.models import Message
from tests.makers.consultations import make_consultation, make_response
from tests.makers.influence import make_finding, make_influence
from tests.makers.plans import make_plan

SLUG = "mastrick-plan-what-do-you-think"
DESK = f"/desk/findings/{SLUG}/"
DECISION = {
    "reason": "Many people asked.",
    "decided_by": "Community Planning Board",
    "decided_on-day": "20",
    "decided_on-month": "5",
    "decided_on-year": "2026",
}


@pytest.fixture
def plan(session):
    return make_plan(session)


@pytest.fixture
def consultation(session, plan, now):
    return make_consultation(
        session, plan, closes_at=now - timedelta(days=1), opens_at=now - timedelta(days=90)
    )


@pytest.fixture
def response(session, consultation, now):
    response, _ = make_response(
        session,
        consultation,
        texts=["Light the paths."],
        comments={"1.2": "Yes, all of them."},
        email="eilidh@example.org",
        at=now - timedelta(days=20),
    )
    consultation.stage = "closed"
    session.commit()
    return response


@pytest.fixture
def finding(session, consultation, response):
    return make_finding(
        session,
        consultation.engagement,
        [("response", response.id)],
        dissent="Some feared for the bats.",
    )


@pytest.mark.requirement("R34")
def test_carys_turns_what_people_said_into_a_finding(session, response, carys, as_person):
    site = as_person(carys)
    page = site.open(DESK + "new/")
    assert "Light the paths." in page.text
    page = site.send(
        DESK + "new/",
        {
            "sources": [f"response:{response.id}", f"comment:{response.comments[0].id}"],
            "statement": "People want light.",
            "theme": "Getting about",
            "section": "night workers",
            "kind": "need",
        },
    )
    finding = session.query(Finding).one()
    assert "Finding 1 is recorded" in page.text
    assert (finding.statement, len(finding.sources)) == ("People want light.", 2)
    assert "night workers" in site.open(DESK).text


def test_a_finding_without_its_parts_is_shown_again_with_what_was_typed(response, carys, as_person):
    site = as_person(carys)
    page = site.send(DESK + "new/", {"statement": "People want light."}, status=422)
    problems = [item.text for item in page.select(".ds_error-summary li")]
    assert problems == [
        "Choose at least one contribution",
        "Enter a theme, like “Getting about”",
        "Choose what it is",
    ]
    assert page.select_one("#statement").text.strip() == "People want light."


def test_a_contribution_to_something_else_cannot_be_chosen(response, carys, as_person):
    page = as_person(carys).send(
        DESK + "new/", {"sources": ["response:999", "x"], "statement": "S"}, status=422
    )
    assert "Choose from the list" in page.text


@pytest.mark.requirement("R46")
def test_carys_records_how_a_finding_changed_a_priority(session, plan, finding, carys, as_person):
    site = as_person(carys)
    number = plan.priorities[0].id
    page = site.open(DESK + f"1/?effect=changed&priority={number}")
    assert page.select_one("#text").text.strip() == "Mend the paths that most people use."
    page = site.send(DESK + f"1/changed/{number}/", {"text": "Mend and light paths.", **DECISION})
    assert "is recorded" in page.text
    session.expire_all()
    assert plan.priorities[0].text == "Mend and light paths."
    assert session.query(Influence).one().decided_by == "Community Planning Board"


@pytest.mark.requirement("R46")
def test_two_officers_cannot_write_over_each_other(session, plan, finding, carys, as_person):
    site = as_person(carys)
    path = DESK + f"1/changed/{plan.priorities[0].id}/"
    page = site.open(path)
    plan.priorities[0].text = "What somebody else wrote."
    session.commit()
    page = site.send_on(page, path, {"text": "My wording.", **DECISION}, status=422)
    assert "Somebody changed this priority" in page.text
    assert "What somebody else wrote." in page.select_one(".engage-quote").text
    assert page.select_one("#text").text.strip() == "My wording."
    site.send_on(page, path, {})
    session.expire_all()
    assert plan.priorities[0].text == "My wording."


def test_what_became_of_it_and_which_priority_must_fit_together(finding, carys, as_person):
    site = as_person(carys)
    page = site.open(DESK + "1/?effect=confirmed&priority=", status=422)
    assert "Choose the priority" in page.text
    page = site.open(DESK + "1/?effect=forgotten&priority=77", status=422)
    assert "Choose one from the list" in page.text
    page = site.open(DESK + "1/?effect=not_taken_up&priority=")
    assert page.h1.text == "We did not take this up"


@pytest.mark.requirement("R47")
def test_not_taking_something_up_needs_a_reason(session, finding, carys, as_person):
    page = as_person(carys).send(
        DESK + "1/not_taken_up/0/", {**DECISION, "reason": " "}, status=422
    )
    assert "Enter why" in page.text
    assert session.query(Influence).count() == 0


def test_a_decision_in_the_future_is_refused(finding, carys, as_person):
    page = as_person(carys).send(
        DESK + "1/not_taken_up/0/", {**DECISION, "decided_on-year": "2199"}, status=422
    )
    assert "today or earlier" in page.text


@pytest.mark.requirement("R15")
def test_one_button_tells_everyone_who_took_part(session, plan, finding, carys, as_person):
    make_influence(session, finding, plan.priorities[0])
    site = as_person(carys)
    page = site.open(DESK + "tell/")
    assert "2 messages go out" in page.text
    assert "by email to those whose address we have" in page.text
    page = site.send(DESK + "tell/")
    assert "2 messages are on their way" in page.text
    letter = (
        session.query(Message).filter_by(address="eilidh@example.org", channel="email").all()[-1]
    )
    assert f"http://localhost/decisions/{SLUG}/" in letter.body
    assert letter.state == "sent"
    assert "Everyone has been told" in site.open(DESK + "tell/").text


@pytest.mark.parametrize(
    "path", ["/desk/findings/", DESK, DESK + "new/", DESK + "1/", DESK + "tell/"]
)
def test_an_outsider_is_refused_and_the_auditor_reads(finding, dev, audrey, as_person, path):
    as_person(dev).open(path, status=403)
    as_person(audrey).open(path)


@pytest.mark.parametrize("path", ["new/", "1/not_taken_up/0/", "tell/"])
def test_nobody_but_an_officer_sends_a_form(session, finding, dev, audrey, as_person, path):
    for person in (dev, audrey):
        assert as_person(person).client.post(DESK + path, data=DECISION).status_code == 403
    assert session.query(Influence).count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "/desk/findings/nowhere/",
        DESK + "7/",
        DESK + "1/ignored/0/",
        DESK + "1/changed/0/",
        DESK + "1/confirmed/999/",
        DESK + "1/not_taken_up/999/",
    ],
)
def test_an_address_that_leads_nowhere_says_so(finding, carys, as_person, path):
    as_person(carys).open(path, status=404)


# What everybody reads --------------------------------------------------------------------------


def test_before_the_first_decision_the_page_says_what_will_stand_there(site):
    assert "There are no decisions yet" in site.open("/decisions/").text


def test_a_finding_nobody_decided_on_is_not_public(finding, site):
    assert SLUG not in site.open("/decisions/").decode()
    site.open(f"/decisions/{SLUG}/", status=404)
    assert site.client.get(f"/decisions/{SLUG}/decisions.csv").status_code == 404


@pytest.mark.requirement("R15")
def test_everybody_reads_you_said_we_decided_because_and_what_changed(
    session, plan, consultation, response, finding, site
):
    make_influence(session, finding, plan.priorities[0])
    make_finding(session, consultation.engagement, [("response", response.id)])
    assert "We decided on 1 point" in site.open("/decisions/").text
    page = site.open(f"/decisions/{SLUG}/")
    parts = [part.text for part in page.select("dt")]
    assert parts == ["You said", "Others said", "We decided", "Because", "What changed"]
    assert "Some feared for the bats." in page.text
    assert "1 point that we have still to decide on" in page.text
    assert page.ins.text.startswith("added: and light")
    assert "A resident" not in page.text


@pytest.mark.requirement("R74")
def test_how_many_said_it_is_held_back_when_it_is_fewer_than_five(session, plan, finding, site):
    make_influence(session, finding, plan.priorities[0])
    page = site.open(f"/decisions/{SLUG}/")
    assert "This comes from fewer than 5 things that people sent us." in page.text
    assert "fewer than 5" in site.client.get(f"/decisions/{SLUG}/decisions.csv").text


@pytest.mark.requirement("R47")
def test_what_was_not_taken_up_is_listed_with_its_reason(session, finding, site):
    make_influence(session, finding, None, "not_taken_up", reason="There is no money for it.")
    page = site.open(f"/decisions/{SLUG}/")
    assert page.select_one("#not-taken-up").text == "What we did not take up, and why"
    assert "There is no money for it." in page.text


def test_the_decisions_can_be_downloaded(session, plan, finding, site):
    make_influence(session, finding, plan.priorities[0], reason="=SUM(A1)")
    text = site.client.get(f"/decisions/{SLUG}/decisions.csv").text
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert row["effect"] == "changed"
    assert row["priority"] == "1. Safer paths"
    assert row["because"] == "'=SUM(A1)"
    assert row["decided_on"] == "2026-11-22"
