"""Which names look like one and the same group."""

import random

import pytest

from engage.bodies.rules import duplicates
from engage.bodies.rules.duplicates import NamesKept, alike_pairs


def is_alike(one, other):
    return bool(alike_pairs({1: one, 2: other}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ferryhill Community Council", "Feryhill Community Council"),
        ("Ferryhill Community Council", "Ferryhill CC"),
        ("Torry Residents Association", "Torry Tenants and Residents’ Association"),
        ("Friends of Westerfield Park", "Westerfield Park Friends Group"),
        ("Lyle Bus Users", "Lyle Bus User Group"),
        ("Castlehill TRA", "Castlehill Tenants & Residents Assoc"),
        ("St Mary's Parish Hall", "Saint Marys Parish Hall Ltd"),
        ("The Community Group", "Community Group"),
        ("Kirkton Knit and Natter", "Kirkton Knitting and Natter"),
        ("Glenlyle Walkers", "Glenlyle Walking Group"),
    ],
)
def test_names_that_may_mean_one_group(one, other):
    assert is_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kirkton Community Council", "Netherton Community Council"),
        ("Kirkton Community Council", "Kirkton Parent Council"),
        ("Upper Glenlyle Community Council", "Lower Glenlyle Community Council"),
        ("Harbour Residents", "Harbour Traders"),
        ("1st Torry Scouts", "2nd Torry Scouts"),
        ("Castlehill Kids Club", "Castlehill Youth Club"),
        ("Mens Shed Torry", "Mens Shed Terry"),
        ("Glenlyle Walkers", "Glenlyle Runners"),
        ("Torry Elders", "Torry Elms"),
    ],
)
def test_names_that_mean_two(one, other):
    assert not is_alike(one, other)


def test_the_likeliest_come_first():
    names = {1: "Torry Friends", 2: "Torry Friends Group", 3: "Torry Friend"}
    assert [(p.low_id, p.high_id) for p in alike_pairs(names)] == [(1, 3), (1, 2), (2, 3)]


def test_five_thousand_names_take_few_comparisons(monkeypatch):
    draw = random.Random(5)  # noqa: S311
    first = ["Kirk", "Nether", "Glen", "Ard", "Bal", "Inver", "Dun", "Strath", "Craig", "Aber"]
    second = ["ton", "field", "lyle", "more", "hill", "wick", "burn", "side", "lea", "brae"]
    places = [one + other for one in first for other in second]
    kinds = ["Community Council", "Parent Council", "Bowling Club", "Walking Group", "Trust"]
    names = {
        n: f"{draw.choice(places)} {draw.choice(places)} {draw.choice(kinds)}" for n in range(5000)
    }
    asked = 0
    likeness = duplicates.likeness

    def counted(one, other):
        nonlocal asked
        asked += 1
        return likeness(one, other)

    monkeypatch.setattr(duplicates, "likeness", counted)
    alike_pairs({**names, 5000: "Zanzibar Friends", 5001: "Zanzibar Friend"})
    assert asked < 120_000  # of 12.5 million


def test_a_new_name_is_held_against_those_that_stand():
    kept = NamesKept({7: "Torry Friends", 8: "Kirkton Friends"})
    assert kept.like("Friends of Torry") == 7
    assert kept.like("Friends of Netherton") is None
    assert kept.earlier_like("Friends of Torry", 7) is None
