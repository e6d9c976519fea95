"""The removal: signed by both sides, proposed, checked, decided by another person, and what follows."""

from dataclasses import replace
from datetime import date

import pytest

from cme.access.roles import POLICY, Permission, Role
from cme.casework.case import Action, CaseFacts, CaseState, Decision, Refused, Stage, decide, record
from cme.casework.deadlines import duties
from cme.casework.eligibility import lost_because
from cme.casework.entries import Entry, LocationEntry, RemovalEntry
from cme.casework.outcomes import Side
from cme.casework.questions import Question
from cme.casework.removal.afterwards import is_educated
from cme.casework.removal.facts import Condition, Ground, Limb, SicknessFinding
from cme.casework.removal.statement import Basis, Signature, Statement
from tests.unit.casework.pupils import CALENDAR, after, at, facts, nth_day

TODAY = nth_day(21)
BASIS = Basis(counted_to=TODAY, marks="c0ffee", last_enquiry_id=4, school_rows=2, authority_rows=1)
STATEMENT = Statement(
    number=1,
    ground=Ground.I,
    limb=Limb.NOT_LOCATED,
    location="Not found at either address",
    circumstances="The flat is empty",
    reasons="Every lead is exhausted",
    sickness=SicknessFinding(True, "Nobody told of any illness", "R. Adeyemi", True),
    basis=BASIS,
    basis_now=BASIS,
    fingerprint="f1",
)
SIGNED = replace(
    STATEMENT,
    signatures=(
        Signature(Side.SCHOOL, "A. Head", "Head teacher", TODAY),
        Signature(Side.AUTHORITY, "O. Ficer", "CME officer", TODAY),
    ),
)


def line(name: str, holds: bool | None) -> Condition:
    return Condition(name, 1, name.capitalize(), holds, "Because.", "", "SI 2024/208 reg 9")


GREEN = (line("absence", True), line("dated-today", True))
WAITING = (line("absence", True), line("dated-today", None))
RED = (line("absence", False), line("dated-today", True))
KNOWN = facts("P", "O*20", statement=SIGNED, gate=GREEN, return_delivered=True)
PROPOSED = at(
    Stage.REMOVAL_PROPOSED, ground="i", proposed_on=TODAY, confirmation="confirmed", confirmed_on=TODAY
)


def act(state: CaseState, action: Action, role: Role, known: CaseFacts) -> Decision | Refused:
    return decide(state, action, known, TODAY, permissions=POLICY[role].permissions)


def done(state: CaseState, action: Action, role: Role, known: CaseFacts) -> CaseState:
    decision = act(state, action, role, known)
    assert isinstance(decision, Decision), decision
    return record(state, decision.happened(TODAY))


def refusal(state: CaseState, action: Action, role: Role, known: CaseFacts) -> str:
    answer = act(state, action, role, known)
    assert isinstance(answer, Refused), answer
    return answer.reason


def entered(known: CaseFacts = KNOWN, **removal: object) -> CaseFacts:
    return replace(known, entry=Entry(reason="Because", removal=RemovalEntry(**removal)))  # type: ignore[arg-type]


def owed(state: CaseState) -> set[str]:
    """What is due in a case of a child who is off the roll."""
    return {each.what for each in duties(state, replace(KNOWN, on_roll=False), CALENDAR)}


