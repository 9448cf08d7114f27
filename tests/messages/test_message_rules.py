"""References that people can read out, and when a letter is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from engage.messages.rules import (
    MOST_ATTEMPTS,
    crockford,
    in_fours,
    new_reference,
    next_try,
    one_line,
    read_reference,
    reference_hash,
)

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_new_reference_is_read_as_it_was_given():
    reference = new_reference()
    assert read_reference(reference) == reference
    assert len({new_reference() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "typed",
    ["ABCD-EF01-2345-6789", "abcd ef01 2345 6789", "abcdefoi23456789", " ABCD–EFOl–2345–6789 "],
)
def test_a_reference_may_be_typed_in_other_ways(typed):
    assert read_reference(typed) == "ABCD-EF01-2345-6789"


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCD-EF01-2345-678U", "A" * 17, "éééééééééééééééé"])
def test_what_is_no_reference_is_none(typed):
    assert read_reference(typed) is None


def test_only_the_hash_of_a_reference_is_kept():
    assert reference_hash("ABCD-EF01-2345-6789") != reference_hash("ABCD-EF01-2345-678A")
    assert len(reference_hash("ABCD-EF01-2345-6789")) == 64


def test_bits_become_letters():
    assert crockford(b"\x00\x00\x00\x00\x00") == "00000000"
    assert in_fours("ABCDEF") == "ABCD-EF"


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("Vote\r\nBcc: all@example.org", "Vote Bcc: all@example.org"),
        ("a\x00b\u2028c\x85d", "a b c d"),
        ("  Mo  thaghadh  ", "Mo thaghadh"),
    ],
)
def test_a_subject_stays_on_one_line(typed, line):
    assert one_line(typed) == line


def test_each_try_waits_longer_and_the_last_is_the_fifth():
    waits = [next_try(attempts, AT) for attempts in range(1, MOST_ATTEMPTS)]
    assert waits == sorted(waits)
    assert waits[0] == AT + timedelta(minutes=1)
    assert next_try(MOST_ATTEMPTS, AT) is None
    assert MOST_ATTEMPTS == 5
