"""Incoming requests read from text: nothing is dropped, and what is doubtful is asked."""

from datetime import date
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.identity.likeness import Identity
from cme.identity.upn import read_upn
from cme.tracing.dates import NOT_A_DATE, TWO_DIGITS, read_date
from cme.tracing.details import Sender, Sibling, TraceDetails
from cme.tracing.message import Choices, compose, stop
from cme.tracing.reading import read_requests
from cme.tracing.requests import Field, IncomingRequest, read_labels, sought

TODAY = date(2026, 11, 22)
OWN = """Our reference: TR-2026-0042
From: Darlington (841), A Officer, 01325 000000, cme@example.gov.uk
Legal surname: Example
Forenames: Zoë
Date of birth: 09/03/2018
Sex: F
UPN: M841200023001
Year group: 3
Last address: 1 Sample Street, Darlington, DL1 1AA
Parents or carers: Pat Example
Last school: Example Primary School (841/2000)
Last attended: 16/10/2026
Removed from roll: 20/11/2026, 2024 regulations, ground I
Checks made: home visits x2, siblings' schools, housing - no result
Please reply by S2S message even if no trace, by 18/12/2026.
"""


def only(text: str) -> IncomingRequest:
    (found,) = read_requests(text)
    return found


def unread(text: str) -> list[tuple[int, str]]:
    return [(line.number, line.text) for request in read_requests(text) for line in request.unread]


def test_our_own_layout_reads_back_whole():
    request = only(f"CME trace - 841 - TR-2026-0042\n\n{OWN}")

    assert request.unread == ()
    assert (request.reference, request.sender_code, request.is_stop) == ("TR-2026-0042", "841", False)
    assert request.values[Field.REPLY_BY] == "18/12/2026"
    assert request.values[Field.CHECKS] == "home visits x2, siblings' schools, housing - no result"
    assert request.values[Field.LAST_SCHOOL] == "Example Primary School (841/2000)"
    found = sought(request.values, TODAY)
    assert found.remarks == ()
    assert found.child.identity == Identity(
        "Example", "Zoë", date(2018, 3, 9), ("M841200023001",), postcode="DL1 1AA"
    )
    assert (found.child.sex, found.child.address) == ("F", "1 Sample Street, Darlington")
    assert found.child.parents == ("Pat Example",)


@pytest.mark.parametrize("restricted", [False, True])
def test_every_line_that_we_can_send_reads_back(restricted: bool):
    details = TraceDetails(
        reference="TR-2026-0042",
        sender=Sender("Darlington", "841", "A Officer", "01325 000000", "cme@example.gov.uk"),
        reply_by_on=date(2026, 12, 18),
        surname="O'Example-Smith",
        forenames="Zoë",
        born_on=date(2018, 3, 9),
        sex="F",
        upn="M841200023001",
        former_upns=("Y84120002300A",),
        known_as="Zo",
        former_names=("Zoë Sample",),
        preferred_names=("Zozo",),
        year_group="3",
        address="1 Sample Street, Darlington",
        postcode="DL1 1AA",
        carers=("Pat Example", "Lee Sample"),
        siblings=(Sibling("Sam Example", date(2015, 2, 1), "Alder School"), Sibling("Kit Example")),
        school_name="Example Primary School",
        school_number="841/2000",
        last_attended_on=date(2026, 10, 16),
        last_seen_on=date(2026, 10, 17),
        off_roll_on=date(2026, 11, 20),
        regulations="2024",
        ground="I",
        checks="home visits x2: no result",
        destination="Leeds",
        destination_why="an aunt lives there: said by a friend",
        ethnicity="WBRI",
        first_language="ENG",
    )
    choices = Choices(destination=True, ethnicity=True, first_language=True, telephone_first=True)
    request = only(compose(details, choices, restricted=restricted).text)

    assert request.unread == ()
    found = sought(request.values, TODAY)
    assert found.remarks == (found.remarks[0],)
    assert found.remarks[0].message == "temporary UPN"
    identity = found.child.identity
    assert identity.upns == ("M841200023001", "Y84120002300A")
    assert identity.born_on == date(2018, 3, 9)
    assert {"zo", "zozo", "zoe"} <= identity.forenames
    assert {"oexamplesmith", "sample"} <= identity.surnames
    expected = () if restricted else ("Sam Example (01/02/2015, Alder School)", "Kit Example")
    assert found.child.siblings == expected
    assert found.child.parents == (() if restricted else ("Pat Example", "Lee Sample"))


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("DOB: 09/03/2018", Field.BORN_ON, "09/03/2018"),
        ("d.o.b.: 09/03/2018", Field.BORN_ON, "09/03/2018"),
        ("  DATE OF BIRTH :09/03/2018", Field.BORN_ON, "09/03/2018"),
        ("- Surname: Bell", Field.SURNAME, "Bell"),
        ("> Family name: Bell", Field.SURNAME, "Bell"),
        ("First name(s)\tAna", Field.FORENAMES, "Ana"),
        ("Parent(s)/Carer(s): Pat", Field.PARENTS, "Pat"),
        ("Child\u2019s name - Ana Bell", Field.FULL_NAME, "Ana Bell"),
        ("Unique Pupil Number = M841200023001", Field.UPN, "M841200023001"),
        ("m841200023001", Field.UPN, "m841200023001"),
        ("UPN M841200023001", Field.UPN, "M841200023001"),
        ("Please respond by: 18 December 2026.", Field.REPLY_BY, "18 December 2026"),
    ],
)
def test_labels_are_known_whatever_their_case_and_punctuation(line: str, field: Field, value: str):
    request = only(line)

    assert (request.values, request.unread) == ({field: value}, ())


