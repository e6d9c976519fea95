"""The urgent cards of a case: which are out, whom to ring, who was told, and the hour in which to do it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cme.access.scope import Scope
from cme.casework.case import Refused
from cme.casework.enquiries.enquiry import EnquiryEntry, Method, Result
from cme.casework.events import EventKind
from cme.casework.policy.clocks import due_at
from cme.casework.safety.cards import Card, cards_out, read_cards
from cme.services import enquiries, enquiry_records, reviews
from cme.services.casework import CaseView
from cme.services.directory import Listing, list_directory, pick
from cme.services.enquiry_records import EnquiryRecord

TOLD = (Result.AGENCY_NO_TRACE, Result.AGENCY_POSITIVE)
"""What comes of telling somebody: they knew nothing new, or something. Anything else has not told them."""

WHO, SAID, HEARD = (
    "Enter who you told: a name and a role.",
    "Enter what they said.",
    "Choose what came of it.",
)


@dataclass(frozen=True, slots=True)
class CardOut:
    """A card with whom to ring and what is on record of the telling, the first telling first.

    `is_out` is False for a card that nothing known of the child brings out.
    """

    card: Card
    ring: tuple[Listing, ...]
    told: tuple[EnquiryRecord, ...]
    is_out: bool

    @property
    def told_at(self) -> datetime | None:
        """When somebody was told first."""
        return next((each.row.done_at for each in self.told if each.result in TOLD), None)


@dataclass(frozen=True, slots=True)
class HourOne:
    """The fast-track clock: until when everybody whom the cards name is told, and when the last of them was.

    `told_at` is None while somebody is still to be told.
    """

    due_at: datetime
    told_at: datetime | None


def cards_of(scope: Scope, view: CaseView) -> tuple[CardOut, ...]:
    """Every card for a case, those that are out first.

    They are risk notes: the caller asks first whether the viewer may see those.
    """
    review = next(iter(reviews.list_of(scope, view.case)), None)
    out = cards_out(view.facts.risks.kinds, review.review if review else None)
    rest = [card for card in read_cards().values() if card not in out]
    made = enquiry_records.list_of_case(scope, view.case)
    listings = list_directory(scope, view.case.school.authority, view.facts.pack)
    return tuple(
        CardOut(
            card=card,
            ring=pick(listings, card.ring),
            told=tuple(each for each in made if each.row.step == card.step),
            is_out=card in out,
        )
        for card in (*out, *rest)
    )


def hour_one(view: CaseView, cards: Sequence[CardOut]) -> HourOne | None:
    """The fast-track clock; None for a case that is not on the fast track or has nobody to be told."""
    tracked = [each.at for each in view.case.events if each.kind == EventKind.CASE_FAST_TRACKED]
    out = [card for card in cards if card.is_out]
    if not tracked or not out:
        return None
    told = [card.told_at for card in out]
    last = None if None in told else max(at for at in told if at is not None)
    return HourOne(due_at(view.facts.pack.clocks["fast_track"], tracked[0]), last)


@dataclass(frozen=True, slots=True)
class Telling:
    """What a person entered about telling somebody. `told_at` is when, None where it could not be read."""

    who: str
    said: str
    result: Result | None
    told_at: datetime | None
    form_token: str


def tell(
    scope: Scope, view: CaseView, card: Card, telling: Telling, *, at: datetime, address: str = ""
) -> Refused | None:
    """Keep that somebody was told, as the enquiry that the card names; Refused says what is missing.

    It waits for nothing, whatever else the case still lacks.
    """
    missing = {
        name: sentence
        for name, sentence, given in (
            ("who", WHO, telling.who.strip()),
            ("result", HEARD, telling.result),
            ("said", SAID, telling.said.strip() or telling.result not in TOLD),
        )
        if not given
    }
    if missing:
        return Refused(tuple(missing.values()), tuple(missing))
    entry = EnquiryEntry(
        step=card.step,
        done_at=telling.told_at,
        done_by=scope.name,
        done_role=scope.role_label,
        result=telling.result,
        method=Method.PHONE,
        contacted=telling.who.strip(),
        notes=telling.said.strip(),
        form_token=telling.form_token,
    )
    kept = enquiries.log(scope, view.case.registration_id, entry, at=at, address=address)
    return kept if isinstance(kept, Refused) else None
