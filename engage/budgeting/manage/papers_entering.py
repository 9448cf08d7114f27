"""Entering papers, for officers: by one person, by another, and a third look where they differ."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.papers import enter_papers, finish_pass, read_back, settle
from engage.budgeting.forms.papers import MOST_LOOKS, PapersForm, WitnessForm, look_form
from engage.budgeting.manage.papers import batch_or_404, bp, may_read_back, paper_round_or_404
from engage.budgeting.models import PaperBatch, Round
from engage.budgeting.queries.papers import (
    entered,
    has_third_person,
    lookers_of,
    pass_of,
    project_numbers,
    reader_of,
    sheets_of,
)
from engage.budgeting.queries.rounds import projects_of
from engage.budgeting.rules.papers import (
    SPOILT,
    BatchState,
    LinesRefused,
    PapersRefused,
    check_looker,
    differences,
    read_lines,
    typed_again,
)
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.forms import ActionForm
from engage.web.pages import page


@bp.route("/<int:batch_id>/enter/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def enter(slug: str, batch_id: int) -> Answer:
    """Take the next papers of the pass that is this person's; nobody sees another's pass."""
    round_ = paper_round_or_404(slug)
    batch = batch_or_404(round_, batch_id)
    pass_no = pass_of(batch, current_user.id)
    if pass_no is None:
        return _not_your_turn(slug, batch_id)
    there = entered(batch.id, pass_no)
    form = PapersForm(data={"seen": str(there)})
    if form.validate_on_submit() and _save(round_, batch, form, before=there):
        return redirect(url_for(".enter", slug=slug, batch_id=batch_id))
    return _entering_page("enter", round_, batch, form, pass_no, there)


@bp.route("/<int:batch_id>/entered/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def change(slug: str, batch_id: int) -> Answer:
    """Show all that this person entered in this pass, and take it anew."""
    round_ = paper_round_or_404(slug)
    batch = batch_or_404(round_, batch_id)
    pass_no = pass_of(batch, current_user.id)
    if pass_no is None:
        return _not_your_turn(slug, batch_id)
    mine, numbers = sheets_of(batch.id)[pass_no], project_numbers(round_)
    text = "\n".join(typed_again(sheet, numbers, round_.ballot_type) for sheet in mine.values())
    form = PapersForm(data={"papers": text, "seen": str(len(mine))})
    if form.validate_on_submit() and _save(round_, batch, form, replacing=True):
        return redirect(url_for(".enter", slug=slug, batch_id=batch_id))
    return _entering_page("change", round_, batch, form, pass_no, len(mine))


def _save(
    round_: Round, batch: PaperBatch, form: PapersForm, *, before: int = 0, replacing: bool = False
) -> bool:
    """Save what was typed and commit it; False where the form says why not."""
    try:
        sheets = read_lines(form.papers.data or "", reader_of(round_))
        there = enter_papers(
            batch.id,
            sheets,
            seen=form.seen_papers,
            by=current_user.id,
            replacing=replacing,
        )
        db.session.commit()
    except LinesRefused as refusal:
        form.refuse_lines(refusal, before)
        return False
    except PapersRefused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return False
    flash(ngettext("%(num)d paper is saved.", "%(num)d papers are saved.", there))
    return True


def _entering_page(
    template: str, round_: Round, batch: PaperBatch, form: PapersForm, pass_no: int, there: int
) -> Answer:
    return page(
        f"rounds_manage/paper/{template}.html",
        form=form,
        round=round_,
        batch=batch,
        pass_no=pass_no,
        there=there,
        projects=projects_of(round_.id),
        reasons=SPOILT,
    )


@bp.post("/<int:batch_id>/finish/")
@requires(Permission.MANAGE_BUDGETING)
def finish(slug: str, batch_id: int) -> Answer:
    """Finish this person's pass."""
    batch = batch_or_404(paper_round_or_404(slug), batch_id)
    form = ActionForm()
    if form.validate_on_submit():
        try:
            state = finish_pass(batch.id, at=clock.now(), **actor())
            db.session.commit()
            flash(_finished()[state])
        except PapersRefused as refusal:
            db.session.rollback()
            flash(_(str(refusal)))
    return redirect(url_for(".station", slug=slug, batch_id=batch_id))


