"""What residents see of a round before the vote, and proposing on a page."""

from datetime import timedelta
from typing import Any

import pytest

from engage import clock
from tests.conftest import Site
from tests.makers.budgeting import make_proposal, make_round

PATH = "/rounds/mastrick-decides/propose/"


@pytest.mark.parametrize("stage", ["screening", "voting", "closed"])
def test_the_page_to_propose_leads_back_to_the_round_when_closed(
    site: Site, session: Any, stage: str
) -> None:
    make_round(session, stage)
    assert site.open(PATH).h1.text == "Mastrick decides"


# The round's own page -----------------------------------------------------------------------------


def test_a_round_in_preparation_is_not_shown(site: Site, session: Any) -> None:
    make_round(session, "preparing")
    site.open("/rounds/mastrick-decides/", status=404)
    assert "Mastrick decides" not in site.open("/rounds/").text


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("proposals", "Propose a project"),
        ("screening", "Proposals are closed and we are checking them"),
        ("voting", "Vote before"),
        ("closed", "We are counting the votes"),
    ],
)
def test_the_page_says_what_you_can_do_now(
    site: Site, session: Any, stage: str, words: str
) -> None:
    make_round(session, stage)
    assert words in site.open("/rounds/mastrick-decides/").text
    assert "Mastrick decides" in site.open("/rounds/").text


def test_dates_and_money_stand_in_words(site: Site, session: Any) -> None:
    make_round(session, "proposals")
    text = site.open("/rounds/mastrick-decides/").text
    assert "£500 to £5,000" in text
    assert "(UK time)" in text
    assert "11 and over" in text


@pytest.mark.requirement("R76")
def test_the_drawn_lot_stands_on_the_page_before_anybody_votes(site: Site, session: Any) -> None:
    make_round(session, "voting")
    assert (
        "A lot was drawn once, before voting opened" in site.open("/rounds/mastrick-decides/").text
    )


def test_what_was_left_out_is_listed_with_its_reason_and_no_name(site: Site, session: Any) -> None:
    round_ = make_round(session, "screening")
    make_proposal(
        session, round_, "Palace", stage="left_out", reason="Too dear", name="Aisha Khan",
        email="aisha@example.org",
    )  # fmt: skip
    text = site.open("/rounds/mastrick-decides/").text
    assert "Palace" in text
    assert "Too dear" in text
    assert "Aisha" not in text
    assert "aisha@" not in text


def test_a_proposal_is_public_only_once_it_is_checked(site: Site, session: Any) -> None:
    round_ = make_round(session, "screening")
    make_proposal(session, round_, "Not yet looked at")
    make_proposal(session, round_, "Bench", stage="accepted")
    text = site.open("/rounds/mastrick-decides/").text
    assert "Not yet looked at" not in text
    assert "Bench" in text
    assert "1 proposal is waiting for our checks." in text


def test_a_title_that_looks_like_markup_is_shown_as_text(site: Site, session: Any) -> None:
    make_proposal(session, make_round(session, "screening"), "<b>Bench</b>", stage="accepted")
    page = site.open("/rounds/mastrick-decides/")
    assert "<b>Bench</b>" in page.text


def test_the_fund_that_closes_soonest_stands_first_and_says_what_to_do(
    site: Site, session: Any
) -> None:
    make_round(session, "voting", title="A vote with 8 days left")
    later = clock.now() + timedelta(days=12)
    make_round(session, "proposals", title="Ideas", proposals_close_at=later)
    page = site.open("/rounds/")
    named = [heading.text for heading in page.select(".engage-cards h3")]
    assert named == ["A vote with 8 days left", "Ideas"]
    assert page.find("a", string="Propose a project for Ideas")
