"""One mailbox, one address; good passwords; how many tries are heard."""

from datetime import UTC, datetime, timedelta

import pytest

from engage.accounts import rules
from engage.accounts.rules import (
    LIMITS,
    EmailRefused,
    PasswordRefused,
    canonical_email,
    check_password,
    hash_secret,
    keyed_hash,
    needs_rehash,
    secret_matches,
    session_life,
    source_of,
    throttle_of,
)
from tests.conftest import HASHER

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)

#: Ways of writing one Gmail mailbox that all reach it.
VARIANTS = [
    "aishabegum@gmail.com", "AishaBegum@gmail.com", "AISHABEGUM@GMAIL.COM", "aisha.begum@gmail.com",
    "a.i.s.h.a.b.e.g.u.m@gmail.com", "aisha..begum@gmail.com", "aishabegum.@gmail.com",
    ".aishabegum@gmail.com", "aishabegum@googlemail.com", "Aisha.Begum@GoogleMail.com",
    "aishabegum+vote@gmail.com", "aishabegum+1@gmail.com", "aishabegum+2@gmail.com",
    "aishabegum+@gmail.com", "aishabegum+a+b@gmail.com", "aisha.begum+x.y@googlemail.com",
    "aishabegum@gmail.com.", "aishabegum@GMAIL.com.", " aishabegum@gmail.com",
    "aishabegum@gmail.com ", "\taishabegum@gmail.com\n", "ａｉｓｈａｂｅｇｕｍ@gmail.com",
    "aishabegum＠gmail.com", "aishabegum@ｇｍａｉｌ.com", "aishabegum@gmail。com",
    "aishabegum@gmail．com", "aishabegum＋vote@gmail.com", "ａishabegum@googlemail．com.",
    "Aisha.Begum+a.b+c@GMAIL.COM.", "A.ISHABEGUM+VOTE@googlemail.com",
]  # fmt: skip


def test_thirty_ways_of_writing_one_mailbox_are_one():
    assert len(set(VARIANTS)) == 30
    assert {canonical_email(variant) for variant in VARIANTS} == {"aishabegum@gmail.com"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.b@example.org", "ab@example.org"),  # dots count everywhere but at Gmail
        ("aisha@example.org", "aisha@example.com"),
        ("aisha@gmail.com", "aisha@gmail.com.evil.org"),
        ("aisha@gmail.com", "aisha@gmаil.com"),  # a Cyrillic a: another domain
    ],
)
def test_two_mailboxes_stay_two(one, other):
    assert canonical_email(one) != canonical_email(other)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("info@Bücher.example", "info@xn--bcher-kva.example"),
        ("info@xn--bcher-kva.example", "info@xn--bcher-kva.example"),
        ("+tag@example.org", "+tag@example.org"),
        ("o'neill@example.org", "o'neill@example.org"),
    ],
)
def test_an_address_has_one_canonical_form(typed, canonical):
    assert canonical_email(typed) == canonical
    assert canonical_email(canonical) == canonical


@pytest.mark.parametrize(
    "typed",
    [
        "", "@", "aisha", "aisha@", "@example.org", "aisha@localhost", "a b@example.org",
        "a,b@example.org", "aisha@example.org,dev@example.org", "<aisha@example.org>",
        '"a b"@example.org', "аisha@example.org", "aisha@-example.org", "aisha@exa_mple.org",
        "aisha@example..org", "aisha@.org", "a" * 65 + "@example.org",
        "aisha@" + "x" * 250 + ".org",
        "aisha@example.org\nBcc: all@example.org", "aisha@exam\x00ple.org", "aisha@\ud800.org",
        "aisha@[127.0.0.1]", "aisha@127.0.0.1",
    ],
)  # fmt: skip
def test_what_is_no_mailbox_is_refused(typed):
    with pytest.raises(EmailRefused, match="Enter an email address"):
        canonical_email(typed)


