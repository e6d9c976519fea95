"""Saying what the columns of a file are that was not recognised, in the browser."""

import io

import pytest

from cme.access.roles import Role
from tests.integration.services.office import on_both
from tests.integration.web.school.conftest import Office
from tests.people import World
from tests.webclient import Page, name_of

ROWS = """Kennung,Wer,Tag,Teil,Zeichen
A101,"Birch, Ben",18/11/2026,AM,/
A101,"Birch, Ben",18/11/2026,PM,\\
A102,"Cole, Cora",18/11/2026,AM,O
A102,"Cole, Cora",18/11/2026,PM,O
A101,"Birch, Ben",19/11/2026,AM,/
A101,"Birch, Ben",19/11/2026,PM,\\
A102,"Cole, Cora",19/11/2026,AM,{mark}
A102,"Cole, Cora",19/11/2026,PM,O
"""
SAID = {
    "column_0": "admission_number",
    "column_1": "full_name",
    "column_2": "date",
    "column_3": "session",
    "column_4": "mark",
}
REMEMBERED = "The columns are remembered for files with the same headings."


@pytest.fixture
def office(world: World) -> Office:
    """The office of school A."""
    return Office(world, world.sign_in_as(Role.SCHOOL_USER, name="Robin Marsh"))


@pytest.fixture
def upload(office: Office) -> str:
    """An upload whose columns are not known."""
    return office.send(ROWS.format(mark="O").encode()).location


def preview_of(page: Page) -> str:
    """What the page says of the first rows."""
    return name_of(next(each for each in page.tree.iter("section") if each.get("id") == "preview"))


def test_the_page_shows_headings_samples_and_guesses(office: Office, upload: str) -> None:
    page = office.client.get(f"{upload}/columns")
    assert page.heading == "Say what the columns are"
    assert "C Tag Samples 18/11/2026 19/11/2026" in page.words
    chosen = page.form(f"{upload}/columns?sheet=1")
    assert (chosen["column_1"], chosen["column_2"], chosen["column_3"]) == ("full_name", "date", "session")
    assert "We will remember this for files with the same headings." in page.words
    assert "Say which column holds the UPN or the admission number" in preview_of(page)


def test_the_upload_leads_to_the_page(office: Office, upload: str) -> None:
    assert office.client.get(upload).links["Say what the columns are"] == f"{upload}/columns"


def test_the_preview_shows_the_first_rows_and_keeps_what_was_chosen(office: Office, upload: str) -> None:
    page = office.client.post(f"{upload}/columns/preview", SAID, status=200)
    assert "5 of the first 5 rows can be read." in preview_of(page)
    assert "Birch, Ben UPN or number A101 Marks Wed 18 Nov 2026 AM: / Present in the morning" in page.words
    assert page.form(f"{upload}/columns?sheet=1").items() >= SAID.items()
    assert office.client.get(upload).heading == "Put right the register"


def test_the_preview_says_what_is_wrong_with_a_row(office: Office) -> None:
    upload = office.send(
        ROWS.replace('Cora",18/11/2026,AM,O', 'Cora",18/11/2026,AM,Q9').format(mark="O").encode()
    )
    page = office.client.post(f"{upload.location}/columns/preview", SAID, status=200)
    assert "4 of the first 5 rows can be read." in preview_of(page)
    assert '"Q9" is not an attendance code.' in preview_of(page)


def test_what_was_said_is_used_at_once_and_remembered(office: Office, upload: str) -> None:
    assert office.client.post(f"{upload}/columns", SAID).location == upload
    page = office.client.get(upload)
    assert page.heading == "Check the register"
    assert REMEMBERED in page.words
    assert "2 new pupils" in page.words
    again = office.send(ROWS.format(mark="I").encode()).location
    assert office.client.get(again).heading == "Check the register"


@pytest.mark.parametrize(
    ("changes", "target", "sentence"),
    [
        ({"column_3": "date"}, "column_3", "Columns C and D are both said to be: Date."),
        ({"column_0": ""}, "column_0", "Say which column holds the UPN or the admission number"),
        ({"column_4": ""}, "column_0", "Say which columns hold the dates and the marks."),
        ({"column_4": "class", "column_1": "mark"}, "column_0", "no register can be read"),
        ({"column_0": "password"}, "column_0", "Say which column holds the UPN"),
    ],
)
def test_what_makes_no_register_is_said_and_nothing_is_lost_or_kept(
    office: Office, upload: str, changes: dict[str, str], target: str, sentence: str
) -> None:
    page = office.client.post(f"{upload}/columns", SAID | changes, status=422)
    assert sentence in page.errors[0]
    assert page.links[page.errors[0]] == f"#{target}"
    assert page.form(f"{upload}/columns?sheet=1")["column_2"] == "date"
    assert "Nothing is remembered" in office.client.get(f"{office.path}/columns").words


