"""What every answer carries, and what an attacker's request gets."""

import pytest

from engage.app import create_app
from engage.extensions import db, limiter
from engage.partners.models import Partnership
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


@pytest.mark.parametrize("address", ["/static/engage.css?v=0123456789", "/static/no.css?v=1"])
def test_another_version_of_a_static_file_is_not_kept_for_this_one(site, address):
    assert "immutable" not in site.client.get(address).headers["Cache-Control"]


def test_logo_and_colours_are_kept_for_a_day_under_addresses_that_change_with_them(site):
    db.session.add(Partnership(id=1, name="Strathlyle", logo_png=b"first"))
    db.session.commit()
    first, theme = (find(site, tag)["src" if tag == "img" else "href"] for tag in ("img", THEME))
    for address in (first, theme):
        answer = site.client.get(address)
        assert answer.headers["Cache-Control"] == "public, max-age=86400"
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert "Set-Cookie" not in answer.headers
    db.session.get_one(Partnership, 1).logo_png = b"second"
    assert find(site, "img")["src"] != first


THEME = "link[href*=theme]"


def find(site, selector):
    return site.open("/privacy/").select_one(selector)


def test_a_logo_that_is_not_there_is_not_remembered(site):
    assert site.client.get("/logo.png").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "address",
    ["/sign-in/link/a-token/", "/sign-in/password/a-token/", "/account/register/a-token/"],
)
def test_the_address_of_a_one_time_link_is_told_to_nobody(site, address):
    assert site.client.get(address).headers["Referrer-Policy"] == "no-referrer"
    assert site.client.get("/").headers["Referrer-Policy"] == "same-origin"


def test_the_log_of_an_error_does_not_hold_the_link_that_led_to_it(app, site, caplog, monkeypatch):
    def fail(**_values):
        raise RuntimeError("a mistake of ours")

    fail.access = "public"
    monkeypatch.setitem(app.view_functions, "accounts.use_link", fail)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    assert site.client.get("/sign-in/link/a-token/").status_code == 500
    assert "Error on GET /sign-in/link/<token>/" in caplog.text
    assert "a-token" not in caplog.text


@pytest.fixture
def limited(app, tmp_path, monkeypatch):
    """Asks for a link to sign in, behind one proxy that the site trusts; gives the status."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    monkeypatch.setattr(limiter, "enabled", True)
    settings = {**settings_for(tmp_path, url), "RATELIMIT_ENABLED": True, "PROXIES": 1}
    client = (limited := create_app(settings)).test_client()
    limiter.reset()

    def ask(sender):
        answer = client.post("/sign-in/link/", headers={"X-Forwarded-For": sender})
        return answer.status_code

    yield ask
    limiter.reset()
    with limited.app_context():
        db.engine.dispose()


def test_a_library_full_of_people_is_let_in_and_a_flood_is_not(limited):
    answers = [limited("203.0.113.7") for _ in range(310)]
    assert answers[:300] == [422] * 300
    assert set(answers[300:]) == {429}
    assert limited("203.0.113.8") == 422


def test_another_address_is_not_to_be_had_by_saying_so(limited):
    """The proxy adds the true sender last; what stands before it anybody may have written."""
    answers = [limited(f"198.51.100.{n % 250}, 2001:db8::{n:x}") for n in range(301)]
    assert answers[-1] == 429


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
    assert 'href="/sign-in/"' in answer.text.partition("<main")[2], "the way back to the form"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_language_switch_never_leads_off_the_site(site, target):
    answer = site.client.get("/language/gd", query_string={"next": target})
    assert answer.headers["Location"] == "/"