class TestSigning:
    READ = entered(replace(KNOWN, statement=STATEMENT), statement_read="f1")

    def test_head_and_officer_sign_the_same_text(self) -> None:
        once = done(at(Stage.JOINT_REVIEW), Action.SIGN_STATEMENT, Role.HEAD, self.READ)
        assert (once.signed_by, once.statement) == (frozenset({Side.SCHOOL}), "f1")
        both = done(once, Action.SIGN_STATEMENT, Role.CME_OFFICER, self.READ)
        assert both.signed_by == frozenset(Side)
        other = entered(replace(KNOWN, statement=replace(STATEMENT, fingerprint="f2")), statement_read="f2")
        assert done(both, Action.SIGN_STATEMENT, Role.HEAD, other).signed_by == frozenset({Side.SCHOOL})

    def test_what_was_not_read_is_not_signed(self) -> None:
        unread = entered(replace(KNOWN, statement=STATEMENT), statement_read="f0")
        assert "Read it again" in refusal(at(Stage.JOINT_REVIEW), Action.SIGN_STATEMENT, Role.HEAD, unread)

    def test_what_was_not_written_or_not_written_whole_is_not_signed(self) -> None:
        none = entered(replace(KNOWN, statement=None), statement_read="f1")
        said = refusal(at(Stage.JOINT_REVIEW), Action.SIGN_STATEMENT, Role.HEAD, none)
        assert "Write it first" in said
        assert "Read it again" in said
        lacking = entered(replace(KNOWN, statement=replace(STATEMENT, reasons="")), statement_read="f1")
        said = refusal(at(Stage.JOINT_REVIEW), Action.SIGN_STATEMENT, Role.HEAD, lacking)
        assert said == "The joint statement lacks: the reasons."

    def test_a_side_signs_once(self) -> None:
        signed = entered(KNOWN, statement_read="f1")
        assert "signed for your side" in refusal(
            at(Stage.JOINT_REVIEW), Action.SIGN_STATEMENT, Role.HEAD, signed
        )

    @pytest.mark.parametrize(
        "changes",
        [
            {"counted_to": date(2026, 10, 1)},
            {"marks": "other"},
            {"last_enquiry_id": 5},
            {"sighted_on": TODAY},
        ],
        ids=["a day", "a mark", "an entry", "a sighting"],
    )
    def test_whatever_comes_later_makes_it_stale(self, changes: dict[str, object]) -> None:
        stale = replace(SIGNED, basis_now=replace(BASIS, **changes))  # type: ignore[arg-type]
        assert SIGNED.is_live
        assert not stale.is_live
        conclusion = stale.conclusion
        assert conclusion is not None
        assert conclusion.stale
        read = entered(replace(KNOWN, statement=stale), statement_read="f1")
        said = refusal(at(Stage.DECISION), Action.SIGN_STATEMENT, Role.HEAD, read)
        assert "Something happened after" in said

    @pytest.mark.parametrize(
        ("changes", "noun"),
        [
            ({"limb": None}, "limb"),
            ({"location": " "}, "where the child is"),
            ({"circumstances": ""}, "circumstances"),
            ({"reasons": ""}, "reasons"),
            ({"sickness": None}, "sickness"),
            ({"basis_now": replace(BASIS, authority_rows=0)}, "enquiry of the local authority"),
            ({"basis_now": replace(BASIS, school_rows=0)}, "enquiry of the school"),
        ],
    )
    def test_nothing_incomplete_is_signed(self, changes: dict[str, object], noun: str) -> None:
        assert any(noun in each for each in replace(STATEMENT, **changes).lacking)  # type: ignore[arg-type]


