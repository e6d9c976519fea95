"""The answers to a trace and the messages after it, each as a card of its page."""

from typing import Any

from flask import url_for

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.services.tracing import school_links, trace_messages
from cme.services.tracing.trace_views import Answer, TraceView, permissions_at, sees_answers
from cme.tracing.authorities import named
from cme.tracing.details import REFERENCE
from cme.tracing.message import Purpose, school_of, shown, words_of
from cme.tracing.replies import Kind, doubts, effect_of
from cme.tracing.states import Action
from cme.web.presenters.dates import day, moment
from cme.web.presenters.words import counted

HIDDEN = "What was asked and answered is kept for those who may see where the child lives."


def answer_card(view: TraceView, answer: Answer) -> dict[str, Any]:
    row, reply = answer.row, answer.reply
    effect, reference = effect_of(reply), view.trace.reference
    finding, at_authority = reply.finding, named(reply.code)
    is_ours = bool(REFERENCE.fullmatch(effect.links_to)) and effect.links_to.startswith("TR-")
    is_followed = answer.stands and view.state.is_open
    can_onward = finding.kind is Kind.PREVIOUSLY_KNOWN and finding.onward_code and view.case is not None
    return {
        "id": row.id,
        "authority": at_authority,
        "kind": finding.kind.label,
        "note": effect.note if answer.stands else "",
        "is_find": finding.kind.is_find,
        "stands": answer.stands,
        "rows": _captured(view, answer),
        "task": effect.task if is_followed else "",
        "confirms": effect.confirms if is_followed else "",
        "recorded": f"Recorded {moment(row.recorded_at)}, by {row.recorded_by}",
        "ruled_out": f"Ruled out {moment(row.ruled_out_at)}, by {row.ruled_out_by}: {row.ruled_out_because}"
        if row.ruled_out_at
        else "",
        "may_rule_out": answer.stands and finding.kind.is_find and view.may(Action.RULE_OUT),
        "rule_out_url": url_for("tracing.rule_out", trace_reference=reference, reply_id=row.id),
        "link": url_for("tracing.show", trace_reference=effect.links_to)
        if is_ours and effect.links_to != reference
        else "",
        "links_to": effect.links_to,
        "onward_code": finding.onward_code if can_onward and answer.stands else "",
        "onward": named(finding.onward_code) if can_onward else "",
    }


def _captured(view: TraceView, answer: Answer) -> list[dict[str, Any]]:
    found, row = answer.reply.finding, answer.row
    rows = (
        ("Answered by", f"{row.officer}, {day(row.replied_on)}"),
        ("School", school_of(found.school_name, found.laestab)),
        ("Its number", " ".join(school_links.notes_on(found.laestab, view.today))),
        ("Since", shown(found.started_on)),
        ("Look at", " ".join(doubts(answer.reply, view.today, view.draft.details.last_attended_on))),
        ("Address", found.address),
        ("Seen by", found.seen_by),
        ("Contact", found.contact),
        ("Known from", shown(found.known_from_on)),
        ("Known until", shown(found.known_until_on)),
        ("Went on to", found.onward),
        ("Question", found.question),
        ("Other reference", found.other_reference),
    )
    return [{"key": {"text": key}, "value": {"text": text}} for key, text in rows if text]


def message_card(scope: Scope, view: TraceView, message: Any) -> dict[str, Any]:
    purpose, reference = Purpose(message.purpose), view.trace.reference
    held = permissions_at(scope, view.trace)
    is_waiting = message.sent_at is None and message.withdrawn_at is None
    unready = trace_messages.unready(view, message) if is_waiting else ""
    needs = trace_messages.needs_approval(view, message)
    names = [named(code) for code in message.recipients]
    sends = Permission.SEND_TRACE in held
    sees = sees_answers(scope, view) or not purpose.is_own_words

    def to(endpoint: str) -> str:
        return url_for(f"tracing.{endpoint}", trace_reference=reference, message_id=message.id)

    return {
        "id": message.id,
        "version": message.version,
        "title": purpose.label,
        "to": names[0] if len(names) == 1 else counted(len(names), "local authority", "local authorities"),
        "names": names if len(names) > 1 else [],
        "subject": message.subject,
        "body": message.body if sees else HIDDEN,
        "body_rows": message.body.count("\n") + 2,
        "is_waiting": is_waiting,
        "unready": unready,
        "state": _message_state(message),
        "can_copy": sends and is_waiting and not unready,
        "may_send": sends and is_waiting and not unready,
        "may_write": sends and is_waiting and purpose.is_own_words,
        "may_withdraw": sends and is_waiting and (purpose.is_own_words or purpose is Purpose.REMINDER),
        "may_approve": Permission.APPROVE_TRACE in held
        and is_waiting
        and needs
        and message.approved_at is None
        and bool(words_of(message.body)),
        "write_url": to("ask_message"),
        "approve_url": to("approve_message"),
        "sent_url": to("message_sent"),
        "withdraw_url": to("withdraw_message"),
        "text_url": to("message_text"),
    }


def _message_state(message: Any) -> str:
    if message.sent_at is not None:
        return f"Sent {moment(message.sent_at)}, by {message.sent_by}"
    if message.withdrawn_at is not None:
        return f"Withdrawn {moment(message.withdrawn_at)}"
    approved = (
        f". Approved {moment(message.approved_at)}, by {message.approved_by}" if message.approved_at else ""
    )
    return f"Written {moment(message.written_at)}, by {message.written_by}{approved}"
