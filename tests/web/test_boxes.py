"""Dates and times in boxes: empty ones, and how to fill them in."""

from datetime import date

from bs4 import BeautifulSoup
from flask import render_template_string

from engage.web.fields import Day, Instant
from engage.web.forms import Form
from engage.web.rules import parse_time

FIELD = "{% from 'web/form.html' import field %}{{ field(f) }}"


class Dated(Form):
    day = Day("Day")
    at = Instant("When?")


def test_a_date_that_nobody_gave_yet_is_an_empty_one(app):
    with app.test_request_context():
        assert Dated().day.data is None
        assert Dated(day=None).day.typed == {"day": "", "month": "", "year": ""}
        assert Dated(day=date(2026, 3, 27)).day.typed == {"day": "27", "month": "3", "year": "2026"}


def boxes(field):
    return BeautifulSoup(render_template_string(FIELD, f=field), "html.parser")


def test_the_box_of_a_time_says_how_to_write_one_and_takes_each_example(app):
    with app.test_request_context():
        page = boxes(Dated().at)
    hint = page.find(id=page.find(id="at-time")["aria-describedby"]).text
    assert hint == "Enter the time like 9am, 5:30pm or 17:30."
    assert [str(parse_time(word.strip(",."))) for word in hint.split() if word[0].isdigit()] == [
        "09:00:00",
        "17:30:00",
        "17:30:00",
    ]


def test_the_box_of_a_time_that_was_refused_names_its_hint_and_its_error(app):
    typed = {"at-day": "1", "at-month": "2", "at-year": "2027", "at-time": "midnight"}
    with app.test_request_context(method="POST", data=typed):
        form = Dated()
        form.validate()
        page = boxes(form.at)
    assert page.find(id="at-time")["aria-describedby"] == "at-time-hint at-error"
    assert page.find(id="at-day")["aria-describedby"] == "at-error"
    assert "Enter a time" in page.find(id="at-error").text


def test_a_date_without_a_time_has_no_hint_about_one(app):
    with app.test_request_context():
        assert "time" not in boxes(Dated().day).text
