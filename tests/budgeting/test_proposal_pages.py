"""What residents see of a round before the vote, and proposing on a page."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.models import Proposal
from engage.messages.actions import reference_address
from engage.partners.models import Partnership
from tests.conftest import Site
from tests.makers.bodies import make_body
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.places import make_places

PATH = "/rounds/mastrick-decides/propose/"
ANSWERS = {
    "title": "Skate ramp",
    "summary": "A ramp for young people",
    "cost_pence": "3,000",
    "postcode": "XY1 0AA",
}


@pytest.fixture
def area(session: Any) -> int:
    """Strathlyle with its postcodes; return its locality Lyle Harbour."""
    places = make_places(session)
    session.add(
        Partnership(
            id=1, name="Strathlyle together", council_code=places.council_code,
            colour="#0065bd", contact_email="", contact_phone="",
        )
    )  # fmt: skip
    session.commit()
    return places.harbour_id


def reference_on(page: BeautifulSoup) -> str:
    return str(page.select_one(".engage-reference").text)


@pytest.mark.requirement("R82")
def test_aisha_proposes_without_account_name_or_email_and_gets_a_reference(
    site: Site, session: Any, area: int
) -> None:
    make_round(session, "proposals", locality_id=area)
    page = site.send(PATH, ANSWERS)
    assert "We have your proposal" in page.h1.text
    proposal = session.scalars(select(Proposal)).one()
    assert proposal.reference_hash == reference_address(reference_on(page))
    assert (proposal.place, proposal.zone_code, proposal.cost_pence) == (
        "matched",
        "S01999001",
        300_000,
    )


def test_the_postcode_is_kept_nowhere(site: Site, session: Any, area: int) -> None:
    make_round(session, "proposals")
    site.send(PATH, ANSWERS)
    kept = session.scalars(select(Proposal)).one().__dict__.values()
    assert not any("XY1" in str(value) for value in kept)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"title": ""}, "Enter what your project is called"),
        ({"cost_pence": ""}, "Enter how much money it needs"),
        ({"cost_pence": "499.99"}, "Enter a cost from £500 to £5,000"),
        ({"cost_pence": "5000.01"}, "Enter a cost from £500 to £5,000"),
        ({"postcode": ""}, "Enter your postcode, like AB10 1AB"),
        ({"postcode": "nonsense"}, "Enter your postcode, like AB10 1AB"),
        ({"postcode": "XY9 9ZZ"}, "yours lies outside it"),
        ({"postcode": "XY1 7AA"}, "yours lies outside it"),
        ({"email": "aisha"}, "Enter an email address"),
        ({"title": "x" * 121}, "must be 120 characters or fewer"),
    ],
)
def test_what_is_missing_or_outside_the_limits_is_said_and_nothing_typed_is_lost(
    site: Site, session: Any, area: int, answers: dict[str, str], message: str
) -> None:
    make_round(session, "proposals", locality_id=area)
    page = site.send(PATH, {**ANSWERS, **answers}, status=422)
    assert message in page.select_one(".ds_error-summary").text
    assert page.title.text.startswith("Error:")
    assert page.select_one("[name=summary]").text.strip() == ANSWERS["summary"]
    assert session.scalars(select(Proposal)).all() == []


def test_a_postcode_that_we_do_not_know_is_taken_and_flagged(
    site: Site, session: Any, area: int, as_person: Any, carys: Account
) -> None:
    make_round(session, "proposals", locality_id=area)
    site.send(PATH, {**ANSWERS, "postcode": "XY8 8ZZ"})
    proposal = session.scalars(select(Proposal)).one()
    assert proposal.place == "unmatched"
    page = as_person(carys).open(f"/desk/rounds/mastrick-decides/proposals/{proposal.public_id}/")
    assert "We do not know the postcode" in page.text


def test_the_same_page_sent_twice_gives_one_proposal_and_one_reference(
    site: Site, session: Any, area: int
) -> None:
    make_round(session, "proposals")
    form = site.open(PATH)
    first = reference_on(site.send_on(form, PATH, ANSWERS))
    assert reference_on(site.send_on(form, PATH, ANSWERS)) == first
    assert len(session.scalars(select(Proposal)).all()) == 1


def test_going_back_and_proposing_something_else_gives_another_proposal(
    site: Site, session: Any, area: int
) -> None:
    make_round(session, "proposals")
    form = site.open(PATH)
    first = reference_on(site.send_on(form, PATH, ANSWERS))
    assert reference_on(site.send_on(form, PATH, {**ANSWERS, "title": "Bench"})) != first
    assert len(session.scalars(select(Proposal)).all()) == 2


def test_a_page_that_was_open_when_proposals_closed_keeps_what_was_typed(
    site: Site, session: Any, area: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = make_round(session, "proposals")
    form, closed = site.open(PATH), round_.proposals_close_at
    monkeypatch.setattr("engage.clock.now", lambda: closed)
    page = site.send_on(form, PATH, ANSWERS, status=422)
    assert "Proposals are closed" in page.text
    assert page.select_one("[name=summary]").text.strip() == ANSWERS["summary"]


@pytest.mark.parametrize("stage", ["screening", "voting", "closed"])
def test_the_page_to_propose_leads_back_to_the_round_when_closed(
    site: Site, session: Any, stage: str
) -> None:
    make_round(session, stage)
    assert site.open(PATH).h1.text == "Mastrick decides"


def test_the_reference_is_shown_to_nobody_else(app: Any, session: Any, area: int) -> None:
    make_round(session, "proposals")
    Site(app.test_client()).send(PATH, ANSWERS)
    page = Site(app.test_client()).open("/rounds/mastrick-decides/proposed/")
    assert page.h1.text == "Mastrick decides"


def test_bryn_proposes_for_the_community_council(
    as_person: Any, bryn: Account, session: Any, area: int
) -> None:
    body = make_body(session, "Mastrick Community Council", represented_by=bryn)
    make_round(session, "proposals")
    as_person(bryn).send(PATH, {**ANSWERS, "body": body.slug})
    assert session.scalars(select(Proposal)).one().body_id == body.id


def test_dev_cannot_propose_for_a_group_that_is_not_his(
    as_person: Any, dev: Account, bryn: Account, session: Any, area: int
) -> None:
    body = make_body(session, "Mastrick Community Council", represented_by=bryn)
    make_round(session, "proposals")
    as_person(dev).send(PATH, {**ANSWERS, "body": body.slug}, status=422)
    assert session.scalars(select(Proposal)).all() == []


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
