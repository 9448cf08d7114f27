"""The pages of a round for officers, and what outsiders meet there."""

from datetime import timedelta
from typing import Any

import pytest

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.models import Round
from engage.budgeting.queries.rounds import round_by_slug
from engage.web.filters import uk_time
from engage.web.rules import UK
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.keeping import keep_sheets
from tests.makers.screening import free


def boxes(name: str, days: int) -> dict[str, str]:
    """Fill the four boxes of an instant so many days from now, at 11:59pm."""
    day = (clock.now() + timedelta(days=days)).astimezone(UK)
    return {
        f"{name}-day": str(day.day),
        f"{name}-month": str(day.month),
        f"{name}-year": str(day.year),
        f"{name}-time": "11:59pm",
    }


ANSWERS = {
    "title": "Mastrick decides",
    "purpose": "Spend the community fund",
    "open_to_change": "Which projects are funded",
    "fixed": "The size of the fund",
    "pot_pence": "6,000",
    "min_award_pence": "£500",
    "max_award_pence": "5000",
    "min_choices": "1",
    "max_choices": "3",
    "min_age": "11",
    "who_may_vote": "Everybody who lives in Mastrick",
    "allow_change": "yes",
    **boxes("proposals_open_at", 1),
    **boxes("proposals_close_at", 10),
    **boxes("voting_opens_at", 20),
    **boxes("voting_closes_at", 30),
}


@pytest.mark.requirement("R14")
def test_carys_sets_up_a_round(as_person: Any, carys: Account) -> None:
    page = as_person(carys).send("/desk/rounds/new/", ANSWERS)
    assert page.h1.text == "Mastrick decides"
    round_ = round_by_slug("mastrick-decides")
    assert (round_.pot_pence, round_.min_age, round_.max_choices) == (600_000, 11, 3)
    assert uk_time(round_.voting_closes_at) == "11:59pm"


@pytest.mark.parametrize(("typed", "days"), [("0", 0), ("", 95), ("30", 30), (None, 95)])
def test_a_fund_says_for_how_long_its_result_can_be_challenged(
    as_person: Any, carys: Account, typed: str | None, days: int
) -> None:
    as_person(carys).send("/desk/rounds/new/", {**ANSWERS, "challenge_days": typed})
    assert round_by_slug("mastrick-decides").challenge_days == days


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"title": ""}, "Enter a title"),
        ({"min_age": ""}, "Choose the voting age"),
        ({"min_age": "13"}, "Choose one from the list"),
        ({"max_award_pence": "6001"}, "The largest award must be no more than the fund"),
        ({"pot_pence": "lots"}, "Enter an amount in pounds"),
        ({"min_choices": "4"}, "The most choices must be at least the fewest choices"),
        (boxes("voting_opens_at", 5), "Voting must open after proposals close"),
        ({"challenge_days": "400"}, "Enter a number from 0 to 366"),
        ({"voting_closes_at-time": "midnight"}, "Enter a time, like 9am or 11:59pm"),
    ],
)
def test_what_does_not_fit_is_said_on_its_field_and_nothing_typed_is_lost(
    as_person: Any, carys: Account, answers: dict[str, str], message: str
) -> None:
    page = as_person(carys).send("/desk/rounds/new/", {**ANSWERS, **answers}, status=422)
    assert message in page.select_one(".ds_error-summary").text
    assert message in page.select_one(".ds_question__error-message").text
    assert page.select_one("[name=who_may_vote]").text.strip() == ANSWERS["who_may_vote"]


def test_all_that_is_wrong_with_a_fund_is_said_at_once_on_its_fields(
    as_person: Any, carys: Account
) -> None:
    wrong = {
        "title": "",
        "pot_pence": "0",
        "max_choices": "many",
        "proposals_open_at-year": "2020",
        "voting_closes_at-time": "later",
    }
    page = as_person(carys).send("/desk/rounds/new/", {**ANSWERS, **wrong}, status=422)
    assert [item.text.strip() for item in page.select(".ds_error-summary li")] == [
        "Enter a title",
        "How much is in the fund? Enter an amount of more than £0",
        "Proposals must open today or later",
        "When does voting close? Enter a time, like 9am or 11:59pm",
        "Most projects a voter may choose: Enter a whole number, like 10",
    ]
    assert page.select_one("details[open] [name=max_choices]"), "the fault is not hidden"