def test_dates_in_the_headings_need_no_mapping(office: Office) -> None:
    content = (
        'Kennung,Wer,Wed 18/11/2026 AM,Wed 18/11/2026 PM\nA101,"Birch, Ben",/,\\\nA102,"Cole, Cora",O,O\n'
    )
    upload = office.send(content.encode()).location
    page = office.client.get(f"{upload}/columns")
    assert "2 further columns are headed with dates and read as marks." in page.words
    office.client.post(f"{upload}/columns", {"column_0": "admission_number", "column_1": "full_name"})
    assert office.client.get(upload).heading == "Check the register"


def test_each_unknown_sheet_is_asked_for_in_turn(office: Office) -> None:
    text = ROWS.format(mark="O")
    other = text.replace("Kennung", "Nummer").replace("A10", "B10")
    files = [(io.BytesIO(each.encode()), name) for each, name in ((text, "a.csv"), (other, "b.csv"))]
    upload = office.client.post(f"{office.path}/uploads", {"register": files}).location
    page = office.client.get(f"{upload}/columns?sheet=2")
    assert page.links["a.csv"] == f"{upload}/columns?sheet=1"
    assert "A Nummer" in page.words
    assert office.client.post(f"{upload}/columns?sheet=2", SAID).location == f"{upload}/columns"
    assert "A Kennung" in office.client.get(f"{upload}/columns").words
    assert office.client.post(f"{upload}/columns?sheet=1", SAID).location == upload
    assert office.client.get(upload).heading == "Check the register"


@on_both
def test_a_known_upload_has_nothing_to_say(office: Office) -> None:
    known = office.upload({"Birch, Ben": ["O"]})
    assert office.client.get(f"{known}/columns", status=303).location == known
    for verb in ("columns", "columns/preview"):
        assert office.client.post(f"{known}/{verb}", SAID).location == known


@on_both
def test_what_is_remembered_is_listed_and_can_be_forgotten_once(office: Office, upload: str) -> None:
    office.client.post(f"{upload}/columns", SAID)
    path = f"{office.path}/columns"
    page = office.client.get(path)
    assert "Kennung, Wer, Tag, Teil and Zeichen" in page.words
    assert "Fri 20 Nov 2026, 12:00pm, by Robin Marsh" in page.words
    assert office.client.post(f"{path}/1/forget").location == path
    assert "Nothing is remembered" in office.client.get(path).words
    office.client.post(f"{path}/1/forget", status=404)
    again = office.send(ROWS.format(mark="I").encode()).location
    assert office.client.get(again).heading == "Put right the register"


def test_looking_at_the_preview_by_address_does_nothing(office: Office, upload: str) -> None:
    office.client.get(f"{upload}/columns/preview", status=405)


def test_others_find_nothing(world: World, office: Office, upload: str) -> None:
    office.client.post(f"{upload}/columns", SAID)
    waiting = office.send(ROWS.replace("Teil", "Half").format(mark="O").encode()).location
    for stranger in (world.sign_in_as(Role.DSL, world.school_b), world.sign_in_as(Role.HEAD)):
        stranger.get(f"{waiting}/columns", status=404)
        stranger.post(f"{waiting}/columns", SAID, status=404)
        stranger.post(f"{waiting}/columns/preview", SAID, status=404)
        stranger.get(f"{office.path}/columns", status=404)
        stranger.post(f"{office.path}/columns/1/forget", status=404)
    assert office.client.get(f"{waiting}/columns").heading == "Say what the columns are"


def test_what_was_said_before_can_be_changed_from_the_check_page(office: Office, upload: str) -> None:
    office.client.post(f"{upload}/columns", SAID)
    page = office.client.get(upload)
    change = page.links["Change what the columns are"]
    page = office.client.get(change)
    assert page.form(f"{upload}/columns?sheet=1").items() >= SAID.items()
    said = SAID | {"column_1": ""}
    answer = office.client.post(f"{upload}/columns", said)
    assert answer.location == upload
    assert "Birch, Ben" not in office.client.get(upload).words


def test_what_was_said_wrongly_can_be_changed_where_it_makes_errors(office: Office, upload: str) -> None:
    office.client.post(f"{upload}/columns", SAID)
    faulty = office.send(ROWS.format(mark="Q9").encode()).location
    assert office.client.get(faulty).links["Change what the columns are"] == f"{faulty}/columns"
    assert office.client.get(f"{faulty}/columns").heading == "Say what the columns are"
