"""Officers create, open, read and publish."""

from datetime import timedelta

import pytest

from engage import clock
from engage.audit.models import AuditEvent
from engage.consultations.models import Consultation
from tests.makers.consultations import make_consultation, make_response
from tests.makers.plans import make_plan

DESK = "/desk/consultations/"
ONE = DESK + "mastrick-plan-what-do-you-think/"


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


def instant(name, at):
    return {
        f"{name}-day": str(at.day),
        f"{name}-month": str(at.month),
        f"{name}-year": str(at.year),
        f"{name}-time": "9am",
    }


def entered(plan, now, days=90):
    return {
        "title": "Strathlyle plan",
        "draft": str(plan.drafts[0].id),
        "purpose": "To hear you.",
        "open_to_change": "Everything.",
        "fixed": "The money.",
        "question_1": "What is missing?",
        **instant("opens_at", now),
        **instant("closes_at", now + timedelta(days=days)),
    }


@pytest.mark.parametrize("path", [DESK, DESK + "new/", ONE, ONE + "edit/", ONE + "responses.csv"])
def test_an_outsider_is_refused(session, as_person, dev, path):
    make_consultation(session)
    as_person(dev).open(path, status=403)


@pytest.mark.parametrize("act", ["open/", "publish/"])
def test_an_outsider_and_an_auditor_act_on_nothing(session, as_person, dev, audrey, act):
    consultation = make_consultation(session, stage="preparing")
    for person in (dev, audrey):
        assert as_person(person).client.post(ONE + act).status_code == 403
    assert consultation.stage == "preparing"


@pytest.mark.requirement("R64")
def test_carys_creates_a_consultation_and_opens_it(session, as_person, carys, site, now):
    plan = make_plan(session)
    carys_site = as_person(carys)
    assert "There is no consultation yet" in carys_site.open(DESK).text
    page = carys_site.send(DESK + "new/", entered(plan, now))
    site.open("/say/strathlyle-plan/", status=404)
    one = DESK + "strathlyle-plan/"
    carys_site.send_on(page, one, form=one + "open/")
    assert "Answer this consultation" in site.open("/say/strathlyle-plan/").text
    assert [e.action for e in session.query(AuditEvent)] == [
        "engagement.planned",
        "consultation.created",
        "consultation.opened",
    ]


@pytest.mark.requirement("R10")
@pytest.mark.parametrize(
    ("support", "told"),
    [("Childcare, and help with travel.",) * 2, ("", "No support is named")],
)
def test_the_check_before_opening_shows_all_that_people_will_read(
    session, as_person, carys, support, told
):
    consultation = make_consultation(session, stage="preparing")
    consultation.engagement.support_offered = support
    session.commit()
    check = as_person(carys).open(ONE).main
    said = {item.dt.text: item.dd.text for item in check.select(".engage-facts__item")}
    assert said["How far you shape the decision"] == "We ask what you think"
    assert said["Support we offer"] == told


@pytest.mark.requirement("R10")
def test_carys_changes_what_is_being_prepared(session, as_person, carys, now):
    consultation = make_consultation(session, stage="preparing", text_questions=("A?", "B?"))
    form = {"title": "Mastrick again", "question_1": "C?", "question_2": "", "fixed": "The law."}
    page = as_person(carys).send(ONE + "edit/", form)
    assert page.h1.text == "Mastrick again"
    assert [q.prompt for q in consultation.questions][1:] == ["C?"]
    assert (consultation.engagement.fixed, consultation.version) == ("The law.", 2)
    assert session.query(AuditEvent).one().action == "consultation.changed"


def test_of_two_officers_who_change_it_the_second_is_told(session, as_person, carys, now):
    consultation = make_consultation(session, stage="preparing")
    carys_site = as_person(carys)
    page = carys_site.open(ONE + "edit/")
    carys_site.send(ONE + "edit/", {"fixed": "The law."})
    page = carys_site.send_on(page, ONE + "edit/", {"fixed": "Nothing."}, status=409)
    assert "Somebody changed or opened" in page.select_one(".ds_error-summary").text
    assert page.select_one("#fixed").text.strip() == "Nothing."
    assert consultation.engagement.fixed == "The law."