def test_several_labels_in_a_line_are_several_fields_except_in_long_ones():
    request = only(
        "Surname: Bell  Forenames: Ana, Date of birth: 09/03/2018; Sex: F\n"
        "Siblings: Sam Bell, DOB: 01/02/2015\n"
        "Checks made: school: no answer"
    )

    assert request.unread == ()
    assert request.values == {
        Field.SURNAME: "Bell",
        Field.FORENAMES: "Ana",
        Field.BORN_ON: "09/03/2018",
        Field.SEX: "F",
        Field.SIBLINGS: "Sam Bell, DOB: 01/02/2015",
        Field.CHECKS: "school: no answer",
    }


def test_a_line_without_a_label_goes_on_with_the_one_above():
    request = only(
        "Surname:\nBell\nLast known address:\n1 Sample Street\nDarlington,\nDL1 1AA\n"
        "Forename: Ana\n   Maria\nChecks: home visits\nand two calls - no answer\n\nKind regards\nA Officer"
    )

    assert request.values[Field.SURNAME] == "Bell"
    assert request.values[Field.ADDRESS] == "1 Sample Street, Darlington, DL1 1AA"
    assert request.values[Field.FORENAMES] == "Ana Maria"
    assert request.values[Field.CHECKS] == "home visits and two calls - no answer"
    assert [line.text for line in request.unread] == ["Kind regards", "A Officer"]


def test_every_line_that_was_not_read_is_given_back_with_its_number():
    text = "Dear colleagues,\n\nSurname: Bell\nSocial worker: Lee\nSex: F\nMany thanks\n"

    assert unread(text) == [(1, "Dear colleagues,"), (4, "Social worker: Lee"), (6, "Many thanks")]


def test_a_second_value_for_one_field_is_given_back_unless_it_is_the_same():
    text = "DOB: 01/11/2018\nDOB: 11/1/2018\nDate of birth: 01/11/2018\nMother: Pat Bell\nFather: Lee Bell"

    assert unread(text) == [(2, "DOB: 11/1/2018")]
    assert only(text).values[Field.PARENTS] == "Pat Bell; Lee Bell"


def test_a_upn_inside_a_sentence_is_taken_and_the_sentence_given_back():
    request = only("Her UPN was M841200023001 when she left.")

    assert request.values[Field.UPN] == "M841200023001"
    assert len(request.unread) == 1


def test_several_requests_are_told_apart_by_their_references():
    second = OWN.replace("0042", "0043").replace("Zoë", "Ben")
    found = read_requests(f"Subject: CME trace - 841 - TR-2026-0042\n{OWN}\n-----\n"
                          f"Subject: CME trace - 841 - TR-2026-0043\n{second}")  # fmt: skip

    assert [each.reference for each in found] == ["TR-2026-0042", "TR-2026-0043"]
    assert [each.values[Field.FORENAMES] for each in found] == ["Zoë", "Ben"]
    assert all(each.unread == () for each in found)
    assert [each.line for each in found] == [1, 19]


