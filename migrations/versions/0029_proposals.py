"""proposals, steps that can be undone, people who get no more"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "round_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("fill", "least", "free", name="mode", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("absent_route_id", sa.Uuid(), nullable=True),
        sa.Column("most_changed", sa.Integer(), nullable=True),
        sa.Column("ready_at", sa.DateTime(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("failure", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["absent_route_id"], ["route.id"], name=op.f("fk_round_proposal_absent_route_id_route")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user.id"], name=op.f("fk_round_proposal_asked_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_round_proposal_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_proposal")),
        sa.UniqueConstraint("round_id", name=op.f("uq_round_proposal_round_id")),
    )
    op.create_table(
        "round_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("began", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user.id"], name=op.f("fk_round_step_made_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_round_step_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_step")),
    )
    with op.batch_alter_table("round_step") as batch_op:
        batch_op.create_index(batch_op.f("ix_round_step_round_id"), ["round_id"], unique=False)
    with op.batch_alter_table("round_planning") as batch_op:
        batch_op.add_column(sa.Column("proposal_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_round_planning_proposal_id_round_proposal"),
            "round_proposal",
            ["proposal_id"],
            ["id"],
        )
    with op.batch_alter_table("route") as batch_op:
        batch_op.add_column(
            sa.Column("full", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("route") as batch_op:
        batch_op.alter_column("full", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("route") as batch_op:
        batch_op.drop_column("full")
    # what was asked for a proposal would become a wish to plan the round itself
    op.execute("DELETE FROM round_planning WHERE proposal_id IS NOT NULL")
    with op.batch_alter_table("round_planning") as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_round_planning_proposal_id_round_proposal"), type_="foreignkey"
        )
        batch_op.drop_column("proposal_id")
    with op.batch_alter_table("round_step") as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_step_round_id"))
    op.drop_table("round_step")
    op.drop_table("round_proposal")
