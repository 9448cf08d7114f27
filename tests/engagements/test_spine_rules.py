"""Standards in proportion, what blocks a gate, the calendar's warnings, levels and later uses."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from engage.engagements.exports import calendar_feed
from engage.engagements.rules import opening
from engage.engagements.rules.about import (
    PackRefused,
    is_in_time,
    is_web_address,
    read_pack,
    state_of,
)
from engage.engagements.rules.calendar import (
    Item,
    Quiet,
    asked_before,
    clashes,
    month_after,
    quiet_times,
    read_month,
)
from engage.engagements.rules.leap import COLUMNS, PARTS, answered
from engage.engagements.rules.levels import is_bare_withdrawal, level_reached, shares
from engage.engagements.rules.opening import Planned
from engage.engagements.rules.reuse import ReuseRefused, refuse_reuse
from engage.engagements.rules.standards import (
    STANDARDS,
    Row,
    asked,
    chart,
    mean_profile,
    profile,
    scope_for,
    unanswered,
)
from engage.engagements.rules.standards_words import FOR_PEOPLE

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


# The National Standards -------------------------------------------------------------------------


def test_r09_there_are_38_indicators_and_seven_questions_one_a_standard():
    indicators = list(asked("full"))
    assert len(indicators) == 38
    assert [sum(code[0] == letter for code in indicators) for letter in STANDARDS] == [
        4, 3, 6, 7, 5, 6, 7,
    ]  # fmt: skip
    assert list(asked("seven")) == list(STANDARDS) == list(FOR_PEOPLE)


@pytest.mark.parametrize(
    ("value", "scope"), [(None, "seven"), (2_499_999, "seven"), (2_500_000, "full")]
)
def test_r09_the_value_decides_how_much_is_asked(value, scope):
    assert scope_for(value, 2_500_000) == scope


def test_r09_what_is_left_to_answer_is_counted_by_standard():
    assert unanswered("ISP", "full", ["I1", "I2", "S1", "S2", "S3"]) == {"I": 2, "P": 6}
    assert unanswered("ISP", "seven", ["I", "S", "P"]) == {}


def test_r09_the_profile_sets_three_views_side_by_side_and_holds_few_people_back():
    scores = {"officer": {"I1@": 6, "I2@": 5}, "partner": {"I1@3": 3, "I1@4": 4}}
    rows = profile(scores, {"I": (20, 5), "S": (24, 4)}, least=5)
    assert rows[0] == Row("I", 5.5, 3.5, 4.0, 5)
    assert rows[0].gap
    assert rows[1] == Row("S", None, None, None, 0)


def test_r09_in_a_year_each_engagement_counts_once():
    one = [Row(letter, 6.0, None, None) for letter in STANDARDS]
    other = [Row(letter, 3.0, 2.0, None) for letter in STANDARDS]
    assert mean_profile([one, other])[0] == Row("I", 4.5, 2.0, None, 0)
    assert mean_profile([])[6] == Row("X", None, None, None, 0)


def test_r09_the_longest_bar_is_a_six_and_no_score_has_no_bar():
    (_letter, _top, bars), *_rest = chart([Row("I", 6.0, 3.0, None)])
    assert [bar.width for bar in bars] == [264, 132, None]


# What blocks a gate -----------------------------------------------------------------------------


def plan(**facts):
    return Planned(
        **{
            "kind": "event",
            "scope": "seven",
            "opens_at": NOW + 10 * DAY,
            "closes_at": NOW + 12 * DAY,
            "is_opened": False,
            "has_value": True,
            "value_needed": True,
            **facts,
        }
    )


def blocking(hurdles):
    return [hurdle.mend for hurdle in hurdles if hurdle.blocks]


READ = {"packs": [date(2026, 12, 2)]}
FULL = frozenset(asked("full"))


@pytest.mark.parametrize(
    ("facts", "blocks"),
    [
        ({}, []),
        ({"has_value": False}, ["Say what it is worth"]),
        ({"has_value": False, "value_needed": False}, []),
        ({"closes_at": NOW}, ["Change its dates"]),
        (
            {"scope": "full"},
            ["Answer Inclusion", "Answer Support", "Answer Planning", "Add an information pack"],
        ),
        ({"scope": "full", "answered": FULL - {"P6"}, **READ}, ["Answer Planning"]),
        (
            {"scope": "full", "answered": FULL, "packs": [date(2026, 12, 3)]},
            ["Add an information pack"],
        ),
        ({"scope": "full", "answered": FULL, **READ}, []),
    ],
)
def test_r09_r10_what_blocks_an_opening(facts, blocks):
    assert blocking(opening.before_opening(plan(**facts), NOW)) == blocks


def test_r10_advice_names_what_would_make_it_better_and_blocks_nothing():
    mends = [h.mend for h in opening.before_opening(plan(), NOW)]
    assert {"Choose who leads", "Ask groups", "Set indicators", "Answer the questions"} <= set(
        mends
    )
    whole = plan(
        has_lead=True, has_support=True, has_notice=True, invited=3, indicators=1, meetings=1,
        answered=frozenset(asked("seven")), **READ,
    )  # fmt: skip
    assert opening.before_opening(whole, NOW) == []
    nowhere = opening.before_opening(replace(whole, meetings=0), NOW)
    assert [(h.mend, h.anchor, h.blocks) for h in nowhere] == [("Add a meeting", "meetings", False)]
    assert opening.before_opening(replace(whole, meetings=0, kind="consultation"), NOW) == []


@pytest.mark.parametrize(
    ("facts", "blocks"),
    [
        ({"is_opened": False}, ["See what blocks its opening"]),
        ({"closes_at": NOW + DAY}, ["See its dates"]),
        ({}, []),
        ({"unjudged": 2}, []),
        (
            {"scope": "full", "unjudged": 2},
            ["Score Communication", "Attach evidence", "Score Impact", "Attach evidence",
             "Judge the indicators"],
        ),
        ({"scope": "full", "scored": FULL, "shown": frozenset("C")}, ["Attach evidence"]),
        ({"scope": "full", "scored": FULL, "shown": frozenset("CX")}, []),
    ],
)  # fmt: skip
def test_r09_r79_what_blocks_a_closing(facts, blocks):
    found = opening.before_closing(plan(**{"is_opened": True, "closes_at": NOW, **facts}), NOW)
    assert blocking(found) == blocks


def test_every_hurdle_leads_to_a_page_that_is_there(app):
    hurdles = [
        *opening.before_opening(plan(scope="full", has_value=False, closes_at=NOW), NOW),
        *opening.before_opening(plan(), NOW),
        *opening.before_closing(plan(), NOW),
        *opening.before_closing(plan(is_opened=True, scope="full", unjudged=1), NOW),
        *opening.from_calendar(False, [item("a")], [item("b")], [Quiet("Poll", DAY_1, DAY_1)]),
    ]
    assert {hurdle.endpoint for hurdle in hurdles} <= set(app.view_functions)


@pytest.mark.parametrize(
    ("opened", "closed", "at", "state"),
    [
        (False, False, 0, "planned"),
        (True, False, -2, "coming"),
        (True, False, 0, "open"),
        (True, False, 1, "ended"),
        (True, True, 1, "closed"),
    ],
)
def test_r10_where_an_engagement_stands(opened, closed, at, state):
    args = NOW if opened else None, NOW if closed else None, NOW - DAY, NOW + DAY
    assert state_of(*args, NOW + at * DAY) == state


@pytest.mark.parametrize(("day", "in_time"), [(date(2026, 7, 1), True), (date(2026, 7, 2), False)])
def test_r10_a_pack_is_in_time_on_the_uk_day_of_the_opening(day, in_time):
    assert is_in_time(day, datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) is in_time


@pytest.mark.parametrize("data", [b"<html>", b"%PDF-" + b"x" * 2_000_000])
def test_r10_a_pack_is_a_small_pdf_file(data):
    with pytest.raises(PackRefused):
        read_pack(data)
    assert read_pack(b"%PDF-1.7 small")


@pytest.mark.parametrize(
    ("link", "fine"),
    [("https://example.org/a", True), ("javascript:alert(1)", False), ("https://a b", False)],
)
def test_r10_a_link_runs_nothing(link, fine):
    assert is_web_address(link) is fine


# The calendar -----------------------------------------------------------------------------------

DAY_1 = date(2027, 5, 6)


def item(key, start=0, days=10, place=1, topic="", **facts):
    opens = NOW + start * DAY
    return Item(
        key=key, title=f"Item {key}", kind="event", opens_at=opens,
        closes_at=opens + days * DAY, place=place, partner=None, topic=topic, uid=key, **facts,
    )  # fmt: skip


def test_r12_the_same_place_at_the_same_time_is_a_clash():
    items = [
        item("a"),
        item("b", 9),
        item("c", 10),
        item("d", 0, place=2),
        item("e", 0, place=None),
    ]
    found = {key: [other.key for other in others] for key, others in clashes(items, items).items()}
    assert found == {"a": ["b"], "b": ["a", "c"], "c": ["b"], "d": [], "e": []}


@pytest.mark.parametrize(
    ("other", "asked_again"),
    [
        (item("b", -100, topic="health"), True),
        (item("b", -100, place=None, topic="health"), True),
        (item("b", -194, topic="health"), False),
        (item("b", -192, topic="health"), True),
        (item("b", -100, place=2, topic="health"), False),
        (item("b", -100, topic="housing"), False),
        (item("b", 1, topic="health"), False),
        (item("b", -100, topic="health", is_cancelled=True), False),
    ],
)
def test_r12_the_same_people_asked_the_same_within_six_months(other, asked_again):
    own = item("a", topic="health")
    assert bool(asked_before(own, [own, other])) is asked_again
    assert asked_before(item("a"), [other]) == []


@pytest.mark.parametrize(
    ("start", "days", "quiet"), [(0, 112, False), (0, 113, True), (165, 1, True), (166, 1, False)]
)
def test_r12_what_runs_into_the_weeks_before_an_election_is_seen(start, days, quiet):
    elections = [Quiet("Council elections", date(2027, 3, 15), DAY_1)]
    assert bool(quiet_times(item("a", start, days), elections)) is quiet


def test_r12_months_that_an_address_may_name():
    today = date(2026, 2, 3)
    assert read_month("2027-05", today) == date(2027, 5, 1)
    assert read_month("2027-13", today) == read_month(None, today) == date(2026, 2, 1)
    assert (month_after(date(2026, 12, 1)), month_after(date(2026, 1, 1), -1)) == (
        date(2027, 1, 1), date(2025, 12, 1),
    )  # fmt: skip


def test_r12_the_feed_is_read_back_as_it_was_written():
    title = "Tea; cake, \\ and talk: " + "ceilidh à Mhuile " * 8
    items = [
        item("engagement-1", topic="health", path="/say/x/", about="First line\nsecond; line"),
        item("entry-2", place=None, path="https://example.org/", is_cancelled=True,
             changed_at=NOW),
        item("entry-3"),
    ]  # fmt: skip
    items[0] = items[0]._replace(title=title.strip())
    text = calendar_feed(
        items, name="Take part", base="https://engage.example:8443", places={1: "Harbour"},
        whole="The whole area",
    )  # fmt: skip
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert b"\n" not in text.replace(b"\r\n", b"")
    read = Calendar.from_ical(text)
    first, second, third = read.walk("VEVENT")
    assert (read["version"], str(first["summary"])) == ("2.0", title.strip())
    assert str(first["description"]) == "First line\nsecond; line"
    assert (first["uid"], first["location"]) == ("engagement-1@engage.example", "Harbour")
    assert first["url"] == "https://engage.example:8443/say/x/"
    assert first.decoded("dtstart") == NOW
    assert third.decoded("dtend") == NOW + 10 * DAY
    assert (second["status"], second["url"]) == ("CANCELLED", "https://example.org/")
    assert second.decoded("dtstamp") == NOW
    assert len({event["uid"] for event in (first, second, third)}) == 3


# LEAP, levels, later uses -----------------------------------------------------------------------


def test_r79_each_part_of_leap_is_asked_once():
    assert len(COLUMNS) == len(set(COLUMNS)) == 12
    assert list(PARTS) == ["analyse", "plan", "do", "review"]
    assert answered("review", {"results": "More came.", "learning": ""}) == (1, 3)


@pytest.mark.parametrize(
    ("felt", "level"),
    [
        ({"inform": 2, "consult": 2}, None),
        ({"inform": 2, "consult": 3}, "consult"),
        ({"inform": 3, "empower": 3}, "inform"),
        ({"consult": 1, "involve": 1, "collaborate": 1, "empower": 4}, "empower"),
        ({}, None),
    ],
)
def test_r80_the_level_reached_is_the_one_that_half_the_people_saw(felt, level):
    assert level_reached(felt, 5) == level


def test_r80_decisions_are_shared_out_by_kind_and_level():
    table = shares([("invest", "involve"), ("invest", "involve"), ("withdraw", "inform")])
    assert table["invest"]["involve"] == 2
    assert table["change"] == {
        "inform": 0,
        "consult": 0,
        "involve": 0,
        "collaborate": 0,
        "empower": 0,
    }
    assert is_bare_withdrawal("withdraw", "inform")
    assert not is_bare_withdrawal("withdraw", "consult")
    assert not is_bare_withdrawal("invest", "inform")


@pytest.mark.parametrize(
    ("notice", "basis", "allowed"),
    [
        ("", "published", False),
        ("none", "published", False),
        ("published", "published", True),
        ("published", "notice", False),
        ("plans", "published", True),
        ("plans", "notice", True),
    ],
)
def test_r11_what_people_said_is_used_again_only_as_they_were_told(notice, basis, allowed):
    if allowed:
        refuse_reuse(notice, basis)
    else:
        with pytest.raises(ReuseRefused):
            refuse_reuse(notice, basis)
