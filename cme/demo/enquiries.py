"""The enquiries of a day: of the made-up schools, most of what is asked for and no home visit; and of the
authority.
"""

from datetime import datetime, time

from cme.casework.enquiries.enquiry import EnquiryEntry, Method, Result
from cme.clock import LONDON, local_date

_MADE = (
    ("E01", time(9, 10), Method.PHONE, Result.NO_ANSWER, "the mother", "Rang out twice."),
    ("E02", time(9, 20), Method.PHONE, Result.NUMBER_DEAD, "the father", "The number is no longer in use."),
    ("E04", time(9, 40), Method.PHONE, Result.MESSAGE_LEFT, "the aunt", "Asked her to ring the office."),
    (
        "E07",
        time(10, 30),
        Method.IN_PERSON,
        Result.AGENCY_POSITIVE,
        "the form tutor",
        "Spoke of moving house.",
    ),
    ("E11", time(11, 0), Method.RECORDS, Result.AGENCY_NO_TRACE, "the pupil file", "No request for leave."),
    ("E03", time(13, 0), Method.PHONE, Result.NO_ANSWER, "the mother", "Rang out again."),
)

_MADE_BY_AUTHORITY = (
    ("E36", time(10, 15), Method.EMAIL, Result.AGENCY_NO_TRACE, "the housing team", "No application."),
    ("E44", time(11, 20), Method.RECORDS, Result.AGENCY_NO_TRACE, "School to School", "No file has come."),
)


def enquiries_of_a_day(done_by: str, at: datetime) -> list[EnquiryEntry]:
    """What the school did earlier on the day of an instant."""
    return _as_entries(_MADE, done_by, at)


def enquiries_of_the_authority(done_by: str, at: datetime) -> list[EnquiryEntry]:
    """What the officer did earlier on the day of an instant."""
    return _as_entries(_MADE_BY_AUTHORITY, done_by, at)


def _as_entries(
    made: tuple[tuple[str, time, Method, Result, str, str], ...], done_by: str, at: datetime
) -> list[EnquiryEntry]:
    return [
        EnquiryEntry(
            step=code,
            done_at=datetime.combine(local_date(at), when, LONDON),
            done_by=done_by,
            result=result,
            method=method,
            contacted=contacted,
            notes=notes,
        )
        for code, when, method, result, contacted, notes in made
    ]
