"""The named side: who may vote in a round, and nothing of what they chose."""

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engage.budgeting.models.columns import exactly
from engage.extensions import UTCDateTime, db
from engage.places.models import AGE_KNOWN


class Voter(db.Model):
    """Somebody who may vote in one round. ``uid`` is random, never shown and never logged.

    No name, no address and no postcode: the postcode was looked up and forgotten. ``source_mark``
    and ``home_mark`` are those of rules.plausibility, and None once the result is confirmed.
    ``age_band`` is one of places.rules.AGE_BANDS, and None for who would rather not say.
    """

    __tablename__ = "voter"
    __table_args__ = (
        exactly("uid", 16),
        exactly("source_mark", 32),
        exactly("home_mark", 32),
        CheckConstraint("status IN ('eligible','excluded','withdrawn')", name="status_known"),
        CheckConstraint(
            "place IN ('matched','outside','unmatched','not_given')", name="place_known"
        ),
        CheckConstraint(AGE_KNOWN, name="age_band_known"),
        {"sqlite_with_rowid": False},
    )

    uid: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    zone_code: Mapped[str | None] = mapped_column(ForeignKey("data_zone.code"))
    place: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10), default="eligible")
    age_band: Mapped[str | None] = mapped_column(String(5))
    registered_on: Mapped[date] = mapped_column(Date)
    source_mark: Mapped[bytes | None] = mapped_column(LargeBinary)
    home_mark: Mapped[bytes | None] = mapped_column(LargeBinary)


class VoterIdentity(db.Model):
    """One way a voter is known: a keyed hash of an e-mail address or of a code's locator.

    The primary key makes each identity one voter in each round, whatever else goes wrong.
    """

    __tablename__ = "voter_identity"
    __table_args__ = (exactly("identity_key", 32), {"sqlite_with_rowid": False})

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    identity_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    voter_uid: Mapped[bytes] = mapped_column(ForeignKey("voter.uid"))


class VoterCode(db.Model):
    """A code that lets its holder vote: the locator in the clear, the secret hashed.

    ``voter_uid`` is None until the code is first used. A locator stands once over all rounds.
    """

    __tablename__ = "voter_code"
    __table_args__ = (
        CheckConstraint("status IN ('issued','void')", name="status_known"),
        Index("uq_voter_code_locator", "locator", unique=True),
        {"sqlite_with_rowid": False},
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    locator: Mapped[str] = mapped_column(String(5), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(10), default="issued")
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("code_batch.id"))
    voter_uid: Mapped[bytes | None] = mapped_column(ForeignKey("voter.uid"), unique=True)


class VoterLink(db.Model):
    """A link sent to somebody who asked to vote by e-mail; opening it shows that it is theirs."""

    __tablename__ = "voter_link"
    __table_args__ = (
        exactly("identity_key", 32),
        exactly("source_mark", 32),
        exactly("home_mark", 32),
        CheckConstraint(AGE_KNOWN, name="age_band_known"),
        {"sqlite_with_rowid": False},
    )

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    identity_key: Mapped[bytes] = mapped_column(LargeBinary)
    zone_code: Mapped[str | None] = mapped_column(ForeignKey("data_zone.code"))
    place: Mapped[str] = mapped_column(String(10))
    age_band: Mapped[str | None] = mapped_column(String(5))
    expires_on: Mapped[date] = mapped_column(Date)
    is_used: Mapped[bool] = mapped_column(Boolean, default=False)
    source_mark: Mapped[bytes | None] = mapped_column(LargeBinary)
    home_mark: Mapped[bytes | None] = mapped_column(LargeBinary)


class VotingPass(db.Model):
    """An open voting session of one browser; only the hash of its token is kept."""

    __tablename__ = "voting_pass"
    __table_args__ = ({"sqlite_with_rowid": False},)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    voter_uid: Mapped[bytes] = mapped_column(ForeignKey("voter.uid"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
