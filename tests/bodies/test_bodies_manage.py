"""The register of groups on the officer's desk."""

import csv
import io
from datetime import date

import pytest

from engage.bodies.queries import register as queries
from engage.messages.rules import new_reference
from tests.bodies.test_bodies_views import CARERS, errors
from tests.makers.accounts import sent_mail
from tests.makers.bodies import make_body

POSTS = ["accept", "decline", "rest", "reviewed", "regard", "wish"]


def press(site, body, act, data=None, status=200):
    """Send the form on a group's page that does ``act``."""
    path = f"/desk/groups/{body.slug}/"
    return site.send(path, data, form=f"{path}{act}/", status=status)


def test_groups_that_wait_come_first(as_person, session, carys):
    make_body(session)
    make_body(session, "Young Carers of Torry", stage="proposed")
    page = as_person(carys).open("/desk/groups/")
    assert "Young Carers of Torry" in page.main.text
    assert "Ferryhill" not in page.main.text
    assert "On the register (1)" in page.main.text


def test_the_register_shows_when_nobody_waits(as_person, session, carys):
    make_body(session)
    assert "Ferryhill" in as_person(carys).open("/desk/groups/").main.text


@pytest.mark.parametrize("query", ["words=zebra", "stage=declined&page=x"])
def test_a_search_without_a_find_says_so(as_person, session, carys, query):
    make_body(session)
    page = as_person(carys).open(f"/desk/groups/?{query}")
    assert "No group" in page.select_one(".ds_inset-text").text


@pytest.mark.requirement("R01")
def test_an_entry_that_was_not_reviewed_for_a_year_is_flagged(as_person, session, carys):
    body = make_body(session, reviewed_on=date(2024, 1, 1))
    site = as_person(carys)
    assert "Review due" in site.open("/desk/groups/").main.text
    assert "more than 12 months" in site.open(f"/desk/groups/{body.slug}/").main.text
    page = press(site, body, "reviewed")
    assert "more than 12 months" not in page.main.text


def test_an_accepted_group_is_on_the_register_and_told_by_email(as_person, session, carys):
    body = make_body(session, stage="proposed", contact_email="f@example.org")
    press(as_person(carys), body, "accept")
    assert body.stage == "registered"
    assert [letter.address for letter in sent_mail()] == ["f@example.org"]


def test_a_group_is_declined_only_with_a_reason(as_person, session, carys):
    body = make_body(session, stage="proposed")
    site = as_person(carys)
    assert errors(press(site, body, "decline", status=422)) == ["Enter the reason"]
    press(site, body, "decline", {"reason": "It works in Dundee."})
    assert (body.stage, body.reason) == ("declined", "It works in Dundee.")


def test_the_second_of_two_officers_is_told_what_stands(as_person, session, carys):
    body = make_body(session, stage="proposed")
    site = as_person(carys)
    opened = site.open(f"/desk/groups/{body.slug}/")
    press(site, body, "accept")
    path = f"/desk/groups/{body.slug}/"
    reason = {"reason": "It works in Dundee."}
    page = site.send_on(opened, path, reason, form=f"{path}decline/", status=422)
    assert errors(page) == [
        "Somebody decided about this group before you. It is now: on the register"
    ]
    assert body.stage == "registered"


@pytest.mark.requirement("R02")
def test_an_officer_decides_that_a_group_must_be_heard(as_person, session, carys):
    body = make_body(session)
    site = as_person(carys)
    yes = {"represents": "yes"}
    page = press(site, body, "regard", yes, status=422)
    assert errors(page) == ["Enter how you know that the group speaks for them"]
    press(site, body, "regard", {**yes, "evidence": "Its members say so."})
    page = site.open("/desk/groups/regard/")
    assert "Decided: 1" in page.main.text
    assert "Its members say so." in page.main.text


@pytest.mark.requirement("R03")
def test_an_officer_records_what_a_group_told_them(as_person, session, carys):
    body = make_body(session)
    press(as_person(carys), body, "wish", {"wish": "collaborate"})
    assert queries.wish_of(body) == "collaborate"


