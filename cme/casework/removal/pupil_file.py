"""The pupil file (CTF) of a child who was removed: its name says from whom and to whom it goes.

Source: the Common Transfer File specification and the School to School guide (tracing reference ss.5 and 9).
"""

from datetime import datetime

from cme.tracing.ctf.names import LOST, NotAName, read_name


def name_fault(name: str, laestab: str, *, is_lost: bool) -> str | None:
    """What is wrong with the name of the file, and what to do; None where nothing is.

    `laestab` is the number of the school that sends it. `is_lost`: nobody knows where the child is.
    """
    try:
        found = read_name(name.strip())
    except NotAName as wrong:
        return str(wrong)
    if found.sender.text != laestab:
        return f"The file name says that school {found.sender.text} sends it. This school is {laestab}."
    if is_lost and not found.receiver.is_lost:
        return f"Nobody knows where the child is, so the file goes to {LOST}. Make it again for there."
    if found.receiver.text == laestab:
        return (
            "The file name says that the file comes to this school. Make it again for where the child goes."
        )
    return None


def uploaded_fault(uploaded_at: datetime | None, removed_at: datetime, now: datetime) -> str | None:
    """Why a moment cannot be that of the upload; None where it can. `removed_at` is the start of the day."""
    if uploaded_at is None:
        return "Enter when the file was uploaded."
    if uploaded_at > now:
        return "The upload must be now or earlier."
    if uploaded_at < removed_at:
        return "The upload must be on or after the day of the removal."
    return None