@pytest.mark.parametrize(
    "password",
    [
        "quiet river lantern",
        "aaaa bbbb cccc dddd",
        "tha mi à Alba an-diugh",
        "9382 7710 4451 8",
        "xkcvbnwrtq",
    ],
)
def test_a_long_password_is_good_whatever_it_is_made_of(password):
    assert check_password(password, "aisha@example.org", "Aisha Begum") == password


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "10 characters or more"),
        ("x" * 201, "200 characters or fewer"),
        ("password123", "Too many people"),
        ("P@ssw0rd2026!", "Too many people"),
        ("Scotland2026", "Too many people"),
        ("1234567890", "Too many people"),
        ("0987654321", "Too many people"),
        ("qwertyuiop", "Too many people"),
        ("aaaaaaaaaaaa", "Too many people"),
        ("rangersrangers", "Too many people"),
        ("passwordpassword", "Too many people"),
        ("!!!!!!!!!!!!", "Too many people"),
        ("22/11/1984", "Too many people"),
        ("aisha@example.org", "not your name or email"),
        ("Aisha Begum", "not your name or email"),
        ("AishaBegum1984!", "not your name or email"),
        ("begum12345", "not your name or email"),
    ],
)
def test_a_poor_password_is_refused_in_words(password, words):
    with pytest.raises(PasswordRefused, match=words):
        check_password(password, "aisha@example.org", "Aisha Begum")


@pytest.fixture
def as_in_use(monkeypatch):
    """Hash with the settings that are used outside the tests."""
    monkeypatch.setattr(rules, "_HASHER", HASHER)


def test_a_password_opens_only_its_own_hash(as_in_use):
    kept = hash_secret("quiet river lantern")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert secret_matches(kept, "quiet river lantern")
    assert not secret_matches(kept, "quiet river lanterns")
    assert not secret_matches(None, "quiet river lantern")
    assert not secret_matches("not a hash", "quiet river lantern")
    assert not needs_rehash(kept)


def test_a_hash_with_older_settings_is_known_as_such(as_in_use):
    assert needs_rehash(hash_secret("x").replace("m=19456", "m=8192"))


def test_a_keyed_hash_depends_on_key_kind_and_value():
    hashes = {
        keyed_hash(*fields)
        for fields in [
            ("k", "a", "b"),
            ("l", "a", "b"),
            ("k", "ab", ""),
            ("k", "", "ab"),
            ("k", "a", "c"),
        ]
    }
    assert len(hashes) == 5


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("rubbish", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_source_is_what_one_subscriber_has(address, block):
    assert source_of(address) == block


def tries(count: int, source: str = "here", ago: timedelta = timedelta(minutes=1)):
    return [(source, AT - ago)] * count


def test_five_failures_from_one_source_are_heard_and_the_sixth_is_not():
    assert throttle_of(LIMITS["password"], tries(4), "here", AT) is None
    stop = throttle_of(LIMITS["password"], tries(5), "here", AT)
    assert stop is not None
    assert stop.until == AT + timedelta(minutes=14)
    assert not stop.for_all


def test_failures_from_elsewhere_do_not_stop_the_owner():
    assert throttle_of(LIMITS["password"], tries(40, "elsewhere"), "here", AT) is None


def test_after_a_quarter_of_an_hour_the_next_try_is_heard():
    old = tries(5, ago=timedelta(minutes=15))
    assert throttle_of(LIMITS["password"], old, "here", AT) is None


def test_fifty_failures_in_a_day_from_anywhere_stop_passwords_for_all():
    many = [(f"source {n}", AT - timedelta(hours=2)) for n in range(50)]
    stop = throttle_of(LIMITS["password"], many, "here", AT)
    assert stop is not None
    assert stop.for_all


def test_a_voters_code_is_never_stopped_for_all():
    many = [(f"source {n}", AT - timedelta(minutes=2)) for n in range(1000)]
    assert throttle_of(LIMITS["code"], many, "here", AT) is None


def test_people_with_a_desk_stay_signed_in_for_less_long():
    assert session_life("officer") < session_life("resident")