class TestProposing:
    def test_every_condition_holds_but_the_date_which_is_the_removals(self) -> None:
        known = entered(replace(KNOWN, gate=WAITING), ground="i")
        state = done(at(Stage.DECISION), Action.PROPOSE_REMOVAL, Role.DSL, known)
        assert (state.stage, state.ground, state.proposed_on) == (Stage.REMOVAL_PROPOSED, "i", TODAY)

    @pytest.mark.parametrize("gate", [RED, (line("absence", None),)])
    def test_a_condition_that_does_not_hold_is_named_with_its_source(
        self, gate: tuple[Condition, ...]
    ) -> None:
        said = refusal(
            at(Stage.DECISION),
            Action.PROPOSE_REMOVAL,
            Role.DSL,
            entered(replace(KNOWN, gate=gate), ground="i"),
        )
        assert "Absence (SI 2024/208 reg 9): Because." in said

    def test_nobody_proposes_without_knowing_the_conditions(self) -> None:
        known = entered(replace(KNOWN, gate=()), ground="i")
        assert "not known" in refusal(at(Stage.DECISION), Action.PROPOSE_REMOVAL, Role.DSL, known)

    @pytest.mark.parametrize("ground", ["", "k", "z"])
    def test_a_ground_is_one_of_the_list(self, ground: str) -> None:
        """The death of a pupil (k) is not told by a form."""
        said = refusal(at(Stage.DECISION), Action.PROPOSE_REMOVAL, Role.DSL, entered(ground=ground))
        assert said == "Choose the ground."

    @pytest.mark.parametrize("ground", ["h", "i"])
    def test_grounds_of_absence_wait_for_eligibility(self, ground: str) -> None:
        known = entered(ground=ground)
        said = refusal(at(Stage.JOINT_REVIEW), Action.PROPOSE_REMOVAL, Role.DSL, known)
        assert "eligible for decision" in said
        assert (
            done(at(Stage.JOINT_REVIEW), Action.PROPOSE_REMOVAL, Role.DSL, entered(ground="a")).ground == "a"
        )


