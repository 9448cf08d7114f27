"""The pages of stations and papers, for officers, and what voters and the public see of them."""

import io
import json
import re

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.counting import count_round
from engage.budgeting.actions.stations import change_numbers
from engage.budgeting.actions.ways import account_identity, use_identity
from engage.budgeting.exports import bundle_of
from engage.budgeting.models import Ballot, PaperBatch, PaperEntry, Round, Voter
from engage.budgeting.rules.bundle import ACCOUNT
from engage.budgeting.rules.unpacking import BundleRefused, unpack
from engage.extensions import db
from engage.permissions import Role
from engage.places.rules import Placing
from tests.budgeting.test_lists import TWO
from tests.budgeting.test_lists import find as find_on_list
from tests.budgeting.test_lists import load as load_people
from tests.conftest import make_account
from tests.makers.approvals import declare as confirm
from tests.makers.budgeting import make_round
from tests.makers.bundles import faults, forged, json_with
from tests.makers.papers import (
    accept,
    as_officer,
    count_papers,
    enter,
    make_station,
    mark,
    mark_on_page,
)
from tests.makers.voting import cast, let_voting_end, make_code, make_voter, move_dates

DESK = "/desk/rounds/mastrick-decides/paper/"
PUBLIC = "/rounds/mastrick-decides/"


@pytest.fixture
def round_(session):
    return make_round(session, takes_paper=True)


@pytest.fixture
def una(app):
    """The second officer."""
    return make_account("Una", Role.OFFICER)


def summary(page):
    return [item.text.strip() for item in page.select(".ds_error-summary li")]


@pytest.mark.requirement("R76")
def test_two_officers_take_a_stations_papers_to_the_ballot_box(round_, carys, una, as_person):
    one, other = as_person(carys), as_person(una)
    page = one.send(DESK, {"station": "Library", "issued": "4", "declared": "4"})
    assert page.h1.text == "Library"
    path = page.find("a", string="Enter the papers")["href"]
    page = one.send(path, {"papers": "1 2\n3"})
    assert page.h1.text == "Enter papers from number 3 on"
    page = one.send(path, {"papers": "S blank\n1"})
    finish = path.replace("enter", "finish")
    page = one.send(path, form=finish)
    assert "Now another person checks it" in page.main.text
    assert "Enter the papers again" not in page.main.text
    station = path.replace("enter/", "")
    assert other.open(station).find("a", string="Enter the papers again")
    page = other.open(path)
    assert "1 2" not in page.select_one("textarea").text, "the second person sees nothing of it"
    other.send(path, {"papers": "1 2\n2\ns b\n1"})
    page = other.send(path, form=finish)
    page = other.open(page.find("a", string="Look at the differences")["href"])
    assert "First entry: 3. Second entry: 2." in page.main.text
    page = other.send(station + "differences/", {"paper_2": "3"})
    assert "The papers can be accepted now" in page.main.text
    assert not page.find("a", string="Accept these papers")
    page = other.send(station + "accept/")
    assert "another person accepts them" in page.text
    page = one.send(station + "accept/")
    assert "3 papers are in the ballot box" in page.main.text
    assert re.search(r"Spoilt:? nothing is marked\s*1", " ".join(page.main.text.split()))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ballot)) == 3


def test_bad_lines_are_told_by_their_number_and_nothing_is_lost(round_, carys, as_person):
    batch = make_station(round_, carys)
    site, path = as_person(carys), f"{DESK}{batch.id}/enter/"
    site.send(path, {"papers": "1"})
    page = site.send(path, {"papers": "2\n9\nthree"}, status=422)
    assert summary(page) == [
        "Paper 3: There is no project 9 on the ballot",
        "Paper 4: Type the numbers of the projects, like 3 7 12, or S and why",
    ]
    assert page.select_one("textarea").text.strip() == "2\n9\nthree"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PaperEntry)) == 1
    page = site.send(path, {"papers": "\n".join(["9"] * 30)}, status=422)
    assert summary(page)[-1] == "10 more papers cannot be read"


def test_a_page_that_was_sent_twice_saves_its_papers_once(round_, carys, as_person):
    batch = make_station(round_, carys)
    site, path = as_person(carys), f"{DESK}{batch.id}/enter/"
    page = site.open(path)
    site.send_on(page, path, {"papers": "1\n2"})
    page = site.send_on(page, path, {"papers": "1\n2"}, status=422)
    assert "2 are in by now" in summary(page)[0]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PaperEntry)) == 2


