"""The demonstration's requests of other authorities: likely here, not here, hard to read, taken back."""

from datetime import datetime

from cme.clock import local_date
from cme.demo.cast import Cast, done
from cme.services.tracing import incoming, incoming_replies, incoming_search
from cme.services.tracing.incoming import Letter
from cme.services.tracing.incoming_views import Draft
from cme.tracing.replies import Finding, Kind

LIKELY = """CME trace - 840 - TR-2026-0311
Our reference: TR-2026-0311
From: County Durham (840), J Officer, 0300 000000, cme@example.gov.uk
Legal surname: Thistlewood
Forenames: Marnie
Date of birth: 14/03/2015
Sex: F
UPN: not known
Last school: Another Primary School (840/2999)
Checks made: home visits x2, housing - no result
Please reply by S2S message even if no trace.
"""

NO_TRACE = """Reference: NY/CME/77
From: North Yorkshire (815), B Clerk
Name: FEATHERSTONEHAUGH-CHOLMONDELEY, Bartholomew
Date of birth: 1 September 2014
"""

HARD = """Good morning, could you please check your records for this child
Our ref: 392-19
From: North Tyneside (392), C Clerk
Surname: Ferris
First name: Jude
DOB: 3/4/13
He may be staying with an uncle near the market place
Thank you very much
"""

TAKEN_BACK = """Our reference: TR-2026-0198
From: Hartlepool (805), D Officer
Legal surname: Penhallow
Forenames: Wren
Date of birth: 22/11/2016
"""

STOP = """CME trace - 805 - TR-2026-0198 - located
Our reference: TR-2026-0198
From: Hartlepool (805), D Officer
Located - please stop searching. Please delete your copy.
"""


def ask_us(cast: Cast, *, at: datetime) -> None:
    """Keep a request at each state: searched, answered, as it came, and closed by their own message."""
    letters = [Letter(text, received_on=local_date(at)) for text in (LIKELY, NO_TRACE, HARD, TAKEN_BACK)]
    kept = [done("a request", incoming.receive(cast.officer, each, at=at)) for each in letters]
    likely, nobody, *_ = (each.new[0] for each in kept)
    for reference in (likely, nobody):
        done(reference, incoming_search.search(cast.officer, reference, seen=None, at=at))
    draft = Draft(Finding(Kind.NO_TRACE), "01325 000000", "cme@example.gov.uk")
    done(nobody, incoming_replies.write(cast.officer, nobody, draft, seen=None, at=at))
    done(nobody, incoming_replies.record_sent(cast.officer, nobody, at, seen=None, at=at))
    stop = Letter(STOP, received_on=local_date(at))
    done("a request", incoming.receive(cast.officer, stop, at=at))
