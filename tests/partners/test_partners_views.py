"""Setting up the partnership and its partners."""

import io

import pytest
from sqlalchemy import select

from engage.audit.models import AuditEvent
from engage.partners import actions, queries
from engage.partners.models import Partner, Partnership
from engage.partners.rules import PartnerRefused
from tests.makers.home import make_partnership
from tests.makers.places import COUNCIL, make_places
from tests.partners.test_partners_rules import PNG
from tests.test_queries import counted

SETTINGS = {
    "name": "Strathlyle Together",
    "colour": "#1a7032",
    "contact_email": "hello@strathlyle.example",
    "contact_phone": "01234 567890",
}
COLLEGE = {"name": "Strathlyle College", "kind": "college", "is_statutory": "yes"}


def errors(page):
    return [item.text.strip() for item in page.select(".ds_error-summary li")]


def test_the_partnership_is_set_up_once_and_changed_after(as_person, session, carys):
    make_places(session)
    site = as_person(carys)
    site.send("/desk/partnership/", {**SETTINGS, "council_code": COUNCIL})
    page = site.send("/desk/partnership/", {"name": "Strathlyle Partnership"})
    whose = session.scalars(select(Partnership)).one()
    assert (whose.name, whose.council_code, whose.colour) == (
        "Strathlyle Partnership",
        COUNCIL,
        "#1a7032",
    )
    assert "Strathlyle Partnership" in page.title.text
    acts = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
    assert [act.action for act in acts] == ["partnership.set_up"] * 2
    assert all("hello@" not in act.detail for act in acts)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"colour": "#ffff00"}, "Choose a darker colour"),
        ({"colour": ""}, "Enter a colour, like #0065bd"),
        ({"name": ""}, "Enter the name of the partnership"),
        ({"council_code": "S12000001"}, "Choose one from the list"),
        ({"logo": (io.BytesIO(b"<svg/>"), "logo.png")}, "Choose a logo that is a whole PNG file"),
    ],
)
def test_what_can_not_be_the_partnership_is_refused(as_person, session, carys, answer, message):
    page = as_person(carys).send("/desk/partnership/", {**SETTINGS, **answer}, status=422)
    assert message in errors(page)[0]
    assert session.query(Partnership).count() == 0


def test_the_logo_stays_until_it_is_taken_off(as_person, session, carys):
    site = as_person(carys)
    logo = (io.BytesIO(PNG), "logo.png")
    site.send("/desk/partnership/", {**SETTINGS, "logo": logo})
    site.send("/desk/partnership/", {"contact_phone": ""})
    assert session.scalars(select(Partnership)).one().logo_png == PNG
    site.send("/desk/partnership/", {"drop_logo": "y"})
    assert session.scalars(select(Partnership)).one().logo_png is None


@pytest.mark.requirement("R65")
def test_a_partner_is_added_and_listed(as_person, session, carys):
    page = as_person(carys).send("/desk/partners/", COLLEGE)
    assert "Strathlyle College" in page.main.text
    partner = session.scalars(select(Partner)).one()
    assert partner.is_statutory
    assert queries.partner_choices() == [(str(partner.id), "Strathlyle College")]
    assert (
        "Strathlyle College,College,yes"
        in as_person(carys).client.get("/desk/partners/partners.csv").text
    )


def test_a_partner_stands_once(as_person, session, carys):
    site = as_person(carys)
    site.send("/desk/partners/", COLLEGE)
    assert "already" in errors(site.send("/desk/partners/", COLLEGE, status=422))[0]


def test_of_two_equal_partners_at_once_the_database_keeps_one(session, carys, now, monkeypatch):
    actions.add_partner("NHS Strathlyle", "health_board", True, at=now, by=carys.id)
    session.commit()
    monkeypatch.setattr(actions, "partner_by_name", lambda name: None)
    with pytest.raises(PartnerRefused, match="NHS Strathlyle"):
        actions.add_partner("NHS Strathlyle", "health_board", True, at=now, by=carys.id)
    assert session.query(Partner).count() == 1


@pytest.mark.parametrize(
    "path", ["/desk/partnership/", "/desk/partners/", "/desk/partners/partners.csv"]
)
def test_an_outsider_opens_nothing(as_person, dev, path):
    assert as_person(dev).client.get(path).status_code == 403


@pytest.mark.parametrize("path", ["/desk/partnership/", "/desk/partners/"])
def test_an_auditor_reads_and_changes_nothing(as_person, audrey, path):
    site = as_person(audrey)
    assert not site.open(path).main.select("button")
    assert site.client.post(path, data={**SETTINGS, **COLLEGE}).status_code == 403


def test_no_page_reads_the_logo_to_link_to_it(site, session):
    make_partnership(session, logo_png=PNG)
    session.expunge_all()
    with counted() as said:
        page = site.open("/")
    assert page.select_one("img.engage-brand__logo")
    assert not [statement for statement in said if "logo_png" in statement]
