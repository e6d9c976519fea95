"""Forms on paper: questions and answers under headings."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cme.documents.typesetting import Pdf, typeset

CONFIDENTIAL = "Confidential: about a child"
"""What stands at the top of every page that names a child."""

NOT_FILLED_IN = "Not filled in"


@dataclass(frozen=True, slots=True)
class Answer:
    """One question with its answer; `answered` is false where nobody knows, or nobody has said."""

    label: str
    value: str
    answered: bool = True

    @classmethod
    def of(cls, label: str, value: str) -> "Answer":
        """The answer as it was given; a blank one says that it is blank."""
        return cls(label, value) if value.strip() else cls(label, NOT_FILLED_IN, answered=False)


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and the answers under it."""

    heading: str
    rows: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Imprint:
    """What stands round a document: its title, whom it is from (top), and who made it when (foot)."""

    title: str
    from_: str
    made: str

    def data(self) -> Mapping[str, Any]:
        """As the templates take it."""
        return {"title": self.title, "from": self.from_, "made": self.made, "marking": CONFIDENTIAL}


@dataclass(frozen=True, slots=True)
class ReferralForm:
    """A referral to print. `status` says whether it was sent, `notes` what else must be known of it."""

    imprint: Imprint
    status: str
    notes: tuple[str, ...]
    sections: tuple[Part, ...]


def set_referral(form: ReferralForm) -> Pdf:
    """The referral on paper, as it was sent or as far as it is written."""
    sections = [asdict(section) for section in form.sections]
    return typeset(
        "referral",
        {**form.imprint.data(), "status": form.status, "notes": list(form.notes), "sections": sections},
    )
