"""Words for lists, as the pages say them, and the frame of a form that was refused."""

import pytest

from engage.web.filters import listed


@pytest.mark.parametrize(
    ("things", "said"),
    [([], ""), ([1], "1"), ([1, 2], "1 and 2"), ([1, 2, 5], "1, 2 and 5")],
)
def test_things_are_listed_as_they_are_said(app, things, said):
    with app.test_request_context():
        assert listed(things) == said
