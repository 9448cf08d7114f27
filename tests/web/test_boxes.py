"""Dates in boxes, before anything was typed."""

from datetime import date

from engage.web.fields import Day
from engage.web.forms import Form


class Dated(Form):
    day = Day("Day")


def test_a_date_that_nobody_gave_yet_is_an_empty_one(app):
    with app.test_request_context():
        assert Dated().day.data is None
        assert Dated(day=None).day.typed == {"day": "", "month": "", "year": ""}
        assert Dated(day=date(2026, 3, 27)).day.typed == {"day": "27", "month": "3", "year": "2026"}
