"""What the form of an enquiry asks for each kind of step, and in which words."""

from collections.abc import Mapping

from cme.casework.enquiries.steps import Kind

CARER, SPOKE, SEEN = "carer", "spoke", "seen"
"""Who can have been reached, as the form sends it."""

REACHED: Mapping[str, str] = {
    CARER: "A parent or carer",
    SPOKE: "The child was spoken to",
    SEEN: "The child was seen in person",
}
"""What is ticked where somebody was reached."""

THERE: Mapping[str, str] = {
    "lights": "Lights, sounds or other signs of somebody",
    "post": "Post left lying",
    "vehicle": "A vehicle of the family",
    "card_left": "We left a card",
    "harm_seen": "Signs that somebody may have been harmed",
}
"""What is ticked after a visit, each named for the part of the visit that it fills."""

_TO_A_CONTACT = ("contact_id", "contacted", "relation", "used", "method", "result", "place")

ASKED: Mapping[Kind, tuple[str, ...]] = {
    Kind.CALL: (*_TO_A_CONTACT, "reached", "reason"),
    Kind.MESSAGE: (*_TO_A_CONTACT, "reached", "reason"),
    Kind.LETTER: (*_TO_A_CONTACT, "reason"),
    Kind.VISIT: (
        "used",
        "half",
        "second_staff",
        "answered",
        "there",
        "result",
        "place",
        "reached",
        "reason",
    ),
    Kind.AGENCY: ("contacted", "relation", "used", "method", "result", "place"),
    Kind.RECORDS: ("contacted", "method", "result", "place"),
    Kind.PANEL: ("contacted", "method", "result", "reason"),
}
"""What each kind asks for, in order, beside when and by whom, notes, what comes next, and files."""

LABELS: Mapping[Kind, Mapping[str, tuple[str, str]]] = {
    Kind.CALL: {
        "contact_id": ("Whom did you ring?", ""),
        "used": ("Number that was rung", "Leave it empty for the number on record."),
    },
    Kind.MESSAGE: {
        "contact_id": ("Whom did you write to?", ""),
        "used": ("Number, address or account", "Leave it empty for the number on record."),
    },
    Kind.LETTER: {
        "contact_id": ("Whom is the letter to?", ""),
        "used": ("Address it went to", ""),
    },
    Kind.VISIT: {"used": ("Address that was visited", "One entry for each address.")},
    Kind.AGENCY: {
        "contacted": ("Who was told or asked?", "The name of the person who answered, if you have it."),
        "relation": ("Their role and organisation", ""),
        "used": ("Number, e-mail or reference", "For example, a police log number."),
    },
    Kind.RECORDS: {"contacted": ("Who was asked, or what was looked at?", "")},
    Kind.PANEL: {
        "contacted": ("Who decided with you? (optional)", ""),
        "result": ("What was decided?", ""),
        "reason": ("Why?", ""),
        "next_on": ("Date of the panel's agenda", "Needed where the child goes to the panel."),
    },
}
"""What a field is called, and its hint, where a kind has words of its own."""

NOT_NOW: Mapping[Kind, Mapping[str, None]] = {Kind.VISIT: {"done_time": None}}
"""What a new entry does not start from the present moment: a visit is written down when it is over."""

ALWAYS_ASKED = (
    "done_on", "done_time", "notes", "next_action", "next_on", "done_by", "done_role", "files", "form_token",
)  # fmt: skip
"""What every kind asks for besides."""
