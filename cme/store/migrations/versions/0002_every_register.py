"""Every register: sealed files and readings, roll data, mappings, translations, authority dates, outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "authority_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("half", sa.String(length=2), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["local_authority.id"],
            name=op.f("fk_authority_period_authority_id_local_authority"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_period")),
        sa.UniqueConstraint(
            "authority_id",
            "kind",
            "first_on",
            "last_on",
            "half",
            name=op.f("uq_authority_period_authority_id_kind_first_on_last_on_half"),
        ),
    )
    with op.batch_alter_table("authority_period", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_authority_period_authority_id"), ["authority_id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=240), nullable=False),
        sa.Column("relationship", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name=op.f("fk_contact_pupil_id_pupil")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_pupil_id"), ["pupil_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_outbox_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("user_id", "kind", "on", name=op.f("uq_outbox_user_id_kind_on")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_user_id"), ["user_id"], unique=False)

    op.create_table(
        "pupil_flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name=op.f("fk_pupil_flag_pupil_id_pupil")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pupil_flag")),
    )
    with op.batch_alter_table("pupil_flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pupil_flag_pupil_id"), ["pupil_id"], unique=False)

    op.create_table(
        "code_translation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("own_code", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_code_translation_school_id_school")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_translation")),
    )
    with op.batch_alter_table("code_translation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_translation_school_id"), ["school_id"], unique=False)

    op.create_table(
        "column_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_column_mapping_school_id_school")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mapping")),
    )
    with op.batch_alter_table("column_mapping", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_column_mapping_school_id"), ["school_id"], unique=False)

    op.create_table(
        "register_reading",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("reading", sa.LargeBinary(), nullable=False),
        sa.Column("registrations", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["register_import.id"], name=op.f("fk_register_reading_import_id_register_import")
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_register_reading")),
    )
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.add_column(sa.Column("class_marks", sa.JSON(), nullable=True))

    with op.batch_alter_table("mark_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("applied", sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table("pupil", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sex", sa.String(length=1), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("former_upn", sa.String(length=13), nullable=True))
        batch_op.add_column(sa.Column("house", sa.String(length=120), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("street", sa.String(length=120), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("locality", sa.String(length=120), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("town", sa.String(length=120), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("county", sa.String(length=120), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("postcode", sa.String(length=8), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_pupil_former_upn"), ["former_upn"], unique=False)

    # What is stored unsealed cannot be sealed without the key; uploads that wait are sent again.
    op.drop_table("register_file")
    op.create_table(
        "register_file",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["register_import.id"], name=op.f("fk_register_file_import_id_register_import")
        ),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_register_file")),
    )

    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("undone_by", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("answers", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.alter_column("layout", existing_type=sa.String(length=20), type_=sa.String(length=40))

    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("leaving_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("annulled_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.drop_column("class_marks")

    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_column("annulled_at")
        batch_op.drop_column("leaving_on")

    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.alter_column("layout", existing_type=sa.String(length=40), type_=sa.String(length=20))
        batch_op.drop_column("answers")
        batch_op.drop_column("erased_at")
        batch_op.drop_column("undone_by")
        batch_op.drop_column("undone_at")

    op.drop_table("register_file")
    op.create_table(
        "register_file",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["register_import.id"], name=op.f("fk_register_file_import_id_register_import")
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_register_file")),
    )

    with op.batch_alter_table("pupil", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pupil_former_upn"))
        batch_op.drop_column("postcode")
        batch_op.drop_column("county")
        batch_op.drop_column("town")
        batch_op.drop_column("locality")
        batch_op.drop_column("street")
        batch_op.drop_column("house")
        batch_op.drop_column("former_upn")
        batch_op.drop_column("sex")

    with op.batch_alter_table("mark_change", schema=None) as batch_op:
        batch_op.drop_column("applied")

    op.drop_table("register_reading")
    with op.batch_alter_table("column_mapping", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_column_mapping_school_id"))

    op.drop_table("column_mapping")
    with op.batch_alter_table("code_translation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_translation_school_id"))

    op.drop_table("code_translation")
    with op.batch_alter_table("pupil_flag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pupil_flag_pupil_id"))

    op.drop_table("pupil_flag")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_user_id"))

    op.drop_table("outbox")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_pupil_id"))

    op.drop_table("contact")
    with op.batch_alter_table("authority_period", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_authority_period_authority_id"))

    op.drop_table("authority_period")
