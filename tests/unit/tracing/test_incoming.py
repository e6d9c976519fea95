"""Which answer another authority may be given, by what was decided of everybody found."""

import pytest

from cme.tracing.answering import Request, no_trace_of
from cme.tracing.details import Sender
from cme.tracing.dispositions import Disposition
from cme.tracing.incoming import TELEPHONE, answer_fault, answer_label, is_meant
from cme.tracing.replies import Kind

D = Disposition


@pytest.mark.parametrize(
    ("kind", "decided", "searched", "part"),
    [
        (Kind.NO_TRACE, [], True, ""),
        (Kind.NO_TRACE, [], False, "Search"),
        (Kind.NO_TRACE, [D.NOT_SAME], True, ""),
        (Kind.NO_TRACE, [D.NOT_SAME, D.UNREVIEWED], True, "Decide first"),
        (Kind.NO_TRACE, [D.SAME], True, "Choose another answer"),
        (Kind.NO_TRACE, [D.CANNOT_TELL], True, "more information"),
        (Kind.FOUND_ON_ROLL, [D.SAME], True, ""),
        (Kind.FOUND_ON_ROLL, [D.UNREVIEWED], True, "Decide first"),
        (Kind.MORE_INFO_NEEDED, [D.UNREVIEWED], False, ""),
        (Kind.DUPLICATE, [], False, ""),
    ],
)
def test_no_trace_is_never_said_while_a_child_here_may_be_meant(
    kind: Kind, decided: list[Disposition], searched: bool, part: str
) -> None:
    fault = answer_fault(kind, decided, is_searched=searched)
    assert part in fault
    assert bool(fault) == bool(part)


@pytest.mark.parametrize(
    ("disposition", "put_aside_by", "meant"),
    [
        (D.NOT_SAME, ["A Rowe"], True),
        (D.NOT_SAME, ["A Rowe", "A Rowe"], True),
        (D.NOT_SAME, ["A Rowe", "B Quill"], False),
        (D.CANNOT_TELL, ["A Rowe", "B Quill"], True),
        (D.UNREVIEWED, [], True),
    ],
)
def test_a_restricted_child_is_meant_until_two_people_have_put_the_match_aside(
    disposition: Disposition, put_aside_by: list[str], meant: bool
) -> None:
    assert is_meant(disposition, put_aside_by) is meant


def test_answers_have_words() -> None:
    assert [answer_label(each) for each in ("", TELEPHONE, "no_trace")] == [
        "",
        "Asked to telephone",
        "No trace",
    ]


def test_one_message_answers_many_requests_and_its_subject_holds_no_name() -> None:
    sender = Sender("Darlington", "841", "A Officer", "01325 000000")
    asked = [
        Request("TR-1", "IN-2026-0001"),
        Request("Ada Birch", "IN-2026-0002"),
        Request("", "IN-2026-0003"),
    ]
    made = no_trace_of(asked, sender)
    assert "None of these children is in our records." in made.body
    assert "The child is in none of our records." in no_trace_of(asked[:1], sender).body
    assert made.subject == "CME trace - 841 - IN-2026-0001 - reply"
    assert "TR-1 (our reference IN-2026-0001)" in made.body
    assert "no reference (our reference IN-2026-0003)" in made.body
    with pytest.raises(ValueError, match="nothing"):
        no_trace_of([], sender)
