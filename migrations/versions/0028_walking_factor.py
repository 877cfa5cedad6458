"""what walks taught about an area's alleys"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "walking_factor",
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("factor", sa.Double(), nullable=True),
        sa.Column("walks", sa.Integer(), nullable=False),
        sa.Column("learned_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_walking_factor_area_id_area")
        ),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_walking_factor")),
    )


def downgrade() -> None:
    op.drop_table("walking_factor")
