"""The pages that are looked over: whose browser shows them, and what brings each into the state meant.

Addresses are patterns, whose names the town fills in.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Shown(NamedTuple):
    """A page that is read: whose browser, a name, the address, and words that show the state meant."""

    who: str
    name: str
    where: str
    words: str


class SentEmpty(NamedTuple):
    """A form that is sent as it stands: whose browser, a name, the address, the button and what is said."""

    who: str
    name: str
    where: str
    button: str
    sentence: str


_SHOWN: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "nobody": (
        ("sign in", "/sign-in", "If you cannot sign in"),
        ("signed out", "/signed-out", "You are signed out"),
        ("help", "/help", "A count looks wrong"),
        ("accessibility statement", "/accessibility", "version 2.2 at level AA"),
    ),
    "the DSL": (
        ("account", "/account", "Where you are signed in"),
        ("password", "/account/password", "Change your password"),
        ("busy school", "/schools/{busy}/", "Needs action today"),
        ("roll", "/schools/{busy}/pupils", "Pupils on roll"),
        ("ten days", "/schools/{busy}/pupils?show=ten_days", "Ten days or more"),
        ("uploads", "/schools/{busy}/uploads", "Waiting for approval"),
        ("register to fill in", "/schools/{busy}/uploads/templates", "Which pupils should be in it?"),
        ("upload to check", "/uploads/{checked}", "Approve and import"),
        ("upload that changes nothing", "/uploads/{again}", "is held already"),
        ("upload with errors", "/uploads/{faulty}", "The first 100 are listed"),
        ("upload cancelled", "/uploads/{cancelled}", "Upload cancelled"),
        ("no row that waits", "/uploads/{checked}/rows", "No row waits for a decision"),
        ("receipt", "/uploads/{approved}", "Register imported"),
        ("pupil", "/pupils/{child_decision}", "This removes nobody"),
        ("pupil without a case", "/pupils/{child_closed}", "Why is a case needed now?"),
        ("case at school enquiries", "/cases/{enquiries}", "Sign the DSL review"),
        ("case to refer", "/cases/{draft}", "Check and send the referral"),
        ("case superseded", "/cases/{superseded}", "The referral is superseded"),
        ("case to close", "/cases/{closing}", "Closing is proposed"),
        ("case not referred", "/cases/{declined}", "With an aunt"),
        ("case closed", "/cases/{closed}", "This case is closed"),
        ("referral to write", "/cases/{draft}/referral", "Send the referral"),
        ("school without a calendar", "/schools/{busy}/calendar", "Term dates and closures"),
        ("dates to copy", "/schools/{busy}/calendar/copy", "2026/27"),
        ("found or returned", "/cases/{closing}/found", "Tick off"),
        ("documents", "/cases/{draft}/documents", "Letter 1: concern"),
        ("no alerts", "/alerts", "You have read everything"),
    ),
    "the DSL of a school without registers": (
        ("school without registers", "/schools/{quiet}/", "first register"),
        ("first upload", "/schools/{quiet}/uploads", "No register has been"),
        ("empty roll", "/schools/{quiet}/pupils", "Nobody is on roll yet"),
    ),
    "the DSL of a school where nobody is absent": (
        ("nobody absent", "/schools/{calm}/", "Nobody is absent"),
        ("no calls", "/schools/{calm}/calls", "nobody to ring"),
    ),
    "the office": (("busy school of an office", "/schools/{busy}/", "Absent pupils by run"),),
    "the DSL of a new school": (
        ("upload held for every reason", "/uploads/{first}", "Is it the right week?"),
        ("calendar", "/schools/{new}/calendar", "Month by month"),
        ("date to add", "/schools/{new}/calendar/entry", "Add a date"),
        ("calendar file", "/schools/{new}/calendar/upload", "How the file looks"),
    ),
    "the DSL of a messy school": (
        ("upload of mixed rows", "/uploads/{mixed}", "passed over"),
        ("upload of few known pupils", "/uploads/{few}", "are new, or belong to this"),
        ("rows that wait", "/uploads/{mixed}/rows", "Who are they?"),
        ("upload with a question", "/uploads/{asked}", "Which school year is it?"),
        ("upload not recognised", "/uploads/{unmapped}", "Say what the columns are"),
        ("columns", "/uploads/{unmapped}/columns", "How the first rows would be read"),
        ("headings explained", "/schools/{messy}/columns", "Zeichen"),
        ("own codes", "/schools/{messy}/codes", "LATE"),
        ("undo", "/uploads/{undoable}/undo", "when it was the wrong file"),
        ("undo that cannot be", "/uploads/{hindered}/undo", "Undo that one first"),
        ("upload undone", "/uploads/{undone}", "What undoing meant for pupils"),
        ("receipt of erased files", "/uploads/{erased}", "Register imported"),
    ),
    "the officer": (
        ("case referred", "/cases/{referred}", "Acknowledge the referral"),
        ("removal conditions", "/cases/{decision}/gate", "Ground I: absent without permission"),
        ("referral not sent", "/cases/{draft}/referral", "Not sent yet"),
        ("queue", "/queue", "Allocate the chosen cases"),
        ("part of the queue", "/queue?view=unallocated", "Keep this filter"),
        ("nobody has acted", "/queue/nobody-acted", "Ring the school"),
        ("record", "/children-missing-education/", "Check again"),
        ("entry of the record", "/children-missing-education/{spell}", "Look again by"),
        ("check again", "/children-missing-education/{spell}/check", "Where did you look?"),
        ("child to add", "/children-missing-education/add", "First day off every roll"),
        ("return to the DfE", "/children-missing-education/return", "On your books"),
        ("measures", "/insight/", "Open cases by stage"),
        ("schools as measured", "/insight/schools", "nothing decided"),
        ("queue that nothing matches", "/queue?stage=closed", "Nothing matches these filters"),
        ("schools", "/schools/", "Beech Hill School"),
        ("urgent cards", "/urgent", "Female genital mutilation (FGM)"),
        ("returns of an authority", "/returns", "Returns"),
        ("decisions not to refer", "/queue/not-referred", "1 decision"),
        ("traces", "/traces/", "Waiting for approval"),
        ("traces of a case", "/cases/{traced}/traces", "{trace_draft}"),
        ("trace to finish", "/traces/{trace_draft}", "Missing or wrong"),
        ("what a trace says", "/traces/{trace_draft}/details", "Legal surname"),
        ("trace answered", "/traces/{trace_live}", "Located - please stop searching"),
        ("answer to record", "/traces/{trace_live}/authorities/212", "What did they answer?"),
        ("place to record", "/traces/{trace_live}/authorities/212?kind=found_on_roll", "LAESTAB"),
        ("authorities without a trace", "/traces/{trace_live}/no-trace", "Wandsworth (212)"),
        ("message to write", "/traces/{trace_live}/messages/new", "Say no more than they need"),
        ("trace to close", "/traces/{trace_live}/close", "Who confirmed"),
        ("trace to withdraw", "/traces/{trace_live}/withdraw", "Why"),
        ("requests of others", "/traces/incoming", "To be answered"),
        ("request to keep", "/traces/incoming/new", "Paste"),
        ("request to correct", "/traces/incoming/{asked_unclear}/correct", "two digits"),
        ("request not searched", "/traces/incoming/{asked_unclear}", "Look at these first"),
        ("request searched", "/traces/incoming/{asked_likely}", "Who may be meant"),
        ("child asked for", "/traces/incoming/{asked_likely}/matches/{asked_child}", "Field by field"),
        ("answer to choose", "/traces/incoming/{asked_likely}/reply", "Answer"),
        (
            "answer to write",
            "/traces/incoming/{asked_likely}/reply?kind=found_not_on_roll",
            "The address, as you know it",
        ),
        ("answer to send", "/traces/incoming/{asked_answered}", "Once you have sent it"),
        ("list of requests", "/traces/incoming/lists/{asked_list}", "What the search came to"),
        ("list without a trace", "/traces/incoming/lists/{asked_list}/no-trace", "TR-1"),
        ("children who turned up", "/traces/matches", "Same date of birth"),
        ("child who turned up", "/traces/matches/{match}", "Field by field"),
        ("lists of children", "/traces/lists", "1 child"),
        ("list to name the columns of", "/traces/lists/{list}", "Nachname"),
        ("searches", "/traces/searches", "overdue"),
        ("where to ask", "/traces/routes", "CME (Scotland)"),
        ("pupil file to read", "/traces/pupil-file", "CTF"),
        ("family", "/cases/{looked_for}/family", "Same address"),
    ),
    "the manager": (("trace to approve", "/traces/{trace_approval}", "Approve the request"),),
    "the head": (("case for a decision", "/cases/{decision}", "Eligible for decision"),),
    "the front door": (
        ("referral to read", "/cases/{referred}/referral", "Marked as a safeguarding concern"),
        ("queue of the front door", "/queue?stage=decision", "Remove this filter"),
    ),
    "the officer without referrals": (
        ("empty queue", "/queue", "No referral has arrived"),
        ("empty record", "/children-missing-education/", "Nobody is here"),
        ("no traces", "/traces/", "No trace is here"),
        ("no requests", "/traces/incoming", "No request is here"),
    ),
    "the administrator": (
        ("authorities", "/authorities/", "Northmoor"),
        ("dates of the authority", "/authorities/841/dates", "Autumn"),
        ("authority's date to add", "/authorities/841/dates/entry", "Add a date"),
        ("authority's calendar file", "/authorities/841/dates/upload", "How the file looks"),
        ("directory of an administrator", "/directory", "Check or correct"),
        ("policy", "/authorities/841/policy", "Versions so far"),
        ("contacts of a policy", "/authorities/841/policy/contacts", "The new version"),
        ("renumbered schools", "/authorities/841/school-numbers", "841/2999"),
    ),
    "admissions": (("no removals", "/removals", "No removal is proposed"),),
    "the office that looks for children": (
        ("calls", "/schools/{following}/calls", "Ring first"),
        (
            "a visit that is barred",
            "/cases/{flagged}/enquiries/log?step=E18",
            "Record only what was done before.",
        ),
        ("directory", "/directory", "What cannot wait"),
        ("restrictions of an office", "/pupils/{child_flagged}/restrictions", "Tell them what you know."),
        ("pupil with restrictions", "/pupils/{child_flagged}", "Protected"),
        ("documents where contact is restricted", "/cases/{flagged}/documents", "Send no letter"),
    ),
    "the DSL who looks for children": (
        ("enquiries", "/cases/{looked_for}/enquiries", "Missing:"),
        ("a call", "/cases/{looked_for}/enquiries/log?step=E04", "Whom did you ring?"),
        (
            "enquiry to correct",
            "/cases/{looked_for}/enquiries/{entry}/correct",
            "Why is the entry corrected?",
        ),
        ("review again", "/cases/{looked_for}/review", "of the last review"),
        ("urgent cards of a case", "/cases/{flagged}/urgent", "First hour."),
        ("restrictions", "/pupils/{child_flagged}/restrictions", "In force"),
        ("missing now", "/pupils/{child_missing}/missing", "Missing now"),
        ("update to write", "/cases/{updated}/referral", "Update to the referral"),
        ("status with questions", "/cases/{questioned}/status", "Your answer"),
        ("police sheet", "/cases/{missing}/documents/police-sheet", "What has been looked for already?"),
        ("returns", "/schools/{following}/returns", "Record as sent"),
        ("school that was renumbered", "/schools/{following}/", "took the place of 841/2999"),
        ("family at one school", "/cases/{looked_for}/family", "your own school only"),
    ),
    "the head of a school that looks for children": (
        ("reviews", "/cases/{looked_for}/reviews", "Earlier"),
        ("never missing", "/pupils/{child_questioned}/missing", "Nobody"),
        ("referral to approve", "/cases/{unapproved}/approve", "Read it, and approve it"),
    ),
    "the alerted": (("alerts", "/alerts", "Mark all as read"),),
}

PAGES = tuple(Shown(who, *page) for who, pages in _SHOWN.items() for page in pages)

HELD_UPLOADS = (
    ("the DSL of a new school", "/uploads/{first}"),
    ("the DSL of a messy school", "/uploads/{mixed}"),
    ("the DSL of a messy school", "/uploads/{few}"),
)

REFUSED_PAGES = {
    "not for this role": ("the DSL", "/queue", 403, "You cannot use this page"),
    "no such page": ("the DSL", "/nothing-here", 404, "Page not found"),
    "the school of others": ("the DSL", "/schools/{calm}/", 404, "Page not found"),
    "no such page for nobody": ("nobody", "/nothing-here", 404, "Page not found"),
}

_SENT_EMPTY: Mapping[str, Sequence[tuple[str, str, str, str]]] = {
    "nobody": (("sign in", "/sign-in", "Sign in", "Enter your password"),),
    "the DSL": (
        ("password", "/account/password", "Change password", "Enter a new password"),
        ("upload", "/schools/{busy}/uploads", "Upload and check", "Select a register file"),
        ("own code", "/schools/{busy}/codes", "Keep this code", ""),
        ("case by hand", "/pupils/{child_closed}", "Open a case", "Enter why a case is needed now"),
        ("review", "/cases/{enquiries}/review", "Sign the review", "Choose what you decide."),
        ("welfare talk", "/cases/{closing}/talk", "Record the welfare talk", "Enter the day of the talk"),
        ("letter", "/cases/{draft}/documents/letters/1", "Make the letter", ""),
        ("no referral", "/cases/{draft}/decline", "Record the decision", ""),
        ("close", "/cases/{enquiries}/close", "Close the case", ""),
        ("reopen", "/cases/{closed}/reopen", "Reopen in a new case", ""),
        ("referral", "/cases/{draft}/referral", "Send the referral", "What is missing is listed below"),
    ),
    "the DSL of a new school": (
        ("approval of what is held", "/uploads/{first}", "Approve and import", "Type 12 to confirm"),
        ("calendar entry", "/schools/{new}/calendar/entry", "See what would change", ""),
        ("calendar file", "/schools/{new}/calendar/upload", "Upload and check", ""),
    ),
    "the DSL of a messy school": (
        ("row to leave out", "/uploads/{mixed}/rows", "Leave this row out", "Enter why the row is left out"),
        ("columns", "/uploads/{unmapped}/columns", "Remember this and read the file", ""),
    ),
    "the office that looks for children": (
        ("call", "/schools/{following}/calls", "Record the call", "Choose what came of the call."),
    ),
    "the DSL who looks for children": (
        ("enquiry", "/cases/{looked_for}/enquiries/log?step=E19", "Record the enquiry", ""),
        (
            "enquiry put aside",
            "/cases/{looked_for}/enquiries/aside?step=E22",
            "Record it",
            "Choose what you want to record.",
        ),
        ("telling", "/cases/{flagged}/urgent", "Record that they were told", ""),
        (
            "restriction",
            "/pupils/{child_questioned}/restrictions",
            "Restrict contact",
            "Choose what must not be done",
        ),
        ("restriction to end", "/restrictions/{restriction}/end", "End the restriction", ""),
        (
            "found",
            "/pupils/{child_missing}/missing",
            "Record that the child was found",
            "Enter who saw the child",
        ),
        ("missing taken back", "/missing/{episode}/withdraw", "Take the record back", ""),
        ("return", "/schools/{following}/returns", "Record as sent", ""),
    ),
    "the officer": (
        ("question", "/cases/{questioned}/status", "Send the question", "Enter your question or message"),
        ("request of others", "/traces/incoming/new", "Read the request", "Paste the request"),
        ("list of children", "/traces/lists", "Upload and check", "Choose which list it is"),
        ("pupil file", "/traces/pupil-file", "Read the file", "Choose the pupil file"),
        ("match", "/traces/matches/{match}", "Record the decision", "Choose whether it is the same child"),
        (
            "answer of others",
            "/traces/{trace_live}/authorities/212?kind=found_on_roll",
            "Record the answer",
            "",
        ),
        ("trace to close", "/traces/{trace_live}/close", "Close the trace", "Enter who confirmed it"),
    ),
    "the administrator": (
        ("policy", "/authorities/841/policy/clocks", "Save", ""),
        ("renumbered school", "/authorities/841/school-numbers", "Record the change", ""),
    ),
}

FORMS_SENT_EMPTY = tuple(SentEmpty(who, *form) for who, forms in _SENT_EMPTY.items() for form in forms)
