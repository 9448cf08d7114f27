"""Impact assessments: screened, written, signed, published, asked for before approval (R25)."""

import pytest
import sqlalchemy as sa

from engage import clock
from engage.engagements.actions import assessments as actions
from engage.engagements.models import Assessment
from engage.engagements.rules.assessments import (
    AssessmentRefused,
    AssessmentText,
    check_text,
    stage_of,
)
from engage.extensions import db
from engage.partners.models import Partnership
from engage.plans.models import Draft
from tests.budgeting.test_ballot_guards import is_guarded, refused
from tests.conftest import NOW
from tests.makers.budgeting import make_round
from tests.makers.engagements import make_engagement
from tests.makers.home import make_partnership
from tests.makers.plans import make_plan
from tests.test_queries import counted

pytestmark = pytest.mark.requirement("R25")
WHO = {"at": NOW, "by": None}
WHOLE = AssessmentText(
    needed=True, evidence="A survey.", engaged="The Disability Forum.", mitigation="A ramp."
)
ENOUGH = AssessmentText(needed=False, reason="It changes a form only.")


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", lambda: now.date())


def assess(session, text=WHOLE, kind="equality", engagement=None):
    of = engagement or make_engagement(session)
    row = actions.screen(kind, text, today=NOW.date(), engagement_id=of.id, **WHO)
    session.commit()
    return row


@pytest.mark.parametrize(
    ("text", "signed", "published", "stage"),
    [
        (AssessmentText(needed=True), False, False, "evidence"),
        (WHOLE, False, False, "to_sign"),
        (ENOUGH, False, False, "to_sign"),
        (WHOLE, True, False, "to_publish"),
        (WHOLE, True, True, "published"),
    ],
)
def test_r25_an_assessment_knows_its_stage(text, signed, published, stage):
    assert stage_of(text, signed=signed, published=published) == stage


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("equality", AssessmentText(needed=False), "why a full assessment"),
        ("fairer_scotland", WHOLE, "strategic decisions only"),
    ],
)
def test_r25_a_screening_carries_its_reason_and_fits_its_kind(kind, text, words):
    with pytest.raises(AssessmentRefused, match=words):
        check_text(kind, text)


def test_r25_an_assessment_goes_its_way(session):
    row = assess(session, AssessmentText(needed=True))
    with pytest.raises(AssessmentRefused, match="Write the evidence"):
        actions.sign_off(row, "Head", **WHO)
    with pytest.raises(AssessmentRefused, match="Sign it off"):
        actions.publish(row, today=NOW.date(), **WHO)
    actions.write(row, WHOLE, **WHO)
    actions.sign_off(row, "Head of Communities", **WHO)
    with pytest.raises(AssessmentRefused, match="words stay"):
        actions.write(row, ENOUGH, **WHO)
    actions.publish(row, today=NOW.date(), **WHO)
    with pytest.raises(AssessmentRefused, match="published already"):
        actions.publish(row, today=NOW.date(), **WHO)


def test_r25_of_two_who_publish_at_once_the_second_is_told(session):
    row = assess(session)
    actions.write(row, WHOLE, **WHO)
    actions.sign_off(row, "Head of Communities", **WHO)
    session.commit()
    assert row.published_on is None  # as the second one read it
    quicker = sa.update(Assessment).values(published_on=NOW.date())
    session.execute(quicker.execution_options(synchronize_session=False))
    with pytest.raises(AssessmentRefused, match="published already"):
        actions.publish(row, today=NOW.date(), **WHO)


def test_r25_each_thing_is_screened_once_for_each_impact(session):
    of = make_engagement(session)
    assess(session, engagement=of)
    assess(session, ENOUGH, "islands", of)
    number = of.id
    with pytest.raises(AssessmentRefused, match="already"):
        actions.screen("equality", WHOLE, today=NOW.date(), engagement_id=number, **WHO)


