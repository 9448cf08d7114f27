"""The entry of papers: twice by two people, or once and read back; and a third look."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert

from engage.audit.rules import Happening
from engage.budgeting.actions.stations import MEANWHILE, locked, record_papers, refuse_counted
from engage.budgeting.models import PaperBatch, PaperEntry
from engage.budgeting.queries.papers import (
    entered,
    has_third_person,
    lookers_of,
    pass_of,
    read_back_beside,
    sheets_of,
)
from engage.budgeting.rules.papers import (
    ABSENT,
    MOST_PAPERS,
    BatchState,
    PapersRefused,
    Sheet,
    check_looker,
    check_read_back,
    differences,
)
from engage.extensions import db


def enter_papers(
    batch_id: int, sheets: Sequence[Sheet], *, seen: int, by: int, replacing: bool = False
) -> int:
    """Add papers to the pass that this person enters now; return how many it holds.

    ``seen`` is how many the page knew of. ``replacing`` puts the papers in the place of these.
    Raises PapersRefused where it is another's turn, or another page was saved meanwhile.
    """
    batch = locked(batch_id)
    refuse_counted(batch)
    pass_no = _turn(batch, by)
    there = entered(batch.id, pass_no)
    if seen != there:
        raise PapersRefused(f"Another page of yours saved papers: {there} are in by now")
    if replacing:
        _delete_pass(batch, pass_no)
        there = 0
    if there + len(sheets) > MOST_PAPERS:
        raise PapersRefused(f"A batch holds {MOST_PAPERS:,} papers: make a second station of it")
    if pass_no == 1:
        batch.first_by = by
    else:
        batch.second_by, batch.needs_two = by, True
    db.session.flush()
    rows = [
        _entry(batch.id, place, pass_no, sheet, by) for place, sheet in enumerate(sheets, there + 1)
    ]
    if rows:
        db.session.execute(insert(PaperEntry), rows)
    return there + len(rows)


def finish_pass(batch_id: int, *, at: datetime, by: int, role: str) -> BatchState:
    """Finish the pass that this person entered; after the second one, see whether both agree."""
    batch = locked(batch_id)
    refuse_counted(batch)
    pass_no = _turn(batch, by)
    papers = entered(batch.id, pass_no)
    if pass_no == 1:
        batch.first_by, batch.state = by, BatchState.FIRST.value
    else:
        passes = sheets_of(batch.id)
        agree = not differences(passes[1], passes[2], {})
        batch.second_by, batch.needs_two = by, True
        batch.state = (BatchState.SECOND if agree else BatchState.MISMATCH).value
    db.session.flush()
    record_papers(
        Happening.PAPERS_ENTERED,
        batch,
        at=at,
        by=by,
        role=role,
        papers=papers,
        **{"pass": pass_no},
    )
    return BatchState(batch.state)


def reopen_first(batch_id: int, *, at: datetime, by: int, role: str) -> None:
    """Let the first person change what they entered, while nobody has begun to enter it again."""
    batch = locked(batch_id)
    refuse_counted(batch)
    if batch.state != BatchState.FIRST or batch.second_by is not None or batch.first_by != by:
        raise PapersRefused("You cannot change these papers now")
    batch.state = BatchState.OPEN.value
    db.session.flush()
    record_papers(Happening.PAPERS_TAKEN_BACK, batch, at=at, by=by, role=role, papers=0)


def begin_again(batch_id: int, *, at: datetime, by: int, role: str) -> None:
    """Empty the pass that was entered last, so that somebody can enter it anew.

    It is for a pass that its person can't finish, or of another pile. A third look goes with the
    second pass, and so does a reading back; but once there was a second pass, there must be one
    again. An accepted batch stays.
    """
    batch = locked(batch_id)
    refuse_counted(batch)
    if batch.state == BatchState.ACCEPTED:
        raise PapersRefused("These papers are in the ballot box already")
    last = 1 if batch.state == BatchState.OPEN else 2
    papers = entered(batch.id, last)
    if last == 2:
        _empty_second(batch)
    else:
        _delete_pass(batch, 1)
        batch.first_by = None
    db.session.flush()
    record_papers(
        Happening.PAPERS_TAKEN_BACK,
        batch,
        at=at,
        by=by,
        role=role,
        papers=papers,
        **{"pass": last},
    )


def _empty_second(batch: PaperBatch) -> None:
    """Delete a third look and the second pass, each in the state in which the database lets it."""
    if entered(batch.id, 3):
        batch.state = BatchState.MISMATCH.value
        db.session.flush()
        _delete_pass(batch, 3)
    batch.state, batch.witness = BatchState.FIRST.value, ""
    db.session.flush()
    _delete_pass(batch, 2)
    batch.second_by = None


def read_back(batch_id: int, witness: str, *, at: datetime, by: int, role: str) -> None:
    """Note that whoever entered the papers read them back to a witness, and all was right.

    Raises PapersRefused above 300 papers of the round, once a second person has begun to enter
    them, and for anybody but whoever entered them.
    """
    batch = locked(batch_id)
    refuse_counted(batch)
    if batch.state != BatchState.FIRST or batch.second_by is not None or batch.first_by != by:
        raise PapersRefused("Only the person who entered the papers can read them back")
    papers = entered(batch.id, 1)
    check_read_back(papers, read_back_beside(batch), needs_two=batch.needs_two)
    batch.witness, batch.state = witness, BatchState.SECOND.value
    db.session.flush()
    record_papers(Happening.PAPERS_READ_BACK, batch, at=at, by=by, role=role, papers=papers)


def settle(
    batch_id: int, found: dict[int, Sheet], *, at: datetime, by: int, role: str
) -> list[int]:
    """Keep what a third look at papers found; return the papers that still differ.

    Whoever looks entered neither pass, where there is such a person; else the other one of the two
    accepts. The trail says who looked, and the entry itself that it was a third look.
    """
    batch = locked(batch_id)
    refuse_counted(batch)
    check_looker(
        by,
        (batch.first_by, batch.second_by),
        lookers_of(batch),
        is_third=has_third_person(batch),
    )
    passes = sheets_of(batch.id)
    differ = differences(passes[1], passes[2], passes[3])
    if batch.state != BatchState.MISMATCH or not set(found) <= set(differ):
        raise PapersRefused(MEANWHILE)
    rows = [_entry(batch.id, place, 3, sheet, by) for place, sheet in found.items()]
    if rows:
        db.session.execute(insert(PaperEntry), rows)
    left = [place for place in differ if place not in found]
    if not left:
        batch.state = BatchState.SECOND.value
        db.session.flush()
    record_papers(
        Happening.PAPERS_SETTLED,
        batch,
        at=at,
        by=by,
        role=role,
        papers=len(found),
        absent=sum(sheet.spoilt == ABSENT for sheet in found.values()),
    )
    return left


def _turn(batch: PaperBatch, by: int) -> int:
    pass_no = pass_of(batch, by)
    if pass_no is None:
        raise PapersRefused("You cannot enter these papers now: two different people must do it")
    return pass_no


def _delete_pass(batch: PaperBatch, pass_no: int) -> None:
    db.session.execute(
        delete(PaperEntry).where(PaperEntry.batch_id == batch.id, PaperEntry.pass_no == pass_no)
    )


def _entry(batch_id: int, place: int, pass_no: int, sheet: Sheet, by: int) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "seq": place,
        "pass_no": pass_no,
        "choices": sheet.choices,
        "spoilt": sheet.spoilt,
        "entered_by": by,
    }