def test_the_senders_lines_above_a_reference_belong_to_it():
    text = (
        "From: LA 330\nRef: A1\nSurname: Bell\nDOB: 09/03/2018\n\n"
        "From: LA 331\nRef: A2\nSurname: Cole\nDOB: 09/03/2019"
    )

    assert [(each.reference, each.sender_code) for each in read_requests(text)] == [
        ("A1", "330"),
        ("A2", "331"),
    ]
    assert unread(text) == []


def test_two_references_before_the_child_are_one_request():
    found = only("Our reference: A1\nCase reference: B7\nSurname: Bell")

    assert found.reference == "A1"
    assert [line.text for line in found.unread] == ["Case reference: B7"]


def test_a_stop_message_is_known_with_its_reference():
    for text in (
        stop("841", "TR-2026-0042").text,
        "Located - please stop searching. Please delete your copy. Reference TR-2026-0042",
        "Our reference: TR-2026-0042\nPlease STOP\nsearching for this child.",
    ):
        request = only(text)
        assert request.is_stop
        assert request.reference == "TR-2026-0042"
    assert only(stop("841", "TR-2026-0042").text).unread == ()


def test_an_answer_to_ours_does_not_take_our_reference_for_the_senders():
    request = only("Your reference: TR-2026-0042\nNo trace.")

    assert (request.reference, request.values[Field.YOUR_REFERENCE]) == ("", "TR-2026-0042")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09/03/2018", (date(2018, 3, 9), "")),
        ("9.3.2018", (date(2018, 3, 9), "")),
        ("09-03-2018 (age 8)", (date(2018, 3, 9), "")),
        ("9 Mar 2018", (date(2018, 3, 9), "")),
        ("Friday 9th March 2018", (date(2018, 3, 9), "")),
        ("March 9, 2018", (date(2018, 3, 9), "")),
        ("9th of March 2018, aged 8", (date(2018, 3, 9), "")),
        ("2018-03-09", (date(2018, 3, 9), "")),
        ("2018-03-09 00:00:00", (date(2018, 3, 9), "")),
        ("09/03/18", (None, TWO_DIGITS)),
        ("9 Mar 18", (None, TWO_DIGITS)),
        ("03/25/2018", (None, NOT_A_DATE)),
        ("31/02/2018", (None, NOT_A_DATE)),
        ("9 M 2018", (None, NOT_A_DATE)),
        ("9 Foo 2018", (None, NOT_A_DATE)),
        ("spring 2018", (None, NOT_A_DATE)),
    ],
)
def test_dates_are_read_day_first_and_never_guessed(text: str, expected: tuple[date | None, str]):
    assert read_date(text) == expected


@pytest.mark.parametrize("text", ["09/03/18", "09/03/2027", "next week"])
def test_t15_a_birth_date_that_cannot_be_one_is_a_question(text: str):
    found = sought({Field.SURNAME: "Bell", Field.BORN_ON: text, Field.UPN: "M841200023001"}, TODAY)

    (remark,) = found.remarks
    assert (remark.field, remark.is_question) == (Field.BORN_ON, True)
    assert found.child.identity.born_on is None


@pytest.mark.parametrize(
    ("text", "upns", "messages"),
    [
        ("A801200005001", ("A801200005001",), ["The check letter should be B."]),
        ("T20110001804V", ("T20110001804V",), ["temporary UPN"]),
        ("E000200005001", ("E000200005001",), ["LA 000 not recognised"]),
        ("M84120002300", ("M84120002300",), ["A UPN has 13 characters; this has 12."]),
        (" m841 2000 23001 ", ("M841200023001",), []),
        ("M841200023001 (was Y84120002300A)", ("M841200023001", "Y84120002300A"), ["temporary UPN"]),
        ("not known", (), []),
        ("Not known.", (), []),
        ("-", (), []),
    ],
)
def test_a_bad_upn_is_kept_as_given_with_a_warning(text: str, upns: tuple[str, ...], messages: list[str]):
    found = sought({Field.SURNAME: "Bell", Field.BORN_ON: "9 Mar 2018", Field.UPN: text}, TODAY)

    assert found.child.identity.upns == upns
    assert [remark.message for remark in found.remarks] == messages
    assert not any(remark.is_question for remark in found.remarks)


