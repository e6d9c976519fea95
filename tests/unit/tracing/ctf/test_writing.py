"""What a pupil file holds, in which order, and when none is made."""

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from cme.tracing.ctf.codes import CodeList, label_of, relationship_code
from cme.tracing.ctf.content import (
    Address,
    Attended,
    Contact,
    Language,
    Part,
    Phone,
    Pupil,
    School,
    minimised,
    year_of,
)
from cme.tracing.ctf.names import Place
from cme.tracing.ctf.writing import Incomplete, build, faults, uln_is_valid
from tests.unit.tracing.ctf.files import HEADER, OWN, PUPIL, REACHED, SKELETON, TODAY


def written(pupil: Pupil = PUPIL, version: str = "25.0") -> ET.Element:
    return ET.fromstring(build(replace(HEADER, version=version), [pupil], TODAY))  # noqa: S314 - our own file


def canonical(element: ET.Element) -> tuple[object, ...]:
    return (element.tag, (element.text or "").strip(), tuple(canonical(each) for each in element))


def tags(parent: ET.Element | None) -> list[str]:
    return [] if parent is None else [each.tag for each in parent]


def test_the_file_is_the_references_own_example() -> None:
    """Tracing reference s.9."""
    skeleton = ET.fromstring(SKELETON)  # noqa: S314 - the example above
    assert canonical(written()) == canonical(skeleton)


def test_the_bytes_are_utf8_with_a_declaration_and_without_a_mark_or_namespace() -> None:
    content = build(HEADER, [PUPIL], TODAY)
    assert content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<CTfile>')
    assert "Zoë".encode() in content
    assert b"xmlns" not in content
    assert content == build(HEADER, [PUPIL], TODAY)


def test_t3_a_lost_file_holds_one_pupil() -> None:
    for pupils in ([PUPIL, PUPIL], []):
        with pytest.raises(Incomplete) as refused:
            build(HEADER, pupils, TODAY)
        assert any("A lost pupil file must hold one pupil" in each for each in refused.value.faults)
    elsewhere = replace(HEADER, destination=School(Place("840", "4123")))
    assert build(elsewhere, [PUPIL, PUPIL], TODAY).count(b"<Pupil>") == 2
    assert faults(elsewhere, [], TODAY) == ("A CTF needs a pupil.",)


def test_t4_a_destination_outside() -> None:
    outside = replace(HEADER, destination=School(Place("MMM", "MMMM")))
    destination = ET.fromstring(build(outside, [PUPIL], TODAY)).find("Header/DestSchool")  # noqa: S314
    assert destination is not None
    assert [each.text for each in destination] == ["MMM", "MMMM"]


@pytest.mark.parametrize("upn", ["", " ", "\x00 "])
def test_t14_no_upn_no_file(upn: str) -> None:
    with pytest.raises(Incomplete) as refused:
        build(HEADER, [replace(PUPIL, upn=upn)], TODAY)
    (fault,) = refused.value.faults
    assert fault.startswith("A CTF needs a UPN")


def test_t11_a_wrong_upn_of_our_own_pupil_is_an_error() -> None:
    (fault,) = faults(HEADER, [replace(PUPIL, upn="A801200005001")], TODAY)
    assert "check letter should be B" in fault


def test_t12_a_upn_is_written_in_capitals_without_spaces() -> None:
    assert written(replace(PUPIL, upn=" m841200023001 ")).findtext(".//UPN") == "M841200023001"


def test_t15_the_birth_date_is_iso_and_not_in_the_future() -> None:
    assert written().findtext(".//DOB") == "2018-03-09"
    tomorrow = replace(PUPIL, born_on=date(2026, 11, 23))
    (fault,) = faults(HEADER, [tomorrow], TODAY)
    assert "future" in fault
    assert faults(HEADER, [replace(PUPIL, born_on=TODAY)], TODAY) == ()


def test_t16_markup_and_accents_are_kept() -> None:
    surname = "O'Brien & Sons-Zoë <x>"
    content = build(HEADER, [replace(PUPIL, surname=surname)], TODAY)
    assert "O'Brien &amp; Sons-Zoë &lt;x&gt;".encode() in content
    assert ET.fromstring(content).findtext(".//Surname") == surname  # noqa: S314 - our own file


def test_control_characters_are_removed_and_texts_are_composed() -> None:
    odd = replace(PUPIL, surname="O\x00'\x1bExa\u0007mple\u2028Smith\ufffe\ud800", forename="Zoe\u0308")
    root = written(odd)
    assert root.findtext(".//Surname") == "O'Example Smith"
    assert root.findtext(".//Forename") == "Zoë"