def test_a_group_rests_and_comes_back(as_person, session, carys):
    body = make_body(session)
    site = as_person(carys)
    press(site, body, "rest")
    assert body.stage == "dormant"
    press(site, body, "accept")
    assert body.stage == "registered"


def test_an_officer_registers_a_group_that_was_not_asked_yet(as_person, session, carys):
    page = as_person(carys).send("/desk/groups/new/", {**CARERS, "wish": ""})
    assert "We have not asked yet" in page.main.text
    assert [body.name for body in queries.find_bodies(queries.RegisterFilter())] == [
        "Young Carers of Torry"
    ]


def test_an_officer_is_told_of_a_name_that_is_like_the_new_one(as_person, session, carys):
    make_body(session, "Torry Young Carer Group")
    page = as_person(carys).send("/desk/groups/new/", {**CARERS, "wish": ""})
    assert "Its name is like “Torry Young Carer Group”" in page.text


def test_an_officer_is_told_where_to_find_the_group_that_has_the_name(as_person, session, carys):
    standing, other = make_body(session, CARERS["name"], stage="dormant"), make_body(session)
    site, typed = as_person(carys), {**CARERS, "purpose": "To be heard by everybody."}
    for path in ("/desk/groups/new/", f"/desk/groups/{other.slug}/details/"):
        page = site.send(path, typed, status=422)
        assert errors(page) == [
            "A group of this name is known already. Find it among the groups of every stage"
        ]
        assert page.select_one(".ds_error-summary a")["href"] == "#name"
        assert "To be heard by everybody." in page.main.text
    assert standing.stage == "dormant"


def test_an_officer_changes_the_details(as_person, session, carys):
    body = make_body(session)
    as_person(carys).send(f"/desk/groups/{body.slug}/details/", {"interests": "housing"})
    assert body.interests == "housing"


def test_the_officers_file_holds_every_stage_and_no_address(as_person, session, carys):
    make_body(session, contact_email="f@example.org")
    make_body(session, "Waiting", stage="proposed")
    text = as_person(carys).client.get("/desk/groups/groups.csv").text
    assert [row["name"] for row in csv.DictReader(io.StringIO(text[1:]))] == [
        "Ferryhill Community Council",
        "Waiting",
    ]
    assert "example.org" not in text


def test_a_group_that_does_not_stand_is_not_found(as_person, carys):
    as_person(carys).open("/desk/groups/nobody/", status=404)


@pytest.mark.parametrize(
    "path", ["", "new/", "regard/", "groups.csv", "ferryhill-community-council/"]
)
def test_an_outsider_opens_no_desk(as_person, session, dev, path):
    make_body(session)
    assert as_person(dev).client.get(f"/desk/groups/{path}").status_code == 403


@pytest.mark.parametrize("act", POSTS)
def test_an_outsider_decides_nothing(as_person, session, dev, act):
    body = make_body(session, stage="proposed", reference_hash=new_reference())
    answer = as_person(dev).client.post(f"/desk/groups/{body.slug}/{act}/")
    assert (answer.status_code, body.stage) == (403, "proposed")


def test_an_auditor_reads_and_decides_nothing(as_person, session, audrey):
    body = make_body(session, stage="proposed")
    site = as_person(audrey)
    page = site.open(f"/desk/groups/{body.slug}/")
    assert not page.main.select("form")
    assert site.client.post(f"/desk/groups/{body.slug}/accept/").status_code == 403


@pytest.mark.parametrize("act", POSTS)
def test_a_button_without_its_token_does_nothing(as_person, session, carys, act):
    body = make_body(session, stage="proposed" if act in ("accept", "decline") else "registered")
    before = body.stage
    answer = as_person(carys).client.post(
        f"/desk/groups/{body.slug}/{act}/",
        data={"reason": "x", "represents": "no", "wish": "none"},
    )
    assert (answer.status_code, body.stage, queries.wish_of(body)) == (422, before, "")
