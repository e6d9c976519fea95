"""The joint statement: what school and authority concluded together, and whether it still holds.

Both sides sign the same text, which names the rows it rests on. Anything that comes later makes it stale.
Source: SI 2024/208 reg 9(1)(h) and (i); casework reference s.10.
"""

from dataclasses import dataclass
from datetime import date

from cme.casework.outcomes import Side
from cme.casework.removal.facts import Ground, JointConclusion, Limb, SicknessFinding
from cme.casework.words import day, is_named, is_told

BOTH = frozenset(Side)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a statement rests on: a digest of the marks of the period, the last enquiry of each side, and the
    latest sighting. `school_rows` and `authority_rows` are how many completed enquiries there are, `found`
    the codes of what admissions found when they looked.
    """

    counted_to: date | None
    marks: str
    last_enquiry_id: int
    school_rows: int
    authority_rows: int
    sighted_on: date | None = None
    found: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Signature:
    """One side's signature: who, in which office, and on which day."""

    side: Side
    name: str
    office: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class Statement:
    """A joint statement as it stands. `fingerprint` is the hash of everything that is signed.

    `basis` is what it was written on, `basis_now` what is on record today. `steps` are the steps to secure
    attendance that were considered.
    """

    number: int
    ground: Ground
    limb: Limb | None
    location: str
    circumstances: str
    reasons: str
    sickness: SicknessFinding | None
    basis: Basis
    basis_now: Basis
    fingerprint: str
    signatures: tuple[Signature, ...] = ()
    steps: str = ""

    @property
    def is_stale(self) -> bool:
        """Whether a mark, a sighting or an entry came after it was written."""
        return self.basis != self.basis_now

    @property
    def stale_because(self) -> tuple[str, ...]:
        """What came after it was written, a sentence each; () while nothing has."""
        then, now = self.basis, self.basis_now
        found = []
        if then.counted_to != now.counted_to:
            counted_to = day(now.counted_to) if now.counted_to else "no day"
            found.append(f"The register is now counted up to {counted_to}.")
        elif then.marks != now.marks:
            found.append("A mark was entered or changed, or days count otherwise than they did.")
        if then.last_enquiry_id != now.last_enquiry_id:
            found.append("An enquiry was recorded, corrected or withdrawn.")
        elif (then.school_rows, then.authority_rows) != (now.school_rows, now.authority_rows):
            found.append("Another number of enquiries counts.")
        if then.sighted_on != now.sighted_on:
            found.append("What is on record of the child being seen has changed.")
        if then.found != now.found:
            found.append("What admissions found has changed.")
        return tuple(found)

    @property
    def signed_by(self) -> frozenset[Side]:
        """The sides that have signed it."""
        return frozenset(each.side for each in self.signatures)

    @property
    def is_live(self) -> bool:
        """Whether both sides have signed it and nothing has come since."""
        return self.signed_by == BOTH and not self.is_stale

    @property
    def lacking(self) -> tuple[str, ...]:
        """What it still lacks before anybody can sign it, a noun each; a text says something in words.

        A finding that keeps the child on roll has nothing to answer.
        """
        finding = self.sickness
        asked = (
            ("the limb, (a) or (b)", self.limb),
            ("where the child is, or what was done to find out", is_told(self.location)),
            ("the circumstances", is_told(self.circumstances)),
            ("the reasons", is_told(self.reasons)),
            (
                "the steps to secure attendance that were considered",
                is_told(self.steps) or self.limb is not Limb.WILL_NOT_ATTEND,
            ),
            (
                "the finding on sickness and unavoidable cause, with reasons and a name",
                finding and is_told(finding.reasons) and is_named(finding.by),
            ),
            (
                "that the finding answers every health note, message of a parent and Y7",
                finding is None or not finding.no_reasonable_grounds or finding.answers_everything,
            ),
            ("a completed enquiry of the school", self.basis_now.school_rows),
            ("a completed enquiry of the local authority", self.basis_now.authority_rows),
        )
        return tuple(noun for noun, given in asked if not given)

    @property
    def conclusion(self) -> JointConclusion | None:
        """The same as the gate asks for it; None until a limb is chosen."""
        if self.limb is None:
            return None
        names = {each.side: each.name for each in self.signatures}
        return JointConclusion(
            limb=self.limb,
            reasons=self.reasons,
            school_signatory=names.get(Side.SCHOOL, ""),
            authority_signatory=names.get(Side.AUTHORITY, ""),
            signed_on=max((each.signed_on for each in self.signatures), default=date.max),
            stale=self.is_stale,
        )
