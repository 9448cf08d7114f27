"""The documents say what the program does: each command and setting stands in them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from engage.__main__ import HIDDEN, engage
from engage.app import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = "\n".join(
    (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/command-line.md")
)


def commands(group: click.Command, path: str) -> list[str]:
    """Every command below ``group``, as it is typed."""
    if not isinstance(group, click.Group):
        return [path]
    return [c for name, one in group.commands.items() for c in commands(one, f"{path} {name}")]


OURS = [path for group in COMMANDS for path in commands(group, f"engage {group.name}")]


@pytest.mark.parametrize("command", [*OURS, "engage tally", "engage db upgrade"])
def test_each_command_stands_in_the_documents(command):
    assert command in DOCUMENTS


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`engage ([a-z-]+)", DOCUMENTS))))
def test_the_documents_name_no_command_that_is_not_there(command):
    assert command in {"tally", "db", *(group.name for group in COMMANDS)} - HIDDEN


def test_each_setting_stands_in_the_documents():
    source = (ROOT / "config.py").read_text(encoding="utf-8")
    settings = set(re.findall(r'environ\.get\(\s*"([A-Z_]+)"', source))
    assert sorted(s for s in settings if f"`{s}`" not in DOCUMENTS) == []


def test_the_engage_command_lists_its_groups():
    assert engage.name == "engage"


@pytest.mark.parametrize("target", ["demo", "test", "install", "lint", "bench", "help"])
def test_make_help_lists_each_target(target):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.*## ", makefile, flags=re.M)


def test_the_demo_is_served_with_options_that_the_server_knows(tmp_path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    options = re.search(r"gunicorn (.*?) --bind", makefile)[1].split()
    gunicorn = Path(sys.executable).parent / "gunicorn"
    ran = subprocess.run(
        [str(gunicorn), *options, "--check-config", "engage.app:create_app()"],
        env={**os.environ, "ENGAGE_ENV": "testing", "ENGAGE_VAR": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
