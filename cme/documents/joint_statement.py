"""The joint statement of school and authority on paper, with both signatures and its fingerprint."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from cme.casework.outcomes import Side
from cme.casework.removal.told import Told
from cme.documents.chronology import key_of, weeks_of
from cme.documents.forms import Answer, Imprint
from cme.documents.typesetting import Pdf, typeset


@dataclass(frozen=True, slots=True)
class JointStatementPaper:
    """A joint statement to print. `status` says whether it stands, `notes` what came later.

    `signatures` are who signed for each side, in which office and when; '' where nobody has.
    """

    imprint: Imprint
    status: str
    notes: tuple[str, ...]
    told: Told
    signatures: Sequence[tuple[str, str]]
    fingerprint: str


def set_joint_statement(paper: JointStatementPaper) -> Pdf:
    """The statement on paper, everything that was signed."""
    told = paper.told
    return typeset(
        "joint-statement",
        {
            **paper.imprint.data(),
            "status": paper.status,
            "notes": list(paper.notes),
            "parties": [asdict(Answer.of(*each)) for each in told.parties],
            "findings": [asdict(Answer.of(*each)) for each in told.findings],
            "weeks": weeks_of(told.marks),
            "key": key_of(told.marks),
            "sides": [
                {
                    "heading": f"Completed enquiries of {side.label}",
                    "rows": [
                        [f"{each.on:%-d %b %Y}", each.what, each.result, each.by]
                        for each in told.enquiries[side]
                    ],
                }
                for side in Side
            ],
            "signatures": [asdict(Answer.of(*each)) for each in paper.signatures],
            "fingerprint": paper.fingerprint,
        },
    )
