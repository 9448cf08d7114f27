"""Five real rounds with their real limits, from the form that sets them up to the result.

They share one short window of the real clock; each is declared and checked in a test of its own.
The long form is `make rounds`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.campaigns.rounds.five import SHORT, Check, hold_all
from tests.conftest import fresh_app

pytestmark = [pytest.mark.journey, pytest.mark.requirement("R14", "R76")]


@pytest.fixture(scope="module")
def held(
    built: Flask, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Check]]:
    """The five rounds, closed by the clock."""
    with fresh_app(built, migrated, tmp_path_factory.mktemp("rounds")) as app:
        yield hold_all(app, SHORT)


@pytest.mark.parametrize("name", ["Dundee", "Moray", "Leith", "North Ayrshire", "Hall night"])
def test_a_round_is_declared_within_its_limits(
    held: dict[str, Check], name: str, tmp_path: Path
) -> None:
    held[name](tmp_path / "bundle")
