"""cuts that wait to be worked out beside the pages"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0030"


def upgrade() -> None:
    with op.batch_alter_table("turf_cut") as batch_op:
        batch_op.add_column(sa.Column("leased_by", sa.String(60), nullable=True))
        batch_op.add_column(sa.Column("leased_until", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("failure", sa.String(40), nullable=True))
    with op.batch_alter_table("turf_cut") as batch_op:
        batch_op.alter_column("attempts", server_default=None)


def downgrade() -> None:
    op.execute(sa.text("UPDATE turf_cut SET state = 'discarded' WHERE state = 'asked'"))
    with op.batch_alter_table("turf_cut") as batch_op:
        batch_op.drop_column("failure")
        batch_op.drop_column("attempts")
        batch_op.drop_column("leased_until")
        batch_op.drop_column("leased_by")
