"""A pupil file that is complete, as tests start from it."""

from dataclasses import replace
from datetime import date, datetime

from cme.tracing.ctf.content import Address, Attended, Contact, Header, Phone, Pupil, School
from cme.tracing.ctf.names import Place

TODAY = date(2026, 11, 22)
HEADER = Header(
    source=School(Place("841", "2000"), "Example Primary School", "100001"),
    destination=School(Place("XXX", "XXXX")),
    made_at=datetime(2026, 11, 22, 9, 30),  # noqa: DTZ001 - a header holds local time without a zone
    academic_year="2026",
)
OWN = Attended(
    "841",
    "2000",
    "Example Primary School",
    entered_on=date(2022, 9, 5),
    left_on=date(2026, 11, 20),
    reason="OT",
    is_last=True,
)
PUPIL = Pupil(
    upn="M841200023001",
    surname="O'Example-Smith",
    forename="Zoë",
    born_on=date(2018, 3, 9),
    sex="F",
    former_upn="Y84120002300A",
    year_group="3",
    enrol_status="P",
    address=Address(("1 Sample Street",), postcode="DL1 1AA"),
    contacts=(Contact("Example", order=1, relationship="PAM", with_pupil=True),),
    history=(OWN,),
)
REACHED = replace(
    PUPIL,
    phones=(Phone("01325 000001", "H"),),
    email="home@example.org",
    contacts=(
        Contact(
            "Example",
            "Pat",
            relationship="PAF",
            address=Address(("2 Hidden Road",), postcode="DL2 2BB"),
            phones=(Phone("07700 900 123", "M"),),
            email="pat@example.org",
        ),
    ),
)
SKELETON = """<?xml version="1.0" encoding="UTF-8"?>
<CTfile><Header>
<DocumentName>Common Transfer File</DocumentName><CTFversion>25.0</CTFversion>
<DateTime>2026-11-22T09:30:00</DateTime><DocumentQualifier>full</DocumentQualifier>
<SupplierID>CMEMODULE</SupplierID>
<SourceSchool><LEA>841</LEA><Estab>2000</Estab><URN>100001</URN>
<SchoolName>Example Primary School</SchoolName><AcademicYear>2026</AcademicYear></SourceSchool>
<DestSchool><LEA>XXX</LEA><Estab>XXXX</Estab></DestSchool>
</Header><CTFpupilData><Pupil>
<UPN>M841200023001</UPN><Surname>O'Example-Smith</Surname><Forename>Zoë</Forename>
<DOB>2018-03-09</DOB><Sex>F</Sex>
<BasicDetails><FormerUPN>Y84120002300A</FormerUPN><NCyearActual>3</NCyearActual>
<EnrolStatus>P</EnrolStatus></BasicDetails>
<Address><AddressLines><AddressLine1>1 Sample Street</AddressLine1></AddressLines>
<PostCode>DL1 1AA</PostCode></Address>
<Contacts><Contact><Order>1</Order><Surname>Example</Surname><Relationship>PAM</Relationship>
<Address><AddressAsPupil>true</AddressAsPupil></Address></Contact></Contacts>
<SchoolHistory><School><LEA>841</LEA><Estab>2000</Estab>
<SchoolName>Example Primary School</SchoolName><EntryDate>2022-09-05</EntryDate>
<LeavingDate>2026-11-20</LeavingDate><LeavingReason>OT</LeavingReason>
<LastSchool>true</LastSchool></School></SchoolHistory>
</Pupil></CTFpupilData></CTfile>
"""
"""The reference's own example (tracing reference s.9), which says what HEADER and PUPIL say."""

LOST_NAME = "8412000_CTF_XXXXXXX_001.xml"
