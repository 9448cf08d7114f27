"""When people may ask and answer, what a decision needs, and how an event goes into a diary."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engage.budgeting.rules.calendar import Entry, calendar, fold
from engage.budgeting.rules.discussion import (
    DiscussionRefused,
    State,
    check_decision,
    takes_answers,
    takes_questions,
)
from engage.budgeting.rules.events import (
    EventFacts,
    EventRefused,
    check_event,
    may_change,
    may_count,
)
from engage.budgeting.rules.presets import dates_again
from engage.budgeting.rules.rounds import (
    change_faults,
    hash_rules,
    plain_rules,
    read_rules,
    round_faults,
)
from tests.budgeting.test_round_rules import RULES

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPENS, CLOSES = RULES.proposals_close_at + DAY, RULES.voting_closes_at
WITH = replace(RULES, discussion_opens_at=OPENS, discussion_closes_at=CLOSES)


def fault_of(act):
    """The field that an act is refused for; None where it isn't refused."""
    try:
        act()
    except (DiscussionRefused, EventRefused) as refusal:
        return refusal.about
    return None


@pytest.mark.parametrize(
    ("opens", "closes", "at_fault"),
    [
        (None, None, set()),
        (OPENS, CLOSES, set()),
        (RULES.proposals_close_at, CLOSES, set()),
        (OPENS, None, {"discussion_closes_at"}),
        (None, CLOSES, {"discussion_opens_at"}),
        (RULES.proposals_close_at - HOUR, CLOSES, {"discussion_opens_at"}),
        (OPENS, CLOSES + HOUR, {"discussion_closes_at"}),
        (OPENS, OPENS, {"discussion_closes_at"}),
    ],
)
def test_the_window_lies_between_proposals_and_the_end_of_the_vote(opens, closes, at_fault):
    rules = replace(RULES, discussion_opens_at=opens, discussion_closes_at=closes)
    assert set(round_faults(rules)) == at_fault


def test_where_nobody_proposes_people_can_ask_from_the_start():
    early = replace(WITH, discussion_opens_at=RULES.proposals_open_at)
    assert set(round_faults(early)) == {"discussion_opens_at"}
    assert round_faults(replace(early, has_proposals=False)) == {}


@pytest.mark.parametrize(
    ("new", "at", "at_fault"),
    [
        (replace(WITH, discussion_closes_at=CLOSES - HOUR), OPENS + HOUR, set()),
        (replace(WITH, discussion_opens_at=OPENS + HOUR), OPENS + HOUR, {"discussion_opens_at"}),
        (RULES, OPENS + HOUR, {"discussion_opens_at"}),
        (RULES, OPENS - HOUR, set()),
        (replace(WITH, discussion_opens_at=OPENS - HOUR), OPENS - HOUR, {"discussion_opens_at"}),
        (replace(WITH, discussion_closes_at=OPENS + HOUR), OPENS + DAY, {"discussion_closes_at"}),
    ],
)
def test_what_has_begun_stays_and_nothing_moves_into_the_past(new, at, at_fault):
    assert set(change_faults(WITH, new, "screening", at)) == at_fault


def test_a_round_without_a_discussion_keeps_its_hash_and_one_with_it_is_read_back():
    assert not any("discussion" in name for name in plain_rules(RULES))
    assert hash_rules(WITH) != hash_rules(RULES)
    assert read_rules(plain_rules(WITH)) == WITH


def test_a_copy_of_a_round_moves_its_window_too():
    moved = dates_again(WITH, CLOSES)
    assert moved["discussion_opens_at"] - OPENS == moved["voting_opens_at"] - WITH.voting_opens_at
    assert "discussion_opens_at" not in dates_again(RULES, CLOSES)


@pytest.mark.parametrize(
    ("stage", "offset", "asks", "answers"),
    [
        ("screening", HOUR, True, True),
        ("proposals", HOUR, True, True),
        ("voting", HOUR, True, True),
        ("screening", -HOUR, False, False),
        ("voting", 2 * DAY, False, True),
        ("voting", 4 * DAY, False, False),
        ("preparing", HOUR, False, False),
        ("closed", HOUR, False, False),
    ],
)
def test_proposers_may_answer_until_voting_closes(stage, offset, asks, answers):
    opens = datetime(2026, 3, 1, tzinfo=UTC)
    at = opens + offset
    assert takes_questions(stage, opens, opens + DAY, at) is asks
    assert takes_answers(stage, opens, opens + 3 * DAY, at) is answers