class TestDeciding:
    def test_the_head_records_it_once_everything_holds(self) -> None:
        state = done(PROPOSED, Action.MAKE_REMOVAL, Role.HEAD, KNOWN)
        assert (state.stage, state.removed_on, state.limb) == (Stage.REMOVED, TODAY, "a")

    @pytest.mark.parametrize(
        ("known", "said"),
        [
            (replace(KNOWN, gate=RED), "Absence (SI 2024/208 reg 9)"),
            (replace(KNOWN, gate=WAITING), "Dated-today"),
            (replace(KNOWN, gate=()), "not known"),
            (replace(KNOWN, own_proposal=True), "You proposed this removal"),
            (replace(KNOWN, return_delivered=False), "return"),
            (replace(KNOWN, on_roll=False), "not on the register"),
        ],
        ids=["gate shut", "not dated", "gate unknown", "own proposal", "return", "off roll"],
    )
    def test_one_line_that_fails_keeps_the_child_on_roll(self, known: CaseFacts, said: str) -> None:
        assert said in refusal(PROPOSED, Action.MAKE_REMOVAL, Role.HEAD, known)

    def test_admissions_have_answered_or_their_time_has_run_out(self) -> None:
        silent = replace(PROPOSED, confirmation="", confirmed_on=None)
        assert "have not answered" in refusal(silent, Action.MAKE_REMOVAL, Role.HEAD, KNOWN)
        overdue = replace(KNOWN, admissions_overdue=True)
        decision = act(silent, Action.MAKE_REMOVAL, Role.HEAD, overdue)
        assert isinstance(decision, Decision)
        assert decision.data["without_reply"] is True

    @pytest.mark.parametrize("said", ["confirmed", "recorded"])
    def test_admissions_choose_what_they_confirm(self, said: str) -> None:
        waiting = replace(PROPOSED, confirmation="", confirmed_on=None)
        state = done(waiting, Action.CONFIRM_REMOVAL, Role.ADMISSIONS, entered(confirmation=said))
        assert (state.stage, state.confirmation) == (Stage.REMOVAL_PROPOSED, said)
        assert "Choose" in refusal(
            waiting, Action.CONFIRM_REMOVAL, Role.ADMISSIONS, entered(confirmation="veto")
        )

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.HEAD])
    def test_nobody_but_the_head_decides(self, role: Role) -> None:
        answer = act(PROPOSED, Action.MAKE_REMOVAL, role, KNOWN)
        assert isinstance(answer, Refused)
        assert answer.missing == ("permission",)

    def test_the_product_itself_cannot_remove(self) -> None:
        system = frozenset({Permission.FOLLOW_REGISTER})
        assert isinstance(decide(PROPOSED, Action.MAKE_REMOVAL, KNOWN, TODAY, permissions=system), Refused)

    def test_a_query_or_a_withdrawal_leads_back_and_clears_the_answer(self) -> None:
        waiting = replace(PROPOSED, confirmation="", confirmed_on=None, proposed_from=Stage.DECISION)
        for reason in ("other_roll", "application", "incomplete", "wrong_authority", "order", "protected"):
            queried = done(waiting, Action.QUERY_REMOVAL, Role.ADMISSIONS, entered(query=reason))
        assert "Choose" in refusal(waiting, Action.QUERY_REMOVAL, Role.ADMISSIONS, entered(query="no"))
        withdrawn = done(PROPOSED, Action.WITHDRAW_REMOVAL, Role.HEAD, entered())
        late = done(PROPOSED, Action.QUERY_REMOVAL, Role.ADMISSIONS, entered(query="order"))
        for state in (queried, withdrawn, late):
            assert (state.stage, state.ground, state.confirmation) == (Stage.DECISION, "", "")

    def test_admissions_answer_again_and_say_what_has_changed(self) -> None:
        silent = replace(
            entered(confirmation="recorded"), entry=Entry(removal=RemovalEntry(confirmation="recorded"))
        )
        said = refusal(PROPOSED, Action.CONFIRM_REMOVAL, Role.ADMISSIONS, silent)
        assert "say in the note what has changed" in said
        again = done(PROPOSED, Action.CONFIRM_REMOVAL, Role.ADMISSIONS, entered(confirmation="recorded"))
        assert (again.stage, again.confirmation) == (Stage.REMOVAL_PROPOSED, "recorded")

    def test_to_record_only_is_no_check_and_the_time_of_admissions_runs_on(self) -> None:
        recorded = replace(PROPOSED, confirmation="recorded")
        said = refusal(recorded, Action.MAKE_REMOVAL, Role.HEAD, KNOWN)
        assert (
            said
            == "Admissions have recorded the removal and checked nothing. Wait until their time has run out."
        )
        overdue = replace(KNOWN, admissions_overdue=True)
        assert isinstance(act(recorded, Action.MAKE_REMOVAL, Role.HEAD, overdue), Decision)

    def test_what_admissions_found_stays_known_until_they_look_again(self) -> None:
        found = entered(query="order", checks={"order": "found", "application": "unchecked"})
        queried = done(PROPOSED, Action.QUERY_REMOVAL, Role.ADMISSIONS, found)
        assert queried.found_by_admissions == {"order"}
        again = replace(PROPOSED, found_by_admissions=queried.found_by_admissions)
        looked = entered(confirmation="confirmed", checks={"order": "none"})
        assert done(again, Action.CONFIRM_REMOVAL, Role.ADMISSIONS, looked).found_by_admissions == frozenset()

    def test_a_query_is_answered_before_the_removal_is_proposed_again(self) -> None:
        proposed = replace(PROPOSED, proposed_from=Stage.DECISION)
        queried = done(proposed, Action.QUERY_REMOVAL, Role.ADMISSIONS, entered(query="application"))
        assert (queried.query, queried.queried_on) == ("application", TODAY)
        known = entered(replace(KNOWN, gate=WAITING), ground="i")
        said = refusal(queried, Action.PROPOSE_REMOVAL, Role.DSL, known)
        assert said.startswith("Admissions queried the last proposal. Answer their query first")
        found_out = replace(KNOWN, entry=Entry(message="The family took the place up elsewhere"))
        answered = done(queried, Action.ANSWER_QUERY, Role.DSL, found_out)
        assert done(answered, Action.PROPOSE_REMOVAL, Role.DSL, known).stage is Stage.REMOVAL_PROPOSED
        assert "No query" in refusal(answered, Action.ANSWER_QUERY, Role.DSL, found_out)

    def test_the_school_owes_the_answer_to_a_query_within_a_working_day(self) -> None:
        queried = at(Stage.DECISION, query="order", queried_on=TODAY, eligible_on=TODAY)
        owed = {each.what: each for each in duties(queried, KNOWN, CALENDAR)}
        assert owed["Answer the query of admissions"].owner is Side.SCHOOL
        assert owed["Answer the query of admissions"].due_on == nth_day(22)

    def test_a_statement_that_says_otherwise_than_the_proposal_is_proposed_again(self) -> None:
        otherwise = replace(KNOWN, concluded_otherwise=True)
        said = refusal(PROPOSED, Action.MAKE_REMOVAL, Role.HEAD, otherwise)
        assert "Withdraw the proposal, and propose it again" in said

    def test_finding_the_child_ends_what_was_proposed_for_want_of_the_child(self) -> None:
        looked = {"was_at": Stage.REMOVAL_PROPOSED, "proposed_from": Stage.DECISION, "proposed_on": TODAY}
        for ground, verified, stage in (
            ("i", "confirmed", Stage.DECISION),
            ("i", "ruled_out", Stage.REMOVAL_PROPOSED),
            ("f", "confirmed", Stage.REMOVAL_PROPOSED),
        ):
            place = LocationEntry(verified=verified, seen_by="C. Rowe", seen_on=TODAY)
            known = replace(KNOWN, entry=Entry(message="Visited", location=place))
            state = done(
                at(Stage.VERIFYING, ground=ground, **looked), Action.VERIFY_LOCATION, Role.CME_OFFICER, known
            )
            assert (state.stage, state.ground) == (stage, "" if stage is Stage.DECISION else ground)

    def test_a_removed_child_who_is_found_stays_removed_on_that_ground(self) -> None:
        place = LocationEntry(verified="confirmed", seen_by="C. Rowe", seen_on=TODAY)
        known = replace(KNOWN, entry=Entry(message="Visited", location=place))
        traced = at(Stage.VERIFYING, ground="i", limb="a", was_at=Stage.TRACE, removed_on=TODAY)
        state = done(traced, Action.VERIFY_LOCATION, Role.CME_OFFICER, known)
        assert (state.stage, state.ground) == (Stage.TRACE, "i")


