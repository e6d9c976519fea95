"""Children looked for by other authorities and by ours: requests out, and what is answered."""

from cme.web.tracing import (
    endings,
    incoming,
    incoming_answers,
    incoming_batches,
    incoming_corrections,
    incoming_matches,
    lists,
    matches,
    messages,
    outgoing,
    pupil_files,
    replies,
    routes,
    searches,
    sending,
    writing,
)
from cme.web.tracing.blueprint import blueprint

__all__ = [
    "blueprint",
    "endings",
    "incoming",
    "incoming_answers",
    "incoming_batches",
    "incoming_corrections",
    "incoming_matches",
    "lists",
    "matches",
    "messages",
    "outgoing",
    "pupil_files",
    "replies",
    "routes",
    "searches",
    "sending",
    "writing",
]
