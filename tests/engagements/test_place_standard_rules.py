"""Place Standard: what an answer may be, how numbers are put together, what a file must hold."""

from datetime import date
from decimal import Decimal

import pytest

from engage.disclosure.rules import HeldBack
from engage.engagements.rules.answer_files import columns, read_answers, template_rows
from engage.engagements.rules.place_standard import (
    ExerciseRefused,
    Said,
    ScoreCount,
    check_answer,
    check_span,
    kind_result,
    mean_of,
    takes_answers,
    weight,
)
from engage.engagements.rules.standard_themes import AXES, VERSIONS, renamed
from engage.engagements.rules.wheels import RADIUS, SIDE, numbers, rings, shape, spot
from engage.places.rules import ImportRefused

THEMES = VERSIONS[0].themes
FIRST, LAST = date(2027, 3, 1), date(2027, 3, 31)
ONE = {"moving": Said(4)}


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
def test_r13_each_version_has_the_same_fourteen_themes_in_its_own_words(version):
    assert [theme.axis for theme in version.themes] == list(AXES)
    assert len(set(AXES)) == len({theme.label for theme in version.themes}) == 14


def test_r13_themes_are_the_same_across_versions_and_renamed_ones_are_told():
    assert ("Facilities and services", "Facilities and amenities") in renamed(VERSIONS)
    assert renamed([VERSIONS[0], VERSIONS[0]]) == []


@pytest.mark.parametrize("score", [None, 1, 7])
def test_r13_a_theme_is_given_1_to_7_or_is_not_answered(score):
    check_answer("individual", 1, {"moving": Said(score, "Wide paths."), "safe": Said()})


@pytest.mark.parametrize(
    ("kind", "people", "said", "about"),
    [
        ("individual", 1, {"moving": Said(0)}, ""),
        ("individual", 1, {"moving": Said(8)}, ""),
        ("individual", 1, {"moving": Said()}, ""),
        ("individual", 1, {}, ""),
        ("individual", 2, ONE, "people"),
        ("group", 1, ONE, "people"),
        ("group", 501, ONE, "people"),
        ("council", 1, ONE, "kind"),
        ("individual", 1, {axis: Said(4, is_priority=True) for axis in AXES[:4]}, "priorities"),
    ],
)
def test_r13_an_answer_that_can_not_be_is_refused_on_its_field(kind, people, said, about):
    with pytest.raises(ExerciseRefused) as told:
        check_answer(kind, people, said)
    assert told.value.about == about


def test_answers_are_taken_on_the_days_of_an_open_exercise_both_included():
    days = [date(2027, 2, 28), FIRST, LAST, date(2027, 4, 1)]
    assert [takes_answers("open", FIRST, LAST, day) for day in days] == [False, True, True, False]
    assert not takes_answers("closed", FIRST, LAST, FIRST)
    check_span(FIRST, FIRST)
    with pytest.raises(ExerciseRefused):
        check_span(LAST, FIRST)


def test_r13_a_group_of_n_counts_n_times_among_groups_and_a_person_once():
    assert (weight("individual", 1), weight("group", 12)) == (1, 12)
    scores = [
        ScoreCount("moving", "group", 12, 2, 1),
        ScoreCount("moving", "group", 4, 6, 2),
        ScoreCount("moving", "individual", 1, 7, 9),
    ]
    groups = kind_result("group", THEMES, scores, {"moving": 12}, (3, 20), 5)
    assert (groups.themes[0].mean, groups.themes[0].people) == (Decimal("3.6"), 20)
    assert groups.themes[0].priority == 12
    people = kind_result("individual", THEMES, scores, {}, (9, 9), 5)
    assert (people.themes[0].mean, people.themes[0].people) == (Decimal("7.0"), 9)
    assert people.themes[1].mean is None
    assert people.themes[1].people == 0


@pytest.mark.parametrize(
    ("counts", "mean"),
    [([(1, 1), (2, 1)], "1.5"), ([(1, 3), (2, 1)], "1.3"), ([(2, 3), (3, 1)], "2.3"), ([], None)],
)
def test_a_mean_has_one_decimal_with_halves_upwards(counts, mean):
    assert mean_of(counts) == (Decimal(mean) if mean else None)


