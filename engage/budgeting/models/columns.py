"""What columns of several tables have in common."""

from sqlalchemy import CheckConstraint


def exactly(column: str, size: int) -> CheckConstraint:
    """A column of exactly ``size`` bytes (both databases count a binary value's bytes)."""
    return CheckConstraint(f"length({column}) = {size}", name=f"{column}_size")
