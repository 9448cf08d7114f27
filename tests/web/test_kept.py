"""Figures that are counted once a minute at the most."""

from datetime import timedelta
from itertools import count

from engage import clock
from engage.engagements.queries.matrix import wishes_and_offers
from engage.web.kept import counted
from tests.makers.bodies import make_body


def test_figures_are_counted_anew_after_a_minute_or_for_another_question(app, monkeypatch):
    monkeypatch.setitem(app.config, "FIGURES_KEPT_SECONDS", 60)
    numbers, began = count(1), clock.now()
    with app.app_context():
        first = counted(lambda: next(numbers), "a", 1)
        assert (first.figures, counted(lambda: next(numbers), "a", 1)) == (1, first)
        assert counted(lambda: next(numbers), "a", 2).figures == 2
        monkeypatch.setattr("engage.clock.now", lambda: began + timedelta(seconds=61))
        again = counted(lambda: next(numbers), "a", 1)
        assert (again.figures, again.at) == (3, clock.now())
        assert set(app.extensions["figures"]) == {("a", 1)}, "what is old is thrown away"


def test_figures_of_a_clock_that_was_put_back_are_counted_anew(app, monkeypatch):
    monkeypatch.setitem(app.config, "FIGURES_KEPT_SECONDS", 60)
    numbers, began = count(1), clock.now()
    with app.app_context():
        monkeypatch.setattr("engage.clock.now", lambda: began + timedelta(days=9))
        assert counted(lambda: next(numbers), "b").figures == 1
        monkeypatch.setattr("engage.clock.now", lambda: began)
        assert counted(lambda: next(numbers), "b").figures == 2


def test_wishes_and_offers_are_counted_once_while_they_are_kept(app, session, monkeypatch):
    make_body(session, "One")
    monkeypatch.setitem(app.config, "FIGURES_KEPT_SECONDS", 60)
    assert wishes_and_offers().figures == [("", None, 1)]
    make_body(session, "Two")
    assert wishes_and_offers().figures == [("", None, 1)]
    monkeypatch.setitem(app.config, "FIGURES_KEPT_SECONDS", 0)
    assert wishes_and_offers().figures == [("", None, 2)]
