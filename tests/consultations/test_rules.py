"""When a consultation is open, what short notice is, and what may be shown."""

from datetime import UTC, datetime, timedelta

import pytest

from engage.consultations.rules import AGREEMENT, agreement_counts, is_short, public_name, state

OPENS = datetime(2026, 9, 1, 8, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=84)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("stage", "at", "seen"),
    [
        ("preparing", OPENS, "preparing"),
        ("open", OPENS - TICK, "waiting"),
        ("open", OPENS, "open"),
        ("open", CLOSES - TICK, "open"),
        ("open", CLOSES, "closed"),
        ("closed", OPENS, "closed"),
    ],
)
def test_a_consultation_closes_by_the_clock(stage, at, seen):
    assert state(stage, OPENS, CLOSES, at) == seen


@pytest.mark.requirement("R72")
@pytest.mark.parametrize(("days", "short"), [(83, True), (84, False), (120, False)])
def test_less_than_twelve_weeks_is_short_notice(days, short):
    assert is_short(OPENS, OPENS + timedelta(days=days)) is short


@pytest.mark.requirement("R72")
def test_twelve_weeks_over_a_change_of_the_clocks_are_twelve_weeks():
    opens = datetime(2026, 9, 1, 8, tzinfo=UTC)  # 9am in summer
    closes = datetime(2026, 11, 24, 9, tzinfo=UTC)  # 9am in winter
    assert not is_short(opens, closes)


@pytest.mark.requirement("R72")
@pytest.mark.parametrize(
    ("publish", "name", "body", "shown"),
    [
        ("with_name", "Aisha", None, "Aisha"),
        ("with_name", "", None, "A resident"),
        ("without_name", "Aisha", None, "A resident"),
        ("no", "Aisha", None, "A resident"),
        ("with_name", "", "Ferryhill Community Council", "Ferryhill Community Council"),
        ("without_name", "", "Ferryhill Community Council", "A local group"),
        (None, "Aisha", None, "A resident"),
    ],
)
def test_a_name_is_shown_only_with_permission(publish, name, body, shown):
    assert public_name(publish=publish, name=name, body_name=body) == shown


@pytest.mark.requirement("R74")
def test_small_counts_are_held_back_and_the_total_does_not_tell_them():
    counts, total = agreement_counts({"agree": 20, "disagree": 3, "neither": 9})
    shown = {words: str(cell) for words, cell in counts}
    assert shown["Disagree"] == "fewer than 5"
    assert shown["Neither agree nor disagree"] == "held back"
    assert shown["Agree"] == "20"
    assert total == 32
    assert [words for words, _ in counts] == list(AGREEMENT.values())
