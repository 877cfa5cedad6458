"""at the door: hazards, fields changed by phones, their forms, homes found"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

MERGED = sa.Enum(
    "applied", "same", "clash", "kept", "taken", name="merged", native_enum=False, length=32
)
KIND = sa.Enum(
    "home",
    "person",
    "new_home",
    "new_person",
    "nobody_home",
    name="kind",
    native_enum=False,
    length=32,
)


def upgrade() -> None:
    with op.batch_alter_table("household") as batch_op:
        batch_op.add_column(sa.Column("hazards", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "field_edit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("was", sa.String(length=500), nullable=False),
        sa.Column("wanted", sa.String(length=500), nullable=False),
        sa.Column("found", sa.String(length=500), nullable=False),
        sa.Column("state", MERGED, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_field_edit_household_id_household")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_field_edit_resident_id_resident")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_field_edit_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_edit")),
    )
    with op.batch_alter_table("field_edit") as batch_op:
        for name in ("form_id", "household_id", "resident_id", "state"):
            batch_op.create_index(batch_op.f(f"ix_field_edit_{name}"), [name], unique=False)
    op.create_table(
        "phone_form",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["user.id"], name=op.f("fk_phone_form_volunteer_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_form")),
    )
    with op.batch_alter_table("phone_form") as batch_op:
        for name in ("volunteer_id", "received_at"):
            batch_op.create_index(batch_op.f(f"ix_phone_form_{name}"), [name], unique=False)
    op.create_table(
        "found_home",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("found_by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("perhaps_id", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["household.id"], name=op.f("fk_found_home_id_household")),
        sa.ForeignKeyConstraint(
            ["found_by_id"], ["user.id"], name=op.f("fk_found_home_found_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["perhaps_id"], ["household.id"], name=op.f("fk_found_home_perhaps_id_household")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_home")),
    )


def downgrade() -> None:
    op.drop_table("found_home")
    op.drop_table("phone_form")
    op.drop_table("field_edit")
    with op.batch_alter_table("household") as batch_op:
        batch_op.drop_column("hazards")
