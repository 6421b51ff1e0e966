"""Neighbours are asked in waves: whom a request asked and why, how often somebody may be asked, when the next wave is."""

import sqlalchemy as sa
from alembic import op

revision = "0003_neighbours_are_asked"
down_revision = "0002_lists_of_one_kind"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("help_request_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("reasons", sa.String(length=120), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.CheckConstraint("how IN ('message', 'ring')", name=op.f("ck_invitation_how")),
        sa.ForeignKeyConstraint(
            ["help_request_id"], ["help_request.id"], name=op.f("fk_invitation_help_request_id_help_request")
        ),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_invitation_resident_id_resident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("ref", name=op.f("uq_invitation_ref")),
        sa.UniqueConstraint("help_request_id", "resident_id", name=op.f("uq_invitation_help_request_id_resident_id")),
    )
    op.create_index("ix_invitation_resident_id_asked_at", "invitation", ["resident_id", "asked_at"])
    op.add_column("resident", sa.Column("most_a_week", sa.Integer(), nullable=False, server_default="3"))
    op.add_column("help_request", sa.Column("wave", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("help_request", sa.Column("wave_at", MOMENT, nullable=True))
    op.create_index("ix_help_request_wave", "help_request", ["status", "wave_at"])


def downgrade() -> None:
    op.drop_index("ix_help_request_wave", "help_request")
    for table, columns in (
        ("help_request", ("wave_at", "wave")),
        ("resident", ("most_a_week",)),
    ):
        for column in columns:
            op.drop_column(table, column)
    op.drop_table("invitation")
