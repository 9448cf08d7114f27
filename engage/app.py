"""The application: the only module that knows every feature."""

import gc
import os
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, has_request_context, request, url_for
from flask_babel import get_locale
from flask_login import current_user
from werkzeug.middleware.proxy_fix import ProxyFix

import config as configuration
import engage.accounts.commands
import engage.accounts.manage
import engage.accounts.views
import engage.audit.commands
import engage.audit.views
import engage.bodies.commands
import engage.bodies.manage.areas
import engage.bodies.manage.communities
import engage.bodies.manage.importing
import engage.bodies.manage.mapping
import engage.bodies.manage.merging
import engage.bodies.manage.network
import engage.bodies.manage.register
import engage.bodies.manage.representing
import engage.bodies.manage.reviews
import engage.bodies.manage.wishes
import engage.bodies.views.hearing
import engage.bodies.views.places
import engage.bodies.views.register
import engage.bodies.views.representing
import engage.bodies.views.reviews
import engage.bodies.views.wishes
import engage.budgeting.commands
import engage.budgeting.gates
import engage.budgeting.manage.approvals
import engage.budgeting.manage.assisted
import engage.budgeting.manage.award_money
import engage.budgeting.manage.charter
import engage.budgeting.manage.delivery
import engage.budgeting.manage.discussion
import engage.budgeting.manage.evaluation
import engage.budgeting.manage.events
import engage.budgeting.manage.hall
import engage.budgeting.manage.keys
import engage.budgeting.manage.lists
import engage.budgeting.manage.merging
import engage.budgeting.manage.papers_entering
import engage.budgeting.manage.papers_marking
import engage.budgeting.manage.proposing
import engage.budgeting.manage.reviewers
import engage.budgeting.manage.reviews
import engage.budgeting.manage.rounds
import engage.budgeting.manage.screening
import engage.budgeting.manage.seals
import engage.budgeting.manage.setting_up
import engage.budgeting.manage.voting
import engage.budgeting.manage.withdrawing
import engage.budgeting.manage.wordings
import engage.budgeting.views.award_reports
import engage.budgeting.views.awards
import engage.budgeting.views.delivery
import engage.budgeting.views.discussion
import engage.budgeting.views.draft_pictures
import engage.budgeting.views.events
import engage.budgeting.views.hall
import engage.budgeting.views.left_out
import engage.budgeting.views.merging
import engage.budgeting.views.proposals
import engage.budgeting.views.proposing
import engage.budgeting.views.replying
import engage.budgeting.views.reviewing
import engage.budgeting.views.rounds
import engage.budgeting.views.seals
import engage.budgeting.views.second
import engage.budgeting.views.voting
import engage.budgeting.views.ways
import engage.budgeting.views.withdrawing
import engage.consultations.gates
import engage.consultations.manage
import engage.consultations.views.answering
import engage.consultations.views.reading
import engage.demo.commands
import engage.engagements.manage.calendar
import engage.engagements.manage.decisions
import engage.engagements.manage.declinations
import engage.engagements.manage.event_records
import engage.engagements.manage.events
import engage.engagements.manage.file
import engage.engagements.manage.leap
import engage.engagements.manage.matrix
import engage.engagements.manage.methods
import engage.engagements.manage.outreach
import engage.engagements.manage.packs
import engage.engagements.manage.place_standard
import engage.engagements.manage.standard_answers
import engage.engagements.manage.standard_versions
import engage.engagements.manage.standards
import engage.engagements.manage.support
import engage.engagements.manage.together
import engage.engagements.views.assessments
import engage.engagements.views.calendar
import engage.engagements.views.declinations
import engage.engagements.views.engagements
import engage.engagements.views.events
import engage.engagements.views.matrix
import engage.engagements.views.place_standard
import engage.engagements.views.planning
import engage.engagements.views.seats
import engage.engagements.views.support
import engage.evidence.views.efforts
import engage.evidence.views.reports
import engage.evidence.views.telling
import engage.home.views
import engage.influence.gates
import engage.influence.manage
import engage.influence.views
import engage.messages.commands
import engage.messages.manage
import engage.messages.views
import engage.partners.views
import engage.places.commands
import engage.places.manage
import engage.places.views
import engage.plans.manage.community
import engage.plans.manage.drafts
import engage.plans.views.community
import engage.plans.views.drafts
import engage.requests.manage.deciding
import engage.requests.manage.requests
import engage.requests.views.own
import engage.requests.views.requests
import engage.web.kept_pictures
from engage import clock
from engage.accounts.rules import source_of
from engage.engagements import gates
from engage.engagements.queries.assessments import plan_unscreened
from engage.extensions import babel, db, limiter, login_manager, migrate
from engage.partners.queries import partnership, partnership_seen
from engage.permissions import Permission
from engage.web import compression, filters, language, leaving, security
from engage.web.access import can
from engage.web.errors import register_errors
from engage.web.forms import ActionForm, anchor

