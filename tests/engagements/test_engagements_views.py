"""Asking groups from the matrix of wishes and offers, and what a group reads."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from engage.audit.models import AuditEvent
from engage.bodies.models import Representative
from engage.engagements.models import Declination, Invitation, InvitationAnswer
from engage.messages.models import Message
from tests.makers.bodies import make_body
from tests.makers.engagements import make_engagement
from tests.makers.places import make_places

INVITE = "/desk/engagements/mastrick-locality-plan/invite/"


@pytest.fixture(autouse=True)
def _today(monkeypatch, now):
    """The pages are opened at the instant of the story; sessions keep their own time."""
    monkeypatch.setattr("engage.engagements.views.planning.clock", SimpleNamespace(now=lambda: now))


def errors(page):
    return [item.text.strip() for item in page.select(".ds_error-summary li")]


def test_the_desk_shows_what_is_open_with_the_groups_asked(as_person, session, carys, now):
    make_engagement(session)
    make_engagement(session, "Old plan", closes_at=now, opens_at=now - timedelta(days=9))
    make_engagement(session, "Next plan", opens_at=now + timedelta(days=1))
    site = as_person(carys)
    page = site.open("/desk/engagements/")
    assert "Mastrick locality plan" in page.main.text
    assert "Old plan" not in page.main.text
    assert "Open now (1)" in page.main.text
    assert "Old plan" in site.open("/desk/engagements/?time=closed").main.text
    assert "Next plan" in site.open("/desk/engagements/?time=coming").main.text


@pytest.mark.parametrize("query", ["words=zebra", "kind=event"])
def test_a_search_without_a_find_says_what_to_do(as_person, session, carys, query):
    make_engagement(session)
    assert "Nothing fits" in as_person(carys).open(f"/desk/engagements/?{query}").main.text


def test_an_empty_desk_says_what_to_do(as_person, carys):
    page = as_person(carys).open("/desk/engagements/?time=rubbish&page=x&kind=rubbish")
    assert "Plan a consultation" in page.main.text


@pytest.mark.requirement("R03")
def test_the_matrix_shows_each_wish_and_what_was_offered(as_person, session, carys):
    make_engagement(session)
    make_body(session, "Keen Group", wish="empower")
    make_body(session, "Unasked Group")
    make_body(session, "Waiting Group", stage="proposed")
    page = as_person(carys).open(INVITE)
    assert "Let us decide" in page.main.text
    assert "We have not asked yet" in page.main.text
    assert "Waiting Group" not in page.main.text


def test_only_groups_about_the_area_are_asked(as_person, session, carys):
    places = make_places(session)
    make_engagement(session, locality_id=places.harbour_id)
    make_body(session, "Harbour Group", localities=(places.harbour_id,))
    make_body(session, "Glen Group", localities=(places.glen_id,))
    make_body(session, "Whole Area Group")
    text = as_person(carys).open(INVITE).main.text
    assert ("Harbour Group" in text, "Whole Area Group" in text) == (True, True)
    assert "Glen Group" not in text


@pytest.mark.requirement("R03")
def test_a_group_that_does_not_want_to_take_part_is_left_alone(as_person, session, carys):
    make_engagement(session)
    body = make_body(session, wish="none")
    site = as_person(carys)
    assert not site.open(INVITE).select("input[name=bodies]")
    page = site.send(INVITE, {"bodies": [str(body.id)], "level": "inform"}, status=422)
    assert errors(page) == ["Choose from the list"]


@pytest.mark.requirement("R04")
def test_less_than_a_wish_needs_a_reason_then_is_told(as_person, session, carys, bryn):
    make_engagement(session)
    body = make_body(session, wish="empower", represented_by=bryn)
    site = as_person(carys)
    asked = {"bodies": [str(body.id)], "level": "consult"}
    page = site.send(INVITE, asked, status=422)
    assert "Ferryhill Community Council" in errors(page)[0]
    assert page.select_one("#bodies-0").has_attr("checked")
    asked["reason"] = "The law decides this."
    page = site.send(INVITE, asked, status=422)
    assert errors(page) == ["Enter who decided: the group reads it with the reason"]
    assert page.select_one("[name=reason]").text.strip() == "The law decides this."
    page = site.send(INVITE, {**asked, "decided_by": "The board", "reason_code": "law"})
    made = session.scalars(select(Declination)).one()
    assert (made.reason_code, made.decided_by, made.state) == ("law", "The board", "closed")
    assert "Less than it wants" in page.main.text
    assert "The law decides this." in session.scalars(select(Message)).one().body
    assert "The law decides this." in site.client.get(INVITE.replace("invite/", "offers.csv")).text


def test_a_closed_engagement_shows_its_offers_and_asks_no_more(as_person, session, carys, now):
    make_engagement(session, opens_at=now - timedelta(days=9), closes_at=now)
    make_body(session)
    page = as_person(carys).open(INVITE)
    assert "you cannot ask more groups" in page.main.text
    assert not page.main.select("button")


def test_who_has_no_address_and_what_is_not_open_is_said(as_person, session, carys, bryn, now):
    make_engagement(session, opened_at=None)
    bodies = [make_body(session, "Told", represented_by=bryn), make_body(session, "No address")]
    site = as_person(carys)
    assert "It is not open yet" in site.open(INVITE).main.text
    asked = {"bodies": [str(body.id) for body in bodies], "level": "consult"}
    page = site.send(INVITE, asked)
    assert "2 groups are asked to take part." in page.text
    assert (
        "Not told, because they gave no address or want no such messages: No address." in page.text
    )


def test_asking_nobody_is_refused(as_person, session, carys):
    make_engagement(session)
    make_body(session)
    page = as_person(carys).send(INVITE, {"level": "consult"}, status=422)
    assert errors(page) == ["Choose the groups that you ask"]


@pytest.mark.parametrize("body", ["999", "x", "1' OR 1=1"])
def test_a_group_that_is_not_on_the_list_is_refused(as_person, session, carys, body):
    make_engagement(session)
    make_body(session)
    page = as_person(carys).send(INVITE, {"bodies": [body], "level": "consult"}, status=422)
    assert errors(page) == ["Choose from the list"]


@pytest.fixture
def _two_on_a_page(monkeypatch):
    monkeypatch.setattr("engage.engagements.views.planning.ASKED_SIZE", 2)


@pytest.mark.usefixtures("_two_on_a_page")
def test_many_groups_are_asked_a_page_at_a_time(as_person, session, carys):
    make_engagement(session)
    bodies = [make_body(session, f"Group {letter}", wish="empower") for letter in "ABCDE"]
    site, second = as_person(carys), f"{INVITE}?page=2"
    page = site.open(second)
    assert [label.text for label in page.select("label[for^=bodies-]")] == ["Group C", "Group D"]
    assert "5 groups on the register" in page.main.text
    asked = {"bodies": [str(bodies[3].id)], "level": "inform", "decided_by": "The board"}
    page = site.send(second, asked, status=422)
    assert page.select_one("#bodies-1").has_attr("checked")
    assert page.select_one("[name=decided_by]")["value"] == "The board"
    page = site.send(second, {**asked, "reason": "The law decides this."})
    assert "Group D" in page.main.text
    assert "Group A" not in page.main.text
    assert "We asked 1 group so far" in page.main.text
    assert session.scalars(select(Invitation.body_id)).all() == [bodies[3].id]


@pytest.mark.usefixtures("_two_on_a_page")
def test_a_group_to_ask_is_found_by_its_name(as_person, session, carys):
    make_engagement(session)
    for letter in "ABCDE":
        make_body(session, f"Group {letter}")
    site = as_person(carys)
    page = site.open(f"{INVITE}?words=group e")
    assert [label.text for label in page.select("label[for^=bodies-]")] == ["Group E"]
    assert "1 group of this name" in page.main.text
    page = site.open(f"{INVITE}?words=zebra")
    assert "No group that is about this area has this name" in page.main.text
    assert page.select_one("[name=words]")["value"] == "zebra"
    body = make_body(session, "Elsewhere")
    asked = {"bodies": [str(body.id)], "level": "inform"}
    page = site.send(f"{INVITE}?words=group", asked, status=422)
    assert errors(page) == ["Choose from the list"]


@pytest.mark.requirement("R12")
def test_the_matrix_shows_how_often_a_group_was_asked_lately(as_person, session, carys, now):
    body = make_body(session)
    for title, days in [("One", 10), ("Two", 100), ("Three", 300)]:
        engagement = make_engagement(session, title)
        session.add(
            Invitation(
                engagement_id=engagement.id,
                body_id=body.id,
                level="inform",
                invited_at=now - timedelta(days=days),
            )
        )
    make_engagement(session)
    cells = as_person(carys).open(INVITE).select("td[data-header^='Asked in the last']")
    assert [cell.text for cell in cells] == ["2"]


def test_without_groups_the_matrix_says_what_to_do(as_person, session, carys):
    make_engagement(session)
    assert "reach out to people" in as_person(carys).open(INVITE).main.text


@pytest.mark.requirement("R04")
def test_a_group_reads_what_it_was_offered_and_why(as_person, session, carys, bryn, now):
    make_engagement(session)
    body = make_body(session, wish="empower", represented_by=bryn)
    asked = {"bodies": [str(body.id)], "level": "consult", "reason": "The law decides this.",
             "decided_by": "The board"}  # fmt: skip
    as_person(carys).send(INVITE, asked)
    page = as_person(bryn).open(f"/group/{body.slug}/invitations/")
    assert "Now and soon: 1" in page.main.text
    assert "Let us decide" in page.main.text
    assert "The law decides this." in page.main.text


@pytest.mark.requirement("R03")
def test_a_group_answers_what_it_was_asked_and_officers_see_it(
    as_person, session, carys, bryn, now
):
    make_engagement(session)
    body = make_body(session, wish="empower", represented_by=bryn)
    officer, group = as_person(carys), as_person(bryn)
    asked = {"bodies": [str(body.id)], "level": "empower"}
    officer.send(INVITE, asked)
    own = f"/group/{body.slug}/invitations/"
    number = session.scalars(select(Invitation.id)).one()
    path = group.open(own).select_one(f"a[href='{own}{number}/']")
    page = group.send(path["href"], {"note": "We need a ramp."}, status=422)
    assert errors(page) == ["Choose what your group answers"]
    assert page.select_one("[name=note]").text.strip() == "We need a ramp."
    page = group.send(path["href"], {"answer": "unsure", "note": "We need a ramp."})
    assert "Your answer: We are not sure yet. We need a ramp." in " ".join(page.main.text.split())
    group.send(path["href"], {"answer": "yes"})
    page = officer.open(INVITE)
    assert "Will take part: 1." in page.main.text
    row = page.select_one("tbody tr").text
    assert ("Will take part" in row, "We need a ramp." in row) == (True, True)
    file = officer.client.get(INVITE.replace("invite/", "offers.csv")).text
    assert file.strip().endswith(",yes,We need a ramp.")
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()
    assert actions[-2:] == ["body.answered", "body.answered"]
    officer.send(INVITE, {**asked, "level": "inform", "reason": "x", "decided_by": "y"})
    assert session.scalars(select(InvitationAnswer)).all() == []


def test_who_may_answer_for_a_group_and_until_when(
    as_person, session, carys, bryn, dev, aisha, now, monkeypatch
):
    engagement = make_engagement(session)
    body = make_body(session, represented_by=bryn)
    session.add(Representative(body_id=body.id, account_id=aisha.id, part="reader"))
    as_person(carys).send(INVITE, {"bodies": [str(body.id)], "level": "consult"})
    number = session.scalars(select(Invitation.id)).one()
    path = f"/group/{body.slug}/invitations/{number}/"
    for other in (dev, aisha):
        as_person(other).open(path, status=404)
    as_person(bryn).open(f"/group/{body.slug}/invitations/999/", status=404)
    assert "Answer" not in as_person(aisha).open(f"/group/{body.slug}/invitations/").main.text
    group = as_person(bryn)
    page = group.open(path)
    later = SimpleNamespace(now=lambda: engagement.closes_at)
    monkeypatch.setattr("engage.engagements.views.planning.clock", later)
    page = group.send_on(page, path, {"answer": "yes"}, status=422)
    assert errors(page) == ["It is closed, so you can’t answer any more"]
    assert session.scalars(select(InvitationAnswer)).all() == []


def test_an_answer_goes_with_its_invitation(session, now):
    body, engagement = make_body(session), make_engagement(session)
    asked = Invitation(engagement_id=engagement.id, body_id=body.id, level="inform", invited_at=now)
    session.add(asked)
    session.flush()
    session.add(InvitationAnswer(invitation_id=asked.id, answer="yes", answered_at=now))
    session.commit()
    session.expunge_all()
    with pytest.raises(DBAPIError):
        session.execute(text("UPDATE invitation_answer SET answer = 'maybe'"))
    session.rollback()
    session.execute(delete(Invitation))
    session.commit()
    assert session.scalars(select(InvitationAnswer)).all() == []


def test_an_outsider_reads_no_groups_invitations(as_person, session, bryn, dev):
    body = make_body(session, represented_by=bryn)
    as_person(dev).open(f"/group/{body.slug}/invitations/", status=404)


@pytest.mark.parametrize(
    "path",
    ["", "engagements.csv", "mastrick-locality-plan/invite/", "mastrick-locality-plan/offers.csv"],
)
def test_an_outsider_opens_no_desk(as_person, session, dev, path):
    make_engagement(session)
    assert as_person(dev).client.get(f"/desk/engagements/{path}").status_code == 403


def test_an_auditor_reads_the_matrix_and_asks_nobody(as_person, session, audrey):
    make_engagement(session)
    body = make_body(session)
    site = as_person(audrey)
    assert not site.open(INVITE).main.select("button")
    answer = site.client.post(INVITE, data={"bodies": [body.id], "level": "inform"})
    assert answer.status_code == 403
    assert session.scalars(select(Invitation)).all() == []


def test_an_engagement_that_does_not_stand_is_not_found(as_person, carys):
    as_person(carys).open("/desk/engagements/nothing/invite/", status=404)


def test_the_file_of_engagements(as_person, session, carys):
    make_engagement(session)
    text = as_person(carys).client.get("/desk/engagements/engagements.csv").text
    assert "Mastrick locality plan,Consultation,involve" in text
