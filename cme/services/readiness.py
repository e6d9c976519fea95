"""How far the enquiries of cases have come, from what is on record of their children."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from cme.access.scope import Scope
from cme.attendance.lines import Lines, codes_between
from cme.casework.enquiries.applicability import Known, KnownContact
from cme.casework.enquiries.readiness import EnquiryState, enquiry_state
from cme.casework.events import EventKind
from cme.casework.facts import CaseFacts
from cme.casework.referral.answers import NOT_KNOWN
from cme.casework.safety.restrictions import Restrictions
from cme.casework.state import CaseState
from cme.identity.households import Household
from cme.services.policies import pack_of
from cme.store import cases, enquiries, pupils, roll
from cme.store.pupils import standing_of
from cme.store.restrictions import read_restrictions
from cme.store.tables import Case, Registration


def state_of(case: Case) -> EnquiryState:
    """The state of the enquiries of one case, which was found within a scope."""
    return states_of((case,))[case.id]


def states_of(
    open_cases: Collection[Case], lines: Mapping[int, Lines] | None = None
) -> dict[int, EnquiryState]:
    """The same for cases of one school, by id of the case, in a fixed number of queries.

    Restricted enquiries count as well, and nothing of them is told. `lines` are register lines by
    registration, where the caller has them.
    """
    if not open_cases:
        return {}
    school = next(iter(open_cases)).school
    whole = Scope.for_operator((school.authority_id,))
    ids = {case.registration_id for case in open_cases}
    children = roll.read_rolls(whole, school.id, ids)
    restrictions = read_restrictions(whole, ids)
    logged = enquiries.read_logged(whole, ids)
    lines = pupils.read_lines(whole, school.id, ids) if lines is None else lines
    homes = cases.read_draft_answers(whole, [case.id for case in open_cases], "home_authority")
    elsewhere = {home for home in homes.values() if _is_other(home, school.authority.code)}
    reading_along = cases.read_authorities(elsewhere) if elsewhere else {}
    flags_are_known = roll.has_recorded_flags(whole, school.id)
    found = {}
    for case in open_cases:
        state, key = cases.state_of(case), case.registration_id
        known = _known(
            children[key],
            restrictions[key],
            lines.get(key, {}),
            state,
            flags_are_known=flags_are_known,
            home_elsewhere=_is_other(homes.get(case.id, ""), school.authority.code),
            home_reads_along=homes.get(case.id, "") in reading_along,
            reviewed_at=_reviewed_at(case),
        )
        entries = [each for each in logged[key] if state.covers(each.done_on)]
        found[case.id] = enquiry_state(entries, known, pack_of(case).readiness)
    return found


def told(facts: CaseFacts, enquiries: EnquiryState) -> CaseFacts:
    """The facts of a case with what its enquiries say."""
    return replace(
        facts,
        readiness=enquiries.readiness,
        plain_readiness=enquiries.plain_readiness,
        concern_on=enquiries.concern_on,
        chase_on=enquiries.chase_on,
        authority_missing=enquiries.authority_missing,
        authority_chase_on=enquiries.authority_chase_on,
        rechecked_on=enquiries.rechecked_on,
    )


def _known(
    child: Registration,
    restrictions: Restrictions,
    lines: Lines,
    state: CaseState,
    *,
    flags_are_known: bool,
    home_elsewhere: bool | None,
    home_reads_along: bool,
    reviewed_at: datetime | None,
) -> Known:
    pupil, standing = child.pupil, standing_of(child)
    contacts = [each for each in pupil.contacts if each.ended_at is None]
    absent_from, as_of = state.absent_from_on, standing.as_of
    return Known(
        contacts=tuple(
            KnownContact(
                each.id, each.name, each.relationship_, is_barred=restrictions.bars(each.id, each.name)
            )
            for each in contacts
        ),
        flags=frozenset(flag.kind for flag in pupil.flags if flag.ended_at is None),
        flags_are_known=flags_are_known,
        codes=codes_between(lines, absent_from, as_of) if absent_from and as_of else frozenset(),
        was_on_leave=standing.ground_h_days is not None,
        home_elsewhere=home_elsewhere,
        home_reads_along=home_reads_along,
        siblings_checked=bool(
            Household(
                pupil.house,
                pupil.street,
                pupil.postcode,
                tuple(each.phone for each in contacts),
                tuple(each.email for each in contacts),
            ).keys
        ),
        bars=restrictions.on_everybody,
        reviewed_at=reviewed_at,
    )


def _is_other(home: str, code: str) -> bool | None:
    return None if not home or home == NOT_KNOWN else home != code


def _reviewed_at(case: Case) -> datetime | None:
    signed = [event.at for event in case.events if event.kind == EventKind.REVIEW_SIGNED.value]
    return max(signed, default=None)
