"""One-time links by e-mail: signing in, a forgotten password, registering."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engage.accounts.actions import use_link
from engage.accounts.models import Account, RegistrationLink, SignInLink
from engage.extensions import db
from engage.messages.models import Message
from engage.permissions import Role
from tests.conftest import check_page
from tests.makers.accounts import PASSWORD, link_in, make_person, sent_mail

SENT = "Check your email"


@pytest.fixture
def bryn_registered(app):
    return make_person("Bryn", Role.REPRESENTATIVE)


def asks(site, email="bryn@example.org", path="/sign-in/link/"):
    page = site.send(path, {"email": email})
    assert page.h1.text == SENT
    return sent_mail()[-1]


def test_bryn_signs_in_with_a_link(site, bryn_registered):
    link = link_in(asks(site))
    assert "Sign in as Bryn" in site.open(link).h1.text
    site.send(link)
    assert site.open("/account/").h1.text == "Your account"


def test_mail_scanners_that_open_every_link_use_none_up(site, app, bryn_registered):
    link = link_in(asks(site))
    scanner = app.test_client()
    for _ in range(3):
        assert scanner.get(link).status_code == 200
        assert scanner.head(link).status_code == 200
    site.send(link)
    assert site.open("/account/").h1.text == "Your account"


def test_a_link_works_once(site, app, bryn_registered):
    link = link_in(asks(site))
    site.send(link)
    second = type(site)(app.test_client())
    page = second.open(link, status=410)
    assert page.h1.text == "This link no longer works"
    assert second.client.post(link).status_code == 410
    assert second.open("/account/").h1.text == "Sign in"


@pytest.mark.parametrize("path", ["/sign-in/link/", "/sign-in/password/", "/account/register/"])
def test_a_link_is_too_old_after_30_minutes(site, bryn_registered, path):
    email = "aisha@example.org" if "register" in path else "bryn@example.org"
    link = link_in(asks(site, email, path))
    for table in (SignInLink, RegistrationLink):
        for row in db.session.scalars(select(table)):
            row.expires_at -= timedelta(minutes=30)
    db.session.commit()
    site.open(link, status=410)


@pytest.mark.parametrize("path", ["/sign-in/link/", "/sign-in/password/", "/account/register/"])
def test_the_answer_is_the_same_whoever_has_an_account(site, bryn_registered, path):
    known = site.send(path, {"email": "bryn@example.org"})
    unknown = site.send(path, {"email": "nobody@example.org"})
    assert known.main.text == unknown.main.text
    assert [letter.address for letter in sent_mail()] == ["bryn@example.org", "nobody@example.org"]


def test_the_link_goes_to_the_address_as_its_owner_typed_it(site, app):
    make_person("Aisha", email="Aisha.S+pb@GoogleMail.com")
    assert asks(site, "aishas@gmail.com").address == "Aisha.S+pb@GoogleMail.com"


def test_a_forged_host_does_not_get_into_a_link(site, bryn_registered):
    forged = {"base_url": "http://evil.example", "headers": {"X-Forwarded-Host": "evil.example"}}
    page = check_page(site.client.get("/sign-in/link/", **forged).text)
    token = page.select_one("input[name=csrf_token]")["value"]
    data = {"email": "bryn@example.org", "csrf_token": token}
    site.client.post("/sign-in/link/", data=data, **forged)
    assert "http://localhost/sign-in/link/" in sent_mail()[-1].body
    assert "evil" not in sent_mail()[-1].body


def test_the_database_holds_no_link_that_works(site, bryn_registered):
    token = link_in(asks(site)).split("/")[-2]
    kept = db.session.scalars(select(SignInLink.token_hash)).all()
    assert token not in kept
    assert db.session.scalars(select(Message.body)).all() == [""]


def test_using_one_link_ends_the_others(site, bryn_registered):
    first, second = link_in(asks(site)), link_in(asks(site, path="/sign-in/password/"))
    site.send(first)
    site.open(second, status=410)


def test_a_link_of_one_purpose_does_not_serve_another(site, bryn_registered):
    token = link_in(asks(site)).split("/")[-2]
    site.open(f"/sign-in/password/{token}/", status=410)


def test_a_forgotten_password_is_chosen_anew(site, app, as_person, bryn_registered):
    elsewhere = as_person(bryn_registered)
    link = link_in(asks(site, path="/sign-in/password/"))
    site.send(link, {"new_password": "quiet river lantern"})
    assert site.open("/account/").h1.text == "Your account"
    assert elsewhere.open("/account/").h1.text == "Sign in"
    other = type(site)(app.test_client())
    other.send("/sign-in/", {"email": "bryn@example.org", "password": PASSWORD}, status=422)
    other.send("/sign-in/", {"email": "bryn@example.org", "password": "quiet river lantern"})


def test_a_poor_password_keeps_the_link(site, bryn_registered):
    link = link_in(asks(site, path="/sign-in/password/"))
    page = site.send(link, {"new_password": "bryn"}, status=422)
    assert "10 characters or more" in page.text
    site.send(link, {"new_password": "quiet river lantern"})


def test_a_resident_registers_and_chooses_a_password(site, app):
    link = link_in(asks(site, "Aisha@Example.org", "/account/register/"))
    assert db.session.scalars(select(Account)).all() == []
    site.send(link, {"name": "Aisha", "new_password": "quiet river lantern"})
    account = db.session.scalars(select(Account)).one()
    assert (account.email, account.mail_to) == ("aisha@example.org", "Aisha@Example.org")
    assert (account.name, account.role) == ("Aisha", "resident")
    assert site.open("/account/").h1.text == "Your account"


def test_a_resident_may_register_without_a_password(site, app):
    link = link_in(asks(site, "aisha@example.org", "/account/register/"))
    site.send(link, {"name": "Aisha"})
    assert db.session.scalars(select(Account)).one().password_hash is None
    assert "link by email" in site.open("/account/").text


def test_two_registrations_of_one_mailbox_open_one_account(site, app):
    first = link_in(asks(site, "aisha@gmail.com", "/account/register/"))
    second = link_in(asks(site, "a.i.sha@googlemail.com", "/account/register/"))
    site.send(first, {"name": "Aisha"})
    other = type(site)(app.test_client())
    other.send(second, {"name": "Not Aisha"}, status=410)
    assert [a.name for a in db.session.scalars(select(Account))] == ["Aisha"]


def test_somebody_with_an_account_who_registers_gets_a_link_to_sign_in(site, bryn_registered):
    letter = asks(site, path="/account/register/")
    assert "You already have an account" in letter.body
    site.send(link_in(letter))
    assert site.open("/account/").h1.text == "Your account"


def test_the_owner_of_a_closed_account_is_told_so(site, session, bryn_registered):
    bryn_registered.is_open = False
    session.commit()
    assert "closed" in asks(site).body


def test_asking_again_and_again_sends_five_messages(site, bryn_registered):
    for _ in range(8):
        asks(site)
    assert len(sent_mail()) == 5


@pytest.mark.parametrize(
    "email",
    [
        "",
        "bryn",
        "bryn@",
        "a,b@example.org",
        "b ryn@example.org",
        "bryn@example.org\r\nBcc: all@example.org",
        "<b@example.org>",
    ],
)
def test_what_is_no_address_is_refused_in_words(site, email):
    page = site.send("/sign-in/link/", {"email": email}, status=422)
    assert "Enter" in page.select_one(".ds_error-summary").text
    assert sent_mail() == []


def test_of_two_requests_with_one_link_the_second_is_refused(app, bryn_registered, now):
    link = SignInLink(
        token_hash="0" * 64, account_id=bryn_registered.id, purpose="sign_in", expires_at=now
    )
    db.session.add(link)
    db.session.commit()
    assert use_link(link, at=now)
    assert not use_link(link, at=now)