def test_whoever_enters_can_change_all_that_they_entered(round_, carys, una, as_person):
    batch = make_station(round_, carys)
    site, path = as_person(carys), f"{DESK}{batch.id}/entered/"
    site.send(f"{DESK}{batch.id}/enter/", {"papers": "1\n1\n2 3"})
    page = site.open(path)
    assert page.select_one("textarea").text.strip() == "1\n1\n2 3"
    site.send(path, {"papers": "1\n2 3"})
    held = sa.select(PaperEntry.seq).order_by(PaperEntry.seq)
    assert db.session.scalars(held).all() == [1, 2]
    page = as_person(una).open(path)
    assert "See below whose turn it is" in page.main.text


def test_no_second_entry_is_deleted_before_there_is_one(round_, carys, una, as_person):
    batch = make_station(round_, carys, issued=1, declared=1)
    enter(batch, carys, "1")
    path, again = f"{DESK}{batch.id}/", "Delete the last entry"
    assert again not in as_person(una).open(path).main.text
    as_person(una).send(f"{path}enter/", {"papers": "1"})
    assert again in as_person(una).open(path).main.text


def test_papers_are_read_back_to_a_named_witness(round_, carys, una, as_person):
    batch = make_station(round_, carys, issued=2, declared=2)
    enter(batch, carys, "1 3", "S named")
    path = f"{DESK}{batch.id}/read-back/"
    assert "See below whose turn it is" in as_person(una).open(path).main.text
    site = as_person(carys)
    page = site.send(path, {"witness": ""}, status=422)
    assert summary(page) == ["Enter the name of the witness"]
    assert "S named" in page.main.text
    page = site.send(path, {"witness": "Morag Reid"})
    assert "Morag Reid" in page.main.text
    assert "Accept these papers" in page.main.text


@pytest.mark.requirement("R76")
def test_a_marked_person_is_told_that_they_vote_on_paper(app, round_, carys, as_person, site):
    batch, code = make_station(round_, carys), make_code(round_)
    desk, path = as_person(carys), f"{DESK}{batch.id}/mark/"
    page = mark_on_page(desk, path, {"who": code, "postcode": "AB10 1AB"})
    assert "Marked. Give them one paper." in page.main.text
    page = mark_on_page(desk, path, {"who": code, "postcode": "AB10 1AB"}, status=422)
    assert summary(page) == ["This person is marked already: give out no second paper"]
    page = site.send("/vote", {"code": code}, status=409)
    assert page.h1.text == "You are voting on paper"
    assert site.open(f"{PUBLIC}receipt/", 409).h1.text == "You are voting on paper"
    assert db.session.scalars(sa.select(Ballot.source)).all() == ["desk"]


def test_a_vote_sent_after_the_mark_is_refused_and_its_choices_are_kept(
    round_, carys, as_person, site
):
    batch, code = make_station(round_, carys), make_code(round_)
    site.send("/vote", {"code": code})
    page = site.send_on(site.open("/vote"), "/vote", {"code": code})
    page = site.send_on(page, "", {"postcode": "AB10 1AB", "may_vote": "y"})
    assert page.h1.text == "Choose projects"
    mark(batch, db.session.scalars(sa.select(Voter)).one(), carys)
    chosen = str(round_.projects[0].id)
    page = site.send_on(page, f"{PUBLIC}ballot/", {"projects": [chosen]}, status=409)
    assert page.h1.text == "You are voting on paper"
    assert "Bike shelter" in page.main.text


def test_the_desk_is_told_of_a_vote_online_and_no_more(round_, carys, as_person):
    batch, site = make_station(round_, carys), as_person(carys)
    path = f"{DESK}{batch.id}/mark/"
    mark_on_page(site, path, {"who": "aisha@example.org", "postcode": "AB10 1AB"})
    assert batch.marks == 1
    again = {"who": "Aisha+x@example.org ", "postcode": "AB10 1AB"}
    page = mark_on_page(site, path, again, status=422)
    assert "marked already" in summary(page)[0]
    page = site.send(path, {"who": "nobody", "postcode": "AB10 1AB"}, status=422)
    assert summary(page) == ["Enter all 16 letters and numbers of their code"]
    page = site.send(path, {"who": "nobody", "postcode": "AB"}, status=422)
    assert len(summary(page)) == 2
    page = site.send(path, {"who": "", "postcode": "AB"}, status=422)
    assert len(summary(page)) == 1
    code = make_code(round_)
    voter = make_voter(round_)
    db.session.execute(sa.text("UPDATE voter_code SET voter_uid = :uid"), {"uid": voter.uid})
    db.session.commit()
    cast(round_, voter, round_.projects[:1])
    page = mark_on_page(site, path, {"who": code, "postcode": "AB10 1AB"}, status=422)
    assert summary(page) == ["This person has voted online already: give out no paper"]


