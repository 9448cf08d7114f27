"""What officers do about a vote: issue codes and close it. A ballot they never see."""

import csv
import io

import pytest
import sqlalchemy as sa
from itsdangerous import URLSafeTimedSerializer

from engage.budgeting.keys import CODE, IDENTITY, make_key, round_key_name
from engage.budgeting.models import VoterCode
from engage.budgeting.rules.codes import read_code
from engage.extensions import db
from tests.makers.budgeting import make_round
from tests.makers.voting import cast, let_voting_end, make_voter


@pytest.fixture
def round_(session):
    return make_round(session)


@pytest.fixture
def desk(round_):
    return f"/desk/rounds/{round_.engagement.slug}"


def issue(site, desk, number="3"):
    page = site.open(f"{desk}/codes/")
    token = page.select_one("main input[name=csrf_token]")["value"]
    return site.client.post(f"{desk}/codes/", data={"number": number, "csrf_token": token})


def cookie_of(site, desk):
    return site.client.get_cookie("codes-1", path=f"{desk}/codes/").value


def download(site, desk):
    """Press the button of the page that says that codes are made."""
    page = site.open(f"{desk}/codes/made/")
    token = page.select_one("main input[name=csrf_token]")["value"]
    return site.client.post(f"{desk}/codes/made/", data={"csrf_token": token, "shape": "csv"})


def test_a_page_says_how_many_codes_were_made_and_how_many_there_are(desk, carys, as_person):
    site = as_person(carys)
    page = site.send(f"{desk}/codes/", {"number": "2"})
    assert page.h1.text == "2 voting codes are made"
    assert page.select_one(".engage-facts dd").text == "2"
    download(site, desk)
    page = site.send(f"{desk}/codes/", {"number": "1"})
    assert page.h1.text == "1 voting code is made"
    assert page.select_one(".engage-facts dd").text == "3"


def test_codes_that_wait_are_downloaded_before_others_are_made(round_, desk, carys, as_person):
    site = as_person(carys)
    issue(site, desk)
    page = site.open(f"{desk}/codes/")
    assert page.h1.text == "3 voting codes are made"
    assert "Download the codes that you made first" in page.main.text
    assert download(site, desk).text.count("/vote") == 3


def test_codes_are_downloaded_once_even_with_a_cookie_that_was_kept(desk, carys, as_person):
    site = as_person(carys)
    issue(site, desk)
    page = site.open(f"{desk}/codes/made/")
    kept = cookie_of(site, desk)
    assert download(site, desk).mimetype == "text/csv"
    for cookie in (None, kept):
        if cookie:
            site.client.set_cookie("codes-1", cookie, path=f"{desk}/codes/")
        page = site.send_on(page, f"{desk}/codes/made/")
        assert page.h1.text == "Voting codes"
        assert "cannot be downloaded again" in page.main.text


def test_the_page_and_the_cookie_before_the_download_hold_no_code(desk, carys, as_person):
    site = as_person(carys)
    issue(site, desk)
    page = site.open(f"{desk}/codes/made/").text
    held = page + str(URLSafeTimedSerializer("any").loads_unsafe(cookie_of(site, desk)))
    for row in csv.DictReader(io.StringIO(download(site, desk).text.removeprefix("\ufeff"))):
        code = read_code(row["Voting code"])
        assert code.secret not in held
        assert code.locator not in held


def test_codes_come_once_as_a_file(round_, desk, carys, as_person):
    site = as_person(carys)
    issue(site, desk)
    answer = download(site, desk)
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 3
    assert {read_code(row["Voting code"]).locator for row in rows} == set(
        db.session.scalars(sa.select(VoterCode.locator))
    )
    assert rows[0]["Where to vote"] == "http://localhost/vote"
    assert "3" in site.open(f"{desk}/codes/").select_one(".engage-facts").text


@pytest.mark.parametrize("number", ["", "0", "20001", "-1", "many"])
def test_a_batch_has_between_1_and_20000_codes(desk, carys, as_person, number):
    assert issue(as_person(carys), desk, number).status_code == 422


def test_no_codes_are_issued_after_the_close(round_, desk, carys, as_person):
    let_voting_end(round_)
    answer = issue(as_person(carys), desk)
    assert answer.status_code == 422
    assert "Voting is over" in answer.text


@pytest.mark.parametrize("path", ["codes/", "codes/made/", "codes/drop/", "close/"])
def test_an_outsider_and_an_auditor_issue_and_close_nothing(desk, dev, audrey, as_person, path):
    for person in (dev, audrey):
        assert as_person(person).client.post(f"{desk}/{path}").status_code == 403


def test_nobody_signed_in_is_not_let_in(desk, app):
    client = app.test_client()
    assert client.get(f"{desk}/codes/").status_code == 302
    assert client.post(f"{desk}/close/").status_code == 401


def test_an_officer_closes_a_vote_whose_time_is_over(round_, desk, carys, as_person):
    cast(round_, make_voter(round_), round_.projects[:1])
    site = as_person(carys)
    token = site.open(f"{desk}/codes/").select_one("main input[name=csrf_token]")["value"]
    let_voting_end(round_)
    answer = site.client.post(f"{desk}/close/", data={"csrf_token": token}, follow_redirects=True)
    assert "Voting is closed and sealed." in answer.text
    db.session.refresh(round_)
    assert round_.stage == "closed"


def test_an_officer_cannot_close_a_vote_early(round_, desk, carys, as_person):
    site = as_person(carys)
    token = site.open(f"{desk}/codes/").select_one("main input[name=csrf_token]")["value"]
    answer = site.client.post(f"{desk}/close/", data={"csrf_token": token}, follow_redirects=True)
    assert "Voting closes by the clock" in answer.text
    db.session.refresh(round_)
    assert round_.stage == "voting"


def test_closing_needs_the_button(desk, carys, as_person):
    assert as_person(carys).client.post(f"{desk}/close/").status_code == 400


@pytest.mark.parametrize("path", ["codes/", "codes/made/", "codes/drop/", "close/"])
def test_a_round_that_is_not_there_is_not_found(carys, as_person, path):
    assert as_person(carys).client.post(f"/desk/rounds/nowhere/{path}").status_code == 404


# Keys --------------------------------------------------------------------------------------------


def test_keys_are_files_that_only_the_server_reads(round_, tmp_path):
    files = {path.name: path for path in (tmp_path / "keys").iterdir()}
    assert set(files) == {"identity.key", "code.key", f"round-{round_.id}.key"}
    assert {path.stat().st_mode & 0o777 for path in files.values()} == {0o600}
    assert len({path.read_text() for path in files.values()}) == 3


def test_a_key_is_made_once(app, tmp_path):
    assert make_key("round-7") == make_key("round-7")
    assert len(list((tmp_path / "keys").iterdir())) == 1


def test_no_key_stands_in_the_database_or_the_log(round_, app, caplog):
    cast(round_, make_voter(round_), round_.projects[:1])
    keys = [make_key(name) for name in (CODE, IDENTITY, round_key_name(round_.id))]
    for table in db.metadata.sorted_tables:
        kept = str(db.session.execute(sa.select(table)).all())
        assert not [key for key in keys if key.hex() in kept or str(key) in kept]
    assert not [key for key in keys if key.hex() in caplog.text]
