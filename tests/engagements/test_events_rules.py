"""Postcodes as they are typed, who may be counted, what of a count may be shown."""

from datetime import timedelta

import pytest

from engage.engagements.rules.events import (
    METHODS,
    Attendance,
    EventFacts,
    EventRefused,
    Method,
    catalogue,
    check_attendance,
    check_event,
    may_count,
    read_postcodes,
    refuse_cancelled,
    shown_attendance,
    time_of,
)
from tests.conftest import NOW

HOUR = timedelta(hours=1)


def test_r13_postcodes_are_read_with_how_many_came_from_each():
    assert read_postcodes("") == {}
    typed = " xy1 0aa \nXY1 0AA x 2;xy11aa×3, XY1.2AA * 1"
    assert read_postcodes(typed) == {"XY10AA": 3, "XY11AA": 3, "XY12AA": 1}


@pytest.mark.parametrize(
    "typed", ["Mary Reid", "XY1 0AA\nnot known", "XY1 0AA x 0", "XY1 0AA x 1000", "XY1 0AA 3"]
)
def test_what_is_no_postcode_is_named(typed):
    with pytest.raises(EventRefused, match=r"Enter postcodes like AB10 1AB.*Put right: “") as told:
        read_postcodes(typed)
    assert told.value.about == "postcodes"


def test_no_more_than_five_faults_are_told_at_once():
    with pytest.raises(EventRefused, match="“five” and 2 more"):
        read_postcodes("one,two,three,four,five,six,seven")


@pytest.mark.parametrize(
    ("people", "by_postcode", "areas", "fits"),
    [(10, 4, {1: 6}, True), (10, 4, {1: 7}, False), (0, 0, {}, True), (3, 4, {}, False)],
)
def test_nobody_is_counted_twice(people, by_postcode, areas, fits):
    count = Attendance(people, localities=areas)
    if fits:
        check_attendance(count, by_postcode)
    else:
        with pytest.raises(EventRefused, match="more than the"):
            check_attendance(count, by_postcode)


def test_small_numbers_are_held_back_and_no_sum_gives_them_away():
    shown, unsaid, people = shown_attendance([("Glen", 3), ("Harbour", 12)], 40, 5)
    assert [(name, str(cell)) for name, cell in shown] == [
        ("Glen", "fewer than 5"),
        ("Harbour", "held back"),
    ]
    assert (unsaid, people) == (25, 40)


def test_a_small_event_is_held_back_whole():
    assert [str(cell) for cell in shown_attendance([], 3, 5)[1:]].count("fewer than 5") >= 1
    assert 3 not in shown_attendance([], 3, 5)[1:]


@pytest.mark.parametrize(
    ("start", "end", "cancelled", "time"),
    [(1, 2, None, "coming"), (-1, 1, None, "now"), (-2, 0, None, "past"), (1, 2, NOW, "cancelled")],
)
def test_an_event_stands_in_its_time(start, end, cancelled, time):
    assert time_of(NOW + start * HOUR, NOW + end * HOUR, cancelled, NOW) == time


def test_an_event_ends_after_it_starts_and_says_how_to_ask_for_support():
    facts = EventFacts("Tea", "meeting", NOW, NOW + HOUR, "Hall")
    check_event(facts)
    with pytest.raises(EventRefused, match="must end after"):
        check_event(EventFacts("Tea", "meeting", NOW, NOW, "Hall"))
    with pytest.raises(EventRefused, match="how people ask"):
        check_event(EventFacts("Tea", "meeting", NOW, NOW + HOUR, "Hall", support=("bsl",)))


def test_people_are_counted_afterwards_and_never_at_a_cancelled_event():
    may_count(NOW, None, NOW)
    for ends, cancelled in [(NOW + HOUR, None), (NOW - HOUR, NOW - 2 * HOUR)]:
        with pytest.raises(EventRefused):
            may_count(ends, cancelled, NOW)
    with pytest.raises(EventRefused, match="is cancelled"):
        refuse_cancelled(NOW)


def test_r13_the_catalogue_starts_with_the_named_techniques_and_takes_more():
    assert {"charrette", "place_standard", "planning_for_real"} <= set(METHODS)
    ours = Method("drop_in", "Open door", "", is_offered=False)
    found = {m.key: m for m in catalogue([ours, Method("world-cafe", "World café", "Tables.")])}
    assert found["drop_in"] == ours
    assert list(found)[-1] == "world-cafe"
    assert len(found) == len(METHODS) + 1
