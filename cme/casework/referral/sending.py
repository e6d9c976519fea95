"""What keeps a referral or an update from being sent: its fields, the enquiries, and the head's approval.

None of it holds back a safeguarding referral (casework reference ss.7 and 8).
"""

from cme.casework.questions import Question
from cme.casework.referral.answers import UPDATE
from cme.casework.referral.checks import lacking


def draft_fault(question: Question) -> str | None:
    """What the form lacks, or what in it cannot be right."""
    draft = question.facts.draft
    if draft is None:
        return "There is no referral to send. Start the referral and fill in its starred fields."
    lacks = () if draft.safeguarding else lacking(draft, question.today)
    if not lacks:
        return None
    names = "; ".join(dict.fromkeys(lack.field.label for lack in lacks))
    return f"The referral lacks: {names}. Fill them in, or mark it as a safeguarding referral to send it now."


def update_fault(question: Question) -> str | None:
    """Whether what is to be sent is an update at all: the referral itself stands as it was sent."""
    draft = question.facts.draft
    if draft is not None and draft.answer("type") == UPDATE and not draft.is_sent:
        return None
    return "There is no update to send. Start an update, and say in it what is new or corrected."


def readiness_fault(question: Question) -> str | None:
    """Which enquiries are missing, unless the DSL says why the referral goes without them."""
    readiness, draft = question.facts.readiness, question.facts.draft
    if readiness is None or readiness.is_ready or draft is None:
        return None
    if draft.safeguarding or draft.without_enquiries.strip():
        return None
    return f"Enquiries: {readiness.text}. Log them, or say why the referral is sent without them."


def approval_asked_fault(question: Question) -> str | None:
    """Whether anybody waits for an approval: the authority asks for one, and this text has none yet."""
    if not question.facts.pack.head_approves_referral:
        return "This authority asks for no approval by the head teacher. The DSL sends the referral."
    if _is_approved(question):
        return "This referral is approved as it stands. Nothing more is needed."
    return None


def approval_fault(question: Question) -> str | None:
    """Whether the head teacher has approved what is to be sent, where the authority asks for that.

    An approval is of one text: it lapses when somebody changes the referral.
    """
    draft = question.facts.draft
    asked = question.facts.pack.head_approves_referral
    if not asked or draft is None or draft.safeguarding or _is_approved(question):
        return None
    if question.state.approved_draft:
        return "The referral was changed after the head teacher approved it. Ask for approval again."
    return "The head teacher has not approved this referral. Save it, and ask the head teacher to approve it."


def read_fault(question: Question) -> str | None:
    """Whether the referral still says what the head teacher read."""
    draft = question.facts.draft
    if draft is not None and question.facts.entry.draft_read == draft.fingerprint:
        return None
    return "The referral was changed after you opened it. Read it again, then approve it."


def _is_approved(question: Question) -> bool:
    draft = question.facts.draft
    return draft is not None and question.state.approved_draft == draft.fingerprint
