"""Officers write plans."""

import pytest

from engage.plans.models import Draft, Plan, Priority
from tests.makers.plans import make_plan

PAGES = ["", "new/", "mastrick-plan/", "mastrick-plan/draft/", "mastrick-plan/priorities/new/"]


@pytest.mark.parametrize("path", PAGES)
def test_an_outsider_is_refused(session, as_person, dev, path):
    make_plan(session)
    as_person(dev).open(f"/desk/plans/{path}", status=403)


def test_carys_creates_writes_and_publishes_a_plan(session, as_person, carys):
    site = as_person(carys)
    assert "There is no plan yet" in site.open("/desk/plans/").text
    site.send("/desk/plans/new/", {"title": "Strathlyle plan"})
    seen = site.send(
        "/desk/plans/strathlyle-plan/draft/", {"text": "# Paths\nMend.\n\nLight.\n# Buses\nRun."}
    )
    assert [a.text for a in seen.select(".engage-paragraph__label")] == [
        "Paragraph 1.1",
        "Paragraph 1.2",
        "Paragraph 2.1",
    ]
    publish = "/desk/plans/strathlyle-plan/draft/publish/"
    site.send_on(seen, "/desk/plans/strathlyle-plan/draft/preview/", form=publish)
    assert "Light." in site.open("/plans/strathlyle-plan/").text


def test_a_published_draft_leads_to_a_consultation_on_it(session, as_person, carys):
    plan = make_plan(session)
    make_plan(session, title="Another plan", slug="another-plan")
    site = as_person(carys)
    page = site.open("/desk/plans/mastrick-plan/")
    link = page.main.find("a", string="Create a consultation on draft 1")
    chosen = site.open(link["href"]).select_one("#draft option[selected]")
    assert chosen["value"] == str(plan.drafts[0].id)


def test_a_draft_in_hand_leads_to_no_consultation(session, as_person, carys):
    make_plan(session, published=False)
    page = as_person(carys).open("/desk/plans/mastrick-plan/")
    assert "Create a consultation" not in page.main.text


def test_an_auditor_is_led_to_no_consultation(session, as_person, audrey):
    make_plan(session)
    page = as_person(audrey).open("/desk/plans/mastrick-plan/")
    assert "Create a consultation" not in page.main.text


def test_a_draft_with_a_mistake_keeps_what_was_typed(session, as_person, carys):
    make_plan(session)
    page = as_person(carys).send(
        "/desk/plans/mastrick-plan/draft/", {"text": "No heading here"}, status=422
    )
    assert "No heading here" in page.select_one("textarea").text
    assert "Put a heading" in page.select_one(".ds_error-summary").text
    assert session.query(Draft).count() == 1, "nothing was saved"


def test_two_officers_do_not_write_over_each_other(session, as_person, carys, ada):
    make_plan(session, published=False)
    path = "/desk/plans/mastrick-plan/draft/"
    site = as_person(carys)
    early = site.open(path)
    as_person(ada).send(path, {"text": "# Ada\nwas first"})
    page = site.send_on(early, path, {"text": "# Carys\nwas second"}, status=409)
    assert "was second" in page.select_one("textarea").text
    assert "was first" in page.text
    resent = site.send_on(page, path)
    assert "was second" in resent.text


def test_a_published_draft_is_followed_by_a_new_number(session, as_person, carys):
    make_plan(session)
    site = as_person(carys)
    page = site.open("/desk/plans/mastrick-plan/draft/")
    assert "Write draft 2" in page.h1.text
    assert "# Getting about" in page.select_one("textarea").text
    site.send("/desk/plans/mastrick-plan/draft/", {"text": "# New\nwords"})
    assert "Mend paths." in site.open("/plans/mastrick-plan/").text


def test_publishing_with_nothing_in_hand_changes_nothing(session, as_person, carys):
    make_plan(session)
    site = as_person(carys)
    page = site.open("/desk/plans/new/")
    token = page.select_one("input[name=csrf_token]")["value"]
    url = "/desk/plans/mastrick-plan/draft/publish/"
    assert site.client.post(url, data={"csrf_token": token}).status_code == 409
    assert site.client.post(url).status_code == 400


@pytest.mark.requirement("R44")
def test_a_seventh_priority_is_kept_with_a_warning(session, as_person, carys):
    make_plan(session)
    site = as_person(carys)
    for number in range(3, 8):
        page = site.send(
            "/desk/plans/mastrick-plan/priorities/new/",
            {"title": f"Priority {number}", "text": "Words", "added_value": "Together"},
        )
    assert session.query(Priority).count() == 7
    assert "7 priorities" in page.text


def test_a_priority_is_changed(session, as_person, carys):
    plan = make_plan(session)
    as_person(carys).send("/desk/plans/mastrick-plan/priorities/1/", {"text": "Light the paths."})
    session.refresh(plan.priorities[0])
    assert plan.priorities[0].text == "Light the paths."
    as_person(carys).open("/desk/plans/mastrick-plan/priorities/9/", status=404)


def test_an_auditor_reads_and_changes_nothing(session, as_person, audrey):
    make_plan(session)
    site = as_person(audrey)
    assert "Add a priority" not in site.open("/desk/plans/mastrick-plan/").text
    assert site.client.post("/desk/plans/new/").status_code == 403
    assert session.query(Plan).count() == 1
