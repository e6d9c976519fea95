"""The joint statement of a case: what it says, what it lacks, who has signed, and what came later."""

from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from markupsafe import Markup

from cme.access.routes import rule_for
from cme.access.scope import Scope
from cme.casework.case import Action
from cme.casework.outcomes import Side
from cme.casework.removal.content import StatementEntry
from cme.casework.removal.told import Told, told
from cme.documents.chronology import key_of, weeks_of
from cme.services import casework
from cme.services.casework import CaseView
from cme.services.hiding import hidden_home
from cme.services.judging import permissions_on
from cme.services.removal import statement_papers, statements
from cme.services.removal.conclusions import signatures_of
from cme.services.removal.doubts import doubts_about
from cme.store import statements as store
from cme.web.presenters.dates import day, moment


@dataclass(frozen=True, slots=True)
class StatementPage:
    """The page of a joint statement; `status` is '' before one was written.

    `stale` are sentences on what came later, `lacking` nouns. `rows`, `weeks` and `sides` are what is signed.
    `can_sign` says whether the viewer's signature is what is missing; `fingerprint` names the text. `doubts`
    are sentences on what is still open, or speaks against what it concludes.
    """

    status: str
    written: str
    stale: tuple[str, ...]
    lacking: tuple[str, ...]
    parties: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    weeks: list[dict[str, Any]]
    key: str
    sides: list[dict[str, Any]]
    signatures: list[dict[str, Any]]
    fingerprint: str
    can_sign: bool
    write_url: str
    reopen_url: str
    document_url: str
    gate_url: str
    versions: list[dict[str, str]]
    doubts: tuple[str, ...]


def statement_page(scope: Scope, view: CaseView) -> StatementPage:
    """The last version of a case's joint statement, as this viewer may read it."""
    case, statement = view.case, view.facts.statement
    versions = store.list_versions(scope, case.id)
    row = versions[0] if versions else None
    said = told(row.content, hidden_home(scope, case.registration).kept_out_of) if row else None
    writes = statements.cannot_write(scope, case) is None
    return StatementPage(
        status=statement_papers.status_of(row, signatures_of(row)) if row else "",
        written=f"Written by {row.written_by}, {moment(row.written_at)}" if row else "",
        stale=statement.stale_because if statement else (),
        lacking=statement.lacking if statement else (),
        parties=_summary(said.parties) if said else [],
        findings=_summary(said.findings) if said else [],
        weeks=weeks_of(said.marks) if said else [],
        key=key_of(said.marks) if said else "",
        sides=_sides(said) if said else [],
        signatures=_signatures(row) if row else [],
        fingerprint=statement.fingerprint if statement else "",
        can_sign=Action.SIGN_STATEMENT in view.actions and bool(statements.signing_sides(scope, case)),
        write_url=_url(scope, view, "cases.ask_statement") if writes else "",
        reopen_url=_url(scope, view, "cases.ask_reopening") if statement and view.state.stage.is_open else "",
        document_url=_url(scope, view, "cases.make_statement") if row else "",
        gate_url=url_for("cases.gate", case_reference=case.reference),
        versions=[_version(each) for each in versions],
        doubts=doubts_about(
            case,
            view.state,
            view.facts,
            row.content["written"]["ground"].lower(),
            today=view.today,
            sees_risk_notes=casework.may_see_risk_notes(scope, view),
        )
        if row and statement
        else (),
    )


def starting(scope: Scope, view: CaseView) -> tuple[StatementEntry, str]:
    """What the form starts from, as this viewer may read it, and its fingerprint; blank at first."""
    row = store.find_latest(scope, view.case.id)
    if row is None:
        return StatementEntry(), ""
    home = hidden_home(scope, view.case.registration)
    entry, shown = StatementEntry.of(row.content), home.kept_out_of
    entry = replace(
        entry,
        location=shown(entry.location),
        circumstances=shown(entry.circumstances),
        finding_reasons=shown(entry.finding_reasons),
        reasons=shown(entry.reasons),
        steps=shown(entry.steps),
    )
    return entry, row.sha256


def _summary(rows: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return [
        {
            "key": {"text": label},
            "value": {"html": Markup('<span class="cme-lines">{}</span>').format(text or "Not written yet")},
        }
        for label, text in rows
    ]


def _sides(said: Told) -> list[dict[str, Any]]:
    return [
        {
            "heading": f"Completed enquiries of {side.label}",
            "rows": [
                [{"text": day(each.on)}, {"text": each.what}, {"text": each.result}, {"text": each.by}]
                for each in said.enquiries[side]
            ],
        }
        for side in Side
    ]


def _signatures(row: Any) -> list[dict[str, Any]]:
    signed = {each.side: each for each in signatures_of(row)}
    found = []
    for side in Side:
        one = signed.get(side)
        said = f"{one.name}, {one.office}, {day(one.signed_on)}" if one else "Not signed yet"
        found.append({"key": {"text": f"Signed for {side.label}"}, "value": {"text": said}})
    return found


def _version(row: Any) -> dict[str, str]:
    by = ", ".join(f"{each.name} ({each.office})" for each in signatures_of(row))
    signed = f"Signed by {by}." if by else "Signed by nobody."
    reopened = f" Reopened on {moment(row.withdrawn_at)}: {row.withdrawn_reason}" if row.withdrawn_at else ""
    return {
        "heading": f"Version {row.number}",
        "text": f"Written by {row.written_by}, {moment(row.written_at)}. {signed}{reopened}",
    }


def _url(scope: Scope, view: CaseView, endpoint: str) -> str:
    held = permissions_on(scope, view.case)
    return url_for(endpoint, case_reference=view.case.reference) if rule_for(endpoint) in held else ""
