"""Told in time, and talking: wishes, reminders, proposals, reserves, conversations, blocks, reports, the calendar."""

import sqlalchemy as sa
from alembic import op

revision = "0004_told_and_talking"
down_revision = "0003_neighbours_are_asked"
branch_labels = None
depends_on = None

# What somebody likes to help with becomes a bit mask, in this order for ever.
KINDS = ("garden", "snow", "errands", "lift", "digital", "home", "pets", "cooking", "company", "papers", "other")
LIKED = sa.text(
    "UPDATE resident SET kinds = kinds + :bit "
    "WHERE EXISTS (SELECT 1 FROM willing WHERE resident_id = resident.id AND kind = :kind)"
)
LIKES = sa.text("INSERT INTO willing SELECT id, CAST(:kind AS varchar) FROM resident WHERE (kinds & :bit) <> 0")
ASKED_BY = (
    "cell_id", "status", "suggestions", "kinds", "languages", "slots", "reach", "most_a_week", "break_until", "ref",
    "id",
)  # fmt: skip
BY_HOST = sa.text("channel = 'host' OR status = 'failed'")


def upgrade() -> None:
    with op.batch_alter_table("installation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("emptied_at", sa.DateTime(timezone=True), nullable=True))

    op.create_table(
        "block",
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["resident.id"], name=op.f("fk_block_by_id_resident")),
        sa.ForeignKeyConstraint(["other_id"], ["resident.id"], name=op.f("fk_block_other_id_resident")),
        sa.PrimaryKeyConstraint("by_id", "other_id", name=op.f("pk_block")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_block_other_id"), ["other_id"], unique=False)

    op.create_table(
        "calendar_address",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_calendar_address_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_calendar_address")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_address_token_hash")),
    )
    op.create_table(
        "notice_wish",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("notice", sa.String(length=16), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.CheckConstraint("how IN ('at_once', 'daily', 'never')", name=op.f("ck_notice_wish_how")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_notice_wish_resident_id_resident")),
        sa.PrimaryKeyConstraint("resident_id", "notice", name=op.f("pk_notice_wish")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("thing", sa.String(length=16), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_reminder_resident_id_resident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "kind",
            "thing",
            "thing_id",
            "resident_id",
            "day",
            name=op.f("uq_reminder_kind_thing_thing_id_resident_id_day"),
        ),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("against_id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=16), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("goes_to", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("goes_to IN ('host', 'operator')", name=op.f("ck_report_goes_to")),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_report_status")),
        sa.ForeignKeyConstraint(["against_id"], ["resident.id"], name=op.f("fk_report_against_id_resident")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_report_area_id_area")),
        sa.ForeignKeyConstraint(["by_id"], ["resident.id"], name=op.f("fk_report_by_id_resident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("ref", name=op.f("uq_report_ref")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_against_id"), ["against_id"], unique=False)
        batch_op.create_index("ix_report_area_id_status", ["area_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_by_id"), ["by_id"], unique=False)

    op.create_table(
        "thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("help_request_id", sa.Integer(), nullable=False),
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("asker_seen", sa.Integer(), nullable=False),
        sa.Column("helper_seen", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["help_request_id"], ["help_request.id"], name=op.f("fk_thread_help_request_id_help_request")
        ),
        sa.ForeignKeyConstraint(["helper_id"], ["resident.id"], name=op.f("fk_thread_helper_id_resident")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["resident.id"], name=op.f("fk_thread_opened_by_id_resident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        sa.UniqueConstraint("help_request_id", "helper_id", name=op.f("uq_thread_help_request_id_helper_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_thread_ref")),
    )
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thread_helper_id"), ["helper_id"], unique=False)
        batch_op.create_index("ix_thread_opened_by_id_created_at", ["opened_by_id", "created_at"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("smells", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["resident.id"], name=op.f("fk_message_by_id_resident")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_message_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("ref", name=op.f("uq_message_ref")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_thread_id"), ["thread_id"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("when_kind", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("at_time", sa.Time(), nullable=True),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('proposed', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_proposal_status")
        ),
        sa.CheckConstraint("when_kind IN ('day', 'weekdays', 'whenever')", name=op.f("ck_proposal_when_kind")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_proposal_agreement_id_agreement")),
        sa.ForeignKeyConstraint(["by_id"], ["resident.id"], name=op.f("fk_proposal_by_id_resident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("ref", name=op.f("uq_proposal_ref")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_index(
            "uq_proposal_stands",
            ["agreement_id"],
            unique=True,
            sqlite_where=sa.text("status = 'proposed'"),
            postgresql_where=sa.text("status = 'proposed'"),
        )

    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index("ix_agreement_status_day", ["status", "day"], unique=False)

    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.add_column(sa.Column("suggestions", sa.Boolean(), server_default=sa.true(), nullable=False))

    with op.batch_alter_table("dispatch", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_dispatch_channel"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_dispatch_status"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_dispatch_channel"), "channel IN ('email', 'text', 'host')")
        batch_op.create_check_constraint(
            batch_op.f("ck_dispatch_status"), "status IN ('due', 'gathers', 'sent', 'failed')"
        )
        batch_op.add_column(sa.Column("digest_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("done_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_dispatch_done_by_id_resident"), "resident", ["done_by_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_dispatch_digest_id_dispatch"), "dispatch", ["digest_id"], ["id"])

    in_a_letter = sa.text("digest_id IS NOT NULL")
    op.create_index(
        "ix_dispatch_digest_id", "dispatch", ["digest_id"], sqlite_where=in_a_letter, postgresql_where=in_a_letter
    )
    op.create_index("ix_dispatch_about", "dispatch", ["thing", "thing_id"])
    by_host = ["resident_id", "due_at"]
    op.create_index("ix_dispatch_by_host", "dispatch", by_host, sqlite_where=BY_HOST, postgresql_where=BY_HOST)

    with op.batch_alter_table("help_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_asked_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_help_request_first_asked_id_resident"), "resident", ["first_asked_id"], ["id"]
        )

    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("not_now_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_offer_status"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_offer_status"), "status IN ('draft', 'held', 'open', 'withdrawn', 'expired')"
        )

    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reserve_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.add_column(sa.Column("suggestions", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("told_by", sa.String(length=8), server_default="message", nullable=False))
        batch_op.create_check_constraint(batch_op.f("ck_resident_told_by"), "told_by IN ('message', 'host')")
        batch_op.add_column(sa.Column("kinds", sa.Integer(), server_default="0", nullable=False))
        batch_op.drop_index(batch_op.f("ix_resident_cell_id"))
    for place, kind in enumerate(KINDS):
        op.execute(LIKED.bindparams(bit=1 << place, kind=kind))
    op.create_index("ix_resident_fits", "resident", list(ASKED_BY))
    op.drop_table("willing")


def downgrade() -> None:
    op.create_table(
        "willing",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_willing_resident_id_resident")),
        sa.PrimaryKeyConstraint("resident_id", "kind", name=op.f("pk_willing")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_willing_kind"), "willing", ["kind"])
    for place, kind in enumerate(KINDS):
        op.execute(LIKES.bindparams(bit=1 << place, kind=kind))
    op.drop_index("ix_resident_fits", "resident")
    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.drop_column("kinds")
        batch_op.create_index(batch_op.f("ix_resident_cell_id"), ["cell_id"], unique=False)
    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_resident_told_by"), type_="check")
        batch_op.drop_column("told_by")
        batch_op.drop_column("suggestions")

    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_column("reserve_at")

    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_column("not_now_at")

    op.execute("UPDATE offer SET status = 'withdrawn' WHERE status = 'held'")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_offer_status"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_offer_status"), "status IN ('draft', 'open', 'withdrawn', 'expired')"
        )

    with op.batch_alter_table("help_request", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_help_request_first_asked_id_resident"), type_="foreignkey")
        batch_op.drop_column("first_asked_id")

    # What only the newer house can send goes, as it would have been told by now.
    op.drop_index("ix_dispatch_by_host", "dispatch")
    op.drop_index("ix_dispatch_about", "dispatch")
    op.drop_index("ix_dispatch_digest_id", "dispatch")
    op.execute("UPDATE dispatch SET digest_id = NULL")
    op.execute("DELETE FROM dispatch WHERE channel = 'host' OR status = 'gathers'")
    with op.batch_alter_table("dispatch", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_dispatch_channel"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_dispatch_status"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_dispatch_channel"), "channel IN ('email', 'text')")
        batch_op.create_check_constraint(batch_op.f("ck_dispatch_status"), "status IN ('due', 'sent', 'failed')")
        batch_op.drop_constraint(batch_op.f("fk_dispatch_digest_id_dispatch"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_dispatch_done_by_id_resident"), type_="foreignkey")
        batch_op.drop_column("done_at")
        batch_op.drop_column("done_by_id")
        batch_op.drop_column("digest_id")

    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.drop_column("suggestions")

    with op.batch_alter_table("installation", schema=None) as batch_op:
        batch_op.drop_column("emptied_at")

    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index("ix_agreement_status_day")

    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_proposal_stands",
            sqlite_where=sa.text("status = 'proposed'"),
            postgresql_where=sa.text("status = 'proposed'"),
        )
        batch_op.drop_index(batch_op.f("ix_proposal_agreement_id"))

    op.drop_table("proposal")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_thread_id"))
        batch_op.drop_index(batch_op.f("ix_message_by_id"))

    op.drop_table("message")
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.drop_index("ix_thread_opened_by_id_created_at")
        batch_op.drop_index(batch_op.f("ix_thread_helper_id"))

    op.drop_table("thread")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_by_id"))
        batch_op.drop_index("ix_report_area_id_status")
        batch_op.drop_index(batch_op.f("ix_report_against_id"))

    op.drop_table("report")
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reminder_resident_id"))

    op.drop_table("reminder")
    op.drop_table("notice_wish")
    op.drop_table("calendar_address")
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_block_other_id"))

    op.drop_table("block")
