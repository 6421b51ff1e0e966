"""The heart: places, people, help, steps and outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001_the_heart"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_scope_key_hash_at", ["scope", "key_hash", "at"], unique=False)

    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("operator", sa.String(length=200), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("contact_phone", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("areas_version", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "municipality",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("population_source", sa.String(length=200), nullable=False),
        sa.Column("population_year", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("name", name=op.f("uq_municipality_name")),
        sa.UniqueConstraint("ref", name=op.f("uq_municipality_ref")),
    )
    op.create_table(
        "one_time_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("contact_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
        sa.UniqueConstraint("ref", name=op.f("uq_one_time_code_ref")),
    )
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_code_contact_hash"), ["contact_hash"], unique=False)

    op.create_table(
        "register_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("doors", sa.Integer(), nullable=False),
        sa.Column("addresses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_import")),
    )
    op.create_table(
        "association",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("steps_in", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("steps_in IN ('directly', 'looks', 'introduces')", name=op.f("ck_association_steps_in")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_association_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association")),
        sa.UniqueConstraint("ref", name=op.f("uq_association_ref")),
    )
    with op.batch_alter_table("association", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_association_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "official",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('municipality', 'operator')", name=op.f("ck_official_role")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_official_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official")),
        sa.UniqueConstraint("ref", name=op.f("uq_official_ref")),
    )
    with op.batch_alter_table("official", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_official_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_official_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_official_phone"), ["phone"], unique=False)

    op.create_table(
        "area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=True),
        sa.Column("joined_to_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("label", sa.String(length=250), nullable=False),
        sa.Column("polygon", sa.LargeBinary(), nullable=False),
        sa.Column("doors", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('soon', 'open', 'closed')", name=op.f("ck_area_state")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_area_association_id_association")
        ),
        sa.ForeignKeyConstraint(["joined_to_id"], ["area.id"], name=op.f("fk_area_joined_to_id_area")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_area_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("municipality_id", "key", name=op.f("uq_area_municipality_id_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_area_ref")),
    )
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_area_association_id"), ["association_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_area_joined_to_id"), ["joined_to_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_area_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "adjacent_area",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_adjacent_area_area_id_area")),
        sa.ForeignKeyConstraint(["other_id"], ["area.id"], name=op.f("fk_adjacent_area_other_id_area")),
        sa.PrimaryKeyConstraint("area_id", "other_id", name=op.f("pk_adjacent_area")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("doors", sa.Integer(), nullable=False),
        sa.Column("region", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_cell_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell")),
    )
    with op.batch_alter_table("cell", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cell_area_id"), ["area_id"], unique=False)

    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.CheckConstraint("kind IN ('public', 'green')", name=op.f("ck_place_kind")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_place_area_id_area")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_place_association_id_association")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("ref", name=op.f("uq_place_ref")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_place_association_id"), ["association_id"], unique=False)

    op.create_table(
        "door",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("since_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_door_cell_id_cell")),
        sa.ForeignKeyConstraint(["since_id"], ["register_import.id"], name=op.f("fk_door_since_id_register_import")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door")),
        sa.UniqueConstraint("lon", "lat", name=op.f("uq_door_lon_lat")),
    )
    with op.batch_alter_table("door", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_door_cell_id"), ["cell_id"], unique=False)

    op.create_table(
        "near_cell",
        sa.Column("a", sa.Integer(), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("b", sa.Integer(), nullable=False),
        sa.Column("area_b", sa.Integer(), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["a"], ["cell.id"], name=op.f("fk_near_cell_a_cell")),
        sa.ForeignKeyConstraint(["area_b"], ["area.id"], name=op.f("fk_near_cell_area_b_area")),
        sa.ForeignKeyConstraint(["b"], ["cell.id"], name=op.f("fk_near_cell_b_cell")),
        sa.PrimaryKeyConstraint("a", "band", "b", name=op.f("pk_near_cell")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "resident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("share_phone", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("languages", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("village_only", sa.Boolean(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("reach", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_how", sa.String(length=8), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("break_until", sa.Date(), nullable=True),
        sa.CheckConstraint("confirmed_how IN ('host', 'letter', 'setup')", name=op.f("ck_resident_confirmed_how")),
        sa.CheckConstraint("status IN ('waiting', 'confirmed', 'refused', 'left')", name=op.f("ck_resident_status")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_resident_area_id_area")),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_resident_cell_id_cell")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["resident.id"], name=op.f("fk_resident_confirmed_by_id_resident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident")),
        sa.UniqueConstraint("ref", name=op.f("uq_resident_ref")),
    )
    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.create_index("ix_resident_area_id_status", ["area_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_resident_cell_id"), ["cell_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_resident_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_resident_phone"), ["phone"], unique=False)

    op.create_table(
        "address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("door_id", sa.Integer(), nullable=False),
        sa.Column("street", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column(
            "street_folded",
            sa.String(length=120).with_variant(sa.String(length=120, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("place_folded", sa.String(length=100), nullable=False),
        sa.Column("number_value", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["door_id"], ["door.id"], name=op.f("fk_address_door_id_door")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint(
            "door_id",
            "street",
            "number",
            "unit",
            "postcode",
            name=op.f("uq_address_door_id_street_number_unit_postcode"),
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_address_ref")),
    )
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.create_index("ix_address_search", ["street_folded", "number_value"], unique=False)

    op.create_table(
        "assisted_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("consent_how", sa.String(length=200), nullable=False),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["resident.id"], name=op.f("fk_assisted_person_added_by_id_resident")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_assisted_person_area_id_area")),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_assisted_person_cell_id_cell")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assisted_person")),
        sa.UniqueConstraint("ref", name=op.f("uq_assisted_person_ref")),
    )
    with op.batch_alter_table("assisted_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assisted_person_area_id"), ["area_id"], unique=False)

    op.create_table(
        "auth_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("official_id", sa.Integer(), nullable=True),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN resident_id IS NULL THEN 0 ELSE 1 END + CASE WHEN official_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_auth_session_of_one"),
        ),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name=op.f("fk_auth_session_official_id_official")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_auth_session_resident_id_resident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_session")),
        sa.UniqueConstraint("ref", name=op.f("uq_auth_session_ref")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_auth_session_token_hash")),
    )
    with op.batch_alter_table("auth_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_auth_session_official_id"), ["official_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_auth_session_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "dispatch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("thing", sa.String(length=16), nullable=True),
        sa.Column("thing_id", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_by", sa.String(length=40), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.CheckConstraint("channel IN ('email', 'text')", name=op.f("ck_dispatch_channel")),
        sa.CheckConstraint("status IN ('due', 'sent', 'failed')", name=op.f("ck_dispatch_status")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_dispatch_resident_id_resident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch")),
        sa.UniqueConstraint("ref", name=op.f("uq_dispatch_ref")),
    )
    with op.batch_alter_table("dispatch", schema=None) as batch_op:
        batch_op.create_index("ix_dispatch_due", ["status", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_dispatch_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "letter_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_letter_code_area_id_area")),
        sa.ForeignKeyConstraint(["made_by_id"], ["resident.id"], name=op.f("fk_letter_code_made_by_id_resident")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_letter_code_resident_id_resident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_letter_code_code_hash")),
        sa.UniqueConstraint("ref", name=op.f("uq_letter_code_ref")),
    )
    with op.batch_alter_table("letter_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_code_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('member', 'host')", name=op.f("ck_membership_role")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_membership_association_id_association")
        ),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_membership_resident_id_resident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("resident_id", "association_id", name=op.f("uq_membership_resident_id_association_id")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_association_id"), ["association_id"], unique=False)

    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subkind", sa.String(length=24), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("languages", sa.Integer(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("status IN ('draft', 'open', 'withdrawn', 'expired')", name=op.f("ck_offer_status")),
        sa.CheckConstraint(
            "status IN ('draft', 'withdrawn') OR (title IS NOT NULL AND opened_at IS NOT NULL AND expires_at IS NOT NULL)",
            name=op.f("ck_offer_complete"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_offer_area_id_area")),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_offer_cell_id_cell")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_offer_resident_id_resident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("ref", name=op.f("uq_offer_ref")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_area_id"), ["area_id"], unique=False)
        batch_op.create_index("ix_offer_expires", ["status", "expires_at"], unique=False)
        batch_op.create_index(
            "ix_offer_open", ["cell_id", "status", "opened_at", "id", "kind", "slots", "languages"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_offer_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=16), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=16), nullable=False),
        sa.Column("after", sa.String(length=10), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("official_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_step_area_id_area")),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name=op.f("fk_step_official_id_official")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_step_resident_id_resident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
    )
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_step_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_step_resident_id"), ["resident_id"], unique=False)
        batch_op.create_index("ix_step_thing_thing_id", ["thing", "thing_id"], unique=False)

    op.create_table(
        "willing",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_willing_resident_id_resident")),
        sa.PrimaryKeyConstraint("resident_id", "kind", name=op.f("pk_willing")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("willing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_willing_kind"), ["kind"], unique=False)

    op.create_table(
        "help_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=True),
        sa.Column("assisted_person_id", sa.Integer(), nullable=True),
        sa.Column("acted_by_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subkind", sa.String(length=24), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("languages", sa.Integer(), nullable=False),
        sa.Column("when_kind", sa.String(length=10), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("at_time", sa.Time(), nullable=True),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("place_kind", sa.String(length=8), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("place_text", sa.String(length=120), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("first_yes", sa.Boolean(), nullable=False),
        sa.Column("noticeboard", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("channel IN ('self', 'on_behalf')", name=op.f("ck_help_request_channel")),
        sa.CheckConstraint("place_kind IN ('home', 'public', 'green')", name=op.f("ck_help_request_place_kind")),
        sa.CheckConstraint(
            "status IN ('draft', 'held', 'open', 'agreed', 'done', 'withdrawn', 'expired')",
            name=op.f("ck_help_request_status"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'withdrawn') OR (title IS NOT NULL AND when_kind IS NOT NULL AND place_kind IS NOT NULL AND opened_at IS NOT NULL AND expires_at IS NOT NULL)",
            name=op.f("ck_help_request_complete"),
        ),
        sa.CheckConstraint("when_kind IN ('day', 'weekdays', 'whenever')", name=op.f("ck_help_request_when_kind")),
        sa.CheckConstraint(
            "(CASE WHEN asker_id IS NULL THEN 0 ELSE 1 END + CASE WHEN assisted_person_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_help_request_asked_by_one"),
        ),
        sa.CheckConstraint(
            "places BETWEEN 1 AND 20 AND taken BETWEEN 0 AND places", name=op.f("ck_help_request_places")
        ),
        sa.ForeignKeyConstraint(["acted_by_id"], ["resident.id"], name=op.f("fk_help_request_acted_by_id_resident")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_help_request_area_id_area")),
        sa.ForeignKeyConstraint(["asker_id"], ["resident.id"], name=op.f("fk_help_request_asker_id_resident")),
        sa.ForeignKeyConstraint(
            ["assisted_person_id"],
            ["assisted_person.id"],
            name=op.f("fk_help_request_assisted_person_id_assisted_person"),
        ),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_help_request_cell_id_cell")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_help_request_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
        sa.UniqueConstraint("ref", name=op.f("uq_help_request_ref")),
    )
    with op.batch_alter_table("help_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_request_acted_by_id"), ["acted_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_request_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_request_asker_id"), ["asker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_request_assisted_person_id"), ["assisted_person_id"], unique=False)
        batch_op.create_index("ix_help_request_expires", ["status", "expires_at"], unique=False)
        batch_op.create_index(
            "ix_help_request_open",
            ["cell_id", "status", "urgent", "opened_at", "id", "kind", "slots", "languages"],
            unique=False,
        )

    op.create_table(
        "home",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("assisted_person_id", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN resident_id IS NULL THEN 0 ELSE 1 END + CASE WHEN assisted_person_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_home_of_one"),
        ),
        sa.ForeignKeyConstraint(
            ["assisted_person_id"], ["assisted_person.id"], name=op.f("fk_home_assisted_person_id_assisted_person")
        ),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_home_resident_id_resident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home")),
        sa.UniqueConstraint("assisted_person_id", name=op.f("uq_home_assisted_person_id")),
        sa.UniqueConstraint("resident_id", name=op.f("uq_home_resident_id")),
    )
    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("help_request_id", sa.Integer(), nullable=False),
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=300), nullable=False),
        sa.Column("share_phone", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('offered', 'reserve', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_reply_status")
        ),
        sa.ForeignKeyConstraint(
            ["help_request_id"], ["help_request.id"], name=op.f("fk_reply_help_request_id_help_request")
        ),
        sa.ForeignKeyConstraint(["helper_id"], ["resident.id"], name=op.f("fk_reply_helper_id_resident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("help_request_id", "helper_id", name=op.f("uq_reply_help_request_id_helper_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_reply_ref")),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_helper_id"), ["helper_id"], unique=False)

    op.create_table(
        "unsealing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("why IN ('join', 'letter', 'agreement', 'assisted')", name=op.f("ck_unsealing_why")),
        sa.ForeignKeyConstraint(["by_id"], ["resident.id"], name=op.f("fk_unsealing_by_id_resident")),
        sa.ForeignKeyConstraint(["home_id"], ["home.id"], name=op.f("fk_unsealing_home_id_home")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsealing")),
    )
    with op.batch_alter_table("unsealing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unsealing_home_id"), ["home_id"], unique=False)

    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("help_request_id", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.Column("when_kind", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("at_time", sa.Time(), nullable=True),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("asker_shares_phone", sa.Boolean(), nullable=False),
        sa.Column("helper_shares_phone", sa.Boolean(), nullable=False),
        sa.Column("address_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('agreed', 'done', 'cancelled', 'missed')", name=op.f("ck_agreement_status")),
        sa.ForeignKeyConstraint(
            ["help_request_id"], ["help_request.id"], name=op.f("fk_agreement_help_request_id_help_request")
        ),
        sa.ForeignKeyConstraint(["helper_id"], ["resident.id"], name=op.f("fk_agreement_helper_id_resident")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_agreement_reply_id_reply")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("ref", name=op.f("uq_agreement_ref")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_help_request_id"), ["help_request_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_helper_id"), ["helper_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_reply_id"), ["reply_id"], unique=False)

    op.create_table(
        "thanks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_thanks_agreement_id_agreement")),
        sa.ForeignKeyConstraint(["from_id"], ["resident.id"], name=op.f("fk_thanks_from_id_resident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thanks")),
        sa.UniqueConstraint("agreement_id", "from_id", name=op.f("uq_thanks_agreement_id_from_id")),
    )
    with op.batch_alter_table("thanks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thanks_from_id"), ["from_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("thanks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thanks_from_id"))

    op.drop_table("thanks")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_reply_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_helper_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_help_request_id"))

    op.drop_table("agreement")
    with op.batch_alter_table("unsealing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unsealing_home_id"))

    op.drop_table("unsealing")
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_helper_id"))

    op.drop_table("reply")
    op.drop_table("home")
    with op.batch_alter_table("help_request", schema=None) as batch_op:
        batch_op.drop_index("ix_help_request_open")
        batch_op.drop_index("ix_help_request_expires")
        batch_op.drop_index(batch_op.f("ix_help_request_assisted_person_id"))
        batch_op.drop_index(batch_op.f("ix_help_request_asker_id"))
        batch_op.drop_index(batch_op.f("ix_help_request_area_id"))
        batch_op.drop_index(batch_op.f("ix_help_request_acted_by_id"))

    op.drop_table("help_request")
    with op.batch_alter_table("willing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_willing_kind"))

    op.drop_table("willing")
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.drop_index("ix_step_thing_thing_id")
        batch_op.drop_index(batch_op.f("ix_step_resident_id"))
        batch_op.drop_index(batch_op.f("ix_step_at"))

    op.drop_table("step")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_resident_id"))
        batch_op.drop_index("ix_offer_open")
        batch_op.drop_index("ix_offer_expires")
        batch_op.drop_index(batch_op.f("ix_offer_area_id"))

    op.drop_table("offer")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_association_id"))

    op.drop_table("membership")
    with op.batch_alter_table("letter_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_code_resident_id"))

    op.drop_table("letter_code")
    with op.batch_alter_table("dispatch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispatch_resident_id"))
        batch_op.drop_index("ix_dispatch_due")

    op.drop_table("dispatch")
    with op.batch_alter_table("auth_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_auth_session_resident_id"))
        batch_op.drop_index(batch_op.f("ix_auth_session_official_id"))

    op.drop_table("auth_session")
    with op.batch_alter_table("assisted_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assisted_person_area_id"))

    op.drop_table("assisted_person")
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_index("ix_address_search")

    op.drop_table("address")
    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resident_phone"))
        batch_op.drop_index(batch_op.f("ix_resident_email"))
        batch_op.drop_index(batch_op.f("ix_resident_cell_id"))
        batch_op.drop_index("ix_resident_area_id_status")

    op.drop_table("resident")
    op.drop_table("near_cell")
    with op.batch_alter_table("door", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_door_cell_id"))

    op.drop_table("door")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_association_id"))
        batch_op.drop_index(batch_op.f("ix_place_area_id"))

    op.drop_table("place")
    with op.batch_alter_table("cell", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cell_area_id"))

    op.drop_table("cell")
    op.drop_table("adjacent_area")
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_area_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_area_joined_to_id"))
        batch_op.drop_index(batch_op.f("ix_area_association_id"))

    op.drop_table("area")
    with op.batch_alter_table("official", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_official_phone"))
        batch_op.drop_index(batch_op.f("ix_official_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_official_email"))

    op.drop_table("official")
    with op.batch_alter_table("association", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_association_municipality_id"))

    op.drop_table("association")
    op.drop_table("register_import")
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_code_contact_hash"))

    op.drop_table("one_time_code")
    op.drop_table("municipality")
    op.drop_table("installation")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_scope_key_hash_at")

    op.drop_table("attempt")
