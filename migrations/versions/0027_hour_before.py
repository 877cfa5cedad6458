"""a text an hour before"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    with op.batch_alter_table("commune_manner") as batch_op:
        batch_op.add_column(
            sa.Column("hour_before", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("commune_manner") as batch_op:
        batch_op.alter_column("hour_before", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("commune_manner") as batch_op:
        batch_op.drop_column("hour_before")
