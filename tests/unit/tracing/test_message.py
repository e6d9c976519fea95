"""The text of a trace: what it says, in which order, and what it never says."""

import json
from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.tracing.answering import MISSING_TOO, PLEASE_TELEPHONE, Request, reply_to
from cme.tracing.details import (
    PLACE,
    Choices,
    Sibling,
    TraceDetails,
    given_away,
    missing,
    warnings,
    year_in_words,
)
from cme.tracing.message import STOP, answer, compose, follow_up, reminder, stop, subject_of
from cme.tracing.replies import Finding, Kind
from tests.unit.tracing.traces import DETAILS, SENDER, SIBLING, TODAY

SHORTEST = replace(
    DETAILS,
    upn="",
    year_group="",
    address="",
    postcode="",
    carers=(),
    school_name="",
    school_number="",
    last_attended_on=None,
    off_roll_on=None,
    checks="",
    sex="",
)
FULL = replace(
    DETAILS,
    known_as="Zoey",
    former_names=("Zoë Sample",),
    preferred_names=("Zoey Example", "Z"),
    former_upns=("Y84120002300A",),
    siblings=(SIBLING,),
    last_seen_on=date(2026, 10, 17),
    destination="Leeds",
    destination_why="an aunt lives there",
    ethnicity="WBRI",
    first_language="ENG",
)
EVERYTHING = Choices(ethnicity=True, first_language=True, destination=True, telephone_first=True)


def labels(body: str) -> list[str]:
    return [line.partition(":")[0] for line in body.splitlines() if ":" in line]


def test_the_request_is_laid_out_as_the_reference_shows_it() -> None:
    """Tracing reference s.2."""
    message = compose(DETAILS, Choices(), restricted=False)
    assert message.subject == "CME trace - 841 - TR-2026-0042"
    assert message.body == (
        "Our reference: TR-2026-0042\n"
        "From: Darlington (841), A Officer, 01325 000000, cme@example.gov.uk\n"
        "Legal surname: Example\n"
        "Forenames: Zoë\n"
        "Date of birth: 09/03/2018\n"
        "Sex: F\n"
        "UPN: M841200023001\n"
        "Year group: 3\n"
        "Last address: 1 Sample Street, Darlington, DL1 1AA\n"
        "Parents or carers: Pat Example\n"
        "Last school: Example Primary School (841/2000)\n"
        "Last attended: 16/10/2026\n"
        "Removed from roll: 20/11/2026, 2024 regulations, ground I\n"
        "Checks made: home visits x2, siblings' schools, housing - no result\n"
        "Please reply by S2S message even if no trace, by 18/12/2026.\n"
    )


def test_t14_without_a_upn_the_request_says_so_and_blank_lines_are_left_out() -> None:
    message = compose(SHORTEST, Choices(), restricted=False)
    assert "\nUPN: not known\n" in message.body
    assert labels(message.body) == [
        "Our reference",
        "From",
        "Legal surname",
        "Forenames",
        "Date of birth",
        "Sex",
        "UPN",
    ]
    assert "\nSex: not known\n" in message.body
    assert missing(SHORTEST, TODAY) == {}


def test_everything_that_is_held_and_ticked_is_given_in_order() -> None:
    message = compose(FULL, EVERYTHING, restricted=False)
    assert labels(message.body) == [
        "Our reference",
        "From",
        "Legal surname",
        "Forenames",
        "Known as",
        "Former names",
        "Preferred names",
        "Date of birth",
        "Sex",
        "UPN",
        "Former UPNs",
        "Year group",
        "Last address",
        "Parents or carers",
        "Siblings",
        "Last school",
        "Last attended",
        "Last seen",
        "Removed from roll",
        "Checks made",
        "Believed destination",
        "Ethnicity",
        "First language",
    ]
    assert "Siblings: Kit Example, 02/01/2015, Example High School\n" in message.body
    assert "Believed destination: Leeds, because an aunt lives there\n" in message.body
    assert "Please telephone before replying.\n" in message.body


def test_ethnicity_and_language_are_off_and_the_destination_is_on_unless_restricted() -> None:
    body = compose(FULL, Choices(), restricted=False).body
    assert "WBRI" not in body
    assert "ENG" not in body
    assert "Leeds" in body
    assert "telephone" not in body


def test_the_last_school_can_be_left_out_for_a_restricted_child_only() -> None:
    off = Choices(last_school=False)
    assert "Last school" in compose(FULL, off, restricted=False).body
    assert "Last school" in compose(FULL, Choices(), restricted=True).body
    assert "Last school" not in compose(FULL, off, restricted=True).body


@pytest.mark.parametrize("choices", [Choices(), EVERYTHING])
def test_t24_a_restricted_child_has_no_address_parents_siblings_or_name_in_the_subject(
    choices: Choices,
) -> None:
    message = compose(FULL, choices, restricted=True)
    for hidden in ("Sample Street", "DL1 1AA", "Pat Example", "Kit", "Example High School", "WBRI", "ENG"):
        assert hidden not in message.text
    assert "Please telephone before replying." in message.body
    assert ("Leeds" in message.body) is choices.destination
    assert "Example" not in message.subject
    assert message.subject == "CME trace - 841 - TR-2026-0042"