@pytest.mark.requirement("R72")
def test_what_is_open_is_not_changed(session, as_person, carys):
    consultation = make_consultation(session, stage="preparing")
    carys_site = as_person(carys)
    page = carys_site.open(ONE + "edit/")
    carys_site.send_on(carys_site.open(ONE), ONE, form=ONE + "open/")
    assert carys_site.open(ONE + "edit/").h1.text == consultation.engagement.title
    carys_site.send_on(page, ONE + "edit/", {"fixed": "Nothing."}, status=409)
    assert consultation.engagement.fixed == "The amount of money there is."


def test_a_change_keeps_the_twelve_weeks(session, as_person, carys, now):
    make_consultation(session, stage="preparing")
    change = {**instant("closes_at", now + timedelta(days=30)), "short_notice_reason": ""}
    page = as_person(carys).send(ONE + "edit/", change, status=422)
    assert "less than 12 weeks" in page.select_one(".ds_error-summary").text


@pytest.mark.requirement("R72")
def test_short_notice_is_kept_with_its_reason_and_shown(session, as_person, carys, site, now):
    plan = make_plan(session)
    form = entered(plan, now, days=30)
    page = as_person(carys).send(DESK + "new/", form, status=422)
    assert "Enter why it runs for less than 12 weeks" in page.select_one(".ds_error-summary").text
    form["short_notice_reason"] = "The board meets in January."
    as_person(carys).send(DESK + "new/", form)
    session.query(Consultation).one().stage = "open"
    session.commit()
    assert "The board meets in January." in site.open("/say/strathlyle-plan/").text


@pytest.mark.requirement("R10")
def test_a_consultation_without_its_scope_is_not_created(session, as_person, carys, now):
    plan = make_plan(session)
    form = {**entered(plan, now), "fixed": "", "open_to_change": "", "draft": "999"}
    page = as_person(carys).send(DESK + "new/", form, status=422)
    for words in ("Enter what is not open to change", "Enter what is open to change"):
        assert words in page.select_one(".ds_error-summary").text
    assert page.select_one("#title")["value"] == "Strathlyle plan"
    assert session.query(Consultation).count() == 0


def test_officers_read_every_response_and_filter_them(session, as_person, carys):
    consultation = make_consultation(session)
    make_response(session, consultation, texts=["Openly"], name="Aisha")
    make_response(session, consultation, texts=["In confidence"], publish="no")
    make_response(session, consultation, texts=["Unfinished"], submitted=False)
    site = as_person(carys)
    page = site.open(ONE)
    assert "Openly" in page.text
    assert "In confidence" in page.text
    assert "Do not publish" in page.text
    assert "Unfinished" not in page.text
    assert "Aisha" not in page.text, "a name that is not for publishing is not spread"
    assert "Openly" not in site.open(ONE + "?show=private").text
    assert "0 responses" in site.open(ONE + "?show=groups").text
    site.open(ONE + "?show=rubbish&page=-4")


@pytest.mark.requirement("R72")
def test_words_not_for_publishing_are_counted_and_never_exported(session, as_person, carys):
    consultation = make_consultation(session)
    make_response(session, consultation, texts=["In confidence"], publish="no")
    csv = as_person(carys).client.get(ONE + "responses.csv").text
    assert "In confidence" not in csv
    assert csv.count("[counted, not for publishing]") == 2


def test_responses_are_published_after_the_close(session, as_person, carys, now, monkeypatch):
    consultation = make_consultation(session, closes_at=now + timedelta(minutes=10))
    make_response(session, consultation)
    site = as_person(carys)
    assert "Publish the responses" not in site.open(ONE).text
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=10))
    page = site.open(ONE)
    site.send_on(page, ONE, form=ONE + "publish/")
    assert consultation.responses_published_at is not None
    again = site.send_on(page, ONE, form=ONE + "publish/")
    assert "published already" in again.text


def test_a_button_without_its_token_does_nothing(session, as_person, carys):
    make_consultation(session, stage="preparing")
    assert as_person(carys).client.post(ONE + "open/").status_code == 400
    as_person(carys).open(DESK + "nothing/", status=404)


@pytest.mark.parametrize(("stage", "links"), [("open", 1), ("preparing", 0)])
def test_an_open_consultation_leads_to_the_groups_to_ask(session, as_person, carys, stage, links):
    make_consultation(session, stage=stage)
    page = as_person(carys).open(ONE)
    asked = "a[href='/desk/engagements/mastrick-plan-what-do-you-think/invite/']"
    assert len(page.select(asked)) == links
