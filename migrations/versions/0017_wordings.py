"""wordings"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "declared_day",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("working", "holiday", name="daykind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_day")),
        sa.UniqueConstraint("day", name=op.f("uq_declared_day_day")),
    )
    op.create_table(
        "commune_manner",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reply_way",
            sa.Enum(
                "hotline",
                "sim",
                "short_code",
                "missed_call",
                "counter",
                "page",
                "sender",
                name="replyway",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reply_number", sa.String(length=20), nullable=False),
        sa.Column("reply_keyword", sa.String(length=8), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.Column("siesta_from", sa.Integer(), nullable=False),
        sa.Column("siesta_until", sa.Integer(), nullable=False),
        sa.Column("weekends", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_commune_manner_area_id_area")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commune_manner")),
        sa.UniqueConstraint("area_id", name=op.f("uq_commune_manner_area_id")),
    )
    op.create_table(
        "registration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=40), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column(
            "language",
            sa.Enum("vi", "vi_accented", "en", name="language", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "not_sent",
                "submitted",
                "registered",
                "refused",
                name="registrationstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user.id"], name=op.f("fk_registration_changed_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("digest", "channel", name=op.f("uq_registration_digest_channel")),
    )
    op.create_table(
        "wording",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column(
            "language",
            sa.Enum("vi", "vi_accented", "en", name="language", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=600), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "in_use", "retired", name="wordingstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("written_by_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("used_from", sa.DateTime(), nullable=True),
        sa.Column("used_until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user.id"], name=op.f("fk_wording_written_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint(
            "template", "language", "number", name=op.f("uq_wording_template_language_number")
        ),
    )
    with op.batch_alter_table("wording", schema=None) as batch_op:
        batch_op.create_index(
            "uq_wording_in_use",
            ["template", "language"],
            unique=True,
            sqlite_where=sa.text("state = 'in_use'"),
            postgresql_where=sa.text("state = 'in_use'"),
        )
    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "language",
                sa.Enum("vi", "vi_accented", "en", name="language", native_enum=False, length=32),
                server_default="vi",
                nullable=False,
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.drop_column("language")
    with op.batch_alter_table("wording", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_wording_in_use",
            sqlite_where=sa.text("state = 'in_use'"),
            postgresql_where=sa.text("state = 'in_use'"),
        )
    op.drop_table("wording")
    op.drop_table("registration")
    op.drop_table("commune_manner")
    op.drop_table("declared_day")