def test_r13_nothing_is_published_below_the_minimum_and_a_theme_that_few_scored_is_held_back():
    few = [ScoreCount("moving", "individual", 1, 3, 4)]
    held = kind_result("individual", THEMES, few, {}, (4, 4), 5)
    assert held.themes == ()
    assert isinstance(held.people, HeldBack)
    some = [*few, ScoreCount("safe", "individual", 1, 2, 5)]
    shown = {
        t.axis: t for t in kind_result("individual", THEMES, some, {"safe": 2}, (6, 6), 5).themes
    }
    assert (shown["moving"].mean, shown["moving"].is_held_back) == (None, True)
    assert shown["safe"].mean == Decimal("2.0")
    assert str(shown["safe"].priority) == "fewer than 5"
    assert kind_result("individual", THEMES, some, {}, (6, 6), 10).themes == ()


def test_the_lowest_themes_and_the_ones_chosen_most_are_named_with_ties():
    scores = [ScoreCount(axis, "individual", 1, 1 + n // 3, 9) for n, axis in enumerate(AXES)]
    chosen = {"moving": 9, "safe": 8, "care": 7, "play": 7, "work": 5}
    result = kind_result("individual", THEMES, scores, chosen, (9, 9), 5)
    assert [t.axis for t in result.lowest] == ["moving", "transport", "traffic"]
    assert [t.axis for t in result.priorities] == ["moving", "safe", "play", "care"]
    nothing = kind_result("individual", THEMES, [], {}, (9, 9), 5)
    assert (nothing.lowest, nothing.priorities) == ([], [])


def test_r13_the_wheel_has_a_spoke_for_each_theme_and_a_gap_where_a_mean_is_held_back():
    assert (spot(0, 14, RADIUS).x, spot(0, 14, RADIUS).y) == (SIDE / 2, SIDE / 2 - RADIUS)
    whole = shape("all", [Decimal(7)] * 14)
    assert (whole.is_whole, len(whole.points), whole.path.count("M")) == (True, 14, 14)
    gap = shape("gap", [None, *[Decimal(4)] * 13])
    assert (gap.is_whole, len(gap.points), gap.path.count("M")) == (False, 13, 12)
    assert (len(rings(14)), [n.text for n in numbers(14)][-1]) == (7, "14")
    assert shape("none", []).points == ()


# Files of answers --------------------------------------------------------------------------------


def test_r13_a_file_of_answers_is_read_line_by_line():
    text = (
        "kind,people,day,priorities,moving,moving_good,safe\n"
        "individual,,,,3,Wide paths,\n"
        "Group,8,2027-03-31,safe; moving,1,,7\n"
    )
    one, two = read_answers(text.encode(), FIRST, LAST)
    assert (one.line, one.kind, one.people, one.on_day) == (2, "individual", 1, FIRST)
    assert one.said["moving"] == Said(3, "Wide paths")
    assert one.said["safe"].is_empty
    assert (two.kind, two.people, two.on_day) == ("group", 8, LAST)
    assert two.said["safe"] == Said(7, is_priority=True)


def test_r13_bad_rows_of_a_file_are_named_by_their_lines():
    text = (
        "kind,people,day,priorities,moving\n"
        "individual,,,,8\n"
        "crowd,,,,3\n"
        "group,1,,,3\n"
        "individual,,2027-04-01,,3\n"
        "individual,,soon,,3\n"
        "individual,,,moon,3\n"
        "individual,many,,,3\n"
        "individual,,,,\n"
        "individual,,,,3.5\n"
        "individual,,,,3\n"
    )
    with pytest.raises(ImportRefused) as told:
        read_answers(text.encode(), FIRST, LAST)
    assert [fault.line for fault in told.value.faults] == [2, 3, 4, 5, 6, 7, 8, 9, 10]


@pytest.mark.parametrize(
    "text", ["", "kind\n", "who\nindividual\n", "kind,colour\nindividual,red\n"]
)
def test_a_file_of_another_kind_is_refused(text):
    with pytest.raises(ImportRefused):
        read_answers(text.encode(), FIRST, LAST)


def test_the_example_file_is_one_that_we_read():
    lines = [",".join(columns()), *(",".join(row) for row in template_rows(["Moving around"]))]
    (answer,) = read_answers("\n".join(lines).encode(), FIRST, LAST)
    assert (answer.kind, answer.people) == ("group", 8)
