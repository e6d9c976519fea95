"""Reading a pupil file: what is read, what is noted, and what is refused."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cme.synthetic import make_upn
from cme.tracing.ctf.content import (
    Address,
    Attended,
    Contact,
    Header,
    Language,
    Phone,
    Pupil,
    School,
    cleaned,
)
from cme.tracing.ctf.names import Place
from cme.tracing.ctf.writing import as_written, build
from importers.ctf import Caps, Transfer, read_ctf
from importers.reading import Refused
from tests.unit.tracing.ctf.files import HEADER, LOST_NAME, OWN, PUPIL, SKELETON, TODAY


def read(text: str, name: str = LOST_NAME, **options: object) -> Transfer:
    return read_ctf(text.encode(), name, **options)


def refusal(content: bytes, name: str = LOST_NAME, caps: Caps | None = None) -> str:
    with pytest.raises(Refused) as refused:
        read_ctf(content, name, caps=caps or Caps())
    assert refused.value.issue.message
    return refused.value.issue.code


def notes(text: str, name: str = LOST_NAME) -> list[str]:
    return [each.code for each in read(text, name).warnings]


def test_the_references_own_example_is_read() -> None:
    transfer = read(SKELETON)
    assert transfer.header == HEADER
    assert transfer.pupils == (PUPIL,)
    assert transfer.warnings == ()
    assert transfer.name.receiver.is_lost


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<CTfile>", '<CTfile xmlns="http://www.dcsf.gov.uk/schemas/cbds">'),
        (
            "<CTfile>",
            '<CTfile xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:schemaLocation="http://x.example/ http://x.example/ctf.xsd">',
        ),
        ("<?xml", "\ufeff<?xml"),
        ("CTFversion", "CTFVersion"),
        ("Sex>", "Gender>"),
    ],
)
def test_t21_a_namespace_a_mark_and_older_names_make_no_difference(old: str, new: str) -> None:
    transfer = read(SKELETON.replace(old, new))
    assert transfer.header == HEADER
    assert transfer.pupils == (PUPIL,)
    assert transfer.warnings == ()


def test_t21_a_prefix_makes_no_difference() -> None:
    text = SKELETON.replace("</", "</c:").replace("<", "<c:")
    text = text.replace("<c:/c:", "</c:").replace("<c:?xml", "<?xml")
    text = text.replace("<c:CTfile>", '<c:CTfile xmlns:c="http://www.dcsf.gov.uk/schemas/cbds">')
    assert read(text).pupils == (PUPIL,)


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    "<CTfile><Header>&c;</Header></CTfile>"
)


@pytest.mark.parametrize(
    "hostile",
    [
        BOMB,
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><CTfile/>',
        "<!DOCTYPE CTfile><CTfile/>",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><CTfile>&e;</CTfile>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://x.example/p.dtd"> %p;]><CTfile/>',
    ],
)
def test_t22_a_document_type_or_an_entity_is_refused(hostile: str) -> None:
    assert refusal(hostile.encode()) == "malicious_xml"
    assert refusal(b'<?xml version="1.0"?>' + hostile.encode()) == "malicious_xml"


def test_t22_an_undefined_entity_is_refused() -> None:
    assert refusal(SKELETON.replace("Zoë", "&zoe;").encode()) == "damaged_file"


def test_hidden_encodings_are_refused() -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        assert refusal(BOMB.encode(encoding)) in ("unusual_encoding", "damaged_file")
    latin = SKELETON.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    assert refusal(latin) == "unusual_encoding"
    assert refusal(SKELETON.encode("latin-1")) == "damaged_file"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b" \n", "empty_file"),
        (b"<a", "damaged_file"),
        (SKELETON.encode()[:-20], "damaged_file"),
        (b"PK\x03\x04 a workbook", "damaged_file"),
        (b"<html><body/></html>", "not_a_ctf"),
        (b"<ctfile><Header/><CTFpupilData><Pupil/></CTFpupilData></ctfile>", "not_a_ctf"),
        (b"<CTfile><Header/><CTFpupilData/></CTfile>", "not_a_ctf"),
        (b"<CTfile><CTFpupilData><Pupil/></CTFpupilData></CTfile>", "not_a_ctf"),
        (b"<SuppInfo/>", "not_a_ctf"),
    ],
)
def test_what_is_no_pupil_file_is_refused(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_every_cap_holds() -> None:
    def many(count: int) -> bytes:
        pupils = "<Pupil/>" * count
        return f"<CTfile><Header/><CTFpupilData>{pupils}</CTFpupilData></CTfile>".encode()

    assert refusal(SKELETON.encode(), caps=Caps(size=100)) == "file_too_large"
    assert refusal(many(4), caps=Caps(pupils=3)) == "too_many_pupils"
    assert refusal(many(400), caps=Caps(elements=300)) == "too_many_elements"
    assert refusal(b"<CTfile>" + b"<a>" * 30) == "too_deep"
    assert refusal(b"<CTfile><SuppInfo>" + b"<a>" * 30) == "too_deep"
    assert refusal(b"<CTfile><a>" + b"x" * 5000 + b"</a></CTfile>") == "text_too_long"
    with pytest.raises(Refused) as refused:
        read_ctf(SKELETON.encode(), LOST_NAME, caps=Caps(size=100))
    assert refused.value.too_large


def test_a_renamed_file_is_refused() -> None:
    assert refusal(SKELETON.encode(), "8412000_CTF_XXXXXXX_001 (1).xml") == "not_a_ctf_name"
    assert refusal(SKELETON.encode(), "zoe.xml") == "not_a_ctf_name"
    assert read(SKELETON, f"C:\\Downloads\\{LOST_NAME}").pupils == (PUPIL,)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("M841200023001", "A801200005001", "upn"),
        ("M841200023001", "E000200005001", "upn"),
        ("<UPN>M841200023001</UPN>", "", "upn"),
        ("2018-03-09", "09/03/2018", "unreadable_date"),
        ("2018-03-09", "2018-02-30", "unreadable_date"),
        ("2026-11-22T09:30:00", "yesterday", "unreadable_date"),
        ("<Surname>O'Example-Smith</Surname>", "", "missing"),
        ("<DOB>2018-03-09</DOB>", "", "missing"),
        ("<Sex>F</Sex>", "", "missing"),
        ("25.0", "19.0", "other_version"),
        ("25.0", "26.0", "other_version"),
        ("<LEA>XXX</LEA><Estab>XXXX</Estab>", "<LEA>840</LEA><Estab>4123</Estab>", "other_destination"),
        ("<LEA>841</LEA><Estab>2000</Estab><URN>", "<LEA>841</LEA><Estab>2001</Estab><URN>", "other_sender"),
        ("<Surname>", "<UniqueLearnerNumber>1</UniqueLearnerNumber><Surname>", "uln"),
    ],
)
def test_what_is_odd_is_noted_and_does_not_refuse_the_file(old: str, new: str, code: str) -> None:
    assert notes(SKELETON.replace(old, new, 1)) == [code]


def test_t13_an_authority_that_is_not_in_the_list_is_a_warning() -> None:
    (warning,) = read(SKELETON.replace("M841200023001", "E000200005001")).warnings
    assert "LA 000 not recognised" in warning.message


def test_t3_a_lost_file_with_two_pupils_is_noted() -> None:
    pupil = SKELETON[SKELETON.index("<Pupil>") : SKELETON.index("</Pupil>") + len("</Pupil>")]
    (warning,) = read(SKELETON.replace(pupil, pupil * 2)).warnings
    assert "A lost pupil file must hold one pupil" in warning.message


def test_the_version_before_is_read_without_a_word() -> None:
    assert notes(SKELETON.replace("25.0", "24.0")) == []
    assert [each.code for each in read(SKELETON, version="26.0").warnings] == []


def test_an_address_in_parts_and_a_date_with_a_time_are_read() -> None:
    text = SKELETON.replace(
        "<AddressLines><AddressLine1>1 Sample Street</AddressLine1></AddressLines>",
        "<BS7666Address><SAON>Flat 2</SAON><PAON>1</PAON><Street>Sample Street</Street>"
        "<Town>Darlington</Town><PostTown>Darlington</PostTown></BS7666Address>",
    ).replace("<DOB>2018-03-09", "<DOB>2018-03-09T00:00:00")
    (pupil,) = read(text).pupils
    assert pupil.address == Address(("Flat 2", "1 Sample Street", "Darlington"), postcode="DL1 1AA")
    assert pupil.born_on == date(2018, 3, 9)


def test_what_nothing_here_needs_is_passed_over() -> None:
    extra = (
        "<LookedAfter><InCare>true</InCare></LookedAfter>"
        "<StageAssessments><Surname>Other</Surname></StageAssessments>"
    )
    text = SKELETON.replace("<Address><AddressLines>", f"{extra}<Address><AddressLines>", 1)
    assert read(text).pupils == (PUPIL,)


TEXTS = st.text(min_size=1, max_size=12).filter(str.isprintable).map(str.strip).filter(bool)
MAYBE = st.one_of(st.just(""), TEXTS)
DATES = st.dates(date(1990, 1, 1), TODAY)
CODES = st.text("ABCDEFGH", min_size=1, max_size=3)
PHONES = st.lists(st.builds(Phone, st.text("0123456789 ", min_size=1, max_size=14), CODES), max_size=2)
ADDRESSES = st.one_of(
    st.none(), st.builds(Address, st.lists(TEXTS, max_size=7).map(tuple), MAYBE, MAYBE, MAYBE)
)
CONTACTS = st.builds(
    Contact,
    surname=MAYBE,
    forename=MAYBE,
    title=MAYBE,
    order=st.one_of(st.none(), st.integers(1, 9)),
    relationship=CODES,
    responsible=st.sampled_from([None, True, False]),
    with_pupil=st.booleans(),
    address=ADDRESSES,
    phones=PHONES.map(tuple),
    email=MAYBE,
)
TIMES = st.builds(
    Attended,
    authority=st.text("0123456789", min_size=3, max_size=3),
    school=st.text("0123456789", min_size=4, max_size=4),
    name=MAYBE,
    entered_on=st.one_of(st.none(), DATES),
    left_on=DATES,
    reason=CODES,
    grounds=MAYBE,
    is_last=st.booleans(),
)
PUPILS = st.builds(
    Pupil,
    upn=st.integers(0, 999).map(lambda number: make_upn("8412000", 23, number)),
    surname=TEXTS,
    forename=TEXTS,
    born_on=DATES,
    sex=st.sampled_from("MFmf"),
    former_upn=MAYBE,
    preferred_surname=MAYBE,
    preferred_forename=MAYBE,
    former_surname=MAYBE,
    former_forename=MAYBE,
    middle_names=MAYBE,
    year_group=MAYBE,
    ethnicity=MAYBE,
    languages=st.lists(st.builds(Language, CODES, CODES), max_size=2).map(tuple),
    enrol_status=MAYBE,
    address=ADDRESSES,
    phones=PHONES.map(tuple),
    email=MAYBE,
    contacts=st.lists(CONTACTS, max_size=3).map(tuple),
    history=st.lists(TIMES, max_size=2).map(lambda each: (*each, OWN)),
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001 - local, as headers are
    lambda moment: moment.replace(microsecond=0)
)


@settings(max_examples=150, deadline=None)
@given(PUPILS, MOMENTS, st.sampled_from(["24.0", "25.0"]), MAYBE)
def test_what_is_written_is_read_back(pupil: Pupil, moment: datetime, version: str, urn: str) -> None:
    header: Header = replace(
        HEADER,
        made_at=moment,
        version=version,
        destination=School(Place("840", "4123"), urn=urn),
    )
    content = build(header, [pupil, PUPIL], TODAY)
    transfer = read_ctf(content, "8412000_CTF_8404123_001.xml")
    assert transfer.header == cleaned(header)
    assert transfer.pupils == (as_written(pupil), PUPIL)
    assert transfer.warnings == ()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 1500), st.integers(0, 1500))
def test_no_bytes_do_more_than_be_refused(noise: bytes, start: int, end: int) -> None:
    skeleton = SKELETON.encode()
    for content in (noise, skeleton[:start] + noise + skeleton[end:]):
        with suppress(Refused):
            read_ctf(content, LOST_NAME)
