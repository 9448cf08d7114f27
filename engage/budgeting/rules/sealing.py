"""Bank details as they are kept: sealed with AES-256-GCM under a key outside the database."""

import json
import secrets
from dataclasses import asdict

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.delivery import BankDetails

NONCE = 12


def seal_details(details: BankDetails, key: bytes, award: str) -> bytes:
    """Return bank details sealed for one award; ``award`` is its public id.

    Put beside another award, what is sealed can't be opened: nobody can have money paid to an
    account by moving rows in the database.
    """
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, json.dumps(asdict(details)).encode(), _about(award))


def open_details(sealed: bytes, key: bytes, award: str) -> BankDetails:
    """Return the bank details of ``award``. Raises KeysRefused for another key, award or row."""
    try:
        text = AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], _about(award))
    except InvalidTag as error:
        raise KeysRefused(
            "The bank details can't be opened: ask the group for them again"
        ) from error
    return BankDetails(**json.loads(text))


def _about(award: str) -> bytes:
    return f"bank1|{award}".encode()
