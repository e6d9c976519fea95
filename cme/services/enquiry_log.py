"""The enquiry log of a case, as one viewer is shown it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.enquiries.dates import step_due_on
from cme.casework.enquiries.enquiry import LONGEST, EnquiryEntry
from cme.casework.enquiries.readiness import EnquiryState
from cme.casework.enquiries.steps import Kind, Step, forbidden_because
from cme.casework.safety.restrictions import ADDRESS_NOT_SHOWN, Restrictions
from cme.documents.hiding import Home
from cme.services import enquiry_records, readiness
from cme.services.absence import calendar_of
from cme.services.casework import CaseView
from cme.services.enquiry_records import EnquiryRecord, WithdrawnEnquiry
from cme.services.hiding import hidden_home
from cme.services.judging import permissions_on
from cme.services.restrictions import home_of, in_force
from cme.services.tracing.siblings import Sibling, siblings_of
from cme.store import roll
from cme.store.tables import Contact


@dataclass(frozen=True, slots=True)
class EnquiryLog:
    """What is shown of a case's enquiries.

    `records` are those of the case's absence by step, in the order in which they were made; `before` are
    others of the child, `withdrawn` entries that were taken back, by step. `due` is the last date in time of
    each step that has one. `siblings` are those at the same school. `home` takes a protected address out of
    what was typed, for whoever may not see it.
    """

    state: EnquiryState
    records: Mapping[str, tuple[EnquiryRecord, ...]]
    before: tuple[EnquiryRecord, ...]
    withdrawn: Mapping[str, tuple[WithdrawnEnquiry, ...]]
    due: Mapping[str, date]
    siblings: tuple[Sibling, ...]
    permissions: frozenset[Permission]
    home: Home
    is_open: bool

    @property
    def is_of_authority(self) -> bool:
        """Whether the viewer works for the authority: its own steps come first then."""
        return (
            Permission.SEE_QUEUE in self.permissions and Permission.ENQUIRE_AT_SCHOOL not in self.permissions
        )

    @property
    def sees_restricted(self) -> bool:
        """Whether the viewer is shown steps and entries that are risk notes."""
        return Permission.SEE_RISK_NOTES in self.permissions

    def withheld(self, step: Step) -> int:
        """How many entries of a step are kept from this viewer."""
        return len(self.state.steps[step.code].enquiries) - len(self.records.get(step.code, ()))

    def may_log(self, step: Step) -> bool:
        """Whether the viewer records this step now."""
        return self.is_open and step.may_be_logged_by(self.permissions)


def read_log(scope: Scope, view: CaseView) -> EnquiryLog:
    """The enquiry log of a case that was found within the scope."""
    case, calendar = view.case, calendar_of(view.case.school)
    state = readiness.state_of(case)
    found = enquiry_records.list_of(scope, case.registration_id)
    taken_back = enquiry_records.list_withdrawn(scope, case.registration_id)
    of_case = [each for each in found if view.state.covers(each.done_on)]
    dates = {
        code: step_due_on(each.step, view.state, view.facts, calendar) for code, each in state.steps.items()
    }
    siblings = siblings_of(scope, case.registration_id)
    return EnquiryLog(
        state=state,
        records={code: tuple(each for each in of_case if each.step.code == code) for code in state.steps},
        before=tuple(each for each in found if each not in of_case),
        withdrawn={
            code: tuple(each for each in taken_back if each.before.step == code) for code in state.steps
        },
        due={code: on for code, on in dates.items() if on is not None},
        siblings=tuple(one for one in siblings if one.registration.school_id == case.school_id),
        permissions=permissions_on(scope, case),
        home=hidden_home(scope, case.registration),
        is_open=view.state.stage.is_open,
    )


@dataclass(frozen=True, slots=True)
class EnquiryPlace:
    """What a form about an enquiry of one case rests on: who asks, whom the child has, what is restricted."""

    scope: Scope
    permissions: frozenset[Permission]
    contacts: tuple[Contact, ...]
    restrictions: Restrictions
    home: Home
    address: str

    def forbids(self, step: Step) -> str:
        """What is said where a restriction forbids a step, by the furthest-reaching; '' where none does."""
        return forbidden_because(step, self.restrictions)

    @property
    def may_waive(self) -> bool:
        """Whether the viewer waives an enquiry."""
        return Permission.WAIVE_ENQUIRY in self.permissions

    @property
    def may_restrict(self) -> bool:
        """Whether the viewer keeps an entry from the school office, and reads those that are."""
        return Permission.SEE_RISK_NOTES in self.permissions

    def starting_point(self, step: Step, *, at: datetime) -> EnquiryEntry:
        """What the form of a step starts from: made now, by whoever asks, at the address on record."""
        return EnquiryEntry(
            step=step.code,
            done_at=at,
            done_by=self.scope.name,
            done_role=self.scope.role_label[: LONGEST["done_role"][1]],
            result=None,
            used=self.address if step.kind in (Kind.VISIT, Kind.LETTER) else "",
        )

    def shown(self, record: EnquiryRecord) -> EnquiryEntry:
        """An entry as this viewer may see it: what a correction starts from."""
        entry = enquiry_records.entry_of(record.row)
        shown = self.home.kept_out_of
        return replace(
            entry,
            used=shown(entry.used),
            place=shown(entry.place),
            notes=shown(entry.notes),
            reason=shown(entry.reason),
        )


def place_of(scope: Scope, view: CaseView) -> EnquiryPlace:
    """The same for a case that was found within the scope."""
    registration = view.case.registration
    lines = home_of(scope, registration)
    return EnquiryPlace(
        scope=scope,
        permissions=permissions_on(scope, view.case),
        contacts=tuple(roll.list_contacts(scope, registration.id)),
        restrictions=in_force(scope, registration.id),
        home=hidden_home(scope, registration),
        address=", ".join(lines) if lines != (ADDRESS_NOT_SHOWN,) else "",
    )
