"""Places as the official files know them, with the versions that figures must name."""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.extensions import UTCDateTime, db
from engage.places.rules import AGE_BANDS

#: What a column ``age_band`` may hold.
AGE_KNOWN = f"age_band IN ({','.join(repr(band) for band in AGE_BANDS)})"


class Council(db.Model):
    """A council area (code S12...)."""

    __tablename__ = "council"

    code: Mapped[str] = mapped_column(String(9), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))


class DataZone(db.Model):
    """A data zone of one vintage (2001, 2011 or 2022). ``ward_code`` is best fit (S13...)."""

    __tablename__ = "data_zone"

    code: Mapped[str] = mapped_column(String(9), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    vintage: Mapped[int] = mapped_column(Integer)
    council_code: Mapped[str] = mapped_column(ForeignKey("council.code"), index=True)
    ward_code: Mapped[str] = mapped_column(String(9), index=True)
    ward_name: Mapped[str] = mapped_column(String(100))

    council: Mapped[Council] = relationship()


class DeprivationIndex(db.Model):
    """One published index, like SIMD 2020v2 on the 2011 zones. ``zones`` is how many it ranks."""

    __tablename__ = "deprivation_index"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20))
    zone_vintage: Mapped[int] = mapped_column(Integer)
    zones: Mapped[int] = mapped_column(Integer)
    file_hash: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def label(self) -> str:
        """How a figure names it: “SIMD 2020v2”."""
        return f"{self.name} {self.version}"


class ZoneDeprivation(db.Model):
    """Where one zone stands in one index. Rank 1 and quintile 1 are the most deprived.

    ``population`` is the people that the index's own look-up gives the zone.
    """

    __tablename__ = "zone_deprivation"
    __table_args__ = (
        UniqueConstraint("index_id", "rank"),
        CheckConstraint("rank >= 1", name="rank_from_one"),
        CheckConstraint("quintile BETWEEN 1 AND 5", name="quintile_one_to_five"),
        CheckConstraint("decile BETWEEN 1 AND 10", name="decile_one_to_ten"),
        CheckConstraint("population >= 0", name="population_not_negative"),
    )

    index_id: Mapped[int] = mapped_column(ForeignKey("deprivation_index.id"), primary_key=True)
    zone_code: Mapped[str] = mapped_column(ForeignKey("data_zone.code"), primary_key=True)
    rank: Mapped[int] = mapped_column(Integer)
    quintile: Mapped[int] = mapped_column(Integer)
    decile: Mapped[int] = mapped_column(Integer)
    population: Mapped[int] = mapped_column(Integer)


class PopulationEstimate(db.Model):
    """One set of population estimates, like mid-2020 on the 2011 zones."""

    __tablename__ = "population_estimate"
    __table_args__ = (UniqueConstraint("year", "zone_vintage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(Integer)
    zone_vintage: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def label(self) -> str:
        """How a figure names it: “mid-2020”."""
        return f"mid-{self.year}"


class ZonePopulation(db.Model):
    """People in one zone in one age band; the bands of a zone don't overlap.

    ``age_to`` is inclusive, and None for the open last band. The bands' lower ends are the ages
    that places.rules.AGE_CUTS names, so people aged 14 and over are a sum of whole bands.
    """

    __tablename__ = "zone_population"
    __table_args__ = (
        CheckConstraint("people >= 0", name="people_not_negative"),
        CheckConstraint("age_to IS NULL OR age_to >= age_from", name="band_in_order"),
    )

    estimate_id: Mapped[int] = mapped_column(ForeignKey("population_estimate.id"), primary_key=True)
    zone_code: Mapped[str] = mapped_column(ForeignKey("data_zone.code"), primary_key=True)
    age_from: Mapped[int] = mapped_column(Integer, primary_key=True)
    age_to: Mapped[int | None] = mapped_column(Integer)
    people: Mapped[int] = mapped_column(Integer)


class Postcode(db.Model):
    """The official directory: postcode (no space, capitals) to zone. Never about a person."""

    __tablename__ = "postcode"

    postcode: Mapped[str] = mapped_column(String(7), primary_key=True)
    zone_code: Mapped[str] = mapped_column(ForeignKey("data_zone.code"), index=True)
    is_live: Mapped[bool] = mapped_column(Boolean)


class PostcodeDirectory(db.Model):
    """One file of the official directory that was loaded; newer ones bring postcodes up to date."""

    __tablename__ = "postcode_directory"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_hash: Mapped[str] = mapped_column(String(64), index=True)
    postcodes: Mapped[int] = mapped_column(Integer)
    loaded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Locality(db.Model):
    """A locality under section 9: an electoral ward, or a named area of at most 30,000 people."""

    __tablename__ = "locality"
    __table_args__ = (
        CheckConstraint("kind IN ('ward','area')", name="kind_known"),
        UniqueConstraint("council_code", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(4))
    council_code: Mapped[str] = mapped_column(ForeignKey("council.code"))
    valid_from: Mapped[date] = mapped_column(Date)

    zones: Mapped[list["LocalityZone"]] = relationship(
        back_populates="locality", cascade="all, delete-orphan"
    )


class LocalityZone(db.Model):
    """Which locality a zone belongs to: exactly one (R38)."""

    __tablename__ = "locality_zone"

    zone_code: Mapped[str] = mapped_column(ForeignKey("data_zone.code"), primary_key=True)
    locality_id: Mapped[int] = mapped_column(ForeignKey("locality.id"), index=True)

    locality: Mapped[Locality] = relationship(back_populates="zones")


class LocalityPoint(db.Model):
    """Where a locality stands on a map: one point, like its middle or its largest settlement."""

    __tablename__ = "locality_point"
    __table_args__ = (
        CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="on_earth"
        ),
    )

    locality_id: Mapped[int] = mapped_column(ForeignKey("locality.id"), primary_key=True)
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
