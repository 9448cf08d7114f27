"""Writing a proposal page by page: drafts, sending, and what is said of what is missing."""

import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.jobs import erase_due_drafts
from engage.budgeting.models import Picture, Proposal, ProposalDraft, ProposalVersion
from engage.budgeting.queries.proposing import part_in_proposal
from engage.budgeting.rules.proposing import DRAFTS_KEPT
from engage.engagements.models import ParticipationFact
from engage.messages.actions import reference_address
from tests.conftest import Site
from tests.makers.bodies import make_body
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.pictures import drawn, picture_file
from tests.makers.proposing import (
    IDEA,
    MONEY,
    PLACE,
    ROUND,
    START,
    add_photograph,
    begin,
    draft_path,
    make_area,
    propose,
    reference_on,
    write_draft,
)


@pytest.fixture
def area(session: Any) -> int:
    """Strathlyle with its postcodes; return its locality Lyle Harbour."""
    return make_area(session).harbour_id


def only(session: Any, model: Any) -> Any:
    session.expire_all()
    return session.scalars(select(model)).one()


@pytest.mark.requirement("R82")
def test_aisha_proposes_without_account_name_or_email_and_gets_a_reference(
    site: Site, session: Any, area: int
) -> None:
    make_round(session, "proposals", locality_id=area)
    page = propose(site)
    assert "We have your proposal" in page.h1.text
    proposal = only(session, Proposal)
    assert proposal.reference_hash == reference_address(reference_on(page))
    assert (proposal.place, proposal.zone_code) == ("matched", "S01999001")
    assert (proposal.cost_pence, proposal.smallest_pence) == (300_000, 200_000)
    assert (proposal.beneficiaries, proposal.near) == (IDEA["beneficiaries"], "the library")
    assert (proposal.name, proposal.email, proposal.account_id) == ("", "", None)
    assert session.scalars(select(ProposalDraft)).all() == []
    assert only(session, ProposalVersion).number == 1
    fact = only(session, ParticipationFact)
    assert (fact.act, fact.channel, fact.people) == ("proposal", "online", 1)


def test_the_first_page_speaks_to_under_16s(site: Site, session: Any, area: int) -> None:
    make_round(session, "proposals")
    text = site.open(START).text
    assert "If you are under 16" in text
    assert "You need no email address" in text


def test_a_draft_is_counted_nowhere_and_read_by_nobody_else(
    site: Site, app: Any, session: Any, area: int, as_person: Any, carys: Account
) -> None:
    make_round(session, "proposals")
    path = write_draft(site)
    dev, officer = Site(app.test_client()), as_person(carys)
    for page in ("idea/", "money/", "place/", "about/", "pictures/", "check/", "saved/"):
        for outsider in (dev, officer):
            assert IDEA["title"] not in outsider.open(f"{path}{page}", 404).text
    for page in (ROUND, f"{ROUND}proposals/", "/desk/rounds/mastrick-decides/proposals/"):
        assert IDEA["title"] not in officer.open(page).text
    assert session.scalars(select(ParticipationFact)).all() == []


def test_a_draft_is_saved_half_way_and_opened_with_its_reference_elsewhere(
    site: Site, app: Any, session: Any, area: int
) -> None:
    make_round(session, "proposals")
    page = site.send(START, {"title": "Bench"}, button="later")
    assert page.h1.text == "Your proposal is saved"
    other = Site(app.test_client())
    page = other.send(f"{START}return/", {"reference": reference_on(page).lower()})
    assert page.h1.text == "Check the proposal"
    assert "Enter what it will do" in page.text
    assert "Enter your postcode" in page.text
    assert "Bench" in page.text
    path = draft_path(other)
    other.send(f"{path}saved/", form=f"{START}forget/")
    other.open(f"{path}check/", 404)


def test_a_wrong_reference_opens_nothing(site: Site, session: Any, area: int) -> None:
    make_round(session, "proposals")
    for wrong in ("", "AAAA", "AAAA-BBBB-CCCC-DDDD"):
        site.send(f"{START}return/", {"reference": wrong}, status=422)


def test_the_draft_of_an_account_opens_for_that_account_only(
    site: Site, session: Any, area: int, as_person: Any, aisha: Account, dev: Account
) -> None:
    make_round(session, "proposals")
    path = write_draft(as_person(aisha))
    assert "Skate ramp" in as_person(aisha).open(START).text
    as_person(dev).open(f"{path}check/", 404)
    site.open(f"{path}check/", 404)
    page = as_person(aisha).send(f"{path}check/")
    assert "We have your proposal" in page.h1.text
    proposal = only(session, Proposal)
    assert proposal.account_id == aisha.id
    assert proposal.reference_hash == reference_address(reference_on(page))


