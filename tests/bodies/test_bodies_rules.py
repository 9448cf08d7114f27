"""Names, reviews and messages of groups."""

from datetime import date

import pytest

from engage.bodies.rules.register import freed_key, name_key, name_taken, once_for, review_is_due


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ferryhill Community Council", "FERRYHILL  community council"),
        ("Ferryhill & Ruthrieston", "Ferryhill and Ruthrieston"),
        ("The Men’s Shed", "Mens Shed"),
        ("Café Torry", "Cafe\u0301 Torry"),
        ("Torry-Residents", "Torry residents!"),
    ],
)
def test_two_spellings_of_one_name_are_one_name(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    "other", ["Ferryhill Youth Council", "Ferryhills Council", "2nd Ferryhill"]
)
def test_different_names_stay_different(other):
    assert name_key("Ferryhill Council") != name_key(other)


def test_a_name_in_another_script_has_a_key():
    assert name_key("Общество Торри") == "общество торри"


@pytest.mark.parametrize("name", ["", "!!!", "—", "_ _"])
def test_a_name_without_letters_or_numbers_has_no_key(name):
    assert name_key(name) == ""


def test_a_key_fits_its_column_however_the_name_unfolds():
    assert len(name_key("\ufdfa" * 150)) <= 150


def test_the_key_of_a_declined_group_is_nobodys_name():
    assert name_key(freed_key(12)) != freed_key(12)


@pytest.mark.requirement("R01")
@pytest.mark.parametrize(
    ("reviewed", "due"),
    [
        (None, True),
        (date(2025, 11, 21), True),
        (date(2025, 11, 22), False),
        (date(2025, 11, 23), False),
        (date(2026, 11, 22), False),
        (date(2024, 12, 31), True),
        (date(2024, 2, 29), True),
    ],
)
def test_a_review_is_due_after_twelve_months(reviewed, due):
    assert review_is_due(reviewed, date(2026, 11, 22)) is due


def test_a_group_that_waits_is_not_said_to_be_on_the_register():
    assert "on the register" in name_taken("registered")
    assert "on the register" not in name_taken("proposed")


def test_one_event_has_one_key_for_each_address_and_names_none():
    assert once_for("e:1", "Bryn@example.org") == once_for("e:1", "bryn@example.org")
    assert once_for("e:1", "bryn@example.org") != once_for("e:1", "aisha@example.org")
    assert "bryn" not in once_for("e:1", "bryn@example.org")