def test_r25_the_database_keeps_what_was_signed_and_published(session):
    row = assess(session)
    table = Assessment.__table__
    change = lambda **c: sa.update(table).where(table.c.id == row.id).values(**c)  # noqa: E731
    for wrong in (
        {"needed": False}, {"kind": "fairer_scotland"}, {"engagement_id": None},
        {"published_on": NOW.date()}, {"signed_at": NOW}, {"evidence": "", "signed_at": NOW,
                                                           "signed_role": "Head"},
    ):  # fmt: skip
        assert refused(change(**wrong)), wrong
    actions.sign_off(row, "Head", **WHO)
    session.commit()
    assert is_guarded("assessment", change(evidence="Another survey."))
    assert is_guarded("assessment", sa.delete(table))
    assert not refused(change(published_on=NOW.date()))
    actions.publish(row, today=NOW.date(), **WHO)
    session.commit()
    assert is_guarded("assessment", change(published_on=None))


def test_r25_a_fund_warns_and_blocks_only_where_the_partnership_says_so(session, as_person, carys):
    make_partnership(session)
    round_ = make_round(session, "preparing")
    path = f"/desk/rounds/{round_.engagement.slug}/open_proposals/"
    officer = as_person(carys)
    assert "It was not screened" in officer.open(path).text
    stage = sa.text("UPDATE round SET stage = 'proposals'")
    assert not refused(stage)
    session.get_one(Partnership, 1).screening_binds = True
    session.commit()
    assert is_guarded("round", stage)
    assert "publishes nothing without a screening" in officer.open(path).text
    officer.client.post(path, data={})
    session.refresh(round_)
    assert round_.stage == "preparing"
    assess(session, ENOUGH, engagement=round_.engagement)
    assert "It was not screened" not in officer.open(path).text
    assert not refused(stage)


def test_r25_a_plan_warns_and_blocks_only_where_the_partnership_says_so(session, as_person, carys):
    make_partnership(session)
    plan = make_plan(session)
    session.add(Draft(plan_id=plan.id, number=9))
    session.commit()
    officer = as_person(carys)
    publish = (
        sa.update(Draft.__table__).where(Draft.__table__.c.number == 9).values(published_at=NOW)
    )
    assert not refused(publish)
    session.get_one(Partnership, 1).screening_binds = True
    session.commit()
    assert is_guarded("draft", publish)
    path = f"/desk/plans/{plan.slug}/draft/"
    assert "It was not screened" in officer.open(path + "preview/").text
    page = officer.send(path + "preview/", form=path + "publish/")
    assert "Screen it for its impacts first" in page.text
    actions.screen("equality", ENOUGH, today=NOW.date(), plan_id=plan.id, **WHO)
    session.commit()
    assert not refused(publish)
    assert "It was not screened" not in officer.open(path + "preview/").text


def test_r25_officers_assess_and_everybody_reads(session, as_person, carys, site):
    make_engagement(session)
    officer = as_person(carys)
    start = {"thing": "engagement:1", "kind": "fairer_scotland", "needed": "yes"}
    page = officer.send("/desk/assessments/new/", start, status=422)
    assert "strategic decisions only" in page.text
    page = officer.send_on(page, "/desk/assessments/new/", {"is_strategic": "y"})
    assert "Before it can be signed off" in page.text
    words = {"evidence": "A survey.", "engaged": "The Forum.", "mitigation": "A ramp."}
    officer.send("/desk/assessments/1/write/", words)
    site.open("/assessments/1/", status=404)
    officer.send("/desk/assessments/1/", {"signed_role": "Head"}, form="/desk/assessments/1/sign/")
    officer.send("/desk/assessments/1/", form="/desk/assessments/1/publish/")
    assert "Fairer Scotland assessment" in site.open("/assessments/").text
    page = site.open("/assessments/1/")
    assert "A ramp." in page.text
    assert "Carys" not in page.text
    assert "Mastrick locality plan,yes" in site.client.get("/assessments/assessments.csv").text


def test_r25_no_list_asks_more_for_more_rows(session, as_person, carys):
    officer, numbers = as_person(carys), []
    for batch in (2, 6):
        for n in range(batch):
            row = assess(session, ENOUGH, engagement=make_engagement(session, f"E {batch} {n}"))
            actions.sign_off(row, "Head", **WHO)
            actions.publish(row, today=NOW.date(), **WHO)
        db.session.commit()
        asked = []
        for path in ("/assessments/", "/assessments/assessments.csv", "/desk/assessments/"):
            officer.client.get(path)
            with counted() as said:
                assert officer.client.get(path).status_code == 200
            asked.append(len(said))
        numbers.append(asked)
    assert numbers[0] == numbers[1]
