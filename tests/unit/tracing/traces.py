"""A trace request that is complete, as tests start from it."""

from datetime import date

from cme.tracing.details import Sender, Sibling, TraceDetails

TODAY = date(2026, 11, 23)
SENDER = Sender("Darlington", "841", "A Officer", "01325 000000", "cme@example.gov.uk")
DETAILS = TraceDetails(
    reference="TR-2026-0042",
    sender=SENDER,
    reply_by_on=date(2026, 12, 18),
    surname="Example",
    forenames="Zoë",
    born_on=date(2018, 3, 9),
    sex="F",
    upn="M841200023001",
    year_group="3",
    address="1 Sample Street, Darlington",
    postcode="DL1 1AA",
    carers=("Pat Example",),
    school_name="Example Primary School",
    school_number="841/2000",
    last_attended_on=date(2026, 10, 16),
    off_roll_on=date(2026, 11, 20),
    regulations="2024",
    ground="I",
    checks="home visits x2, siblings' schools, housing - no result",
)
SIBLING = Sibling("Kit Example", date(2015, 1, 2), "Example High School")