def test_nobody_is_marked_before_the_officer_says_that_it_is_right(round_, carys, as_person):
    batch, desk = make_station(round_, carys), as_person(carys)
    code, path = make_code(round_), f"{DESK}{batch.id}/mark/"
    typed = {"who": code.lower().replace("-", ""), "postcode": "AB10 1AB"}
    page = desk.send(path, typed)
    facts = {f.dt.text: f.dd.text for f in page.select(".engage-facts__item")}
    assert facts == {
        "Their voting code, or their email address": code,
        "Their postcode": "AB10 1AB",
    }
    assert page.select("main button")[0].text == "Yes, mark"
    assert desk.sent[0] == path, "what was typed stands in no address"
    assert (batch.marks, db.session.scalars(sa.select(Voter)).all()) == (0, [])
    page = desk.send_on(page, path, button="change")
    assert page.select_one("[name=who]")["value"] == typed["who"]
    assert not summary(page)
    assert db.session.scalars(sa.select(Ballot)).all() == []


def test_the_strong_button_is_what_the_moment_asks_for(round_, carys, as_person):
    batch, desk = make_station(round_, carys), as_person(carys)
    strong = "main a.ds_button:not(.ds_button--secondary)"
    (button,) = desk.open(f"{DESK}{batch.id}/").select(strong)
    assert button.text == "Mark somebody who votes on paper"
    let_voting_end(round_)
    (button,) = desk.open(f"{DESK}{batch.id}/").select(strong)
    assert button.text == "Enter the papers"


def test_a_code_of_another_vote_marks_nobody(session, round_, carys, as_person):
    batch = make_station(round_, carys)
    code = make_code(make_round(session, title="Torry decides"))
    path = f"{DESK}{batch.id}/mark/"
    page = mark_on_page(as_person(carys), path, {"who": code, "postcode": "AB10 1AB"}, status=422)
    assert summary(page) == ["This code is for another vote"]


LISTED = {"first": "6335", "second": "27/3/2010", "postcode": "AB10 1AB"}
CHECKED = {
    "name": "Aisha Khan", "born-day": "27", "born-month": "3", "born-year": "2010",
    "postcode": "AB10 1AB", "may_vote": "y",
}  # fmt: skip


@pytest.mark.requirement("R76")
def test_whoever_is_on_the_list_is_marked_by_it_and_by_nothing_else(session, carys, as_person):
    round_ = make_round(session, ways="list", takes_paper=True)
    load_people(round_, TWO)
    batch, desk = make_station(round_, carys), as_person(carys)
    path = f"{DESK}{batch.id}/mark/"
    page = desk.open(path)
    assert not page.select("input[name=who]")
    token = page.select_one("main input[name=csrf_token]")["value"]
    typed = {"csrf_token": token, "who": "aisha@example.org", "postcode": "AB10 1AB"}
    assert desk.client.post(path, data=typed).status_code == 404
    facts = f"{path}facts/"
    page = mark_on_page(desk, path, {**LISTED, "second": "28/3/2010"}, form=facts, status=422)
    assert "We do not find these two" in summary(page)[0]
    assert "Marked" in mark_on_page(desk, path, LISTED, form=facts).main.text
    page = mark_on_page(desk, path, LISTED, form=facts, status=422)
    assert summary(page) == ["This person is marked already: give out no second paper"]
    assert db.session.scalars(sa.select(Ballot.source)).all() == ["desk"]


@pytest.mark.requirement("R76")
def test_a_vote_by_two_facts_is_found_at_the_station(session, carys, as_person):
    round_ = make_round(session, ways="list", takes_paper=True)
    load_people(round_, TWO)
    path = f"{DESK}{make_station(round_, carys).id}/mark/"
    uid = use_identity(round_.id, find_on_list(round_), Placing("not_given"), at=clock.now())
    db.session.commit()
    cast(round_, uid, round_.projects[:1])
    page = mark_on_page(as_person(carys), path, LISTED, form=f"{path}facts/", status=422)
    assert summary(page) == ["This person has voted online already: give out no paper"]


