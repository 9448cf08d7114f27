"""The third sector interface: what it is to the partnership, and whom it supports (R08)."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from engage.bodies.actions import network as actions
from engage.bodies.models import InterfaceStanding, SupportLink
from engage.bodies.queries import network as queries
from engage.bodies.rules.network import NetworkRefused
from tests.bodies.test_bodies_views import errors
from tests.makers.bodies import make_body

TODAY = date(2026, 11, 22)
DESK = "/desk/groups/network/"


def make_interface(session):
    return make_body(session, "Voluntary Action", kind="interface")


def test_r08_an_interface_is_partner_or_signatory_or_there_is_a_reason(session, carys, now):
    body, who = make_interface(session), {"at": now, "today": TODAY, "by": carys.id}
    with pytest.raises(NetworkRefused, match="why it is neither"):
        actions.decide_standing(body, "neither", "", **who)
    actions.decide_standing(body, "neither", "It is being set up.", **who)
    actions.decide_standing(body, "partner", "", **who)
    session.flush()
    ((_body, standing),) = queries.interfaces()
    assert standing.standing == "partner"
    with pytest.raises(NetworkRefused, match="Only a third sector interface"):
        actions.decide_standing(make_body(session), "partner", "", **who)


def test_r08_support_is_linked_once_begun_and_stays_on_record(session, carys, now):
    body, other = make_interface(session), make_body(session)
    who = {"at": now, "today": TODAY, "by": carys.id}
    with pytest.raises(NetworkRefused, match="another group"):
        actions.link_support(body, body, "Money", TODAY, **who)
    with pytest.raises(NetworkRefused, match="not in the future"):
        actions.link_support(body, other, "Money", date(2026, 11, 23), **who)
    link = actions.link_support(body, other, "Money", TODAY, **who)
    session.flush()
    (row,) = queries.support_of(other.id)
    assert (row.id, row.interface, row.body) == (link.id, body.name, other.name)
    actions.end_support(link, **who)
    assert queries.support_links() == []
    assert [row.id for row in queries.support_links(ended=True)] == [link.id]


def test_the_database_links_interfaces_only(session):
    body, other = make_body(session), make_body(session, "Other")
    session.add(SupportLink(interface_id=body.id, body_id=other.id, what="x", since_on=TODAY))
    with pytest.raises(IntegrityError, match="third sector interface"):
        session.flush()
    session.rollback()
    session.add(InterfaceStanding(body_id=body.id, standing="partner", decided_on=TODAY))
    with pytest.raises(IntegrityError, match="third sector interface"):
        session.flush()


def test_r08_an_officer_keeps_the_network_and_everybody_sees_it(as_person, site, session, carys):
    make_interface(session)
    make_body(session, "Torry Friends")
    officer, path = as_person(carys), f"{DESK}voluntary-action/"
    assert "Nobody has said yet" in officer.open(DESK).main.text
    page = officer.send(path, {"standing": "neither"}, form=f"{path}standing/", status=422)
    assert errors(page) == ["Enter why it is neither"]
    officer.send(path, {"standing": "partner"}, form=f"{path}standing/")
    link = {"what": "Training", "since_on-day": "1", "since_on-month": "2"}
    link |= {"since_on-year": "2026", "body": "torry"}
    late = {**link, "since_on-year": "2027"}
    page = officer.send(path, late, form=path, status=422)
    assert errors(page) == ["Enter a day that is not in the future"]
    officer.send(path, link, form=path)
    assert "Training" in site.open("/groups/network/").main.text
    assert "Torry Friends" in officer.client.get(f"{DESK}network.csv").text
    number = session.query(SupportLink.id).scalar()
    officer.send(path, form=f"{path}{number}/end/")
    assert "Training" not in site.open("/groups/network/").main.text
    officer.open(f"{DESK}torry-friends/", status=404)
