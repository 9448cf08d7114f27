"""The register at full depth: invitations, reviews, merging, council areas, communities, links."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

#: In the order in which they are made.
TABLES = (
    "body_address",
    "body_distinct",
    "body_import",
    "body_review",
    "community",
    "interface_standing",
    "representative_invitation",
    "support_link",
    "community_action",
    "community_council_area",
    "community_locality",
    "community_voice",
    "community_zone",
    "locality_point",
)
OLD_STAGES = "stage IN ('proposed','registered','declined','dormant')"
NEW_STAGES = "stage IN ('proposed','registered','declined','dormant','lapsed')"
LAPSED = (
    "(stage = 'lapsed') = (lapsed_on IS NOT NULL) "
    "AND (stage <> 'lapsed' OR (reason IS NOT NULL AND reason <> ''))"
)

KEEPS_A_SECRETARY = "a group that stands keeps a secretary"
LAST_SECRETARY = (
    "OLD.part = 'secretary' AND %s EXISTS (SELECT 1 FROM community_body b WHERE b.id = OLD.body_id "
    "AND b.stage IN ('proposed', 'registered')) AND NOT EXISTS (SELECT 1 FROM representative r "
    "WHERE r.body_id = OLD.body_id AND r.part = 'secretary' AND r.id <> OLD.id)"
)
AN_INTERFACE = "only a third sector interface has links of support"
NO_INTERFACE = (
    "NOT EXISTS (SELECT 1 FROM community_body b WHERE b.id = NEW.%s AND b.kind = 'interface')"
)
#: On PostgreSQL two that leave at once wait for each other; on SQLite only one writes at a time.
LOCK = "PERFORM 1 FROM community_body WHERE id = OLD.body_id FOR UPDATE;"
#: Table, event, name of the guard, when it refuses, in which words, and what it locks first.
GUARDS = (
    (
        "representative",
        "UPDATE",
        "keeps_a_secretary",
        LAST_SECRETARY % "(NEW.part <> 'secretary' OR NEW.body_id <> OLD.body_id) AND",
        KEEPS_A_SECRETARY,
        LOCK,
    ),
    (
        "representative",
        "DELETE",
        "leaves_a_secretary",
        LAST_SECRETARY % "",
        KEEPS_A_SECRETARY,
        LOCK,
    ),
    (
        "support_link",
        "INSERT",
        "is_of_an_interface",
        NO_INTERFACE % "interface_id",
        AN_INTERFACE,
        "",
    ),
    (
        "support_link",
        "UPDATE",
        "stays_of_an_interface",
        NO_INTERFACE % "interface_id",
        AN_INTERFACE,
        "",
    ),
    (
        "interface_standing",
        "INSERT",
        "is_of_an_interface",
        NO_INTERFACE % "body_id",
        AN_INTERFACE,
        "",
    ),
)


def upgrade() -> None:
    op.add_column("community_body", sa.Column("lapsed_on", sa.Date(), nullable=True))
    _allow(NEW_STAGES, OLD_STAGES)
    _check_lapsed()
    op.create_table(
        "body_address",
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("name_key", sa.String(length=150), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["community_body.id"], name=op.f("fk_body_address_body_id_community_body")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_body_address")),
    )
    op.create_index(op.f("ix_body_address_body_id"), "body_address", ["body_id"], unique=False)
    op.create_index(op.f("ix_body_address_name_key"), "body_address", ["name_key"], unique=False)
    op.create_table(
        "body_distinct",
        sa.Column("low_id", sa.Integer(), nullable=False),
        sa.Column("high_id", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_body_distinct_in_order")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_body_distinct_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["high_id"], ["community_body.id"], name=op.f("fk_body_distinct_high_id_community_body")
        ),
        sa.ForeignKeyConstraint(
            ["low_id"], ["community_body.id"], name=op.f("fk_body_distinct_low_id_community_body")
        ),
        sa.PrimaryKeyConstraint("low_id", "high_id", name=op.f("pk_body_distinct")),
    )
    op.create_index(op.f("ix_body_distinct_high_id"), "body_distinct", ["high_id"], unique=False)
    op.create_table(
        "body_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=False),
        sa.Column("sent_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sent_by"], ["account.id"], name=op.f("fk_body_import_sent_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_body_import_public_id")),
    )
    op.create_table(
        "body_review",
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("asked_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=8), nullable=True),
        sa.Column("answered_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("settled_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answer IN ('right','changed','ended')", name=op.f("ck_body_review_answer_known")
        ),
        sa.CheckConstraint(
            "answer IS NULL OR answer <> 'changed' OR note <> ''",
            name=op.f("ck_body_review_says_what"),
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_body_review_answer_has_time")
        ),
        sa.CheckConstraint("told >= 0", name=op.f("ck_body_review_told_not_negative")),
        sa.ForeignKeyConstraint(
            ["body_id"], ["community_body.id"], name=op.f("fk_body_review_body_id_community_body")
        ),
        sa.PrimaryKeyConstraint("body_id", "year", name=op.f("pk_body_review")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_body_review_token_hash")),
    )
    op.create_table(
        "community",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("name_key", sa.String(length=150), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("disadvantaged", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("definition <> ''", name=op.f("ck_community_says_who_belongs")),
        sa.CheckConstraint(
            "disadvantaged = false OR (evidence <> '' AND decided_on IS NOT NULL)",
            name=op.f("ck_community_disadvantage_has_evidence"),
        ),
        sa.CheckConstraint("kind IN ('place','interest')", name=op.f("ck_community_kind_known")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_community_decided_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
        sa.UniqueConstraint("name_key", name=op.f("uq_community_name_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_community_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_community_slug")),
    )
    op.create_table(
        "interface_standing",
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "standing <> 'neither' OR reason <> ''",
            name=op.f("ck_interface_standing_neither_has_reason"),
        ),
        sa.CheckConstraint(
            "standing IN ('partner','signatory','neither')",
            name=op.f("ck_interface_standing_standing_known"),
        ),
        sa.ForeignKeyConstraint(
            ["body_id"],
            ["community_body.id"],
            name=op.f("fk_interface_standing_body_id_community_body"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_interface_standing_decided_by_account")
        ),
        sa.PrimaryKeyConstraint("body_id", name=op.f("pk_interface_standing")),
    )
    op.create_table(
        "representative_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("mail_to", sa.String(length=254), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=True),
        sa.Column("invited_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("ended_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('accepted','declined','withdrawn','expired')",
            name=op.f("ck_representative_invitation_outcome_known"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR (email = '' AND mail_to = '')",
            name=op.f("ck_representative_invitation_ended_is_wiped"),
        ),
        sa.CheckConstraint(
            "part IN ('secretary','member','reader')",
            name=op.f("ck_representative_invitation_part_known"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (ended_at IS NULL)",
            name=op.f("ck_representative_invitation_ended_has_time"),
        ),
        sa.ForeignKeyConstraint(
            ["body_id"],
            ["community_body.id"],
            name=op.f("fk_representative_invitation_body_id_community_body"),
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"],
            ["account.id"],
            name=op.f("fk_representative_invitation_invited_by_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representative_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_representative_invitation_token_hash")),
    )
    op.create_index(
        op.f("ix_representative_invitation_body_id"),
        "representative_invitation",
        ["body_id"],
        unique=False,
    )
    op.create_index(
        "uq_representative_invitation_open",
        "representative_invitation",
        ["body_id", "email"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_table(
        "support_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interface_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("what <> ''", name=op.f("ck_support_link_says_what")),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= since_on",
            name=op.f("ck_support_link_ends_after_it_began"),
        ),
        sa.CheckConstraint(
            "interface_id <> body_id", name=op.f("ck_support_link_supports_another")
        ),
        sa.ForeignKeyConstraint(
            ["body_id"], ["community_body.id"], name=op.f("fk_support_link_body_id_community_body")
        ),
        sa.ForeignKeyConstraint(
            ["interface_id"],
            ["community_body.id"],
            name=op.f("fk_support_link_interface_id_community_body"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_link")),
    )
    op.create_index(op.f("ix_support_link_body_id"), "support_link", ["body_id"], unique=False)
    op.create_index(
        op.f("ix_support_link_interface_id"), "support_link", ["interface_id"], unique=False
    )
    op.create_table(
        "community_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("planned_at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("planned_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(done_on IS NULL) = (outcome = '')", name=op.f("ck_community_action_done_has_outcome")
        ),
        sa.CheckConstraint("what <> ''", name=op.f("ck_community_action_says_what")),
        sa.CheckConstraint("who <> ''", name=op.f("ck_community_action_says_who")),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_community_action_community_id_community"),
        ),
        sa.ForeignKeyConstraint(
            ["planned_by"], ["account.id"], name=op.f("fk_community_action_planned_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_action")),
    )
    op.create_index(
        op.f("ix_community_action_community_id"), "community_action", ["community_id"], unique=False
    )
    op.create_table(
        "community_council_area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("name_key", sa.String(length=150), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=8), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(answer IS NOT NULL AND answer = 'body') = (body_id IS NOT NULL)",
            name=op.f("ck_community_council_area_body_is_named"),
        ),
        sa.CheckConstraint(
            "answer IN ('body','none','dormant')",
            name=op.f("ck_community_council_area_answer_known"),
        ),
        sa.CheckConstraint(
            "answer IS NULL OR answer = 'body' OR reason <> ''",
            name=op.f("ck_community_council_area_none_has_reason"),
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_on IS NULL)",
            name=op.f("ck_community_council_area_answer_has_date"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["account.id"],
            name=op.f("fk_community_council_area_answered_by_account"),
        ),
        sa.ForeignKeyConstraint(
            ["body_id"],
            ["community_body.id"],
            name=op.f("fk_community_council_area_body_id_community_body"),
        ),
        sa.ForeignKeyConstraint(
            ["locality_id"],
            ["locality.id"],
            name=op.f("fk_community_council_area_locality_id_locality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_council_area")),
        sa.UniqueConstraint("name_key", name=op.f("uq_community_council_area_name_key")),
    )
    op.create_index(
        op.f("ix_community_council_area_body_id"),
        "community_council_area",
        ["body_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_community_council_area_locality_id"),
        "community_council_area",
        ["locality_id"],
        unique=False,
    )
    op.create_table(
        "community_locality",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_community_locality_community_id_community"),
        ),
        sa.ForeignKeyConstraint(
            ["locality_id"],
            ["locality.id"],
            name=op.f("fk_community_locality_locality_id_locality"),
        ),
        sa.PrimaryKeyConstraint("community_id", "locality_id", name=op.f("pk_community_locality")),
    )
    op.create_index(
        op.f("ix_community_locality_locality_id"),
        "community_locality",
        ["locality_id"],
        unique=False,
    )
    op.create_table(
        "community_voice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.CheckConstraint("evidence <> ''", name=op.f("ck_community_voice_has_evidence")),
        sa.ForeignKeyConstraint(
            ["body_id"],
            ["community_body.id"],
            name=op.f("fk_community_voice_body_id_community_body"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_community_voice_community_id_community"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_community_voice_decided_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_voice")),
        sa.UniqueConstraint(
            "community_id", "body_id", name=op.f("uq_community_voice_community_id_body_id")
        ),
    )
    op.create_index(
        op.f("ix_community_voice_body_id"), "community_voice", ["body_id"], unique=False
    )
    op.create_table(
        "community_zone",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("zone_code", sa.String(length=9), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_community_zone_community_id_community"),
        ),
        sa.ForeignKeyConstraint(
            ["zone_code"], ["data_zone.code"], name=op.f("fk_community_zone_zone_code_data_zone")
        ),
        sa.PrimaryKeyConstraint("community_id", "zone_code", name=op.f("pk_community_zone")),
    )
    op.create_index(
        op.f("ix_community_zone_zone_code"), "community_zone", ["zone_code"], unique=False
    )
    op.create_table(
        "locality_point",
        sa.Column("locality_id", sa.Integer(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
            name=op.f("ck_locality_point_on_earth"),
        ),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_locality_point_locality_id_locality")
        ),
        sa.PrimaryKeyConstraint("locality_id", name=op.f("pk_locality_point")),
    )

    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    """Go back; a group that no longer exists counts as not active again."""
    for table, _event, name, *_rest in GUARDS:
        if _is_sqlite():
            op.execute(f"DROP TRIGGER {table}_{name}")
        else:
            op.execute(f"DROP TRIGGER guard_{name} ON {table}")
            op.execute(f"DROP FUNCTION guard_{table}_{name}()")
    for table in reversed(TABLES):
        op.drop_table(table)
    _uncheck_lapsed()
    op.execute("UPDATE community_body SET stage = 'dormant' WHERE stage = 'lapsed'")
    _allow(OLD_STAGES, NEW_STAGES)
    op.drop_column("community_body", "lapsed_on")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _allow(new: str, old: str) -> None:
    """Change the check on the stage; SQLite does it in the schema, as its manual describes."""
    if _is_sqlite():
        _change_schema(old, new)
        return
    op.drop_constraint("ck_community_body_stage_known", "community_body")
    op.create_check_constraint(op.f("ck_community_body_stage_known"), "community_body", new)


_NAMED = "CONSTRAINT ck_community_body_lapsed_has_day_and_reason CHECK"
_STAGES_NAMED = "CONSTRAINT ck_community_body_stage_known CHECK"


def _check_lapsed() -> None:
    if _is_sqlite():
        _change_schema(_STAGES_NAMED, f"{_NAMED} ({LAPSED}), {_STAGES_NAMED}")
    else:
        name = op.f("ck_community_body_lapsed_has_day_and_reason")
        op.create_check_constraint(name, "community_body", LAPSED)


def _uncheck_lapsed() -> None:
    if _is_sqlite():
        _change_schema(f"{_NAMED} ({LAPSED}), {_STAGES_NAMED}", _STAGES_NAMED)
    else:
        op.drop_constraint("ck_community_body_lapsed_has_day_and_reason", "community_body")


def _change_schema(old: str, new: str) -> None:
    op.execute("PRAGMA writable_schema = ON")
    statement = sa.text(
        "UPDATE sqlite_master SET sql = replace(sql, :old, :new) "
        "WHERE type = 'table' AND name = 'community_body'"
    )
    op.get_bind().execute(statement, {"old": old, "new": new})
    op.execute("PRAGMA writable_schema = RESET")


def _guard(table: str, event: str, name: str, condition: str, words: str, lock: str) -> None:
    if _is_sqlite():
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )
        return
    row = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION guard_{table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
        f"BEGIN {lock} IF {condition} THEN RAISE EXCEPTION '{words}' "
        f"USING ERRCODE = 'check_violation'; END IF; RETURN {row}; END $guard$"
    )
    op.execute(
        f"CREATE TRIGGER guard_{name} BEFORE {event} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION guard_{table}_{name}()"
    )
