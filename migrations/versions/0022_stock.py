"""devices, the places they are in, and the chain of movements between places"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def _enum(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def upgrade() -> None:
    key = sa.String(400).with_variant(sa.String(400, collation="C"), "postgresql")
    op.create_table(
        "stock_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            _enum("placekind", "funder", "store", "team", "bag", "home", "recycler", "lost"),
            nullable=False,
        ),
        sa.Column("key", key, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'store') = (area_id IS NOT NULL)", name=op.f("ck_stock_place_store_of_area")
        ),
        sa.CheckConstraint(
            "(kind IN ('team', 'bag')) = (team_id IS NOT NULL)", name=op.f("ck_stock_place_team")
        ),
        sa.CheckConstraint(
            "(kind = 'bag') = (user_id IS NOT NULL)", name=op.f("ck_stock_place_bag_of_user")
        ),
        sa.CheckConstraint(
            "(kind = 'home') = (household_id IS NOT NULL)", name=op.f("ck_stock_place_home")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_stock_place_area_id_area")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_stock_place_team_id_team")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_stock_place_user_id_user")),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_stock_place_household_id_household"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_place")),
        sa.UniqueConstraint("key", name=op.f("uq_stock_place_key")),
    )
    for name in ("team_id", "user_id", "household_id"):
        op.create_index(op.f(f"ix_stock_place_{name}"), "stock_place", [name])
    op.create_table(
        "stock_movement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("previous_number", sa.Integer(), nullable=True),
        sa.Column("next_number", sa.Integer(), nullable=True),
        sa.Column("from_place_id", sa.Uuid(), nullable=False),
        sa.Column("to_place_id", sa.Uuid(), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column(
            "received",
            _enum("received", "not_needed", "awaited", "confirmed", "on_word"),
            nullable=False,
        ),
        sa.Column("received_at", sa.DateTime(), nullable=True),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_stock_movement_number")),
        sa.CheckConstraint(
            "(number = 1) = (previous_number IS NULL)", name=op.f("ck_stock_movement_first")
        ),
        sa.CheckConstraint(
            "previous_number IS NULL OR previous_number = number - 1",
            name=op.f("ck_stock_movement_previous"),
        ),
        sa.CheckConstraint(
            "next_number IS NULL OR next_number = number + 1", name=op.f("ck_stock_movement_next")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
        sa.UniqueConstraint("device_id", "number", name="moved_once"),
        sa.UniqueConstraint("device_id", "number", "to_place_id", "next_number", name="left_for"),
        sa.ForeignKeyConstraint(
            ["from_place_id"],
            ["stock_place.id"],
            name=op.f("fk_stock_movement_from_place_id_stock_place"),
        ),
        sa.ForeignKeyConstraint(
            ["to_place_id"],
            ["stock_place.id"],
            name=op.f("fk_stock_movement_to_place_id_stock_place"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user.id"], name=op.f("fk_stock_movement_actor_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["device_id", "previous_number", "from_place_id", "number"],
            [
                "stock_movement.device_id",
                "stock_movement.number",
                "stock_movement.to_place_id",
                "stock_movement.next_number",
            ],
            name="begins_where_the_last_ended",
        ),
        sa.ForeignKeyConstraint(
            ["device_id", "next_number"],
            ["stock_movement.device_id", "stock_movement.number"],
            name="left_for_somewhere",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    here = sa.text("next_number IS NULL")
    op.create_index(
        "ix_stock_movement_here",
        "stock_movement",
        ["to_place_id"],
        sqlite_where=here,
        postgresql_where=here,
    )
    op.create_index(op.f("ix_stock_movement_form_id"), "stock_movement", ["form_id"])
    op.create_table(
        "stock_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("funder", sa.String(120), nullable=False),
        sa.Column("paper_no", sa.String(80), nullable=False),
        sa.Column("devices", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_stock_delivery_area_id_area")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_stock_delivery_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_delivery")),
    )
    op.create_index(op.f("ix_stock_delivery_area_id"), "stock_delivery", ["area_id"])
    op.create_table(
        "stock_device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("kind", _enum("kind", "smartphone", "feature_4g", "old"), nullable=False),
        sa.Column("imei", sa.String(15), nullable=True),
        sa.Column("model", sa.String(80), nullable=False),
        sa.Column("search_key", key, nullable=False),
        sa.Column("funder", sa.String(120), nullable=False),
        sa.Column("accessories", sa.String(200), nullable=False),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.Column("condition", _enum("condition", "new", "used", "faulty"), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("first_number = 1", name=op.f("ck_stock_device_first")),
        sa.CheckConstraint("kind = 'old' OR imei IS NOT NULL", name=op.f("ck_stock_device_serial")),
        sa.ForeignKeyConstraint(
            ["id", "first_number"],
            ["stock_movement.device_id", "stock_movement.number"],
            name="came_from_somewhere",
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_stock_device_area_id_area")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["stock_delivery.id"],
            name=op.f("fk_stock_device_delivery_id_stock_delivery"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_device")),
        sa.UniqueConstraint("imei", name=op.f("uq_stock_device_imei")),
    )
    for name in ("area_id", "delivery_id"):
        op.create_index(op.f(f"ix_stock_device_{name}"), "stock_device", [name])
    op.create_table(
        "stock_count",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_stock_count_user_id_user")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_stock_count_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_count")),
    )
    op.create_index(op.f("ix_stock_count_user_id"), "stock_count", ["user_id"])


def downgrade() -> None:
    for table in ("stock_count", "stock_device", "stock_delivery", "stock_movement", "stock_place"):
        op.drop_table(table)
