"""Consultations as everybody reads them."""

from datetime import timedelta

import pytest

from engage import clock
from engage.audit.models import AuditEvent
from engage.consultations.actions import publish_responses
from tests.makers.bodies import make_body
from tests.makers.consultations import make_consultation, make_response

SAY = "/say/mastrick-plan-what-do-you-think/"


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


def published(session, consultation):
    publish_responses(consultation, at=consultation.engagement.closes_at, by=None)
    session.commit()


@pytest.mark.requirement("R10")
def test_a_consultation_says_what_it_is_for_what_can_change_and_until_when(site, session):
    make_consultation(session)
    page = site.open(SAY)
    for words in (
        "To hear what people think",
        "The wording and order",
        "The amount of money",
        "70 days left",
        "(UK time)",
        "Mend paths.",
        "Answer this consultation",
    ):
        assert words in page.text


def test_an_empty_list_says_so_and_a_full_one_counts(site, session):
    assert "There is no consultation yet" in site.open("/say/").text
    make_consultation(session)
    assert "1 consultation" in site.open("/say/").text


@pytest.mark.parametrize("path", ["", "answer/", "return/", "responses/", "responses.csv"])
def test_what_is_being_prepared_is_not_seen(site, session, path):
    make_consultation(session, stage="preparing")
    site.open(SAY + path, status=404)


def test_the_first_to_look_after_the_close_has_it_recorded(site, session, now, monkeypatch):
    consultation = make_consultation(session)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=70))
    for _ in range(2):
        assert "This consultation closed at" in site.open(SAY).text
    assert consultation.stage == "closed"
    assert session.query(AuditEvent).count() == 1


def test_responses_are_not_seen_before_they_are_published(site, session):
    make_response(session, make_consultation(session))
    site.open(SAY + "responses/", status=404)
    site.open(SAY + "responses.csv", status=404)


@pytest.mark.requirement("R72")
def test_published_responses_keep_to_what_each_writer_allowed(site, session, bryn):
    body = make_body(session, represented_by=bryn)
    consultation = make_consultation(session)
    make_response(
        session,
        consultation,
        texts=["From the council"],
        body_id=body.id,
        account_id=bryn.id,
        publish="with_name",
        comments={"1.2": "Light them"},
    )
    make_response(
        session, consultation, texts=["Nameless"], name="Aisha", email="aisha@example.org"
    )
    make_response(session, consultation, texts=["Secret words"], name="Dev", publish="no")
    published(session, consultation)
    page = site.open(SAY + "responses/")
    assert "2 published responses" in page.text
    assert "Ferryhill Community Council" in page.text
    assert "Nameless" in page.text
    for hidden in ("Aisha", "aisha@", "Secret words", "Dev"):
        assert hidden not in page.text
    csv = site.client.get(SAY + "responses.csv").text
    assert "Light them" in csv
    assert "Secret words" not in csv
    assert "aisha" not in csv.lower()


@pytest.mark.requirement("R72")
def test_answers_are_not_shown_as_a_measure_of_public_support(site, session):
    consultation = make_consultation(session)
    make_response(session, consultation)
    published(session, consultation)
    assert "not a measure of public support" in site.open(SAY + "responses/").text


@pytest.mark.requirement("R74")
def test_small_numbers_of_answers_are_held_back(site, session):
    consultation = make_consultation(session)
    for _ in range(6):
        make_response(session, consultation, overall="agree")
    for _ in range(2):
        make_response(session, consultation, overall="disagree")
    published(session, consultation)
    table = site.open(SAY + "responses/").table.text
    assert "fewer than 5" in table
    assert "2" not in table
    assert "6" not in table, "the total would tell the two"


@pytest.mark.requirement("R74")
def test_chosen_answers_do_not_stand_beside_published_words(site, session):
    """Subtracted from the counts, they would tell what the unpublished ones chose."""
    consultation = make_consultation(session)
    for _ in range(9):
        make_response(session, consultation, texts=["Words"])
    make_response(session, consultation, texts=["Words"], publish="no")
    make_response(session, consultation)
    published(session, consultation)
    page = site.open(SAY + "responses/")
    assert "9 published responses" in page.text
    assert "Agree" not in page.select_one(".engage-list").text
    assert "Agree" not in site.client.get(SAY + "responses.csv").text


def test_words_that_look_like_markup_or_formulas_stay_words(site, session):
    consultation = make_consultation(session)
    make_response(session, consultation, texts=["=1+1 <script>alert(1)</script>"])
    published(session, consultation)
    page = site.open(SAY + "responses/")
    assert "=1+1 <script>alert(1)</script>" in page.text
    assert "'=1+1" in site.client.get(SAY + "responses.csv").text


def test_a_rubbish_page_number_shows_a_page(site, session):
    consultation = make_consultation(session)
    make_response(session, consultation)
    published(session, consultation)
    for number in ("0", "-1", "x", "99999999999999999999"):
        site.open(f"{SAY}responses/?page={number}")
