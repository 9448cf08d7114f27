"""One's own account: name, password, other devices, closing it."""

import pytest

from engage.accounts.models import Account
from engage.extensions import db
from engage.permissions import Role
from tests.makers.accounts import PASSWORD, make_person

NEW = "quiet river lantern"


@pytest.fixture
def person(app):
    return make_person("Bryn", Role.REPRESENTATIVE)


def test_bryn_changes_his_name(as_person, person):
    as_person(person).send("/account/name/", {"name": "Bryn Rees"})
    assert db.session.get(Account, person.id).name == "Bryn Rees"


def test_a_new_password_signs_other_devices_out_and_keeps_this_one(as_person, person, site):
    here, elsewhere = as_person(person), as_person(person)
    here.send("/account/password/", {"password": PASSWORD, "new_password": NEW})
    assert here.open("/account/").h1.text == "Your account"
    assert elsewhere.open("/account/").h1.text == "Sign in"
    site.send("/sign-in/", {"email": "bryn@example.org", "password": NEW})


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"password": "wrong horse battery", "new_password": NEW}, "This is not it"),
        ({"password": PASSWORD, "new_password": "password123"}, "Too many people"),
        ({"password": PASSWORD}, "Enter a password of 10 characters"),
    ],
)
def test_a_password_is_not_changed_without_the_old_one_or_a_good_new_one(
    as_person, person, site, typed, words
):
    page = as_person(person).send("/account/password/", typed, status=422)
    assert words in page.select_one(".ds_error-summary").text
    site.send("/sign-in/", {"email": "bryn@example.org", "password": PASSWORD})


def test_the_old_password_cannot_be_guessed_here_either(as_person, person):
    here = as_person(person)
    wrong = {"password": "wrong horse battery", "new_password": NEW}
    for _ in range(5):
        here.send("/account/password/", wrong, status=422)
    here.send("/account/password/", {"password": PASSWORD, "new_password": NEW}, status=429)


def test_signing_out_on_other_devices_leaves_this_one(as_person, person):
    here, elsewhere = as_person(person), as_person(person)
    page = here.send("/account/", form="/account/sign-out-everywhere/")
    assert "1 other device is signed out" in page.text
    assert elsewhere.open("/account/").h1.text == "Sign in"


def test_closing_an_account_erases_its_owner_and_frees_the_mailbox(as_person, person, site):
    here, elsewhere = as_person(person), as_person(person)
    here.send("/account/close/", {"sure": "y"})
    assert elsewhere.open("/account/").h1.text == "Sign in"
    kept = db.session.get(Account, person.id)
    assert (kept.name, kept.is_open, kept.password_hash) == ("Closed account", False, None)
    assert "bryn" not in kept.email + kept.mail_to
    site.send("/sign-in/", {"email": "bryn@example.org", "password": PASSWORD}, status=422)
    make_person("Bryn")


def test_closing_needs_a_second_step(as_person, person):
    page = as_person(person).send("/account/close/", status=422)
    assert "Tick the box" in page.text
    assert db.session.get(Account, person.id).is_open


def test_the_last_administrator_stays(as_person, ada):
    page = as_person(ada).send("/account/close/", {"sure": "y"}, status=422)
    assert "last administrator" in page.text
    assert db.session.get(Account, ada.id).is_open


def test_somebody_without_a_password_is_shown_the_way_to_one(as_person, dev):
    page = as_person(dev).open("/account/")
    assert page.select_one("a[href='/sign-in/password/']")
