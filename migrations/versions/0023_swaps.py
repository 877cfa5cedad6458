"""the approved list, and hand-over records"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def _enum(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def upgrade() -> None:
    op.create_table(
        "swap_approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("list_no", sa.String(80), nullable=False),
        sa.Column("line_no", sa.String(20), nullable=False),
        sa.Column(
            "evidence",
            _enum("circumstance", "none", "poor", "near_poor", "merit", "social_policy"),
            nullable=False,
        ),
        sa.Column("evidence_no", sa.String(80), nullable=False),
        sa.Column("kind", _enum("kind", "smartphone", "feature_4g", "old"), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_why", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_swap_approval_household_id_household"),
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["stock_device.id"], name=op.f("fk_swap_approval_device_id_stock_device")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user.id"], name=op.f("fk_swap_approval_added_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_approval")),
    )
    op.create_index(op.f("ix_swap_approval_household_id"), "swap_approval", ["household_id"])
    live = sa.text("withdrawn_at IS NULL")
    for name in ("household", "device"):
        op.create_index(
            f"uq_swap_approval_{name}",
            "swap_approval",
            [f"{name}_id"],
            unique=True,
            sqlite_where=live,
            postgresql_where=live,
        )
    op.create_table(
        "swap",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt_no", sa.String(20), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("imei", sa.String(15), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("ticked", sa.JSON(), nullable=False),
        sa.Column("face_check", _enum("facecheck", "done", "failed", "later"), nullable=False),
        sa.Column(
            "old_phone", _enum("oldphone", "none", "kept", "returned", "recycled"), nullable=False
        ),
        sa.Column("wipe_agreed", sa.Boolean(), nullable=False),
        sa.Column("old_device_id", sa.Uuid(), nullable=True),
        sa.Column("signature", sa.String(8192), nullable=False),
        sa.Column("paper_no", sa.String(40), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("review", _enum("review", "not_needed", "open", "kept", "void"), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("signature <> '' OR paper_no <> ''", name=op.f("ck_swap_signed")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_swap_household_id_household")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_swap_resident_id_resident")
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["swap_approval.id"], name=op.f("fk_swap_approval_id_swap_approval")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["stock_device.id"], name=op.f("fk_swap_device_id_stock_device")
        ),
        sa.ForeignKeyConstraint(
            ["old_device_id"], ["stock_device.id"], name=op.f("fk_swap_old_device_id_stock_device")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["user.id"], name=op.f("fk_swap_volunteer_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
        sa.UniqueConstraint("receipt_no", name=op.f("uq_swap_receipt_no")),
    )
    for name in ("household_id", "device_id", "volunteer_id", "recorded_at", "review"):
        op.create_index(op.f(f"ix_swap_{name}"), "swap", [name])
    counts = sa.text("review <> 'void'")
    op.create_index(
        "uq_swap_approval",
        "swap",
        ["approval_id"],
        unique=True,
        sqlite_where=counts,
        postgresql_where=counts,
    )


def downgrade() -> None:
    op.drop_table("swap")
    op.drop_table("swap_approval")
