"""What the demonstration's referrals say: nobody's address, and numbers kept for fiction."""

from cme.casework.referral.answers import NOT_KNOWN, Answer, Section, fields_of
from cme.casework.referral.fields import NO, YES

WITHOUT_ENQUIRIES = (
    "The calls, the letter and the visit were made and written down on paper, and are copied here."
)
"""Why the demonstration's referrals go although the meter asks for more."""

REFERRAL: dict[str, Answer] = {
    **{each.id: NO for each in fields_of(Section.STATUS) if each.starred},
    "type": "whereabouts_unknown",
    "home_authority": "841",
    "referrer_phone": "01325 000000",
    "referrer_email": "dsl@example.org",
    "dsl_name": "Ruth Adeyemi",
    "head_name": "Peter Lindqvist",
    "holiday_contact": "Peter Lindqvist, 07700 900999",
    "sex": NOT_KNOWN,
    "last_known_address": "14 Sample Terrace\nNorthmoor",
    "last_known_postcode": "DL1 0AA",
    "carers": [
        {
            "name": "A parent of the child",
            "relation": "Mother",
            "phones": "07700 900123 (rings out)",
            "responsibility": YES,
            "lives_with": YES,
        }
    ],
    "emergency_contacts": [{"name": "An aunt", "relation": "Aunt", "phones": "07700 900456"}],
    "criterion": "contact_failed",
    "who_said_what": "The aunt was rung on the third day. She has not heard from the family for a fortnight.",
    "appraisal": "Medium: attended well until now, and nobody answers. No earlier episodes.",
    "other_actions": "Rung every number on three days; letter and a visit by two staff on day 5: no answer.",
    "declared_enquiries": YES,
    "declared_missing": YES,
    "head_told": YES,
    "sharing_basis": "public_task",
    "parent_told": NO,
    "parent_not_told_why": "Nobody can be reached.",
}
