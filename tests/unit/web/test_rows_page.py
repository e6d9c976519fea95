"""Rows that wait for a person, and what the page of a pupil says of lateness."""

from datetime import date

from cme.attendance.standing import Standing
from cme.web.presenters import faults, rows
from cme.web.presenters.pupils import facts
from importers.issues import Issue
from importers.planning.plan import plan_import
from importers.planning.planned import KnownPupil
from importers.register import PupilReading
from tests.marks import from_marks

BEN, CORA = ("Birch", "Ben", date(2014, 1, 2)), ("Cole", "Cora", date(2015, 3, 4))


def test_two_swapped_upns_are_shown_with_both_children() -> None:
    roll = [KnownPupil(1, "UPN1", "1", *BEN, {}), KnownPupil(2, "UPN2", "2", *CORA, {})]
    read = [
        PupilReading("UPN2", "", *BEN, "8", "8B", from_marks([]), "row 2"),
        PupilReading("UPN1", "", *CORA, "8", "8B", from_marks([]), "row 3"),
    ]
    plan = plan_import(read, roll)
    shown = [rows.waiting_row(one, None) for one in plan.waiting]
    assert len(shown) == 2
    for one in shown:
        assert "two UPNs look swapped" in one["message"]
        assert len(one["columns"]) == 3
        assert one["why"][0].startswith("The UPN is the same and nothing else; surname differs")
        assert one["why"][1] == "Surname, forename and date of birth are the same."


def test_late_after_the_register_closed_is_explained_beside_the_last_day_attended() -> None:
    standing = Standing(last_attended_on=date(2026, 11, 9))
    attended = facts(standing, newest="U")[0]["value"]
    assert attended == "Mon 9 Nov 2026. Late after the register closed counts as absent (U)."
    assert facts(standing, newest="/")[0]["value"] == "Mon 9 Nov 2026"


def test_a_day_outside_the_calendar_is_not_a_fault_of_the_whole_file() -> None:
    outside = Issue(code="session_not_held", message="There are marks for a day outside.")
    assert not faults.is_whole_file([outside])
    assert faults.is_whole_file([Issue(code="not_a_register", message="No register.", row=2)])
    assert [one["message"] for one in faults.rowless([outside])] == [outside.message]
    assert faults.helps([outside])["calendar"]
