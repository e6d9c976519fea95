"""The first tables, and the triggers that keep the audit log and the case events append-only."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = {"audit_entry": ("seq", "hash"), "case_event": ("id", "case_id, seq")}
"""Each append-only table, with its keys: a new row that repeats one would replace the old."""


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_entry"),
        sa.UniqueConstraint("hash", name="uq_audit_entry_hash"),
    )
    op.create_table(
        "local_authority",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("policy_pack", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_local_authority"),
        sa.UniqueConstraint("code", name="uq_local_authority_code"),
    )
    op.create_table(
        "pupil",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upn", sa.String(length=13), nullable=True),
        sa.Column("surname", sa.String(length=120), nullable=False),
        sa.Column("forename", sa.String(length=120), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pupil"),
    )
    op.create_index("ix_pupil_upn", "pupil", ["upn"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bucket", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_bucket_at", "sign_in_attempt", ["bucket", "at"])
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.UniqueConstraint("email", name="uq_user_email"),
    )
    op.create_table(
        "school",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("laestab", sa.String(length=7), nullable=False),
        sa.Column("urn", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["local_authority.id"], name="fk_school_authority_id_local_authority"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_school"),
        sa.UniqueConstraint("laestab", name="uq_school_laestab"),
        sa.UniqueConstraint("urn", name="uq_school_urn"),
    )
    op.create_index("ix_school_authority_id", "school", ["authority_id"])
    op.create_table(
        "user_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("user_agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_user_session_user_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_user_session"),
        sa.UniqueConstraint("token_hash", name="uq_user_session_token_hash"),
    )
    op.create_index("ix_user_session_user_id", "user_session", ["user_id"])
    op.create_table(
        "calendar_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("half", sa.String(length=2), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_calendar_period_school_id_school"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_period"),
        sa.UniqueConstraint(
            "school_id",
            "kind",
            "first_on",
            "last_on",
            "half",
            name="uq_calendar_period_school_id_kind_first_on_last_on_half",
        ),
    )
    op.create_index("ix_calendar_period_school_id", "calendar_period", ["school_id"])
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["local_authority.id"], name="fk_membership_authority_id_local_authority"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_membership_school_id_school"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_membership_user_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint(
            "user_id",
            "role",
            "authority_id",
            "school_id",
            name="uq_membership_user_id_role_authority_id_school_id",
        ),
    )
    op.create_index("ix_membership_user_id", "membership", ["user_id"])
    op.create_table(
        "register_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("layout", sa.String(length=20), nullable=False),
        sa.Column("pupils", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("check", sa.JSON(), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_register_import_school_id_school"),
        sa.PrimaryKeyConstraint("id", name="pk_register_import"),
    )
    op.create_index("ix_register_import_school_id", "register_import", ["school_id"])
    op.create_index("ix_register_import_sha256", "register_import", ["sha256"])
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("admission_number", sa.String(length=40), nullable=True),
        sa.Column("year_group", sa.String(length=20), nullable=False),
        sa.Column("class_name", sa.String(length=40), nullable=False),
        sa.Column("boarder", sa.Boolean(), nullable=False),
        sa.Column("starting_on", sa.Date(), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("return_run", sa.Integer(), nullable=True),
        sa.Column("removal_run", sa.Integer(), nullable=True),
        sa.Column("days_unseen", sa.Integer(), nullable=True),
        sa.Column("last_attended_on", sa.Date(), nullable=True),
        sa.Column("last_seen_on", sa.Date(), nullable=True),
        sa.Column("run_started_on", sa.Date(), nullable=True),
        sa.Column("return_reached_on", sa.Date(), nullable=True),
        sa.Column("removal_reached_on", sa.Date(), nullable=True),
        sa.Column("sickness_days", sa.Integer(), nullable=False),
        sa.Column("ground_h_days", sa.Integer(), nullable=True),
        sa.Column("leave_inferred", sa.Boolean(), nullable=False),
        sa.Column("compulsory_age", sa.Boolean(), nullable=False),
        sa.Column("overdue_n", sa.JSON(), nullable=False),
        sa.Column("unmarked_on", sa.JSON(), nullable=False),
        sa.Column("removal_blocked_by", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name="fk_registration_pupil_id_pupil"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_registration_school_id_school"),
        sa.PrimaryKeyConstraint("id", name="pk_registration"),
        sa.UniqueConstraint("school_id", "pupil_id", name="uq_registration_school_id_pupil_id"),
    )
    op.create_index("ix_registration_pupil_id", "registration", ["pupil_id"])
    op.create_index(
        "ix_registration_school_id_admission_number", "registration", ["school_id", "admission_number"]
    )
    op.create_index("ix_registration_school_id_return_run", "registration", ["school_id", "return_run"])
    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("overlays", sa.JSON(), nullable=False),
        sa.Column("policy_pack", sa.String(length=40), nullable=False),
        sa.Column("policy_version", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage_since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_what", sa.String(length=200), nullable=False),
        sa.Column("authority_due_on", sa.Date(), nullable=True),
        sa.Column("authority_due_what", sa.String(length=200), nullable=False),
        sa.Column("referred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["local_authority.id"], name="fk_case_authority_id_local_authority"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_case_registration_id_registration"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_case_school_id_school"),
        sa.PrimaryKeyConstraint("id", name="pk_case"),
        sa.UniqueConstraint("reference", name="uq_case_reference"),
    )
    op.create_index("ix_case_authority_id_stage", "case", ["authority_id", "stage"])
    op.create_index("ix_case_registration_id", "case", ["registration_id"])
    op.create_index("ix_case_school_id", "case", ["school_id"])
    op.create_table(
        "mark_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("first_index", sa.Integer(), nullable=False),
        sa.Column("old", sa.String(length=732), nullable=False),
        sa.Column("new", sa.String(length=732), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["register_import.id"], name="fk_mark_change_import_id_register_import"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_mark_change_registration_id_registration"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mark_change"),
    )
    op.create_index("ix_mark_change_import_id", "mark_change", ["import_id"])
    op.create_index("ix_mark_change_registration_id_year", "mark_change", ["registration_id", "year"])
    op.create_table(
        "register_file",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["register_import.id"], name="fk_register_file_import_id_register_import"
        ),
        sa.PrimaryKeyConstraint("import_id", name="pk_register_file"),
    )
    op.create_table(
        "register_line",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("marks", sa.String(length=732), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_register_line_registration_id_registration"
        ),
        sa.PrimaryKeyConstraint("registration_id", "year", name="pk_register_line"),
    )
    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_event_case_id_case"),
        sa.PrimaryKeyConstraint("id", name="pk_case_event"),
        sa.UniqueConstraint("case_id", "seq", name="uq_case_event_case_id_seq"),
    )
    op.create_table(
        "referral",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.String(length=120), nullable=True),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_referral_case_id_case"),
        sa.PrimaryKeyConstraint("id", name="pk_referral"),
    )
    op.create_index("ix_referral_case_id", "referral", ["case_id"])

    for table, keys in APPEND_ONLY.items():
        for statement in append_only(table, keys):
            op.execute(statement)


def append_only(table: str, keys: tuple[str, ...]) -> Iterator[str]:
    """The statements that have the database refuse to change, replace or remove a row of `table`."""
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for change in ("UPDATE", "DELETE"):
            yield f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} {refuse}"
        # INSERT OR REPLACE deletes silently on a connection without recursive triggers.
        repeated = " OR ".join(
            "(" + " AND ".join(f"{column} = NEW.{column}" for column in key.split(", ")) + ")" for key in keys
        )
        exists = f"EXISTS (SELECT 1 FROM {table} WHERE {repeated})"  # noqa: S608
        yield f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} WHEN {exists} {refuse}"
    else:
        yield (
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        for changes, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            yield (
                f"CREATE TRIGGER {table}_refuses_{changes.split()[0].lower()} BEFORE {changes} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION {table}_refuse()"
            )


def downgrade() -> None:
    for table in (
        "referral",
        "case_event",
        "register_line",
        "register_file",
        "mark_change",
        "case",
        "registration",
        "register_import",
        "membership",
        "calendar_period",
        "user_session",
        "school",
        "user",
        "sign_in_attempt",
        "pupil",
        "local_authority",
        "audit_entry",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP FUNCTION {table}_refuse()")