ROOT = Path(__file__).resolve().parent.parent

BLUEPRINTS = (
    language.bp,
    engage.home.views.bp,
    engage.accounts.views.bp,
    engage.accounts.manage.bp,
    engage.audit.views.bp,
    engage.messages.views.bp,
    engage.messages.manage.bp,
    engage.places.views.bp,
    engage.places.manage.bp,
    engage.partners.views.bp,
    engage.bodies.views.hearing.bp,
    engage.bodies.manage.register.bp,
    engage.bodies.views.representing.bp,
    engage.bodies.manage.representing.bp,
    engage.bodies.manage.communities.bp,
    engage.bodies.manage.areas.bp,
    engage.bodies.manage.network.bp,
    engage.bodies.manage.mapping.bp,
    engage.bodies.views.places.bp,
    engage.bodies.manage.merging.bp,
    engage.bodies.manage.importing.bp,
    engage.bodies.views.reviews.bp,
    engage.bodies.manage.reviews.bp,
    engage.bodies.views.wishes.bp,
    engage.bodies.manage.wishes.bp,
    engage.engagements.views.planning.bp,
    engage.engagements.views.declinations.bp,
    engage.engagements.views.matrix.bp,
    engage.engagements.views.support.bp,
    engage.engagements.manage.declinations.bp,
    engage.engagements.manage.matrix.bp,
    engage.engagements.manage.outreach.bp,
    engage.engagements.manage.support.bp,
    engage.engagements.manage.together.bp,
    engage.engagements.views.calendar.bp,
    engage.engagements.views.engagements.bp,
    engage.engagements.manage.file.bp,
    engage.engagements.manage.packs.bp,
    engage.engagements.manage.leap.bp,
    engage.engagements.manage.standards.bp,
    engage.engagements.manage.decisions.bp,
    engage.engagements.manage.calendar.bp,
    engage.engagements.views.seats.bp,
    engage.engagements.views.assessments.bp,
    engage.engagements.views.events.bp,
    engage.engagements.manage.events.bp,
    engage.engagements.manage.event_records.bp,
    engage.engagements.manage.methods.bp,
    engage.engagements.views.place_standard.bp,
    engage.engagements.manage.standard_versions.bp,
    engage.engagements.manage.place_standard.bp,
    engage.engagements.manage.standard_answers.bp,
    engage.plans.views.drafts.bp,
    engage.plans.manage.drafts.bp,
    engage.plans.views.community.bp,
    engage.plans.manage.community.bp,
    engage.consultations.views.reading.bp,
    engage.consultations.views.answering.bp,
    engage.consultations.manage.bp,
    engage.web.kept_pictures.bp,
    engage.budgeting.views.draft_pictures.bp,
    engage.budgeting.views.proposals.bp,
    engage.budgeting.views.proposing.bp,
    engage.budgeting.views.replying.bp,
    engage.budgeting.views.withdrawing.bp,
    engage.budgeting.views.left_out.bp,
    engage.budgeting.views.merging.bp,
    engage.budgeting.views.reviewing.bp,
    engage.budgeting.views.rounds.bp,
    engage.budgeting.views.discussion.bp,
    engage.budgeting.views.events.bp,
    engage.budgeting.views.hall.bp,
    engage.budgeting.views.voting.bp,
    engage.budgeting.manage.setting_up.bp,
    engage.budgeting.manage.hall.bp,
    engage.budgeting.manage.charter.bp,
    engage.budgeting.manage.proposing.bp,
    engage.budgeting.manage.discussion.bp,
    engage.budgeting.manage.events.bp,
    engage.budgeting.manage.screening.bp,
    engage.budgeting.manage.wordings.bp,
    engage.budgeting.manage.reviewers.bp,
    engage.budgeting.manage.merging.bp,
    engage.budgeting.manage.withdrawing.bp,
    engage.budgeting.manage.rounds.bp,
    engage.budgeting.manage.voting.bp,
    engage.budgeting.manage.papers_entering.bp,
    engage.budgeting.manage.approvals.bp,
    engage.budgeting.manage.reviews.bp,
    engage.budgeting.views.second.bp,
    engage.budgeting.views.seals.bp,
    engage.budgeting.manage.keys.bp,
    engage.budgeting.manage.seals.bp,
    engage.budgeting.views.delivery.bp,
    engage.budgeting.views.awards.bp,
    engage.budgeting.manage.delivery.bp,
    engage.budgeting.manage.evaluation.bp,
    engage.budgeting.manage.assisted.bp,
    engage.budgeting.manage.lists.bp,
    engage.requests.views.own.bp,
    engage.requests.manage.deciding.bp,
    engage.influence.views.bp,
    engage.influence.manage.bp,
    engage.evidence.views.reports.bp,
    engage.evidence.views.efforts.bp,
    engage.evidence.views.telling.bp,
)
COMMANDS = (
    engage.places.commands.places,
    engage.accounts.commands.accounts,
    engage.bodies.commands.bodies,
    engage.budgeting.commands.budgeting,
    engage.audit.commands.audit,
    engage.messages.commands.messages,
    engage.demo.commands.demo,
)


