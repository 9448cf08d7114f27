"""What the database refuses of ways, batches and lists; each guard is tried without it too."""

import secrets

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.models import CodeBatch, ListedVoter, Round, VoterCode, VoterList
from engage.extensions import db
from tests.budgeting.test_ballot_guards import is_guarded, refused
from tests.makers.budgeting import make_round

pytestmark = pytest.mark.requirement("R76")


@pytest.fixture
def round_(session):
    return make_round(session)


def add_batch(round_, stage="making", number=2, made=0):
    batch = CodeBatch(
        round_id=round_.id,
        fingerprint=secrets.token_hex(8),
        number=number,
        made=made,
        stage=stage,
        started_at=clock.now(),
    )
    db.session.add(batch)
    db.session.commit()
    return batch


def add_list(round_):
    db.session.add(
        VoterList(
            round_id=round_.id,
            first_words="Card",
            first_kind="number",
            second_words="Born",
            second_kind="date",
        )
    )
    db.session.flush()
    db.session.add(listed(round_))
    db.session.commit()


def listed(round_, **columns):
    keys = {"facts_key": secrets.token_bytes(32), "first_key": secrets.token_bytes(32)}
    return ListedVoter(round_id=round_.id, **keys | columns)


@pytest.mark.parametrize("values", [{"ways": "email"}, {"connection": "work"}])
def test_ways_and_links_are_fixed_once_proposals_open(session, values):
    round_ = make_round(session, "proposals")
    assert is_guarded("round", sa.update(Round).where(Round.id == round_.id).values(**values))


def test_ways_change_while_a_round_is_prepared(session):
    round_ = make_round(session, "preparing")
    change = sa.update(Round).where(Round.id == round_.id)
    assert not refused(change.values(ways="list,assisted", connection="live,volunteer"))


@pytest.mark.parametrize(
    "values",
    [
        {"ways": ""},
        {"ways": "post"},
        {"ways": "email,email"},
        {"ways": "email codes"},
        {"ways": ",email"},
        {"connection": ""},
        {"connection": "live,visit"},
    ],
)
def test_unknown_words_are_refused(session, values):
    round_ = make_round(session, "preparing")
    assert refused(sa.update(Round).where(Round.id == round_.id).values(**values))


def test_a_round_has_one_unfinished_batch(round_):
    add_batch(round_)
    with pytest.raises(sa.exc.IntegrityError):
        add_batch(round_)
    db.session.rollback()
    db.session.execute(sa.update(CodeBatch).values(stage="dropped"))
    add_batch(round_, "waiting", made=2)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CodeBatch)) == 2


@pytest.mark.parametrize(
    ("stage", "values"),
    [
        ("handed_over", {"stage": "waiting"}),
        ("handed_over", {"stage": "dropped"}),
        ("dropped", {"stage": "waiting", "made": 2}),
        ("waiting", {"stage": "making"}),
        ("waiting", {"number": 3, "stage": "dropped"}),
        ("waiting", {"fingerprint": "another"}),
        ("making", {"stage": "handed_over", "made": 2}),
    ],
)
def test_a_batch_goes_forward_only(round_, stage, values):
    add_batch(round_, stage, made=0 if stage in ("making", "dropped") else 2)
    assert is_guarded("code_batch", sa.update(CodeBatch).values(**values))


def test_a_batch_is_kept(round_):
    add_batch(round_)
    assert is_guarded("code_batch", sa.delete(CodeBatch))


@pytest.mark.parametrize(
    "values", [{"made": 3}, {"made": 1, "stage": "waiting"}, {"stage": "lost"}]
)
def test_a_batch_holds_together(round_, values):
    add_batch(round_)
    assert refused(sa.update(CodeBatch).values(**values))


def test_a_locator_stands_once_over_all_rounds(session, round_):
    other = make_round(session, title="Torry decides")
    for owner in (round_, other):
        session.add(VoterCode(round_id=owner.id, locator="7H2K9", secret_hash="x"))
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()


def test_nobody_stands_on_a_list_twice(round_):
    add_list(round_)
    first = db.session.scalars(sa.select(ListedVoter.first_key)).one()
    db.session.add(listed(round_, first_key=first))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_a_list_keeps_hashes_of_32_bytes_only(round_):
    add_list(round_)
    db.session.add(listed(round_, facts_key=b"Aisha"))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_people_on_a_list_stay_while_voting_is_open(round_):
    add_list(round_)
    assert is_guarded("listed_voter", sa.delete(ListedVoter))
    change = sa.update(ListedVoter).values(facts_key=secrets.token_bytes(32))
    assert is_guarded("listed_voter", change)


def test_people_come_off_a_list_before_voting(session):
    add_list(make_round(session, "screening"))
    assert not refused(sa.delete(ListedVoter))


def test_what_a_list_asks_for_is_fixed_while_people_are_on_it(round_):
    add_list(round_)
    assert is_guarded("voter_list", sa.update(VoterList).values(second_words="Postcode"))
