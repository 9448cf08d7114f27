"""The National Standards: answering them, the profile of one engagement, and that of a year."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.disclosure.rules import hold_back
from engage.engagements.actions import standards as actions
from engage.engagements.forms.standards import StandardForm, standard_form
from engage.engagements.manage.file import found
from engage.engagements.models import Engagement, StandardAnswer
from engage.engagements.queries import file, standards
from engage.engagements.queries.settings import settings
from engage.engagements.rules.calendar import bounds
from engage.engagements.rules.planning import LEVELS
from engage.engagements.rules.standards import (
    ASSESSORS,
    BEFORE_CLOSING,
    BEFORE_OPENING,
    EDITION,
    EVIDENCE,
    PHASES,
    STANDARDS,
    StandardsRefused,
    chart,
    mean_profile,
    of_standard,
    why_fixed,
)
from engage.extensions import db
from engage.partners.queries import partners
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import absolute_url, csv_download, page
from engage.web.years import ReportingYear, YearRefused, parse_year, reporting_year

bp = Blueprint("engagement_standards", __name__)
LETTERS = "any(" + ",".join(STANDARDS) + ")"


@bp.get("/desk/engagements/<slug>/standards/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def profile(slug: str) -> Response:
    """Where the Standards stand: what is answered, the scores side by side, the people's link."""
    engagement = found(slug)
    scope = file.scope_of(engagement)
    answers = standards.answers_of(engagement.id)
    rows = standards.profiles_of([engagement.id])[engagement.id]
    asked = {letter: of_standard(letter, scope) for letter in STANDARDS}
    done = [
        (a.indicator[0], a.phase)
        for a in answers
        if not a.whose and a.indicator in asked[a.indicator[0]]  # another value may ask others
    ]
    return page(
        "engagements/standards.html",
        engagement=engagement,
        scope=scope,
        edition=engagement.standards_edition or EDITION,
        limit=settings().standards_from_pence,
        standards=STANDARDS,
        phases=PHASES,
        assessors=ASSESSORS,
        asked=asked,
        done={
            phase: Counter(letter for letter, in_phase in done if in_phase == phase)
            for phase in PHASES
        },
        needed={"plan": BEFORE_OPENING, "review": BEFORE_CLOSING} if scope == "full" else {},
        rows=rows,
        drawn=chart(rows),
        people=hold_back(standards.views_counted(engagement.id)),
        reached=standards.levels_reached([engagement.id])[engagement.id],
        levels=LEVELS,
        link=absolute_url(
            "engagement_public.how_it_was", slug=slug, code=engagement.view_code
        ) if engagement.view_code else "",
    )  # fmt: skip


@bp.route(
    f"/desk/engagements/<slug>/standards/<any(plan,review):phase>/<{LETTERS}:letter>/",
    methods=["GET", "POST"],
)
@requires(Permission.MANAGE_ENGAGEMENTS)
def answer(slug: str, phase: str, letter: str) -> Response | Answer:
    """Answer one Standard: as officers, or for the partner that the address names."""
    engagement = found(slug)
    known = {str(partner.id): partner for partner in partners()}
    whose = request.args.get("partner", "")
    partner = known.get(whose)
    if whose and partner is None:
        abort(404)
    questions = of_standard(letter, file.scope_of(engagement))
    standing = {
        a.indicator: a
        for a in standards.answers_of(engagement.id)
        if a.phase == phase and a.whose == whose and a.indicator in questions
    }
    packs = [(str(p.id), f"{p.title}, {p.version}") for p in file.packs_of(engagement.id)]
    form = standard_form(questions, standing, packs, _)
    if form.validate_on_submit():
        partner_id = partner.id if partner else None
        if _keep(engagement, phase, letter, form, partner_id):
            flash(_("Your answers are saved."))
            _say_left(engagement.id, phase, whose, questions)
            return redirect(_next(slug, phase, letter, whose))
    return page(
        "engagements/standard.html",
        form=form,
        engagement=found(slug),
        phase=phase,
        letter=letter,
        standards=STANDARDS,
        phases=PHASES,
        questions=questions,
        shown=_shown(standing, dict(packs)),
        kinds=EVIDENCE,
        partner=partner,
        partners=list(known.values()),
        fixed=why_fixed(
            phase,
            engagement.standards_scope,
            opened=engagement.opened_at is not None,
            closed=engagement.closed_at is not None,
        ),
    )