def test_t17_what_is_blank_has_no_element_and_no_empty_parent() -> None:
    before = Attended("840", "4123", entered_on=date(2021, 9, 1), grounds=" ")
    bare = replace(
        PUPIL,
        former_upn="",
        year_group="",
        enrol_status="",
        middle_names=" ",
        address=Address((" ",)),
        phones=(Phone(" "),),
        contacts=(Contact(" ", order=1, phones=(Phone("1"),)),),
        languages=(Language(""),),
        history=(before, OWN),
    )
    pupil = written(bare).find(".//Pupil")
    assert pupil is not None
    assert tags(pupil) == ["UPN", "Surname", "Forename", "DOB", "Sex", "SchoolHistory"]
    assert tags(pupil.find("SchoolHistory/School")) == ["LEA", "Estab", "EntryDate"]
    assert all(len(each) or (each.text or "").strip() for each in pupil.iter())


def test_t18_a_phone_number_has_no_spaces() -> None:
    root = written(replace(PUPIL, phones=(Phone("07700 900\u00a0123", "M"),)))
    assert root.findtext(".//PhoneNo") == "07700900123"


def test_t19_the_header_is_in_order() -> None:
    assert tags(written().find("Header")) == [
        "DocumentName",
        "CTFversion",
        "DateTime",
        "DocumentQualifier",
        "SupplierID",
        "SourceSchool",
        "DestSchool",
    ]
    assert tags(written().find("Header/SourceSchool")) == [
        "LEA",
        "Estab",
        "URN",
        "SchoolName",
        "AcademicYear",
    ]


def test_the_pupil_and_its_parts_are_in_order() -> None:
    """Tracing reference s.7."""
    full = replace(
        REACHED,
        uln="1000000043",
        uci="U",
        preferred_surname="P",
        preferred_forename="P",
        former_surname="F",
        former_forename="F",
        middle_names="M",
        ethnicity="WBRI",
        ethnicity_source="P",
        languages=(Language("ENG", "F"),),
        address=Address(("1", "2"), "Durham", "DL1 1AA", "England"),
    )
    pupil = written(full).find(".//Pupil")
    assert pupil is not None
    assert tags(pupil) == [
        "UPN",
        "UniqueLearnerNumber",
        "UCI",
        "Surname",
        "Forename",
        "DOB",
        "Sex",
        "BasicDetails",
        "Address",
        "Phones",
        "Email",
        "Contacts",
        "SchoolHistory",
    ]
    assert tags(pupil.find("BasicDetails")) == [
        "FormerUPN",
        "PreferredSurname",
        "PreferredForename",
        "FormerSurname",
        "FormerForename",
        "MiddleNames",
        "NCyearActual",
        "Ethnicity",
        "EthnicitySource",
        "Languages",
        "EnrolStatus",
    ]
    assert tags(pupil.find("Address")) == ["AddressLines", "County", "PostCode", "Country"]
    assert tags(pupil.find("Contacts/Contact")) == [
        "Order",
        "Surname",
        "Forename",
        "Relationship",
        "Address",
        "Phones",
        "Email",
    ]


def test_t20_each_core_item_that_is_missing_has_one_sentence_and_there_is_no_file() -> None:
    empty = replace(PUPIL, upn="", surname="", forename="", born_on=None, sex="")
    with pytest.raises(Incomplete) as refused:
        build(HEADER, [empty], TODAY)
    assert len(refused.value.faults) == 5
    for noun in ("a UPN", "a surname", "a forename", "a date of birth", "the sex"):
        assert sum(each.startswith(f"A CTF needs {noun}") for each in refused.value.faults) == 1
    assert "Example" not in str(refused.value)


def test_the_header_lacks_nothing_either() -> None:
    head = replace(
        HEADER,
        source=School(Place("XXX", "XXXX")),
        made_at=None,
        version="CTF 25",
        academic_year="26",
    )
    assert len(faults(head, [PUPIL], TODAY)) == 6


@pytest.mark.parametrize(
    "history",
    [(), (replace(OWN, left_on=None),), (replace(OWN, school="2001"),), (OWN, replace(OWN, left_on=None))],
)
def test_the_school_that_sends_the_file_says_when_the_pupil_left(history: tuple[Attended, ...]) -> None:
    (fault,) = faults(HEADER, [replace(PUPIL, history=history)], TODAY)
    assert "the date on which the pupil left Example Primary School" in fault
    by_authority = replace(HEADER, source=School(Place("841", "LLLL"), "Darlington"))
    assert faults(by_authority, [replace(PUPIL, history=history)], TODAY) == ()


