"""The meter and the state of each step: what settles one, what puts it aside, what forbids it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.casework.enquiries.applicability import Known
from cme.casework.enquiries.enquiry import RESULTS, LoggedEnquiry, Result, in_force, results_for
from cme.casework.enquiries.readiness import EnquiryState, Readiness, Status, enquiry_state
from cme.casework.enquiries.steps import DO_NOT, read_steps
from cme.casework.policy.pack import ReadinessRules, load_pack
from cme.casework.safety.restrictions import RestrictionKind
from tests.enquiries import DAD, DONE_AT, FRIEND, MUM, NAN, Log, child

RULES = load_pack("darlington").readiness
STEPS = read_steps()
QUIET = child(flags_are_known=True, home_elsewhere=False, reviewed_at=DONE_AT)
"""A child of whom the records say that little applies, already reviewed."""


def state(log: Log | None = None, known: Known = QUIET, rules: ReadinessRules = RULES) -> EnquiryState:
    return enquiry_state(log.entries if log else (), known, rules)


def status(code: str, log: Log | None = None, known: Known = QUIET) -> Status:
    return state(log, known).steps[code].status


def whole() -> Log:
    """Everything that the quiet child asks for."""
    log = Log()
    log.add("E01", Result.NO_ANSWER, contact_id=MUM.id)
    log.add("E02", Result.NO_ANSWER, contact_id=DAD.id)
    log.add("E03", Result.NO_ANSWER, hours=3, contact_id=MUM.id)
    log.add("E04", Result.NO_ANSWER, contact_id=NAN.id)
    for code in ("E07", "E08", "E10", "E11"):
        log.add(code)
    log.add("E18", Result.NO_ANSWER)
    log.add("E21", Result.AWAITING_REPLY)
    return log


class TestMeter:
    def test_it_counts_what_applies_and_names_what_is_missing(self) -> None:
        log = whole()
        assert state(log).readiness == Readiness(done=12, of=12)
        assert state(log).readiness.text == "12 of 12"
        assert state(log).readiness.is_ready

    def test_the_home_visit_is_named_first(self) -> None:
        log = whole()
        log.entries = [each for each in log.entries if each.step not in ("E18", "E07")]
        assert state(log).readiness.text == "10 of 12; missing: home visit, staff asked"

    def test_many_missing_steps_are_counted_after_the_third(self) -> None:
        text = state().readiness.text
        assert text == "2 of 12; missing: home visit, first-day call, second parent or carer and 7 more"

    def test_what_is_waived_is_settled_and_said(self) -> None:
        log = whole()
        log.entries = [each for each in log.entries if each.step != "E18"]
        log.add("E18", Result.WAIVED)
        meter = state(log).readiness
        assert meter.is_ready
        assert meter.text == "12 of 12; waived: home visit"

    def test_what_a_person_put_aside_is_settled_and_counted(self) -> None:
        log = Log()
        log.add("E10", Result.NOT_APPLICABLE)
        before, after = state().readiness, state(log).readiness
        assert (after.done, after.of) == (before.done + 1, before.of)

    def test_what_the_data_puts_aside_is_not_counted(self) -> None:
        doubtful = replace(QUIET, flags_are_known=False)
        assert state(known=doubtful).readiness.of == state().readiness.of + 3

    def test_the_pack_can_ask_for_more(self) -> None:
        demanding = load_pack("essex").readiness
        assert "E22" in {step.code for step in state(whole(), rules=demanding).readiness.missing}
        log = whole()
        log.add("E22", Result.AWAITING_REPLY)
        assert state(log, rules=demanding).readiness.is_ready

    def test_it_waits_for_the_review(self) -> None:
        unreviewed = replace(QUIET, reviewed_at=None)
        assert [step.code for step in state(whole(), unreviewed).readiness.missing] == ["E13"]


class TestSecondAttempt:
    @pytest.mark.parametrize(
        ("hours", "expected"), [(2.99, Status.OPEN), (3, Status.DONE), (30, Status.DONE)]
    )
    def test_it_counts_from_three_hours_after_the_first(self, hours: float, expected: Status) -> None:
        log = Log()
        log.add("E01", Result.NO_ANSWER)
        log.add("E03", Result.NO_ANSWER, hours=hours)
        assert status("E03", log) is expected

    def test_too_early_a_one_says_why_it_does_not_count(self) -> None:
        log = Log()
        log.add("E01", Result.NO_ANSWER)
        log.add("E03", Result.NO_ANSWER, hours=1)
        assert "three hours" in state(log).steps["E03"].because

    def test_alone_it_is_a_first_one(self) -> None:
        log = Log()
        log.add("E03", Result.NO_ANSWER, hours=5)
        assert status("E03", log) is Status.OPEN

    def test_a_step_put_aside_is_no_attempt(self) -> None:
        log = Log()
        log.add("E01", Result.NOT_APPLICABLE)
        log.add("E03", Result.NO_ANSWER, hours=5)
        assert status("E03", log) is Status.OPEN


class TestContacts:
    def test_everybody_else_on_record_is_rung(self) -> None:
        known = replace(QUIET, contacts=(MUM, DAD, NAN, FRIEND))
        log = Log()
        log.add("E04", Result.NO_ANSWER, contact_id=NAN.id)
        assert state(log, known).steps["E04"].because == "Not yet rung: Fay Dale."
        log.add("E04", Result.NO_ANSWER, contact_id=FRIEND.id)
        assert status("E04", log, known) is Status.DONE

    def test_where_there_are_only_parents_somebody_is_rung_still(self) -> None:
        known = replace(QUIET, contacts=(MUM, DAD))
        assert status("E04", known=known) is Status.OPEN
        log = Log()
        log.add("E04", Result.NO_ANSWER)
        assert status("E04", log, known) is Status.DONE

    def test_a_contact_who_must_not_be_rung_is_not_missing(self) -> None:
        barred = replace(QUIET, contacts=(MUM, DAD, NAN, replace(FRIEND, is_barred=True)))
        log = Log()
        log.add("E04", Result.NO_ANSWER, contact_id=NAN.id)
        assert status("E04", log, barred) is Status.DONE

    @pytest.mark.parametrize(
        ("contacts", "because"),
        [
            ((MUM, NAN), "No second parent or carer is on record."),
            ((MUM, replace(DAD, is_barred=True)), "The other parent or carer on record is restricted."),
            ((MUM, DAD), ""),
            ((MUM, replace(NAN, relationship="")), ""),
            ((), ""),
        ],
    )
    def test_the_second_parent_is_put_aside_only_where_the_record_says_so(
        self, contacts: tuple[object, ...], because: str
    ) -> None:
        known = replace(QUIET, contacts=contacts)
        assert state(known=known).steps["E02"].because == because
        assert status("E02", known=known) is (Status.NOT_APPLICABLE if because else Status.OPEN)

    def test_where_every_contact_is_restricted_nobody_is_rung(self) -> None:
        known = replace(QUIET, contacts=(replace(MUM, is_barred=True),))
        assert status("E01", known=known) is Status.NOT_APPLICABLE


class TestWhatApplies:
    @pytest.mark.parametrize(
        ("code", "more", "expected"),
        [
            ("E12", {}, Status.NOT_APPLICABLE),
            ("E12", {"was_on_leave": True}, Status.OPEN),
            ("E12", {"codes": frozenset({"G"})}, Status.OPEN),
            ("E14", {}, Status.NOT_APPLICABLE),
            ("E14", {"flags": frozenset({"social_worker"})}, Status.OPEN),
            ("E14", {"flags": frozenset({"ehc_plan"})}, Status.NOT_APPLICABLE),
            ("E14", {"flags_are_known": False}, Status.OPEN),
            ("E15", {"flags": frozenset({"looked_after"})}, Status.OPEN),
            ("E16", {"flags": frozenset({"ehc_plan"})}, Status.OPEN),
            ("E50", {}, Status.NOT_APPLICABLE),
            ("E50", {"home_elsewhere": True}, Status.OPEN),
            ("E50", {"home_elsewhere": None}, Status.OPEN),
            ("E51", {}, Status.NOT_APPLICABLE),
            ("E51", {"codes": frozenset({"O", "D"})}, Status.OPEN),
            ("E09", {}, Status.DONE),
            ("E09", {"siblings_checked": False}, Status.OPEN),
            ("E10", {}, Status.OPEN),
            ("E33", {}, Status.NOT_APPLICABLE),
            ("E46", {}, Status.NOT_APPLICABLE),
        ],
    )
    def test_the_records_say_whether_a_step_applies(
        self, code: str, more: dict[str, object], expected: Status
    ) -> None:
        assert status(code, known=replace(QUIET, **more)) is expected  # type: ignore[arg-type]

    def test_a_place_that_is_named_opens_the_authority_there(self) -> None:
        log = Log()
        log.add("E10", Result.MOVED_NEW_ADDRESS)
        assert status("E33", log) is Status.OPEN
        assert "E33" in {step.code for step in state(log).readiness.missing}

    def test_a_move_abroad_opens_its_proof_which_the_meter_does_not_wait_for(self) -> None:
        log = Log()
        log.add("E10", Result.ABROAD)
        assert status("E46", log) is Status.OPEN
        assert "E46" not in {step.code for step in state(log).readiness.missing}

    def test_what_was_done_all_the_same_is_done(self) -> None:
        log = Log()
        log.add("E14")
        assert status("E14", log) is Status.DONE

    @pytest.mark.parametrize(
        ("code", "result", "expected"),
        [
            ("E10", Result.AWAITING_REPLY, Status.WAITING),
            ("E10", Result.NO_ANSWER, Status.OPEN),
            ("E10", Result.REFUSED, Status.DONE),
            ("E14", Result.MESSAGE_LEFT, Status.NOT_APPLICABLE),
            ("E14", Result.AWAITING_REPLY, Status.DONE),
            ("E21", Result.AWAITING_REPLY, Status.DONE),
            ("E21", Result.ADDRESS_EMPTY, Status.DONE),
            ("E01", Result.NUMBER_DEAD, Status.DONE),
        ],
    )
    def test_asking_is_enough_only_where_no_answer_is_needed(
        self, code: str, result: Result, expected: Status
    ) -> None:
        log = Log()
        log.add(code, result)
        assert status(code, log) is expected


class TestRestrictions:
    @pytest.mark.parametrize("bar", [RestrictionKind.ADVICE_FIRST, RestrictionKind.NO_CONTACT])
    def test_the_family_is_left_alone(self, bar: RestrictionKind) -> None:
        known = replace(QUIET, bars=frozenset({bar}))
        for code in ("E01", "E02", "E03", "E04", "E05", "E18", "E19", "E21", "E22"):
            step = state(known=known).steps[code]
            assert (step.status, step.because) == (Status.BARRED, DO_NOT[bar]), code
        missing = {step.code for step in state(known=known).readiness.missing}
        assert not missing & {"E01", "E02", "E03", "E04", "E18", "E21"}

    def test_friends_are_not_asked_before_specialist_advice(self) -> None:
        assert (
            status("E08", known=replace(QUIET, bars=frozenset({RestrictionKind.ADVICE_FIRST})))
            is Status.BARRED
        )
        assert (
            status("E08", known=replace(QUIET, bars=frozenset({RestrictionKind.NO_CONTACT}))) is Status.OPEN
        )

    def test_no_letters_forbids_letters_alone(self) -> None:
        known = replace(QUIET, bars=frozenset({RestrictionKind.NO_LETTERS}))
        assert status("E21", known=known) is Status.BARRED
        assert status("E18", known=known) is Status.OPEN

    def test_nobody_visits_or_writes_to_a_protected_address(self) -> None:
        known = replace(QUIET, bars=frozenset({RestrictionKind.PROTECTED_ADDRESS}))
        assert {code for code in ("E01", "E18", "E21") if status(code, known=known) is Status.BARRED} == {
            "E18",
            "E21",
        }

    def test_what_was_done_before_stays_done(self) -> None:
        log = Log()
        log.add("E01", Result.NO_ANSWER)
        assert status("E01", log, replace(QUIET, bars=frozenset({RestrictionKind.NO_CONTACT}))) is Status.DONE


class TestWhatFollows:
    def test_a_concern_waits_for_a_review_that_comes_after_it(self) -> None:
        log = Log()
        log.add("E01", Result.REACHED_CONCERN, hours=1)
        assert state(log).concern_on == DONE_AT.date()
        assert state(log, replace(QUIET, reviewed_at=DONE_AT + timedelta(hours=2))).concern_on is None

    def test_harm_that_was_seen_is_a_concern(self) -> None:
        log = Log()
        log.add("E18", Result.NO_ANSWER, hours=1, harm_seen=True)
        assert state(log).concern_on == DONE_AT.date()

    def test_a_reply_is_chased_until_something_else_is_entered(self) -> None:
        log, on = Log(), DONE_AT.date() + timedelta(days=3)
        log.add("E10", Result.AWAITING_REPLY, next_on=on)
        log.add("E24", Result.AWAITING_REPLY, next_on=on + timedelta(days=1))
        assert state(log).chase_on == on
        log.add("E10", Result.AGENCY_NO_TRACE, hours=20)
        assert state(log).chase_on == on + timedelta(days=1)


LOGGED = [code for code, step in STEPS.items() if step.is_logged]


@st.composite
def entries(draw: st.DrawFn, number: int) -> LoggedEnquiry:
    """Any entry that can be kept."""
    step = STEPS[draw(st.sampled_from(LOGGED))]
    result = draw(st.sampled_from([*results_for(step.kind), Result.NOT_APPLICABLE, Result.WAIVED]))
    done_at = DONE_AT + timedelta(hours=draw(st.integers(0, 40)))
    contact_id = draw(st.sampled_from([None, MUM.id, DAD.id, NAN.id]))
    return LoggedEnquiry(number, step.code, done_at, done_at, result, contact_id)


@st.composite
def logs(draw: st.DrawFn) -> list[LoggedEnquiry]:
    return [draw(entries(number)) for number in range(1, draw(st.integers(0, 12)) + 1)]


KNOWN = st.builds(
    Known,
    contacts=st.lists(st.sampled_from([MUM, DAD, NAN, FRIEND]), unique=True).map(tuple),
    flags=st.frozensets(st.sampled_from(["social_worker", "looked_after", "ehc_plan"])),
    flags_are_known=st.booleans(),
    codes=st.frozensets(st.sampled_from(["O", "N", "G", "D"])),
    home_elsewhere=st.sampled_from([None, True, False]),
    siblings_checked=st.booleans(),
    bars=st.frozensets(st.sampled_from(list(RestrictionKind))),
)


@given(log=logs(), new=entries(99), known=KNOWN)
def test_another_entry_never_lowers_the_meter(
    log: list[LoggedEnquiry], new: LoggedEnquiry, known: Known
) -> None:
    before = enquiry_state(log, known, RULES).readiness
    after = enquiry_state([*log, new], known, RULES).readiness
    assert after.done >= before.done
    assert set(after.missing) - set(before.missing) <= {
        STEPS[opens] for opens in [RESULTS[new.result].opens] if opens
    }


@given(log=logs(), known=KNOWN, data=st.data())
def test_an_entry_that_is_superseded_counts_for_nothing(
    log: list[LoggedEnquiry], known: Known, data: st.DataObject
) -> None:
    withdrawn = data.draw(st.lists(st.sampled_from(log), unique=True)) if log else []
    corrections = [
        replace(each, id=100 + each.id, result=Result.WITHDRAWN, supersedes_id=each.id) for each in withdrawn
    ]
    left = [each for each in log if each not in withdrawn]
    assert set(in_force([*log, *corrections])) == set(left)
    # A concern alone outlives its entry: until a review.
    found = enquiry_state([*log, *corrections], known, RULES)
    expected = enquiry_state(left, known, RULES)
    assert replace(found, concern_on=expected.concern_on) == expected


@given(log=logs(), known=KNOWN)
def test_the_meter_adds_up(log: list[LoggedEnquiry], known: Known) -> None:
    meter = enquiry_state(log, known, RULES).readiness
    assert meter.done + len(meter.missing) == meter.of
    assert len(meter.waived) <= meter.done
    assert meter.is_ready is (meter.done == meter.of)


def test_a_correction_that_takes_an_entry_back_can_lower_it() -> None:
    log = whole()
    log.correct(next(each for each in log.entries if each.step == "E18"), Result.WITHDRAWN)
    assert [step.code for step in state(log).readiness.missing] == ["E18"]
