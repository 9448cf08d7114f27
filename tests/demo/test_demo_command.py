"""When the demo is not told."""

import pytest

from engage.demo.commands import demo
from tests.makers.places import make_places


def test_a_database_that_holds_anything_is_refused_in_words(app, session):
    make_places(session)
    ran = app.test_cli_runner().invoke(demo)
    assert ran.exit_code == 1
    assert "The database is not empty" in ran.output


def test_an_account_alone_is_enough_to_refuse(app, aisha):
    assert app.test_cli_runner().invoke(demo).exit_code == 1


def test_a_live_site_is_refused(app, monkeypatch):
    monkeypatch.setitem(app.config, "ENGAGE_ENV", "production")
    ran = app.test_cli_runner().invoke(demo)
    assert ran.exit_code == 1
    assert "live site" in ran.output


@pytest.mark.parametrize("words", ["seed", "Strathlyle"])
def test_the_help_says_what_it_does(app, words):
    assert words in app.test_cli_runner().invoke(demo, ["--help"]).output
