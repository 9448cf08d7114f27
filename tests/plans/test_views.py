"""Plans as anybody reads them."""

import pytest

from tests.makers.plans import make_plan


@pytest.mark.requirement("R64")
def test_a_plan_shows_its_priorities_and_named_paragraphs(site, session):
    make_plan(session)
    page = site.open("/plans/mastrick-plan/")
    assert "Run a night bus." in page.select_one("#p-1-3").text
    assert page.select_one("#p-1-3 a")["href"] == "#p-1-3"
    assert "Safer paths" in page.select_one("#priority-1").text


def test_plans_are_listed_once_a_draft_is_published(site, session):
    assert "No plan is published yet" in site.open("/plans/").text
    make_plan(session)
    make_plan(session, title="Unfinished", slug="unfinished", published=False)
    assert "1 plan" in site.open("/plans/").text
    assert "Unfinished" not in site.open("/plans/").text


@pytest.mark.parametrize(
    "address",
    [
        "/plans/nothing/",
        "/plans/unfinished/",
        "/plans/unfinished/drafts/1/",
        "/plans/x/drafts/99999999999/",
    ],
)
def test_what_is_not_published_is_not_found(site, session, address):
    make_plan(session, title="Unfinished", slug="unfinished", published=False)
    site.open(address, status=404)


def test_an_earlier_draft_keeps_its_address(site, session):
    make_plan(session)
    assert "draft 1" in site.open("/plans/mastrick-plan/drafts/1/").h1.text
