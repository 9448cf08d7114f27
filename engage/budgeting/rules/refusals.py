"""What a round refuses; each message is what the person reads."""

from collections.abc import Mapping


class RoundRefused(Exception):
    """What was asked of a round can't be done; the message says why, and what to do."""


class RulesRefused(RoundRefused):
    """The rules of a round don't fit together; ``faults`` says how, field by field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = faults


class CountRefused(RoundRefused):
    """The ballots can't be counted, or their count can't be declared."""


class ProposalRefused(RoundRefused):
    """A proposal can't be taken or screened so; ``about`` names the field it concerns."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


def pounds(pence: int) -> str:
    """Return pence as pounds, for a refusal: “£1,200”, “£1,200.50”."""
    whole, rest = divmod(pence, 100)
    return f"£{whole:,}" if not rest else f"£{whole:,}.{rest:02d}"
