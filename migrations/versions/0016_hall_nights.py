"""Evenings in a hall: the drawn order of pitches, and counts at the door."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEPT = "the order of the pitches is drawn once and stays"


def upgrade() -> None:
    op.create_table(
        "hall_night",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("pitches_over_at", engage.extensions.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("came >= 0", name=op.f("ck_hall_night_came_not_negative")),
        sa.CheckConstraint("papers >= 0", name=op.f("ck_hall_night_papers_not_negative")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_hall_night_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_hall_night")),
    )
    op.create_table(
        "pitch",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("place >= 1", name=op.f("ck_pitch_place_from_one")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_pitch_project_id_project")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_pitch_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "place", name=op.f("pk_pitch")),
        sa.UniqueConstraint("project_id", name=op.f("uq_pitch_project_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION keep_pitch() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
            f"BEGIN RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'check_violation'; END $guard$"
        )
        op.execute(
            "CREATE TRIGGER keep_pitch BEFORE UPDATE OR DELETE ON pitch "
            "FOR EACH ROW EXECUTE FUNCTION keep_pitch()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER pitch_refuses_{event.lower()} BEFORE {event} ON pitch "
            f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
        )


def downgrade() -> None:
    op.drop_table("pitch")
    op.drop_table("hall_night")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_pitch()")
