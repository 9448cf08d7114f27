"""Each row of the requirements that bodies, partners and engagement answer has its test.

A test carries a row's number in a marker (``@pytest.mark.requirement("R74")``, also for a whole
module) or in its name (``test_r05_r06_what_was_done``).
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROWS = {f"R{n:02}" for n in (*range(1, 14), 16, 17, 20, 25, 32, 78, 79, 80)}


def rows_of(source: str) -> Iterator[str]:
    """The rows whose numbers the tests of one file carry."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef(name=name):
                numbers = re.match(r"test_((?:r\d\d_)*)", name)
                yield from re.findall(r"R\d\d", numbers[1].upper()) if numbers else ()
            case ast.Call(func=ast.Attribute(attr="requirement"), args=carried):
                yield from (str(each.value) for each in carried if isinstance(each, ast.Constant))


def test_a_number_is_read_from_a_marker_and_from_a_name():
    source = (
        '@pytest.mark.requirement("R01", "R74")\ndef test_one(): ...\n'
        "def test_r05_r06_two_in_r07_words(): ...\n"
        "def make_r08_ready(): ...\n"
    )
    assert sorted(rows_of(source)) == ["R01", "R05", "R06", "R74"]


def test_each_row_has_a_test_that_carries_its_number():
    files = Path(__file__).parent.rglob("test_*.py")
    carried = {row for file in files for row in rows_of(file.read_text(encoding="utf-8"))}
    assert ROWS - carried == set()
