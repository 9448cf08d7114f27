"""CSV files: whatever stands in a cell, no spreadsheet runs it, and it is read as it was."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engage.web.pages import csv_download
from engage.web.rules import safe_cell

CELLS = st.one_of(
    st.text(alphabet='=+-@\t\r\n,"a b\x00', max_size=4), st.integers(-9, 9), st.none()
)


def read(app, rows):
    with app.test_request_context():
        text = csv_download("facts.csv", ("one", "two"), rows).get_data(as_text=True)
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))[1:]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "=a,b", '="a"', "-\n", "a\x00=1"]
)
@pytest.mark.parametrize("place", [0, 1])
def test_a_cell_that_a_spreadsheet_would_run_is_made_safe(app, cell, place):
    row = ["plain", "plain"]
    row[place] = cell
    (found,) = read(app, [row])
    assert found[place] == safe_cell(cell) != cell


def test_a_number_below_zero_stays_a_number(app):
    assert read(app, [(-1, "=2")]) == [["-1", "'=2"]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELLS, CELLS), max_size=4))
def test_every_file_holds_what_each_cell_would(app, rows):
    assert read(app, rows) == [[str(safe_cell(cell)) for cell in row] for row in rows]