@bp.route("/<int:batch_id>/read-back/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def read(slug: str, batch_id: int) -> Answer:
    """Show whoever entered the papers what they entered, to be read aloud to a witness."""
    round_ = paper_round_or_404(slug)
    batch, form = batch_or_404(round_, batch_id), WitnessForm()
    sheets = sheets_of(batch.id)[1]
    mine = batch.first_by == current_user.id and batch.state == BatchState.FIRST
    if not mine or batch.second_by or not may_read_back(batch, len(sheets)):
        return _not_your_turn(slug, batch_id)
    if form.validate_on_submit():
        try:
            read_back(batch.id, form.witness.data or "", at=clock.now(), **actor())
            db.session.commit()
            flash(_("The papers were read back. They can be accepted now."))
            return redirect(url_for(".station", slug=slug, batch_id=batch_id))
        except PapersRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    numbers = project_numbers(round_)
    lines = [
        (place, typed_again(sheet, numbers, round_.ballot_type)) for place, sheet in sheets.items()
    ]
    return page(
        "rounds_manage/paper/read_back.html", form=form, round=round_, batch=batch, lines=lines
    )


@bp.route("/<int:batch_id>/differences/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def look(slug: str, batch_id: int) -> Answer:
    """Show the papers that the two people read differently, for a third look at each."""
    round_ = paper_round_or_404(slug)
    batch = batch_or_404(round_, batch_id)
    passes = sheets_of(batch.id)
    places = differences(passes[1], passes[2], passes[3])
    if batch.state != BatchState.MISMATCH:
        return redirect(url_for(".station", slug=slug, batch_id=batch_id))
    is_third = has_third_person(batch)
    may_look = _may_look(batch, is_third=is_third)
    form = look_form(places[:MOST_LOOKS])
    if form.validate_on_submit():
        found = form.found(reader_of(round_))
        if not form.errors and _settle(batch, form, found):
            return redirect(url_for(".look", slug=slug, batch_id=batch_id))
    numbers = project_numbers(round_)
    said = {
        place: [
            typed_again(passes[pass_no][place], numbers, round_.ballot_type)
            if place in passes[pass_no]
            else ""
            for pass_no in (1, 2)
        ]
        for place, _field in form.places()
    }
    return page(
        "rounds_manage/paper/differences.html",
        form=form,
        round=round_,
        batch=batch,
        said=said,
        waiting=len(places),
        is_third=is_third,
        may_look=may_look,
    )


def _may_look(batch: PaperBatch, *, is_third: bool) -> bool:
    enterers = (batch.first_by, batch.second_by)
    try:
        check_looker(current_user.id, enterers, lookers_of(batch), is_third=is_third)
    except PapersRefused:
        return False
    return True


def _settle(batch: PaperBatch, form: Any, found: dict[int, Any]) -> bool:
    """Keep what a third look found and commit it; False where the form says why not."""
    try:
        left = settle(batch.id, found, at=clock.now(), **actor())
        db.session.commit()
    except PapersRefused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return False
    flash(
        ngettext("%(num)d difference is left.", "%(num)d differences are left.", len(left))
        if left
        else _("All differences are settled. The papers can be accepted now.")
    )
    return True


def _not_your_turn(slug: str, batch_id: int) -> Answer:
    flash(_("You cannot do this now. See below whose turn it is."))
    return redirect(url_for(".station", slug=slug, batch_id=batch_id))


def _finished() -> dict[BatchState, str]:
    return {
        BatchState.FIRST: _("The first entry is finished. Now another person checks it."),
        BatchState.SECOND: _("Both entries agree. The papers can be accepted now."),
        BatchState.MISMATCH: _("The two entries differ. Look at these papers a third time."),
    }
