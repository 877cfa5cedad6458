"""several dossiers of one resident in a programme that repeats"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

RESIDENT, HOUSEHOLD = "resident_id IS NOT NULL", "resident_id IS NULL"


def _once(*more: str) -> None:
    for who, where in (("resident", RESIDENT), ("household", HOUSEHOLD)):
        op.create_index(
            f"uq_assistance_case_{who}",
            "assistance_case",
            ["programme", f"{who}_id", *more],
            unique=True,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def _drop() -> None:
    op.drop_index("uq_assistance_case_resident", "assistance_case")
    op.drop_index("uq_assistance_case_household", "assistance_case")


def upgrade() -> None:
    _drop()
    with op.batch_alter_table("assistance_case") as batch_op:
        batch_op.add_column(sa.Column("dossier", sa.Integer(), nullable=False, server_default="1"))
    _once("dossier")


def downgrade() -> None:
    # somebody's second procedure has no place in the older form: its rows go with it
    case = sa.table("assistance_case", sa.column("id"), sa.column("dossier"))
    later = sa.select(case.c.id).where(case.c.dossier > 1)
    for name in ("procedure", "hand_over", "assistance_step"):
        table = sa.table(name, sa.column("case_id"))
        op.execute(sa.delete(table).where(table.c.case_id.in_(later)))
    op.execute(sa.delete(case).where(case.c.dossier > 1))
    _drop()
    with op.batch_alter_table("assistance_case") as batch_op:
        batch_op.drop_column("dossier")
    _once()
