"""The ledger of influence as rows of a file; small numbers are held back in it too."""

from collections.abc import Iterable, Iterator
from typing import Any

from engage.disclosure.rules import hold_back
from engage.influence.models import Finding, Influence

DECISION_COLUMNS = (
    "number",
    "theme",
    "kind",
    "who_said_it",
    "you_said",
    "others_said",
    "contributions",
    "effect",
    "plan",
    "priority",
    "because",
    "wording_before",
    "wording_after",
    "decided_by",
    "decided_on",
)


def decision_rows(findings: Iterable[Finding]) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each decision; a finding without one has no row."""
    for finding in findings:
        contributions = hold_back(len(finding.sources))
        for influence in finding.influences:
            yield (
                finding.number,
                finding.theme,
                finding.kind,
                finding.section,
                finding.statement,
                finding.dissent,
                contributions if isinstance(contributions, int) else str(contributions),
                influence.effect,
                *_priority(influence),
                influence.reason,
                influence.before_text,
                influence.after_text,
                influence.decided_by,
                influence.decided_on.isoformat(),
            )


def _priority(influence: Influence) -> tuple[str, str]:
    priority = influence.priority
    return (priority.plan.title, f"{priority.number}. {priority.title}") if priority else ("", "")
