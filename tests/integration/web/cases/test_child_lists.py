"""The lists that are searched beside the rolls: uploaded, read with named columns, used, given up."""

from io import BytesIO
from typing import Any

from cme.access.roles import Role
from tests.people import World

KNOWN = b"Surname,Forenames,Date of birth\nWren,Lea,04/05/2014\nNobody,,\n"
UNKNOWN = b"Nachname,Geboren\nWren,04/05/2014\n"


def sent(content: bytes, kind: str = "home_education") -> dict[str, Any]:
    return {"authority": "841", "kind": kind, "file": (BytesIO(content), "list.csv")}


def test_a_list_is_looked_at_before_it_is_used(world: World) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER)
    assert "No list is in use." in officer.get("/traces/lists").words
    path = officer.post("/traces/lists", sent(KNOWN)).location
    page = officer.get(path)
    assert "1 child" in page.words
    assert "Row 3: Nobody can be searched for by this." in page.words
    officer.post(path, page.form(path))
    used = officer.get("/traces/lists").words
    assert "1 child" in used
    assert "list.csv" not in used
    officer.get(path, status=404)


def test_columns_that_are_not_known_are_named_on_the_page_that_keeps_the_upload(
    world: World,
) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER)
    path = officer.post("/traces/lists", sent(UNKNOWN, "admissions")).location
    assert "No column is known as a name" in officer.get(path).words
    stale = officer.get(path)
    named = {"column_0": "surname", "column_1": "born_on"}
    officer.post(f"{path}/columns", {**stale.form(f"{path}/columns"), **named})
    page = officer.get(path)
    assert "1 child" in page.words
    changed = officer.post(path, stale.form(path), status=409)
    assert changed.errors == [
        "Somebody has named the columns differently meanwhile. Look again, then use the list."
    ]
    officer.post(path, page.form(path))


def test_what_is_missing_is_said_and_an_upload_can_be_given_up(world: World) -> None:
    officer = world.sign_in_as(Role.CME_OFFICER)
    wrong = officer.post("/traces/lists", {"authority": "841"}, status=422)
    assert wrong.errors == ["Choose which list it is.", "Choose the file, .csv or .xlsx."]
    officer.post("/traces/lists", sent(b"PK\x03\x04no workbook"), status=422)
    path = officer.post("/traces/lists", sent(KNOWN)).location
    officer.post(f"{path}/cancel")
    officer.get(path, status=404)