@pytest.mark.parametrize(
    ("step", "answers", "message"),
    [
        ("money", {"cost_pence": ""}, "Enter how much money it needs"),
        ("money", {"cost_pence": "499.99"}, "Enter a cost from £500 to £5,000"),
        ("money", {"cost_pence": "5000.01"}, "Enter a cost from £500 to £5,000"),
        ("money", {"items-pounds-1": "400"}, "Make the rows add up to £3,000"),
        ("money", {"items-what-1": ""}, "Row 2: enter what it is for"),
        ("money", {"items-pounds-1": "x"}, "Row 2: enter an amount in pounds"),
        ("money", {"smallest_pence": "499"}, "Enter an amount from £500 to less than £3,000"),
        ("money", {"smallest_pence": "3000"}, "Enter an amount from £500 to less than £3,000"),
        ("money", {"takes_less": None}, "Choose whether a smaller award would help"),
        ("money", {"match_pence": "100"}, "Enter who else pays"),
        ("place", {"where": None}, "Choose where it is"),
        ("place", {"near": ""}, "Enter what it is near"),
        ("place", {"point": "London"}, "Enter two numbers"),
        ("place", {"point": "51.5, -0.1"}, "Enter a point in Scotland"),
        ("about", {"postcode": ""}, "Enter your postcode, like AB10 1AB"),
        ("about", {"postcode": "nonsense"}, "Enter your postcode, like AB10 1AB"),
        ("about", {"postcode": "XY9 9ZZ"}, "yours lies outside it"),
        ("about", {"postcode": "XY1 7AA"}, "yours lies outside it"),
        ("about", {"email": "aisha"}, "Enter an email address"),
        ("idea", {"title": "x" * 121}, "must be 120 characters or fewer"),
    ],
)
def test_what_is_missing_or_outside_the_limits_is_said_and_nothing_typed_is_lost(
    site: Site, session: Any, area: int, step: str, answers: dict[str, Any], message: str
) -> None:
    make_round(session, "proposals", locality_id=area)
    path = begin(site)
    right = {"idea": IDEA, "money": MONEY, "place": PLACE, "about": {"postcode": "XY1 0AA"}}
    page = site.send(f"{path}{step}/", {**right[step], **answers}, status=422)
    assert message in page.select_one(".ds_error-summary").text
    assert page.title.text.startswith("Error:")
    for name, value in {**right[step], **answers}.items():
        box = page.select_one(f"[name={name}]:not([type=radio])")
        if box is not None and value is not None:
            assert (box.text.strip() or box.get("value", "")) == value


def test_rows_are_added_without_a_script_and_keep_what_was_typed(
    site: Site, session: Any, area: int
) -> None:
    make_round(session, "proposals")
    path = begin(site)
    page = site.send(f"{path}money/", {"items-what-3": "Paint"}, button="more")
    assert len(page.select("[name^=items-what]")) == 8
    assert page.select_one("[name=items-what-3]")["value"] == "Paint"


def test_the_postcode_is_kept_nowhere_and_need_not_be_given_twice(
    site: Site, session: Any, area: int
) -> None:
    make_round(session, "proposals")
    path = write_draft(site)
    kept = only(session, ProposalDraft).__dict__.values()
    assert not any("XY1" in str(value) for value in kept)
    site.send(f"{path}about/", {"name": "Aisha"})
    draft = only(session, ProposalDraft)
    assert (draft.zone_code, draft.name) == ("S01999001", "Aisha")


def test_a_postcode_that_we_do_not_know_is_taken_and_flagged(
    site: Site, session: Any, area: int, as_person: Any, carys: Account
) -> None:
    make_round(session, "proposals", locality_id=area)
    path = write_draft(site)
    asked = site.send(f"{path}about/", {"postcode": "XY8 8ZZ"}, status=422)
    assert "We do not know this postcode" in asked.select_one("#postcode-error").text
    site.send_on(asked, f"{path}about/", {})
    site.send(f"{path}check/")
    proposal = only(session, Proposal)
    assert proposal.place == "unmatched"
    page = as_person(carys).open(f"/desk/rounds/mastrick-decides/proposals/{proposal.public_id}/")
    assert "We do not know the postcode" in page.text


