"""lists of agencies, partners and hand-overs, keyed digests, procedures"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


MEANS = ("paper", "spoken", "phone", "page", "imported")


def upgrade() -> None:
    _confirmation()
    _identity()
    _partners()
    op.create_table(
        "procedure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("link", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_procedure_case_id_assistance_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure")),
        sa.UniqueConstraint("case_id", name=op.f("uq_procedure_case_id")),
        sa.UniqueConstraint("link", name=op.f("uq_procedure_link")),
    )


def _confirmation() -> None:
    with op.batch_alter_table("assistance_step") as batch_op:
        batch_op.add_column(sa.Column("batch_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_assistance_step_batch_id"), ["batch_id"], unique=False)
    op.create_table(
        "agency_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column(
            "agency",
            _enum("agency", "police", "bank", "carrier", "office", "other"),
            nullable=False,
        ),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("variant", sa.String(length=40), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_agency_list_area_id_area")),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["user.id"], name=op.f("fk_agency_list_uploaded_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_list")),
    )
    op.create_index(op.f("ix_agency_list_area_id"), "agency_list", ["area_id"], unique=False)


def _identity() -> None:
    op.create_table(
        "person_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("pepper", sa.String(length=8), nullable=False),
        sa.Column("shared_digest", sa.String(length=64), nullable=False),
        sa.Column("shared_key", sa.String(length=8), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_person_key_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_key")),
        sa.UniqueConstraint("resident_id", name=op.f("uq_person_key_resident_id")),
    )
    op.create_index(op.f("ix_person_key_digest"), "person_key", ["digest"], unique=False)
    op.create_index(
        op.f("ix_person_key_shared_digest"), "person_key", ["shared_digest"], unique=False
    )
    op.create_table(
        "outside_benefit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("told", _enum("told", "number", "name"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("shared_key", sa.String(length=8), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_outside_benefit_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_benefit")),
    )
    op.create_index(
        op.f("ix_outside_benefit_resident_id"), "outside_benefit", ["resident_id"], unique=False
    )
    op.create_index(
        "ix_outside_benefit_digest", "outside_benefit", ["digest", "programme"], unique=False
    )


def _partners() -> None:
    op.create_table(
        "partner",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "kind", _enum("partnerkind", "bank", "carrier", "police", "other"), nullable=False
        ),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("grants", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_partner_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
    )
    op.create_index(op.f("ix_partner_area_id"), "partner", ["area_id"], unique=False)
    op.create_table(
        "partner_clerk",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_partner_clerk_partner_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_partner_clerk_user_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_clerk")),
        sa.UniqueConstraint("user_id", name=op.f("uq_partner_clerk_user_id")),
    )
    op.create_index(
        op.f("ix_partner_clerk_partner_id"), "partner_clerk", ["partner_id"], unique=False
    )
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("means", _enum("consentmeans", *MEANS), nullable=False),
        sa.Column("given_by", sa.String(length=120), nullable=False),
        sa.Column("wording", sa.String(length=40), nullable=False),
        sa.Column("handed_by_id", sa.Uuid(), nullable=False),
        sa.Column("handed_at", sa.DateTime(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_hand_over_partner_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_hand_over_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_hand_over_resident_id_resident")
        ),
        sa.ForeignKeyConstraint(
            ["handed_by_id"], ["user.id"], name=op.f("fk_hand_over_handed_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    op.create_index(op.f("ix_hand_over_case_id"), "hand_over", ["case_id"], unique=False)
    op.create_index(op.f("ix_hand_over_resident_id"), "hand_over", ["resident_id"], unique=False)
    op.create_index(
        "uq_hand_over_open",
        "hand_over",
        ["partner_id", "case_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    # clerks lose their accounts' role with their desk: the role is unknown before
    op.execute(sa.text("UPDATE \"user\" SET role = 'volunteer' WHERE role = 'partner'"))
    for table in (
        "procedure",
        "hand_over",
        "partner_clerk",
        "partner",
        "outside_benefit",
        "person_key",
        "agency_list",
    ):
        op.drop_table(table)
    with op.batch_alter_table("assistance_step") as batch_op:
        batch_op.drop_index(batch_op.f("ix_assistance_step_batch_id"))
        batch_op.drop_column("batch_id")
