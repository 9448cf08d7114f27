"""Pages in words, whatever fails: even without the database that every page asks."""

import logging

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engage.extensions import db
from engage.partners.models import Partnership
from tests.conftest import check_page


@pytest.fixture
def away(app, monkeypatch):
    """Call it, and the database refuses every connection from then on."""
    db.session.add(Partnership(id=1, name="Strathlyle", contact_phone="01224 000 000"))
    db.session.commit()

    def refuse(*args, **kwargs):
        raise OperationalError("connect", {}, Exception("password of the database"))

    def go():
        db.session.remove()
        db.engine.dispose()
        monkeypatch.setattr(sa.engine.Engine, "connect", refuse)
        monkeypatch.setattr(sa.pool.Pool, "connect", refuse)

    return go


def away_page(site, address, status=503):
    answer = site.client.get(address)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "password of the database" not in answer.text
    return check_page(answer.text)


@pytest.mark.parametrize("address", ["/", "/rounds/", "/sign-in/", "/groups/", "/theme.css"])
def test_a_page_says_in_words_that_the_database_is_away(site, away, address):
    away()
    page = away_page(site, address)
    assert page.h1.text == "We cannot save anything just now"
    assert page.title.text.startswith("Error:")


def test_somebody_who_is_signed_in_gets_the_page_too(as_person, carys, away):
    carys_site = as_person(carys)
    away()
    assert away_page(carys_site, "/desk/").h1.text == "We cannot save anything just now"


def test_the_page_still_says_whom_to_phone(site, away):
    site.open("/")
    away()
    page = away_page(site, "/rounds/")
    assert "01224 000 000" in page.main.text
    assert page.title.text.endswith("Strathlyle")


def test_an_unknown_address_stays_unknown_without_a_database(site, away):
    away()
    assert away_page(site, "/no-such-page", 404).h1.text == "Page not found"


def failing_page(app, monkeypatch, error):
    def fail():
        raise error

    fail.access = "public"
    monkeypatch.setitem(app.view_functions, "home.privacy", fail)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("UPDATE", {}, Exception("disk is full")), 503),
        (InternalError("UPDATE", {}, Exception("read-only transaction")), 503),
        (PoolTimeout("no connection is free"), 503),
        (IntegrityError("INSERT", {}, Exception("twice")), 500),
    ],
)
def test_what_passes_is_told_apart_from_a_mistake_of_ours(app, site, monkeypatch, error, status):
    failing_page(app, monkeypatch, error)
    assert away_page(site, "/privacy/", status)


def test_no_log_quotes_what_was_being_written(app, site, caplog, monkeypatch):
    row = "Failing row contains (1, \\x0a, online, [17,23])"
    failing_page(
        app,
        monkeypatch,
        IntegrityError("INSERT INTO ballot", {"choices": "[17,23]"}, Exception(row)),
    )
    with caplog.at_level(logging.DEBUG):
        site.client.get("/privacy/")
    assert "IntegrityError" in caplog.text
    assert "test_errors.py" in caplog.text  # where it happened
    assert "[17,23]" not in caplog.text


def test_an_error_of_the_database_never_carries_the_values(app):
    with pytest.raises(DBAPIError) as caught:
        db.session.execute(sa.text("SELECT * FROM nowhere WHERE choices = :c"), {"c": "[17,23]"})
    assert "[17,23]" not in str(caught.value)