@pytest.mark.parametrize(("day", "refused"), [(1, True), (2, False), (21, False)])
def test_a_sighting_from_before_the_absence_finds_nobody(day: int, refused: bool) -> None:
    place = LocationEntry(verified="confirmed", seen_by="C. Rowe", seen_on=nth_day(day))
    known = replace(KNOWN, entry=Entry(message="Visited", location=place))
    answer = act(at(Stage.VERIFYING, was_at=Stage.DECISION), Action.VERIFY_LOCATION, Role.CME_OFFICER, known)
    assert isinstance(answer, Refused) is refused
    if isinstance(answer, Refused):
        assert "the first day of the absence, or later" in answer.reason


@pytest.mark.parametrize("last", ["P", "O|\\", "I", "Y7", "U"])
def test_one_other_mark_ends_eligibility_however_far_the_removal_has_come(last: str) -> None:
    """L17: eligibility is lost even if the removal is drafted."""
    proposed = replace(PROPOSED, returns_to=Stage.JOINT_REVIEW, eligible_on=TODAY)
    lost = after(facts("P", "O*20", last), nth_day(22), proposed)
    assert (lost.stage, lost.ground, lost.confirmation) == (Stage.JOINT_REVIEW, "", "")


def test_a_proposal_on_another_ground_does_not_hang_on_the_count() -> None:
    moved = replace(PROPOSED, ground="a", proposed_from=Stage.ENQUIRIES)
    assert after(facts("P", "O*4", "P"), nth_day(6), moved).stage is Stage.REMOVAL_PROPOSED


def test_ten_days_after_granted_leave_make_eligible_too() -> None:
    """Ground H: SI 2024/208 reg 9(1)(h)."""
    days = ("P", "C*2", "O*10")
    assert after(facts(*days), nth_day(14), at(Stage.JOINT_REVIEW)).stage is Stage.JOINT_REVIEW
    granted = facts(*days, leave_granted=True)
    assert after(granted, nth_day(14), at(Stage.JOINT_REVIEW)).stage is Stage.DECISION
    nine = facts("P", "C*2", "O*9", leave_granted=True)
    assert after(nine, nth_day(13), at(Stage.JOINT_REVIEW)).stage is Stage.JOINT_REVIEW


