"""The least that a Flask application can do: a page of a list, and a view that writes one row.

Served by gunicorn beside Engage (``serving.py``), with the same number of workers on the same
PostgreSQL. No session, no form, no token, no template that extends another.
"""

import os
from pathlib import Path

from flask import Flask, redirect, render_template, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.wrappers import Response


class Base(DeclarativeBase):
    """Flask-SQLAlchemy's usual base."""


db = SQLAlchemy(model_class=Base)


class Row(db.Model):  # type: ignore[name-defined, misc]
    """What somebody chose."""

    __tablename__ = "bare_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    choice: Mapped[str]


def create_app() -> Flask:
    """Build the application from BARE_DATABASE, BARE_PROJECTS and BARE_WORDS."""
    app = Flask(__name__, template_folder=str(Path(__file__).parent))
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["BARE_DATABASE"]
    db.init_app(app)
    with app.app_context():
        db.create_all()
    projects = _lines(int(os.environ["BARE_PROJECTS"]), os.environ["BARE_WORDS"])

    @app.get("/")
    def page() -> str:
        return render_template("bare.html", projects=projects)

    @app.get("/<int:number>/")
    def page_of(number: int) -> str:
        return render_template("bare.html", projects=_lines(number, os.environ["BARE_WORDS"]))

    @app.post("/")
    def write() -> Response:
        db.session.add(Row(choice=request.form["choice"]))
        db.session.commit()
        return redirect("/", 303)

    return app


def _lines(number: int, words: str) -> list[dict[str, object]]:
    return [
        {"number": n, "title": f"Project {n}", "cost": 100_000 + n, "words": words}
        for n in range(1, number + 1)
    ]
