"""English and Gaelic: the switch stands on every page for residents, and Gaelic counts by fours."""

from datetime import UTC, datetime
from gettext import NullTranslations

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask_babel import force_locale, ngettext

from engage.app import ROOT
from engage.web.access import PUBLIC
from engage.web.filters import long_date, time_left

CATALOGUE = ROOT / "translations" / "gd" / "LC_MESSAGES" / "messages.po"


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    """Compile the catalogue, as `make install` does."""
    with CATALOGUE.open("rb") as source, CATALOGUE.with_suffix(".mo").open("wb") as target:
        write_mo(target, read_po(source, locale="gd"))


def catalogue():
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="gd")


def test_the_catalogue_has_the_four_plural_forms_of_gaelic():
    assert catalogue().num_plurals == 4


@pytest.mark.parametrize(
    ("number", "form"),
    [(1, 0), (11, 0), (2, 1), (12, 1), (3, 2), (10, 2), (13, 2), (19, 2), (0, 3), (20, 3), (21, 3)],
)
def test_gaelic_counts_days_by_its_own_forms(app, number, form):
    forms = catalogue().get(("%(num)d day left", "%(num)d days left")).string
    with app.test_request_context(), force_locale("gd"):
        said = ngettext("%(num)d day left", "%(num)d days left", number)
    assert said == forms[form] % {"num": number}


def test_the_forms_for_one_and_for_three_differ():
    forms = catalogue().get(("%(num)d day left", "%(num)d days left")).string
    assert len(set(forms)) > 1


def test_dates_are_written_in_gaelic(app):
    with app.test_request_context(), force_locale("gd"):
        assert long_date(datetime(2026, 3, 29, 12, tzinfo=UTC)) == "29mh dhen Mhàrt 2026"


def test_time_left_is_english_where_english_is_chosen(app):
    soon, now = datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 26, tzinfo=UTC)
    with app.test_request_context():
        assert time_left(soon, now) == "3 days left"


def plain_public_pages(app):
    """Every address that residents can open and that needs no more to be known."""
    adapter = app.url_map.bind("localhost")
    skipped = {
        "static",
        "language.choose",
        "home.theme",
        "home.logo",
        "home.healthz",
        "home.readyz",
    }
    return sorted(
        adapter.build(rule.endpoint)
        for rule in app.url_map.iter_rules()
        if not rule.arguments
        and "GET" in rule.methods
        and rule.endpoint not in skipped
        and getattr(app.view_functions[rule.endpoint], "access", None) == PUBLIC
        and not rule.rule.endswith((".csv", ".ics", ".json"))
    )


def test_the_switch_stands_on_every_page_for_residents(app, site):
    for address in plain_public_pages(app):
        page = site.open(address)
        switch = page.select_one("a[href^='/language/gd']")
        assert switch, f"{address} has no switch to Gaelic"
        assert switch["lang"] == "gd"


def test_every_page_for_residents_opens_in_gaelic(app, site):
    site.open("/language/gd?next=/")
    for address in plain_public_pages(app):
        page = site.open(address)
        assert page.html["lang"] == "gd"
        assert "Thoir seachad do bheachd" in page.nav.text
        assert page.select_one("a[href^='/language/en_GB']")


def test_the_switch_comes_back_to_the_page(site):
    site.client.get("/language/gd?next=/groups/")
    answer = site.client.get("/language/en_GB?next=/groups/")
    assert answer.headers["Location"] == "/groups/"


def test_a_page_that_is_mostly_english_says_so_and_tells_screen_readers(site):
    page = site.open("/language/gd?next=/contact/")
    assert page.select_one(".ds_page__middle .ds_wrapper")["lang"] == "en-GB"
    assert page.title["lang"] == "en-GB"
    assert page.select_one("main [lang=gd]").text.startswith("Tha a’ mhòr-chuid")
    assert not page.select_one("nav [lang=en-GB]"), "the frame is in Gaelic"


def test_an_english_page_and_one_that_is_translated_say_nothing_of_it(site, monkeypatch):
    assert not site.open("/contact/").select_one("main [lang=gd]")
    monkeypatch.setattr(NullTranslations, "gettext", lambda self, text: f"{text}.")
    monkeypatch.setattr("engage.web.language.get_translations", NullTranslations)
    page = site.open("/language/gd?next=/contact/")
    assert not page.select_one("main [lang=gd], .ds_wrapper[lang]")
