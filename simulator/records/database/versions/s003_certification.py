"""Attempts at certification, certificates, and how hard scenarios are."""

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what certification needs."""
    _attempts()
    _certificates()
    op.create_table(
        "difficulties",
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("scenario_sha256", sa.Text(), nullable=False),
        sa.Column("rubric_sha256", sa.Text(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        *_own(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difficulties")),
    )
    op.create_index(op.f("ix_difficulties_scenario"), "difficulties", ["scenario"], unique=False)


def _own() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
    )


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("policy_sha256", sa.String(length=64), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("form_sha256", sa.String(length=64), nullable=False),
        sa.Column("scenarios", sa.JSON(), nullable=False),
        sa.Column("recognizer", sa.Text(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_months", sa.Integer(), nullable=False),
        sa.Column("incomplete_allowed", sa.Integer(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("identity_by", sa.String(length=32), nullable=False),
        *_own(),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_attempts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_person_id"), "attempts", ["person_id"], unique=False)
    op.create_table(
        "attempt_calls",
        sa.Column("attempt_id", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        *_own(),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_attempt_calls_attempt_id")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_attempt_calls_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_calls")),
        sa.UniqueConstraint("call_id", name=op.f("uq_attempt_calls_call_id")),
    )
    op.create_index(op.f("ix_attempt_calls_attempt_id"), "attempt_calls", ["attempt_id"], unique=False)


def _certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("attempt_id", sa.String(length=32), nullable=True),
        sa.Column("certificate", sa.String(length=32), nullable=False),
        sa.Column("issued", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        *_own(),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_certificates_call_id")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_certificates_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
    )
    op.create_index(op.f("ix_certificates_call_id"), "certificates", ["call_id"], unique=False)
