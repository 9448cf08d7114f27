"""Administrators keep the accounts; nobody else does."""

import threading

import pytest
from sqlalchemy import select

from engage import clock
from engage.accounts.actions import change_role, create_account
from engage.accounts.models import Account
from engage.accounts.rules import AccountRefused
from engage.audit.models import AuditEvent
from engage.extensions import db
from engage.permissions import Role
from tests.makers.accounts import link_in, sent_mail


def page_of(account):
    return f"/desk/accounts/{account.public_id}/"


def trail():
    return [(e.action, e.object, e.actor_id) for e in db.session.scalars(select(AuditEvent))]


def test_ada_sees_everybody_by_name(as_person, ada, carys, aisha):
    page = as_person(ada).open("/desk/accounts/")
    assert [row.th.text for row in page.select("tbody tr")] == ["Ada", "Aisha", "Carys"]
    assert "3 accounts" in page.text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("role=officer", ["Carys"]),
        ("words=AISHA", ["Aisha"]),
        ("words=example.org+carys", ["Carys"]),
        ("words=%25", []),
        ("words=_", []),
        ("words='--", []),
        ("role=rubbish&page=99", ["Ada", "Aisha", "Carys"]),
        ("page=rubbish", ["Ada", "Aisha", "Carys"]),
    ],
)
def test_accounts_are_searched(as_person, ada, carys, aisha, query, names):
    page = as_person(ada).open(f"/desk/accounts/?{query}")
    assert [row.th.text for row in page.select("tbody tr")] == names


def test_a_new_officer_is_sent_a_link_to_choose_a_password(as_person, ada, site):
    data = {"name": "Carys", "email": "carys@example.org", "role": "officer"}
    as_person(ada).send("/desk/accounts/new/", data)
    site.send(link_in(sent_mail()[-1]), {"new_password": "quiet river lantern"})
    assert site.response.request.path == "/desk/"
    account = db.session.scalars(select(Account).where(Account.name == "Carys")).one()
    assert ("account.created", f"account:{account.id}", ada.id) in trail()


def test_an_address_that_has_an_account_is_refused(as_person, ada, carys):
    data = {"name": "Carys", "email": "Carys+2@example.org", "role": "officer"}
    page = as_person(ada).send("/desk/accounts/new/", data, status=422)
    assert "has an account already" in page.text
    assert sent_mail() == []


def test_a_new_role_signs_its_owner_out(as_person, ada, carys):
    carys_site = as_person(carys)
    as_person(ada).send(page_of(carys), {"role": "analyst"})
    assert db.session.get(Account, carys.id).role == "analyst"
    assert carys_site.open("/account/").h1.text == "Sign in"
    assert trail() == [("account.role_changed", f"account:{carys.id}", ada.id)]


def test_a_closed_account_is_opened_again(as_person, ada, carys):
    carys_site, ada_site = as_person(carys), as_person(ada)
    ada_site.send(page_of(carys), form=f"{page_of(carys)}close/")
    assert carys_site.open("/account/").h1.text == "Sign in"
    ada_site.send(page_of(carys), form=f"{page_of(carys)}reopen/")
    assert db.session.get(Account, carys.id).is_open
    assert [action for action, _, _ in trail()] == ["account.closed", "account.reopened"]


def test_ada_cannot_change_her_own_role_or_close_herself_here(as_person, ada, app):
    other = create_account("second@example.org", "Second", Role.ADMINISTRATOR, at=clock.now())
    db.session.commit()
    site = as_person(ada)
    assert not site.open(page_of(ada)).select("form")
    token = site.open(page_of(other)).select_one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "role": "officer"}
    assert site.client.post(page_of(ada), data=data).status_code == 422
    assert site.client.post(f"{page_of(ada)}close/", data=data).status_code == 422
    kept = db.session.get(Account, ada.id)
    assert (kept.role, kept.is_open) == ("administrator", True)


def test_an_account_its_owner_closed_is_not_found(as_person, ada, dev):
    as_person(dev).send("/account/close/", {"sure": "y"})
    as_person(ada).open(page_of(dev), status=404)


def test_an_account_is_sent_its_link_once_more(as_person, ada, carys):
    as_person(ada).send(page_of(carys), form=f"{page_of(carys)}invite/")
    assert sent_mail()[-1].address == "carys@example.org"


@pytest.mark.parametrize("path", ["", "new/"])
def test_carys_and_dev_do_not_keep_accounts(as_person, carys, dev, path):
    for person in (carys, dev):
        as_person(person).open(f"/desk/accounts/{path}", status=403)


def test_two_administrators_cannot_demote_each_other_at_once(app, ada):
    other = create_account("second@example.org", "Second", Role.ADMINISTRATOR, at=clock.now())
    db.session.commit()
    pairs, start, outcomes = [(ada.id, other.id), (other.id, ada.id)], threading.Barrier(2), []
    db.session.rollback()

    def demote(by: int, whom: int) -> None:
        with app.app_context():
            account = db.session.get(Account, whom)
            start.wait()
            try:
                change_role(account, Role.OFFICER, at=clock.now(), by=by, by_role="administrator")
                db.session.commit()
                outcomes.append("changed")
            except AccountRefused:
                db.session.rollback()
                outcomes.append("refused")

    threads = [threading.Thread(target=demote, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["changed", "refused"]
    left = select(db.func.count()).select_from(Account).where(Account.role == "administrator")
    assert db.session.scalar(left) == 1


# The command line --------------------------------------------------------------------------------


@pytest.fixture
def run(app):
    return lambda *args, **kw: app.test_cli_runner().invoke(args=["accounts", *args], **kw)


CARYS = ("--email", "carys@example.org", "--name", "Carys")


def test_an_officer_made_by_command_signs_in_with_the_password_of_a_file(run, site, tmp_path):
    file = tmp_path / "password"
    file.write_text("quiet river lantern\n")
    ran = run("create-officer", *CARYS, "--password-file", str(file))
    assert ran.exit_code == 0, ran.output
    assert "quiet" not in ran.output
    site.send("/sign-in/", {"email": "carys@example.org", "password": "quiet river lantern"})
    assert site.response.request.path == "/desk/"
    assert trail()[0][0] == "account.created"


def test_without_a_password_the_command_prints_a_link_that_works_once(run, site):
    ran = run("create-officer", *CARYS, "--role", "administrator")
    assert ran.exit_code == 0, ran.output
    link = ran.output.split()[-1].removeprefix("http://localhost")
    site.send(link, {"new_password": "quiet river lantern"})
    site.open(link, status=410)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--email", "rubbish", "--name", "Carys"), "Enter an email address"),
        ((*CARYS, "--password-file", "-"), "10 characters or more"),
        ((*CARYS, "--role", "resident"), "is not one of"),
    ],
)
def test_a_command_that_can_not_be_done_says_why(run, args, words):
    ran = run("create-officer", *args, input="short\n")
    assert ran.exit_code != 0
    assert words in ran.output
    assert db.session.query(Account).count() == 0


def test_an_address_is_made_an_officer_once(run):
    assert run("create-officer", *CARYS).exit_code == 0
    ran = run("create-officer", *CARYS)
    assert ran.exit_code == 1
    assert "has an account already" in ran.output


def test_accounts_are_listed(run, carys, aisha):
    ran = run("list", "--role", "officer")
    assert "Carys  <carys@example.org>" in ran.output
    assert "Aisha" not in ran.output
    assert "1 account." in ran.output