def test_what_lacks_something_cannot_be_sent(site: Site, session: Any, area: int) -> None:
    make_round(session, "proposals")
    path = begin(site)
    page = site.send(f"{path}check/", status=422)
    assert "Enter how much money it needs" in page.select_one(".ds_error-summary").text
    assert session.scalars(select(Proposal)).all() == []


def test_the_first_page_sent_twice_starts_one_draft_and_sending_twice_gives_one_proposal(
    site: Site, session: Any, area: int
) -> None:
    make_round(session, "proposals")
    form = site.open(START)
    assert "Step 1 of 6" in form.main.text
    second = site.send_on(form, START, IDEA)
    assert "Step 2 of 6" in second.main.text
    site.send_on(form, START, {**IDEA, "summary": "A larger ramp"})
    assert "larger" in only(session, ProposalDraft).content
    path = f"{START}{only(session, ProposalDraft).public_id}/"
    for step, answers in (("money", MONEY), ("place", PLACE), ("about", {"postcode": "XY1 0AA"})):
        site.send(f"{path}{step}/", answers)
    check = site.open(f"{path}check/")
    assert "Step 6 of 6" in check.main.text
    site.send_on(check, f"{path}check/")
    site.send_on(check, f"{path}check/", status=404)
    only(session, Proposal)
    site.send_on(form, START, IDEA)
    assert only(session, ProposalDraft).public_id not in path


def test_all_that_is_wrong_with_the_money_is_told_at_once(
    site: Site, session: Any, area: int
) -> None:
    make_round(session, "proposals")
    path = begin(site)
    typed = {"cost_pence": "lots", "match_pence": "5", "takes_less": "yes"}
    page = site.send(f"{path}money/", typed, status=422)
    faulty = [link["href"] for link in page.select(".ds_error-summary a")]
    assert {"#cost_pence", "#match_from", "#smallest_pence"} <= set(faulty)


def test_two_windows_do_not_write_over_one_another(site: Site, session: Any, area: int) -> None:
    make_round(session, "proposals")
    path = begin(site)
    first, second = site.open(f"{path}idea/"), site.open(f"{path}idea/")
    site.send_on(first, f"{path}idea/", {"summary": "The newer words"})
    page = site.send_on(second, f"{path}idea/", {"summary": "The older words"}, status=409)
    assert "The newer words" in page.text
    assert page.select_one("[name=summary]").text.strip() == "The older words"
    site.send_on(page, f"{path}idea/")
    assert "The older words" in only(session, ProposalDraft).content


