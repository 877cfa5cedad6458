"""how communes send and what they may spend, and how channels fare"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "commune_sms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("sender", sa.String(length=11), nullable=False),
        sa.Column("monthly_budget", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "monthly_budget IS NULL OR monthly_budget >= 0", name=op.f("ck_commune_sms_budget")
        ),
        sa.CheckConstraint(
            "trial OR monthly_budget IS NOT NULL", name=op.f("ck_commune_sms_budget_when_live")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_commune_sms_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commune_sms")),
        sa.UniqueConstraint("area_id", name=op.f("uq_commune_sms_area_id")),
    )
    op.create_table(
        "sms_spending",
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_sms_spending_spent")),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["area.id"], name=op.f("fk_sms_spending_commune_id_area")
        ),
        sa.PrimaryKeyConstraint("commune_id", "month", name=op.f("pk_sms_spending")),
    )
    op.create_table(
        "sms_channel",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column(
            "circuit",
            sa.Enum("closed", "open", "half_open", name="circuit", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sms_channel")),
    )
    op.create_table(
        "sms_channel_minute",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("minute", sa.DateTime(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("slowed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "minute", name=op.f("pk_sms_channel_minute")),
    )


def downgrade() -> None:
    for name in ("sms_channel_minute", "sms_channel", "sms_spending", "commune_sms"):
        op.drop_table(name)