@pytest.mark.parametrize(
    ("days", "because"),
    [
        (
            ("O*9",),
            "9 of 20 school days are counted towards removal. 9 of 10 have passed since the leave ended.",
        ),
        (
            ("O*10", "P", "O"),
            "1 of 20 school days are counted towards removal. The pupil has attended since the leave ended.",
        ),
        (("O*9", "|O", "O"), "Not marked in full: 18 September 2026. Upload the complete register."),
    ],
)
def test_why_eligibility_after_leave_is_lost_speaks_of_the_leave(days: tuple[str, ...], because: str) -> None:
    known = facts("P", "C*2", *days, leave_granted=True)
    assert lost_because(Question(at(Stage.DECISION), known, frozenset(), TODAY)) == because


def test_a_child_who_never_came_is_eligible_after_twenty_days_and_not_with_a_mark_of_an_open_day() -> None:
    """L14 and L16: the count runs from the starting day; the mark of a day that is not closed ends it."""
    assert after(facts("O*20"), nth_day(21), at(Stage.JOINT_REVIEW)).stage is Stage.DECISION
    eligible = replace(PROPOSED, returns_to=Stage.JOINT_REVIEW)
    back = facts("P", "O*20", "/|")
    assert back.removal_run == 20
    assert after(back, nth_day(22), eligible).stage is Stage.JOINT_REVIEW


