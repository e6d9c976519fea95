"""The joint statement: what is signed, what it rests on, and what makes it stale."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from cme.attendance.codes import Half
from cme.casework.enquiries.enquiry import LoggedEnquiry, Result
from cme.casework.outcomes import Side
from cme.casework.removal import basis, content
from cme.casework.removal.content import StatementEntry
from cme.casework.removal.enquired import completed, side_of, since
from cme.casework.removal.facts import Ground, JointConclusion, Limb, SicknessFinding
from cme.casework.removal.recorded import RULES, FactEntry, FactKind, answer_to, faults
from cme.casework.removal.statement import Basis, Signature, Statement
from cme.casework.removal.told import KEPT, told
from tests.enquiries import DONE_AT, Log
from tests.marks import from_marks
from tests.unit.casework.pupils import nth_day, standing

FIRST = date(2026, 11, 2)
ENTRY = StatementEntry(
    ground="I",
    limb="a",
    location="Not found at any address",
    circumstances="The flat is empty",
    finding="none",
    finding_reasons="Nobody spoke of illness",
    finding_by="M. Lead",
    answers_everything=True,
    reasons="Every lead was followed",
)
PARTIES = {
    "case": "CME-26-0001",
    "school": "Alder Grove School",
    "laestab": "8412001",
    "authority": "Northmoor Council",
    "child": "Ada Arden",
    "born_on": "2014-05-04",
    "upn": "",
}
ROW = {"id": 3, "side": "school", "on": "2026-11-19", "step": "E18", "by": "Robin Marsh", "role": "Tutor",
       "method": "visit", "result": "no_answer"}  # fmt: skip
BASIS = Basis(nth_day(22), "m", 3, 2, 1)


def made(entry: StatementEntry = ENTRY, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "number": 1,
        "parties": PARTIES,
        "first_on": FIRST,
        "counted_to": nth_day(22),
        "marks": [(FIRST, "O", "O")],
        "enquiries": [ROW],
    }
    return content.content_of(entry, **{**given, **more})


def statement(entry: StatementEntry = ENTRY, now: Basis = BASIS) -> Statement:
    kept = made(entry)
    return content.as_statement(kept, basis=BASIS, basis_now=now, fingerprint=content.fingerprint_of(kept))


def test_the_fingerprint_is_of_the_content_and_not_of_how_it_is_written_down() -> None:
    kept = made()
    turned = dict(reversed(kept.items()))
    assert content.fingerprint_of(kept) == content.fingerprint_of(turned)
    assert len(content.fingerprint_of(kept)) == 64


@pytest.mark.parametrize(
    "changed",
    [
        made(replace(ENTRY, reasons="Every lead was followed twice")),
        made(replace(ENTRY, limb="b")),
        made(marks=[(FIRST, "O", "/")]),
        made(enquiries=[{**ROW, "result": "moved"}]),
        made(enquiries=[]),
        made(number=2),
        made(counted_to=nth_day(23)),
        made(parties={**PARTIES, "child": "Ben Arden"}),
    ],
)
def test_anything_that_is_signed_changes_the_fingerprint(changed: dict[str, Any]) -> None:
    assert content.fingerprint_of(changed) != content.fingerprint_of(made())


def test_what_was_written_is_what_the_next_version_starts_from() -> None:
    assert StatementEntry.of(made(replace(ENTRY, reasons="  As agreed \n"))) == replace(
        ENTRY, reasons="As agreed"
    )


@pytest.mark.parametrize(
    ("entry", "noun"),
    [
        (replace(ENTRY, limb=""), "the limb"),
        (replace(ENTRY, location=" "), "where the child is"),
        (replace(ENTRY, circumstances=" "), "the circumstances"),
        (replace(ENTRY, reasons=" "), "the reasons"),
        (replace(ENTRY, finding=""), "the finding"),
        (replace(ENTRY, finding_by=" "), "the finding"),
        (replace(ENTRY, finding_reasons=" "), "the finding"),
        (replace(ENTRY, limb="b", steps=" "), "the steps to secure attendance"),
        (replace(ENTRY, location="x"), "where the child is"),
        (replace(ENTRY, circumstances="Unknown"), "the circumstances"),
        (replace(ENTRY, reasons="x x"), "the reasons"),
        (replace(ENTRY, finding_reasons="x"), "the finding"),
        (replace(ENTRY, finding_by="x"), "the finding"),
        (replace(ENTRY, limb="b", steps="x"), "the steps to secure attendance"),
        (replace(ENTRY, answers_everything=False), "that the finding answers every health note"),
    ],
)
def test_each_thing_that_is_left_out_is_named(entry: StatementEntry, noun: str) -> None:
    (lacking,) = statement(entry).lacking
    assert lacking.startswith(noun)


def test_a_finding_that_keeps_the_child_on_roll_has_nothing_to_answer() -> None:
    assert statement(replace(ENTRY, finding="some", answers_everything=False)).lacking == ()


def test_two_versions_say_otherwise_where_limb_or_place_differ_and_not_for_another_day() -> None:
    assert not content.says_otherwise(made(), made(counted_to=nth_day(23), number=2))
    assert not content.says_otherwise(made(), made(replace(ENTRY, circumstances="The flat is still empty")))
    assert content.says_otherwise(made(), made(replace(ENTRY, limb="b")))
    assert content.says_otherwise(made(), made(replace(ENTRY, location="With an aunt")))


def test_a_complete_statement_lacks_nothing_and_a_school_only_one_the_authority() -> None:
    assert statement().lacking == ()
    for rows, side in (("authority_rows", "local authority"), ("school_rows", "school")):
        assert statement(now=replace(BASIS, **{rows: 0})).lacking == (f"a completed enquiry of the {side}",)
    assert statement(replace(ENTRY, limb="b", steps="Meals, a mentor, another class")).lacking == ()


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (replace(BASIS, counted_to=nth_day(23), marks="n"), "counted up to 2 October 2026"),
        (replace(BASIS, counted_to=None, marks="n"), "counted up to no day"),
        (replace(BASIS, marks="n"), "A mark"),
        (replace(BASIS, last_enquiry_id=4), "An enquiry"),
        (replace(BASIS, school_rows=1), "Another number of enquiries"),
        (replace(BASIS, sighted_on=FIRST), "seen"),
        (replace(BASIS, found=frozenset({"application"})), "What admissions found"),
    ],
)
def test_what_comes_later_makes_it_stale_and_says_why(now: Basis, said: str) -> None:
    signed = (Signature(Side.SCHOOL, "A", "Head", FIRST), Signature(Side.AUTHORITY, "B", "Officer", FIRST))
    stale = replace(statement(now=now), signatures=signed)
    assert stale.is_stale
    assert not stale.is_live
    (sentence,) = stale.stale_because
    assert said in sentence
    assert sentence.endswith(".")
    assert replace(statement(), signatures=signed).is_live
    assert not replace(statement(), signatures=signed[:1]).is_live
    assert statement().stale_because == ()


def test_the_gate_is_asked_about_the_limb_the_finding_and_the_last_signature() -> None:
    early, late = (
        Signature(Side.SCHOOL, "A", "Head", FIRST),
        Signature(Side.AUTHORITY, "B", "CME", nth_day(60)),
    )
    signed = replace(statement(), signatures=(early, late)).conclusion
    assert signed == JointConclusion(Limb.NOT_LOCATED, ENTRY.reasons, "A", "B", nth_day(60))
    assert statement(replace(ENTRY, limb="")).conclusion is None
    for finding, is_clear in (("none", True), ("some", False)):
        sickness = statement(replace(ENTRY, finding=finding)).sickness
        assert sickness == SicknessFinding(is_clear, ENTRY.finding_reasons, "M. Lead", True)


def _basis(lines: Any = None, enquiries: Any = (), sighted: Any = (), **of_standing: Any) -> Basis:
    lines = from_marks([(FIRST, Half.AM, "O"), (FIRST, Half.PM, "O")]) if lines is None else lines
    counts = replace(standing("P", "O*20"), **of_standing)
    return basis.basis_on_record(
        Ground.I, FIRST, lines=lines, standing=counts, enquiries=enquiries, sighted=sighted
    )


@pytest.mark.parametrize(
    "later",
    [
        _basis(from_marks([(FIRST, Half.AM, "O"), (FIRST, Half.PM, "O"), (date(2026, 12, 1), Half.AM, "/")])),
        _basis(from_marks([(FIRST, Half.AM, "O"), (FIRST, Half.PM, "I")])),
        _basis(removal_run=19),
        _basis(as_of=nth_day(3)),
        _basis(sighted=[FIRST]),
        _basis(ground_h_days=11),
        _basis(enquiries=[LoggedEnquiry(1, "E36", DONE_AT, DONE_AT, Result.AWAITING_REPLY)]),
    ],
)
def test_any_later_mark_count_or_sighting_is_another_basis(later: Basis) -> None:
    assert later != _basis()


def test_the_latest_sighting_is_part_of_it_and_the_first_day_too() -> None:
    assert _basis(sighted=[nth_day(2), FIRST]).sighted_on == FIRST
    counts = standing("P", "O*20")
    of = {"lines": {}, "standing": counts, "enquiries": (), "sighted": ()}
    one, other = (basis.basis_on_record(Ground.I, on, **of) for on in (FIRST, nth_day(2)))
    assert one.marks != other.marks


def test_marks_of_the_next_academic_year_are_part_of_it_and_those_of_earlier_ones_are_not() -> None:
    marks = [(FIRST, Half.AM, "O"), (FIRST, Half.PM, "O")]
    next_september, last_june = date(2027, 9, 3), date(2026, 6, 3)
    absent, ill = (_basis(from_marks([*marks, (next_september, Half.AM, code)])) for code in "OI")
    assert absent != ill
    assert _basis(from_marks([*marks, (last_june, Half.AM, "L")])) == _basis()
    lines = from_marks([*marks, (next_september, Half.AM, "O")])
    assert _basis(dict(reversed(lines.items()))) == _basis(lines)


def test_a_mark_before_the_period_is_not_part_of_it() -> None:
    before = from_marks([(date(2026, 10, 5), Half.AM, "L"), (FIRST, Half.AM, "O"), (FIRST, Half.PM, "O")])
    assert _basis(before) == _basis()


def test_a_new_a_corrected_and_a_withdrawn_enquiry_are_each_another_basis() -> None:
    log = Log()
    first = log.add("E18", Result.NO_ANSWER)
    one = _basis(enquiries=list(log.entries))
    log.correct(first, Result.ADDRESS_EMPTY)
    two = _basis(enquiries=list(log.entries))
    log.correct(log.entries[-1], Result.WITHDRAWN)
    three = _basis(enquiries=list(log.entries))
    assert len({_basis(), one, two, three}) == 4
    assert [each.school_rows for each in (_basis(), one, two, three)] == [0, 1, 1, 0]


def test_a_basis_is_read_back_as_it_was_kept() -> None:
    for each in (_basis(), _basis(sighted=[FIRST]), BASIS, replace(BASIS, counted_to=None)):
        assert basis.from_json(basis.to_json(each)) == each


@pytest.mark.parametrize(
    ("step", "result", "counts"),
    [
        ("E18", Result.NO_ANSWER, True),
        ("E36", Result.AGENCY_NO_TRACE, True),
        ("E36", Result.AWAITING_REPLY, False),
        ("E18", Result.WAIVED, False),
        ("E18", Result.NOT_APPLICABLE, False),
        *((step, Result.AGENCY_POSITIVE, False) for step in ("E14", "E15", "E16", "E29", "E30", "E50")),
        ("E45", Result.NOT_TO_PANEL, False),
    ],
)
def test_only_a_completed_enquiry_into_the_child_counts(step: str, result: Result, counts: bool) -> None:
    log = Log()
    made_ = log.add(step, result)
    assert completed(log.entries, made_.done_on) == ((made_,) if counts else ())
    assert completed(log.entries, made_.done_on + timedelta(days=1)) == ()


def test_enquiries_count_from_the_run_or_from_the_day_after_the_leave() -> None:
    assert since(Ground.I, FIRST) == FIRST
    assert since(Ground.H, FIRST) == FIRST + timedelta(days=1)


@pytest.mark.parametrize(
    ("step", "role", "side"),
    [
        ("E18", "CME officer", Side.SCHOOL),
        ("E36", "", Side.AUTHORITY),
        ("E49", "Designated safeguarding lead", Side.SCHOOL),
        ("E49", "CME officer", Side.AUTHORITY),
        ("E49", "", Side.SCHOOL),
    ],
)
def test_each_enquiry_is_of_one_side(step: str, role: str, side: Side) -> None:
    one = LoggedEnquiry(1, step, DONE_AT, DONE_AT, Result.AGENCY_NO_TRACE, entered_role=role)
    assert side_of(one) is side


@pytest.mark.parametrize("limb", Limb)
def test_a_statement_is_told_with_a_sentence_for_every_finding(limb: Limb) -> None:
    for finding in (content.NO_GROUNDS, content.GROUNDS):
        entry = replace(ENTRY, limb=limb.value, finding=finding, steps="A mentor")
        assert all(text for _, text in told(made(entry), str).findings)


def test_nothing_is_said_to_be_answered_before_somebody_says_so() -> None:
    assert not StatementEntry().answers_everything


def test_a_restricted_enquiry_is_told_without_its_text() -> None:
    row = {"id": 4, "side": "school", "on": "2026-11-19", "restricted": True}
    (told_,) = told(made(enquiries=[row]), str).enquiries[Side.SCHOOL]
    assert (told_.what, told_.result, told_.by) == (KEPT, KEPT, KEPT)


def test_what_a_reader_is_not_shown_is_taken_out_of_every_text() -> None:
    said = told(made(replace(ENTRY, location="12 High Row")), lambda text: text.replace("High Row", "..."))
    assert ("Where the child is, or what was done to find out", "12 ...") in said.findings


@pytest.mark.parametrize("kind", FactKind)
def test_a_fact_is_kept_with_an_answer_a_person_and_a_day(kind: FactKind) -> None:
    today = date(2026, 11, 20)
    blank = faults(kind, FactEntry(), today)
    assert set(blank) == {"holds", "on", "who"}
    whole = FactEntry(True, today, "K. Lowe", "", today, "SEN/1")
    assert faults(kind, whole, today) == {}
    assert FactEntry.from_json(whole.to_json()) == whole
    assert faults(kind, replace(whole, on=today + timedelta(days=1)), today).keys() == {"on"}
    assert faults(kind, replace(whole, who=" "), today).keys() == {"who"}
    assert faults(kind, replace(whole, who="x"), today).keys() == {"who"}
    assert bool(faults(kind, replace(whole, last_on=None), today)) is (kind is FactKind.LEAVE)
    assert RULES[kind].sides


def test_granted_leave_needs_its_last_day_and_leave_that_was_not_granted_has_none() -> None:
    today = date(2026, 11, 20)
    granted = FactEntry(True, today, "K. Lowe")
    assert faults(FactKind.LEAVE, granted, today).keys() == {"last_on"}
    ahead = replace(granted, last_on=today + timedelta(days=1))
    assert faults(FactKind.LEAVE, ahead, today).keys() == {"last_on"}
    assert replace(granted, holds=False, last_on=today).to_json()["last_on"] is None


@pytest.mark.parametrize("kind", FactKind)
def test_a_fact_from_before_the_absence_says_nothing_for_a_removal(kind: FactKind) -> None:
    today, absent_from = date(2026, 11, 20), date(2026, 10, 22)
    old = FactEntry(False, absent_from - timedelta(days=1), "K. Lowe")
    is_of_any_time = kind in (FactKind.LEAVE, FactKind.BOARDER)
    assert (faults(kind, old, today, absent_from) == {}) is is_of_any_time
    assert faults(kind, replace(old, on=absent_from), today, absent_from) == {}
    assert faults(kind, old, today) == {}
    clears = kind is FactKind.NO_OBJECTION
    assert answer_to(kind, replace(old, holds=clears), absent_from) is (clears if is_of_any_time else None)
    assert answer_to(kind, replace(old, holds=not clears), absent_from) is not clears
    assert answer_to(kind, replace(old, holds=clears, on=absent_from), absent_from) is clears


def test_a_statement_kept_before_admissions_answered_is_read_back() -> None:
    kept = {key: value for key, value in basis.to_json(BASIS).items() if key != "found"}
    assert basis.from_json(kept) == BASIS
    found = replace(BASIS, found=frozenset({"order", "application"}))
    assert basis.from_json(basis.to_json(found)) == found
