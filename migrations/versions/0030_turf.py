"""turf, homes held on a day, and rounds planned at night"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def upgrade() -> None:
    op.create_table(
        "turf",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("outline", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("service_minutes", sa.Integer(), nullable=False),
        sa.Column("walking_minutes", sa.Integer(), nullable=False),
        sa.Column("open_homes", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_turf_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turf")),
    )
    op.create_index(op.f("ix_turf_team_id"), "turf", ["team_id"], unique=False)
    op.create_table(
        "turf_home",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("turf_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_turf_home_team_id_team")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_turf_home_household_id_household")
        ),
        sa.ForeignKeyConstraint(["turf_id"], ["turf.id"], name=op.f("fk_turf_home_turf_id_turf")),
        sa.PrimaryKeyConstraint("team_id", "household_id", name=op.f("pk_turf_home")),
    )
    op.create_index(op.f("ix_turf_home_household_id"), "turf_home", ["household_id"], unique=False)
    op.create_index(op.f("ix_turf_home_turf_id"), "turf_home", ["turf_id"], unique=False)
    op.create_table(
        "turf_holder",
        sa.Column("turf_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["turf_id"], ["turf.id"], name=op.f("fk_turf_holder_turf_id_turf")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_turf_holder_user_id_user")),
        sa.PrimaryKeyConstraint("turf_id", "user_id", name=op.f("pk_turf_holder")),
    )
    op.create_index(op.f("ix_turf_holder_user_id"), "turf_holder", ["user_id"], unique=False)
    op.create_table(
        "turf_cut",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _enum("kind", "evened", "fresh", "drawn"), nullable=False),
        sa.Column("state", _enum("cutstate", "proposed", "accepted", "discarded"), nullable=False),
        sa.Column("area_ids", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_turf_cut_team_id_team")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user.id"], name=op.f("fk_turf_cut_made_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turf_cut")),
    )
    op.create_index(op.f("ix_turf_cut_team_id"), "turf_cut", ["team_id"], unique=False)
    _upgrade_holds()
    _upgrade_nights()


def _upgrade_holds() -> None:
    with op.batch_alter_table("team") as batch_op:
        batch_op.add_column(sa.Column("lease_hours", sa.Integer(), nullable=True))
    with op.batch_alter_table("round") as batch_op:
        batch_op.add_column(sa.Column("lease_until", sa.DateTime(), nullable=True))
    op.create_table(
        "home_hold",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("stop_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_home_hold_household_id_household")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_home_hold_round_id_round")
        ),
        sa.PrimaryKeyConstraint("household_id", "day", name=op.f("pk_home_hold")),
    )
    op.create_index(op.f("ix_home_hold_round_id"), "home_hold", ["round_id"], unique=False)
    # what is published holds its homes; where two rounds of a day have one, the first made
    op.execute(
        sa.text(
            """
            INSERT INTO home_hold (household_id, day, round_id, stop_id)
            SELECT s.household_id, r.day, r.id, s.id
            FROM stop s JOIN round r ON r.id = s.round_id
            WHERE r.published_at IS NOT NULL AND r.state <> 'cancelled'
              AND NOT EXISTS (
                SELECT 1 FROM stop o JOIN round q ON q.id = o.round_id
                WHERE o.household_id = s.household_id AND q.day = r.day AND q.id <> r.id
                  AND q.published_at IS NOT NULL AND q.state <> 'cancelled'
                  AND (q.created_at < r.created_at
                       OR (q.created_at = r.created_at AND q.id < r.id)))
            """
        )
    )


def _upgrade_nights() -> None:
    op.create_table(
        "night_habit",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("plans", sa.Boolean(), nullable=False),
        sa.Column("publishes", sa.Boolean(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("told_by_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "0 <= starts AND starts < ends AND ends <= 1440", name=op.f("ck_night_habit_minutes")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_night_habit_team_id_team")),
        sa.ForeignKeyConstraint(
            ["told_by_id"], ["user.id"], name=op.f("fk_night_habit_told_by_id_user")
        ),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_night_habit")),
    )
    op.create_table(
        "night_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("leased_by", sa.String(length=60), nullable=True),
        sa.Column("leased_until", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_night_run_team_id_team")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_night_run_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_night_run")),
        sa.UniqueConstraint("team_id", "day", name=op.f("uq_night_run_team_id_day")),
    )
    op.create_index(op.f("ix_night_run_day"), "night_run", ["day"], unique=False)


def downgrade() -> None:
    for table in ("night_run", "night_habit", "home_hold"):
        op.drop_table(table)
    with op.batch_alter_table("round") as batch_op:
        batch_op.drop_column("lease_until")
    with op.batch_alter_table("team") as batch_op:
        batch_op.drop_column("lease_hours")
    for table in ("turf_cut", "turf_holder", "turf_home", "turf"):
        op.drop_table(table)
