"""What the chain notices: every way of changing it, told in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from engage.audit.rules import (
    GENESIS,
    Entry,
    chain_faults,
    day_bounds,
    entry_hash,
    parse_anchor,
    plain_detail,
)

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def make_chain(length: int) -> list[tuple[Entry, str]]:
    chain, previous = [], GENESIS
    for seq in range(1, length + 1):
        entry = Entry(seq, AT, 7, "officer", "round.opened", f"round:{seq}", "{}", previous)
        previous = entry_hash(entry)
        chain.append((entry, previous))
    return chain


def head_of(chain):
    return (chain[-1][0].seq, chain[-1][1]) if chain else (0, GENESIS)


@pytest.mark.parametrize("length", [0, 1, 5])
def test_a_chain_that_nobody_touched_holds(length):
    chain = make_chain(length)
    assert list(chain_faults(chain, head_of(chain))) == []


FIELDS = {
    "at": AT + timedelta(microseconds=1),
    "actor_id": None,
    "actor_role": "system",
    "action": "round.counted",
    "object": "round:99",
    "detail": '{"n":1}',
}


@pytest.mark.parametrize("field", FIELDS)
def test_a_changed_field_is_noticed(field):
    chain = make_chain(3)
    entry, stored = chain[1]
    chain[1] = (replace(entry, **{field: FIELDS[field]}), stored)
    assert list(chain_faults(chain, head_of(chain))) == [
        "Entry 2 was changed after it was written."
    ]


def test_a_changed_entry_with_a_new_hash_breaks_the_link_after_it():
    chain = make_chain(3)
    changed = replace(chain[1][0], object="round:99")
    chain[1] = (changed, entry_hash(changed))
    assert list(chain_faults(chain, head_of(chain))) == [
        "Entry 3 does not follow the one before it."
    ]


def test_a_deleted_entry_is_noticed():
    chain = make_chain(3)
    del chain[1]
    faults = list(chain_faults(chain, head_of(chain)))
    assert faults[0] == "Entry 2 is missing: the next one is numbered 3."


def test_entries_that_changed_places_are_noticed():
    chain = make_chain(3)
    first, second = (replace(chain[i][0], seq=chain[1 - i][0].seq) for i in (0, 1))
    swapped = [(second, chain[1][1]), (first, chain[0][1]), chain[2]]
    assert len(list(chain_faults(swapped, head_of(chain)))) >= 3


def test_entries_cut_off_the_end_are_noticed():
    chain = make_chain(3)
    assert list(chain_faults(chain[:2], head_of(chain))) == [
        "The trail ends at entry 2; it should end at 3."
    ]


def test_a_rewritten_head_is_noticed_through_what_was_noted_outside():
    chain = make_chain(3)
    noted = dict([head_of(chain)])
    cut = chain[:2]
    assert list(chain_faults(cut, head_of(cut))) == []
    assert list(chain_faults(cut, head_of(cut), noted)) == [
        "Entry 3, which was noted outside, is not there."
    ]


def test_a_wholly_rewritten_trail_is_noticed_through_what_was_noted_outside():
    noted = {2: make_chain(3)[1][1]}
    entry = replace(make_chain(1)[0][0], object="round:99")
    forged = [(entry, entry_hash(entry))]
    second = replace(make_chain(2)[1][0], prev_hash=forged[0][1])
    forged.append((second, entry_hash(second)))
    assert list(chain_faults(forged, head_of(forged))) == []
    assert list(chain_faults(forged, head_of(forged), noted)) == [
        "Entry 2 is not the one that was noted outside."
    ]


def test_the_same_instant_has_one_hash_in_every_time_zone():
    entry = make_chain(1)[0][0]
    abroad = replace(entry, at=AT.astimezone(timezone(timedelta(hours=9))))
    assert entry_hash(abroad) == entry_hash(entry)


def test_fields_cannot_be_read_as_others():
    entry = make_chain(1)[0][0]
    one = replace(entry, action="a", object="b,c")
    other = replace(entry, action="a,b", object="c")
    assert entry_hash(one) != entry_hash(other)


def test_detail_is_written_in_one_way():
    assert plain_detail({"b": 1, "a": "é"}) == plain_detail({"a": "é", "b": 1}) == '{"a":"é","b":1}'


@pytest.mark.parametrize("text", ["", "12", "12:abc", "x:" + "0" * 64, "-1:" + "0" * 64])
def test_an_anchor_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="Write it as"):
        parse_anchor(text)


def test_an_anchor_is_read_as_it_was_printed():
    assert parse_anchor(" 12:" + "AB" * 32 + "\n") == (12, "ab" * 32)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 6, 1), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)],
)
def test_a_day_is_a_day_in_the_uk(day, hours):
    start, end = day_bounds(day)
    assert end - start == timedelta(hours=hours)
