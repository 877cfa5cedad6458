"""clocks that run, and from what they were worked out"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

KIND = sa.Enum("deadline", "follow_up", "idle", name="clockkind", native_enum=False, length=32)


def upgrade() -> None:
    op.create_index("uq_household_id_area", "household", ["id", "area_id"], unique=True)
    with op.batch_alter_table("assistance_case") as batch_op:
        batch_op.add_column(sa.Column("began", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("seen_at", sa.DateTime(), nullable=True))
    op.create_table(
        "assistance_clock",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("idle", sa.Boolean(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("warn_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["assistance_case.id"],
            name=op.f("fk_assistance_clock_case_id_assistance_case"),
        ),
        sa.ForeignKeyConstraint(
            ["household_id", "area_id"],
            ["household.id", "household.area_id"],
            name="fk_assistance_clock_home",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_assistance_clock_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("case_id", "code", name=op.f("pk_assistance_clock")),
    )
    op.create_index(
        "ix_assistance_clock_day",
        "assistance_clock",
        ["idle", "due_on", "case_id", "code", "warn_on", "programme", "owner", "area_id"],
    )
    op.create_index(
        "ix_assistance_clock_programme",
        "assistance_clock",
        ["idle", "programme", "due_on", "case_id", "code", "warn_on", "owner", "area_id"],
    )
    op.create_index("ix_assistance_clock_area", "assistance_clock", ["area_id", "idle", "due_on"])
    op.create_index("ix_assistance_clock_home", "assistance_clock", ["household_id", "area_id"])
    op.create_table(
        "assistance_reckoning",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reached", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistance_reckoning")),
    )
    op.create_table(
        "assistance_counted_area",
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.Column("homes", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_assistance_counted_area_area_id_area")
        ),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_assistance_counted_area")),
    )
    op.create_index(
        "ix_assistance_counted_area_counted_at", "assistance_counted_area", ["counted_at"]
    )
    op.create_table(
        "assistance_pillar_count",
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("pillar", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("evidence", sa.String(length=32), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("homes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_assistance_pillar_count_area_id_area")
        ),
        sa.PrimaryKeyConstraint(
            "area_id", "pillar", "status", "evidence", name=op.f("pk_assistance_pillar_count")
        ),
    )
    op.create_table(
        "wanted_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_wanted_visit_household_id_household")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user.id"], name=op.f("fk_wanted_visit_asked_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wanted_visit")),
    )
    op.create_index("ix_wanted_visit_household_id", "wanted_visit", ["household_id"])
    op.create_index("ix_wanted_visit_until", "wanted_visit", ["until"])
    op.create_table(
        "asked_reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["assistance_case.id"],
            name=op.f("fk_asked_reminder_case_id_assistance_case"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user.id"], name=op.f("fk_asked_reminder_asked_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_reminder")),
        sa.UniqueConstraint("case_id", "day", name=op.f("uq_asked_reminder_case_id_day")),
    )
    op.create_index("ix_asked_reminder_day", "asked_reminder", ["day"])


def downgrade() -> None:
    op.drop_table("asked_reminder")
    op.drop_table("wanted_visit")
    op.drop_table("assistance_pillar_count")
    op.drop_table("assistance_counted_area")
    op.drop_table("assistance_reckoning")
    op.drop_table("assistance_clock")
    with op.batch_alter_table("assistance_case") as batch_op:
        batch_op.drop_column("seen_at")
        batch_op.drop_column("began")
    op.drop_index("uq_household_id_area", "household")
