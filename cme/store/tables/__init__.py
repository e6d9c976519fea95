"""Every table, importable from one place; only `cme.store` and `cme.services` may import it."""

from cme.store.tables.accounts import Membership, SignInAttempt, User, UserSession
from cme.store.tables.audit import AuditEntry
from cme.store.tables.base import Base
from cme.store.tables.cases import Case, CaseEvent, Referral
from cme.store.tables.places import CalendarPeriod, LocalAuthority, School
from cme.store.tables.pupils import Pupil, Registration
from cme.store.tables.registers import MarkChange, RegisterFile, RegisterImport, RegisterLine

__all__ = [
    "AuditEntry",
    "Base",
    "CalendarPeriod",
    "Case",
    "CaseEvent",
    "LocalAuthority",
    "MarkChange",
    "Membership",
    "Pupil",
    "Referral",
    "RegisterFile",
    "RegisterImport",
    "RegisterLine",
    "Registration",
    "School",
    "SignInAttempt",
    "User",
    "UserSession",
]