@pytest.mark.parametrize("name", ["proposals_close_at", "voting_closes_at"])
def test_a_fund_that_closes_in_the_past_is_refused_when_it_is_saved(
    as_person: Any, carys: Account, name: str
) -> None:
    past = {**ANSWERS, **boxes("proposals_open_at", -20), **boxes(name, -1)}
    page = as_person(carys).send("/desk/rounds/new/", past, status=422)
    assert "must close in the future" in page.select_one(f"[id={name}] ~ *, [id={name}]").text
    assert round_by_slug("mastrick-decides") is None


def test_a_preset_does_not_let_one_project_get_more_than_a_smaller_fund(
    as_person: Any, carys: Account
) -> None:
    page = as_person(carys).send(
        "/desk/rounds/new/?start=hall-night", {"title": "Hall night", "pot_pence": "3,000"}
    )
    assert "we lowered the awards" in page.text
    round_ = round_by_slug("hall-night")
    assert (round_.min_award_pence, round_.max_award_pence) == (20_000, 300_000)


def test_an_award_that_somebody_typed_is_not_lowered_but_refused(
    as_person: Any, carys: Account
) -> None:
    typed = {"title": "Hall night", "pot_pence": "3,000", "max_award_pence": "4,000"}
    page = as_person(carys).send("/desk/rounds/new/?start=hall-night", typed, status=422)
    assert page.select_one("details[open] #max_award_pence-error")


def test_a_round_in_preparation_is_changed(as_person: Any, carys: Account, session: Any) -> None:
    make_round(session, "preparing")
    as_person(carys).send("/desk/rounds/mastrick-decides/edit/", {"pot_pence": "7000"})
    assert round_by_slug("mastrick-decides").pot_pence == 700_000


def test_two_officers_who_change_one_round_do_not_overwrite_each_other(
    as_person: Any, carys: Account, ada: Account, session: Any
) -> None:
    make_round(session, "preparing")
    path = "/desk/rounds/mastrick-decides/edit/"
    first, second = as_person(carys), as_person(ada)
    page = second.open(path)
    first.send(path, {"pot_pence": "7000"})
    answer = second.send_on(page, path, {"pot_pence": "8000"}, status=409)
    assert "Somebody changed this before you" in answer.text
    session.expire_all()
    assert round_by_slug("mastrick-decides").pot_pence == 700_000


def test_the_page_of_a_round_says_what_blocks_the_next_step(
    as_person: Any, carys: Account, session: Any
) -> None:
    make_proposal(session, make_round(session, "screening"))
    page = as_person(carys).open("/desk/rounds/mastrick-decides/")
    assert "Check every proposal first: 1 still to check" in page.text


def test_opening_says_what_it_does_and_then_does_it(
    as_person: Any, carys: Account, session: Any
) -> None:
    make_round(session, "preparing")
    path = "/desk/rounds/mastrick-decides/open_proposals/"
    site = as_person(carys)
    before = site.open(path)
    assert "You cannot make the fund private again" in before.text
    assert "only for a reason that everybody reads" in before.text
    page = site.send(path)
    assert "The fund is public." in page.text
    session.expire_all()
    assert round_by_slug("mastrick-decides").stage == "proposals"


def test_settling_the_ballot_from_its_page_opens_the_vote_by_the_clock(
    as_person: Any, carys: Account, session: Any
) -> None:
    round_ = make_round(session, "screening")
    make_proposal(session, round_, stage="accepted")
    keep_sheets(round_, carys)
    page = as_person(carys).send("/desk/rounds/mastrick-decides/settle_ballot/")
    assert "The ballot is final and the lot is drawn." in page.text
    session.expire_all()
    assert round_by_slug("mastrick-decides").stage == "voting"


