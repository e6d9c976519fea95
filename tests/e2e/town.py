"""A place in which every kind of page has something to show, and some have nothing.

School A is busy, and its children have the longest names. School B has never uploaded a register. School C is
in another authority, where everybody is at school and nothing has been referred. The uploads of a new school
and of a messy one are held for every reason there is. One more school looks for its children, and has much
on record of each; of some other authorities are asked, and others are asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cme.access.roles import Role
from cme.store.database import db
from cme.store.tables import Case
from tests.e2e.asking import Asking
from tests.e2e.following_school import Following
from tests.e2e.long_names import BARRELS, LongNames, lengthened
from tests.e2e.messy_school import TERMS, add_place, build_messy, build_new
from tests.integration.web.casebook import AT, Casebook, register
from tests.people import Person, Place, World

A_YEAR_OF_CODES = ("P", "O", "P", "I", "U", "M", "G", "P", "D", "N") * 19 + ("O",) * 4
DAYS_OF_A_YEAR = len(A_YEAR_OF_CODES) + 2
"""With those on which only the classmate of every register has a mark of its own."""

A_PAGE_OF_REFERRALS = 25

_PEOPLE: Mapping[str, tuple[Role, str]] = {
    "the DSL": (Role.DSL, "school_a"),
    "the DSL of a school without registers": (Role.DSL, "school_b"),
    "the DSL of a school where nobody is absent": (Role.DSL, "school_c"),
    "the DSL of a new school": (Role.DSL, "new"),
    "the DSL of a messy school": (Role.DSL, "messy"),
    "the DSL who looks for children": (Role.DSL, "following"),
    "the office that looks for children": (Role.SCHOOL_USER, "following"),
    "the head of a school that looks for children": (Role.HEAD, "following"),
    "the office": (Role.SCHOOL_USER, "school_a"),
    "the head": (Role.HEAD, "school_a"),
    "the officer": (Role.CME_OFFICER, "northmoor"),
    "the manager": (Role.LA_MANAGER, "northmoor"),
    "the administrator": (Role.LA_ADMIN, "northmoor"),
    "the front door": (Role.FRONT_DOOR, "northmoor"),
    "admissions": (Role.ADMISSIONS, "northmoor"),
    "the officer without referrals": (Role.CME_OFFICER, "elsewhere"),
}


@dataclass(frozen=True, slots=True)
class Town:
    """The places, and what of them stands in addresses: LAESTABs, references, and ids, each by a name."""

    world: World
    new: Place
    messy: Place
    following: Place
    alerted: Person
    names: Mapping[str, str | int]

    def path(self, pattern: str) -> str:
        """The address that a pattern such as "/cases/{referred}" stands for."""
        return pattern.format_map(self.names)

    def person(self, who: str) -> Person | None:
        """Somebody newly signed in; None for "nobody", and "the alerted" is who was there all the time."""
        if who == "nobody":
            return None
        if who == "the alerted":
            return replace(self.alerted, client=self.world.sign_in(self.alerted.user_id))
        role, place = _PEOPLE[who]
        return self.world.person(role, getattr(self, place, None) or getattr(self.world, place))


def build(world: World) -> Town:
    """Fill the places with registers and cases."""
    book = LongNames(world)
    Casebook(world, world.school_c).upload({"Ash, Ann": ["P"] * 5})
    book.many(A_PAGE_OF_REFERRALS)
    cases = {
        "enquiries": book.enquiries(),
        "draft": book.referral_draft(),
        "referred": book.referred(safeguarding=True),
        "decision": book.decision(),
        "superseded": book.superseded(),
        "closing": book.closing_proposed(),
        "declined": book.declined(),
        "closed": book.closed(),
        "year": book.absent_named(book.new_name(), A_YEAR_OF_CODES),
    }
    names = [lengthened(f"New{number}, Nell") for number in range(10)]
    fresh = register({name: ["P", "O", "O"] for name in [*book.on_roll, *names]})
    faulty = register({name: ["P", "P", "P", "?", "?"] for name in book.on_roll[:30]})
    moving = register({names[0]: ["O"] * 12, names[1]: ["O"] * 21})
    found = {
        "checked": book.receive(fresh),
        "faulty": book.receive(faulty),
        "cancelled": book.upload_id(fresh + b"\r\n", approve=False),
        "approved": book.upload_id(moving, approve=True),
        "again": book.receive(moving),
    }
    with world.app.app_context():
        new = add_place(world, "8412004", "900004", "Elm Tree School", TERMS)
        messy = add_place(world, "8412005", "900005", "Fir Lane School")
        following = add_place(world, "8412006", "900006", "Gorse Hill School")
    found |= build_new(world, new) | build_messy(world, messy, BARRELS)
    schools = {"busy": world.school_a, "quiet": world.school_b, "calm": world.school_c}
    schools |= {"new": new, "messy": messy, "following": following}
    alerted = world.person(Role.DSL, following, name=f"Ash {BARRELS}", signed_in_at=AT)
    book = LongNames(world, following)
    followed, entries = _follow(book)
    cases |= followed
    with world.app.app_context():
        elsewhere = add_place(world, "8412007", "900007", "Holly Bank School")
    asking = Asking(book)
    asked = asking.outgoing() | asking.incoming() | asking.turned_up(elsewhere) | asking.looked_for()
    return Town(
        world,
        new,
        messy,
        following,
        alerted,
        cases
        | entries
        | found
        | asked
        | {name: place.laestab for name, place in schools.items()}
        | {f"child_{name}": _registration_id(world, reference) for name, reference in cases.items()},
    )


def _follow(book: LongNames) -> tuple[dict[str, str], dict[str, int]]:
    """Cases that are followed, and the ids of what is on record in them, each by a name."""
    following = Following(book)
    looked_for, entry = following.looked_for()
    flagged, restriction = following.flagged()
    missing, episode = following.missing()
    cases = {
        "looked_for": looked_for,
        "flagged": flagged,
        "missing": missing,
        "questioned": following.questioned(),
        "updated": following.updated(),
        "unapproved": following.unapproved(),
    }
    return cases, {"entry": entry, "restriction": restriction, "episode": episode}


def _registration_id(world: World, reference: str) -> int:
    with world.app.app_context():
        found = db.session.scalar(db.select(Case.registration_id).where(Case.reference == reference))
    assert found is not None
    return found