class TestAfterwards:
    UPLOADED = entered(
        file="841XXXX_2081_841XXXX_001.xml", uploaded_at="21 September 2026, 15:00", proof="R1"
    )

    @pytest.mark.parametrize(
        ("ground", "limb", "stage", "outcome"),
        [
            ("i", "a", Stage.TRACE, ""),
            ("h", "a", Stage.TRACE, ""),
            ("i", "b", Stage.CLOSED, "O28"),
            ("h", "b", Stage.CLOSED, "O28"),
            ("a", "", Stage.CLOSED, "O04"),
            ("c", "", Stage.CLOSED, "O29"),
            ("d", "", Stage.CLOSED, "O27"),
            ("e", "", Stage.CLOSED, "O27"),
            ("f", "", Stage.CLOSED, "O08"),
            ("g", "", Stage.CLOSED, "O10"),
            ("j", "", Stage.CLOSED, "O18"),
            ("l", "", Stage.CLOSED, "O23"),
            ("o", "", Stage.CLOSED, "O17"),
        ],
    )
    def test_whoever_is_not_located_is_traced(
        self, ground: str, limb: str, stage: Stage, outcome: str
    ) -> None:
        removed = at(Stage.REMOVED, ground=ground, limb=limb, removed_on=TODAY)
        state = done(removed, Action.RECORD_CTF, Role.SCHOOL_USER, self.UPLOADED)
        assert (state.stage, state.outcome_code, state.ctf_on) == (stage, outcome, TODAY)
        assert (state.closed_on is not None) == (stage is Stage.CLOSED)

    FILE = "Upload the pupil file (CTF)"
    REPORTED = replace(
        KNOWN, entry=Entry(message="Seen in Leeds", location=LocationEntry(source="A neighbour"))
    )
    RULED_OUT = replace(
        KNOWN, entry=Entry(message="The house is empty", location=LocationEntry(verified="ruled_out"))
    )

    @pytest.mark.parametrize("limb", ["a", "b"])
    def test_the_file_is_sent_as_well_while_a_place_is_looked_at(self, limb: str) -> None:
        removed = at(Stage.REMOVED, ground="i", limb=limb, removed_on=TODAY)
        looking = done(removed, Action.REPORT_LOCATION, Role.CME_OFFICER, self.REPORTED)
        assert self.FILE in owed(looking)
        sent = done(looking, Action.RECORD_CTF, Role.DSL, self.UPLOADED)
        assert (sent.stage, sent.ctf_on, sent.outcome_code) == (Stage.VERIFYING, TODAY, "")
        assert self.FILE not in owed(sent)
        assert "was uploaded on" in refusal(sent, Action.RECORD_CTF, Role.DSL, self.UPLOADED)
        for state, stage in ((sent, Stage.TRACE), (looking, Stage.REMOVED)):
            assert done(state, Action.VERIFY_LOCATION, Role.CME_OFFICER, self.RULED_OUT).stage is stage

    def test_the_reviews_of_the_school_end_with_the_removal(self) -> None:
        reviewed = at(Stage.DECISION, reviewed_on=TODAY, next_review_on=TODAY)
        assert "Review again" in owed(reviewed)
        assert "Review again" not in owed(replace(reviewed, stage=Stage.REMOVED, removed_on=TODAY))

    def test_no_file_of_a_child_on_roll_is_sent_while_a_place_is_looked_at(self) -> None:
        looking = at(Stage.VERIFYING, verifying_since_on=TODAY)
        assert self.FILE not in owed(looking)
        assert "was not removed" in refusal(looking, Action.RECORD_CTF, Role.DSL, self.UPLOADED)

    @pytest.mark.parametrize(
        ("grounds", "educated"), [("acefjkl", True), ("bdghimno", False)], ids=["educated", "on no roll"]
    )
    def test_being_located_is_not_being_in_education(self, grounds: str, educated: bool) -> None:
        for ground in grounds:
            for limb in ("a", "b"):
                assert is_educated(CaseState(ground=ground, limb=limb)) is educated

    def test_the_file_the_time_and_the_proof_are_all_asked_for(self) -> None:
        blank = entered(file=" ", uploaded_at=" ", proof=" ")
        said = refusal(at(Stage.REMOVED, removed_on=TODAY), Action.RECORD_CTF, Role.DSL, blank)
        assert all(word in said for word in ("name of the pupil file", "when the file", "proof"))

    def test_a_removed_child_is_never_proposed_for_closing_by_the_register(self) -> None:
        traced = at(Stage.TRACE, removed_on=TODAY, ground="i", limb="a")
        gone = replace(facts("P", "O*20"), on_roll=False)
        assert after(gone, nth_day(25), traced) == traced

    @pytest.mark.parametrize("stage", [Stage.REMOVED, Stage.TRACE])
    def test_admission_again_is_the_only_way_back(self, stage: Stage) -> None:
        state = done(at(stage, removed_on=TODAY), Action.READMIT, Role.DSL, entered(starting_on=nth_day(23)))
        assert (state.stage, state.outcome_code) == (Stage.CLOSED, "O01")
        early = entered(starting_on=nth_day(20))
        assert "or later" in refusal(at(stage, removed_on=TODAY), Action.READMIT, Role.DSL, early)
        assert "new starting day" in refusal(at(stage, removed_on=TODAY), Action.READMIT, Role.DSL, entered())
        far = entered(starting_on=nth_day(40))
        assert "search goes on" in refusal(at(stage, removed_on=TODAY), Action.READMIT, Role.DSL, far)
        again = {action for action in Action if "admit" in action.value}
        assert again == {Action.READMIT}

    def test_whoever_was_not_removed_or_came_back_already_is_not_admitted_again(self) -> None:
        today = entered(starting_on=TODAY)
        back = at(Stage.CLOSED, removed_on=TODAY, readmitted_on=TODAY, closed_on=TODAY)
        for state in (at(Stage.CLOSED, closed_on=TODAY), back):
            assert "was not removed" in refusal(state, Action.READMIT, Role.DSL, today)
        failed = at(Stage.CLOSED, removed_on=TODAY, closed_on=TODAY, outcome_code="O04")
        assert done(failed, Action.READMIT, Role.DSL, today).outcome_code == "O04"
