"""The Charter's self-check: before the ballot is final, and again after the close."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engage import clock
from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.budgeting.actions.charter import answer_charter
from engage.budgeting.actions.rounds import settle_ballot
from engage.budgeting.models import CharterAnswer, CharterDraft
from engage.budgeting.queries.charter import charter_answers, charter_missing
from engage.budgeting.rules.charter import FEATURES, CharterRefused, may_answer, missing
from engage.budgeting.rules.refusals import RoundRefused
from tests.makers.budgeting import make_project, make_proposal, make_round, settle
from tests.makers.keeping import keep_sheets

pytestmark = pytest.mark.requirement("R75")
ANSWERS = dict.fromkeys(FEATURES, ("yes", "Open to all"))
PATH = "/desk/rounds/mastrick-decides/charter/before/"


@pytest.mark.parametrize(
    ("moment", "stage", "taken"),
    [
        ("before", "preparing", True),
        ("before", "screening", True),
        ("before", "voting", False),
        ("before", "declared", False),
        ("after", "screening", False),
        ("after", "voting", False),
        ("after", "closed", True),
        ("after", "declared", True),
    ],
)
def test_each_moment_has_its_time(moment: str, stage: str, taken: bool) -> None:
    if taken:
        may_answer(moment, stage)
    else:
        with pytest.raises(CharterRefused):
            may_answer(moment, stage)


def test_what_is_missing_is_named_in_the_charters_order() -> None:
    assert len(missing({})) == len(FEATURES) == 7
    assert missing({**dict.fromkeys(FEATURES, "yes"), "creative": ""}) == ["Creative and flexible"]


def test_the_ballot_is_not_settled_before_all_seven_are_answered(
    session: Any, carys: Account
) -> None:
    round_ = make_round(session, "screening")
    session.execute(sa.delete(CharterAnswer).where(CharterAnswer.feature == "fair"))
    make_proposal(session, round_, stage="accepted")
    keep_sheets(round_, carys)
    with pytest.raises(RoundRefused, match="Charter"):
        settle_ballot(round_, at=clock.now(), by=carys.id)
    answer_charter(round_, "before", ANSWERS, at=clock.now(), by=carys.id)
    settle_ballot(round_, at=clock.now(), by=carys.id)
    assert round_.stage == "voting"


def test_all_seven_are_kept_at_once_or_none(session: Any, carys: Account) -> None:
    round_ = make_round(session, "preparing")
    with pytest.raises(CharterRefused, match="Transparent"):
        answer_charter(
            round_, "before", {**ANSWERS, "transparent": ("yes", "")}, at=clock.now(), by=carys.id
        )
    answer_charter(round_, "before", ANSWERS, at=clock.now(), by=carys.id)
    answer_charter(
        round_, "before", {**ANSWERS, "fair": ("no", "No ramp")}, at=clock.now(), by=carys.id
    )
    assert charter_answers(round_.id, "before")["fair"].evidence == "No ramp"
    assert charter_missing(round_.id, "before") == 0
    assert session.scalars(sa.select(AuditEvent.action)).all() == ["charter.answered"] * 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE charter_answer SET answer = 'yes'",
        "DELETE FROM charter_answer",
    ],
)
def test_the_database_keeps_what_was_said_before_the_vote(session: Any, statement: str) -> None:
    make_round(session, "voting")
    with pytest.raises(DBAPIError):
        session.execute(sa.text(statement))


def test_a_part_can_be_saved_and_all_seven_are_published(
    as_person: Any, carys: Account, session: Any, site: Any
) -> None:
    make_round(session, "preparing")
    typed = {
        **dict.fromkeys(FEATURES, "partly"),
        **{f"{feature}_shown": f"Shown for {feature}" for feature in FEATURES},
    }
    officer = as_person(carys)
    fund = "/desk/rounds/mastrick-decides/"
    assert "Not begun" in officer.open(fund).text
    page = officer.send(PATH, {**typed, "fair_shown": "", "creative": None})
    assert "Saved. 5 of 7 answered." in page.text
    assert page.select_one("[name=transparent_shown]").text.strip() == "Shown for transparent"
    assert session.scalars(sa.select(CharterAnswer)).all() == [], "a draft answers nothing"
    assert "5 of 7 answered" in officer.open(fund).text
    page = officer.send(PATH, {**typed, "fair_shown": "x" * 1001}, status=422)
    assert page.select_one("[name=transparent_shown]").text.strip() == "Shown for transparent"
    page = officer.send(PATH, typed)
    assert "Everybody can read them once the fund is public" in page.text
    assert page.select_one(".ds_tag--green").text == "Done"
    assert session.scalars(sa.select(CharterDraft)).all() == []
    officer.send("/desk/rounds/mastrick-decides/open_proposals/")
    shown = site.open("/rounds/mastrick-decides/charter/").text
    assert "Shown for democratic" in shown
    assert "Not answered" in shown


def test_a_change_that_is_begun_leaves_the_published_answers(
    as_person: Any, carys: Account, session: Any, site: Any
) -> None:
    round_ = make_round(session, "proposals")
    answer_charter(round_, "before", ANSWERS, at=clock.now(), by=carys.id)
    session.commit()
    officer = as_person(carys)
    page = officer.send(PATH, {"fair": "no", "fair_shown": "No ramp", "creative_shown": ""})
    assert "What you said before stands until all seven are answered again" in page.text
    assert "No ramp" not in site.open("/rounds/mastrick-decides/charter/").text
    assert charter_missing(round_.id, "before") == 0
    page = officer.send(PATH, {"creative_shown": "A fair"})
    assert "Saved, and public. 7 of 7 answered." in page.text
    assert "No ramp" in site.open("/rounds/mastrick-decides/charter/").text


def test_without_answers_there_is_no_public_page(session: Any, site: Any) -> None:
    make_round(session, "proposals")
    site.open("/rounds/mastrick-decides/charter/", status=404)


def test_once_the_ballot_is_settled_officers_read_who_said_what_and_when(
    as_person: Any, carys: Account, session: Any
) -> None:
    round_ = make_round(session, "screening")
    said = {feature: ("partly", f"Shown for {feature}") for feature in FEATURES}
    answer_charter(round_, "before", said, at=clock.now(), by=carys.id)
    make_project(session, round_)
    settle(round_)
    officer = as_person(carys)
    assert officer.open(PATH).select("main textarea")
    round_.stage = "voting"
    session.commit()
    page = officer.open(PATH)
    assert not page.select("main textarea, main input[type=radio]")
    text = " ".join(page.main.text.split())
    for words in ("The ballot is final", f"Answered by {carys.name} at", "Shown for fair"):
        assert words in text
    later = officer.open(PATH.replace("before", "after"))
    assert "Answer again once voting has closed" in later.main.text
    assert not later.select("main textarea")


def test_an_outsider_answers_for_nothing(as_person: Any, dev: Account, session: Any) -> None:
    make_round(session, "preparing")
    as_person(dev).open(PATH, status=403)
