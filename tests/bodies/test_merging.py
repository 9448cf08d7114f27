"""Two entries of one group become one: everything moves, and nothing is had twice."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from engage.audit.models import AuditEvent
from engage.bodies.actions.merging import merge_bodies, tell_apart
from engage.bodies.actions.register import register_body
from engage.bodies.models import (
    BodyAddress,
    BodyLocality,
    BodyReview,
    CommunityBody,
    CommunityVoice,
    CouncilArea,
    Representative,
    RepresentativeInvitation,
    SupportLink,
)
from engage.bodies.queries.merging import body_columns, unique_with, what_moves
from engage.bodies.queries.register import part_in, wish_of
from engage.bodies.rules.merging import MOVES, MergeRefused, Twice, stronger
from engage.bodies.rules.register import BodyDetails
from engage.consultations.models import Response
from engage.engagements.models import Invitation, ParticipationFact
from engage.messages.actions import choose
from engage.messages.models import Message
from engage.messages.queries import wish_of_reader
from engage.messages.rules import Wish, body_holder, new_reference
from tests.makers.bodies import make_body
from tests.makers.communities import make_community
from tests.makers.consultations import make_consultation, make_response
from tests.makers.home import make_partnership
from tests.makers.places import make_places
from tests.makers.plans import make_plan

TODAY = date(2026, 11, 22)


def merge(gone, kept, now, with_people=True):
    merge_bodies(gone, kept, with_people=with_people, at=now, by=None)


def pair(session, **facts):
    kept = make_body(session, "Ferryhill Community Council")
    return make_body(session, "Ferryhill CC", **facts), kept


def test_every_column_that_names_a_group_is_known_to_merging(app):
    """A new table that names a group needs a line in rules.merging.MOVES."""
    columns = {(column.table.name, column.name): column for column in body_columns()}
    assert columns.keys() == MOVES.keys()
    may_clash = {name for name, column in columns.items() if unique_with(column)}
    unsettled = {name for name in may_clash if MOVES[name].twice == Twice.MOVE}
    assert unsettled == set(), "say what happens where both groups have one"


def test_the_part_that_may_do_more_is_kept():
    assert stronger("reader", "secretary") == "secretary"
    assert stronger("member", "reader") == "member"


def fill(session, body, other, aisha, now):
    """Hang something on a group in every room."""
    places = make_places(session)
    make_partnership(session, places.council_code)
    asked = make_consultation(session, make_plan(session))
    make_response(session, asked, texts=["Trees."], body_id=body.id)
    engagement = asked.engagement_id
    tsi = make_body(session, "Voluntary Action", kind="interface")
    who = {"decided_on": TODAY, "evidence": "So."}
    session.add_all(
        [
            BodyLocality(body_id=body.id, locality_id=places.glen_id),
            BodyLocality(body_id=other.id, locality_id=places.harbour_id),
            Representative(body_id=body.id, account_id=aisha.id, part="secretary"),
            Invitation(engagement_id=engagement, body_id=body.id, level="inform", invited_at=now),
            CommunityVoice(community_id=make_community(session).id, body_id=body.id, **who),
            CouncilArea(
                name="Ferryhill",
                name_key="ferryhill",
                answer="body",
                body_id=body.id,
                answered_on=TODAY,
            ),
            SupportLink(interface_id=tsi.id, body_id=body.id, what="Funding", since_on=TODAY),
            BodyReview(body_id=body.id, year=2026, asked_at=now, token_hash="a"),
            BodyReview(body_id=other.id, year=2026, asked_at=now, token_hash="b"),
        ]
    )
    session.commit()


def test_r01_everything_moves_and_the_old_address_leads_on(session, site, aisha, now):
    reference = new_reference()
    gone, kept = pair(
        session, wish="involve", contact_email="f@example.org", reference_hash=reference
    )
    fill(session, gone, kept, aisha, now)
    tell_apart(gone.id, kept.id, at=now, by=None)
    gone_id, kept_id = gone.id, kept.id
    merge(gone, kept, now)
    session.commit()
    assert session.get(CommunityBody, gone_id) is None
    for table in (Response, Invitation, ParticipationFact, CommunityVoice, CouncilArea):
        assert session.scalars(select(table.body_id)).all() == [kept_id], table
    assert session.scalars(select(SupportLink.body_id)).all() == [kept_id]
    assert len(kept.localities) == 2
    assert (part_in(kept, aisha.id), wish_of(kept)) == ("secretary", "involve")
    assert (kept.contact_email, kept.reference_hash) == ("f@example.org", reference)
    assert session.query(BodyReview).count() == 1
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    detail = json.loads(event.detail)
    assert (event.action, detail["gone"], detail["moved"]["response"]) == (
        "body.merged", gone_id, 1,
    )  # fmt: skip
    answer = site.client.get("/groups/ferryhill-cc/")
    assert (answer.status_code, answer.location) == (301, f"/groups/{kept.slug}/")
    assert "Ferryhill CC" not in [b.name for b in session.scalars(select(CommunityBody))]
    assert {m.address for m in session.scalars(select(Message))} >= {"aisha@example.org"}


def test_r01_two_answers_to_one_consultation_keep_the_groups_apart(session, now):
    gone, kept = pair(session)
    asked = make_consultation(session, make_plan(session))
    for body in (gone, kept):
        make_response(session, asked, texts=["Trees."], body_id=body.id)
    (held,) = [h for h in what_moves(gone.id, kept.id) if h.is_refused]
    assert (held.rows, held.twice) == (1, 1)
    with pytest.raises(MergeRefused, match="answered the same consultation"):
        merge(gone, kept, now)
    session.rollback()
    assert session.scalars(select(CommunityBody.stage)).all() == ["registered"] * 2


def test_who_speaks_for_both_does_so_once_with_the_stronger_part(session, aisha, bryn, now):
    gone, kept = pair(session, represented_by=aisha)
    session.add_all(
        [
            Representative(body_id=kept.id, account_id=aisha.id, part="reader"),
            Representative(body_id=kept.id, account_id=bryn.id, part="secretary"),
        ]
    )
    session.commit()
    merge(gone, kept, now)
    assert sorted((p.account_id, p.part) for p in kept.representatives) == sorted(
        [(aisha.id, "secretary"), (bryn.id, "secretary")]
    )


def test_people_of_an_unchecked_entry_need_not_come_along(session, aisha, bryn, now):
    gone, kept = pair(session, stage="proposed", represented_by=aisha)
    session.add(
        RepresentativeInvitation(
            body_id=gone.id,
            email="x@example.org",
            mail_to="x@example.org",
            part="reader",
            token_hash="a",
            invited_at=now,
            expires_at=now,
        )
    )
    session.commit()
    merge(gone, kept, now, with_people=False)
    assert kept.representatives == []
    assert session.query(RepresentativeInvitation).count() == 0
    assert [m.address for m in session.scalars(select(Message))] == ["aisha@example.org"]


@pytest.mark.parametrize(
    ("gone_has", "kept_has", "with_people", "stays"),
    [
        (("", ""), ("Secretary", ""), True, ("Secretary", "")),
        (("Helper", ""), ("Secretary", ""), True, ("Secretary", "")),
        (("", ""), ("Secretary", "s@example.org"), True, ("Secretary", "s@example.org")),
        (("Helper", "h@example.org"), ("Secretary", ""), True, ("Helper", "h@example.org")),
        (("", "h@example.org"), ("Secretary", ""), True, ("Secretary", "h@example.org")),
        (("Helper", "h@example.org"), ("Secretary", ""), False, ("Secretary", "")),
        (("Helper", "h@example.org"), ("", "s@example.org"), True, ("", "s@example.org")),
    ],
)
def test_the_contact_of_the_group_that_stays_is_never_lost(
    session, now, gone_has, kept_has, with_people, stays
):
    gone, kept = pair(session, contact_role=gone_has[0], contact_email=gone_has[1])
    kept.contact_role, kept.contact_email = kept_has
    session.commit()
    merge(gone, kept, now, with_people=with_people)
    assert (kept.contact_role, kept.contact_email) == stays


def test_an_officer_says_whether_a_contact_comes_along(as_person, session, carys):
    gone, kept = pair(session, contact_role="Helper", contact_email="h@example.org")
    path = f"/desk/groups/{gone.slug}/merge/{kept.slug}/"
    site = as_person(carys)
    page = site.send(path, status=422)
    assert "Choose whether its people and its contact come along" in page.text
    assert page.main.text.count("Helper, h@example.org") == 2
    page = site.send(path, {"people": "no"})
    assert kept.contact_email == ""


def test_an_old_desk_address_leads_to_the_group_that_stays(as_person, session, carys, now):
    gone, kept = pair(session)
    old = gone.slug
    merge(gone, kept, now)
    session.commit()
    page = as_person(carys).open(f"/desk/groups/{old}/")
    assert page.h1.text.strip() == kept.name


def test_a_group_that_supported_its_other_entry_does_not_support_itself(session, now):
    kept = make_body(session, "Voluntary Action", kind="interface")
    gone = make_body(session, "Voluntary Action Ltd", kind="interface")
    link = {"interface_id": gone.id, "body_id": kept.id, "what": "Funding", "since_on": TODAY}
    session.add(SupportLink(**link))
    session.commit()
    merge(gone, kept, now)
    assert session.query(SupportLink).count() == 0


def test_a_group_of_the_whole_area_stays_one(session, now):
    places = make_places(session)
    gone, kept = pair(session, localities=(places.glen_id,))
    merge(gone, kept, now)
    assert kept.localities == []


def test_an_old_address_follows_every_merger_and_is_given_to_nobody(session, site, carys, now):
    gone, kept = pair(session)
    merge(gone, kept, now)
    session.commit()
    last = make_body(session, "Ferryhill and Ruthrieston Community Council")
    merge(kept, last, now)
    session.commit()
    assert site.client.get("/groups/ferryhill-cc/").location == f"/groups/{last.slug}/"
    assert session.query(BodyAddress).count() == 2
    details = BodyDetails("Ferryhill CC", "informal", "place", False, "To meet.")
    made = register_body(details, wish="", at=now, today=TODAY, by=None)
    assert made.slug == "ferryhill-cc-2"


@pytest.mark.parametrize(
    ("gone", "kept", "why"),
    [
        ({}, {"stage": "dormant"}, "must be on the register"),
        ({"stage": "declined"}, {}, "not accepted"),
        ({"kind": "interface"}, {}, "third sector interface"),
    ],
)
def test_what_can_not_be_merged_is_said(session, now, gone, kept, why):
    one, other = make_body(session, "One", **gone), make_body(session, "Other", **kept)
    with pytest.raises(MergeRefused, match=why):
        merge(one, other, now)
    with pytest.raises(MergeRefused, match="another group"):
        merge(one, one, now)


# Pages ------------------------------------------------------------------------------------------


def test_an_officer_sees_what_would_move_and_merges(as_person, session, carys, aisha, now):
    gone, kept = pair(session, represented_by=aisha, wish="inform")
    site = as_person(carys)
    page = site.open("/desk/groups/duplicates/")
    assert "1 pair" in page.main.text
    page = site.open(f"/desk/groups/{gone.slug}/merge/?into=ferryhill+community")
    path = f"/desk/groups/{gone.slug}/merge/{kept.slug}/"
    assert "How involved it wants to be" in page.main.text
    page = site.send(path, status=422)
    assert "Choose whether its people and its contact come along" in page.text
    page = site.send(path, {"people": "yes"})
    assert "The two are one now" in page.text
    assert part_in(kept, aisha.id) == "secretary"


def test_two_groups_that_are_told_apart_are_not_suggested_again(as_person, session, carys):
    pair(session)
    site, path = as_person(carys), "/desk/groups/duplicates/"
    page = site.open(path)
    page = site.send_on(page, path, form=page.select_one("main form")["action"])
    assert "No two names" in page.main.text


def test_the_group_that_stays_is_asked_for_by_name(as_person, session, carys):
    gone, _kept = pair(session)
    page = as_person(carys).open(f"/desk/groups/{gone.slug}/merge/?into=zebra", status=422)
    assert "No group on the register has these words" in page.main.text


@pytest.mark.parametrize("with_people", [True, False])
def test_what_a_group_wants_to_hear_goes_along_with_its_people_and_to_no_stranger(
    session, now, with_people
):
    gone, kept = pair(session)
    number = gone.id
    choose(body_holder(number), Wish(way="post", postal="1 High Street"), at=now)
    merge(gone, kept, now, with_people)
    # the next group gets the number of the one that went, where it was the last
    assert wish_of_reader(body_holder(number)) == Wish()
    assert bool(wish_of_reader(body_holder(kept.id)).postal) is with_people
