"""References that people keep: readable aloud, forgiving to type, hard to guess."""

import secrets

#: Crockford's base 32: no I, L, O or U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def crockford(data: bytes) -> str:
    """Return ``data`` in Crockford's base 32, most significant bit first, padded with zero bits.

    >>> crockford(b"\\xff\\xff\\xff\\xff\\xff")
    'ZZZZZZZZ'
    """
    length = -(-len(data) * 8 // 5)
    value = int.from_bytes(data, "big") << (length * 5 - len(data) * 8)
    return "".join(ALPHABET[value >> (5 * i) & 31] for i in reversed(range(length)))


def in_fours(text: str) -> str:
    """Return ``text`` in groups of four: “ABCD-EF12”."""
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def new_reference() -> str:
    """Return a new reference of 80 random bits: “XXXX-XXXX-XXXX-XXXX”. Only its hash is kept."""
    return in_fours(crockford(secrets.token_bytes(10)))


def tidy_code(typed: str) -> str:
    """Return what was typed without spaces and dashes, in capitals, with O read as 0, I and L as 1.

    >>> tidy_code(" ab0o-1il ")
    'AB00111'
    """
    text = "".join(c for c in typed.upper() if c.isalnum())
    return text.translate(str.maketrans("OIL", "011"))


def read_reference(typed: str) -> str | None:
    """Return the reference that was typed, as it was given out, or None if it can't be one."""
    text = tidy_code(typed)
    if len(text) != 16 or any(c not in ALPHABET for c in text):
        return None
    return in_fours(text)
