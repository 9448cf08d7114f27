"""Every route says who may open it, and keeps its word for every role."""

import ast
import inspect
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from engage.permissions import Permission, Role, may
from engage.web.access import PUBLIC
from tests.conftest import make_account, sign_in

ANONYMOUS = "anonymous"
WHO = [ANONYMOUS, *Role]
#: How a request that was not meant, or not allowed, may be answered.
REFUSALS = {400, 401, 403, 404, 405, 409, 410, 422, 429, 503}
#: What an auditor may send: only what concerns the auditor's own account.
OWN = {PUBLIC, Permission.OWN_ACCOUNT}


def view_of(app: Flask, endpoint: str) -> Callable[..., Any]:
    return app.view_functions[endpoint]


def silent_views(app: Flask) -> list[str]:
    """Endpoints whose view does not say who may open it; Flask's own static files aside."""
    return [
        name
        for name, view in app.view_functions.items()
        if name != "static" and getattr(view, "access", None) not in (PUBLIC, *Permission)
    ]


def routes(app: Flask, method: str) -> list[tuple[str, Any]]:
    """Path and access of every route that takes ``method``, with rubbish for its parameters."""
    found = [
        (path_of(app, rule), view_of(app, rule.endpoint).access)  # type: ignore[attr-defined]
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and method in (rule.methods or ())
    ]
    assert found
    return sorted(found, key=str)


def path_of(app: Flask, rule: Rule) -> str:
    values: dict[str, Any] = {}
    for name in rule.arguments:
        match rule._converters[name]:
            case IntegerConverter():
                values[name] = 987
            case AnyConverter() as converter:
                values[name] = min(converter.items)
            case _:
                values[name] = "no-such-thing"
    return app.url_map.bind("localhost").build(rule.endpoint, values)


@pytest.fixture
def browse(app: Flask) -> Callable[[str], Any]:
    """A browser in which somebody of that role is signed in; nobody for ANONYMOUS."""

    def start(who: str) -> Any:
        if who == ANONYMOUS:
            return app.test_client()
        return sign_in(app, make_account(f"Somebody {who}", Role(who))).client

    return start


def test_every_view_says_who_may_open_it(app):
    assert silent_views(app) == []


def test_a_silent_view_is_found():
    scratch = Flask("scratch")
    scratch.add_url_rule("/silent", "silent", lambda: "hello")
    assert silent_views(scratch) == ["silent"]


@pytest.mark.once
@pytest.mark.parametrize("who", WHO)
def test_every_page_opens_for_those_who_may_and_for_nobody_else(app, browse, who):
    client, wrong = browse(who), []
    for path, access in routes(app, "GET"):
        answer = client.get(path)
        if not keeps_its_word(answer, who, access):
            wrong.append((path, access, answer.status_code))
    assert wrong == []


def keeps_its_word(answer: Any, who: str, access: Any) -> bool:
    """Say whether a page did what it should: open, ask to sign in, or refuse."""
    if access == PUBLIC or (who != ANONYMOUS and may(who, access, reading=True)):
        return answer.status_code < 500 and answer.status_code not in (401, 403)
    if who == ANONYMOUS:
        return answer.status_code == 302 and urlsplit(answer.location).path == "/sign-in/"
    return bool(answer.status_code == 403)


@pytest.mark.once
@pytest.mark.parametrize("who", WHO)
def test_nothing_is_done_for_a_form_without_its_token(app, browse, who):
    client, wrong = browse(who), []
    for path, access in routes(app, "POST"):
        status = client.post(path, data={"name": "x"}).status_code
        allowed = access == PUBLIC or (who != ANONYMOUS and may(who, access))
        expected = REFUSALS if allowed else {401} if who == ANONYMOUS else {403}
        if status not in expected:
            wrong.append((path, access, status))
    assert wrong == []


def test_an_auditor_changes_nothing(app, browse):
    client = browse(Role.AUDITOR)
    answers = {
        path: client.post(path).status_code
        for path, access in routes(app, "POST")
        if access not in OWN
    }
    assert {path: status for path, status in answers.items() if status != 403} == {}


def test_no_route_changes_anything_by_put_patch_or_delete(app):
    used = {method for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    assert used <= {"GET", "HEAD", "OPTIONS", "POST"}


# A rubbish id is answered 404 before any form is looked at, so the code itself is read too --------


def names_used(function: ast.FunctionDef) -> set[str]:
    named = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return named | {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}


def asks_a_form(view: Callable[..., Any]) -> bool:
    """Say whether ``view``, or a function of its module that it uses, validates one."""
    plain = inspect.unwrap(view)
    module = inspect.getmodule(plain)
    assert module is not None
    functions = {
        node.name: names_used(node)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.FunctionDef)
    }
    seen: set[str] = set()
    waiting = [plain.__name__]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        if {"validate_on_submit", "validate"} & functions[name]:
            return True
        waiting += functions[name]
    return False


#: What a machine posts: a mail program's one click (RFC 8058), whose link is the leave to do it,
#: and a provider's report, which brings a secret of its own.
MACHINES = {"messages.stop", "messages.notify"}


def test_every_view_that_takes_a_form_asks_whether_it_was_meant(app):
    taking = {r.endpoint for r in app.url_map.iter_rules() if "POST" in (r.methods or ())}
    taking -= MACHINES
    assert [name for name in sorted(taking) if not asks_a_form(view_of(app, name))] == []


def test_a_view_that_asks_no_form_is_found():
    assert not asks_a_form(careless_view)
    assert asks_a_form(careful_view)


def careless_view() -> str:
    return "done"


def careful_view(form: Any = None) -> str:
    return "done" if form.validate_on_submit() else "not done"
