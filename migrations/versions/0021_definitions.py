"""definitions of programmes that an administrator stored"""

import sqlalchemy as sa
from alembic import op

from outreach.core.db import UtcDateTime

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "assistance_definition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user.id"], name=op.f("fk_assistance_definition_actor_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistance_definition")),
        sa.UniqueConstraint(
            "programme", "version", name=op.f("uq_assistance_definition_programme_version")
        ),
    )
    op.create_index(
        op.f("ix_assistance_definition_actor_id"), "assistance_definition", ["actor_id"]
    )


def downgrade() -> None:
    op.drop_table("assistance_definition")
