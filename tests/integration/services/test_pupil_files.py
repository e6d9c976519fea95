"""The lost-pupil file: whole or not at all, each number once, and no home of a protected child."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from cme.casework.case import Refused
from cme.casework.safety.restrictions import RestrictionKind
from cme.services import restrictions
from cme.services.papers import Paper
from cme.services.restrictions import NewRestriction
from cme.services.tracing import pupil_files
from cme.services.tracing.pupil_files import FileEntry, Making
from cme.store.database import db, transaction
from cme.store.tables import AuditEntry, Pupil, Registration, SchoolLink
from cme.tracing.ctf.names import OUTSIDE
from importers.ctf import read_ctf
from tests.integration.services.leaving import Leaving
from tests.integration.services.office import Town, on_both, race
from tests.integration.services.tracing import NOW, Tracer

AT = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)
MAKING = Making()
UPN = "M841200023001"


@pytest.fixture
def leaving(town: Town) -> Leaving:
    """A school one of whose children is off the roll."""
    return Leaving(town.another())


def gone(
    leaving: Leaving, name: str = "Birch, Ada", *, upn: str | None = UPN, sex: str = "F", days: int = 10
) -> str:
    """A child with a case whose name came off the roll; the reference of the case."""
    leaving.absent(name, days=days)
    reference, registration = leaving.reference(name), leaving.office.registration(name)
    with transaction() as session:
        session.get_one(Registration, registration.id).removed_on = AT.date()
        pupil = session.get_one(Pupil, registration.pupil_id)
        pupil.upn, pupil.sex = upn, sex
        pupil.house, pupil.street, pupil.postcode = "12", "High Row", "QZ1 1AA"
    return reference


def make(leaving: Leaving, reference: str, entry: FileEntry | None = None, *, at: datetime = AT) -> Paper:
    made = pupil_files.make(leaving.dsl, reference, entry or FileEntry(), MAKING, at=at)
    assert isinstance(made, Paper), made
    return made


@on_both
def test_t1_t2_the_file_reads_back_and_the_next_has_the_next_number(leaving: Leaving) -> None:
    reference, laestab = gone(leaving), leaving.office.laestab
    made = make(leaving, reference)
    assert made.name == f"{laestab}_CTF_XXXXXXX_001.xml"
    (pupil,) = read_ctf(made.content, made.name, version=MAKING.version).pupils
    assert (pupil.upn, pupil.surname, pupil.forename, pupil.sex) == (UPN, "Birch", "Ada", "F")
    assert pupil.history[0].left_on is not None
    assert pupil.address is not None
    assert pupil.address.postcode == "QZ1 1AA"
    assert make(leaving, reference, FileEntry(OUTSIDE)).name == f"{laestab}_CTF_MMMMMMM_001.xml"
    assert make(leaving, reference).name == f"{laestab}_CTF_XXXXXXX_002.xml"


def test_a_child_whom_an_officer_looks_for_in_confidence_has_no_home_in_the_file(leaving: Leaving) -> None:
    reference = gone(leaving)
    tracer = Tracer(leaving)
    trace = tracer.begun(reference)
    assert tracer.write(trace, replace(tracer.draft(trace), restricted=True)) is None
    assert b"QZ1 1AA" not in make(leaving, reference, at=NOW).content


@pytest.mark.parametrize(
    ("written", "code"), [("Y8", "8"), ("08", "8"), ("Year R", "R"), ("Nursery 2", "N2"), ("Upper", "")]
)
def test_the_year_group_is_read_as_in_the_request(leaving: Leaving, written: str, code: str) -> None:
    reference, registration = gone(leaving), leaving.office.registration("Birch, Ada")
    with transaction() as session:
        session.get_one(Registration, registration.id).year_group = written
    made = make(leaving, reference)
    (pupil,) = read_ctf(made.content, made.name, version=MAKING.version).pupils
    assert pupil.year_group == code


def test_whoever_makes_the_file_says_the_sex_that_no_register_said(leaving: Leaving) -> None:
    reference = gone(leaving, sex="")
    assert isinstance(pupil_files.make(leaving.dsl, reference, FileEntry(), MAKING, at=AT), Refused)
    made = make(leaving, reference, FileEntry(sex="M"))
    (pupil,) = read_ctf(made.content, made.name, version=MAKING.version).pupils
    assert pupil.sex == "M"
    # What a register says stands.
    assert make(leaving, reference, FileEntry(sex="F")).content == made.content
    db.session.rollback()
    assert leaving.office.registration("Birch, Ada").pupil.sex == "M"


def test_the_same_file_is_handed_out_again_while_nothing_changed(leaving: Leaving) -> None:
    reference = gone(leaving)
    first = make(leaving, reference)
    assert make(leaving, reference, at=AT + timedelta(hours=1)) == first
    with transaction() as session:
        session.get_one(Pupil, leaving.office.registration("Birch, Ada").pupil_id).postcode = "QZ2 2BB"
    assert make(leaving, reference).name.endswith("_002.xml")


def test_t14_t20_what_is_missing_is_named_and_no_file_is_made(leaving: Leaving) -> None:
    reference = gone(leaving, upn=None, sex="")
    refused = pupil_files.make(leaving.dsl, reference, FileEntry(), MAKING, at=AT)
    assert isinstance(refused, Refused)
    assert "A CTF needs a UPN" in " ".join(refused.sentences)
    assert len(refused.sentences) == 2


@on_both
def test_two_who_make_files_at_once_never_get_one_number(leaving: Leaving) -> None:
    names = ("Birch, Ada", "Cole, Ben")
    leaving.absent(*names, days=9)
    references = [gone(leaving, name) for name in names]
    acts = [partial(pupil_files.make, leaving.dsl, each, FileEntry(), MAKING, at=AT) for each in references]
    made = race(leaving.office.app, *acts)
    assert {each.name[-7:] for each in made if isinstance(each, Paper)} == {"001.xml", "002.xml"}


def test_no_file_is_made_of_a_child_on_roll(leaving: Leaving) -> None:
    leaving.absent("Birch, Ada", days=20)
    refused = pupil_files.make(leaving.dsl, leaving.reference("Birch, Ada"), FileEntry(), MAKING, at=AT)
    assert isinstance(refused, Refused)
    assert refused.sentences == (pupil_files.NOT_REMOVED,)


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (FileEntry("XXX4123"), "laestab"),
        (FileEntry("84041"), "laestab"),
        (FileEntry(number=1000), "number"),
        (FileEntry(number=7), "number"),
    ],
)
def test_a_wrong_destination_or_number_is_refused_at_its_field(
    leaving: Leaving, entry: FileEntry, field: str
) -> None:
    reference = gone(leaving)
    make(leaving, reference, FileEntry(number=7))
    with transaction() as session:
        session.get_one(Pupil, leaving.office.registration("Birch, Ada").pupil_id).postcode = "QZ2 2BB"
    refused = pupil_files.make(leaving.dsl, reference, entry, MAKING, at=AT)
    assert isinstance(refused, Refused)
    assert refused.missing == (field,)


@pytest.mark.parametrize("kind", [RestrictionKind.PROTECTED_ADDRESS, RestrictionKind.NO_CONTACT])
def test_the_home_of_a_child_in_confidence_is_in_no_file_and_no_name_in_the_log(
    leaving: Leaving, kind: RestrictionKind
) -> None:
    reference = gone(leaving)
    registration_id = leaving.office.registration("Birch, Ada").id
    new = NewRestriction(kind, note="A refuge")
    assert isinstance(restrictions.add(leaving.officer, registration_id, new, at=AT), int)
    made = make(leaving, reference)
    assert b"High Row" not in made.content
    assert b"QZ1" not in made.content
    logged = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "ctf.made")).all()
    assert made.name in str(logged[-1].detail)
    assert "Birch" not in str(logged[-1].detail)


@on_both
def test_a_closed_number_is_warned_of_once_and_can_be_meant_all_the_same(leaving: Leaving) -> None:
    reference = gone(leaving)
    with transaction() as session:
        session.add(SchoolLink(laestab="8404000", successor_laestab="8404123", created_at=AT, created_by="R"))
    entry = FileEntry("8404000")
    refused = pupil_files.make(leaving.dsl, reference, entry, MAKING, at=AT)
    assert isinstance(refused, Refused)
    assert refused.sentences == ("The number 840/4000 is closed. The school was renumbered: now 840/4123.",)
    assert make(leaving, reference, replace(entry, warned_of="8404000")).name.endswith("_8404000_001.xml")


def test_a_former_authority_is_warned_of_and_a_current_one_is_not(leaving: Leaving) -> None:
    reference = gone(leaving)
    for code, said in (("837", "is a former authority"), ("000", "not recognised")):
        refused = pupil_files.make(leaving.dsl, reference, FileEntry(f"{code}4000"), MAKING, at=AT)
        assert isinstance(refused, Refused)
        assert said in refused.reason
    assert make(leaving, reference, FileEntry("8404123")).name.endswith("_8404123_001.xml")
