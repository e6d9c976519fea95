"""What can come of an enquiry and how one is made: results and methods. Source: casework reference s.7."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from cme.casework.enquiries.steps import Kind


class Result(StrEnum):
    """What came of an enquiry. WITHDRAWN stands for an entry that should not have been made."""

    REACHED_SAFE = "reached_safe"
    REACHED_CONCERN = "reached_concern"
    NO_ANSWER = "no_answer"
    MESSAGE_LEFT = "message_left"
    NUMBER_DEAD = "number_dead"
    WRONG_PERSON = "wrong_person"
    ADDRESS_EMPTY = "address_empty"
    MOVED_NEW_ADDRESS = "moved_new_address"
    ABROAD = "abroad"
    AGENCY_NO_TRACE = "agency_no_trace"
    AGENCY_POSITIVE = "agency_positive"
    REFUSED = "refused"
    AWAITING_REPLY = "awaiting_reply"
    TO_PANEL = "to_panel"
    NOT_TO_PANEL = "not_to_panel"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The result in the words people read."""
        return RESULTS[self].label


@dataclass(frozen=True, slots=True)
class ResultRule:
    """What a result is called, what the form says beside it, what it asks for and what it leads to.

    `needs` are further fields of the entry -> the sentence that asks for each. `opens` is the step that
    applies from then on. `kinds` are the kinds of step it can come of.
    """

    label: str
    kinds: frozenset[Kind]
    hint: str = ""
    needs: Mapping[str, str] = field(default_factory=dict)
    opens: str = ""


_PERSON = frozenset({Kind.CALL, Kind.MESSAGE, Kind.LETTER, Kind.VISIT})
_SPOKEN = frozenset({Kind.CALL, Kind.VISIT, Kind.AGENCY})
_ASKED = frozenset({Kind.AGENCY, Kind.RECORDS})
_EVERY = _PERSON | _ASKED

RESULTS: Mapping[Result, ResultRule] = MappingProxyType(
    {
        Result.REACHED_SAFE: ResultRule(
            "Reached: no concern",
            _PERSON,
            "Somebody said that the child is safe. That is not the same as seeing the child.",
        ),
        Result.REACHED_CONCERN: ResultRule("There is a concern", _EVERY, "The DSL looks at it today."),
        Result.NO_ANSWER: ResultRule("No answer", _SPOKEN),
        Result.MESSAGE_LEFT: ResultRule("Message left or sent", _SPOKEN | {Kind.MESSAGE}),
        Result.NUMBER_DEAD: ResultRule(
            "Number or address does not work", frozenset({Kind.CALL, Kind.MESSAGE})
        ),
        Result.WRONG_PERSON: ResultRule("Wrong person or household", _PERSON),
        Result.ADDRESS_EMPTY: ResultRule(
            "Nobody lives there, or the letter came back", frozenset({Kind.VISIT, Kind.LETTER})
        ),
        Result.AGENCY_POSITIVE: ResultRule("Something is known or was found", _ASKED),
        Result.AGENCY_NO_TRACE: ResultRule("Nothing is known or was found", _ASKED),
        Result.MOVED_NEW_ADDRESS: ResultRule(
            "The family has moved",
            _EVERY,
            "The authority they moved to is then asked too.",
            MappingProxyType({"place": "Enter where the family is said to have moved to."}),
            opens="E33",
        ),
        Result.ABROAD: ResultRule(
            "The child is said to be abroad",
            _EVERY,
            "Proof of the move is then asked for.",
            MappingProxyType({"place": "Enter the country the child is said to be in."}),
            opens="E46",
        ),
        Result.REFUSED: ResultRule("Would not say or would not help", _EVERY),
        Result.AWAITING_REPLY: ResultRule(
            "Sent or asked, waiting for a reply",
            frozenset({Kind.MESSAGE, Kind.LETTER, Kind.AGENCY, Kind.RECORDS}),
            needs=MappingProxyType({"next_on": "Enter the date on which to chase the reply."}),
        ),
        Result.TO_PANEL: ResultRule(
            "Goes to the missing panel",
            frozenset({Kind.PANEL}),
            needs=MappingProxyType(
                {
                    "reason": "Enter why the child goes to the panel.",
                    "next_on": "Enter the date of the agenda.",
                }
            ),
        ),
        Result.NOT_TO_PANEL: ResultRule(
            "Does not go to the missing panel",
            frozenset({Kind.PANEL}),
            needs=MappingProxyType({"reason": "Enter why the child does not go to the panel."}),
        ),
        Result.NOT_APPLICABLE: ResultRule(
            "Does not apply to this child",
            frozenset(),
            needs=MappingProxyType({"reason": "Enter why this does not apply to the child."}),
        ),
        Result.WAIVED: ResultRule(
            "Waived by the DSL",
            frozenset(),
            needs=MappingProxyType({"reason": "Enter why this enquiry is waived."}),
        ),
        Result.WITHDRAWN: ResultRule("Withdrawn", frozenset()),
    }
)
"""Every result, in the order of the form. The last three are not chosen there: each has a form of its own."""