def test_what_is_never_sent_has_no_field() -> None:
    names = " ".join(each.name for each in fields(TraceDetails))
    for never in (
        "care",
        "protection",
        "traveller",
        "sen",
        "fostering",
        "health",
        "carer_phone",
        "parent_phone",
    ):
        assert f" {never} " not in f" {names.replace('_', ' ')} ", never
    assert {each.name for each in fields(TraceDetails) if "phone" in each.name} == set()


@pytest.mark.parametrize(
    "reference", ["Zoë Example", "TR-2026-0042 Zoë", "", "tr-2026-0042", "TR-2026-0042\n"]
)
def test_no_subject_is_made_of_free_text(reference: str) -> None:
    with pytest.raises(ValueError, match="subject"):
        subject_of("841", reference)
    with pytest.raises(ValueError, match="subject"):
        subject_of("Zoë", "TR-2026-0042")


@given(st.text(), st.text(), st.text())
def test_no_value_can_pass_for_another_line(surname: str, checks: str, address: str) -> None:
    details = replace(SHORTEST, surname=surname, checks=checks, address=address)
    body = compose(details, Choices(), restricted=False).body
    assert (
        body.count("Our reference:")
        - surname.count("Our reference:")
        - checks.count("Our reference:")
        - address.count("Our reference:")
        == 1
    )
    assert len(body.splitlines()) <= 10
    assert "\r" not in body


def test_the_postcode_is_not_given_twice() -> None:
    details = replace(DETAILS, address="1 Sample Street\nDarlington\ndl11aa")
    assert (
        "Last address: 1 Sample Street, Darlington, dl11aa\n"
        in compose(details, Choices(), restricted=False).body
    )


def test_details_and_choices_are_kept_as_they_are() -> None:
    assert TraceDetails.from_json(json.loads(json.dumps(FULL.to_json()))) == FULL
    assert TraceDetails.from_json(json.loads(json.dumps(SHORTEST.to_json()))) == SHORTEST
    assert Choices.from_json(json.loads(json.dumps(EVERYTHING.to_json()))) == EVERYTHING
    assert Choices.from_json({}) == Choices()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reference", "42"),
        ("surname", " "),
        ("forenames", ""),
        ("born_on", None),
        ("born_on", date(2026, 11, 24)),
        ("reply_by_on", None),
        ("reply_by_on", TODAY),
        ("sender.officer", ""),
        ("sender.phone", "none"),
        ("sender.email", ""),
    ],
)
def test_each_thing_missing_has_one_sentence(field: str, value: object) -> None:
    owner, _, name = field.rpartition(".")
    details = (
        replace(DETAILS, sender=replace(SENDER, **{name: value}))
        if owner
        else replace(DETAILS, **{name: value})
    )
    assert missing(DETAILS, TODAY) == {}
    assert list(missing(details, TODAY)) == [name]


@pytest.mark.parametrize(
    "checks",
    ["Social care: CP plan", "CAMHS", "has an EHC plan", "Child Protection", "rang the health visitor"],
)
def test_words_of_care_health_and_needs_warn(checks: str) -> None:
    (warning,) = warnings(replace(DETAILS, checks=checks))
    assert "care, health or needs" in warning
    assert warnings(replace(DETAILS, checks="home visits x2, asked friends to send word")) == ()


def test_a_sex_that_is_not_known_is_said_and_a_phone_is_no_name_of_a_parent() -> None:
    (warning,) = warnings(replace(DETAILS, sex=""))
    assert warning == "Sex is missing: the message says that it is not known."
    assert list(missing(replace(DETAILS, carers=("Sofia Cox 07700 900123",)), TODAY)) == ["carers"]
    assert missing(replace(DETAILS, carers=("Sofia Cox (born 1988)",)), TODAY) == {}
    assert list(missing(replace(DETAILS, siblings=(Sibling("Bob, 07700 900123"),)), TODAY)) == ["siblings"]


def test_an_e_mail_that_is_none_is_told_with_every_other_fault() -> None:
    sender = replace(SENDER, email="nonsense", phone="")
    wrong = replace(DETAILS, sender=sender, surname="", reply_by_on=date(2020, 12, 21))
    assert list(missing(wrong, TODAY)) == ["phone", "email", "surname", "reply_by_on"]
    assert "like name@example.gov.uk" in missing(wrong, TODAY)["email"]


