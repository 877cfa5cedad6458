"""safety of homes, people who go in pairs, rests and limits"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

_REST = ("rest_from", "rest_until", "rest_minutes", "most_visits", "most_walking")


def upgrade() -> None:
    with op.batch_alter_table("household") as batch_op:
        for name in ("never_alone", "not_after_dark"):
            batch_op.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
        batch_op.add_column(
            sa.Column("safety_reason", sa.String(length=300), nullable=False, server_default="")
        )
    op.create_table(
        "home_visitor",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_home_visitor_household_id_household")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_home_visitor_user_id_user")
        ),
        sa.PrimaryKeyConstraint("household_id", "user_id", name=op.f("pk_home_visitor")),
    )
    op.create_index(op.f("ix_home_visitor_user_id"), "home_visitor", ["user_id"], unique=False)
    with op.batch_alter_table("route") as batch_op:
        batch_op.add_column(sa.Column("partner_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("rest_at_s", sa.Integer(), nullable=True))
        for name in _REST:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_route_partner_id_user"), "user", ["partner_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_route_partner_id"), ["partner_id"], unique=False)
    with op.batch_alter_table("member") as batch_op:
        for name in _REST:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("member") as batch_op:
        for name in _REST:
            batch_op.drop_column(name)
    with op.batch_alter_table("route") as batch_op:
        batch_op.drop_index(batch_op.f("ix_route_partner_id"))
        batch_op.drop_constraint(batch_op.f("fk_route_partner_id_user"), type_="foreignkey")
        for name in ("partner_id", "rest_at_s", *_REST):
            batch_op.drop_column(name)
    op.drop_table("home_visitor")
    with op.batch_alter_table("household") as batch_op:
        for name in ("safety_reason", "not_after_dark", "never_alone"):
            batch_op.drop_column(name)