@pytest.mark.requirement("R76")
def test_whom_an_officer_checks_is_found_by_their_address_too(session, carys, as_person):
    round_ = make_round(session, ways="email,desk", takes_paper=True)
    email = account_identity(round_.id, "aisha@example.org")
    uid = use_identity(round_.id, email, Placing("not_given"), at=clock.now())
    db.session.commit()
    cast(round_, uid, round_.projects[:1])
    batch, desk = make_station(round_, carys), as_person(carys)
    path = f"{DESK}{batch.id}/mark/"
    typed = {**CHECKED, "email": "Aisha@example.org"}
    page = mark_on_page(desk, path, typed, form=f"{path}desk/", status=422)
    assert summary(page) == ["This person has voted online already: give out no paper"]
    page = mark_on_page(desk, path, {**CHECKED, "name": "Bryn Reid"}, form=f"{path}desk/")
    assert "Marked" in page.main.text
    page = desk.send(
        path, {"who": "0000-0000-0000-0000", "postcode": "AB10 1AB"}, form=path, status=422
    )
    assert summary(page) == ["Enter their email address: this fund does not use voting codes"]
    ids = [one["id"] for one in page.select("main [id]")]
    assert len(set(ids) - {"csrf_token"}) == len([i for i in ids if i != "csrf_token"])


def test_the_ballot_paper_has_every_project_and_no_number_of_its_own(round_, carys, as_person):
    site = as_person(carys)
    page = site.open(f"{DESK}print/")
    rows = [row.text.split("\n") for row in page.select(".paper-projects tbody tr")]
    assert len(rows) == 3
    assert "£3,000" in page.select_one(".paper-ballot").text
    assert "of 1 to 2 projects" in page.select_one(".paper-ballot").text
    assert site.open(f"{DESK}print/?size=large").select_one(".paper-ballot--large")


@pytest.mark.parametrize("rest", ["", "print/", "account/", "1/", "1/mark/", "1/enter/"])
def test_dev_sees_nothing_of_it(app, round_, carys, dev, as_person, rest):
    make_station(round_, carys)
    assert as_person(dev).client.get(DESK + rest).status_code == 403


def test_a_round_that_takes_no_paper_has_no_such_pages(session, carys, as_person):
    make_round(session)
    site = as_person(carys)
    assert site.client.get(DESK).status_code == 404
    assert "Stations and papers" not in site.open("/desk/rounds/mastrick-decides/").text


def test_a_station_of_another_round_is_not_found(session, round_, carys, as_person):
    other = make_round(session, title="Torry decides", takes_paper=True)
    batch = make_station(other, carys)
    assert as_person(carys).client.get(f"{DESK}{batch.id}/").status_code == 404


def test_numbers_that_somebody_changed_meanwhile_are_not_overwritten(round_, carys, una, as_person):
    batch = make_station(round_, carys, issued=3)
    site, path = as_person(carys), f"{DESK}{batch.id}/numbers/"
    page = site.open(path)
    as_person(una).send(path, {"issued": "5"})
    page = site.send_on(page, path, {"issued": "4", "explanation": "Lost"}, status=422)
    assert "Somebody changed this station before you" in summary(page)[0]
    assert page.select_one("textarea").text.strip() == "Lost"
    assert batch.issued == 5


def test_a_round_says_how_people_can_vote(session, carys, as_person, site):
    make_round(session, "proposals", takes_paper=True)
    assert "Online, or on paper at a station" in site.open(PUBLIC).text
    make_round(session, "preparing", title="Torry decides")
    page = as_person(carys).send("/desk/rounds/torry-decides/edit/", {"takes_paper": "yes"})
    assert "Online, or on paper at a station" in page.main.text


# The result ---------------------------------------------------------------------------------------


def declare(round_, carys):
    count_round(round_, at=clock.now(), by=carys.id)
    confirm(round_, carys)
    move_dates(round_, round_.engagement.closes_at - round_.voting_closes_at)


def decide(round_, carys, una, online=20, papers=32, lost=0, spoilt=0):
    """Votes online and on paper at one station, whose voters were all marked, ready to be counted.

    A paper that somebody took home is explained.
    """
    batch = make_station(round_, carys, issued=papers + spoilt + lost, declared=papers + spoilt)
    for _ in range(online):
        cast(round_, make_voter(round_), round_.projects[:1])
    for _ in range(papers + spoilt + lost):
        mark(batch, make_voter(round_), carys)
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    db.session.commit()
    for person in (carys, una):
        enter(batch, person, *["2"] * papers, *["S blank"] * spoilt)
    accept(batch, carys)
    if lost:
        numbers = {"issued": batch.issued, "declared": batch.declared, "version": batch.version}
        words = "Somebody took a paper home."
        change_numbers(batch.id, explanation=words, **numbers, **as_officer(una))
        db.session.commit()


