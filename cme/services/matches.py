"""Every register is searched for the children who are looked for; what is found is for a person to decide.

Source: tracing reference ss.1 and 3; casework reference s.12. Nothing is merged, opened or closed by a match.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from cme.identity.searching import Child, Finding, Label, judge
from cme.services import alerts
from cme.store import matches
from cme.store.search_keys import identity_of
from cme.store.tables import Pupil, RegisterImport
from cme.tracing.dispositions import Disposition


def search_register(
    upload: RegisterImport, entered: Collection[int], *, since: datetime | None, at: datetime
) -> int:
    """Look for the children of open cases and of the CME record among those whom an upload entered or
    corrected, by registration, and for those of the school's cases since `since` on every roll; how many
    records the authority is told of.

    Inside the open transaction that the register came with. A child who is found at several schools is likely
    at none: the rules see everybody on a roll.
    """
    sought_ids = matches.find_sought(entered, upload.school_id, since)
    if not sought_ids:
        return 0
    alike = matches.read_alike(sought_ids)
    found_ids = {each for others in alike.values() for each in others}
    pupils = matches.read_pupils(sought_ids | found_ids)
    here = matches.read_pupils_of(entered)
    looked_for = matches.read_looked_for(sought_ids)
    known = matches.read_known({(one, other) for one, others in alike.items() for other in others})
    told = []
    for sought_id, others in alike.items():
        authority_id, case = looked_for[sought_id]
        for found_id, finding in _judged(pupils[sought_id], [pupils[each] for each in others]):
            is_of_school = found_id in here or (case is not None and case.school_id == upload.school_id)
            if not is_of_school or (sought_id, found_id) in known:
                continue
            told.append(
                {
                    "authority_id": authority_id,
                    "sought_pupil_id": sought_id,
                    "case_id": case.id if case else None,
                    "pupil_id": found_id,
                    "import_id": upload.id,
                    "label": finding.label.value,
                    "rule": finding.words,
                    "disposition": Disposition.UNREVIEWED.value,
                    "found_at": at,
                    "version": 1,
                }
            )
            alerts.tell_of_match(
                authority_id, upload.school, case, found_id, is_likely=finding.label is Label.LIKELY, at=at
            )
    matches.add(told)
    return len(told)


def _judged(sought: Pupil, candidates: Iterable[Pupil]) -> list[tuple[int, Finding]]:
    """Who may be the child, by pupil id."""
    listed = list(candidates)
    children = [Child(identity_of(each)) for each in listed]
    return [(listed[each.place].id, each) for each in judge(Child(identity_of(sought)), children)]
