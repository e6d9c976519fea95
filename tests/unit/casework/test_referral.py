"""The referral form: what is starred, and what counts as an answer."""

from dataclasses import replace

import pytest

from cme.casework.referral import FIELD_BY_ID, FIELDS, NOT_KNOWN, ReferralDraft, missing_fields
from tests.unit.casework.pupils import COMPLETE


def test_an_empty_draft_lacks_every_starred_field_and_no_other() -> None:
    assert {field.id for field in missing_fields(ReferralDraft())} == {f.id for f in FIELDS if f.starred}
    assert len(FIELD_BY_ID) == len(FIELDS)


def test_a_complete_draft_lacks_nothing() -> None:
    assert missing_fields(COMPLETE) == ()


def test_not_known_is_an_answer_and_blank_is_none() -> None:
    def lacks(answer: str) -> bool:
        draft = replace(COMPLETE, answers={**COMPLETE.answers, "carers": answer})
        return FIELD_BY_ID["carers"] in missing_fields(draft)

    assert not lacks(NOT_KNOWN)
    assert lacks("   ")


@pytest.mark.parametrize("field_id", ["type", "criterion", "appraisal", "actions", "child_name"])
def test_not_known_is_no_answer_where_somebody_must_know(field_id: str) -> None:
    draft = replace(COMPLETE, answers={**COMPLETE.answers, field_id: NOT_KNOWN})
    assert [field.id for field in missing_fields(draft)] == [field_id]


def test_a_choice_outside_the_catalogue_is_no_answer() -> None:
    draft = replace(COMPLETE, answers={**COMPLETE.answers, "type": "holiday"})
    assert [field.id for field in missing_fields(draft)] == ["type"]
