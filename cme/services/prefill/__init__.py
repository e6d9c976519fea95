"""What the register and the records already answer of a referral: what they fill, and what they offer.

A filled answer is not typed by anybody. An offered one stands in the form until somebody changes it.
"""

from cme.access.scope import Scope
from cme.casework.referral.answers import Answer, tidy
from cme.services.prefill import attendance, family, work
from cme.store.tables import Case


def filled(scope: Scope, case: Case) -> dict[str, Answer]:
    """The answers that the records give, by id of field; NOT_KNOWN where they have none.

    The sender's own name stands in it, so it is read with the scope of whoever writes or reads.
    """
    about_child = {**family.filled(scope, case), **attendance.filled(case)}
    return tidy({**work.sender(scope), **about_child, **work.filled(scope, case)})


def offered(scope: Scope, case: Case) -> dict[str, Answer]:
    """The answers that the records suggest for fields that people fill in, by id of field."""
    school = work.contacts_of_school(scope, case)
    return tidy({**school, **family.offered(scope, case), **work.offered(scope, case)})
