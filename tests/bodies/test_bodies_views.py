"""The public register, registering a group, and a group's own pages."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from engage import clock
from engage.bodies.models import CommunityBody, ParticipationWish
from engage.bodies.queries import register as queries
from tests.conftest import NOW
from tests.makers.bodies import make_body
from tests.makers.places import make_places

CARERS = {
    "name": "Young Carers of Torry",
    "kind": "youth",
    "basis": "interest",
    "is_constituted": "no",
    "purpose": "To meet, and to be heard.",
    "represents_disadvantage": "yes",
    "evidence": "We are young carers ourselves.",
    "contact_role": "helper",
    "contact_email": "carers@example.org",
    "wish": "involve",
}


def errors(page):
    return [item.text.strip() for item in page.select(".ds_error-summary li")]


# The register -----------------------------------------------------------------------------------


def test_the_register_shows_a_count_and_each_group(site, session):
    make_body(session)
    make_body(session, "Young Carers of Torry", stage="proposed")
    page = site.open("/groups/")
    assert "1 group" in page.main.text
    assert page.select_one("a[href='/groups/ferryhill-community-council/']")
    assert "Young Carers" not in page.main.text


def test_an_empty_register_says_what_to_do(site):
    assert "Register yours to be the first" in site.open("/groups/").main.text


def test_a_search_without_a_find_says_what_to_do(site, session):
    make_body(session)
    page = site.open("/groups/?words=zebra")
    assert "Try another name" in page.main.text
    assert page.select_one("input[name=words]")["value"] == "zebra"


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99", "area=x", "basis=x"])
def test_a_strange_address_of_the_register_still_shows_it(site, session, query):
    make_body(session)
    assert "1 group" in site.open(f"/groups/?{query}").main.text


def test_the_fifty_first_group_stands_on_the_second_page(site, session):
    for number in range(51):
        make_body(session, f"Group {number:02d}")
    assert "Group 50" not in site.open("/groups/?words=group").main.text
    page = site.open("/groups/?words=group&page=2")
    assert "Group 50" in page.main.text
    assert page.select_one("a[rel=prev]")["href"] == "/groups/?words=group&page=1"


@pytest.mark.requirement("R01")
@pytest.mark.parametrize("path", ["", "groups.csv", "groups.json", "ferryhill-community-council/"])
def test_nothing_public_holds_personal_data(site, session, bryn, path):
    make_body(session, represented_by=bryn, contact_role="secretary", contact_email="f@example.org")
    answer = site.client.get(f"/groups/{path}").text
    assert "Ferryhill" in answer
    assert not any(word in answer for word in ("Bryn", "example.org", "bryn@", "secretary"))


def test_the_open_data_holds_every_registered_group(site, session):
    make_body(session, wish="involve")
    make_body(session, "Waiting", stage="proposed")
    rows = list(csv.DictReader(io.StringIO(site.client.get("/groups/groups.csv").text[1:])))
    assert [row["name"] for row in rows] == ["Ferryhill Community Council"]
    answer = site.client.get("/groups/groups.json").json
    assert (answer["count"], answer["groups"][0]["constituted"]) == (1, True)
    assert answer["groups"][0]["how_involved"] == "Work with us on the choices"


@pytest.mark.parametrize(
    ("stage", "status"), [("proposed", 404), ("declined", 404), ("dormant", 410)]
)
def test_a_group_that_is_not_registered_has_no_public_page(site, session, stage, status):
    body = make_body(session, stage=stage)
    page = site.open(f"/groups/{body.slug}/", status=status)
    assert body.purpose not in page.text


# Registering ------------------------------------------------------------------------------------


@pytest.mark.requirement("R01")
@pytest.mark.requirement("R03")
def test_anybody_registers_an_informal_group_and_gets_a_reference(site, session):
    page = site.send("/groups/register/", CARERS)
    body = queries.body_by_reference(page.select_one(".engage-reference").text)
    assert (body.stage, body.is_constituted) == ("proposed", False)
    assert queries.wish_of(body) == "involve"


@pytest.mark.requirement("R03")
def test_no_is_an_answer(site, session):
    site.send("/groups/register/", {**CARERS, "wish": "none"})
    assert queries.wish_of(session.scalars(select(CommunityBody)).one()) == "none"


def test_somebody_with_an_account_is_the_secretary_and_needs_no_reference(
    as_person, session, aisha
):
    page = as_person(aisha).send("/groups/register/", CARERS)
    assert "You are the secretary" in page.main.text
    assert not page.select(".engage-reference")
    assert queries.bodies_of(aisha.id)


def test_a_registration_without_email_says_where_to_come_back(site, session):
    page = site.send("/groups/register/", {**CARERS, "contact_email": ""})
    assert "you gave no email address" in page.main.text
    assert "Then we tell you" not in page.main.text
    assert page.main.find("a", string="http://localhost/follow/")["href"] == "/follow/"


def test_a_registration_with_email_says_that_we_tell_them(site, session):
    page = site.send("/groups/register/", CARERS)
    assert "Then we tell you" in page.main.text
    assert "you gave no email address" not in page.main.text


def test_a_registration_sent_twice_is_one_group_with_one_reference(site, session):
    page = site.open("/groups/register/")
    first, second = (site.send_on(page, "/groups/register/", CARERS) for _ in range(2))
    assert session.query(CommunityBody).count() == 1
    reference = second.select_one(".engage-reference").text
    assert reference == first.select_one(".engage-reference").text
    assert queries.body_by_reference(reference)


def test_a_registration_sent_twice_with_an_account_is_one_group(as_person, session, aisha):
    person = as_person(aisha)
    page = person.open("/groups/register/")
    for _ in range(2):
        done = person.send_on(page, "/groups/register/", CARERS)
        assert "You are the secretary" in done.main.text
    assert session.query(CommunityBody).count() == 1


def test_a_page_that_was_gone_back_to_registers_another_group(site, session):
    page = site.open("/groups/register/")
    first = site.send_on(page, "/groups/register/", CARERS)
    other = site.send_on(page, "/groups/register/", {**CARERS, "name": "Carers of Dyce"})
    references = [p.select_one(".engage-reference").text for p in (first, other)]
    named = [queries.body_by_reference(reference).name for reference in references]
    assert named == ["Young Carers of Torry", "Carers of Dyce"]


def test_changed_words_under_a_name_that_was_sent_are_not_lost_silently(site, session):
    page = site.open("/groups/register/")
    site.send_on(page, "/groups/register/", CARERS)
    again = {**CARERS, "purpose": "To be heard by everybody."}
    page = site.send_on(page, "/groups/register/", again, status=422)
    assert "known to us already" in errors(page)[0]
    assert "To be heard by everybody." in page.main.text


def test_somebody_else_can_not_take_the_receipt_of_a_group(site, app, session):
    site.send("/groups/register/", CARERS)
    stranger = type(site)(app.test_client())
    page = stranger.send("/groups/register/", CARERS, status=422)
    assert "known to us already" in errors(page)[0]


def test_the_receipt_does_not_stay_on_a_shared_screen(site, session, monkeypatch):
    site.send("/groups/register/", CARERS)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    page = site.open("/groups/register/done/")
    assert not page.select(".engage-reference")


def test_the_words_after_a_registration_stand_apart(site, session):
    page = site.send("/groups/register/", CARERS)
    assert f"{CARERS['name']}. Follow what you sent us" in " ".join(page.main.text.split())


def test_a_group_belongs_to_the_areas_that_it_chose(site, session):
    places = make_places(session)
    site.send("/groups/register/", {**CARERS, "areas": [str(places.glen_id)]})
    body = session.scalars(select(CommunityBody)).one()
    assert [area.locality_id for area in body.localities] == [places.glen_id]


def test_an_email_address_is_not_needed(site, session):
    site.send("/groups/register/", {**CARERS, "contact_email": "", "contact_role": ""})
    assert session.query(CommunityBody).count() == 1


def test_an_empty_form_names_every_answer_that_is_missing(site, session):
    page = site.send("/groups/register/", status=422)
    assert errors(page) == [
        "Enter the name of the group",
        "Choose what kind of group it is",
        "Choose whether the group is about a place or an interest",
        "Choose whether the group has a constitution",
        "Enter what the group is for",
        "Choose whether the group speaks for people who face disadvantage",
        "Choose how involved the group wants to be",
    ]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"name": "!!!"}, "Enter a name with letters or numbers"),
        ({"evidence": ""}, "Enter who they are and how you hear from them"),
        ({"contact_email": "carers"}, "Enter an email address, like name@example.org"),
        ({"kind": "cult"}, "Choose one of the answers"),
        ({"areas": ["999"]}, "Choose from the list"),
        (
            {"purpose": "x" * 2001},
            "“What is the group for?” must be 1,000 characters or fewer. Remove 1,001.",
        ),
        ({"name": "x" * 151}, "“Name of the group” must be 150 characters or fewer. Remove 1."),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_stays(site, session, answer, message):
    page = site.send("/groups/register/", {**CARERS, **answer}, status=422)
    assert errors(page) == [message]
    assert page.select_one("#purpose").text.strip() == {**CARERS, **answer}["purpose"]
    assert session.query(CommunityBody).count() == 0


def test_a_name_that_stands_is_said_at_its_field(site, session):
    make_body(session, "The Young Carers of Torry")
    page = site.send("/groups/register/", CARERS, status=422)
    assert "The Young Carers of Torry" in errors(page)[0]
    assert page.select_one("#name-error")


def test_a_name_with_null_bytes_and_marks_of_direction_is_cleaned(site, session):
    site.send("/groups/register/", {**CARERS, "name": "Torry\x00 \u202eGroup"})
    assert session.scalars(select(CommunityBody)).one().name == "Torry Group"


def test_the_receipt_opens_only_after_registering(site):
    assert site.open("/groups/register/done/").h1.text == "Register your group"


# A group's own pages ----------------------------------------------------------------------------

PAGES = ["", "details/", "wish/", "people/"]


@pytest.mark.parametrize("path", PAGES)
def test_an_outsider_finds_no_group(as_person, session, bryn, dev, path):
    body = make_body(session, represented_by=bryn)
    as_person(dev).open(f"/group/{body.slug}/{path}", status=404)


@pytest.mark.parametrize("path", PAGES)
def test_a_secretary_opens_every_page_of_the_group(as_person, session, bryn, path):
    body = make_body(session, represented_by=bryn, wish="consult")
    assert as_person(bryn).open(f"/group/{body.slug}/{path}").h1


@pytest.mark.parametrize("path", ["details/", "wish/", "people/"])
def test_a_reader_changes_nothing(as_person, session, bryn, path):
    body = make_body(session, represented_by=bryn, part="reader")
    site = as_person(bryn)
    assert not site.open(f"/group/{body.slug}/").select("a[href$='details/'], a[href$='wish/']")
    site.open(f"/group/{body.slug}/{path}", status=404)


def test_a_member_adds_nobody(as_person, session, bryn):
    body = make_body(session, represented_by=bryn, part="member")
    as_person(bryn).open(f"/group/{body.slug}/people/", status=404)


def test_a_secretary_changes_the_details(as_person, session, bryn):
    body = make_body(session, represented_by=bryn)
    page = as_person(bryn).send(f"/group/{body.slug}/details/", {"purpose": "To plant trees."})
    assert "To plant trees." in page.main.text
    assert (body.name, body.is_constituted) == ("Ferryhill Community Council", True)


def test_the_slower_of_two_editors_is_told_and_loses_nothing(as_person, session, bryn, now):
    body = make_body(session, represented_by=bryn)
    site = as_person(bryn)
    opened = site.open(f"/group/{body.slug}/details/")
    site.send(f"/group/{body.slug}/details/", {"purpose": "First."})
    path = f"/group/{body.slug}/details/"
    page = site.send_on(opened, path, {"purpose": "Second."}, status=409)
    assert "Somebody changed this group" in errors(page)[0]
    assert page.select_one("#purpose").text.strip() == "Second."
    assert body.purpose == "First."


@pytest.mark.requirement("R03")
def test_a_group_changes_its_wish(as_person, session, bryn):
    body = make_body(session, represented_by=bryn, wish="inform")
    as_person(bryn).send(f"/group/{body.slug}/wish/", {"wish": "none"})
    assert queries.wish_of(body) == "none"


# Finding groups ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=youth", ["Young Carers"]),
        ("interest=HOUSING", ["Tenants"]),
        ("wish=empower", ["Tenants"]),
        ("wish=inform", []),
        ("kind=youth&interest=housing", []),
        ("kind=cult&wish=x", ["Tenants", "Young Carers"]),
    ],
)
def test_r01_the_register_is_searched_by_kind_interest_and_wish(site, session, query, found):
    tenants = make_body(session, "Tenants", interests="Housing, heating", wish="inform")
    make_body(session, "Young Carers", kind="youth")
    session.add(
        ParticipationWish(body_id=tenants.id, level="empower", recorded_at=NOW, source="the group")
    )
    session.add(
        ParticipationWish(
            body_id=tenants.id, level="none", topic="roads", recorded_at=NOW, source="the group"
        )
    )
    session.commit()
    page = site.open(f"/groups/?{query}")
    assert [h.text for h in page.select(".engage-list h3")] == found


def test_r01_nothing_about_a_person_is_public(site, session, bryn):
    """Whatever is stored of contacts, representatives and evidence, no public page shows it."""
    body = make_body(
        session,
        represented_by=bryn,
        contact_email="secret@example.org",
        contact_role="Chairperson Zoe",
        evidence="Hidden evidence.",
        represents_disadvantage=True,
    )
    for path in ("", f"{body.slug}/", "groups.csv", "groups.json", "areas/", "network/"):
        text = site.client.get(f"/groups/{path}").text
        for hidden in ("secret@", "Zoe", "Bryn", "bryn@", "Hidden evidence"):
            assert hidden not in text, (path, hidden)
