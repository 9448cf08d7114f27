"""Two pieces of work, timed in turn (A B A B ...), compared by the median of their ratios.

Processor time of this process, so that whatever else the machine does counts for little. Nothing
here is ever asserted: a ratio is read by a person, next to the reference that it names.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """What came out: milliseconds of each (medians), and the median, least and most ratio."""

    what: str
    reference: str
    ours_ms: float
    reference_ms: float
    ratio: float
    least: float
    most: float

    def __str__(self) -> str:
        return (
            f"{self.what:44} {self.ours_ms:9.2f} ms | {self.reference:48} "
            f"{self.reference_ms:9.2f} ms | {self.ratio:6.2f} ({self.least:.2f} to {self.most:.2f})"
        )


def compare(
    what: str,
    ours: Callable[[], object],
    reference_name: str,
    reference: Callable[[], object],
    *,
    rounds: int = 7,
) -> Comparison:
    """Time ``ours`` and ``reference`` in turn, after one round that isn't counted."""
    return beside(
        what,
        lambda: _milliseconds(ours),
        reference_name,
        lambda: _milliseconds(reference),
        rounds=rounds,
    )


def beside(
    what: str,
    ours: Callable[[], float],
    reference_name: str,
    reference: Callable[[], float],
    *,
    rounds: int = 7,
) -> Comparison:
    """Measure both in turn, after one round that isn't counted; each gives its milliseconds."""
    pairs = [(ours(), reference()) for _ in range(rounds + 1)][1:]
    ratios = [a / b for a, b in pairs]
    return Comparison(
        what=what,
        reference=reference_name,
        ours_ms=statistics.median(a for a, _ in pairs),
        reference_ms=statistics.median(b for _, b in pairs),
        ratio=statistics.median(ratios),
        least=min(ratios),
        most=max(ratios),
    )


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000