@pytest.mark.requirement("R76")
def test_everybody_reads_how_people_voted_and_whether_the_papers_add_up(round_, carys, una, site):
    decide(round_, carys, una, online=6, papers=12, lost=1, spoilt=2)
    declare(round_, carys)
    page = site.open(f"{PUBLIC}results/")
    text = " ".join(page.main.get_text(" ").split())
    assert "Online 6 On paper 12" in text
    assert "Somebody took a paper home. Entered by two people." in text
    table = page.find("caption", string="The papers of each station").parent
    cells = [cell.text for cell in table.select("td")]
    assert cells[:5] == ["15", "15", "14", "12", "2"]


@pytest.mark.requirement("R74")
def test_few_papers_are_not_told(round_, carys, una, site):
    decide(round_, carys, una, online=20, papers=3)
    declare(round_, carys)
    text = " ".join(site.open(f"{PUBLIC}results/").main.get_text(" ").split())
    assert "On paper fewer than 5" in text
    assert "we do not show the numbers" in text
    assert "Library" not in text


def test_the_desk_says_what_waits_and_what_holds_the_result_back(round_, carys, una, as_person):
    site = as_person(carys)
    count_papers(round_, (carys, una), *["1"] * 10, *["3"] * 9, lost=2)
    make_station(round_, carys, "Hall")
    let_voting_end(round_)
    text = site.open("/desk/rounds/mastrick-decides/").main.text
    assert "Enter, check and accept the papers of every station first" in text
    hall = db.session.scalars(sa.select(PaperBatch).where(PaperBatch.station == "Hall")).one()
    page = site.send(f"{DESK}{hall.id}/remove/")
    site.send("/desk/rounds/mastrick-decides/count/")
    text = site.open("/desk/rounds/mastrick-decides/").main.text
    assert "Explain why the papers do not add up" in text
    assert "could change which projects are funded" in text
    page = site.open(f"{DESK}account/")
    assert page.find("a", string="Explain the difference")
    assert "Look for them before you declare" in page.main.text
    assert db.session.get_one(Round, round_.id).stage == "closed"


@pytest.fixture
def bundle(round_, carys, una):
    """The bundle of a round with 20 votes online and 32 on paper, and a lost paper."""
    decide(round_, carys, una, lost=1)
    declare(round_, carys)
    return bundle_of(round_)


@pytest.mark.requirement("R76")
def test_the_bundle_holds_the_paper_account_and_agrees(bundle):
    assert faults(bundle) == []
    held = json.loads(unpack(io.BytesIO(bundle))[ACCOUNT])
    assert (held["online"], held["paper"], held["ballots"]) == (20, 32, 52)
    assert (held["desk_marks"], held["stations"][0]["issued"]) == (33, 33)
    assert json.loads(unpack(io.BytesIO(bundle))["seal.json"])["desk"] == 33


def test_a_forged_account_is_found(bundle):
    for change, words in (
        ({"paper": 31, "online": 21}, "The papers of the stations"),
        ({"online": 19}, "make the votes that were sealed"),
        ({"desk_marks": 32}, "desk marks"),
        ({"stations": []}, "The papers of the stations"),
    ):
        (fault,) = faults(forged(bundle, (ACCOUNT, json_with(lambda h, c=change: h.update(c)))))
        assert words in fault
    silent = json_with(lambda held: held["stations"][0].update(explanation=""))
    assert "nothing is said of it" in faults(forged(bundle, (ACCOUNT, silent)))[0]


def test_an_account_that_is_none_is_refused(bundle):
    for change in (
        lambda held: held.pop("online"),
        lambda held: held.update(paper="12"),
        lambda held: held.update(stations=[{"station": "x"}]),
        lambda held: held.update(stations=7),
        lambda held: held["stations"][0].update(more=1),
        lambda held: held["stations"][0].update(read_back=1),
    ):
        with pytest.raises(BundleRefused, match="does not hold a paper account"):
            faults(forged(bundle, (ACCOUNT, json_with(change))))
