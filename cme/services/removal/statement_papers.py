"""The joint statement of a case on paper: the version that was written last, with who signed it."""

from datetime import datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.outcomes import Side
from cme.casework.removal.statement import Signature
from cme.casework.removal.told import told
from cme.casework.words import day
from cme.documents.joint_statement import JointStatementPaper, set_joint_statement
from cme.services import papers
from cme.services.papers import Paper
from cme.services.removal.conclusions import signatures_of, statement_of
from cme.store import statements
from cme.store.tables import Case, JointStatement

NOT_WRITTEN = "There is no joint statement to print. Write it first."


def make(scope: Scope, reference: str, *, at: datetime, address: str = "") -> Paper | None:
    """The last version to print; None before one was written. That it was made is audited.

    A protected address is taken out of it, whoever asks. Raises LookupError outside the scope.
    """
    case = papers.open_case(scope, reference, Permission.JOIN_REVIEW, at=at).case
    row = statements.find_latest(scope, case.id)
    if row is None:
        return None
    signatures = signatures_of(row)
    made = set_joint_statement(
        JointStatementPaper(
            papers.imprint(scope, case, "Joint statement", at=at),
            status=status_of(row, signatures),
            notes=_notes(case, row),
            told=told(row.content, papers.home_of(scope, case).kept_out_of),
            signatures=[(_of(side), _signed(side, signatures)) for side in Side],
            fingerprint=row.sha256,
        )
    )
    return papers.hand_out(scope, case, "joint-statement", made, at=at, address=address)


def status_of(row: JointStatement, signatures: tuple[Signature, ...]) -> str:
    """Where a version stands, in a few words."""
    if row.withdrawn_at is not None:
        return f"Version {row.number}: reopened, and no longer in force"
    by = {each.side for each in signatures}
    left = [side.label for side in Side if side not in by]
    if not left:
        return f"Version {row.number}: signed for both sides"
    if len(left) == 1:
        return f"Version {row.number}: not yet signed for {left[0]}"
    return f"Version {row.number}: not signed yet"


def _notes(case: Case, row: JointStatement) -> tuple[str, ...]:
    if row.withdrawn_at is not None:
        return (f"Reason: {row.withdrawn_reason}",)
    statement = statement_of(case)
    because = statement.stale_because if statement else ()
    if not because:
        return ()
    return (f"Something came after it was written: it has to be signed again. {' '.join(because)}",)


def _of(side: Side) -> str:
    return f"For {side.label}"


def _signed(side: Side, signatures: tuple[Signature, ...]) -> str:
    found = next((each for each in signatures if each.side is side), None)
    return f"{found.name}, {found.office}, {day(found.signed_on)}" if found else ""