def _say_left(engagement_id: int, phase: str, whose: str, questions: Collection[str]) -> None:
    """Say how many questions of the Standard that was saved are still without an answer."""
    done = {
        kept.indicator
        for kept in standards.answers_of(engagement_id)
        if kept.phase == phase and kept.whose == whose and (kept.answer or kept.score is not None)
    }
    left = len(set(questions) - done)
    if left:
        flash(
            ngettext(
                "%(num)d question of this Standard has no answer yet.",
                "%(num)d questions of this Standard have no answer yet.",
                left,
            )
        )


def _shown(
    standing: dict[str, StandardAnswer], packs: dict[str, str]
) -> dict[str, list[tuple[int, str, str]]]:
    """For each question what is attached: number, kind, and the pack or the words."""
    return {
        code: [(e.id, e.kind, packs.get(str(e.pack_id), e.reference)) for e in row.evidence]
        for code, row in standing.items()
        if row.evidence
    }


def _next(slug: str, phase: str, letter: str, whose: str) -> str:
    """Return the address of the Standard after this one, or of the overview after the last."""
    letters = list(STANDARDS)
    place = letters.index(letter) + 1
    if place == len(letters):
        return url_for(".profile", slug=slug)
    partner = {"partner": whose} if whose else {}
    return url_for(".answer", slug=slug, phase=phase, letter=letters[place], **partner)


def _keep(
    engagement: Engagement, phase: str, letter: str, form: StandardForm, partner_id: int | None
) -> bool:
    """Keep the answers and commit; False, with the reason on the form, where it can't be."""
    try:
        actions.answer_standard(
            engagement,
            phase,
            letter,
            form.said,
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
            partner_id=partner_id,
        )
    except StandardsRefused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return False
    db.session.commit()
    return True


@bp.post("/desk/engagements/<slug>/standards/evidence/<int:number>/remove/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def remove_evidence(slug: str, number: int) -> Answer:
    """Take a piece of evidence off an answer."""
    engagement = found(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        if not actions.drop_evidence(engagement, number):
            abort(404)
        db.session.commit()
        flash(_("The evidence is taken off."))
    except StandardsRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return redirect(url_for(".profile", slug=slug))


HEADER = (
    "engagement",
    "standard",
    "officers",
    "partners",
    "participants",
    "participants_who_scored",
)


@bp.get("/desk/engagements/<slug>/standards.csv")
@requires(Permission.MANAGE_ENGAGEMENTS)
def profile_csv(slug: str) -> Response:
    """The profile of one engagement as a CSV file."""
    engagement = found(slug)
    return _csv(f"standards-{slug}.csv", [engagement])


@bp.get("/desk/standards/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def year() -> Response:
    """The profile of a year: the mean of its engagements, and where the gaps are."""
    asked = _year_asked()
    ended = _ended(asked)
    profiles = standards.profiles_of([e.id for e in ended])
    scored = [e for e in ended if any(row.officer is not None for row in profiles[e.id])]
    rows = mean_profile(profiles[e.id] for e in scored)
    pages = _paged(ended)
    return page(
        "engagements/year.html",
        asked=asked,
        is_over=asked.last < clock.today(),
        ended=ended,
        scored=scored,
        profiles=profiles,
        rows=rows,
        drawn=chart(rows),
        standards=STANDARDS,
        assessors=ASSESSORS,
        **pages,
    )


def _paged(ended: Sequence[Any]) -> dict[str, Any]:
    size = 50
    last = max(1, -(-len(ended) // size))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return {"listed": ended[(number - 1) * size :][:size], "number": number, "last": last}


@bp.get("/desk/standards/standards.csv")
@requires(Permission.MANAGE_ENGAGEMENTS)
def year_csv() -> Response:
    """The profiles of a year's engagements as a CSV file."""
    asked = _year_asked()
    return _csv(f"standards-{asked.label}.csv", _ended(asked))


def _year_asked() -> ReportingYear:
    """Return the year that the address names, or the one that runs."""
    try:
        return parse_year(request.args.get("year", ""))
    except YearRefused:
        return reporting_year(clock.today())


def _ended(asked: ReportingYear) -> Sequence[Any]:
    """Return the engagements that ended in a year, up to now."""
    first, last = bounds(asked.first, asked.next().first)
    return standards.ended_between(first, min(last, clock.now()))


def _csv(name: str, engagements: Sequence[Any]) -> Response:
    profiles = standards.profiles_of([e.id for e in engagements])
    rows = [
        (e.title, STANDARDS[row.letter], row.officer, row.partner, row.participant,
         row.people or "")
        for e in engagements
        for row in profiles[e.id]
    ]  # fmt: skip
    return csv_download(name, HEADER, rows)
