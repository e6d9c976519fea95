"""The demonstration's lists of home-educated children and of applications for school places."""

from datetime import datetime

from cme.access.roles import Permission
from cme.demo.cast import Cast, done
from cme.services.tracing import child_lists
from cme.services.tracing.child_lists import ListKind

LISTS = {
    ListKind.HOME_EDUCATION: """Surname,Forenames,Date of birth,Sex,Address
Thistlewood,Marnie,14/03/2015,F,2 Quarry Lane DL1 9ZZ
Okonjo-Hale,Tobias,02/11/2012,M,17 Lantern Street DL3 9ZZ
Vance,Iris,,F,Moved away
""",
    ListKind.ADMISSIONS: """Surname,Forenames,Date of birth,Sex,Address
Lindgren,Axel,21/07/2018,M,5 Orchard Rise DL1 9ZY
Farrow,Delphine,09/01/2017,F,40 Mill Bank DL2 9ZX
""",
}


def keep_lists(cast: Cast, *, at: datetime) -> None:
    """Put a list of each kind in use, as the officer does."""
    (authority_id,) = cast.officer.reach(Permission.KEEP_CHILD_LISTS).authorities
    for kind, text in LISTS.items():
        name = f"{kind.value}.csv"
        kept = child_lists.receive(cast.officer, authority_id, kind, name, text.encode(), at=at)
        done(name, child_lists.take(cast.officer, done(name, kept), seen={}, at=at))
