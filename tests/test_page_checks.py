"""The check of every page (``check_page``) finds what it is for."""

import pytest

from tests.conftest import check_page

GOOD = """<!DOCTYPE html><html lang="en"><head><title>Funds – Engage</title>
<script src="/a.js"></script></head><body><h1>Funds</h1><p>One<br>two<br/>three</p>
<form method="post"><input type="hidden" name="csrf_token" value="x">
<label for="name">Name</label><input id="name" name="name" aria-describedby="hint">
<p id="hint">As on a letter</p><select name="kind" aria-label="Kind"><option>A</option></select>
<input type="submit" name="go"></form><form><input type="hidden" name="q"></form>
END</body></html>"""


def test_a_good_page_is_returned_for_more_questions():
    assert check_page(GOOD).select_one("#hint").text == "As on a letter"


@pytest.mark.parametrize(
    ("there", "instead", "fault"),
    [
        ("END", "</p>", "</p> closes"),
        ("END", "</br>", "closes nothing"),
        ("END", "<div><span></div></span>", "</div> closes <span>"),
        ("END", "<div>", "</body> closes <div>"),
        ("<h1>Funds</h1>", "", "one <h1>"),
        ("END", "<h1>Another</h1>", "one <h1>"),
        ("<title>Funds – Engage</title>", "", "has a title"),
        ("Funds – Engage", " – Engage", "the title says"),
        ("END", '<p id="hint">Again</p>', "ids stand twice"),
        ('for="name"', 'for="else"', "name has no label"),
        ('id="name" ', "", "name has no label"),
        (' aria-label="Kind"', "", "kind has no label"),
        ("END", '<textarea name="more"></textarea>', "more has no label"),
        ('id="hint"', 'id="hints"', "aria-describedby names hint"),
        ("END", "<script>go()</script>", "inline script or style"),
        ("END", "<style>p {}</style>", "inline script or style"),
        ("END", '<p style="">a</p>', "inline script or style"),
        ("END", '<p onclick="go()">a</p>', "inline script or style"),
        ('name="csrf_token"', 'name="token"', "has no token"),
    ],
)
def test_a_fault_is_found(there, instead, fault):
    assert there in GOOD
    with pytest.raises(AssertionError, match=fault):
        check_page(GOOD.replace(there, instead, 1))
