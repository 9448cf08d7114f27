"""Plans that communities made: which files are kept, who decides, what became of them."""

import io
from datetime import date
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engage.influence.models import FindingSource
from engage.influence.queries import addresses_for, heard_engagement, sources_of
from engage.plans.actions.community import change_plan, decide_plan, replace_plan
from engage.plans.models import CommunityPlan, CommunityPlanFile
from engage.plans.queries.community import PlanFilter, find_community_plans, plan_contributions
from engage.plans.rules.community import (
    FILES,
    CommunityPlanRefused,
    PlanFacts,
    PlanFile,
    check_facts,
    is_link,
    read_file,
)
from tests.makers.accounts import sent_mail
from tests.makers.bodies import make_body
from tests.makers.community_plans import make_community_plan, packed, word_file
from tests.makers.engagements import make_engagement
from tests.makers.home import make_partnership
from tests.makers.influence import make_finding, make_influence
from tests.makers.places import make_places
from tests.makers.plans import make_plan

PDF = b"%PDF-1.7 and so on"
TODAY = date(2026, 11, 22)
FACTS = PlanFacts("minutes", "Minutes", TODAY, "Light the path.", link="https://example.org/m")
DESK = "/desk/community-plans/kirkton-2030/"


@pytest.fixture(autouse=True)
def _today(monkeypatch, now):
    for module in ("views", "manage"):
        monkeypatch.setattr(
            f"engage.plans.{module}.community.clock", SimpleNamespace(now=lambda: now)
        )


def refused(session, statement):
    with pytest.raises(DBAPIError):
        session.execute(sa.text(statement))
    session.rollback()


# Rules -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (word_file(), "docx"),
        (packed(mimetype=FILES["odt"]), "odt"),
        (word_file(word__vbaProject="x"), None),
        (packed(mimetype=FILES["odt"], Basic__script="x"), None),
        (packed(readme="x"), None),
        (b"PK\x03\x04 broken", None),
        (b"<html><script>", None),
        (b"MZ\x90", None),
        (b"", None),
    ],
)
def test_r13_a_file_is_judged_by_what_it_holds(content, kind):
    if kind:
        assert read_file(content) == PlanFile(kind, content)
    else:
        with pytest.raises(CommunityPlanRefused, match="PDF, Word"):
            read_file(content)


def test_too_large_a_file_is_refused():
    with pytest.raises(CommunityPlanRefused, match="10 MB"):
        read_file(PDF + b" " * 10_000_000)


