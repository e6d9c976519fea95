"""Questions between school and authority about a case: who asks, and who owes an answer."""

from cme.access.roles import Permission
from cme.casework.outcomes import Side
from cme.casework.questions import Question
from cme.casework.state import Unanswered

LONGEST_MESSAGE = 4000

ENTER = "Enter what you want to say."
"""What is said of an empty text where its form says nothing of its own."""


def writes_for(permissions: frozenset[Permission]) -> frozenset[Side]:
    """The sides that somebody writes for: whoever does not speak for the school writes for the authority."""
    school = Permission.SPEAK_FOR_SCHOOL in permissions
    authority = Permission.SPEAK_FOR_AUTHORITY in permissions or not school
    return frozenset(side for side, is_so in ((Side.SCHOOL, school), (Side.AUTHORITY, authority)) if is_so)


def asking_side(question: Question) -> Side:
    """For which side a question is asked; the school's where somebody writes for both."""
    return Side.SCHOOL if Side.SCHOOL in writes_for(question.permissions) else Side.AUTHORITY


def answering_side(question: Question) -> Side | None:
    """For which side the question that is answered is answered; None where there is no such question."""
    to_answer = waiting_for(question.state.unanswered, writes_for(question.permissions))
    asked_by = next((each.side for each in to_answer if each.number == question.facts.entry.question), None)
    return None if asked_by is None else other(asked_by)


def other(side: Side) -> Side:
    """The side across."""
    return Side.AUTHORITY if side is Side.SCHOOL else Side.SCHOOL


def waiting_for(unanswered: tuple[Unanswered, ...], sides: frozenset[Side]) -> tuple[Unanswered, ...]:
    """The questions that these sides have yet to answer, the oldest first."""
    return tuple(each for each in unanswered if other(each.side) in sides)


def unanswered_fault(question: Question) -> str | None:
    """Whether there is anything for this person's side to answer."""
    if waiting_for(question.state.unanswered, writes_for(question.permissions)):
        return None
    return "No question waits for your answer. Ask one of your own instead."


def question_fault(question: Question) -> str | None:
    """Whether the question that is answered still waits for this side."""
    if answering_side(question) is not None:
        return None
    return "This question has been answered, or is for the other side to answer. Open the page again."


def message_fault(question: Question) -> str | None:
    """What is wrong with the text of a question or an answer."""
    text = question.facts.entry.message.strip()
    if not text:
        return ENTER
    if len(text) > LONGEST_MESSAGE:
        return f"What you want to say must be {LONGEST_MESSAGE:,} characters or fewer."
    return None
