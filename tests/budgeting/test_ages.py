"""How old voters are: asked as a band, frozen at the act, and seen in whole batches only."""

from datetime import date

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.actions.registering import register_voter, request_link, use_link
from engage.budgeting.actions.turnout import hand_on_voters
from engage.budgeting.actions.voting import begin_writing
from engage.budgeting.forms.papers import WhoForm
from engage.budgeting.forms.voting import EmailForm
from engage.budgeting.forms.ways import DeskForm as CheckedForm
from engage.budgeting.models import Ballot, Voter, VoterLink
from engage.budgeting.rules.lists import Fact, Facts, birthday
from engage.budgeting.views.eligible import band_born
from engage.engagements.models import ParticipationFact
from engage.extensions import db
from engage.places.rules import Placing
from tests.makers.budgeting import make_round
from tests.makers.places import make_places
from tests.makers.voting import cast, make_voter

pytestmark = pytest.mark.requirement("R31", "R76", "R82")
SOMEWHERE = Placing("not_given")


def test_a_band_comes_along_with_a_link_and_stays_as_it_was_given(session):
    round_ = make_round(session)
    tokens = []
    for band in ("16-17", "65+"):
        request_link(
            round_, "aisha@example.org", SOMEWHERE,
            at=clock.now(), link_to=lambda token: tokens.append(token) or token, age_band=band,
        )  # fmt: skip
        session.commit()
    uids = set()
    for token in tokens:
        uids.add(use_link(round_.id, token, at=clock.now()))
        session.commit()
    assert [session.get_one(Voter, uid).age_band for uid in uids] == ["16-17"]


def test_the_night_hands_on_counts_by_age(session):
    round_ = make_round(session)
    for band in ("65+", "16-17", "65+", None):
        cast(round_, make_voter(round_, age_band=band), round_.projects[:1])
    make_voter(round_, age_band="18-24")  # registered, and did not vote
    assert hand_on_voters(round_, clock.now()) == 4
    facts = session.scalars(sa.select(ParticipationFact).order_by(ParticipationFact.id))
    told = [(fact.age_band, fact.people) for fact in facts]
    assert sorted(told, key=str) == [("16-17", 1), ("65+", 2), (None, 1)]
    assert "age" not in " ".join(Ballot.__table__.columns.keys())


@pytest.mark.parametrize(
    ("column", "value"), [("age_band", "65+"), ("age_band", "17"), ("zone_code", "S01999002")]
)
def test_the_database_keeps_what_a_voter_said_of_themselves(session, column, value):
    make_places(session)
    round_ = make_round(session)
    voter = make_voter(round_, age_band="16-17", zone_code="S01999001")
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.update(Voter).values({column: value}))
    session.rollback()
    session.execute(sa.update(Voter).values(age_band=None))
    session.commit()
    assert session.get_one(Voter, voter.uid).age_band is None


@pytest.mark.parametrize("act", ["response", "proposal"])
def test_the_database_keeps_ages_of_voters_only(session, act):
    round_ = make_round(session)
    fact = ParticipationFact(
        engagement_id=round_.engagement_id, act=act, place="not_given", channel="online",
        on_day=clock.today(), age_band="16-17",
    )  # fmt: skip
    session.add(fact)
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()


def test_forms_ask_for_bands_from_the_voting_age_on_and_for_no_age_without_one(app):
    with app.test_request_context():
        offered = [words for _, words in EmailForm(min_age=16).age_band.choices]
        assert [str(words) for words in offered][:3] == [
            "I would rather not say", "16 to 17", "18 to 24",
        ]  # fmt: skip
        assert EmailForm(min_age=0).age_band is None
        assert CheckedForm(min_age=16).age_band is None, "the officer types a date of birth"
        known = {"by_code": True, "by_email": True, "here": "who"}
        assert WhoForm(min_age=16, **known).band is None
        assert WhoForm(**known).age_band is None


@pytest.mark.parametrize(
    ("words", "kind", "is_one"),
    [
        ("Date of birth", "date", True),
        ("When were you born?", "date", True),
        ("Ceann-latha breith", "date", True),
        ("Date on the card", "date", False),
        ("Place of birth", "text", False),
    ],
)
def test_a_date_on_a_list_is_a_birthday_where_its_words_say_so(words, kind, is_one):
    facts = Facts(Fact("Card", "number"), Fact(words, kind))
    assert birthday(facts, ("12", "27 3 2010")) == (date(2010, 3, 27) if is_one else None)


def test_a_date_of_birth_gives_a_band_where_the_rules_need_an_age(session):
    round_ = make_round(session)
    born = clock.today().replace(year=clock.today().year - 70)
    assert band_born(round_, born) == "65+"
    round_.min_age = 0
    assert band_born(round_, born) is None
    assert band_born(round_, None) is None
    db.session.rollback()


def test_the_page_asks_and_nobody_has_to_say(session, site):
    round_ = make_round(session, min_age=16, ways="email")
    path = f"/rounds/{round_.engagement.slug}/vote/"
    typed = {"email": "a@example.org", "postcode": "XY8 8ZZ", "may_vote": "y"}
    for band in ("12-15", "seventeen"):
        page = site.send(path, {**typed, "age_band": band}, status=422)
        assert "Choose one from the list" in page.select_one(".ds_error-summary").text
    site.send(path, {**typed, "age_band": "16-17"})
    site.send(path, {**typed, "email": "b@example.org"})
    bands = session.scalars(sa.select(VoterLink.age_band)).all()
    assert sorted(bands, key=str) == ["16-17", None]


def test_registering_again_changes_no_age(session):
    round_ = make_round(session)
    identity = bytes(32)
    begin_writing()
    first = register_voter(round_.id, identity, SOMEWHERE, at=clock.now(), age_band=None)
    second = register_voter(round_.id, identity, SOMEWHERE, at=clock.now(), age_band="65+")
    assert first == second
    assert session.get_one(Voter, first).age_band is None
