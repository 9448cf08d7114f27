"""Voter codes: easy to type, hard to guess, one for each person."""

import random
import string

import pytest
import sqlalchemy as sa

from engage import clock
from engage.accounts.models import FailedTry
from engage.audit.models import AuditEvent
from engage.budgeting.actions.codes import (
    HandedOverRefused,
    TriesRefused,
    hand_over,
    issue_codes,
    open_code,
)
from engage.budgeting.actions.registering import use_code
from engage.budgeting.models import Voter, VoterCode
from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.codes import (
    Batch,
    Code,
    CodeRefused,
    check_character,
    codes_of,
    new_batch,
    read_code,
)
from engage.budgeting.rules.refusals import RoundRefused
from engage.extensions import db
from engage.messages.rules import ALPHABET
from engage.places.rules import Placing
from tests.makers.budgeting import make_round
from tests.makers.voting import let_voting_end, make_codes

CODE = Code("7H2K9", "QRSTVWXYZ0")


# Plain rules -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typing",
    [
        str,
        str.lower,
        lambda text: text.replace("-", ""),
        lambda text: text.replace("-", " "),
        lambda text: f"  {text}\n",
        lambda text: text.replace("0", "O"),
        lambda text: text.replace("0", "o").lower(),
        lambda text: text.replace("-", "–"),
        lambda text: " ".join(text),
    ],
)
def test_a_code_is_read_however_it_is_typed(typing):
    assert read_code(typing(CODE.text)) == CODE


def test_a_one_may_be_typed_as_a_letter():
    code = Code("11111", "1111111111")
    assert read_code(code.text.replace("1", "I")) == read_code(code.text.replace("1", "l")) == code


@pytest.mark.parametrize("place", range(16))
def test_one_wrong_character_anywhere_is_noticed(place):
    text = CODE.text.replace("-", "")
    for other in set(ALPHABET) - {text[place]}:
        with pytest.raises(CodeRefused, match="Check your code"):
            read_code(text[:place] + other + text[place + 1 :])


def test_two_characters_that_changed_places_are_noticed():
    text = CODE.text.replace("-", "")
    for a in range(16):
        for b in range(a + 1, 16):
            if text[a] != text[b]:
                swapped = list(text)
                swapped[a], swapped[b] = swapped[b], swapped[a]
                with pytest.raises(CodeRefused):
                    read_code("".join(swapped))


@pytest.mark.parametrize("typed", ["", "7H2K", CODE.text + "7", "7H2K-9QRS-TVWX-YZ0U", "ﬀ" * 16])
def test_what_is_no_code_is_refused_in_words(typed):
    with pytest.raises(CodeRefused):
        read_code(typed)


def test_the_codes_of_a_batch_differ_in_their_locators():
    codes = codes_of(b"key", 1, new_batch(b"key", 1, 500, set()))
    assert len({code.locator for code in codes}) == len({code.secret for code in codes}) == 500


def test_a_batch_leaves_out_locators_that_are_taken(monkeypatch):
    monkeypatch.setattr("secrets.token_hex", lambda length: "always this name")
    first, second, third = codes_of(b"key", 1, new_batch(b"key", 1, 3, set()))
    batch = new_batch(b"key", 1, 2, {first.locator})
    assert batch.skipped == (0,)
    assert codes_of(b"key", 1, batch) == [second, third]


def test_a_batch_gives_its_codes_again_under_its_own_key_and_round_only():
    batch = new_batch(b"key", 1, 2, set())
    codes = codes_of(b"key", 1, batch)
    assert codes_of(b"key", 1, batch) == codes
    assert not set(codes) & {*codes_of(b"other", 1, batch), *codes_of(b"key", 2, batch)}


def test_any_code_is_read_as_it_was_made():
    chance = random.Random(7)  # noqa: S311 - a test that repeats
    for _ in range(200):
        text = "".join(chance.choice(ALPHABET) for _ in range(15))
        assert check_character(text) in ALPHABET
        assert read_code(Code(text[:5], text[5:]).text) == Code(text[:5], text[5:])
    assert set(ALPHABET) <= set(string.digits + string.ascii_uppercase)


# Issuing and opening -----------------------------------------------------------------------------


@pytest.fixture
def round_(session):
    return make_round(session)


@pytest.fixture
def code(round_):
    return make_codes(round_, 1)[0]


def any_codes(number):
    """Codes that nobody issued."""
    return codes_of(b"key of nobody", 1, Batch("not issued", number))


