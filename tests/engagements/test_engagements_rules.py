"""Levels, and offers below a wish."""

from datetime import UTC, datetime

import pytest

from engage.engagements.rules.planning import (
    LEVELS,
    invitation_words,
    is_below,
    is_open,
    offer_key,
    public_path,
    reason_needed,
)

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
LAST = datetime(2026, 3, 31, tzinfo=UTC)


@pytest.mark.requirement("R04")
@pytest.mark.parametrize(
    ("offer", "wish", "below"),
    [
        ("consult", "involve", True),
        ("inform", "empower", True),
        ("involve", "involve", False),
        ("collaborate", "involve", False),
        ("inform", "none", False),
        ("inform", "", False),
    ],
)
def test_an_offer_is_below_a_wish_that_goes_further(offer, wish, below):
    assert is_below(offer, wish) is below


def test_every_level_is_at_least_itself():
    assert not any(is_below(level, level) for level in LEVELS)


@pytest.mark.parametrize(
    ("at", "is_it"),
    [
        (FIRST, True),
        (LAST, False),
        (datetime(2026, 2, 28, 23, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 30, 23, 59, 59, tzinfo=UTC), True),
    ],
)
def test_an_engagement_is_open_from_its_opening_until_before_its_closing(at, is_it):
    assert is_open(FIRST, LAST, at) is is_it


def test_the_reason_that_is_missing_names_the_groups():
    assert reason_needed(["A", "B"]).endswith("A, B")
    assert reason_needed(list("ABCDEFG")).endswith("A, B, C, D, E and 2 more")


@pytest.mark.parametrize(
    ("kind", "path"),
    [("consultation", "/say/x/"), ("round", "/rounds/x/"), ("event", "/engagements/x/")],
)
def test_where_everybody_finds_an_engagement(kind, path):
    assert public_path(kind, "x") == path


def test_each_offer_has_its_own_key():
    keys = {offer_key(1, "inform", ""), offer_key(1, "inform", "x"), offer_key(1, "consult", "")}
    assert len(keys) == 3
    assert offer_key(1, "inform", "x") == offer_key(1, "inform", "x")


def words(**changes):
    facts = {
        "group": "Torry Group",
        "title": "Torry plan",
        "opens": "9am",
        "closes": "5pm",
        "offer": "We ask what you think",
        "wish": "Let us decide",
        "reason": "",
        "page": "",
        "purpose": "To agree what comes first.",
        "contact": "",
        **changes,
    }
    return invitation_words(**facts)


@pytest.mark.requirement("R04")
def test_a_group_that_is_offered_less_reads_its_wish_and_the_reason():
    _, text = words(reason="The budget is fixed.", page="https://x.example/say/x/")
    assert "Let us decide" in text
    assert "The budget is fixed." in text
    assert "https://x.example/say/x/" in text


def test_a_group_that_is_offered_what_it_wants_reads_no_reason():
    assert "offer less" not in words()[1]


def test_a_group_reads_what_it_is_for_and_how_to_answer():
    assert "What it is for: To agree what comes first." in words()[1]
    assert "To answer" not in words()[1]
    assert words(contact="01632 960 010")[1].endswith("ask something: 01632 960 010.")
