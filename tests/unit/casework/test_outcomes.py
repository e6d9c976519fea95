"""The catalogue of outcomes."""

from cme.casework.outcomes import Requirement, Side, outcomes_for, read_outcomes


def test_all_twenty_nine_outcomes_are_there_with_label_evidence_and_effect() -> None:
    outcomes = read_outcomes()
    assert list(outcomes) == [f"O{number:02}" for number in range(1, 30)]
    for outcome in outcomes.values():
        assert outcome.label
        assert outcome.evidence
        assert outcome.roll_effect
        assert outcome.source
        assert outcome.set_by


def test_a_side_is_offered_only_its_own_outcomes() -> None:
    school = {outcome.code for outcome in outcomes_for(frozenset({Side.SCHOOL}))}
    authority = {outcome.code for outcome in outcomes_for(frozenset({Side.AUTHORITY}))}
    assert "O01" in school - authority
    assert "O26" in authority - school
    assert "O03" in school & authority
    assert school | authority == set(read_outcomes())
    assert outcomes_for(frozenset()) == ()


def test_every_outcome_that_ends_in_a_removal_requires_one() -> None:
    outcomes = read_outcomes()
    removals = {code for code, outcome in outcomes.items() if outcome.requires is Requirement.REMOVAL}
    assert removals == {"O14", "O15", "O16", "O28"}
    assert outcomes["O01"].requires is Requirement.PRESENT_MARK