SETTLED_WITHOUT = frozenset({Result.NOT_APPLICABLE, Result.WAIVED, Result.WITHDRAWN})
"""Results of which no enquiry was made."""

CONCERNS = frozenset({Result.REACHED_CONCERN})


def results_for(kind: Kind) -> tuple[Result, ...]:
    """The results that a form for a kind of step offers, in order."""
    return tuple(result for result, rule in RESULTS.items() if kind in rule.kinds)


class Method(StrEnum):
    """How an enquiry was made."""

    PHONE = "phone"
    VIDEO = "video"
    IN_PERSON = "in_person"
    VISIT = "visit"
    TEXT = "text"
    EMAIL = "email"
    APP = "app"
    SOCIAL_MEDIA = "social_media"
    POST = "post"
    POST_SIGNED_FOR = "post_signed_for"
    BY_HAND = "by_hand"
    SECURE_FORM = "secure_form"
    MEETING = "meeting"
    RECORDS = "records"

    @property
    def label(self) -> str:
        """The method in the words people read."""
        return {
            Method.PHONE: "Phone call",
            Method.VIDEO: "Video call",
            Method.IN_PERSON: "In person",
            Method.VISIT: "Visit",
            Method.TEXT: "Text message",
            Method.EMAIL: "E-mail",
            Method.APP: "School app",
            Method.SOCIAL_MEDIA: "Social media",
            Method.POST: "First-class post",
            Method.POST_SIGNED_FOR: "Signed-for post",
            Method.BY_HAND: "Delivered by hand",
            Method.SECURE_FORM: "Online form",
            Method.MEETING: "Meeting",
            Method.RECORDS: "Records looked at",
        }[self]


METHODS: Mapping[Kind, tuple[Method, ...]] = MappingProxyType(
    {
        Kind.CALL: (Method.PHONE, Method.VIDEO, Method.IN_PERSON),
        Kind.MESSAGE: (Method.TEXT, Method.EMAIL, Method.APP, Method.SOCIAL_MEDIA),
        Kind.LETTER: (Method.POST, Method.POST_SIGNED_FOR, Method.BY_HAND, Method.EMAIL),
        Kind.VISIT: (Method.VISIT,),
        Kind.AGENCY: (
            Method.PHONE,
            Method.EMAIL,
            Method.SECURE_FORM,
            Method.IN_PERSON,
            Method.MEETING,
        ),
        Kind.RECORDS: (Method.RECORDS, Method.IN_PERSON, Method.EMAIL),
        Kind.PANEL: (Method.MEETING, Method.EMAIL, Method.PHONE),
    }
)
"""How each kind of step can be made; the first is taken where nothing is said."""

FACE_TO_FACE = frozenset({Method.IN_PERSON, Method.VISIT, Method.MEETING, Method.BY_HAND})
"""Methods by which a child can be seen in person (attendance reference s.6.2)."""
