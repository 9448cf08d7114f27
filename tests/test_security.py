"""What every answer carries, and what an attacker's request gets."""

import pytest

from engage.app import create_app
from engage.extensions import db
from tests.conftest import settings_for


def test_every_page_has_a_strict_content_policy_with_its_own_nonce(site):
    first, second = (site.client.get("/") for _ in range(2))
    policy = first.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert f'nonce="{nonce}"' in first.text
    assert nonce not in second.headers["Content-Security-Policy"]


def test_pages_are_never_kept_by_a_shared_cache(site):
    answer = site.client.get("/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


def test_static_files_are_kept_for_good_under_their_content_hash(site):
    address = site.open("/").select_one("link[rel=stylesheet]")["href"]
    answer = site.client.get(address)
    assert "v=" in address
    assert "immutable" in answer.headers["Cache-Control"]


def test_nothing_is_asked_of_another_host(site):
    page = site.open("/")
    asked = [t.get("src") or t.get("href") for t in page.select("[src], link[href]")]
    assert [a for a in asked if not a.startswith("/")] == []


def test_an_unknown_host_is_refused_where_hosts_are_named(app, tmp_path):
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    trusting = create_app({**settings_for(tmp_path, url), "TRUSTED_HOSTS": ["engage.example.scot"]})
    assert trusting.test_client().get("/", headers={"Host": "evil.example"}).status_code == 400
    good = trusting.test_client().get("/", headers={"Host": "engage.example.scot"})
    assert good.status_code == 200
    with trusting.app_context():
        db.engine.dispose()


def test_a_number_that_no_column_holds_leads_nowhere(as_person, carys):
    page = as_person(carys).open(f"/desk/findings/a-plan/{10**20}/", status=404)
    assert page.h1.text == "Page not found"


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_day_beyond_the_calendar_is_told(as_person, audrey, year):
    page = as_person(audrey).open(f"/trail/?day-day=31&day-month=12&day-year={year}", status=422)
    assert "Enter a real date" in page.text


@pytest.mark.parametrize(
    "address", ["/no-such-page", "/groups/%00/", "/say/%ff%fe/", "/areas/'--/"]
)
def test_an_address_that_leads_nowhere_is_answered_in_words(site, address):
    page = site.open(address, status=404)
    assert page.h1.text == "Page not found"
    assert page.title.text.startswith("Error:")


def test_a_page_that_does_not_take_what_was_sent_says_so(site):
    answer = site.client.post("/privacy/")
    assert answer.status_code == 405
    assert "Traceback" not in answer.text


def test_too_large_a_body_is_refused_in_words(app, site):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = site.client.post("/sign-in/", data={"email": "x" * 2000})
    assert answer.status_code == 413
    assert "too large" in answer.text


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_language_switch_never_leads_off_the_site(site, target):
    answer = site.client.get("/language/gd", query_string={"next": target})
    assert answer.headers["Location"] == "/"
