"""What the demonstration's officer asks other authorities, and what they answer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from cme.clock import local_date
from cme.demo.cast import Cast, done
from cme.services.tracing import trace_replies, trace_views, traces
from cme.services.tracing.trace_views import Draft
from cme.store.database import db
from cme.tracing.gate import Audience
from cme.tracing.replies import Finding, Kind, Reply

NOT_HERE = ("302", "805", "840")
"""Authorities that answer that they do not know the child."""

ASKS = "806"
"""The authority that asks back."""


def ask_all(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    """Write the request about a child who is traced, send it to every authority, and record four answers."""
    trace = done(reference, traces.begin(cast.officer, reference, at=next(instants)))
    draft = _draft(cast, trace, next(instants))
    done(reference, traces.write(cast.officer, trace, draft, seen=None, at=next(instants)))
    done(reference, traces.finish(cast.officer, trace, seen=None, at=next(instants)))
    at = next(instants)
    done(reference, traces.record_sent(cast.officer, trace, at, seen=None, at=at))
    asked = Finding(Kind.MORE_INFO_NEEDED, question="Does the child have a middle name, or another surname?")
    for code, finding in (*((code, Finding(Kind.NO_TRACE)) for code in NOT_HERE), (ASKS, asked)):
        at = next(instants)
        reply = Reply(code, "An officer of the other authority", local_date(at), finding)
        done(reference, trace_replies.record(cast.officer, trace, reply, seen=None, at=at))


def ask_one(reference: str, cast: Cast, instants: Iterator[datetime]) -> None:
    """Begin a direct enquiry to the authority that somebody named, and leave it to be finished."""
    began = traces.begin(cast.officer, reference, audience=Audience.ONE, chosen=("302",), at=next(instants))
    done(reference, began)


def _draft(cast: Cast, trace: str, at: datetime) -> Draft:
    view = trace_views.show(cast.officer, trace, at=at)
    db.session.rollback()
    if view is None:
        raise LookupError("the officer sees what the officer wrote")
    details = view.draft.details
    sender = replace(details.sender, phone="01325 000000", email="cme@example.gov.uk")
    return replace(view.draft, details=replace(details, sender=sender))
