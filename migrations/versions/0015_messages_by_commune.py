"""messages by commune: what each costs, which try a move belongs to, and a small due index"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0012"

DUE = sa.text("due_at IS NOT NULL")
UNASKED = sa.text("purpose <> 'answer'")


def upgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("commune_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("refused", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("charge", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("charged_before", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_message_commune_id_area"), "area", ["commune_id"], ["id"]
        )
        batch_op.drop_index("ix_message_due")
        batch_op.drop_constraint(batch_op.f("uq_message_phone_sent_on"), type_="unique")
        batch_op.create_index("ix_message_commune_sent", ["commune_id", "sent_on"], unique=False)
    op.create_index(
        "ix_message_due",
        "message",
        ["status", "due_at"],
        unique=False,
        sqlite_where=DUE,
        postgresql_where=DUE,
    )
    op.create_index(
        "uq_message_phone_sent_on",
        "message",
        ["phone", "sent_on"],
        unique=True,
        sqlite_where=UNASKED,
        postgresql_where=UNASKED,
    )
    with op.batch_alter_table("message_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("attempt", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("channel", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("provider_ref", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("code", sa.String(length=20), nullable=True))
    # a path is the chain of ids down to an area: the commune is the one whose path begins it
    op.execute(
        "UPDATE message SET commune_id = (SELECT commune.id FROM area "
        "JOIN area AS commune ON area.path LIKE commune.path || '%' "
        "WHERE area.id = message.area_id AND commune.level = 'commune' LIMIT 1)"
    )


def downgrade() -> None:
    with op.batch_alter_table("message_event", schema=None) as batch_op:
        for name in ("code", "provider_ref", "channel", "attempt"):
            batch_op.drop_column(name)
    op.drop_index("ix_message_due", "message")
    op.drop_index("uq_message_phone_sent_on", "message")
    # one a phone a day again, for answers as well: the later ones forget their day
    op.execute("UPDATE message SET sent_on = NULL WHERE purpose = 'answer' AND sent_on IS NOT NULL")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_commune_sent")
        batch_op.drop_constraint(batch_op.f("fk_message_commune_id_area"), type_="foreignkey")
        for name in ("charged_before", "charge", "refused", "commune_id"):
            batch_op.drop_column(name)
        batch_op.create_index("ix_message_due", ["status", "due_at"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_message_phone_sent_on"), ["phone", "sent_on"]
        )
