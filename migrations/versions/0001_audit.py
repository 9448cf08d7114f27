"""The trail, append-only by triggers."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


REFUSE = "an entry of the trail is never changed or deleted"


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_role", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("object", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_event_hash")),
    )
    op.create_index(op.f("ix_audit_event_action"), "audit_event", ["action"], unique=False)
    op.create_index(op.f("ix_audit_event_object"), "audit_event", ["object"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )

    op.execute(f"INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSE}'; END $$"
        )
        for name, event in (("row", "UPDATE OR DELETE"), ("statement", "TRUNCATE")):
            op.execute(
                f"CREATE TRIGGER audit_event_keeps_each_{name} BEFORE {event} ON audit_event "
                f"FOR EACH {name.upper()} EXECUTE FUNCTION refuse_audit_change()"
            )
        op.execute(
            "CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head "
            "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
        )
        return
    for event, table in (
        ("UPDATE", "audit_event"),
        ("DELETE", "audit_event"),
        ("DELETE", "audit_head"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{event.lower()} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSE}'); END"
        )


def downgrade() -> None:
    op.drop_table("audit_head")
    op.drop_index(op.f("ix_audit_event_object"), table_name="audit_event")
    op.drop_index(op.f("ix_audit_event_action"), table_name="audit_event")
    op.drop_table("audit_event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")
