"""cuts that wait to be worked out beside the pages"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    with op.batch_alter_table("turf_cut") as batch_op:
        batch_op.add_column(sa.Column("failure", sa.String(40), nullable=True))
    op.create_table(
        "turf_cutting",
        sa.Column("cut_id", sa.Uuid(), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("leased_by", sa.String(60), nullable=True),
        sa.Column("leased_until", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cut_id"], ["turf_cut.id"], name=op.f("fk_turf_cutting_cut_id_turf_cut")
        ),
        sa.PrimaryKeyConstraint("cut_id", name=op.f("pk_turf_cutting")),
    )


def downgrade() -> None:
    op.drop_table("turf_cutting")
    op.execute(sa.text("UPDATE turf_cut SET state = 'discarded' WHERE state = 'asked'"))
    with op.batch_alter_table("turf_cut") as batch_op:
        batch_op.drop_column("failure")
