"""The voting keys: files outside the database, its backups and the logs.

``identity.key`` and ``code.key`` belong to the installation, ``round-<id>.key`` to one round;
``bank.key`` seals the bank details of groups that have an award. Each
holds 32 random bytes in hexadecimal and can be read by the server's own user only. Only an
officer's act makes one; a vote request never does, since a new key would take one person for two.
"""

import os
import re
import secrets
import tempfile
from contextlib import suppress
from functools import cache
from hmac import compare_digest
from pathlib import Path

from flask import current_app
from sqlalchemy import Select, select

from engage.budgeting.models import Round
from engage.budgeting.rules.ballots import KeysRefused, key_check
from engage.budgeting.rules.stages import Stage
from engage.extensions import db

IDENTITY = "identity"
CODE = "code"
BANK = "bank"


def read_key(name: str) -> bytes:
    """Return a key. Raises KeysRefused where its file is missing or doesn't hold a key."""
    try:
        with open(_path(name), encoding="ascii") as file:  # noqa: PTH123 - at every vote
            text = file.read().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KeysRefused("A voting key is missing on this server") from error
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise KeysRefused("A voting key on this server is damaged")
    return bytes.fromhex(text)


def make_key(name: str) -> bytes:
    """Return a key, made first if it is absent. Two makers at once end up with the same one."""
    path = Path(_path(name))
    if not path.exists():
        _write_once(path, secrets.token_hex(32))
    return read_key(name)


def round_key_name(round_id: int) -> str:
    """Return the name of the key of one round."""
    return f"round-{round_id}"


def make_keys_of(round_: Round) -> None:
    """Make what is missing of a round's keys and set its check, once.

    Raises KeysRefused where the round has a check already and the keys here don't meet it, and
    where another round relies on a key that is lost: a new one in its place would part its voters
    from it for good.
    """
    if round_.key_check is not None:
        keys_of(round_.id, round_.key_check)
        return
    if installation_is_keyed():
        read_key(IDENTITY)
        read_key(CODE)
    round_key, identity, code = (
        make_key(name) for name in (round_key_name(round_.id), IDENTITY, CODE)
    )
    round_.key_check = key_check(round_key, round_.id, identity, code)


def installation_is_keyed() -> bool:
    """Say whether a round that isn't over relies on the installation's own keys."""
    return db.session.scalar(_relying()) is not None


@cache
def _relying() -> Select[int]:
    relies = select(Round.id).where(Round.key_check.is_not(None), Round.stage != Stage.DECLARED)
    return relies.limit(1)


def keys_of(round_id: int, check: bytes | None) -> bytes:
    """Return the round's key, after all three keys have met its check.

    Raises KeysRefused where one is missing or another: then no vote may be taken, and above all
    no new pseudonym given.
    """
    round_key = read_key(round_key_name(round_id))
    found = key_check(round_key, round_id, read_key(IDENTITY), read_key(CODE))
    if check is None or not compare_digest(found, check):
        raise KeysRefused("The voting keys on this server are not the ones of this round")
    return round_key


def put_key_back(name: str, key: bytes) -> None:
    """Write a key that was lost. What stands in its place is kept, under another name."""
    path = Path(_path(name))
    if path.exists():
        path.rename(path.with_suffix(f".set-aside-{secrets.token_hex(4)}"))
    _write_once(path, key.hex())


def remove_key(name: str) -> bool:
    """Destroy a key's file: overwritten first, then gone. False: there was none."""
    path = Path(_path(name))
    try:
        handle = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return False
    try:
        os.write(handle, secrets.token_bytes(os.fstat(handle).st_size))
        os.fsync(handle)
    finally:
        os.close(handle)
    path.unlink(missing_ok=True)
    _keep_folder(path.parent)
    return True


def _path(name: str) -> str:
    return f"{current_app.config['KEY_DIRECTORY']}/{name}.key"


def _write_once(path: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner only, never over another."""
    handle, temporary = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        Path(temporary).unlink()
    _keep_folder(path.parent)


def _keep_folder(folder: Path) -> None:
    """Wait until what changed in a folder stands on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