@pytest.mark.parametrize(
    ("version", "element"), [("26.0", "Sex"), ("25.0", "Sex"), ("24.0", "Gender"), ("17.0", "Gender")]
)
def test_the_version_says_whether_it_is_sex_or_gender(version: str, element: str) -> None:
    pupil = written(version=version).find(".//Pupil")
    assert [tag for tag in tags(pupil) if tag in ("Sex", "Gender")] == [element]


@pytest.mark.parametrize("ticked", [(), tuple(Part), (Part.CONTACTS,), (Part.ADDRESS, Part.EMAIL)])
def test_t24_a_restricted_child_is_without_what_nobody_ticked(ticked: tuple[Part, ...]) -> None:
    content = build(HEADER, [minimised(REACHED, ticked)], TODAY).decode()
    assert ("Sample Street" in content) is (Part.ADDRESS in ticked)
    assert ("01325" in content) is (Part.PHONES in ticked)
    assert ("home@" in content) is (Part.EMAIL in ticked)
    assert ("PAF" in content) is (Part.CONTACTS in ticked)
    assert ("Hidden Road" in content) is ({Part.ADDRESS, Part.CONTACTS} <= set(ticked))
    assert ("07700900123" in content) is ({Part.PHONES, Part.CONTACTS} <= set(ticked))
    assert ("pat@" in content) is ({Part.EMAIL, Part.CONTACTS} <= set(ticked))
    assert ("AddressAsPupil" in content) is False


def test_who_lives_with_a_restricted_child_is_not_told_either() -> None:
    assert "AddressAsPupil" not in build(HEADER, [minimised(PUPIL, [Part.CONTACTS])], TODAY).decode()


@pytest.mark.parametrize(
    ("on", "first_month", "year"),
    [
        (date(2026, 8, 31), 9, "2025"),
        (date(2026, 9, 1), 9, "2026"),
        (date(2026, 8, 1), 8, "2026"),
        (date(2026, 7, 31), 8, "2025"),
        (date(2027, 1, 1), 9, "2026"),
    ],
)
def test_the_academic_year_rolls_on_the_first_of_a_month(on: date, first_month: int, year: str) -> None:
    assert year_of(on, first_month) == year


def test_a_long_address_is_written_in_five_lines() -> None:
    lines = written(replace(PUPIL, address=Address(tuple("ABCDEFG")))).find(".//Pupil/Address/AddressLines")
    assert lines is not None
    assert [each.text for each in lines] == ["A", "B", "C", "D", "E, F, G"]


@pytest.mark.parametrize("uln", ["1000000043", "9999999998"])
def test_a_uln_completes_its_sum(uln: str) -> None:
    """Weights 10 to 2, sum modulo 11, the tenth digit is 10 less the remainder, which is not 0."""
    assert uln_is_valid(uln)
    assert [digit for digit in "0123456789" if uln_is_valid(uln[:9] + digit)] == [uln[9]]


@pytest.mark.parametrize("uln", ["", "100000004", "10000000431", "100000004\u0663", "100000004X"])
def test_what_has_not_ten_digits_is_no_uln(uln: str) -> None:
    assert not uln_is_valid(uln)


def test_a_uln_whose_remainder_is_nought_is_never_valid() -> None:
    assert not any(uln_is_valid(f"000000000{digit}") for digit in range(10))
    (fault,) = faults(HEADER, [replace(PUPIL, uln="0000000000")], TODAY)
    assert "ULN is not valid" in fault


@pytest.mark.parametrize(
    ("relationship", "code"),
    [
        ("Mother", "PAM"),
        ("mum", "PAM"),
        ("Father", "PAF"),
        ("Step-mother", "STP"),
        ("Stepfather", "STP"),
        ("Foster mother", "FOS"),
        ("Foster carer", "FOS"),
        ("Carer", "CAR"),
        ("Social worker", "SWR"),
        ("Grandmother", "REL"),
        ("", ""),
        ("Somebody", ""),
    ],
)
def test_how_a_school_names_a_contact_has_a_code(relationship: str, code: str) -> None:
    assert relationship_code(relationship) == code


def test_a_code_that_is_not_in_the_list_stays_as_it_is() -> None:
    assert label_of(CodeList.LEAVING_REASON, "OT") == "Other or not known"
    assert label_of(CodeList.LEAVING_REASON, "ZZ") == "ZZ"
