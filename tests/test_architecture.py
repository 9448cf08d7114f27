"""The shape of the code: who imports whom, what a file of each name may do, no hidden imports."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engage.app import BLUEPRINTS

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "engage").rglob("*.py"))
SLICES = sorted(p.name for p in (ROOT / "engage").iterdir() if (p / "__init__.py").is_file())
BANNED = {"utils", "helpers", "common", "base", "core", "manager", "service", "misc", "util"}


def named(*kinds: str) -> list[Path]:
    """Modules whose file, or whose folder inside a slice, has one of these names."""
    return [m for m in MODULES if m.stem in kinds or m.parent.name in kinds]


def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def ids(modules: list[Path]) -> dict[str, object]:
    return {"argvalues": modules, "ids": [str(m.relative_to(ROOT)) for m in modules]}


def calls(module: Path) -> set[str]:
    """Dotted names of everything that a module calls."""
    return {ast.unparse(node.func) for node in ast.walk(tree(module)) if isinstance(node, ast.Call)}


def test_imports_run_downwards_only():
    ran = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("module", **ids(MODULES))
def test_every_module_says_what_it_is(module):
    assert ast.get_docstring(tree(module)), "a module opens with one sentence"


@pytest.mark.parametrize("module", **ids(MODULES))
def test_no_import_hides_in_a_function(module):
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            hidden = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not hidden, f"{node.name} imports at line {hidden[0].lineno}"


@pytest.mark.parametrize("module", **ids(MODULES))
def test_names_say_what_they_hold(module):
    assert module.stem not in BANNED
    assert module.parent.name not in BANNED


@pytest.mark.parametrize("module", **ids(named("rules", "actions", "queries", "models", "forms")))
def test_only_views_commands_and_jobs_commit(module):
    assert not {c for c in calls(module) if c.endswith("session.commit")}


@pytest.mark.parametrize(
    "module", **ids(named("rules", "actions", "queries", "models", "forms", "exports"))
)
def test_only_the_edge_asks_the_time(module):
    if module == ROOT / "engage" / "accounts" / "queries.py":
        return  # open_session is called by Flask-Login, which hands down no instant
    asked = {
        c for c in calls(module) if re.search(r"(clock\.(now|today)|datetime\.now|date\.today)$", c)
    }
    assert not asked


@pytest.mark.parametrize("module", **ids(named("forms")))
def test_forms_are_given_what_they_judge(module):
    imported = {
        alias.name if isinstance(node, ast.Import) else node.module or ""
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert not [name for name in imported if "sqlalchemy" in name or name.endswith(".queries")]


@pytest.mark.parametrize("module", **ids(named("rules", "actions", "queries")))
def test_public_functions_have_types_and_a_docstring(module):
    for node in tree(module).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"
            assert node.returns is not None, f"{node.name} has no return type"


def test_the_architecture_page_has_a_line_for_each_room():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [s for s in SLICES if f"`{s}/`" not in text] == []


def test_templates_stand_in_the_folder_of_their_slice():
    folders = {p.name for p in (ROOT / "templates").iterdir() if p.is_dir()}
    blueprints = {blueprint.name.removesuffix("_manage") for blueprint in BLUEPRINTS}
    assert folders <= {
        *SLICES,
        *blueprints,
        "rounds_manage",
        "voting_manage",
        "delivery_manage",
        "errors",
    }