def test_a_step_that_is_blocked_changes_nothing(
    as_person: Any, carys: Account, session: Any
) -> None:
    make_round(session, "voting")
    site = as_person(carys)
    token = site.open("/desk/rounds/new/").select_one("[name=csrf_token]")["value"]
    site.client.post("/desk/rounds/mastrick-decides/declare/", data={"csrf_token": token})
    page = site.open("/desk/rounds/mastrick-decides/")
    assert "The result is declared after voting has closed" in page.text
    assert session.get(Round, 1).stage == "voting"


def test_a_step_without_its_token_is_not_taken(
    as_person: Any, carys: Account, session: Any, app: Any
) -> None:
    make_round(session, "preparing")
    response = as_person(carys).client.post("/desk/rounds/mastrick-decides/open_proposals/")
    assert response.status_code == 400
    assert session.get(Round, 1).stage == "preparing"


def test_proposals_are_listed_and_filtered(as_person: Any, carys: Account, session: Any) -> None:
    round_ = make_round(session, "screening")
    make_proposal(session, round_, "Bench")
    make_proposal(session, round_, "Palace", stage="left_out", reason="Too dear")
    site = as_person(carys)
    assert "2 proposals" in site.open("/desk/rounds/mastrick-decides/proposals/").text
    page = site.open("/desk/rounds/mastrick-decides/proposals/?stage=submitted")
    assert "Bench" in page.table.text
    assert "Palace" not in page.table.text


def test_carys_leaves_a_proposal_out_with_its_reason(
    as_person: Any, carys: Account, session: Any
) -> None:
    proposal = free(make_proposal(session, make_round(session, "screening"), "Palace"), carys)
    path = f"/desk/rounds/mastrick-decides/proposals/{proposal.public_id}/"
    site = as_person(carys)
    page = site.send(path, {"decision": "leave_out"}, status=422)
    assert "Enter the reason" in page.select_one(".ds_error-summary").text
    site.send(path, {"decision": "leave_out", "reason": "It is too dear for this fund"})
    session.expire_all()
    assert (proposal.stage, proposal.reason) == ("left_out", "It is too dear for this fund")


def test_two_officers_who_check_one_proposal_do_not_overwrite_each_other(
    as_person: Any, carys: Account, ada: Account, session: Any
) -> None:
    proposal = make_proposal(session, make_round(session, "screening"))
    free(proposal, carys), free(proposal, ada)
    path = f"/desk/rounds/mastrick-decides/proposals/{proposal.public_id}/"
    first, second = as_person(carys), as_person(ada)
    page = second.open(path)
    first.send(path, {"decision": "accept"})
    second.send_on(page, path, {"decision": "leave_out", "reason": "No"}, status=409)
    session.expire_all()
    assert proposal.stage == "accepted"


def test_a_proposal_of_another_round_is_not_found_here(
    as_person: Any, carys: Account, session: Any
) -> None:
    make_round(session, "screening")
    other = make_proposal(session, make_round(session, "screening", title="Other"))
    as_person(carys).open(f"/desk/rounds/mastrick-decides/proposals/{other.public_id}/", status=404)


OFFICERS_ONLY = ["", "new/", "mastrick-decides/", "mastrick-decides/edit/"]


@pytest.mark.parametrize("path", [*OFFICERS_ONLY, "mastrick-decides/proposals/"])
def test_dev_is_refused_at_every_officers_page(
    as_person: Any, dev: Account, session: Any, path: str
) -> None:
    make_round(session, "preparing")
    as_person(dev).open(f"/desk/rounds/{path}", status=403)


def test_audrey_reads_the_page_of_a_round_and_changes_nothing(
    as_person: Any, audrey: Account, session: Any
) -> None:
    make_round(session, "preparing")
    site = as_person(audrey)
    site.open("/desk/rounds/mastrick-decides/")
    site.send("/desk/rounds/mastrick-decides/open_proposals/", status=403)
    assert session.get(Round, 1).stage == "preparing"


@pytest.mark.parametrize("path", ["/desk/rounds/nowhere/", "/rounds/nowhere/", "/rounds/%00/"])
def test_an_unknown_round_is_not_found(as_person: Any, carys: Account, path: str) -> None:
    as_person(carys).open(path, status=404)
