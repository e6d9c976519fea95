"""Children of the demonstration who were never at a school here, and for whom the officer looks again."""

from datetime import date, datetime, timedelta

from cme.casework.enquiries.enquiry import Result
from cme.clock import local_date
from cme.demo.cast import Cast, done
from cme.services.removal import cme_records
from cme.services.removal.cme_records import NewEntry
from cme.services.tracing import searches
from cme.services.tracing.searches import Check

AGO = timedelta(weeks=6)
"""How long they are on no roll: the first search was due two weeks ago."""


def look_again(cast: Cast, authority: str, *, at: datetime) -> None:
    """Enter two children: one was looked for when it was due, for the other it is overdue."""
    today = local_date(at)
    arrived, _ = (
        done(surname, cme_records.add(cast.officer, _entry(authority, surname, forename, today), at=at))
        for surname, forename in (("Brightwater", "Odette"), ("Castellane", "Rufus"))
    )
    check = Check(today, cast.officer.name, ("lpd", "imports"), "", Result.AGENCY_NO_TRACE, "")
    done("the record", searches.record_check(cast.officer, arrived, check, at=at))


def _entry(authority: str, surname: str, forename: str, today: date) -> NewEntry:
    return NewEntry(
        authority,
        surname,
        forename,
        born_on=date(today.year - 9, 1, 15),
        started_on=today - AGO,
        reason="application_awaiting",
    )