def test_who_cannot_be_searched_for_is_asked_about():
    assert [each.is_question for each in sought({Field.SURNAME: "Bell"}, TODAY).remarks] == [True]
    assert [each.is_question for each in sought({Field.BORN_ON: "9 Mar 2018"}, TODAY).remarks] == [True]
    assert sought({Field.UPN: "M841200023001"}, TODAY).remarks == ()


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({Field.SURNAME: "Bell", Field.BORN_ON: "9/3/18"}, [Field.BORN_ON]),
        ({Field.BORN_ON: "9/3/18"}, [Field.BORN_ON, Field.SURNAME]),
        ({Field.SURNAME: "Bell"}, [Field.BORN_ON]),
        ({Field.BORN_ON: "9 Mar 2018"}, [Field.SURNAME]),
    ],
)
def test_one_fault_is_told_in_one_sentence_at_its_field(values: dict[Field, str], fields: list[Field]):
    assert [each.field for each in sought(values, TODAY).remarks] == fields


def test_a_full_name_is_split_and_one_that_may_be_either_way_is_warned_of():
    found = sought({Field.FULL_NAME: "BELL, Ana", Field.BORN_ON: "9 Mar 2018"}, TODAY)
    assert (found.child.identity.surname, found.child.identity.forename, found.remarks) == ("BELL", "Ana", ())
    found = sought({Field.FULL_NAME: "Ana Bell", Field.BORN_ON: "9 Mar 2018"}, TODAY)
    assert (found.child.identity.surname, found.child.identity.forename) == ("Bell", "Ana")
    assert len(found.remarks) == 1


def test_every_field_but_the_sentences_has_a_label():
    assert set(read_labels().values()) == set(Field)


shapes = st.sampled_from(
    [
        *("Surname: {}", "{}", "  {}", "X y: {}", "DOB: {}", "UPN {}", "Ref: {}", "> {}", "1. {}", "{}: {}"),
        *("Notes: {}", "Address:\n{}", "Surname: {} DOB: {}", "see M841200023001 {}", "stop searching {}"),
        *(
            "Please reply by 1/1/2026 {}",
            "CME trace - 841 - TR-2026-0042 - {}",
            "CME trace - 841 - {}",
            "Sex:",
        ),
        *("", "---", "Forename - {}", "Checks made: {}: {}", "Please reply by {}", "UPN: {}, Former UPN: {}"),
    ]
)


@given(st.lists(shapes, max_size=12))
def test_no_word_of_a_text_is_lost(parts: list[str]):
    text = "\n".join(part.replace("{}", f"word{n}x") for n, part in enumerate(parts))
    requests = read_requests(text)

    kept = " ".join(value for each in requests for value in each.values.values())
    kept += " ".join(line.text for each in requests for line in each.unread)
    assert {n for n, part in enumerate(parts) if "{}" in part and f"word{n}x" not in kept} == set()


@given(st.text(max_size=200))
def test_no_text_stops_the_reading(text: str):
    lines = text.splitlines()
    for request in read_requests(text):
        for line in request.unread:
            assert lines[line.number - 1].strip() == line.text
        sought(request.values, TODAY)


def test_hostile_lines_take_no_time():
    started = perf_counter()
    for text in (
        "Surname: " * 5000,
        "a" * 200_000,
        "Ref: x " * 20_000,
        "please reply by " * 5000,
        ":" * 100_000,
    ):
        read_requests(text)
    read_requests("\n".join(f"Ref: {n}\nSurname: Bell" for n in range(5000)))

    assert perf_counter() - started < 5


@given(st.from_regex(r"[A-Z][0-9]{11}[0-9A-Z]", fullmatch=True))
def test_whatever_has_the_shape_of_a_upn_is_read_as_one(text: str):
    assert only(f"Child known here\n{text}").values == {Field.UPN: text}
    assert read_upn(text).value == text


def test_a_closing_line_that_names_no_day_is_no_part_of_what_stands_above_it() -> None:
    (request,) = read_requests(
        "Surname: Ash\nChecks made: home visits x2\nPlease reply by S2S message even if no trace."
    )
    assert request.values[Field.CHECKS] == "home visits x2"
    assert request.unread == ()
