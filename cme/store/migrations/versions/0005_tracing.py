"""Tracing: requests out and in, pupil files, lists that are searched, and the keys they are found by."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "school_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("laestab", sa.String(length=7), nullable=False),
        sa.Column("urn", sa.String(length=6), nullable=False),
        sa.Column("successor_laestab", sa.String(length=7), nullable=False),
        sa.Column("successor_urn", sa.String(length=6), nullable=False),
        sa.Column("successor_name", sa.String(length=200), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_link")),
        sa.UniqueConstraint(
            "laestab", "successor_laestab", name=op.f("uq_school_link_laestab_successor_laestab")
        ),
    )
    with op.batch_alter_table("school_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_school_link_laestab"), ["laestab"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_school_link_successor_laestab"), ["successor_laestab"], unique=False
        )

    op.create_table(
        "child_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["local_authority.id"], name=op.f("fk_child_list_authority_id_local_authority")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_list")),
    )
    with op.batch_alter_table("child_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_child_list_authority_id"), ["authority_id"], unique=False)

    op.create_table(
        "incoming_trace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("batch", sa.String(length=16), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("sender_code", sa.String(length=3), nullable=False),
        sa.Column("sender_reference", sa.String(length=80), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reply_by_on", sa.Date(), nullable=True),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("unread", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("answer", sa.String(length=24), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["local_authority.id"],
            name=op.f("fk_incoming_trace_authority_id_local_authority"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_trace")),
        sa.UniqueConstraint("reference", name=op.f("uq_incoming_trace_reference")),
    )
    with op.batch_alter_table("incoming_trace", schema=None) as batch_op:
        batch_op.create_index("ix_incoming_trace_authority_id_state", ["authority_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_trace_batch"), ["batch"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_incoming_trace_sender_reference"), ["sender_reference"], unique=False
        )

    op.create_table(
        "incoming_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incoming_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["incoming_id"], ["incoming_trace.id"], name=op.f("fk_incoming_reply_incoming_id_incoming_trace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_reply")),
    )
    with op.batch_alter_table("incoming_reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incoming_reply_incoming_id"), ["incoming_id"], unique=False)

    op.create_table(
        "listed_child",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("surname", sa.String(length=120), nullable=False),
        sa.Column("forename", sa.String(length=120), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("upn", sa.String(length=13), nullable=False),
        sa.Column("other_names", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["child_list.id"], name=op.f("fk_listed_child_list_id_child_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_child")),
    )
    with op.batch_alter_table("listed_child", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listed_child_list_id"), ["list_id"], unique=False)

    op.create_table(
        "search_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("incoming_id", sa.Integer(), nullable=True),
        sa.Column("pupil_id", sa.Integer(), nullable=True),
        sa.Column("listed_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incoming_id"], ["incoming_trace.id"], name=op.f("fk_search_key_incoming_id_incoming_trace")
        ),
        sa.ForeignKeyConstraint(
            ["listed_id"], ["listed_child.id"], name=op.f("fk_search_key_listed_id_listed_child")
        ),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name=op.f("fk_search_key_pupil_id_pupil")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_key")),
    )
    with op.batch_alter_table("search_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_key_incoming_id"), ["incoming_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_search_key_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_search_key_listed_id"), ["listed_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_search_key_pupil_id"), ["pupil_id"], unique=False)

    op.create_table(
        "household_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("tie", sa.String(length=10), nullable=False),
        sa.Column("pupil_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name=op.f("fk_household_key_pupil_id_pupil")),
        sa.PrimaryKeyConstraint("key", "tie", "pupil_id", name=op.f("pk_household_key")),
    )
    with op.batch_alter_table("household_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_key_pupil_id"), ["pupil_id"], unique=False)

    op.create_table(
        "ctf_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=7), nullable=False),
        sa.Column("destination", sa.String(length=7), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=40), nullable=False),
        sa.Column("ctf_version", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_ctf_file_case_id_case")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_ctf_file_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ctf_file")),
        sa.UniqueConstraint(
            "sender", "destination", "sequence", name=op.f("uq_ctf_file_sender_destination_sequence")
        ),
    )
    with op.batch_alter_table("ctf_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ctf_file_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ctf_file_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "trace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("wales", sa.Boolean(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("chosen_in_confidence", sa.Boolean(), nullable=False),
        sa.Column("reply_by_on", sa.Date(), nullable=True),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("override_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("override", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(length=120), nullable=False),
        sa.Column("writer_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=120), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.String(length=120), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=False),
        sa.Column("returned", sa.Text(), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["local_authority.id"], name=op.f("fk_trace_authority_id_local_authority")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_trace_case_id_case")),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name=op.f("fk_trace_pupil_id_pupil")),
        sa.ForeignKeyConstraint(["writer_id"], ["user.id"], name=op.f("fk_trace_writer_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trace")),
        sa.UniqueConstraint("reference", name=op.f("uq_trace_reference")),
    )
    with op.batch_alter_table("trace", schema=None) as batch_op:
        batch_op.create_index("ix_trace_authority_id_state", ["authority_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_trace_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trace_pupil_id"), ["pupil_id"], unique=False)

    op.create_table(
        "trace_match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("incoming_id", sa.Integer(), nullable=True),
        sa.Column("sought_pupil_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("pupil_id", sa.Integer(), nullable=True),
        sa.Column("listed_id", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(length=10), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("disposition", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["local_authority.id"], name=op.f("fk_trace_match_authority_id_local_authority")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_trace_match_case_id_case")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["register_import.id"], name=op.f("fk_trace_match_import_id_register_import")
        ),
        sa.ForeignKeyConstraint(
            ["incoming_id"], ["incoming_trace.id"], name=op.f("fk_trace_match_incoming_id_incoming_trace")
        ),
        sa.ForeignKeyConstraint(
            ["listed_id"], ["listed_child.id"], name=op.f("fk_trace_match_listed_id_listed_child")
        ),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name=op.f("fk_trace_match_pupil_id_pupil")),
        sa.ForeignKeyConstraint(
            ["sought_pupil_id"], ["pupil.id"], name=op.f("fk_trace_match_sought_pupil_id_pupil")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trace_match")),
        sa.UniqueConstraint("incoming_id", "listed_id", name=op.f("uq_trace_match_incoming_id_listed_id")),
        sa.UniqueConstraint("incoming_id", "pupil_id", name=op.f("uq_trace_match_incoming_id_pupil_id")),
        sa.UniqueConstraint(
            "sought_pupil_id", "listed_id", name=op.f("uq_trace_match_sought_pupil_id_listed_id")
        ),
        sa.UniqueConstraint(
            "sought_pupil_id", "pupil_id", name=op.f("uq_trace_match_sought_pupil_id_pupil_id")
        ),
    )
    with op.batch_alter_table("trace_match", schema=None) as batch_op:
        batch_op.create_index(
            "ix_trace_match_authority_id_disposition", ["authority_id", "disposition"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_trace_match_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trace_match_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trace_match_incoming_id"), ["incoming_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trace_match_listed_id"), ["listed_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trace_match_pupil_id"), ["pupil_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trace_match_sought_pupil_id"), ["sought_pupil_id"], unique=False)

    op.create_table(
        "match_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["match_id"], ["trace_match.id"], name=op.f("fk_match_decision_match_id_trace_match")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_decision")),
    )
    with op.batch_alter_table("match_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_decision_match_id"), ["match_id"], unique=False)

    op.create_table(
        "spell_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("spell_id", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("sources", sa.String(length=240), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["spell_id"], ["cme_spell.id"], name=op.f("fk_spell_check_spell_id_cme_spell")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spell_check")),
    )
    with op.batch_alter_table("spell_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spell_check_spell_id"), ["spell_id"], unique=False)

    op.create_table(
        "trace_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trace_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(length=120), nullable=False),
        sa.Column("writer_id", sa.Integer(), nullable=True),
        sa.Column("approval_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=120), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.String(length=120), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["trace_id"], ["trace.id"], name=op.f("fk_trace_message_trace_id_trace")),
        sa.ForeignKeyConstraint(["writer_id"], ["user.id"], name=op.f("fk_trace_message_writer_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trace_message")),
    )
    with op.batch_alter_table("trace_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trace_message_trace_id"), ["trace_id"], unique=False)

    op.create_table(
        "trace_recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trace_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["trace_id"], ["trace.id"], name=op.f("fk_trace_recipient_trace_id_trace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trace_recipient")),
        sa.UniqueConstraint("trace_id", "code", name=op.f("uq_trace_recipient_trace_id_code")),
    )
    op.create_table(
        "trace_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("officer", sa.String(length=120), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("ruled_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ruled_out_by", sa.String(length=120), nullable=False),
        sa.Column("ruled_out_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["trace_recipient.id"], name=op.f("fk_trace_reply_recipient_id_trace_recipient")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trace_reply")),
    )
    with op.batch_alter_table("trace_reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trace_reply_recipient_id"), ["recipient_id"], unique=False)


def downgrade() -> None:
    op.drop_table("spell_check")
    op.drop_table("trace_reply")
    op.drop_table("trace_recipient")
    op.drop_table("trace_message")
    op.drop_table("match_decision")
    op.drop_table("trace_match")
    op.drop_table("trace")
    op.drop_table("ctf_file")
    op.drop_table("household_key")
    op.drop_table("search_key")
    op.drop_table("listed_child")
    op.drop_table("incoming_reply")
    op.drop_table("incoming_trace")
    op.drop_table("child_list")
    op.drop_table("school_link")
