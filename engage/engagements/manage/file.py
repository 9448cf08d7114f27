"""The file of an engagement: what it says, what blocks its opening and its closing."""

from datetime import datetime

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.engagements import gates
from engage.engagements.actions import details, opening
from engage.engagements.actions.calendar import SameAgainRefused
from engage.engagements.forms.file import EventForm, FileForm, RulesForm, file_answers
from engage.engagements.models import Engagement
from engage.engagements.queries import file, leap, standards
from engage.engagements.queries.events import events_of
from engage.engagements.queries.planning import engagement_by_slug
from engage.engagements.queries.settings import settings
from engage.engagements.rules.about import STAGES, STATES, TOPICS, state_of
from engage.engagements.rules.leap import STAGES as LEAP_STAGES
from engage.engagements.rules.leap import answered
from engage.engagements.rules.planning import KINDS, LEVELS, EngagementRefused, public_path
from engage.engagements.rules.reuse import NOTICES
from engage.engagements.rules.standards import asked
from engage.extensions import db
from engage.partners.queries import partner_choices, partnership
from engage.permissions import Permission
from engage.places.models import Locality
from engage.places.queries import locality_choices
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("engagement_file", __name__)


def found(slug: str) -> Engagement:
    """Return the engagement at this address, or answer 404."""
    return engagement_by_slug(slug) or abort(404)


def state(engagement: Engagement, at: datetime) -> str:
    """Return where an engagement stands now: a key of rules.STATES."""
    return state_of(
        engagement.opened_at, engagement.closed_at, engagement.opens_at, engagement.closes_at, at
    )


@bp.route("/desk/engagements/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def new() -> Response | Answer:
    """Plan an event. It stays unseen until it is opened."""
    form = EventForm(partners=partner_choices(), localities=_localities())
    at = clock.now()
    if form.validate_on_submit() and form.check_dates(at):
        try:
            engagement = details.plan_event(
                form.about, form.partner_ids, at=at, by=current_user.id, role=current_user.role
            )
            db.session.commit()
            flash(_("It is planned, and nobody sees it yet. See below what to do before it opens."))
            return redirect(url_for(".file", slug=engagement.slug))
        except EngagementRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    return page(
        "engagements/details.html",
        form=form,
        engagement=None,
        whole=True,
        limit=settings().standards_from_pence,
    )


@bp.get("/desk/engagements/<slug>/", endpoint="file")
@requires(Permission.MANAGE_ENGAGEMENTS)
def file_(slug: str) -> Response:
    """All that belongs to one engagement, and what to do next."""
    engagement, at = found(slug), clock.now()
    stands = state(engagement, at)
    opened = engagement.opened_at is not None
    gate = gates.CLOSING if opened else gates.OPENING
    hurdles = [] if stands == "closed" else gates.hurdles(gate, engagement, at)
    decided = settings()
    scope = file.scope_by(engagement, decided)
    kept = standards.answers_of(engagement.id)
    written = leap.leap_words(engagement.id)
    place = db.session.get(Locality, engagement.locality_id) if engagement.locality_id else None
    return page(
        "engagements/file.html",
        engagement=engagement,
        state=stands,
        states=STATES,
        kinds=KINDS,
        levels=LEVELS,
        stages=STAGES,
        topics=TOPICS,
        notices=NOTICES,
        place=place,
        hurdles=[hurdle for hurdle in hurdles if hurdle.blocks],
        advice=[hurdle for hurdle in hurdles if not hurdle.blocks],
        scope=scope,
        limit=decided.standards_from_pence,
        asked=len(asked(scope)),
        answered={
            phase: len({a.indicator for a in kept if a.phase == phase and not a.whose})
            for phase in ("plan", "review")
        },
        leap=[(name, words, *answered(name, written)) for name, (words, _q) in LEAP_STAGES.items()],
        counts=file.counts_of(engagement.id),
        lead=file.lead_of(engagement),
        partners=file.other_partners(engagement.id),
        meetings=events_of(engagement.id),
        path=public_path(engagement.kind, engagement.slug),
    )


@bp.route("/desk/engagements/<slug>/details/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def edit(slug: str) -> Response | Answer:
    """Change what the file says; of an event that is not open yet, its purpose and dates too."""
    engagement = found(slug)
    whole = engagement.kind == "event" and engagement.opened_at is None
    answers = file_answers(engagement, [p.id for p in file.other_partners(engagement.id)])
    form: FileForm
    if whole:
        form = EventForm(partners=partner_choices(), localities=_localities(), data=answers)
    else:
        form = FileForm(partners=partner_choices(), data=answers)
    at = clock.now()
    if form.validate_on_submit() and (not isinstance(form, EventForm) or form.check_dates(at)):
        about = form.about if isinstance(form, EventForm) else form.file_about
        try:
            details.change_details(
                engagement,
                about,
                form.partner_ids,
                at=at,
                by=current_user.id,
                role=current_user.role,
            )
            db.session.commit()
            flash(_("The details are saved."))
            return redirect(url_for(".file", slug=slug))
        except EngagementRefused as refusal:
            db.session.rollback()
            same = isinstance(refusal, SameAgainRefused)
            form.refuse(refusal, form.changed_since if same else None)
    return page(
        "engagements/details.html",
        form=form,
        engagement=found(slug),
        whole=whole,
        limit=settings().standards_from_pence,
    )


@bp.post("/desk/engagements/<slug>/open/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def open_(slug: str) -> Answer:
    """Make an event public. A consultation or a vote is opened on its own page."""
    engagement = found(slug)
    if engagement.kind != "event" or not ActionForm().validate_on_submit():
        abort(400)
    try:
        opening.open_engagement(
            engagement, at=clock.now(), by=current_user.id, role=current_user.role
        )
        db.session.commit()
        flash(_("It is open: everybody can see it."))
    except EngagementRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return redirect(url_for(".file", slug=slug))


@bp.post("/desk/engagements/<slug>/close/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def close(slug: str) -> Answer:
    """Close the file: the review is done, and public."""
    engagement = found(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        opening.close_engagement(
            engagement, at=clock.now(), by=current_user.id, role=current_user.role
        )
        db.session.commit()
        flash(_("It is closed. Its review is fixed, and public."))
    except EngagementRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return redirect(url_for(".file", slug=slug))


@bp.route("/desk/engagements/rules/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PARTNERS)
def rules() -> Response | Answer:
    """From which value on the 38 indicators of the National Standards apply."""
    decided = settings()
    form = RulesForm(
        data={
            "standards_from": decided.standards_from_pence,
            "value_always_needed": decided.value_always_needed,
        }
    )
    if form.validate_on_submit():
        details.set_rules(
            standards_from_pence=form.standards_from.data,
            value_always_needed=form.value_always_needed.data,
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        )
        db.session.commit()
        flash(_("The rules are saved. What is open keeps the rules that it opened under."))
        return redirect(url_for(".rules"))
    return page("engagements/rules.html", form=form)


def _localities() -> list[tuple[str, str]]:
    return locality_choices(partnership().council_code)
