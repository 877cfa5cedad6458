"""what is typed and ticked with a step"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    with op.batch_alter_table("assistance_case") as batch_op:
        batch_op.add_column(sa.Column("typed", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("assistance_step") as batch_op:
        batch_op.add_column(sa.Column("typed", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("ticked", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("assistance_step") as batch_op:
        batch_op.drop_column("ticked")
        batch_op.drop_column("typed")
    with op.batch_alter_table("assistance_case") as batch_op:
        batch_op.drop_column("typed")
