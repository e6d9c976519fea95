"""The canonical form of the CME referral: every field, in order. Source: casework reference s.8."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from cme.casework.record.catalogue import read_reasons
from cme.casework.referral.fields import (
    ADDRESS_KINDS,
    CONFIDENCE,
    CRITERIA,
    KNOWN_CHOICES,
    NO,
    PARENT_TOLD,
    SEXES,
    SHARING_BASES,
    TYPES,
    UPDATE,
    ReferralField,
    Section,
    Shape,
    home_authorities,
)

_field = ReferralField
_choice = partial(ReferralField, shape=Shape.CHOICE)
_long = partial(ReferralField, shape=Shape.LONG_TEXT)
_known = partial(ReferralField, shape=Shape.KNOWN, choices=KNOWN_CHOICES)
_declaration = partial(ReferralField, shape=Shape.DECLARATION, starred=True)
_filled = partial(ReferralField, filled=True)
_starred = partial(ReferralField, starred=True)
_told = partial(ReferralField, filled=True, starred=True)

_OR_NOT_KNOWN = "Write “not known” if nobody knows."

_HEADER = (
    _told("number", "Case number", Section.HEADER),
    _filled("sent", "Sent", Section.HEADER),
    _choice("type", "Kind of referral", Section.HEADER, starred=True, choices=TYPES),
    _long(
        "news",
        "What is new, or corrected",
        Section.HEADER,
        starred=True,
        only_if=("type", UPDATE),
        hint="Whoever reads the update reads this first.",
    ),
    _told("school", "School, URN and LAESTAB", Section.HEADER),
    _told("school_authority", "Local authority of the school", Section.HEADER),
    _choice(
        "home_authority",
        "Local authority where the child lives",
        Section.HEADER,
        starred=True,
        may_be_unknown=True,
        choices=home_authorities(),
        hint="It can be another one than the school's. Look up the postcode if you are not sure.",
    ),
)

_REFERRER = (
    _told("referrer_name", "Name of the referrer", Section.REFERRER),
    _told("referrer_role", "Role of the referrer", Section.REFERRER),
    _starred("referrer_phone", "Phone of the referrer", Section.REFERRER, shape=Shape.PHONE),
    _starred("referrer_email", "E-mail of the referrer", Section.REFERRER, shape=Shape.EMAIL),
    _starred("dsl_name", "Designated safeguarding lead", Section.REFERRER),
    _starred("head_name", "Head teacher", Section.REFERRER),
    _field(
        "holiday_contact",
        "Contact during school holidays",
        Section.REFERRER,
        hint="A name and a number that is answered when the school is shut.",
    ),
)

_CHILD = (
    _told("child_name", "Legal name", Section.CHILD),
    _field("known_as", "Known as", Section.CHILD, hint="Other names that the child or the family uses."),
    _told("date_of_birth", "Date of birth", Section.CHILD, may_be_unknown=True),
    _choice("sex", "Sex", Section.CHILD, starred=True, may_be_unknown=True, choices=SEXES),
    _told("upn", "UPN", Section.CHILD, may_be_unknown=True),
    _filled("year_group", "Year and class", Section.CHILD),
    _field("uln", "Unique learner number (ULN)", Section.CHILD),
    _field("language", "First language", Section.CHILD, may_be_unknown=True),
    _known("interpreter", "Does the family need an interpreter?", Section.CHILD),
    _field("ethnicity", "Ethnicity", Section.CHILD, may_be_unknown=True),
    _field(
        "nationality",
        "Nationality",
        Section.CHILD,
        may_be_unknown=True,
        hint="Only where it helps to find the child.",
    ),
    _field("child_phone", "The child's own phone and accounts", Section.CHILD, may_be_unknown=True),
)

_ADDRESSES = (
    _long("last_known_address", "Last known address", Section.ADDRESSES, starred=True, may_be_unknown=True),
    _starred("last_known_postcode", "Postcode", Section.ADDRESSES, shape=Shape.POSTCODE, may_be_unknown=True),
    _field("last_known_source", "Who gave this address", Section.ADDRESSES),
    _field("last_known_on", "When it was given", Section.ADDRESSES, shape=Shape.PAST_DATE),
    _field(
        "other_addresses",
        "Other and suspected addresses",
        Section.ADDRESSES,
        shape=Shape.ROWS,
        may_be_unknown=True,
        row_name="Address",
        rows=(
            _choice("kind", "Kind", Section.ADDRESSES, starred=True, choices=ADDRESS_KINDS),
            _long("address", "Address", Section.ADDRESSES, starred=True),
            _field("postcode", "Postcode", Section.ADDRESSES, shape=Shape.POSTCODE),
            _starred("source", "Who gave this address", Section.ADDRESSES),
            _field("on", "When it was given", Section.ADDRESSES, shape=Shape.PAST_DATE),
        ),
    ),
)

_PERSON = (
    _starred("name", "Name", Section.FAMILY),
    _starred("relation", "Relation to the child", Section.FAMILY),
    _starred(
        "phones",
        "All phone numbers",
        Section.FAMILY,
        shape=Shape.PHONES,
        may_be_unknown=True,
        hint=f"Put a comma between numbers. {_OR_NOT_KNOWN}",
    ),
)

_FAMILY = (
    _filled("restrictions", "Contact restrictions in force", Section.FAMILY),
    _starred(
        "carers",
        "Parents and carers",
        Section.FAMILY,
        shape=Shape.ROWS,
        may_be_unknown=True,
        row_name="Parent or carer",
        rows=(
            *_PERSON,
            _field("email", "E-mail", Section.FAMILY, shape=Shape.EMAIL),
            _known("responsibility", "Parental responsibility?", Section.FAMILY, starred=True),
            _known("lives_with", "Does the child live with them?", Section.FAMILY, starred=True),
        ),
    ),
    _starred(
        "emergency_contacts",
        "Emergency contacts",
        Section.FAMILY,
        shape=Shape.ROWS,
        may_be_unknown=True,
        row_name="Emergency contact",
        rows=_PERSON,
        hint="People besides the parents and carers above.",
    ),
    _long("wider_family", "Grandparents, aunts, uncles and family friends", Section.FAMILY),
    _long("court_orders", "Court orders about the child", Section.FAMILY, may_be_unknown=True),
)

_SIBLINGS = (
    _filled("siblings_here", "Found in the registers of this service", Section.SIBLINGS),
    _field(
        "siblings",
        "Brothers and sisters elsewhere",
        Section.SIBLINGS,
        shape=Shape.ROWS,
        may_be_unknown=True,
        row_name="Brother or sister",
        rows=(
            _starred("name", "Name", Section.SIBLINGS),
            _starred("school", "School or setting", Section.SIBLINGS, hint=_OR_NOT_KNOWN),
            _known("attending", "Attending now?", Section.SIBLINGS, starred=True),
            _field("checked_on", "When this was checked", Section.SIBLINGS, shape=Shape.PAST_DATE),
        ),
    ),
)

_ATTENDANCE = (
    _told("last_attended", "Last attended", Section.ATTENDANCE, may_be_unknown=True),
    _told("last_seen", "Last seen at school", Section.ATTENDANCE, may_be_unknown=True),
    _told("counts", "First counted day and the three counts", Section.ATTENDANCE),
    _told("codes", "Codes in the register", Section.ATTENDANCE),
    _field(
        "seen_elsewhere",
        "Last seen anywhere: when, where and by whom",
        Section.ATTENDANCE,
        may_be_unknown=True,
    ),
    _field("leave_from", "Leave asked for: first day", Section.ATTENDANCE, shape=Shape.DATE),
    _field("leave_until", "Leave asked for: day expected back", Section.ATTENDANCE, shape=Shape.DATE),
    _known("part_time", "On a part-time timetable?", Section.ATTENDANCE),
    _field("exclusions", "Suspensions and exclusions", Section.ATTENDANCE),
    _filled("earlier_cases", "Earlier cases", Section.ATTENDANCE),
)

_BELIEF = (
    _choice("criterion", "Criterion", Section.BELIEF, starred=True, choices=CRITERIA),
    _long("who_said_what", "Who said what, and when", Section.BELIEF),
    _field("likely_place", "Likely place", Section.BELIEF, may_be_unknown=True),
    _choice("confidence", "How sure is that?", Section.BELIEF, choices=CONFIDENCE),
    _choice(
        "dfe_reason",
        "Main reason, as the DfE counts it",
        Section.BELIEF,
        choices=read_reasons(),
        hint="The local authority decides it in the end.",
    ),
    _long(
        "travel_signs",
        "Signs of travel",
        Section.BELIEF,
        may_be_unknown=True,
        hint="Tickets, passports, a house for sale, what brothers, sisters or friends say.",
    ),
)

_STATUS = (
    *(
        _known(id_, label, Section.STATUS, starred=True)
        for id_, label in (
            ("child_protection_plan", "Child protection plan"),
            ("child_in_need", "Child in need"),
            ("looked_after", "Looked after"),
            ("was_looked_after", "Was looked after before"),
            ("social_worker", "Has a social worker"),
            ("early_help", "Early Help"),
            ("ehc_plan", "EHC plan"),
            ("private_fostering", "Private fostering"),
            ("asylum_seeking", "Seeking asylum, or unaccompanied"),
            ("traveller", "Gypsy, Roma or Traveller"),
            ("young_carer", "Young carer"),
            ("pregnant", "Pregnant, or a parent"),
            ("youth_justice", "Youth justice"),
            ("medical_need", "Medical need"),
            ("service_family", "Service family"),
            ("homeless", "Homeless, or in temporary housing"),
        )
    ),
    _long("workers", "Named workers, with phone numbers", Section.STATUS),
)

_APPRAISAL = (
    _starred(
        "appraisal",
        "Risks seen, rating and reasons",
        Section.APPRAISAL,
        shape=Shape.LONG_TEXT,
        hint="Filled from the latest signed review, where there is one.",
    ),
    _long("concern", "What you fear, and why", Section.APPRAISAL),
    _field("police_reference", "Police reference", Section.APPRAISAL),
    _field("front_door_reference", "Front-door reference", Section.APPRAISAL),
    _field("social_care_reference", "Social care reference", Section.APPRAISAL),
)

_ACTIONS = (
    # Not starred: what is missing here is for the meter to say, and can be waived with a reason.
    _filled(
        "actions",
        "Enquiries logged",
        Section.ACTIONS,
        shape=Shape.ROWS,
        row_name="Enquiry",
        rows=tuple(
            _filled(id_, label, Section.ACTIONS)
            for id_, label in (
                ("on", "When"),
                ("step", "What was done"),
                ("by", "By"),
                ("contacted", "Who was asked"),
                ("outcome", "Result"),
                ("notes", "Notes"),
            )
        ),
    ),
    _filled("meter", "Enquiries asked for", Section.ACTIONS),
    _long("other_actions", "Anything else that was done", Section.ACTIONS),
)

_AGENCIES = (
    _field(
        "agencies",
        "Agencies that know the family",
        Section.AGENCIES,
        shape=Shape.ROWS,
        may_be_unknown=True,
        row_name="Agency",
        rows=(
            _starred("agency", "Agency", Section.AGENCIES),
            _field("person", "Person and phone", Section.AGENCIES),
            _field("told_on", "When they were asked or told", Section.AGENCIES, shape=Shape.PAST_DATE),
            _field("said", "What they said", Section.AGENCIES),
        ),
    ),
)

_CHRONOLOGY = (_told("chronology", "What has happened in the case", Section.CHRONOLOGY),)

_LEAVER = (
    _long("new_address", "New address", Section.LEAVER),
    _field("leaving_with", "Adult the child lives with now", Section.LEAVER),
    _field("new_school", "New school", Section.LEAVER),
    _field("new_school_on", "First day there", Section.LEAVER, shape=Shape.DATE),
    _field(
        "confirmed_by", "Confirmed by", Section.LEAVER, hint="The person and school or authority, and when."
    ),
)

_DECLARATIONS = (
    _declaration(
        "declared_enquiries",
        "Enquiries so far",
        Section.DECLARATIONS,
        hint="These are the enquiries that the school has made so far, and it goes on with them",
    ),
    _declaration(
        "declared_missing",
        "Not persistent absence alone",
        Section.DECLARATIONS,
        hint="This is not persistent absence alone: the school cannot reach the child, or does not know "
        "where the child is",
    ),
    _declaration(
        "head_told",
        "Head teacher told",
        Section.DECLARATIONS,
        hint="The head teacher knows of this referral",
    ),
    _choice(
        "sharing_basis",
        "On what basis is this shared?",
        Section.DECLARATIONS,
        starred=True,
        choices=SHARING_BASES,
    ),
    _choice(
        "parent_told",
        "Has a parent or carer been told of this referral?",
        Section.DECLARATIONS,
        starred=True,
        choices=PARENT_TOLD,
        hint="Do not tell them where that could put the child in danger.",
    ),
    _starred(
        "parent_not_told_why",
        "Why no parent or carer was told",
        Section.DECLARATIONS,
        only_if=("parent_told", NO),
    ),
)

_AUTHORITY_USE = tuple(
    _filled(id_, label, Section.AUTHORITY_USE)
    for id_, label in (
        ("received", "Received"),
        ("acknowledged", "Acknowledged"),
        ("items_missing", "Sent without"),
        ("outcome", "Outcome"),
    )
)

FIELDS: tuple[ReferralField, ...] = (
    *_HEADER,
    *_REFERRER,
    *_CHILD,
    *_ADDRESSES,
    *_FAMILY,
    *_SIBLINGS,
    *_ATTENDANCE,
    *_BELIEF,
    *_STATUS,
    *_APPRAISAL,
    *_ACTIONS,
    *_AGENCIES,
    *_CHRONOLOGY,
    *_LEAVER,
    *_DECLARATIONS,
    *_AUTHORITY_USE,
)
"""The form, in its order. Later fields are added here and nowhere else."""

FIELD_BY_ID: Mapping[str, ReferralField] = MappingProxyType({each.id: each for each in FIELDS})

TYPED: tuple[ReferralField, ...] = tuple(each for each in FIELDS if not each.filled)
"""The fields that a person fills in; the register and the records fill the others."""


def fields_of(section: Section) -> tuple[ReferralField, ...]:
    """The fields of a section, in the order of the form."""
    return tuple(each for each in FIELDS if each.section is section)
