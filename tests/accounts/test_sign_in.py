"""Signing in with a password, and out again."""

import pytest

from engage.accounts.models import SignInSession
from engage.extensions import db
from engage.permissions import Role
from tests.makers.accounts import PASSWORD, make_person


def signs_in(site, email="bryn@example.org", password=PASSWORD, status=200, path="/sign-in/"):
    return site.send(path, {"email": email, "password": password}, status=status)


@pytest.fixture
def secretary(app):
    return make_person("Bryn", Role.REPRESENTATIVE)


def test_bryn_signs_in_with_his_password(site, secretary):
    signs_in(site)
    assert site.response.request.path == "/group/"
    assert "Bryn" in site.open("/account/").text


def test_an_officer_lands_on_the_desk(app, site):
    make_person("Carys", Role.OFFICER)
    signs_in(site, "carys@example.org")
    assert site.response.request.path == "/desk/"


def test_the_address_may_be_written_in_another_way(site, secretary):
    signs_in(site, " BRYN+groups@Example.org. ")
    site.open("/account/")


@pytest.mark.parametrize(
    ("email", "password"),
    [("bryn@example.org", "wrong horse battery"), ("nobody@example.org", PASSWORD)],
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    site, secretary, email, password
):
    page = signs_in(site, email, password, status=422)
    assert "They do not match an account" in page.text
    assert page.select_one("#email")["value"] == email
    assert not page.select_one("#password")["value"]
    assert site.open("/account/").h1.text == "Sign in"


def test_a_closed_account_does_not_open(session, site, secretary):
    secretary.is_open = False
    session.commit()
    signs_in(site, status=422)


def test_nobody_is_signed_in_by_another_sites_form(site, secretary):
    answer = site.client.post("/sign-in/", data={"email": "bryn@example.org", "password": PASSWORD})
    assert answer.status_code == 422
    assert db.session.query(SignInSession).count() == 0


def test_the_way_on_leads_back_to_the_page_that_was_asked_for(site, secretary):
    signs_in(site, path="/sign-in/?next=/account/name/")
    assert site.response.request.path == "/account/name/"


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_the_way_on_never_leads_to_another_site(site, secretary, target):
    signs_in(site, path=f"/sign-in/?next={target}")
    assert site.response.request.host == "localhost"
    assert site.response.request.path == "/group/"


def test_signing_in_gives_a_new_session_whatever_the_browser_held(site, secretary):
    with site.client.session_transaction() as cookie:
        cookie["_user_id"] = "planted"
        cookie["planted"] = "yes"
    signs_in(site)
    with site.client.session_transaction() as cookie:
        assert cookie["_user_id"] != "planted"
        assert "planted" not in cookie


def test_signing_out_ends_the_session_on_the_server(app, site, secretary):
    signs_in(site)
    with site.client.session_transaction() as cookie:
        copied = cookie["_user_id"]
    site.send("/account/", form="/sign-out/")
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = copied
    assert thief.get("/account/").status_code == 302


def test_nobody_is_signed_out_by_a_link(site, secretary):
    signs_in(site)
    assert site.client.get("/sign-out/").status_code == 405
    assert site.client.post("/sign-out/").status_code == 400
    assert site.open("/account/").h1.text == "Your account"


def test_the_form_lets_a_password_manager_fill_it(site):
    page = site.open("/sign-in/")
    assert page.select_one("#email")["autocomplete"] == "username"
    assert page.select_one("#password")["autocomplete"] == "current-password"
