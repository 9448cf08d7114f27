"""Zones, indices, populations, postcodes, localities."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "council",
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_council")),
    )
    op.create_table(
        "deprivation_index",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("zone_vintage", sa.Integer(), nullable=False),
        sa.Column("zones", sa.Integer(), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deprivation_index")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_deprivation_index_name_version")),
    )
    op.create_table(
        "population_estimate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("zone_vintage", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_population_estimate")),
        sa.UniqueConstraint(
            "year", "zone_vintage", name=op.f("uq_population_estimate_year_zone_vintage")
        ),
    )
    op.create_table(
        "data_zone",
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("vintage", sa.Integer(), nullable=False),
        sa.Column("council_code", sa.String(length=9), nullable=False),
        sa.Column("ward_code", sa.String(length=9), nullable=False),
        sa.Column("ward_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_code"], ["council.code"], name=op.f("fk_data_zone_council_code_council")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_data_zone")),
    )
    op.create_index(op.f("ix_data_zone_council_code"), "data_zone", ["council_code"], unique=False)
    op.create_index(op.f("ix_data_zone_ward_code"), "data_zone", ["ward_code"], unique=False)
    op.create_table(
        "locality",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("council_code", sa.String(length=9), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.CheckConstraint("kind IN ('ward','area')", name=op.f("ck_locality_kind_known")),
        sa.ForeignKeyConstraint(
            ["council_code"], ["council.code"], name=op.f("fk_locality_council_code_council")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_locality")),
        sa.UniqueConstraint("code", name=op.f("uq_locality_code")),
        sa.UniqueConstraint("council_code", "name", name=op.f("uq_locality_council_code_name")),
    )
    op.create_table(
        "locality_zone",
        sa.Column("zone_code", sa.String(length=9), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_locality_zone_locality_id_locality")
        ),
        sa.ForeignKeyConstraint(
            ["zone_code"], ["data_zone.code"], name=op.f("fk_locality_zone_zone_code_data_zone")
        ),
        sa.PrimaryKeyConstraint("zone_code", name=op.f("pk_locality_zone")),
    )
    op.create_index(
        op.f("ix_locality_zone_locality_id"), "locality_zone", ["locality_id"], unique=False
    )
    op.create_table(
        "postcode",
        sa.Column("postcode", sa.String(length=7), nullable=False),
        sa.Column("zone_code", sa.String(length=9), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["zone_code"], ["data_zone.code"], name=op.f("fk_postcode_zone_code_data_zone")
        ),
        sa.PrimaryKeyConstraint("postcode", name=op.f("pk_postcode")),
    )
    op.create_index(op.f("ix_postcode_zone_code"), "postcode", ["zone_code"], unique=False)
    op.create_table(
        "postcode_directory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("postcodes", sa.Integer(), nullable=False),
        sa.Column("loaded_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postcode_directory")),
    )
    op.create_index(
        op.f("ix_postcode_directory_file_hash"), "postcode_directory", ["file_hash"], unique=False
    )
    op.create_table(
        "zone_deprivation",
        sa.Column("index_id", sa.Integer(), nullable=False),
        sa.Column("zone_code", sa.String(length=9), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("quintile", sa.Integer(), nullable=False),
        sa.Column("decile", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decile BETWEEN 1 AND 10", name=op.f("ck_zone_deprivation_decile_one_to_ten")
        ),
        sa.CheckConstraint(
            "population >= 0", name=op.f("ck_zone_deprivation_population_not_negative")
        ),
        sa.CheckConstraint(
            "quintile BETWEEN 1 AND 5", name=op.f("ck_zone_deprivation_quintile_one_to_five")
        ),
        sa.CheckConstraint("rank >= 1", name=op.f("ck_zone_deprivation_rank_from_one")),
        sa.ForeignKeyConstraint(
            ["index_id"],
            ["deprivation_index.id"],
            name=op.f("fk_zone_deprivation_index_id_deprivation_index"),
        ),
        sa.ForeignKeyConstraint(
            ["zone_code"], ["data_zone.code"], name=op.f("fk_zone_deprivation_zone_code_data_zone")
        ),
        sa.PrimaryKeyConstraint("index_id", "zone_code", name=op.f("pk_zone_deprivation")),
        sa.UniqueConstraint("index_id", "rank", name=op.f("uq_zone_deprivation_index_id_rank")),
    )
    op.create_table(
        "zone_population",
        sa.Column("estimate_id", sa.Integer(), nullable=False),
        sa.Column("zone_code", sa.String(length=9), nullable=False),
        sa.Column("age_from", sa.Integer(), nullable=False),
        sa.Column("age_to", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "age_to IS NULL OR age_to >= age_from", name=op.f("ck_zone_population_band_in_order")
        ),
        sa.CheckConstraint("people >= 0", name=op.f("ck_zone_population_people_not_negative")),
        sa.ForeignKeyConstraint(
            ["estimate_id"],
            ["population_estimate.id"],
            name=op.f("fk_zone_population_estimate_id_population_estimate"),
        ),
        sa.ForeignKeyConstraint(
            ["zone_code"], ["data_zone.code"], name=op.f("fk_zone_population_zone_code_data_zone")
        ),
        sa.PrimaryKeyConstraint(
            "estimate_id", "zone_code", "age_from", name=op.f("pk_zone_population")
        ),
    )


def downgrade() -> None:
    op.drop_table("zone_population")
    op.drop_table("zone_deprivation")
    op.drop_index(op.f("ix_postcode_directory_file_hash"), table_name="postcode_directory")
    op.drop_table("postcode_directory")
    op.drop_index(op.f("ix_postcode_zone_code"), table_name="postcode")
    op.drop_table("postcode")
    op.drop_index(op.f("ix_locality_zone_locality_id"), table_name="locality_zone")
    op.drop_table("locality_zone")
    op.drop_table("locality")
    op.drop_index(op.f("ix_data_zone_ward_code"), table_name="data_zone")
    op.drop_index(op.f("ix_data_zone_council_code"), table_name="data_zone")
    op.drop_table("data_zone")
    op.drop_table("population_estimate")
    op.drop_table("deprivation_index")
    op.drop_table("council")