def tries():
    return db.session.scalar(sa.select(sa.func.count()).select_from(FailedTry))


def test_only_hashes_of_codes_are_kept(round_, code):
    kept = db.session.scalars(sa.select(VoterCode)).one()
    assert kept.locator == code.locator
    assert kept.secret_hash.startswith("$argon2id$")
    assert code.secret not in kept.secret_hash


def test_issuing_stands_in_the_trail_with_the_number_only(round_, code):
    issued = sa.select(AuditEvent).where(AuditEvent.action == "codes.issued")
    assert db.session.scalars(issued).one().detail == '{"codes":1}'


def test_no_codes_are_issued_once_voting_is_over(round_, carys):
    let_voting_end(round_)
    with pytest.raises(RoundRefused):
        issue_codes(round_, 1, at=clock.now(), by=carys.id, role="officer")


def test_codes_are_handed_over_once_and_the_trail_says_so(session, round_, carys):
    who = {"at": clock.now(), "by": carys.id, "role": "officer"}
    batch = issue_codes(round_, 2, **who)
    codes = hand_over(round_, batch, **who)
    assert {code.locator for code in codes} == set(session.scalars(sa.select(VoterCode.locator)))
    session.commit()
    with pytest.raises(HandedOverRefused):
        hand_over(round_, batch, **who)
    session.rollback()
    handed = sa.select(AuditEvent).where(AuditEvent.action == "codes.handed_over")
    event = session.scalars(handed).one()
    assert event.detail == f'{{"codes":2,"round":{round_.id}}}'
    assert batch.name not in event.object


def test_a_code_opens_its_round(round_, code):
    assert open_code(code, "192.0.2.1", at=clock.now()).round_id == round_.id
    assert tries() == 0


@pytest.mark.parametrize("kind", ["wrong", "unknown", "void"])
def test_wrong_unknown_and_void_codes_are_told_the_same(round_, code, kind):
    typed = code
    if kind == "wrong":
        typed = Code(code.locator, "0000000000")
    elif kind == "unknown":
        typed = any_codes(1)[0]
    else:
        db.session.execute(sa.update(VoterCode).values(status="void"))
    with pytest.raises(CodeRefused) as told:
        open_code(typed, "192.0.2.1", at=clock.now())
    assert str(told.value).startswith("We do not know this code.")
    assert tries() == 2


def test_guessing_at_a_code_is_stopped_and_its_holder_elsewhere_still_gets_in(round_, code):
    wrong = Code(code.locator, "0000000000")
    for _ in range(5):
        with pytest.raises(CodeRefused):
            open_code(wrong, "192.0.2.66", at=clock.now())
    with pytest.raises(TriesRefused):
        open_code(code, "192.0.2.66", at=clock.now())
    assert open_code(code, "192.0.2.1", at=clock.now())


def test_guessing_at_one_code_after_the_other_is_stopped(round_, code):
    for other in any_codes(10):
        with pytest.raises(CodeRefused):
            open_code(other, "192.0.2.66", at=clock.now())
    with pytest.raises(TriesRefused):
        open_code(code, "192.0.2.66", at=clock.now())
    assert open_code(code, "192.0.2.1", at=clock.now())


def test_a_throttled_try_is_not_even_hashed(round_, code, monkeypatch):
    for _ in range(5):
        with pytest.raises(CodeRefused):
            open_code(Code(code.locator, "0000000000"), "192.0.2.66", at=clock.now())

    def hashed(*args):
        raise AssertionError("the secret was hashed")

    monkeypatch.setattr("engage.budgeting.actions.codes.secret_matches", hashed)
    with pytest.raises(TriesRefused):
        open_code(code, "192.0.2.66", at=clock.now())


def test_a_code_is_one_voter_however_often_it_is_used(round_, code):
    kept = open_code(code, "192.0.2.1", at=clock.now())
    db.session.commit()
    uids = set()
    for _ in range(3):
        uids.add(use_code(kept, Placing("not_given"), at=clock.now()))
        db.session.commit()
    assert len(uids) == 1
    assert db.session.scalars(sa.select(Voter.uid)).all() == list(uids)


def test_a_code_opens_nothing_with_the_keys_of_another_server(app, tmp_path, round_, code):
    (tmp_path / "keys" / "identity.key").write_text("ab" * 32)
    with pytest.raises(KeysRefused):
        open_code(code, "192.0.2.1", at=clock.now())
