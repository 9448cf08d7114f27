"""Seals as values: what is kept outside, when one is due, and what it tells."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from engage.budgeting.rules.ballots import (
    NO_SEAL,
    SealFacts,
    blinded_root,
    seal_hash,
    seal_root,
)
from engage.budgeting.rules.rounds import RoundRules, plain_rules, round_faults
from engage.budgeting.rules.seals import (
    Anchor,
    RecordDamaged,
    read_anchors,
    seal_is_due,
    shown,
)

AT = datetime(2026, 11, 22, 12, 0, 0, 123, tzinfo=UTC)


def anchor(n=1, ballots=12, at=AT, reason="hourly"):
    facts = SealFacts(7, n, at, ballots, "ab" * 32, NO_SEAL, reason)
    return Anchor(facts, seal_hash(facts))


def test_a_record_gives_its_seals_back():
    seals = (anchor(1), anchor(2, 40))
    assert read_anchors("".join(seal.line for seal in seals)) == seals
    assert read_anchors("") == ()


def test_a_line_that_a_crash_cut_short_is_passed_over():
    assert read_anchors(anchor(1).line + anchor(2).line[:-20]) == (anchor(1),)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("not json\n", "holds no seal"),
        ("[]\n", "holds no seal"),
        ('{"hash":"00"}\n', "holds no seal"),
        (anchor().line.replace('"ballots":12', '"ballots":11'), "was changed"),
        (anchor().line.replace("ab" * 32, "cd" * 32), "was changed"),
    ],
)
def test_a_record_that_was_changed_is_not_read(line, words):
    with pytest.raises(RecordDamaged, match=f"Line 2 of the record {words}"):
        read_anchors(anchor().line + line)


@pytest.mark.parametrize(
    ("last", "at", "due"),
    [
        (None, "12:00:00", True),
        ("12:00:00", "12:00:01", False),
        ("12:00:03", "12:59:59", False),
        ("12:59:59", "13:00:00", True),
        ("12:00:03", "13:00:01", True),
    ],
)
def test_a_seal_is_due_once_in_each_hour_of_the_clock(last, at, due):
    def on_the_day(text):
        return text and datetime.fromisoformat(f"2026-11-22T{text}+00:00")

    assert seal_is_due(on_the_day(last), on_the_day(at)) is due


@pytest.mark.parametrize(
    ("ballots", "early", "told", "at_least"),
    [
        (0, True, "fewer than 10", False),
        (1, True, "fewer than 10", False),
        (9, True, "fewer than 10", False),
        (10, True, "10", True),
        (27, True, "20", True),
        (0, False, "0", False),
        (9, False, "fewer than 10", False),
        (27, False, "27", False),
    ],
)
def test_the_very_number_of_votes_is_told_from_the_close_on(ballots, early, told, at_least):
    closes_at = AT + timedelta(hours=1 if early else -1)
    (seal,) = shown([anchor(ballots=ballots)], closes_at)
    assert (str(seal.ballots), seal.at_least) == (told, at_least)
    number = int(told) if told.isdigit() else None
    assert seal.plain["ballots_at_least" if at_least else "ballots"] == number
    assert seal.plain["fingerprint"] == seal.hash
    assert "root" not in seal.plain


def test_seals_an_hour_apart_do_not_show_whose_vote_came_between():
    leaves = [bytes([n]) * 32 for n in range(12)]
    early, late = leaves[:11], leaves
    with_the_key = [blinded_root(b"k" * 32, n, some) for n, some in ((1, early), (2, late))]
    tried = {seal_root(some) for some in combinations(leaves, 11)}
    assert seal_root(early) in tried, "an open fingerprint would show who came last"
    assert not tried & set(with_the_key)
    assert blinded_root(b"k" * 32, 1, late) != blinded_root(b"k" * 32, 2, late)


RULES = RoundRules(
    pot_pence=100,
    min_award_pence=1,
    max_award_pence=100,
    min_choices=1,
    max_choices=1,
    min_age=11,
    who_may_vote="All",
    rule="greedy",
    tie_order="cost,votes,lot",
    allow_change=True,
    proposals_open_at=AT,
    proposals_close_at=AT + timedelta(1),
    voting_opens_at=AT + timedelta(2),
    voting_closes_at=AT + timedelta(3),
)


def test_the_usual_days_of_challenge_leave_the_fingerprint_of_older_rules_as_it_was():
    assert "challenge_days" not in plain_rules(RULES)
    assert plain_rules(replace(RULES, challenge_days=0))["challenge_days"] == 0
    assert round_faults(RULES) == {}
