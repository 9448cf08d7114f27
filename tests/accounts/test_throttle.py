"""Guessing at passwords stops; the owner, and a library behind one address, always get in."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from engage import clock
from engage.accounts.actions import note_failed_try
from engage.accounts.models import FailedTry
from engage.accounts.queries import is_throttled
from engage.extensions import db
from tests.makers.accounts import PASSWORD, link_in, make_person, sent_mail

BRYN = "bryn@example.org"


@pytest.fixture(autouse=True)
def secretary(app):
    return make_person("Bryn")


def guesses(site, times, email=BRYN):
    for _ in range(times):
        site.send("/sign-in/", {"email": email, "password": "wrong horse battery"}, status=422)


def test_the_sixth_guess_is_not_heard_even_if_it_is_right(site):
    guesses(site, 5)
    page = site.send("/sign-in/", {"email": BRYN, "password": PASSWORD}, status=429)
    assert "Wait 15 minutes, or sign in with a link by email" in page.text
    assert 0 < int(site.response.headers["Retry-After"]) <= 900
    assert site.open("/account/").h1.text == "Sign in"


def test_other_people_behind_the_same_address_sign_in(site, app):
    guesses(site, 5)
    make_person("Aisha")
    other = type(site)(app.test_client())
    other.send("/sign-in/", {"email": "aisha@example.org", "password": PASSWORD})
    assert other.open("/account/").h1.text == "Your account"


def test_the_owner_signs_in_from_another_place(site, app):
    guesses(site, 5)
    home = type(site)(app.test_client())
    home.client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    home.send("/sign-in/", {"email": BRYN, "password": PASSWORD})
    assert home.open("/account/").h1.text == "Your account"


def test_a_forged_forwarding_address_is_no_other_place(site):
    for number in range(5):
        site.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{number}"
        guesses(site, 1)
    site.send("/sign-in/", {"email": BRYN, "password": PASSWORD}, status=429)


def test_an_unknown_address_is_throttled_the_same(site):
    guesses(site, 5, "nobody@example.org")
    site.send("/sign-in/", {"email": "Nobody+1@example.org", "password": "x" * 10}, status=429)


def test_the_count_starts_anew_when_the_owner_gets_in(site, app):
    guesses(site, 4)
    site.send("/sign-in/", {"email": BRYN, "password": PASSWORD})
    other = type(site)(app.test_client())
    guesses(other, 4)


def test_guesses_from_everywhere_leave_the_link_by_email(site):
    for number in range(50):
        note_failed_try("password", BRYN, f"source {number}", clock.now())
    db.session.commit()
    page = site.send("/sign-in/", {"email": BRYN, "password": PASSWORD}, status=429)
    assert "tried too often today" in page.text
    site.send("/sign-in/link/", {"email": BRYN})
    site.send(link_in(sent_mail()[-1]))
    assert site.open("/account/").h1.text == "Your account"


def test_a_new_password_is_heard_after_any_number_of_guesses(site, app):
    guesses(site, 5)
    site.send("/sign-in/password/", {"email": BRYN})
    site.send(link_in(sent_mail()[-1]), {"new_password": "quiet river lantern"})
    other = type(site)(app.test_client())
    other.send("/sign-in/", {"email": BRYN, "password": "quiet river lantern"})


def test_tries_hold_neither_address_nor_source_and_go_after_a_day(app, now):
    note_failed_try("code", "AB123", "203.0.113.7", now)
    db.session.commit()
    kept = db.session.scalars(select(FailedTry)).one()
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in (kept.key, kept.source))
    note_failed_try("code", "CD456", "203.0.113.7", now + timedelta(days=1))
    db.session.commit()
    assert db.session.query(FailedTry).count() == 1


def test_a_voters_code_is_throttled_by_code_and_source(app, now):
    for _ in range(5):
        note_failed_try("code", "AB123", "library", now)
    assert is_throttled("code", "AB123", "library", now)
    assert not is_throttled("code", "CD456", "library", now)
    assert not is_throttled("code", "AB123", "home", now)
