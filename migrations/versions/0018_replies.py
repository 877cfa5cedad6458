"""replies"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("chosen", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_offer_appointment_id_appointment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_offer_appointment_id"), ["appointment_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_offer_phone"), ["phone"], unique=False)
    op.create_table(
        "reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "twilio", "brandname", "typed", name="replysource", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("provider_ref", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column(
            "meaning",
            sa.Enum(
                "confirm",
                "move",
                "choice",
                "stop",
                "help",
                "unclear",
                name="meaning",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("done", "waiting", "answered", name="replystate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("typed_by_id", sa.Uuid(), nullable=True),
        sa.Column("handled_by_id", sa.Uuid(), nullable=True),
        sa.Column("handled_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_reply_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_reply_area_id_area")),
        sa.ForeignKeyConstraint(
            ["handled_by_id"], ["user.id"], name=op.f("fk_reply_handled_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["typed_by_id"], ["user.id"], name=op.f("fk_reply_typed_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("source", "provider_ref", name=op.f("uq_reply_source_provider_ref")),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reply_phone"), ["phone"], unique=False)
        batch_op.create_index("ix_reply_state", ["state", "received_at"], unique=False)
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_stop_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("confirmed_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("confirmed_by", sa.String(length=20), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_appointment_left_stop_id"), ["left_stop_id"], unique=False
        )
    with op.batch_alter_table("suppression", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("lifted_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column("lift_reason", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_suppression_told_by_id_user"), "user", ["told_by_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_suppression_lifted_by_id_user"), "user", ["lifted_by_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("suppression", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_suppression_lifted_by_id_user"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_suppression_told_by_id_user"), type_="foreignkey")
        batch_op.drop_column("lift_reason")
        batch_op.drop_column("lifted_by_id")
        batch_op.drop_column("told_by_id")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_left_stop_id"))
        batch_op.drop_column("confirmed_by")
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("left_stop_id")
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_index("ix_reply_state")
        batch_op.drop_index(batch_op.f("ix_reply_phone"))
        batch_op.drop_index(batch_op.f("ix_reply_area_id"))
    op.drop_table("reply")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_phone"))
        batch_op.drop_index(batch_op.f("ix_offer_appointment_id"))
    op.drop_table("offer")
