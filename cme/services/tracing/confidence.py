"""Which children other authorities are asked about in confidence, by everything that is on record of them.

Source: tracing reference s.2; whoever asks, whatever they may see themselves.
"""

from collections.abc import Collection

from cme.access.scope import Scope
from cme.casework.review import Review
from cme.casework.safety.confidence import INDICATORS, is_in_confidence
from cme.casework.safety.restrictions import Restrictions
from cme.store import reviews, schools, traces
from cme.store.restrictions import read_restrictions


def by_record(pupil_ids: Collection[int]) -> set[int]:
    """Those of the children who are restricted, or have a risk in the latest review of a case of theirs.

    Every place on a roll and every case of a child counts, whichever of them somebody works on.
    """
    places = traces.read_registration_ids(pupil_ids)
    found: dict[int, set[str]] = {}
    for pupil_id, form in reviews.read_latest(pupil_ids):
        review = Review.of(form)
        found.setdefault(pupil_id, set()).update(code for code in INDICATORS if review.says(code))
    whole = Scope.for_operator(schools.read_authority_ids())
    held = read_restrictions(whole, [each for ids in places.values() for each in ids])
    return {
        pupil_id
        for pupil_id in set(pupil_ids)
        if any(
            is_in_confidence(each, found.get(pupil_id, ()))
            for each in (
                Restrictions(),
                *(held[key] for key in places.get(pupil_id, ()) if key in held),
            )
        )
    }


def is_by_record(pupil_id: int) -> bool:
    """The same of one child."""
    return pupil_id in by_record((pupil_id,))


def of_children(pupil_ids: Collection[int]) -> set[int]:
    """Those about whom other authorities are told nothing in writing: by what is on record, and whoever an
    officer has looked for in confidence."""
    return by_record(pupil_ids) | traces.read_in_confidence(pupil_ids)


def is_of(pupil_id: int) -> bool:
    """The same of one child."""
    return pupil_id in of_children((pupil_id,))
