"""Plain rules of accounts: addresses, passwords, throttling."""

import hashlib


def token_hash(token: str) -> str:
    """Return the SHA-256 of a random token, hexadecimal; only this is kept."""
    return hashlib.sha256(token.encode()).hexdigest()