#: What must be done before an engagement opens or closes: its own checks, then those of the rooms
#: above it, each of which names them itself.
GATE_CHECKS = (
    *gates.CHECKS,
    *engage.consultations.gates.CHECKS,
    *engage.budgeting.gates.CHECKS,
    *engage.influence.gates.CHECKS,
)


class Engage(Flask):
    """A Flask application whose log names the route of an error, not the address.

    An address may hold a one-time link that nobody has used yet.
    """

    def log_exception(self, exc_info: Any) -> None:
        """Log an error of ours with its stack."""
        self.logger.error("Error on %s %s", request.method, request.url_rule, exc_info=exc_info)


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Build the application from the environment; ``config`` overrides single settings (tests).

    Raises config.SettingsRefused where production lacks a setting it can't run without.
    """
    app = Engage("engage", template_folder=ROOT / "templates", static_folder=ROOT / "static")
    app.config.update(configuration.settings(os.environ))
    app.config.update(config or {})
    _make_folders(app)
    security.register_security(app)  # first, so that its headers are set last
    compression.register_compression(app)
    _start_extensions(app)
    register_errors(app)
    leaving.refuse_forms_of_who_left(app)
    _set_up_templates(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    gates.register(app, GATE_CHECKS)
    for command in COMMANDS:
        app.cli.add_command(command)
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    if not app.testing:
        # What stands now stays, and a page's rows live as long as the page: thousands of them
        # make nobody look through everything for garbage.
        gc.freeze()
        gc.set_threshold(20_000)
    return app


def _make_folders(app: Flask) -> None:
    """Make the folders that development writes to; production's stand already."""
    if app.config["ENGAGE_ENV"] == "production":
        return
    uri = app.config["SQLALCHEMY_DATABASE_URI"]
    if uri.startswith("sqlite:///") and uri != "sqlite:///:memory:":
        Path(uri.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    for folder in ("KEY_DIRECTORY", "ANCHOR_DIRECTORY"):
        Path(app.config[folder]).mkdir(mode=0o700, parents=True, exist_ok=True)


def _start_extensions(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    login_manager.init_app(app)
    login_manager.session_protection = None  # sessions are rows of our own: accounts.queries
    limiter.init_app(app)
    babel.init_app(app, locale_selector=language.chosen_language)
    engage.accounts.views.register_loader(login_manager)
    app.extensions["sender"] = lambda: source_of(request.remote_addr)
    app.extensions["plan_unscreened"] = plan_unscreened
    app.extensions["own_council_code"] = lambda: partnership().council_code


#: Addresses kept at the most, about a hundred bytes each.
MOST_ADDRESSES = 20_000


def _set_up_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    language.register_words(app)
    for function in filters.ALL:
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals.update(
        can=can,
        url_for=partial(_url_for, {}),
        anchor=anchor,
        Permission=Permission,
        csp_nonce=security.csp_nonce,
        get_locale=get_locale,
        zip=zip,
    )

    @app.context_processor
    def shared() -> dict[str, Any]:
        return {
            "partnership": partnership_seen() if "database_is_away" in g else partnership(),
            "languages": app.config["LANGUAGES"],
            "now": _now,
            "button": ActionForm,
            "here": request.full_path.rstrip("?") if request.method == "GET" else request.path,
            "signed_in": current_user.is_authenticated,
        }


def _url_for(known: dict[tuple[object, ...], str], endpoint: str, /, **values: Any) -> str:
    """Return an address. Each is put together once: a long page links hundreds, the same again.

    ``known`` keeps those that depend on words and numbers alone, and not on the host.
    """
    if not has_request_context():
        return url_for(endpoint, **values)
    if endpoint[0] == ".":
        endpoint = f"{request.blueprint}{endpoint}"
    key = (request.environ.get("SCRIPT_NAME"), endpoint, *values.items())
    try:
        return known[key]
    except (KeyError, TypeError):
        address = url_for(endpoint, **values)
    if not current_app.debug and all(
        type(value) in (str, int) and (name[0] != "_" or name == "_anchor")
        for name, value in values.items()
    ):
        if len(known) >= MOST_ADDRESSES:
            known.clear()
        known[key] = address
    return address


def _now() -> datetime:
    return clock.now()
