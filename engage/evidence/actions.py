"""Publishing a reporting year's evidence."""

from datetime import date, datetime

from engage.audit.actions import record
from engage.audit.rules import Happening, canonical_json
from engage.disclosure.rules import THRESHOLD
from engage.evidence.models import PublishedEvidence
from engage.evidence.queries import basis_of, edition_of, year_figures
from engage.evidence.rules.figures import EvidenceRefused, figures_hash, shown_figures
from engage.evidence.rules.years import ReportingYear
from engage.extensions import db
from engage.places.models import DeprivationIndex, PopulationEstimate
from engage.web.rules import N_


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
