"""Every table, importable from one place; only `cme.store` and `cme.services` may import it."""

from cme.store.tables.accounts import Membership, SignInAttempt, User, UserSession
from cme.store.tables.alerts import Alert
from cme.store.tables.audit import AuditEntry
from cme.store.tables.base import Base
from cme.store.tables.cases import Case, CaseEvent, Referral
from cme.store.tables.enquiries import Enquiry, EvidenceFile, Review
from cme.store.tables.outbox import OutboxMessage
from cme.store.tables.places import AuthorityPeriod, CalendarPeriod, HolidayCover, LocalAuthority, School
from cme.store.tables.policies import DirectoryCheck, PolicyVersion
from cme.store.tables.pupils import Contact, Pupil, PupilFlag, Registration
from cme.store.tables.registers import (
    CodeTranslation,
    ColumnMapping,
    MarkChange,
    RegisterFile,
    RegisterImport,
    RegisterLine,
    RegisterReading,
)
from cme.store.tables.removals import (
    CmeSpell,
    JointStatement,
    Removal,
    RemovalFact,
    SavedQueue,
    SpellCheck,
)
from cme.store.tables.returns import StatutoryReturn
from cme.store.tables.safety import MissingEpisode, Restriction
from cme.store.tables.tracing import (
    ChildList,
    CtfFile,
    HouseholdKey,
    IncomingReply,
    IncomingTrace,
    ListedChild,
    MatchDecision,
    SchoolLink,
    SearchKey,
    Trace,
    TraceMatch,
    TraceMessage,
    TraceRecipient,
    TraceReply,
)

__all__ = [
    "Alert",
    "AuditEntry",
    "AuthorityPeriod",
    "Base",
    "CalendarPeriod",
    "Case",
    "CaseEvent",
    "ChildList",
    "CmeSpell",
    "CodeTranslation",
    "ColumnMapping",
    "Contact",
    "CtfFile",
    "DirectoryCheck",
    "Enquiry",
    "EvidenceFile",
    "HolidayCover",
    "HouseholdKey",
    "IncomingReply",
    "IncomingTrace",
    "JointStatement",
    "ListedChild",
    "LocalAuthority",
    "MarkChange",
    "MatchDecision",
    "Membership",
    "MissingEpisode",
    "OutboxMessage",
    "PolicyVersion",
    "Pupil",
    "PupilFlag",
    "Referral",
    "RegisterFile",
    "RegisterImport",
    "RegisterLine",
    "RegisterReading",
    "Registration",
    "Removal",
    "RemovalFact",
    "Restriction",
    "Review",
    "SavedQueue",
    "School",
    "SchoolLink",
    "SearchKey",
    "SignInAttempt",
    "SpellCheck",
    "StatutoryReturn",
    "Trace",
    "TraceMatch",
    "TraceMessage",
    "TraceRecipient",
    "TraceReply",
    "User",
    "UserSession",
]
