"""An index for lists that are narrowed to one kind of help."""

from alembic import op

revision = "0002_lists_of_one_kind"
down_revision = "0001_the_heart"
branch_labels = None
depends_on = None

NAME = "ix_help_request_open_kind"
COLUMNS = ["cell_id", "status", "kind", "urgent", "opened_at", "id", "slots", "languages"]


def upgrade() -> None:
    op.create_index(NAME, "help_request", COLUMNS)


def downgrade() -> None:
    op.drop_index(NAME, "help_request")
