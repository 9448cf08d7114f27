"""Answering a consultation: one thing a page, one submit, a receipt, and nothing lost."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from engage import clock
from engage.bodies.models import Representative
from engage.consultations import actions
from engage.consultations.models import Response
from engage.engagements.models import ParticipationFact
from engage.extensions import db
from engage.messages.models import Message
from tests.makers.bodies import make_body
from tests.makers.consultations import make_consultation, make_response

SAY = "/say/mastrick-plan-what-do-you-think/"


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def consultation(session):
    return make_consultation(session)


def make_group(session, *people):
    """A community council that these people speak for."""
    body = make_body(session, represented_by=people[0])
    body.representatives += [Representative(account_id=p.id) for p in people[1:]]
    session.commit()
    return body


def started(site) -> str:
    """Start an answer; return the address that its pages share."""
    site.send(SAY + "answer/")
    return site.response.request.path.removesuffix("questions/")


def boxes(page) -> list[str]:
    return [box["name"] for box in page.select("textarea")]


def answer_it(site, **about):
    """Go through every page and return the receipt."""
    path = started(site)
    page = site.open(path + "questions/")
    overall = page.select_one("input[type=radio]")["name"]
    site.send(path + "questions/", {overall: "agree", boxes(page)[0]: "A bench at the bus stop"})
    names = boxes(site.open(path + "comments/"))
    site.send(path + "comments/", {names[1]: "Light them all night", names[3]: "Longer hours"})
    site.send(path + "about/", {"publish": "without_name", **about})
    return site.send(path + "check/")


@pytest.mark.requirement("R64")
def test_a_resident_answers_without_an_account_and_gets_a_receipt(site, session, consultation):
    receipt = answer_it(site)
    assert receipt.h1.text == "We have your answers"
    assert receipt.select_one(".engage-reference").text.count("-") == 3
    kept = session.query(Response).one()
    assert kept.stage == "submitted"
    assert {c.paragraph.label: c.text for c in kept.comments} == {
        "1.2": "Light them all night",
        "2.1": "Longer hours",
    }
    fact = session.query(ParticipationFact).one()
    assert (fact.act, fact.place, fact.body_id, fact.people) == ("response", "not_given", None, 1)


def test_the_reference_is_never_in_an_address(site, session, consultation):
    receipt = answer_it(site)
    reference = receipt.select_one(".engage-reference").text
    assert reference not in site.response.request.path
    assert reference not in session.query(Response).one().reference_hash


def test_a_receipt_is_sent_by_email_where_one_is_given_and_stands_as_a_notice(
    site, session, consultation
):
    receipt = answer_it(site, email="aisha@example.org")
    kept = session.query(Response).one()
    sent = {m.channel: m for m in session.query(Message)}
    assert sent["email"].address == "aisha@example.org"
    assert sent["notice"].address == kept.reference_hash
    reference = receipt.select_one(".engage-reference").text
    assert reference not in sent["email"].body + sent["notice"].body


def test_bryn_answers_for_the_community_council(session, as_person, bryn, consultation):
    body = make_group(session, bryn)
    site = as_person(bryn)
    site.send(SAY + "answer/", {"who": body.slug})
    path = site.response.request.path.removesuffix("questions/")
    name = boxes(site.open(path + "comments/"))[0]
    site.send(path + "comments/", {name: "We agree"})
    assert "group’s answers" in site.open(path + "about/").h1.text
    site.send(path + "about/", {"publish": "with_name"})
    receipt = site.send(path + "check/")
    assert "We have your answers" in receipt.h1.text
    assert receipt.select_one(".engage-reference")
    kept = session.query(Response).one()
    assert kept.body_id == body.id
    assert session.query(ParticipationFact).one().body_id == body.id
    told = {m.address for m in session.query(Message).where(Message.channel == "email")}
    assert told == {"bryn@example.org"}


def test_a_second_representative_goes_on_with_the_same_draft(
    session, as_person, bryn, aisha, consultation
):
    body = make_group(session, bryn, aisha)
    first, second = as_person(bryn), as_person(aisha)
    first.send(SAY + "answer/", {"who": body.slug})
    path = first.response.request.path
    text = boxes(first.open(path))[0]
    first.send(path, {text: "From Bryn"}, button="later")
    page = second.send(SAY + "answer/", {"who": body.slug})
    assert second.response.request.path == path
    assert "From Bryn" in page.text
    assert session.query(Response).count() == 1


def test_an_outsider_opens_nobody_elses_answers(session, site, as_person, dev, bryn, consultation):
    body = make_group(session, bryn)
    given, _ = make_response(
        session, consultation, body_id=body.id, account_id=bryn.id, submitted=False
    )
    for visitor in (site, as_person(dev)):
        for name in ("questions", "comments", "about", "check", "saved", "done"):
            page = visitor.open(f"{SAY}answer/{given.public_id}/{name}/", status=404)
            assert "We cannot open these answers here" in page.text


def test_answers_are_saved_half_way_and_opened_with_the_reference_on_another_device(
    app, site, consultation
):
    path = started(site)
    box = boxes(site.open(path + "questions/"))[0]
    saved = site.send(path + "questions/", {box: "Half a thought"}, button="later")
    reference = saved.select_one(".engage-reference").text
    other = type(site)(app.test_client())
    other.open(path + "questions/", status=404)
    typed = reference.lower().replace("-", " ")
    other.send(SAY + "return/", {"reference": typed})
    assert "Half a thought" in other.open(path + "questions/").text


def test_a_wrong_reference_says_what_to_do(site, consultation):
    for typed in ("nonsense", "0000-0000-0000-0000"):
        page = site.send(SAY + "return/", {"reference": typed}, status=422)
        assert "Check your reference" in page.text


def test_a_reference_to_answers_of_an_account_asks_to_sign_in(session, site, bryn, consultation):
    _, reference = make_response(session, consultation, account_id=bryn.id, submitted=False)
    page = site.send(SAY + "return/", {"reference": reference}, status=422)
    assert "Sign in to open them" in page.text


def test_a_shared_device_forgets_the_answers(site, consultation):
    path = started(site)
    page = site.open(path + "saved/")
    site.send_on(page, path + "saved/", form=SAY + "answer/forget/")
    site.open(path + "questions/", status=404)


def test_what_was_sent_cannot_be_changed_or_sent_again(site, session, consultation):
    answer_it(site)
    kept = session.query(Response).one()
    page = site.open(f"{SAY}answer/{kept.public_id}/questions/")
    assert page.h1.text == "We have your answers"
    token = page.select_one("input[name=csrf_token]")["value"]
    for _ in range(2):
        site.client.post(f"{SAY}answer/{kept.public_id}/check/", data={"csrf_token": token})
    assert session.query(ParticipationFact).count() == 1


def test_a_button_pressed_twice_at_once_sends_once(site, session, consultation, monkeypatch, now):
    path = started(site)
    box = boxes(site.open(path + "questions/"))[0]
    site.send(path + "questions/", {box: "Words"})
    site.send(path + "about/", {"publish": "no"})
    submit = actions.submit_response

    def beaten(response, **kw):
        """The other press arrives between reading and writing."""
        with db.engine.begin() as connection:
            connection.execute(
                update(Response).values(
                    stage="submitted", submitted_at=now, version=Response.version + 1
                )
            )
        submit(response, **kw)

    monkeypatch.setattr(actions, "submit_response", beaten)
    assert "We have your answers" in site.send(path + "check/").h1.text
    assert session.query(ParticipationFact).count() == 0, "the other press recorded it"


def test_an_empty_response_is_not_sent(site, session, consultation):
    path = started(site)
    site.send(path + "about/", {"publish": "no"})
    page = site.send(path + "check/", status=422)
    assert "Answer a question or comment on a paragraph" in page.text


@pytest.mark.requirement("R72")
def test_nobody_sends_without_choosing_what_may_be_published(site, consultation):
    path = started(site)
    box = boxes(site.open(path + "questions/"))[0]
    site.send(path + "questions/", {box: "Words"})
    page = site.send(path + "about/", status=422)
    assert "Choose if we may publish" in page.text
    assert "Choose if we may publish" in site.send(path + "check/", status=422).text


@pytest.mark.requirement("R72")
def test_publishing_with_a_name_needs_the_name(site, consultation):
    path = started(site)
    page = site.send(path + "about/", {"publish": "with_name", "name": ""}, status=422)
    assert "Enter your name" in page.select_one(".ds_error-summary").text


def test_a_question_that_must_be_answered_may_wait_until_coming_back(site, session):
    make_consultation(session, overall_is_needed=True)
    path = started(site)
    assert "saved" in site.send(path + "questions/", button="later").h1.text
    site.send(path + "questions/", status=422)


def test_a_postcode_is_looked_up_and_forgotten(site, session, consultation):
    path = started(site)
    page = site.send(path + "about/", {"publish": "no", "postcode": "not one"}, status=422)
    assert page.select_one("#postcode")["value"] == "not one"
    site.send(path + "about/", {"publish": "no", "postcode": "zz1 1zz"})
    kept = session.query(Response).one()
    assert (kept.place, kept.zone_code) == ("unmatched", None)
    again = site.open(path + "about/")
    assert again.select_one("#postcode")["value"] == ""
    site.send(path + "about/", {"publish": "no"})
    assert kept.place == "unmatched", "an empty box keeps what was found"


def test_a_page_from_another_tab_does_not_write_over_newer_words(site, session, consultation):
    path = started(site)
    early = site.open(path + "questions/")
    box = boxes(early)[0]
    site.send(path + "questions/", {box: "From the first tab"})
    page = site.send_on(early, path + "questions/", {box: "From the second tab"}, status=409)
    assert "From the second tab" in page.select_one("textarea").text
    assert "From the first tab" in page.select_one(".engage-quote").text
    site.send_on(page, path + "questions/")
    assert "From the second tab" in site.open(path + "questions/").text


def test_an_expired_form_comes_back_with_every_word(site, consultation):
    path = started(site)
    page = site.open(path + "comments/")
    names = boxes(page)
    page.select_one("input[name=csrf_token]")["value"] = "expired"
    again = site.send_on(page, path + "comments/", {names[2]: "A long thought"}, status=422)
    assert "A long thought" in again.text
    site.send_on(again, path + "comments/")
    assert "A long thought" in site.open(path + "comments/").text


def test_whoever_was_signed_out_on_the_way_loses_nothing(session, as_person, bryn, consultation):
    body = make_group(session, bryn)
    site = as_person(bryn)
    site.send(SAY + "answer/", {"who": body.slug})
    path = site.response.request.path
    page = site.open(path)
    with site.client.session_transaction() as cookie:
        cookie.pop("_user_id")
    again = site.send_on(page, path, {boxes(page)[0]: "A long thought"}, status=401)
    assert "A long thought" in again.select_one("textarea").text
    assert "You were signed out" in again.select_one(".ds_error-summary").text


def test_after_the_closing_instant_the_words_stay_on_the_page(
    site, session, consultation, monkeypatch
):
    path = started(site)
    page = site.open(path + "questions/")
    closes = consultation.engagement.closes_at
    monkeypatch.setattr(clock, "now", lambda: closes - timedelta(seconds=1))
    site.send_on(page, path + "questions/", {boxes(page)[0]: "In time"})
    page = site.open(path + "questions/")
    monkeypatch.setattr(clock, "now", lambda: closes)
    late = site.send_on(page, path + "questions/", {boxes(page)[0]: "Too late"}, status=410)
    assert "Too late" in late.text
    assert "has closed" in late.h1.text
    assert session.query(Response).one().answers[0].text == "In time"
    site.open(SAY + "answer/", status=410)


def test_a_consultation_that_waits_takes_no_answers(site, session, now):
    make_consultation(session, opens_at=now + timedelta(days=1))
    site.open(SAY + "answer/", status=404)


@pytest.mark.parametrize("name", ["questions", "comments", "about", "check", "saved", "done"])
def test_rubbish_in_the_address_is_not_found(site, consultation, name):
    site.open(f"{SAY}answer/rubbish/{name}/", status=404)


def test_two_people_on_one_device_each_have_their_answers(site, session, consultation):
    first, second = started(site), started(site)
    assert first != second
    site.open(first + "questions/")
    site.open(second + "questions/")
    assert "Go on with the answers started" in site.open(SAY + "answer/").text
