"""Whom to ring about a referral that must not wait, while nobody may read it."""

from dataclasses import dataclass
from datetime import date, datetime

from cme.access.scope import Scope
from cme.casework.referral.reading import read_from_on
from cme.clock import LONDON
from cme.services.absence import calendar_of
from cme.services.casework import CaseView
from cme.services.directory import Listing, list_directory, pick


@dataclass(frozen=True, slots=True)
class Unread:
    """Until when what was sent may lie unread, None where somebody reads it now, and whom to ring meanwhile.

    `ring` is None where no number is on record; then the police are rung.
    """

    before_on: date | None
    ring: Listing | None


def unread(scope: Scope, view: CaseView, sent_at: datetime) -> Unread:
    """The same for what was sent at an instant about a case that was found within the scope."""
    case = view.case
    before_on = read_from_on(sent_at.astimezone(LONDON), calendar_of(case.school).bank_holidays)
    listings = list_directory(scope, case.school.authority, view.facts.pack)
    names = ("out_of_hours", "front_door") if before_on else ("front_door",)
    found = pick(listings, names)
    return Unread(before_on, next((each for each in found if each.reached.phone), None))
