"""Publishing a reporting year's evidence, and what its money is held against."""

from datetime import date, datetime

from engage.audit.actions import record
from engage.audit.rules import Happening, canonical_json
from engage.disclosure.rules import THRESHOLD
from engage.evidence.models import BudgetBase, Publication, PublishedEvidence, ReaderReply
from engage.evidence.queries import (
    basis_of,
    edition_of,
    latest_base,
    owes_a_statement,
    year_figures,
)
from engage.evidence.rules.figures import EvidenceRefused, figures_hash, shown_figures
from engage.extensions import db
from engage.places.models import DeprivationIndex, PopulationEstimate
from engage.web.rules import N_
from engage.web.years import ReportingYear


def publish_evidence(
    year: ReportingYear,
    index: DeprivationIndex,
    estimate: PopulationEstimate,
    council_code: str,
    *,
    at: datetime,
    today: date,
    by: int,
    role: str = "officer",
    reason: str = "",
) -> PublishedEvidence:
    """Publish a year's evidence with small numbers held back (s.8(2)(b), R74, R83).

    A published edition never changes: a correction is the next one, and says why. Refused before
    the year begins, without a reason for a correction, and where nothing differs from the latest
    edition. An IntegrityError means that another officer published the same edition just now.
    """
    if today < year.first:
        raise EvidenceRefused(N_("This year has not begun"))
    latest = edition_of(year)
    if latest is not None and not reason.strip():
        raise EvidenceRefused(N_("Enter what you corrected, and why"))
    until = min(year.last, today)
    counted = year_figures(year, until, index, estimate, council_code)
    figures = canonical_json(shown_figures(counted, THRESHOLD))
    basis = basis_of(index, estimate, council_code, THRESHOLD)
    if latest is not None and (latest.figures, latest.basis) == (figures, basis):
        raise EvidenceRefused(f"Nothing has changed since edition {latest.edition}")
    published = PublishedEvidence(
        year_start=year.first,
        edition=latest.edition + 1 if latest else 1,
        index_id=index.id,
        estimate_id=estimate.id,
        basis=basis,
        figures=figures,
        hash=figures_hash(figures, basis),
        reason=reason.strip(),
        published_at=at,
        published_by=by,
    )
    db.session.add(published)
    db.session.flush()
    record(
        Happening.EVIDENCE_PUBLISHED,
        f"evidence:{published.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        year=year.label,
        edition=published.edition,
        hash=published.hash,
    )
    return published


def enter_base(
    year: ReportingYear, pence: int, source: str, *, at: datetime, by: int, role: str = "officer"
) -> BudgetBase:
    """Enter what the 1% of a year is of, and where that figure stands (R77).

    A correction is the next edition. Raises EvidenceRefused without a sum or a source, where
    nothing differs, and where no council is among the partners. An IntegrityError means that
    another officer entered one just now.
    """
    if not owes_a_statement():
        raise EvidenceRefused(N_("Only a council reports on the 1%: none is among the partners"))
    if pence <= 0 or not source.strip():
        raise EvidenceRefused(N_("Enter the sum, and where it stands"))
    latest = latest_base(year.first)
    if latest is not None and (latest.pence, latest.source) == (pence, source.strip()):
        raise EvidenceRefused(N_("Nothing is changed"))
    base = BudgetBase(
        year_start=year.first,
        edition=latest.edition + 1 if latest else 1,
        pence=pence,
        source=source.strip(),
        at=at,
        by=by,
    )
    db.session.add(base)
    db.session.flush()
    record(
        Happening.BASE_ENTERED,
        f"budget_base:{year.label}",
        at=at,
        actor_id=by,
        actor_role=role,
        edition=base.edition,
        pence=pence,
    )
    return base


def note_publication(
    year: ReportingYear,
    publication: Publication,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> Publication:
    """Keep that a year was told in one more way (R20)."""
    publication.year_start, publication.recorded_at = year.first, at
    db.session.add(publication)
    db.session.flush()
    record(
        Happening.PUBLICATION_RECORDED,
        f"publication:{publication.id}",
        at=at,
        actor_id=by,
        actor_role=role if by is not None else "system",
        year=year.label,
        kind=publication.kind,
    )
    return publication


def take_reply(
    year: ReportingYear, *, understood: bool, useful: bool, wanted: str, today: date
) -> ReaderReply:
    """Take what a reader thinks: the day is all that is kept of who it was and when."""
    reply = ReaderReply(
        year_start=year.first, understood=understood, useful=useful, wanted=wanted, on_day=today
    )
    db.session.add(reply)
    return reply
