"""What an authority has changed of its policy pack and of its directory: further rows, never edited."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cme.store.tables.base import Base


class PolicyVersion(Base):
    """One authority's own version of its pack, in force from `valid_from` (`cme.casework.policy.pack`).

    `changes` are all values that differ from the shipped pack, by path (`cme.casework.policy.changes`).
    """

    __tablename__ = "policy_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("local_authority.id"))
    number: Mapped[int]
    pack: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[date]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(120))

    __table_args__ = (UniqueConstraint("authority_id", "number"),)


class DirectoryCheck(Base):
    """That an entry of the directory was checked for an authority, and what it says now; the latest stands.

    `entry` is its id in the catalogue. '' means that the catalogue's own words stand.
    """

    __tablename__ = "directory_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("local_authority.id"), index=True)
    entry: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(80), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    url: Mapped[str] = mapped_column(String(400), default="")
    hours: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    checked_on: Mapped[date]
    checked_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
