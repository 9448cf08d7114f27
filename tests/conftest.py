"""What every test may ask for: an application, a database, people, and pages that are checked.

People have names: Aisha (a resident, 14), Bryn (secretary of a community council), Carys (officer),
Dev (an outsider, who is refused everywhere), Ada (administrator), Audrey (auditor), Anil (analyst).

The database is SQLite, or PostgreSQL where ENGAGE_TEST_DATABASE_URL names a server's database.
Each test that asks for one gets an empty, migrated database; a test that doesn't ask can't connect.
"""

import contextvars
import gc
import os
import re
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from bs4 import BeautifulSoup, Tag
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from engage.accounts import rules
from engage.accounts.models import Account, SignInSession
from engage.accounts.rules import token_hash
from engage.app import create_app
from engage.extensions import db, limiter
from engage.permissions import Role

SHARED = Path(
    os.environ.get("ENGAGE_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
)
SERVER_URL = os.environ.get("ENGAGE_TEST_DATABASE_URL", "")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def shared_data() -> Path:
    """The folder of real files; the test is skipped, and says so, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"the folder of real files is not at {SHARED}: set ENGAGE_SHARED_DATA")
    return SHARED


@pytest.fixture
def now() -> datetime:
    """The instant at which the tests' stories happen."""
    return NOW


#: What a test asks for that works on the database.
DATABASE = {"app", "migrated", "scratch_app", "server_url", "built"}
#: What a test asks for that opens pages.
PAGES = {"site", "as_person"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what ran on SQLite and can't differ.

    That is what touches no database. Of the tests of pages the short form takes the first of each
    file, and none that is marked “once”; with ENGAGE_TEST_EVERY_PAGE set (`make
    pages-on-postgresql`) all of them run.
    """
    if SERVER_URL:
        seen: set[str] = set()
        kept, left = [], []
        for item in items:
            used, file = set(getattr(item, "fixturenames", ())), item.nodeid.partition("::")[0]
            is_short = "ENGAGE_TEST_EVERY_PAGE" not in os.environ
            is_page = bool(PAGES & used) and is_short
            ran = (is_page and file in seen) or (is_short and item.get_closest_marker("once"))
            (kept if DATABASE & used and not ran else left).append(item)
            if is_page:
                seen.add(file)
        config.hook.pytest_deselected(items=left)
        items[:] = kept


# A test that doesn't ask for the database or the network can't reach them -----------------------


@pytest.fixture(autouse=True)
def _no_connections(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not DATABASE & set(request.fixturenames):

        def refuse(*args: Any, **kwargs: Any) -> None:
            raise AssertionError("this test did not ask for a database: use `app` or `session`")

        monkeypatch.setattr(Engine, "connect", refuse)
    if "live_site" not in request.fixturenames and "network" not in request.fixturenames:
        real = socket.socket.connect

        def guarded(self: socket.socket, address: Any) -> Any:
            local = isinstance(address, str) or address[0] in ("127.0.0.1", "localhost", "::1")
            if local and SERVER_URL:
                return real(self, address)
            raise AssertionError(f"this test did not ask for the network: {address}")

        monkeypatch.setattr(socket.socket, "connect", guarded)


# Nothing here must survive a crash, and no secret is one ----------------------------------------

#: The real settings, for the tests of them: hashing with these takes 40 ms, and thousands do.
HASHER = rules._HASHER


@pytest.fixture(scope="session", autouse=True)
def _in_haste() -> Iterator[None]:
    """Hash passwords and codes by Argon2 at its cheapest, and don't wait for the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(os, "fsync", lambda file: None)
        event.listen(Engine, "connect", _wait_for_no_disk)
        gc.freeze()  # what is imported stays, and need not be looked at for garbage again
        yield
        event.remove(Engine, "connect", _wait_for_no_disk)


def _wait_for_no_disk(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


# Application and database ---------------------------------------------------------------------


def settings_for(folder: Path, url: str) -> dict[str, Any]:
    """Settings of an application that keeps everything inside ``folder``."""
    return {
        "TESTING": True,
        "ENGAGE_ENV": "testing",
        "SECRET_KEY": "only for tests, and long enough for production",
        "SQLALCHEMY_DATABASE_URI": url,
        "KEY_DIRECTORY": str(folder / "keys"),
        "ANCHOR_DIRECTORY": str(folder / "anchors"),
        "MAIL_DIRECTORY": str(folder / "mail"),
        "MAILER": "memory",
        "RATELIMIT_ENABLED": False,
        "BASE_URL": "http://localhost",
        "SERVER_NAME": None,
    }


@pytest.fixture(scope="session")
def server_url() -> str:
    """The PostgreSQL database of this worker, made empty; '' where the tests run on SQLite.

    Workers side by side have a database each, named after the server's own and the worker.
    """
    if not SERVER_URL:
        return ""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    address, name = SERVER_URL.rsplit("/", 1)
    server = sa.create_engine(SERVER_URL, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        if worker:
            connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}_{worker}"'))
            connection.execute(sa.text(f'CREATE DATABASE "{name}_{worker}"'))
        else:
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
    server.dispose()
    return f"{address}/{name}_{worker}" if worker else SERVER_URL


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, server_url: str) -> str:
    """Migrate once; SQLite tests copy the file, PostgreSQL tests empty the tables."""
    os.environ.setdefault("ENGAGE_ENV", "testing")
    folder = tmp_path_factory.mktemp("migrated")
    url = server_url or f"sqlite:///{folder / 'template.db'}"
    app = create_app(settings_for(folder, url))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
    return url


class Client(FlaskClient):
    """A test client whose requests stand alone, as on a server.

    Flask lends a test's own application context to every request made inside it, and with it who
    is signed in. Here each request starts from nothing: it sees what was committed, and the test
    sees afterwards what the request committed.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if not has_app_context():  # a redirect that is followed, already on its own
            return super().open(*args, **kwargs)
        db.session.commit()
        kwargs.setdefault("buffered", True)
        response: TestResponse = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.expire_all()
        return response


@pytest.fixture(scope="session")
def built(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The one application of this worker: building it takes longer than most tests do."""
    folder = tmp_path_factory.mktemp("application")
    url = migrated if SERVER_URL else f"sqlite:///{folder / 'engage.db'}"
    app = create_app(settings_for(folder, url))
    app.test_client_class = Client
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(built: Flask, migrated: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database and with fresh settings, inside its context."""
    with fresh_app(built, migrated, tmp_path) as app:
        yield app


@contextmanager
def fresh_app(built: Flask, migrated: str, tmp_path: Path) -> Iterator[Flask]:
    """The application as a test finds it; ``tmp_path`` holds all that it keeps in files."""
    settings = dict(built.config)
    url = settings["SQLALCHEMY_DATABASE_URI"]
    built.config.update(settings_for(tmp_path, url))
    limiter.enabled = False  # it is one for all applications, and a test's own may have set it
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "anchors").mkdir(mode=0o700)
    if not SERVER_URL:
        file = Path(url.removeprefix("sqlite:///"))
        for rest in file.parent.glob("engage.db*"):
            rest.unlink()
        shutil.copy(migrated.removeprefix("sqlite:///"), file)
    with built.app_context():
        if SERVER_URL:
            empty_tables()
        yield built
        db.session.remove()
        if not SERVER_URL:  # a connection that stays knows the tables: a new one is slow at first
            db.engine.dispose()
    built.extensions.pop("mailer", None)
    built.config.clear()
    built.config.update(settings)


def empty_tables() -> None:
    """Empty every table of a PostgreSQL database, past the triggers that guard them."""
    filled = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in db.metadata.tables
    )
    with db.engine.begin() as connection:
        connection.execute(sa.text("DISCARD TEMP"))  # the connection is that of the test before
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        for table in connection.scalars(sa.text(filled)).all():
            # Truncating is slow for many tables, deleting leaves much behind in a large one.
            if connection.scalar(sa.text(f'SELECT count(*) FROM "{table}"')) > 500:
                connection.execute(sa.text(f'TRUNCATE "{table}" CASCADE'))
            else:
                connection.execute(sa.text(f'DELETE FROM "{table}"'))
        used = "SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"
        for sequence in connection.scalars(sa.text(used)).all():
            connection.execute(sa.text(f'ALTER SEQUENCE "{sequence}" RESTART'))
        connection.execute(
            sa.text("INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, :zero)"),
            {"zero": "0" * 64},
        )


@pytest.fixture
def session(app: Flask) -> Any:
    """The database session of the test."""
    return db.session


# People ---------------------------------------------------------------------------------------


def make_account(name: str, role: Role) -> Account:
    """Make an account that signs in without a password (``sign_in``)."""
    account = Account(
        name=name, email=f"{name.lower()}@example.org", role=role.value, created_at=NOW
    )
    db.session.add(account)
    db.session.commit()
    return account


@pytest.fixture
def aisha(app: Flask) -> Account:
    return make_account("Aisha", Role.RESIDENT)


@pytest.fixture
def bryn(app: Flask) -> Account:
    return make_account("Bryn", Role.REPRESENTATIVE)


@pytest.fixture
def carys(app: Flask) -> Account:
    return make_account("Carys", Role.OFFICER)


@pytest.fixture
def dev(app: Flask) -> Account:
    return make_account("Dev", Role.RESIDENT)


@pytest.fixture
def ada(app: Flask) -> Account:
    return make_account("Ada", Role.ADMINISTRATOR)


@pytest.fixture
def audrey(app: Flask) -> Account:
    return make_account("Audrey", Role.AUDITOR)


@pytest.fixture
def anil(app: Flask) -> Account:
    return make_account("Anil", Role.ANALYST)


# Pages ----------------------------------------------------------------------------------------


VOID = "area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr"


class _Page(BeautifulSoup):
    """A parsed page that notices end tags which close nothing, or something else than is open."""

    def __init__(self, html: str) -> None:
        self.crossed = [f"{tag} closes nothing" for tag in re.findall(rf"</(?:{VOID})\b", html)]
        super().__init__(html, "html.parser")

    def handle_endtag(self, name: str, nsprefix: str | None = None) -> None:
        if self.currentTag is None or self.currentTag.name != name:
            self.crossed.append(f"</{name}> closes <{getattr(self.currentTag, 'name', '')}>")
        super().handle_endtag(name, nsprefix)


def check_page(html: str) -> BeautifulSoup:
    """Assert what must hold on every page, and return it for more questions.

    Nearly every test opens pages, so the page is parsed once and walked once.
    """
    soup = _Page(html)
    assert not soup.crossed, soup.crossed[0]
    tags = [tag for tag in soup.descendants if isinstance(tag, Tag)]
    assert sum(tag.name == "h1" for tag in tags) == 1, "a page has one <h1>"
    assert soup.title, "a page has a title"
    assert len(soup.title.text.split("–")[0].strip()) > 1, "the title says what the page is"
    ids = [tag["id"] for tag in tags if "id" in tag.attrs]
    assert len(ids) == len(set(ids)), (
        f"ids stand twice: {sorted(i for i in ids if ids.count(i) > 1)}"
    )
    labelled = {tag.get("for") for tag in tags if tag.name == "label"} - {None}
    for tag in tags:
        _check_tag(tag, set(ids), labelled)
    return soup


def _check_tag(tag: Tag, ids: set[Any], labelled: set[Any]) -> None:
    """Assert what must hold for one element of a page with these ids and labels."""
    name, attributes = tag.name, tag.attrs
    if name in ("input", "select", "textarea"):
        hidden = attributes.get("type") in ("hidden", "submit", "button")
        named = hidden or attributes.get("aria-label") or attributes.get("id") in labelled
        assert named, f"{attributes.get('name')} has no label"
    for target in attributes.get("aria-describedby", "").split():
        assert target in ids, f"aria-describedby names {target}, which is not on the page"
    inline = name == "style" or (name == "script" and "src" not in attributes)
    inline = inline or bool({"style", "onclick"} & attributes.keys())
    assert not inline, "inline script or style"
    if name == "form" and attributes.get("method") == "post":
        assert tag.find("input", {"name": "csrf_token"}), "a posted form has no token"


class Site:
    """A browser without a screen: opens pages, checks them, sends forms as a person would."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.response: TestResponse | None = None
        #: Address and values of the form that was sent last, as a browser keeps them.
        self.sent: tuple[str, dict[str, Any]] = ("", {})

    def open(self, path: str, status: int = 200) -> BeautifulSoup:
        """Open a page (following redirects), check it, and return it."""
        self.response = self.client.get(path, follow_redirects=True)
        assert self.response.status_code == status, f"{path}: {self.response.status_code}"
        return check_page(self.response.text)

    def send(
        self,
        path: str,
        data: dict[str, Any] | None = None,
        *,
        form: str | None = None,
        status: int = 200,
        button: str | None = None,
    ) -> BeautifulSoup:
        """Open ``path``, fill in its form with ``data`` over what already stands there, send it.

        ``form`` is the action of the form to send where the page has several. Lists give several
        values; None takes a value out. Follows redirects; ``status`` is what the last page answers.
        """
        page = self.open(path)
        return self.send_on(page, path, data, form=form, status=status, button=button)

    def send_on(
        self,
        page: BeautifulSoup,
        path: str,
        data: dict[str, Any] | None = None,
        *,
        form: str | None = None,
        status: int = 200,
        button: str | None = None,
    ) -> BeautifulSoup:
        """As ``send``, on a page that is already open."""
        forms = [
            f for f in page.select("form[method=post]") if form is None or f.get("action") == form
        ]
        assert forms, f"no form to send on {path}"
        values = _values(forms[0])
        for name, value in (data or {}).items():
            values.pop(name, None)
            if value is not None:
                values[name] = value
        if button:
            values[button] = "yes"
        self.sent = (forms[0].get("action") or path, values)
        self.response = self.client.post(self.sent[0], data=values, follow_redirects=True)
        assert self.response.status_code == status, (
            f"{path}: {self.response.status_code} {_problems(self.response.text)}"
        )
        return check_page(self.response.text)


def _problems(html: str) -> list[str]:
    summary = BeautifulSoup(html, "html.parser").select(".ds_error-summary li")
    return [item.text.strip() for item in summary]


def _values(form: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for control in form.select("input[name], textarea[name], select[name]"):
        kind, name = control.get("type", "text"), control["name"]
        if control.name == "textarea":
            values[name] = control.text.removeprefix("\n")
        elif control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            if chosen:
                values[name] = chosen.get("value", chosen.text)
        elif kind in ("radio", "checkbox"):
            if control.has_attr("checked"):
                values.setdefault(name, []).append(control.get("value", "on"))
        elif kind not in ("file", "submit", "button"):
            values[name] = control.get("value", "")
    return values


@pytest.fixture
def site(app: Flask) -> Site:
    """The site as somebody sees it who has not signed in."""
    return Site(app.test_client())


def sign_in(app: Flask, account: Account) -> Site:
    """The site as ``account`` sees it, signed in."""
    token = f"test-session-of-{account.id}-{os.urandom(8).hex()}"
    db.session.add(
        SignInSession(
            token_hash=token_hash(token),
            account_id=account.id,
            # for a test that holds the clock at NOW, and for one that doesn't
            expires_at=max(datetime.now(UTC), NOW) + timedelta(hours=1),
        )
    )
    db.session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return Site(client)


@pytest.fixture
def as_person(app: Flask) -> Any:
    """Call with an account: the site as that person sees it."""
    return lambda account: sign_in(app, account)
