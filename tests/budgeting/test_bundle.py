"""The bundle of a declared round: who gets it, when, and what the command says of it."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engage import clock
from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.counting import count_round
from engage.budgeting.exports import bundle_of
from engage.budgeting.models import Ballot, Round, RoundCount, Voter
from engage.budgeting.queries.papers import votes_by_way
from engage.budgeting.rules.ballots import receipt_of
from engage.budgeting.rules.bundle import MEMBERS, OPENINGS
from engage.budgeting.rules.unpacking import read_bundle
from engage.permissions import Role
from tests.budgeting.test_results import closed_round, tamper
from tests.conftest import Site, make_account
from tests.makers.approvals import declare, strike_out
from tests.makers.budgeting import make_round
from tests.makers.bundles import faults, forged, json_with
from tests.makers.papers import accept, enter, make_station, mark
from tests.makers.voting import cast, let_voting_end, make_voter, move_dates

PATH = "/rounds/mastrick-decides/"
#: Votes for the bike shelter, the lunch club and the skate ramp: 51 in all.
VOTES = (30, 19, 2)


def declared_round(session: Any, carys: Account, votes: tuple[int, ...], **columns: Any) -> Round:
    """A declared round with the dates that its rules were fixed with.

    The maker lets voting end by moving the dates, and a bundle would rightly not agree with that.
    """
    round_ = closed_round(session, votes, **columns)
    count_round(round_, at=clock.now(), by=carys.id)
    declare(round_, carys)
    move_dates(round_, round_.engagement.closes_at - round_.voting_closes_at)
    return round_


@pytest.fixture
def run(app: Any) -> Any:
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["budgeting", *[str(word) for word in words]])


@pytest.fixture
def declared(session: Any, carys: Account) -> Round:
    return declared_round(session, carys, VOTES)


@pytest.fixture
def file(declared: Round, tmp_path: Path) -> Path:
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundle_of(declared))
    return path


def download(site: Site, status: int = 200) -> bytes:
    answer = site.client.get(f"{PATH}bundle.zip")
    assert answer.status_code == status
    return answer.data


@pytest.mark.requirement("R76")
def test_everybody_downloads_a_bundle_that_agrees(site: Site, declared: Round) -> None:
    page = site.open(f"{PATH}results/")
    link = page.find("a", string="Download all votes and receipts (ZIP)")["href"]
    answer = site.client.get(link)
    assert answer.mimetype == "application/zip"
    assert "mastrick-decides-bundle.zip" in answer.headers["Content-Disposition"]
    assert faults(answer.data) == []
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert sorted(archive.namelist()) == sorted(MEMBERS)


def test_a_round_of_equal_shares_has_a_bundle_that_agrees(session: Any, carys: Account) -> None:
    """Greedy would fund the ramp and the lunch club, equal shares the shelter and the club."""
    columns = {"rule": "equal-shares", "completion": "add1-utilitarian"}
    round_ = declared_round(session, carys, (28, 16, 30), **columns)
    assert faults(bundle_of(round_)) == []


def test_two_downloads_are_the_same_bytes(site: Site, declared: Round) -> None:
    assert download(site) == download(site)


def test_the_bundle_is_the_same_in_every_language(site: Site, declared: Round) -> None:
    one = download(site)
    gaelic = site.client.get(f"{PATH}bundle.zip", headers={"Accept-Language": "gd"})
    assert gaelic.data == one


@pytest.mark.requirement("R76")
def test_nothing_of_the_named_side_and_no_key_is_in_it(session: Any, declared: Round) -> None:
    secret = [*session.scalars(sa.select(Voter.uid)), *session.scalars(sa.select(Ballot.salt))]
    secret += session.scalars(sa.select(Ballot.ballot_key))
    names = session.scalars(sa.select(Ballot.submission_id)).all()
    assert len(secret) == 153
    packed = bundle_of(declared)
    for one in [*(s.hex() for s in secret), *names]:
        assert one.encode() not in packed
    assert not any(s in packed for s in secret)


@pytest.mark.requirement("R74")
def test_with_fewer_than_fifty_votes_there_is_none_and_the_page_says_why(
    site: Site, session: Any, carys: Account
) -> None:
    declared_round(session, carys, (30, 19, 0))
    download(site, 404)
    page = site.open(f"{PATH}results/")
    assert "Fewer than 50 people voted. We do not publish the votes one by one" in page.text
    assert page.find("a", href=re.compile("bundle")) is None


@pytest.mark.requirement("R74")
def test_with_fewer_than_ten_votes_there_is_none(site: Site, session: Any, carys: Account) -> None:
    declared_round(session, carys, (5, 4, 0))
    download(site, 404)


def test_before_the_declaration_there_is_none(site: Site, session: Any) -> None:
    closed_round(session, VOTES)
    download(site, 404)


def test_a_ballot_box_that_was_changed_since_gives_no_bundle(
    site: Site, session: Any, declared: Round
) -> None:
    tamper(session, sa.update(Ballot).values(choices=f"[{declared.projects[2].id}]"))
    download(site, 503)


@pytest.mark.parametrize("other", [{"seal_hash": "0" * 64}, {"winners": []}])
def test_a_declared_result_that_the_sealed_ballots_do_not_give_has_no_bundle(
    site: Site, session: Any, declared: Round, other: dict[str, Any]
) -> None:
    outcome = json.loads(session.scalar(sa.select(RoundCount.outcome)))
    tamper(
        session, sa.update(RoundCount).values(outcome=json.dumps(outcome | other)), "round_count"
    )
    download(site, 503)


@pytest.mark.requirement("R76")
def test_removed_votes_are_found_though_papers_were_accepted_after_them(
    session: Any, carys: Account
) -> None:
    round_ = make_round(session, takes_paper=True)
    voters = [make_voter(round_) for _ in range(60)]
    for number, voter in enumerate(voters):
        cast(round_, voter, round_.projects[number % 3 : number % 3 + 1])
    batch = make_station(round_, carys, issued=6, declared=6)
    for voter in (make_voter(round_) for _ in range(6)):
        mark(batch, voter, carys)
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    session.commit()
    strike_out(round_, carys, *voters[:6])
    enter(batch, carys, *["1"] * 6)
    enter(batch, make_account("Una", Role.OFFICER), *["1"] * 6)
    accept(batch, carys)
    count_round(round_, at=clock.now(), by=carys.id)
    declare(round_, carys)
    move_dates(round_, round_.engagement.closes_at - round_.voting_closes_at)
    true = bundle_of(round_)
    assert faults(true) == []

    def hide(held: Any) -> None:
        held["removed"] = {"votes": 0, "by_reason": {}, "fingerprints": []}

    false = forged(true, ("changes.json", json_with(hide)))
    assert any("the one before it 60, but 0 were removed" in fault for fault in faults(false))


@pytest.mark.requirement("R74")
def test_votes_with_help_are_told_with_those_online_where_papers_are_told(
    session: Any, site: Site, carys: Account
) -> None:
    round_ = make_round(session, takes_paper=True, ways="email,assisted")
    for number in range(46):
        source = "assisted" if number < 2 else "online"
        cast(round_, make_voter(round_), round_.projects[:1], source=source)
    batch = make_station(round_, carys, issued=6, declared=6)
    for voter in (make_voter(round_) for _ in range(6)):
        mark(batch, voter, carys)
    enter(batch, carys, *["1"] * 6)
    enter(batch, make_account("Una", Role.OFFICER), *["1"] * 6)
    accept(batch, carys)
    assert votes_by_way(round_.id) == (46, 6)
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    count_round(round_, at=clock.now(), by=carys.id)
    declare(round_, carys)
    move_dates(round_, round_.engagement.closes_at - round_.voting_closes_at)
    content = bundle_of(round_)
    assert faults(content) == []
    assert read_bundle(io.BytesIO(content)).account["online"] == 46
    facts = site.open(f"{PATH}results/").select(".engage-facts__item")
    told = {fact.dt.text: fact.dd.text for fact in facts}
    assert (told["Online, or with help"], told["On paper"]) == ("46", "6")


# The command --------------------------------------------------------------------------------------


@pytest.mark.requirement("R76")
def test_the_command_says_that_all_agrees(run: Any, file: Path) -> None:
    ran = run("verify", file)
    assert ran.exit_code == 0, ran.output
    assert "Counting the votes again gives the result that was declared" in ran.output
    assert ran.output.endswith("All agrees\n")
    told = json.loads(run("verify", file, "--json").output)
    assert (told["agrees"], told["ballots"]) == (True, 51)


def test_it_prints_the_fingerprint_that_the_result_page_shows(
    run: Any, site: Site, file: Path
) -> None:
    printed = re.search(r"Fingerprint of the votes: (\w+)", run("verify", file).output)[1]
    assert printed in site.open(f"{PATH}results/").text


@pytest.mark.requirement("R76")
def test_a_voters_last_receipt_is_found_and_the_one_before_is_not(
    run: Any, session: Any, carys: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipts = []

    def cast_twice(round_: Round, voter: Voter, projects: Any) -> None:
        for choice in ([round_.projects[0]], projects) if not receipts else (projects,):
            receipts.append(receipt_of(cast(round_, voter, choice).leaf))

    monkeypatch.setattr("tests.budgeting.test_results.cast", cast_twice)
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundle_of(declared_round(session, carys, VOTES)))
    first, last, other, *_ = receipts
    assert run("verify", path, "--receipt", last).exit_code == 0
    assert run("verify", path, "--receipt", other.lower()).exit_code == 0
    ran = run("verify", path, "--receipt", first)
    assert ran.exit_code == 1
    assert "no   The receipt is not in it" in ran.output


def test_a_forged_bundle_ends_with_status_1_and_a_plain_line(run: Any, file: Path) -> None:
    content = file.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    held["result.json"] = held["result.json"].replace(b'"cost":', b'"cost":1')
    with zipfile.ZipFile(file, "w") as archive:
        for name, member in held.items():
            archive.writestr(name, member)
    ran = run("verify", file)
    assert ran.exit_code == 1
    assert "  no   A file or its sum in SHA256SUMS was changed: result.json" in ran.output
    assert "2 of 14 checks failed" in ran.output
    told = json.loads(run("verify", file, "--json").output)
    assert told["agrees"] is False
    assert sum(1 for check in told["checks"] if not check["agrees"]) == 2


@pytest.mark.parametrize("content", [b"", b"Dear voter", b"PK\x05\x06" + bytes(18)])
def test_rubbish_ends_with_status_1_and_one_line(run: Any, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rubbish.zip"
    path.write_bytes(content)
    ran = run("verify", path)
    assert (ran.exit_code, ran.output.count("\n")) == (1, 1)
    assert ran.output.startswith("Error: It is not a")
    assert run("verify", tmp_path).exit_code == 1
    assert json.loads(run("verify", path, "--json").stdout)["agrees"] is False


@pytest.mark.requirement("R76")
def test_scrutineers_of_a_small_vote_get_the_openings_and_the_trail_tells(
    run: Any, session: Any, carys: Account, tmp_path: Path
) -> None:
    declared_round(session, carys, (3, 2, 0))
    path = tmp_path / "for-scrutineers.zip"
    ran = run("bundle", "mastrick-decides", path)
    assert ran.exit_code == 1
    assert "Fewer than 50 people voted" in ran.output
    assert not path.exists()
    ran = run("bundle", "mastrick-decides", path, "--openings")
    assert ran.exit_code == 0, ran.output
    assert path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(path) as archive:
        assert OPENINGS in archive.namelist()
    ran = run("verify", path)
    assert "Each fingerprint belongs to one of the votes" in ran.output
    assert ran.exit_code == 0
    assert "votes.opened" in session.scalars(sa.select(AuditEvent.action)).all()


def test_a_round_that_nobody_voted_in_can_be_checked_too(
    run: Any, session: Any, carys: Account, tmp_path: Path
) -> None:
    declared_round(session, carys, (0, 0, 0))
    path = tmp_path / "empty.zip"
    assert run("bundle", "mastrick-decides", path, "--openings").exit_code == 0
    assert run("verify", path).exit_code == 0


def test_the_operator_writes_what_everybody_downloads(
    run: Any, site: Site, session: Any, declared: Round, tmp_path: Path
) -> None:
    path = tmp_path / "bundle.zip"
    assert run("bundle", declared.id, path).exit_code == 0
    assert path.read_bytes() == download(site)
    assert "votes.opened" not in session.scalars(sa.select(AuditEvent.action)).all()
    assert "There is no round" in run("bundle", "elsewhere", path).output
    assert "can't be written" in run("bundle", declared.id, tmp_path / "no" / "b.zip").output


def test_an_election_held_elsewhere_has_a_bundle_that_agrees(
    run: Any, session: Any, carys: Account, tmp_path: Path
) -> None:
    path = tmp_path / "torry.pb"
    votes = "".join(f"{n};{vote}\n" for n, vote in enumerate(["B 2,A7"] * 40 + ["A7"] * 12, 1))
    path.write_text(
        "META\nkey;value\ndescription;Fund\ncountry;Scotland\nunit;Torry\ninstance;2024\n"
        "num_projects;2\nnum_votes;52\nbudget;1000\nvote_type;approval\nrule;greedy\n"
        "date_begin;01.05.2024\ndate_end;31.05.2024\nPROJECTS\nproject_id;cost;name\n"
        "B 2;500;Lunch club\nA7;600.50;-Bike shelter\nVOTES\nvoter_id;vote\n" + votes,
        encoding="utf-8",
    )
    assert run("import-pabulib", path).exit_code == 0
    round_ = session.scalar(sa.select(Round))
    assert run("count", round_.id).exit_code == 0
    declare(round_, carys)
    session.commit()
    assert faults(bundle_of(round_)) == []
