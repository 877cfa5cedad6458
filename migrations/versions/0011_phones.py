"""phones: what they hold, who was given which home, late and relayed reports"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

LATENESS = sa.Enum(
    "stop_gone",
    "moved",
    "closed",
    "withdrawn",
    "unknown",
    name="lateness",
    native_enum=False,
    length=32,
)


def upgrade() -> None:
    with op.batch_alter_table("device") as batch_op:
        batch_op.add_column(sa.Column("held", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("held_since", sa.DateTime(), nullable=True))
    op.create_table(
        "handout",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("stop_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_handout_round_id_round")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_handout_household_id_household")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["user.id"], name=op.f("fk_handout_volunteer_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handout")),
    )
    with op.batch_alter_table("handout") as batch_op:
        batch_op.create_index(batch_op.f("ix_handout_round_id"), ["round_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handout_stop_id"), ["stop_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handout_household_id"), ["household_id"], unique=False)
        batch_op.create_index(
            "ix_handout_volunteer_household", ["volunteer_id", "household_id"], unique=False
        )
    op.create_table(
        "visit_recall",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["user.id"], name=op.f("fk_visit_recall_volunteer_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_recall")),
    )
    with op.batch_alter_table("visit_report") as batch_op:
        batch_op.add_column(sa.Column("lateness", LATENESS, nullable=True))
        batch_op.add_column(sa.Column("reviewed_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("carried_by_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_visit_report_carried_by_id_user"), "user", ["carried_by_id"], ["id"]
        )
    _hand_out_what_is_published()


def _hand_out_what_is_published() -> None:
    """Whoever walks a published route while this runs was given its homes."""
    stop = sa.table(
        "stop",
        sa.column("id", sa.Uuid()),
        sa.column("round_id", sa.Uuid()),
        sa.column("route_id", sa.Uuid()),
        sa.column("household_id", sa.Uuid()),
    )
    route = sa.table("route", sa.column("id", sa.Uuid()), sa.column("volunteer_id", sa.Uuid()))
    round_ = sa.table("round", sa.column("id", sa.Uuid()), sa.column("published_at", sa.DateTime()))
    handout = sa.table(
        "handout",
        *(
            sa.column(name, sa.Uuid())
            for name in ("id", "round_id", "stop_id", "household_id", "volunteer_id")
        ),
        sa.column("given_at", sa.DateTime()),
    )
    rows = op.get_bind().execute(
        sa.select(
            stop.c.round_id,
            stop.c.id,
            stop.c.household_id,
            route.c.volunteer_id,
            round_.c.published_at,
        )
        .join_from(stop, route, route.c.id == stop.c.route_id)
        .join(round_, round_.c.id == stop.c.round_id)
        .where(round_.c.published_at.is_not(None))
    )
    fresh = [
        {
            "id": uuid.uuid4(),
            "round_id": of,
            "stop_id": id_,
            "household_id": home,
            "volunteer_id": who,
            "given_at": at,
        }
        for of, id_, home, who, at in rows
    ]
    if fresh:
        op.bulk_insert(handout, fresh)


def downgrade() -> None:
    with op.batch_alter_table("visit_report") as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_visit_report_carried_by_id_user"), type_="foreignkey"
        )
        batch_op.drop_column("carried_by_id")
        batch_op.drop_column("reviewed_at")
        batch_op.drop_column("lateness")
    op.drop_table("visit_recall")
    op.drop_table("handout")
    with op.batch_alter_table("device") as batch_op:
        batch_op.drop_column("held_since")
        batch_op.drop_column("held")