def test_a_number_beside_a_parent_who_is_not_sent_holds_nothing_up() -> None:
    details = replace(DETAILS, carers=("Sofia Cox 07700 900123",))
    assert missing(details, TODAY, restricted=True) == {}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("8", "Year 8"),
        ("08", "Year 8"),
        ("Y8", "Year 8"),
        ("yr 11", "Year 11"),
        ("Year 5", "Year 5"),
        ("R", "Reception"),
        ("Nursery 2", "Nursery 2"),
        ("8A", "8A"),
        ("", ""),
    ],
)
def test_a_year_group_has_one_form(written: str, shown: str) -> None:
    assert year_in_words(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        "lives now at 4 Refuge Lane with aunt",
        "seen at 12 High Street",
        "moved to DL3 7QT",
        "staying with an aunt",
    ],
)
def test_words_of_a_place_are_refused_in_confidence_only(text: str) -> None:
    details = replace(DETAILS, checks=text)
    assert missing(details, TODAY, restricted=True)["checks"] == PLACE
    assert "checks" not in missing(details, TODAY)


def test_a_refuge_asks_whether_the_child_is_looked_for_in_confidence() -> None:
    details = replace(DETAILS, checks="Mother was in a refuge")
    assert "in confidence" in " ".join(warnings(details))
    assert "in confidence" not in " ".join(warnings(details, restricted=True))


def test_checks_as_they_are_written_warn_of_no_place() -> None:
    assert warnings(DETAILS, restricted=True) == ()
    assert "Checks made is missing" in " ".join(warnings(replace(DETAILS, checks="")))


def test_a_wrong_upn_only_warns() -> None:
    details = replace(DETAILS, upn="A801200005001", former_upns=("E000200005001",))
    assert missing(details, TODAY) == {}
    first, second = warnings(details)
    assert "check letter should be B" in first
    assert "LA 000 not recognised" in second
    assert warnings(DETAILS) == ()


def test_free_text_about_a_restricted_child_must_not_say_what_its_fields_leave_out() -> None:
    told = replace(
        FULL,
        checks="Visited 1 SAMPLE street twice; rang Pat EXAMPLE",
        destination="dl1 1aa",
        destination_why="kit example said so",
    )
    assert set(missing(told, TODAY, restricted=True)) == {"checks", "destination", "destination_why"}
    assert missing(told, TODAY) == {}
    assert missing(FULL, TODAY, restricted=True) == {}
    assert given_away("Seen in Darlington", FULL) == ()


def test_a_follow_up_an_answer_and_a_reminder_have_both_reference_and_sender() -> None:
    for message, purpose in (
        (follow_up(DETAILS, "Also known as Zoey.\nUPN corrected."), "follow-up"),
        (answer(DETAILS, "She has brown hair."), "answer"),
        (reminder(DETAILS), "reminder"),
    ):
        assert message.subject == f"CME trace - 841 - TR-2026-0042 - {purpose}"
        assert message.body.startswith("Our reference: TR-2026-0042\nFrom: Darlington (841), A Officer")
    assert follow_up(DETAILS, "One.\nTwo.").body.endswith("\n\nOne.\nTwo.\n")
    assert "18/12/2026" in reminder(DETAILS).body


def test_the_message_that_ends_the_search_names_nobody_and_no_place() -> None:
    message = stop("841", "TR-2026-0042")
    assert message.subject == "CME trace - 841 - TR-2026-0042 - located"
    assert message.body == "Located - please stop searching. Please delete your copy.\n"
    assert STOP in message.body


FOUND = Finding(
    Kind.FOUND_NOT_ON_ROLL, address="1 Sample Street", seen_by="B Worker", laestab="841/2000", question="Who?"
)
REQUEST = Request("LEEDS/99", "IN-2026-0007")


@pytest.mark.parametrize("kind", Kind)
def test_an_answer_to_a_request_has_both_references_and_no_name_in_the_subject(kind: Kind) -> None:
    message = reply_to(REQUEST, SENDER, replace(FOUND, kind=kind), restricted=False)
    assert message.subject == "CME trace - 841 - IN-2026-0007 - reply"
    assert message.body.startswith("Your reference: LEEDS/99\nOur reference: IN-2026-0007\nFrom: Darlington")
    assert "\nAnswer: " in message.body


def test_a_roll_is_not_where_a_child_is_who_is_missing_here_too() -> None:
    told = [
        kind
        for kind in Kind
        if MISSING_TOO
        in reply_to(REQUEST, SENDER, replace(FOUND, kind=kind), restricted=False, is_missing=True).body
    ]
    assert told == [Kind.FOUND_ON_ROLL, Kind.PREVIOUSLY_KNOWN]
    protected = reply_to(
        REQUEST, SENDER, replace(FOUND, kind=Kind.FOUND_ON_ROLL), restricted=True, is_missing=True
    )
    assert MISSING_TOO not in protected.body


def test_about_a_restricted_child_every_answer_is_to_telephone() -> None:
    """Tracing reference s.3, point 6: never an address, never a false "no trace"."""
    bodies = {reply_to(REQUEST, SENDER, replace(FOUND, kind=each), restricted=True).body for each in Kind}
    assert len(bodies) == 1
    (body,) = bodies
    assert PLEASE_TELEPHONE in body
    assert "please telephone" in body.casefold()
    for never in ("Sample", "no trace", "No trace", "841/2000", "Answer"):
        assert never not in body