@pytest.mark.parametrize(
    ("link", "good"),
    [
        ("https://example.org/plan?a=1", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://localhost/x", False),
        ("https://a:b@example.org/", False),
        ("https://example.org/ x", False),
        ("//example.org", False),
        ("https://[::1", False),
    ],
)
def test_a_link_is_the_address_of_a_page(link, good):
    assert is_link(link) is good


@pytest.mark.parametrize(
    ("facts", "has_file", "about"),
    [
        (
            PlanFacts("minutes", "M", date(2026, 11, 23), "S", link="https://a.org"),
            False,
            "made_on",
        ),
        (PlanFacts("minutes", "M", TODAY, "S", link="ftp://a.org"), True, "link"),
        (PlanFacts("minutes", "M", TODAY, "S"), False, "link"),
        (PlanFacts("poem", "M", TODAY, "S"), True, "kind"),
    ],
)
def test_what_nobody_could_read_is_refused_on_its_field(facts, has_file, about):
    check_facts(FACTS, False, TODAY)
    with pytest.raises(CommunityPlanRefused) as told:
        check_facts(facts, has_file, TODAY)
    assert told.value.about == about


# Sending and deciding ----------------------------------------------------------------------------


def test_a_group_sends_its_plan_an_officer_lists_it_and_everybody_reads_it(
    as_person, site, session, bryn, carys
):
    places = make_places(session)
    make_partnership(session, places.council_code)
    make_body(session, "Kirkton Community Council", represented_by=bryn)
    group = as_person(bryn)
    path = "/group/kirkton-community-council/plans/"
    sent = {"title": "Kirkton 2030", "kind": "planning_for_real", "summary": "Light the path.",
            "made_on-day": "1", "made_on-month": "5", "made_on-year": "2026",
            "areas": [str(places.glen_id)]}  # fmt: skip
    page = group.send(path + "new/", sent, status=422)
    assert "Give a link to the plan, or send its file" in page.main.text
    assert page.find(id="summary").text.strip() == "Light the path."
    bad = {**sent, "file": (io.BytesIO(b"MZ"), "plan.pdf")}
    assert "Choose a PDF" in group.send(path + "new/", bad, status=422).main.text
    group.send(path + "new/", {**sent, "file": (io.BytesIO(PDF), "plan.exe")})
    assert "Waiting for our check" in group.open(path).main.text
    site.open("/community-plans/kirkton-2030/", status=404)
    assert site.client.get("/community-plans/kirkton-2030/file").status_code == 404

    desk = as_person(carys)
    assert "Kirkton 2030" in desk.open("/desk/community-plans/").main.text
    page = desk.send(DESK, {"decision": "declined"}, status=422)
    assert "Enter the reason" in page.main.text
    desk.send(DESK, {"decision": "declined", "reason": "It names a neighbour."})
    assert "It names a neighbour." in group.open(path).main.text
    group.send(path + "kirkton-2030/", {"summary": "A lit path."})
    desk.send(DESK, {"decision": "registered"})
    assert [letter.subject.split(":")[0] for letter in sent_mail()] == [
        "About the plan that you sent", "Your plan is on our list",
    ]  # fmt: skip
    public = site.open("/community-plans/kirkton-2030/").main.text
    assert "A lit path." in public
    assert "Nothing is decided yet" in public
    answer = site.client.get("/community-plans/kirkton-2030/file")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kirkton-2030.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Upper Gl" in site.open(f"/community-plans/?area={places.glen_id}").main.text
    assert "Nothing fits" in site.open(f"/community-plans/?area={places.harbour_id}").main.text
    assert "Kirkton 2030" in site.client.get("/community-plans/plans.csv").text
    page = group.send(path + "kirkton-2030/", {"title": "Other"}, status=422)
    assert "on the list already" in page.main.text


def test_only_those_who_speak_for_a_group_send_for_it(as_person, session, bryn, dev):
    make_body(session, "Kirkton Community Council", represented_by=bryn, part="reader")
    path = "/group/kirkton-community-council/plans/"
    as_person(dev).open(path, status=404)
    reader = as_person(bryn)
    assert "Send a plan" not in [a.text for a in reader.open(path).select("a.ds_button")]
    reader.open(path + "new/", status=404)


def test_an_officer_lists_a_plan_for_a_group_that_the_register_knows(as_person, session, carys):
    make_body(session, "Kirkton Community Council")
    desk = as_person(carys)
    sent = {"body": "Nobody", "title": "Kirkton 2030", "kind": "minutes", "summary": "Paths.",
            "made_on-day": "1", "made_on-month": "5", "made_on-year": "2026",
            "link": "https://example.org/minutes"}  # fmt: skip
    page = desk.send("/desk/community-plans/new/", sent, status=422)
    assert "as the register has it" in page.main.text
    desk.send("/desk/community-plans/new/", {**sent, "body": "kirkton community council"})
    assert session.scalar(sa.select(CommunityPlan.stage)) == "registered"


def test_a_plan_is_decided_once_and_replaced_only_by_one_of_its_own_group(session, now):
    body, other = make_body(session), make_body(session, "Others")
    old = make_community_plan(session, body, "Old")
    new = make_community_plan(session, body, "New")
    theirs = make_community_plan(session, other, "Theirs")
    with pytest.raises(CommunityPlanRefused, match="decided this before"):
        decide_plan(old, "declined", "No.", at=now, by=None)
    for wrong in (old, theirs):
        with pytest.raises(CommunityPlanRefused, match="same group"):
            replace_plan(old, wrong, at=now, by=None)
    replace_plan(old, new, at=now, by=None)
    session.commit()
    assert [plan.title for plan, _ in find_community_plans(PlanFilter())] == [
        "Theirs",
        "New",
        "Old",
    ]
    assert [said.where for said in plan_contributions(None)] == ["Theirs", "New"]
    with pytest.raises(CommunityPlanRefused, match="on the list already"):
        change_plan(new, FACTS, None, at=now, by=None, by_body=True)


# What findings rest on ---------------------------------------------------------------------------


def test_r13_findings_rest_on_a_communitys_plan_and_its_page_says_what_became_of_it(
    as_person, site, session, bryn, carys, now
):
    body = make_body(session, "Kirkton Community Council", represented_by=bryn)
    plan = make_community_plan(session, body)
    engagement = make_engagement(session, "Heard", closes_at=now, kind="event")
    assert [(s.kind, s.id) for s in sources_of(engagement)] == [("plan", plan.id)]
    assert addresses_for("plan", plan.id) == [("email", "bryn@example.org")]
    finding = make_finding(session, engagement, [("plan", plan.id)])
    assert "1 point from it waits" in site.open("/community-plans/kirkton-2030/").main.text
    priority = make_plan(session).priorities[0]
    make_influence(session, finding, priority, text="Light every path.")
    page = site.open("/community-plans/kirkton-2030/").main.text
    assert "Light every path." in page
    refused(session, "DELETE FROM community_plan")
    assert heard_engagement(engagement.slug, now) is None


def test_the_database_holds_what_a_plan_must_be(session):
    body = make_body(session)
    make_community_plan(session, body, file=PlanFile("pdf", PDF))
    for change in (
        "stage = 'gone'", "stage = 'declined'", "stage = 'waiting'", "stage = 'replaced'",
        "summary = ''", "link = 'javascript:alert(1)'", "kind = 'poem'",
        "stage = 'replaced', replaced_by_id = id",
    ):  # fmt: skip
        refused(session, f"UPDATE community_plan SET {change}")
    for change in ("kind = 'exe'", "size = 1"):
        refused(session, f"UPDATE community_plan_file SET {change}")
    assert session.scalar(sa.select(CommunityPlanFile.size)) == len(PDF)
    session.add(FindingSource(finding_id=1, kind="rumour", source_id=1))
    with pytest.raises(DBAPIError):
        session.flush()
    session.rollback()