def test_a_page_that_was_open_when_proposals_closed_keeps_what_was_typed(
    site: Site, session: Any, area: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = make_round(session, "proposals")
    path = begin(site)
    page, closed = site.open(f"{path}idea/"), round_.proposals_close_at
    monkeypatch.setattr("engage.clock.now", lambda: closed)
    page = site.send_on(page, f"{path}idea/", {"summary": "Typed too late"}, status=410)
    assert "Typed too late" in page.text
    page = site.client.post(START, data={"summary": "Too late as well"})
    assert page.status_code == 410
    assert "Too late as well" in page.text


def test_old_drafts_are_erased_with_their_photographs_and_what_was_sent_stays(
    site: Site, session: Any, area: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = make_round(session, "proposals")
    add_photograph(site, write_draft(site))
    path = write_draft(site, title="Sent")
    add_photograph(site, path)
    site.send(f"{path}check/")
    late = round_.proposals_close_at + DRAFTS_KEPT
    monkeypatch.setattr(clock, "now", lambda: late - timedelta(seconds=1))
    assert erase_due_drafts() == 0
    monkeypatch.setattr(clock, "now", lambda: late)
    assert erase_due_drafts() == 1
    assert session.scalars(select(ProposalDraft)).all() == []
    assert only(session, Proposal).title == "Sent"
    only(session, Picture)


def test_a_draft_can_be_thrown_away(site: Site, app: Any, session: Any, area: int) -> None:
    make_round(session, "proposals")
    path = write_draft(site)
    Site(app.test_client()).open(f"{path}discard/", 404)
    site.send(f"{path}discard/")
    assert session.scalars(select(ProposalDraft)).all() == []


def test_bryn_writes_for_the_community_council_and_dev_cannot(
    as_person: Any, bryn: Account, dev: Account, session: Any, area: int
) -> None:
    body = make_body(session, "Mastrick Community Council", represented_by=bryn)
    make_round(session, "proposals")
    path = write_draft(as_person(dev))
    as_person(dev).send(f"{path}about/", {"body": body.slug}, status=422)
    propose(as_person(bryn), body=body.slug)
    assert only(session, Proposal).body_id == body.id


def test_only_who_may_propose_can_send(
    as_person: Any, site: Site, bryn: Account, session: Any, area: int
) -> None:
    body = make_body(session, "Mastrick Community Council", represented_by=bryn)
    make_round(session, "proposals", who_may_propose="body")
    path = write_draft(site)
    page = site.send(f"{path}check/", status=422)
    assert "Only local groups on the register can send a proposal here" in page.main.text
    assert session.scalars(select(Proposal)).all() == []
    propose(as_person(bryn), body=body.slug)
    assert only(session, Proposal).body_id == body.id


def test_whoever_only_reads_for_a_group_proposes_nothing_for_it(
    as_person: Any, bryn: Account, session: Any, area: int
) -> None:
    body = make_body(session, "Mastrick Gardeners", represented_by=bryn, part="reader")
    round_ = make_round(session, "proposals")
    path = write_draft(as_person(bryn))
    as_person(bryn).send(f"{path}about/", {"body": body.slug}, status=422)
    proposal = make_proposal(session, round_, body_id=body.id, stage="submitted")
    assert part_in_proposal(proposal, bryn.id, []) == ""


def test_a_draft_takes_out_its_own_photographs_only(site: Site, session: Any, area: int) -> None:
    make_round(session, "proposals")
    theirs, ours = begin(site), begin(site)
    add_photograph(site, theirs)
    shown = only(session, Picture)
    page = site.open(f"{ours}pictures/")
    values = {"csrf_token": page.select_one("[name=csrf_token]")["value"]}
    answer = site.client.post(f"{ours}pictures/{shown.public_id}/remove/", data=values)
    assert answer.status_code == 302
    assert only(session, Picture).public_id == shown.public_id


def test_going_on_keeps_a_photograph_that_was_chosen(site: Site, session: Any, area: int) -> None:
    make_round(session, "proposals")
    path = begin(site)
    page = site.send(f"{path}pictures/", button="go_on")
    assert page.h1.text != "Photographs"
    page = site.send(f"{path}pictures/", {"alt": "A red corner"}, button="go_on", status=422)
    assert page.select_one("[name=alt]")["value"] == "A red corner"
    chosen = {"photograph": (io.BytesIO(picture_file(drawn(60, 40))), "a.jpg"), "alt": "A corner"}
    page = site.send(f"{path}pictures/", chosen, button="go_on")
    assert page.h1.text != "Photographs"
    assert only(session, Picture).alt == "A corner"


def test_photographs_are_added_described_and_taken_out(site: Site, session: Any, area: int) -> None:
    make_round(session, "proposals")
    path = begin(site)
    answer = add_photograph(site, path, alt="")
    assert answer.status_code == 422
    assert "Describe the photograph" in answer.text
    assert add_photograph(site, path, data=b"no picture").status_code == 422
    for number in range(3):
        assert add_photograph(site, path, alt=f"View {number}").status_code == 200
    page = site.open(f"{path}pictures/")
    assert [img["alt"] for img in page.select("main img")] == ["View 0", "View 1", "View 2"]
    assert page.select_one("form[enctype]") is None
    remove = page.select_one("form[action$='/remove/']")["action"]
    site.send(f"{path}pictures/", form=remove)
    assert len(session.scalars(select(Picture)).all()) == 2


def test_similar_proposals_are_shown_before_sending_the_unchecked_by_title_only(
    site: Site, session: Any, area: int
) -> None:
    round_ = make_round(session, "proposals")
    make_proposal(session, round_, "Skate bowl", summary="For boards", name="Dev")
    make_proposal(session, round_, "Ramp for skaters", stage="accepted", summary="A skate ramp")
    make_proposal(session, round_, "Palace", stage="left_out", reason="No", summary="A skate ramp")
    make_proposal(session, round_, "Choir", summary="Singing on Tuesdays")
    text = site.open(f"{write_draft(site)}check/").text
    assert "Is somebody proposing the same?" in text
    assert "Skate bowl" in text
    assert "A skate ramp" in text
    for hidden in ("For boards", "Dev", "Palace", "Choir"):
        assert hidden not in text
