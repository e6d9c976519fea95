"""Children who live in one area and go to school in another, as rows of a table."""

from typing import Any

from flask import url_for

from cme.clock import local_date
from cme.web.presenters.dates import day
from cme.web.presenters.pupils import full_name
from cme.web.presenters.stages import stage_tag


def copy_row(case: Any) -> dict[str, Any]:
    """One case that is read as a copy: {reference, href, who, school, received, stage}."""
    return {
        "reference": case.reference,
        "href": url_for("cases.show", case_reference=case.reference),
        "who": full_name(case.registration.pupil),
        "school": case.school.name,
        "received": day(local_date(case.referred_at)) if case.referred_at else "",
        "stage": stage_tag(case.stage),
    }
