"""Recovery sheets on paper: read as they were printed, and a slip is found at its line."""

import pytest

from engage.budgeting.rules.sheets import SheetRefused, mark_of, read_sheet, sheet_of
from engage.messages.rules import ALPHABET

KEY, OTHER = bytes(range(32)), bytes(range(32, 64))
PRINTED = sheet_of({"round-7": KEY})


def read(lines, names=("round-7",)):
    return read_sheet("\n".join(lines), names)


def faults_of(lines, names=("round-7",)):
    with pytest.raises(SheetRefused) as refusal:
        read(lines, names)
    return refusal.value.faults


def test_a_sheet_is_four_short_lines_that_give_the_key_back():
    assert [len(line) for line in PRINTED] == [21] * 4
    assert read(PRINTED) == {"round-7": KEY}


def test_a_sheet_of_two_keys_gives_both_back_by_name():
    lines = sheet_of({"identity": KEY, "code": OTHER})
    assert len(lines) == 8
    assert read(lines, ("identity", "code")) == {"identity": KEY, "code": OTHER}


@pytest.mark.parametrize(
    "typed",
    [
        "\n".join(PRINTED).lower(),
        "\r\n\r\n".join(PRINTED) + "\n",
        "\n".join(line.replace("-", " ") for line in PRINTED),
        "\n".join(line.replace("0", "O").replace("1", "l") for line in PRINTED),
        "\n".join(f"{n}. {line}" for n, line in enumerate(PRINTED, 1)),
    ],
)
def test_it_does_not_matter_how_it_is_typed(typed):
    assert read_sheet(typed, ["round-7"]) == {"round-7": KEY}


@pytest.mark.parametrize("line", range(4))
@pytest.mark.parametrize("place", [0, 3, 5, 18, 20])
def test_any_one_wrong_character_is_found_at_its_line(line, place):
    for character in ALPHABET:
        if character != PRINTED[line][place]:
            typed = list(PRINTED)
            typed[line] = PRINTED[line][:place] + character + PRINTED[line][place + 1 :]
            assert faults_of(typed) == [
                f"Check line {line + 1}: one of its letters or numbers is different"
            ]


def test_every_line_with_a_slip_is_named_at_once():
    typed = [PRINTED[0][:-1], PRINTED[1], PRINTED[2].replace("-", "U", 1), PRINTED[3]]
    assert [fault[:12] for fault in faults_of(typed)] == ["Line 1 has 1", "Line 3 has 1"]


def test_lines_in_another_order_are_found():
    assert len(faults_of([PRINTED[1], PRINTED[0], *PRINTED[2:]])) == 2


@pytest.mark.parametrize(("lines", "found"), [([], 0), (PRINTED[:3], 3), (PRINTED * 2, 8)])
def test_the_number_of_lines_is_told(lines, found):
    assert faults_of(lines) == [f"Type all 4 lines of the sheet: {found} are here"]


def test_lines_that_are_right_but_not_of_one_sheet_are_refused():
    mixed = [*PRINTED[:3], sheet_of({"round-7": OTHER})[3]]
    assert faults_of(mixed) == ["This is the sheet of something else: check its heading"]


def test_the_sheet_of_another_round_is_refused():
    assert faults_of(PRINTED, ("round-8",)) == [
        "This is the sheet of something else: check its heading"
    ]


def test_a_mark_names_the_keys_and_shows_nothing_of_them():
    assert mark_of({"round-7": KEY}) == mark_of({"round-7": KEY})
    assert mark_of({"round-7": KEY}) != mark_of({"round-8": KEY})
    assert KEY.hex()[:8] not in mark_of({"round-7": KEY})
