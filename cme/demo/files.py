"""Register files as two different systems would export them."""

import csv
import io
from collections.abc import Collection, Sequence
from datetime import date
from random import Random

from cme.attendance.codes import Half
from cme.demo.people import Child
from cme.demo.stories import Marks
from cme.documents.workbooks import Page, write_workbook
from cme.synthetic import FORENAMES

Roll = Sequence[tuple[Child, Marks]]


def write_wide(school: str, roll: Roll, days: Sequence[date]) -> bytes:
    """An Excel workbook with one row a pupil and one column a session, under a title."""
    headings = [f"{on:%a %d/%m/%Y} {half}" for on in days for half in Half]
    rows = [
        [f"{school}: attendance register"],
        [f"From {days[0]:%d/%m/%Y} to {days[-1]:%d/%m/%Y}"],
        [],
        ["UPN", "Adno", "Surname", "Forename", "DOB", "Year", "Reg", *headings],
    ]
    for child, marks in roll:
        about = [child.upn, child.admission_number, child.surname, child.forename]
        placed = [f"{child.born_on:%d/%m/%Y}", str(child.year_group), child.class_name]
        rows.append([*about, *placed, *(marks[on, half] for on in days for half in Half)])
    return write_workbook([Page(title="Register", rows=rows, headings={3})])


def write_roll(children: Sequence[Child], flagged: Collection[str]) -> bytes:
    """A CSV of homes, contacts in call order and flags, without marks; `flagged` are UPNs.

    The phone numbers are of the range that Ofcom keeps for drama.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    parents = [f"Parent {number}{what}" for number in (1, 2) for what in ("", " relationship", " phone")]
    address = ["House number", "Street", "Town", "Postcode"]
    writer.writerow(
        ["UPN", "Surname", "Forename", "DOB", *address, *parents, "Child in need", "EHC plan"],
    )
    for number, child in enumerate(children, start=1):
        # Every tenth child lives with the one before: a brother or sister of another name.
        family = number - 1 if number % 10 == 0 else number
        elder = children[family - 1]
        chance = Random(elder.upn)  # noqa: S311 - invents homes, guards nothing
        home = [
            family,
            f"Sample {chance.choice(('Terrace', 'Road', 'Close'))}",
            "Northmoor",
            "DL1 0AA",
        ]
        one, other = (f"{chance.choice(FORENAMES)} {elder.surname}" for _ in range(2))
        first = [one, chance.choice(("Mother", "Father", "Carer")), f"07700 900{family % 500:03d}"]
        second = (
            [other, "Parent", f"07700 900{family % 500 + 500:03d}"] if chance.random() < 0.7 else [""] * 3
        )
        said = chance.choice((("yes", "no"), ("no", "yes"))) if child.upn in flagged else ("no", "no")
        about = [child.upn, child.surname, child.forename, f"{child.born_on:%d/%m/%Y}"]
        writer.writerow([*about, *home, *first, *second, *said])
    return out.getvalue().encode("utf-8-sig")


def write_long(roll: Roll, days: Sequence[date]) -> bytes:
    """A CSV with one row a mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["UPN", "Pupil Name", "Date of Birth", "Year Group", "Date", "Session", "Mark"])
    for child, marks in roll:
        about = [
            child.upn,
            f"{child.surname.upper()}, {child.forename}",
            child.born_on.isoformat(),
            f"Year {child.year_group}",
        ]
        for on in days:
            writer.writerows([*about, f"{on:%d/%m/%Y}", half, marks[on, half]] for half in Half)
    return out.getvalue().encode("utf-8-sig")
