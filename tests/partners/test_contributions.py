"""What each partner gives so that people can take part, or that it gives nothing (R07)."""

from datetime import date

import pytest
import sqlalchemy as sa

from engage import clock
from engage.partners import actions, queries
from engage.partners.models import Partner, PartnerContribution
from engage.partners.rules import GIVEN, ContributionRefused, given_table, read_days
from tests.makers.home import make_partnership

YEAR = date(2026, 4, 1)


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def police(session):
    partner = Partner(name="Police Scotland", kind="police", is_statutory=True)
    session.add(partner)
    session.commit()
    return partner


def give(partner, now, kind="staff", value_pence=50_000):
    return actions.enter_contribution(
        partner, YEAR, kind, amount=20, unit="hours", value_pence=value_pence,
        purpose="Evenings.", decision="", at=now, by=None,
    )  # fmt: skip


@pytest.mark.requirement("R07")
def test_r07_each_statutory_partner_has_a_row_or_a_nil(session, police, now):
    assert [partner.name for partner in queries.partners_silent(YEAR)] == ["Police Scotland"]
    actions.enter_nil(police, YEAR, "Asked too late.", at=now, by=None)
    assert queries.partners_silent(YEAR) == []
    give(police, now)
    kinds = [given.kind for given, _partner in queries.contributions_of(YEAR)]
    assert kinds == ["staff"]
    with pytest.raises(ContributionRefused, match="gave something"):
        actions.enter_nil(police, YEAR, "None.", at=now, by=None)


@pytest.mark.parametrize("first", ["nil", "staff"])
def test_r07_in_the_database_a_nil_stands_alone(session, police, now, first):
    rows = {
        "nil": {"kind": "nil", "reason": "None."},
        "staff": {"kind": "staff", "amount": 1, "unit": "days", "purpose": "x"},
    }
    second = "staff" if first == "nil" else "nil"
    for kind in (first, second):
        session.add(
            PartnerContribution(
                partner_id=police.id, year_start=YEAR, recorded_at=now, **rows[kind]
            )
        )
        if kind == first:
            session.flush()
    with pytest.raises(sa.exc.DBAPIError, match="no other row"):
        session.flush()


@pytest.mark.parametrize(
    "facts", [{"kind": "nil"}, {"kind": "funds", "amount": 0, "unit": "pounds", "purpose": "x"}]
)
def test_r07_the_database_wants_a_reason_or_an_amount(session, police, now, facts):
    session.add(
        PartnerContribution(partner_id=police.id, year_start=YEAR, recorded_at=now, **facts)
    )
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()


def test_r07_the_table_adds_up_by_partner_and_by_kind():
    rows, sums = given_table([1, 2], {(1, "funds"): 500, (1, "staff"): 200, (2, "staff"): 50})
    assert rows[0] == [500, 200, None, None, None, None, 700]
    assert sums == [500, 250, 0, 0, 0, 0, 750]
    assert given_table([], {})[1] == [0] * (len(GIVEN) + 1)


def test_a_line_that_holds_no_date_is_named():
    with pytest.raises(ValueError, match="31 June 2026"):
        read_days("5 October 2026\n31 June 2026")


def test_r07_an_officer_enters_a_year(as_person, session, police, carys, site):
    make_partnership(session)
    officer, path = as_person(carys), "/desk/contributions/?year=2026-27"
    assert "1 partner named by the law has no entry" in officer.open(path).main.text
    post = "/desk/contributions/2026-27/"
    data = {"partner": str(police.id), "kind": "staff", "amount": "20", "unit": "hours",
            "purpose": "Evenings."}  # fmt: skip
    page = officer.send(path, data, form=post, status=422)
    assert "Enter what it is worth" in page.text
    page = officer.send(path, {**data, "value": "480"}, form=post)
    assert "20 hours, worth £480" in page.main.text
    assert "£480" in site.open("/reports/2026-27/efforts/").main.text
    nil = {"nil_partner": str(police.id), "nil_reason": "No."}
    page = officer.send(path, nil, form=f"{post}nothing/", status=422)
    assert "gave something in this year" in page.text
    number = session.scalar(sa.select(PartnerContribution.id))
    officer.send(path, form=f"{post}{number}/take-out/")
    page = officer.send(path, nil, form=f"{post}nothing/")
    assert "Why: No." in page.main.text
    assert "nil" in officer.client.get(f"{post}contributions.csv").text
    assert "Nothing: No." in site.open("/reports/2026-27/efforts/").main.text
    officer.open("/desk/contributions/?year=x", status=404)


def test_r07_of_two_officers_at_once_the_second_reads_what_happened(
    as_person, session, police, carys, monkeypatch
):
    make_partnership(session)
    officer, path = as_person(carys), "/desk/contributions/?year=2026-27"
    nil = {"kind": "nil", "reason": "None.", "recorded_at": clock.now()}

    def nothing(partner, year_start):
        """Another officer's nil comes in after ours looked for one."""
        session.add(PartnerContribution(partner_id=partner.id, year_start=year_start, **nil))
        session.flush()
        return (sa.false(),)

    monkeypatch.setattr(actions, "_nil", nothing)
    data = {"partner": str(police.id), "kind": "staff", "amount": "20", "unit": "hours",
            "value": "480", "purpose": "Evenings."}  # fmt: skip
    page = officer.send(path, data, form="/desk/contributions/2026-27/", status=422)
    assert "Somebody entered this partner and year just now" in page.text
