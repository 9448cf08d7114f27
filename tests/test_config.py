"""Settings: what production needs, and that it refuses to start without it."""

import os
import subprocess
import sys

import pytest

import config
from engage.app import create_app

COMPLETE = {
    "ENGAGE_ENV": "production",
    "SECRET_KEY": "s" * 40,
    "DATABASE_URL": "sqlite:////nowhere/engage.db",
    "BASE_URL": "https://engage.example.scot",
    "TRUSTED_HOSTS": "engage.example.scot",
    "KEY_DIRECTORY": "/nowhere/keys",
    "ANCHOR_DIRECTORY": "/nowhere/anchors",
}


def test_complete_settings_are_accepted():
    assert config.settings(COMPLETE)["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize("missing", sorted(config.REQUIRED_IN_PRODUCTION))
def test_production_refuses_to_start_without_a_setting_and_names_it(missing, monkeypatch):
    for name in config.REQUIRED_IN_PRODUCTION:
        monkeypatch.delenv(name, raising=False)
    for name, value in COMPLETE.items():
        if name != missing:
            monkeypatch.setenv(name, value)
    with pytest.raises(config.SettingsRefused, match=missing):
        create_app()


def test_an_environment_that_is_not_set_means_production():
    with pytest.raises(config.SettingsRefused, match="SECRET_KEY"):
        config.settings({})


def test_every_gap_is_named_at_once():
    with pytest.raises(config.SettingsRefused) as refusal:
        config.settings({"ENGAGE_ENV": "production"})
    assert all(name in str(refusal.value) for name in config.REQUIRED_IN_PRODUCTION)


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("SECRET_KEY", "short", "at least 32 characters"),
        ("BASE_URL", "http://engage.example.scot", "https"),
        ("MAILER", "file", "choose smtp or notify"),
        ("MAILER", "memory", "choose smtp or notify"),
        ("ENGAGE_ENV", "prodution", "development, testing or production"),
    ],
)
def test_an_unsafe_setting_is_refused(setting, value, words):
    with pytest.raises(config.SettingsRefused, match=words):
        config.settings({**COMPLETE, setting: value})


def test_development_starts_with_nothing_set():
    chosen = config.settings({"ENGAGE_ENV": "development"})
    assert chosen["SQLALCHEMY_DATABASE_URI"].startswith("sqlite:///")
    assert chosen["MAILER"] == "file"


def test_the_commands_are_explained_without_settings_and_the_gaps_are_named():
    told = subprocess.run(
        [sys.executable, "-m", "engage", "--help"],
        check=True,
        capture_output=True,
        text=True,
        cwd=config.ROOT,
        env={"ENGAGE_ENV": "production", "PATH": os.environ["PATH"]},
    )
    assert "tally" in told.stdout
    assert "SECRET_KEY: signs sessions" in told.stderr
    assert "Traceback" not in told.stderr


def test_the_folders_for_keys_and_seals_are_made_where_nobody_is_live(tmp_path):
    folders = {name: tmp_path / name for name in ("KEY_DIRECTORY", "ANCHOR_DIRECTORY")}
    database = {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'engage.db'}"}
    create_app({**{name: str(f) for name, f in folders.items()}, **database})
    assert [oct(f.stat().st_mode & 0o777) for f in folders.values()] == ["0o700", "0o700"]
