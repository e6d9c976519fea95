"""The forms about a child who is missing now. They check shape only; `safety.missing` has the rules."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar, Self

from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from cme.casework.safety.missing import LONGEST_TEXT, Ending, EpisodeEntry, Risk
from cme.clock import LONDON
from cme.web.forms import DateField, Form, LongTextField, RadioField, SubmitField, TextField, TimeField

LONGEST_REFERENCE = 80


def _long(label: str, hint: str) -> LongTextField:
    too_long = f"{label} must be {LONGEST_TEXT:,} characters or fewer"
    return LongTextField(label, description=hint, validators=[Length(max=LONGEST_TEXT, message=too_long)])


def _instant(on: date | None, at: time | None) -> datetime | None:
    """The instant of a date and a time in England; None where either is empty."""
    return datetime.combine(on, at, LONDON).astimezone(UTC) if on and at else None


def _after(noticed_at: datetime | None, at: time | None) -> datetime | None:
    """The first time of day at or after an instant: people were told that day, or in the night after it."""
    if noticed_at is None or at is None:
        return None
    local = noticed_at.astimezone(LONDON)
    on = local.date() if at >= local.time().replace(second=0, microsecond=0) else local.date() + timedelta(1)
    return _instant(on, at)


class MissingForm(Form):
    """A child who is missing from school: only when it was noticed must be there."""

    field_of: ClassVar[Mapping[str, str]] = {
        "noticed_at": "noticed_time",
        "parent_told_at": "parent_told",
        "police_told_at": "police_told",
        "found_at": "found_time",
    }

    told_before: tuple[datetime | None, ...] = ()

    noticed_on = DateField("Date noticed", noun="The date")
    noticed_time = TimeField("Time noticed", description="For example, 10:45 or 2.30pm")
    last_seen = _long("Last seen, and wearing what (optional)", "Where, when, by whom, and who was there.")
    searched = _long("Searched where (optional)", "Rooms, grounds, gates, cameras, the way home.")
    parent_told = TimeField("Time at which a parent or carer was told (optional)")
    police_told = TimeField("Time at which the police were told (optional)")
    police_reference = TextField(
        "Police reference (optional)",
        validators=[
            Length(max=LONGEST_REFERENCE, message="The police reference must be 80 characters or fewer")
        ],
    )
    risk = RadioField("How high is the risk?", validate_choice=False)
    found_on = DateField("Date on which the child was seen", noun="The date")
    found_time = TimeField("Time at which the child was seen", description="For example, 10:45 or 2.30pm")
    found_how = _long(
        "Who saw the child, where, and how that is known", "A word on the phone is not a sighting."
    )
    submit = SubmitField("Record that the child is missing")

    @classmethod
    def of(cls, episode: Any | None, at: datetime) -> Self:
        """The form of an episode to correct, or of a new one noticed now; from a request, as it was sent.

        When and by whom the child was seen is asked for where the episode has ended.
        """
        local = (episode.noticed_at if episode else at).astimezone(LONDON)
        filled: dict[str, Any] = {"noticed_on": local.date(), "noticed_time": local.time()}
        if episode is not None:
            filled |= {
                "last_seen": episode.last_seen,
                "searched": episode.searched,
                "parent_told": _time_of(episode.parent_told_at),
                "police_told": _time_of(episode.police_told_at),
                "police_reference": episode.police_reference,
                "risk": episode.risk,
            }
        if episode is not None and episode.found_at is not None:
            seen = episode.found_at.astimezone(LONDON)
            filled |= {
                "found_on": seen.date(),
                "found_time": seen.time(),
                "found_how": episode.found_how,
            }
        form = cls(data=filled)
        if episode is not None:
            form.submit.label.text = "Save the correction"
        if "found_on" not in filled:
            for name in ("found_on", "found_time", "found_how"):
                del form[name]
        form.told_before = (episode.parent_told_at, episode.police_told_at) if episode else ()
        form.risk.choices = [SelectChoice(risk.value, risk.label) for risk in Risk]
        return form

    def ending(self) -> Ending | None:
        """How the episode ended; None where the form does not ask."""
        if "found_on" not in self:
            return None
        found_at = _instant(self.found_on.data, self.found_time.data)
        return Ending(found_at, (self.found_how.data or "").strip())

    def _told_at(self, noticed_at: datetime | None, told: time | None) -> datetime | None:
        """When somebody was told; the day on record, where a correction leaves the time as it was."""
        kept = (at for at in self.told_before if at and told and _time_of(at) == told)
        same = next((at for at in kept if noticed_at is None or at >= noticed_at), None)
        return same or _after(noticed_at, told)

    def entry(self) -> EpisodeEntry:
        """What was entered, as the rules take it."""
        noticed_at = _instant(self.noticed_on.data, self.noticed_time.data)
        return EpisodeEntry(
            noticed_at=noticed_at,
            last_seen=(self.last_seen.data or "").strip(),
            searched=(self.searched.data or "").strip(),
            parent_told_at=self._told_at(noticed_at, self.parent_told.data),
            police_told_at=self._told_at(noticed_at, self.police_told.data),
            police_reference=(self.police_reference.data or "").strip(),
            risk=next((risk for risk in Risk if risk.value == self.risk.data), Risk.NOT_RATED),
        )


def _time_of(at: datetime | None) -> time | None:
    return at.astimezone(LONDON).time().replace(second=0, microsecond=0) if at else None


class FoundForm(Form):
    """Who saw the child, and when."""

    field_of: ClassVar[Mapping[str, str]] = {"found_at": "found_time"}

    found_on = DateField("Date on which the child was seen", noun="The date")
    found_time = TimeField("Time at which the child was seen", description="For example, 10:45 or 2.30pm")
    found_how = _long(
        "Who saw the child, where, and how that is known", "A word on the phone is not a sighting."
    )
    submit = SubmitField("Record that the child was found")

    def found_at(self) -> datetime | None:
        """When the child was seen; None where date or time is empty."""
        return _instant(self.found_on.data, self.found_time.data)


class WithdrawForm(Form):
    """Why a record is taken back."""

    reason = _long("Why the record is taken back", "It stays on record, with your name and the reason.")
    submit = SubmitField("Take the record back")
