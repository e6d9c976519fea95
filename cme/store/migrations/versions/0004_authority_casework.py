"""The authority's casework: queue, joint statements, removals, and the record of children on no roll."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_queue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.String(length=400), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_saved_queue_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_queue")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_queue_user_id_name")),
    )
    with op.batch_alter_table("saved_queue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_queue_user_id"), ["user_id"], unique=False)

    op.create_table(
        "cme_spell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("end_reason", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("year_group", sa.String(length=20), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["local_authority.id"], name=op.f("fk_cme_spell_authority_id_local_authority")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_cme_spell_case_id_case")),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name=op.f("fk_cme_spell_pupil_id_pupil")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cme_spell")),
    )
    with op.batch_alter_table("cme_spell", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cme_spell_authority_id"), ["authority_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cme_spell_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cme_spell_pupil_id"), ["pupil_id"], unique=False)

    op.create_table(
        "joint_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(length=120), nullable=False),
        sa.Column("school_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("school_signed_by", sa.String(length=120), nullable=False),
        sa.Column("school_signed_role", sa.String(length=200), nullable=False),
        sa.Column("school_signer_id", sa.Integer(), nullable=True),
        sa.Column("authority_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("authority_signed_by", sa.String(length=120), nullable=False),
        sa.Column("authority_signed_role", sa.String(length=200), nullable=False),
        sa.Column("authority_signer_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_signer_id"], ["user.id"], name=op.f("fk_joint_statement_authority_signer_id_user")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_joint_statement_case_id_case")),
        sa.ForeignKeyConstraint(
            ["school_signer_id"], ["user.id"], name=op.f("fk_joint_statement_school_signer_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_statement")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_joint_statement_case_id_number")),
    )
    op.create_table(
        "removal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=1), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.String(length=120), nullable=False),
        sa.Column("proposer_id", sa.Integer(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_by", sa.String(length=120), nullable=False),
        sa.Column("delivered_how", sa.String(length=200), nullable=False),
        sa.Column("confirmation", sa.String(length=20), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("decided_role", sa.String(length=200), nullable=False),
        sa.Column("decider_id", sa.Integer(), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_removal_case_id_case")),
        sa.ForeignKeyConstraint(["decider_id"], ["user.id"], name=op.f("fk_removal_decider_id_user")),
        sa.ForeignKeyConstraint(["proposer_id"], ["user.id"], name=op.f("fk_removal_proposer_id_user")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_removal_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removal")),
    )
    with op.batch_alter_table("removal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_removal_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_removal_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "removal_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("recorded_role", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_removal_fact_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removal_fact")),
    )
    with op.batch_alter_table("removal_fact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_removal_fact_case_id"), ["case_id"], unique=False)

    with op.batch_alter_table("statutory_return", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sent_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("taken_back", sa.JSON(), nullable=False, server_default="[]"))

    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("officer_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("cover_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("risk", sa.Integer(), nullable=False, server_default="2"))
        batch_op.add_column(sa.Column("touched_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("owed", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("home_authority_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_case_home_authority_id"), ["home_authority_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_case_cover_id_user"), "user", ["cover_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_case_officer_id_user"), "user", ["officer_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_case_home_authority_id_local_authority"),
            "local_authority",
            ["home_authority_id"],
            ["id"],
        )

    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_registration_school_id_pupil_id"), type_="unique")
        batch_op.create_index(
            "uq_registration_school_id_pupil_id",
            ["school_id", "pupil_id"],
            unique=True,
            sqlite_where=sa.text("removed_on IS NULL"),
            postgresql_where=sa.text("removed_on IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_registration_school_id_pupil_id",
            sqlite_where=sa.text("removed_on IS NULL"),
            postgresql_where=sa.text("removed_on IS NULL"),
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_registration_school_id_pupil_id"), ["school_id", "pupil_id"]
        )

    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_case_home_authority_id_local_authority"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_case_officer_id_user"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_case_cover_id_user"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_case_home_authority_id"))
        batch_op.drop_column("home_authority_id")
        batch_op.drop_column("owed")
        batch_op.drop_column("touched_on")
        batch_op.drop_column("risk")
        batch_op.drop_column("cover_id")
        batch_op.drop_column("officer_id")

    with op.batch_alter_table("statutory_return", schema=None) as batch_op:
        batch_op.drop_column("taken_back")
        batch_op.drop_column("sent_on")

    with op.batch_alter_table("removal_fact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_removal_fact_case_id"))

    op.drop_table("removal_fact")
    with op.batch_alter_table("removal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_removal_registration_id"))
        batch_op.drop_index(batch_op.f("ix_removal_case_id"))

    op.drop_table("removal")
    op.drop_table("joint_statement")
    with op.batch_alter_table("cme_spell", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cme_spell_pupil_id"))
        batch_op.drop_index(batch_op.f("ix_cme_spell_case_id"))
        batch_op.drop_index(batch_op.f("ix_cme_spell_authority_id"))

    op.drop_table("cme_spell")
    with op.batch_alter_table("saved_queue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_queue_user_id"))

    op.drop_table("saved_queue")
