"""Voting on the site: showing who you are, choosing, the receipt, and all that goes wrong."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from engage import clock
from engage.accounts.rules import token_hash
from engage.budgeting.actions.voting import cast_ballot
from engage.budgeting.models import Ballot, Voter, VoterCode, VoterLink, VotingPass
from engage.extensions import db
from engage.messages.models import Message
from tests.conftest import Site, check_page
from tests.makers.accounts import sent_mail
from tests.makers.budgeting import make_round
from tests.makers.places import HERE, make_aberdeen
from tests.makers.voting import let_voting_end, make_code


@pytest.fixture
def round_(session):
    make_aberdeen(session)
    return make_round(session)


@pytest.fixture
def path(round_):
    return f"/rounds/{round_.engagement.slug}"


def enter_with_code(site, round_, code=None):
    """Go to the ballot with a code, the way its holder does for the first time."""
    page = site.send("/vote", {"code": code or make_code(round_)})
    assert "Where you live" in page.h1.text
    return site.send_on(page, "/vote", {"postcode": "AB16 5UX", "may_vote": "y"})


def choose(page, number):
    boxes = page.select("input[name=projects]")
    return [box["value"] for box in boxes[:number]]


def vote(site, round_, number=2):
    page = enter_with_code(site, round_)
    return site.send_on(page, site.response.request.path, {"projects": choose(page, number)})


def ballots():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Ballot))


def receipt(page):
    return page.select_one(".engage-reference").text


# With a code -------------------------------------------------------------------------------------


def test_aisha_votes_with_a_code_and_gets_a_receipt(site, round_):
    page = vote(site, round_)
    assert page.h1.text == "Your vote is in"
    assert re.fullmatch(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", receipt(page))
    assert ballots() == 1
    assert site.response.request.path.endswith("/receipt/")


def test_the_postcode_is_looked_up_and_forgotten(site, round_):
    vote(site, round_)
    voter = db.session.scalars(sa.select(Voter)).one()
    assert (voter.place, voter.zone_code) == ("matched", HERE[0])
    for table in db.metadata.sorted_tables:
        if table.name != "postcode":
            assert "AB165UX" not in str(db.session.execute(sa.select(table)).all())


def test_a_postcode_that_nobody_knows_is_asked_about_once_and_may_vote(site, round_):
    page = site.send("/vote", {"code": make_code(round_)})
    answers = {"postcode": "AB99 9ZZ", "may_vote": "y"}
    page = site.send_on(page, "/vote", answers, status=422)
    assert "We do not know this postcode" in page.select_one(".ds_error-summary").text
    assert db.session.scalars(sa.select(Voter)).all() == []
    page = site.send_on(page, "/vote", {**answers, "postcode": "AB99 9ZY"}, status=422)
    assert "We do not know this postcode" in page.text, "another one is asked about again"
    site.send_on(page, "/vote", {**answers, "postcode": "ab99 9zy"})
    assert db.session.scalars(sa.select(Voter.place)).one() == "unmatched"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"postcode": "IV30 1BX", "may_vote": "y"}, "outside the area of this vote"),
        ({"postcode": "rubbish", "may_vote": "y"}, "postcode"),
        ({"postcode": "", "may_vote": "y"}, "Enter your postcode"),
        ({"postcode": "AB16 5UX", "may_vote": None}, "Confirm that you may vote"),
    ],
)
def test_who_may_not_vote_or_does_not_say_so_is_told(site, round_, typed, words):
    page = site.send("/vote", {"code": make_code(round_)})
    told = site.send_on(page, "/vote", typed, status=422)
    assert words in told.select_one(".ds_error-summary").text
    assert db.session.scalars(sa.select(Voter)).all() == []


def test_a_code_used_before_leads_straight_to_the_ballot(app, site, round_):
    code = make_code(round_)
    enter_with_code(site, round_, code)
    page = Site(app.test_client()).send("/vote", {"code": code})
    assert page.h1.text == "Choose projects"
    assert len(db.session.scalars(sa.select(Voter)).all()) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter your voting code"),
        ("7H2K", "Enter all 16"),
        ("7H2K-9QRS-TVWX-YZ00", "Check your code"),
    ],
)
def test_a_slip_in_the_code_is_told_and_kept(site, typed, words, app):
    page = site.send("/vote", {"code": typed}, status=422)
    assert words in page.select_one(".ds_error-summary").text
    assert page.select_one("#code")["value"] == typed


def test_too_many_wrong_codes_are_answered_429_with_a_way_to_a_person(site, round_):
    code = make_code(round_)
    wrong = make_code(round_)
    db.session.execute(sa.text("DELETE FROM voter_code"))
    db.session.commit()
    for _ in range(5):
        site.send("/vote", {"code": wrong}, status=422)
    page = site.send("/vote", {"code": wrong}, status=429)
    assert "Wait 15 minutes" in page.select_one(".ds_error-summary").text
    assert "01224 000000" in page.text
    assert code != wrong


def test_a_forged_proof_of_a_code_opens_nothing(site, round_, path):
    page = site.send("/vote", {"code": make_code(round_)})
    data = {"proof": "forged", "postcode": "AB16 5UX", "may_vote": "y"}
    page = site.send_on(page, "/vote", data)
    assert page.h1.text == "Vote in Mastrick decides"
    assert db.session.scalars(sa.select(Voter)).all() == []


# With an e-mail address --------------------------------------------------------------------------


def ask_for_link(site, path, email="aisha@example.org", **typed):
    data = {"email": email, "postcode": "AB16 5UX", "may_vote": "y", **typed}
    return site.send(f"{path}/vote/", data, form="")


def link_sent():
    return re.search(r"http://localhost(/\S+)", sent_mail()[-1].body)[1]


def test_a_link_by_email_leads_to_the_ballot(site, round_, path):
    assert "Check your email" in ask_for_link(site, path).h1.text
    page = site.send(link_sent())
    assert page.h1.text == "Choose projects"


@pytest.mark.parametrize(
    ("closes_in", "words"),
    [(timedelta(minutes=5), "until voting closes at"), (timedelta(days=3), "the end of tomorrow")],
)
def test_the_page_and_the_message_say_how_long_a_link_works(session, app, site, closes_in, words):
    round_ = make_round(session, voting_closes_at=clock.now() + closes_in)
    page = ask_for_link(site, f"/rounds/{round_.engagement.slug}")
    assert words in page.main.text
    assert words in sent_mail()[-1].body
    assert page.main.text.count("UK time") == 1, "the close is told once"


def test_opening_a_link_does_not_use_it_up_and_the_button_does_so_once(app, site, round_, path):
    ask_for_link(site, path)
    link = link_sent()
    for _ in range(3):
        assert site.client.head(link).status_code == 200
        site.open(link)
    site.send(link)
    page = Site(app.test_client()).open(link, status=410)
    assert "cannot be used" in page.h1.text
    assert db.session.scalars(sa.select(VoterLink.is_used)).all() == [True]


def test_every_way_of_writing_an_address_is_one_voter(app, round_, path):
    for email in ("ai.sha@gmail.com", "Aisha+vote@googlemail.com", "AISHA@gmail.com"):
        site = Site(app.test_client())
        ask_for_link(site, path, email)
        site.send(link_sent())
    assert len(db.session.scalars(sa.select(Voter)).all()) == 1


def test_a_known_address_is_answered_like_an_unknown_one(app, site, round_, path):
    first = ask_for_link(site, path)
    site.send(link_sent())
    again = ask_for_link(Site(app.test_client()), path)
    assert first.main.text == again.main.text


def test_a_mailbox_is_not_filled_with_links(app, site, round_, path):
    for _ in range(8):
        page = ask_for_link(Site(app.test_client()), path)
        assert "Check your email" in page.h1.text
    assert len(db.session.scalars(sa.select(Message)).all()) == 5


def test_neither_the_address_nor_the_way_from_it_to_the_voter_stays_in_any_table(
    site, round_, path
):
    ask_for_link(site, path)
    token = link_sent().rstrip("/").rpartition("/")[2]
    (once,) = db.session.scalars(sa.select(Message.once))
    site.send(link_sent())
    for table in db.metadata.sorted_tables:
        rows = str(db.session.execute(sa.select(table)).all())
        assert "aisha@example.org" not in rows
        assert token not in rows
    assert token_hash(token)[:16] not in once


def test_the_link_leaves_no_trace_in_the_addresses_that_follow(site, round_, path):
    ask_for_link(site, path)
    assert site.client.get(link_sent()).headers["Referrer-Policy"] == "no-referrer"


def exclude_everybody():
    db.session.execute(sa.update(Voter).values(status="excluded"))
    db.session.commit()


def test_somebody_who_was_excluded_is_told_so_by_their_code(app, site, round_):
    code = make_code(round_)
    enter_with_code(site, round_, code)
    exclude_everybody()
    page = Site(app.test_client()).send("/vote", {"code": code}, status=403)
    assert page.h1.text == "You cannot vote in this fund"


def test_somebody_who_was_excluded_is_told_so_by_their_link(app, site, round_, path):
    ask_for_link(site, path)
    site.send(link_sent())
    exclude_everybody()
    ask_for_link(Site(app.test_client()), path)
    page = Site(app.test_client()).send(link_sent(), status=403)
    assert page.h1.text == "You cannot vote in this fund"


def test_a_code_that_is_made_void_half_way_opens_nothing(site, round_):
    page = site.send("/vote", {"code": make_code(round_)})
    db.session.execute(sa.update(VoterCode).values(status="void"))
    db.session.commit()
    page = site.send_on(page, "/vote", {"postcode": "AB16 5UX", "may_vote": "y"})
    assert page.h1.text == "Vote in Mastrick decides"
    assert db.session.scalars(sa.select(Voter)).all() == []


# The ballot --------------------------------------------------------------------------------------


def test_nobody_sees_the_ballot_without_having_shown_who_they_are(site, round_, path):
    page = site.open(f"{path}/ballot/")
    assert "Vote in" in page.h1.text


def test_projects_stand_in_another_order_for_each_voter_and_in_one_for_each(app, session):
    round_ = make_round(session, projects=[(f"Idea {n}", 100_000) for n in range(12)])
    orders = []
    for _ in range(4):
        site = Site(app.test_client())
        page = site.send("/vote", {"code": make_code(round_)})
        page = site.send_on(page, "/vote", {"postcode": "AB16 5UX", "may_vote": "y"})
        seen = [choose(site.open(site.response.request.path), 12) for _ in range(2)]
        assert seen[0] == seen[1]
        orders.append(tuple(seen[0]))
    assert len(set(orders)) > 1


def test_too_many_choices_are_told_and_all_stay_ticked(site, round_):
    page = enter_with_code(site, round_)
    told = site.send_on(page, site.response.request.path, {"projects": choose(page, 3)}, status=422)
    assert "Choose 2 projects or fewer" in told.select_one(".ds_error-summary").text
    assert len(told.select("input[name=projects][checked]")) == 3
    assert ballots() == 0


def test_an_empty_ballot_is_told(site, round_):
    page = enter_with_code(site, round_)
    told = site.send_on(page, site.response.request.path, {"projects": None}, status=422)
    assert "Choose at least 1 project" in told.select_one(".ds_error-summary").text


@pytest.mark.requirement("R76")
def test_forged_ballots_are_refused_and_leave_no_row(site, session, round_, path):
    other = make_round(session, title="Torry decides")
    foreign = other.projects[0].id
    page = enter_with_code(site, round_)
    own = choose(page, 3)
    address = f"{path}/ballot/"
    for chosen in (
        own,
        [],
        [own[0], own[0]],
        [own[0], str(foreign)],
        [f"-{own[0]}"],
        [f"{own[0]}.0"],
        [f"{own[0]} OR 1=1"],
        ["999999"],
        ["rubbish", "\x00"],
    ):
        site.send_on(page, address, {"projects": chosen}, status=422)
    assert ballots() == 0
    for data in (
        {"base_version": "-1"},
        {"base_version": "1.5"},
        {"base_version": ""},
        {"submission_id": "rubbish"},
        {"projects_extra": "1"},
        {"round_id": str(other.id)},
    ):
        values = {"projects": own[:1], **data}
        for hidden in page.select("form[method=post] input[type=hidden]"):
            values.setdefault(hidden["name"], hidden["value"])
        assert site.client.post(address, data=values).status_code == 400
    assert ballots() == 0


def test_a_ballot_without_its_token_is_shown_again_with_its_choices(site, round_):
    page = enter_with_code(site, round_)
    data = {"projects": choose(page, 1), "csrf_token": "another"}
    told = site.send_on(page, site.response.request.path, data, status=422)
    assert len(told.select("input[name=projects][checked]")) == 1
    assert ballots() == 0


def test_a_pass_of_one_round_opens_no_other(session, site, round_):
    other = make_round(session, title="Torry decides")
    enter_with_code(site, round_)
    cookie = site.client.get_cookie("voting_pass", path=f"/rounds/{round_.engagement.slug}/")
    site.client.set_cookie("voting_pass", cookie.value, path=f"/rounds/{other.engagement.slug}/")
    page = site.open(f"/rounds/{other.engagement.slug}/ballot/")
    assert "Vote in Torry decides" in page.h1.text


def test_the_pass_is_a_cookie_that_scripts_cannot_read(site, round_):
    page = site.send("/vote", {"code": make_code(round_)})
    form = page.select_one("main form")
    values = {i["name"]: i.get("value", "") for i in form.select("input[name]")}
    values.update(postcode="AB16 5UX", may_vote="y")
    answer = site.client.post(form["action"], data=values)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert f"Path=/rounds/{round_.engagement.slug}/" in cookie
    token = re.search(r"voting_pass=([^;]+)", cookie)[1]
    kept = db.session.scalars(sa.select(VotingPass.token_hash)).one()
    assert token not in kept


# Voting again, two tabs, too late -----------------------------------------------------------------


def test_who_comes_back_is_told_and_never_shown_the_earlier_choice(site, round_, path):
    first = vote(site, round_, 2)
    page = site.open(f"{path}/ballot/")
    assert "You have voted." in page.text
    assert "We cannot show what you chose before" in page.text
    assert page.select("input[name=projects][checked]") == []
    again = site.send_on(page, f"{path}/ballot/", {"projects": choose(page, 1)})
    assert receipt(again) != receipt(first)
    assert db.session.scalars(sa.select(Ballot.version)).all() == [2]


def test_where_no_change_is_allowed_the_receipt_is_shown_instead(site, session):
    round_ = make_round(session, allow_change=False)
    first = vote(site, round_, 1)
    page = site.open(f"/rounds/{round_.engagement.slug}/ballot/")
    assert receipt(page) == receipt(first)
    assert "Change your vote" not in page.text


def test_the_second_of_two_tabs_is_told_and_keeps_its_choices(site, round_, path):
    one = enter_with_code(site, round_)
    two = site.open(f"{path}/ballot/")
    site.send_on(one, f"{path}/ballot/", {"projects": choose(one, 1)})
    told = site.send_on(two, f"{path}/ballot/", {"projects": choose(two, 2)}, status=409)
    assert "You have voted on another page" in told.h1.text
    assert "The vote that you sent before stands." in told.text
    titles = [label.text for label in two.select(".ds_checkbox__label")[:2]]
    assert [item.text for item in told.select("main li")] == titles
    assert db.session.scalars(sa.select(Ballot.version)).all() == [1]


def test_a_page_sent_twice_is_one_vote(site, round_, path):
    page = enter_with_code(site, round_)
    data = {"projects": choose(page, 2)}
    first = site.send_on(page, f"{path}/ballot/", data)
    assert receipt(site.send_on(page, f"{path}/ballot/", data)) == receipt(first)
    assert db.session.scalars(sa.select(Ballot.version)).all() == [1]


@pytest.mark.parametrize("has_voted", [True, False])
def test_a_late_ballot_is_told_what_stands_and_keeps_its_choices(site, round_, path, has_voted):
    if has_voted:
        vote(site, round_, 1)
        page = site.open(f"{path}/ballot/")
    else:
        page = enter_with_code(site, round_)
    let_voting_end(round_, ago=timedelta(minutes=1))
    told = site.send_on(page, f"{path}/ballot/", {"projects": choose(page, 2)}, status=410)
    assert "Voting has closed" in told.h1.text
    assert ("The vote that you sent before stands." in told.text) == has_voted
    assert ("You have no earlier vote" in told.text) != has_voted
    assert len(told.select("main li")) == 2
    assert ballots() == int(has_voted)


def test_a_late_ballot_with_too_many_choices_is_told_that_it_is_late(site, round_, path):
    page = enter_with_code(site, round_)
    let_voting_end(round_, ago=timedelta(minutes=1))
    site.send_on(page, f"{path}/ballot/", {"projects": choose(page, 3)}, status=410)


def test_a_ballot_sent_after_hours_keeps_its_choices(site, round_, path):
    page = enter_with_code(site, round_)
    db.session.execute(sa.update(VotingPass).values(expires_at=clock.now()))
    db.session.commit()
    told = site.send_on(page, f"{path}/ballot/", {"projects": choose(page, 2)}, status=401)
    assert len(told.select("main li")) == 2
    assert ballots() == 0


def test_before_voting_opens_the_page_says_when(session, site, app):
    opens = clock.now() + timedelta(days=1)
    round_ = make_round(session, voting_opens_at=opens)
    page = site.open(f"/rounds/{round_.engagement.slug}/vote/")
    assert page.h1.text == "Voting has not opened yet"


def test_after_the_close_every_way_in_says_so(site, round_, path):
    let_voting_end(round_)
    for address in (f"{path}/vote/", f"{path}/ballot/"):
        page = site.open(address, status=410)
        assert page.h1.text == "Voting has closed"
        assert page.title.text.startswith("Voting has closed"), "nobody made a mistake"


def test_a_form_that_comes_after_the_close_is_told_so_as_an_error(site, round_):
    page, code = site.open("/vote"), make_code(round_)
    let_voting_end(round_)
    page = site.send_on(page, "/vote", {"code": code}, status=410)
    assert page.title.text.startswith("Error: Voting has closed")


@pytest.mark.parametrize("address", ["vote/", "ballot/", "receipt/", "check/", "vote/rubbish/"])
def test_a_round_that_is_not_there_is_not_found(site, app, address):
    site.open(f"/rounds/nowhere/{address}", status=404)


# Keys, receipts, leaving --------------------------------------------------------------------------


def test_without_keys_every_vote_page_answers_503_and_choices_are_kept(
    app, tmp_path, site, round_, path
):
    page = enter_with_code(site, round_)
    key = tmp_path / "keys" / f"round-{round_.id}.key"
    key.rename(tmp_path / "elsewhere")
    told = site.send_on(page, f"{path}/ballot/", {"projects": choose(page, 2)}, status=503)
    assert len(told.select("main li")) == 2
    site.open(f"{path}/ballot/", status=503)
    (tmp_path / "elsewhere").rename(key)
    done = site.send_on(page, f"{path}/ballot/", {"projects": choose(page, 2)})
    assert done.h1.text == "Your vote is in"


def test_a_printed_receipt_says_of_which_fund_it_is_and_where_to_check_it(site, round_, path):
    page = vote(site, round_)
    facts = page.select_one(".engage-facts").text
    assert round_.engagement.title in facts
    assert f"http://localhost{path}/check/" in facts
    assert site.open(f"{path}/").select_one(f'a[href="{path}/check/"]')


def test_a_receipt_can_be_looked_for_in_the_ballot_box(site, round_, path):
    given = receipt(vote(site, round_))
    page = site.send(f"{path}/check/", {"receipt": given.lower().replace("-", " ")})
    assert "is in the ballot box" in page.select_one(".engage-done[role=status]").text
    assert page.h1.text == "This vote counts"
    assert page.title.text.startswith(page.h1.text)
    page = site.send(f"{path}/check/", {"receipt": "0000-0000-0000-0000"})
    assert "is not in the ballot box" in page.select_one("[role=status] .ds_warning-text").text
    assert page.h1.text == "We did not find this receipt"
    assert page.title.text.startswith(page.h1.text)
    assert page.select_one("main a[href='tel:01224000000']"), "how to reach a person"
    site.send(f"{path}/check/", {"receipt": "rubbish"}, status=422)


def test_the_receipt_stands_in_no_address_and_no_session(site, round_):
    given = receipt(vote(site, round_))
    assert given not in site.response.request.url
    with site.client.session_transaction() as session:
        assert given not in str(dict(session))
        assert set(session) <= {"csrf_token", "_flashes"}


def test_after_finishing_the_next_person_sees_nothing(site, round_, path):
    vote(site, round_)
    token = site.client.get_cookie("voting_pass", path=f"{path}/").value
    site.send(f"{path}/receipt/", form=f"{path}/finish/")
    assert "Vote in" in site.open(f"{path}/receipt/").h1.text
    site.client.set_cookie("voting_pass", token, path=f"{path}/")
    assert "Vote in" in site.open(f"{path}/receipt/").h1.text


def again(site, sent, status=410):
    """Go back to a form that was sent and have the browser send it once more."""
    path, values = sent
    answer = site.client.post(path, data=values, follow_redirects=True)
    assert answer.status_code == status
    return check_page(answer.text)


def test_after_finishing_no_form_that_was_sent_can_be_called_back(site, round_, path):
    code = make_code(round_)
    page = site.open("/vote")
    site.send_on(page, "/vote", {"code": code})
    opened = site.sent
    page = enter_with_code(site, round_, code)
    boxes = choose(page, 2)
    ids = [box["id"] for box in page.select("input[name=projects]")[:2]]
    titles = [page.select_one(f'label[for="{id_}"]').text.strip() for id_ in ids]
    site.send_on(page, f"{path}/ballot/", {"projects": boxes}, button="reckon")
    chosen = site.sent
    assert titles[0] in again(site, chosen, 200).text  # before: the same page again
    site.send(f"{path}/ballot/", form=f"{path}/finish/")
    for sent in (opened, chosen):
        page = again(site, sent)
        assert page.h1.text == "That page was finished with"
        assert code not in page.text
        assert not any(title in page.text for title in titles)
    # Not in the sitting of the next person either, who votes on the same device.
    enter_with_code(site, round_)
    assert not any(title in again(site, chosen).text for title in titles)
    assert ballots() == 0


@pytest.mark.parametrize(("has_voted", "words"), [(True, "your vote is in"), (False, "not voted")])
def test_whoever_leaves_is_told_whether_they_have_voted(site, round_, path, has_voted, words):
    page = vote(site, round_) if has_voted else enter_with_code(site, round_)
    button = page.select_one(f'form[action="{path}/finish/"] button').text.strip()
    assert button == ("Finish" if has_voted else "Leave without voting")
    page = site.send_on(page, path, form=f"{path}/finish/")
    assert words in page.text


def test_finishing_needs_the_button(site, round_, path):
    vote(site, round_)
    assert site.client.post(f"{path}/finish/").status_code == 400


def break_off(monkeypatch, *, written):
    """Let the connection go away after or before the vote is written."""

    def cast(*args, **kwargs):
        if written:
            cast_ballot(*args, **kwargs)
            db.session.commit()
        raise OperationalError("COMMIT", {}, Exception("the connection went away"))

    monkeypatch.setattr("engage.budgeting.views.voting.cast_ballot", cast)


def test_a_vote_broken_off_after_it_was_written_leads_to_the_receipt(
    site, round_, path, monkeypatch
):
    page = enter_with_code(site, round_)
    break_off(monkeypatch, written=True)
    done = site.send_on(page, f"{path}/ballot/", {"projects": choose(page, 2)})
    assert done.h1.text == "Your vote is in"


def test_while_the_database_is_away_the_choices_stay_on_a_page_that_can_be_sent_again(
    site, round_, path, monkeypatch
):
    page = enter_with_code(site, round_)
    chosen = choose(page, 2)

    def away(*args, **kwargs):
        raise OperationalError("SELECT", {}, Exception("no connection"))

    with monkeypatch.context() as patched:
        patched.setattr("engage.budgeting.views.voting.cast_ballot", away)
        patched.setattr("engage.budgeting.views.voting.ballot_of", away)
        told = site.send_on(page, f"{path}/ballot/", {"projects": chosen}, status=503)
    assert told.h1.text == "We do not know yet whether your vote is in"
    assert len(told.main.select("li")) == 2
    done = site.send_on(told, f"{path}/ballot/")
    assert done.h1.text == "Your vote is in"
    assert ballots() == 1


def test_a_vote_broken_off_before_it_was_written_can_be_sent_again(site, round_, path, monkeypatch):
    page = enter_with_code(site, round_)
    with monkeypatch.context() as patched:
        break_off(patched, written=False)
        told = site.send_on(page, f"{path}/ballot/", {"projects": choose(page, 2)}, status=503)
    assert "Submit it again: it counts once." in told.text
    assert len(told.select("input[name=projects][checked]")) == 2
    assert ballots() == 0
    done = site.send_on(told, f"{path}/ballot/")
    assert done.h1.text == "Your vote is in"


def test_a_ballot_of_a_hundred_projects_asks_the_database_no_more_often(app, session):
    def queries(round_):
        site = Site(app.test_client())
        page = site.send("/vote", {"code": make_code(round_)})
        site.send_on(page, "/vote", {"postcode": "AB16 5UX", "may_vote": "y"})
        asked = []
        sa.event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
        site.open(site.response.request.path)
        return len(asked)

    few = queries(make_round(session, title="Few"))
    many = make_round(session, title="Many", projects=[(f"Idea {n}", 100_000) for n in range(100)])
    assert len(many.projects) == 100
    assert queries(many) == few