def test_a_round_that_leaves_the_discussion_out_takes_nothing():
    at = datetime(2026, 3, 1, tzinfo=UTC)
    assert not takes_questions("voting", None, None, at)
    assert not takes_answers("voting", None, at + DAY, at)


@pytest.mark.parametrize(
    ("state", "reason", "is_answer", "same", "about"),
    [
        ("published", None, False, (False, False), None),
        ("waiting", None, False, (False, False), "decision"),
        ("held_back", None, False, (False, False), "reason"),
        ("held_back", "i_dislike_it", False, (False, False), "reason"),
        ("held_back", "personal", True, (False, False), None),
        ("held_back", "asked_already", False, (True, True), None),
        ("held_back", "asked_already", False, (False, False), "same_as"),
        ("held_back", "asked_already", False, (True, False), "same_as"),
        ("held_back", "asked_already", True, (True, True), "reason"),
    ],
)
def test_a_post_is_held_back_for_a_published_reason_only(state, reason, is_answer, same, about):
    given, fits = same
    told = {"is_answer": is_answer, "same_given": given, "same_fits": fits}
    assert fault_of(lambda: check_decision(State(state), reason, **told)) == about


AT = datetime(2026, 3, 28, 18, tzinfo=UTC)
FACTS = EventFacts("pitches", "Hear them all", AT, AT + 2 * HOUR, "Town hall, 1 High Street")


@pytest.mark.parametrize(
    ("change", "about"),
    [
        ({}, None),
        ({"starts_at": AT - 3 * DAY}, "starts_at"),
        ({"ends_at": AT}, "ends_at"),
        ({"support": ("travel",)}, "ask_for_support"),
        ({"support": ("travel",), "ask_for_support": "Ring 01224 000000"}, None),
    ],
)
def test_an_event_says_when_and_how_to_get_support(change, about):
    assert fault_of(lambda: check_event(replace(FACTS, **change), AT - DAY)) == about


def test_an_event_is_changed_before_it_begins_and_counted_after_it_ends():
    may_change(AT, None, AT - HOUR)
    may_count(AT, None, AT)
    for refused in (
        lambda: may_change(AT, None, AT),
        lambda: may_change(AT, AT - DAY, AT - HOUR),
        lambda: may_count(AT, None, AT - HOUR),
        lambda: may_count(AT, AT - DAY, AT + HOUR),
    ):
        with pytest.raises(EventRefused):
            refused()


ENTRY = Entry(
    uid="1@a", title="Pitches; all", starts_at=AT, ends_at=AT + HOUR, place="Hall,\nTorry",
    words="x" * 90, url="http://localhost/rounds/a/", changed_at=AT - DAY, sequence=2,
    is_cancelled=True,
)  # fmt: skip


def test_a_diary_gets_lines_as_the_standard_wants_them():
    lines = calendar([ENTRY]).split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert b"DTSTART:20260328T180000Z" in lines
    assert b"SUMMARY:Pitches\\; all" in lines
    assert b"LOCATION:Hall\\,\\nTorry" in lines
    assert b"STATUS:CANCELLED" in lines
    assert b"SEQUENCE:2" in lines
    assert max(map(len, lines)) == 75


def test_no_title_can_bring_another_line_into_the_file():
    sly = replace(ENTRY, title="Pitches\r\nEND:VEVENT\u2028X\x00")
    assert calendar([sly]).count(b"\r\nEND:VEVENT") == 1


@pytest.mark.parametrize("text", ["", "a" * 75, "a" * 76, "ò" * 200, "x😀" * 60])
def test_a_folded_line_reads_back_and_no_character_is_cut(text):
    folded = fold(text)
    assert all(len(part) <= 75 and part.decode() for part in folded.split(b"\r\n") if part)
    assert folded.replace(b"\r\n ", b"").decode() == text
