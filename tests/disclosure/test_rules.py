"""Small numbers are held back, and no total gives them away."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.disclosure.rules import (
    HeldBack,
    hold_back,
    hold_back_linked,
    hold_back_row,
    hold_back_table,
)

SMALL, OTHER = HeldBack(), HeldBack(is_small=False)


@pytest.mark.requirement("R74")
@pytest.mark.parametrize(
    ("count", "shown"), [(0, 0), (1, SMALL), (4, SMALL), (5, 5), (6, 6), (1000, 1000)]
)
def test_one_to_four_are_held_back_and_nought_is_shown(count, shown):
    assert hold_back(count) == shown


def test_the_threshold_is_a_setting():
    assert str(hold_back(9, threshold=10)) == "fewer than 10"
    assert hold_back(10, threshold=10) == 10


def test_a_negative_count_is_a_mistake():
    with pytest.raises(ValueError, match="0 or more"):
        hold_back(-1)


@pytest.mark.requirement("R74")
@pytest.mark.parametrize(
    ("counts", "cells", "total"),
    [
        ([10, 20], [10, 20], 30),
        ([0, 0], [0, 0], 0),
        ([], [], 0),
        ([3], [SMALL], SMALL),  # the only count is its own total
        ([3, 0, 0], [SMALL, 0, 0], SMALL),
        ([3, 12, 40], [SMALL, OTHER, 40], 55),  # the smallest other one goes too
        ([2, 3, 40], [SMALL, SMALL, 40], 45),  # two hide each other
        ([1, 1, 40], [SMALL, SMALL, OTHER], 42),  # unless their sum gives both away
        ([4, 4, 40], [SMALL, SMALL, OTHER], 48),
        ([1, 5, 14], [SMALL, 5, OTHER], 20),  # a 5 can hide nothing: it could not be less
        ([1, 6, 14], [SMALL, OTHER, OTHER], 21),  # nor can a 6 beside a 1, since it was not a 5
        ([1, 5], [SMALL, 5], OTHER),  # nothing is left but the total
        ([4, 10, 10], [SMALL, OTHER, OTHER], 24),  # the reader knows the smaller one was chosen
        ([1, 1, 1, 1], [SMALL] * 4, OTHER),  # four marks below 5 would make each of them 1
    ],
)
def test_no_total_gives_a_held_back_count_away(counts, cells, total):
    assert hold_back_row(counts) == (cells, total)


def test_a_part_of_a_part_is_kept_from_both_totals():
    # Matched is the sum of the fifths; everybody is the matched and the others.
    cells = hold_back_linked(
        {
            "fifth 1": (3, "fifths", "matched"),
            "fifth 2": (30, "fifths", "matched"),
            "matched": (33, "matched", "all"),
            "not given": (40, "fifths", "all"),
            "all": (73, "all", "fifths"),
        },
        totals=["matched", "all"],
    )
    assert cells == {"fifth 1": SMALL, "fifth 2": OTHER, "matched": 33, "not given": 40, "all": 73}


def test_a_total_that_is_not_the_sum_is_a_mistake():
    with pytest.raises(ValueError, match="make 10 and not 11"):
        hold_back_row([4, 6], 11)


def test_a_table_with_margins_holds_back_the_smallest_rectangle():
    cells, rows, columns, total = hold_back_table([[3, 20, 30], [25, 40, 50], [35, 60, 70]])
    assert cells == [[SMALL, OTHER, 30], [OTHER, OTHER, 50], [35, 60, 70]]
    assert (rows, columns, total) == ([53, 115, 165], [63, 120, 150], 333)


def test_a_table_with_rows_of_unlike_length_is_a_mistake():
    with pytest.raises(ValueError, match="same length"):
        hold_back_table([[1, 2], [3]])


def test_links_that_do_not_add_up_are_a_mistake():
    with pytest.raises(ValueError, match="sums"):
        hold_back_linked({"part": (7, "a", "b"), "total": (8, "b", "a")})


# A reader with time: every table that fits what was published ------------------------------------


def values_that_fit(cell, most):
    """What a reader who knows the rule may put in place of a cell."""
    if not isinstance(cell, HeldBack):
        return [cell]
    return range(1, cell.threshold) if cell.is_small else range(1, most + 1)


@pytest.mark.requirement("R74")
@settings(deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=4))
def test_a_reader_who_tries_everything_is_left_with_two_values_or_more(counts):
    cells, total = hold_back_row(counts)
    most = sum(counts) + 5
    fits = [
        guess
        for guess in product(*(values_that_fit(cell, most) for cell in cells))
        if sum(guess) in values_that_fit(total, most)
        and all(n >= 6 for n, cell in zip(guess, cells, strict=True) if cell == OTHER)
    ]
    assert tuple(counts) in fits
    for place, cell in enumerate(cells):
        if cell == SMALL:
            assert len({guess[place] for guess in fits}) > 1


@pytest.mark.requirement("R74")
@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.integers(0, 8), min_size=2, max_size=2), min_size=2, max_size=2))
def test_a_reader_who_tries_every_table_with_margins_is_left_with_two_values_or_more(rows):
    cells, row_totals, column_totals, total = hold_back_table(rows)
    flat, most = [*cells[0], *cells[1]], sum(map(sum, rows)) + 5

    def agrees(a, b, c, d):
        sums = [(a + b, row_totals[0]), (c + d, row_totals[1]), (a + c, column_totals[0])]
        sums += [(b + d, column_totals[1]), (a + b + c + d, total)]
        return all(n in values_that_fit(cell, most * 2) for n, cell in sums) and all(
            n >= 6 for n, cell in zip((a, b, c, d), flat, strict=True) if cell == OTHER
        )

    fits = [g for g in product(*(values_that_fit(cell, most) for cell in flat)) if agrees(*g)]
    for place, cell in enumerate(flat):
        if cell == SMALL:
            assert len({guess[place] for guess in fits}) > 1


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_a_count_that_is_shown_is_the_true_one_and_never_small(counts):
    cells, _ = hold_back_row(counts)
    for cell, count in zip(cells, counts, strict=True):
        assert isinstance(cell, HeldBack) or (cell == count and not 0 < count < 5)
