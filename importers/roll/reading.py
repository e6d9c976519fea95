"""Reading roll data from the rows of a file. What cannot be taken is a warning, never silence.

The columns stand in the register itself, or in a list of pupils of its own (`find_roll`).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain

from cme.casework.safety.flags import read_flags
from cme.identity.upn import read_upn
from importers import findings
from importers.issues import Issue, Severity
from importers.layouts.headers import HEADER_ROWS, Header, read_headers
from importers.layouts.rows import cell_of
from importers.layouts.tables import RegisterRow, Table, cell_at
from importers.reading import CellError, Sheet
from importers.roll.entries import ADDRESS, ContactEntry, RollEntry, digits_of, in_order, postcode_of
from importers.text.dates import DateOrder, from_serial, possible_orders, write_date
from importers.text.words import FIELD_OF, LESSON_SIGNS, SUMMARY_SIGNS, normalise

_LONGEST = {"postcode": 8, "name": 240, "relationship": 80, "phone": 80, "email": 254}
_ADDRESS_PART = 120
_COLUMNS = {"house": "house_number"}
_DATES = ("admission_date", "leaving_date")
_CONTACT = re.compile(r"contact_(\d+)_")
_EMAIL = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+")
_PHONES = re.compile(r"\s*(?:[;,/]|\bor\b)\s*")
_SEX = {"f": "F", "female": "F", "girl": "F", "m": "M", "male": "M", "boy": "M"}
_YES = frozenset({"yes", "y", "true", "t", "1", "x", "\u2713", "\u2714"})
_NO = frozenset({"no", "n", "false", "f", "0", "none"})
_UNSURE = frozenset(
    {"unknown", "not known", "tbc", "pending", "n/a", "na", "not applicable", "closed", "ended", "previous"}
)
_NO_PLAN = frozenset({"n", "k", "no", "none", "sen support", "no sen", "no special educational need"})
_LEGEND_SIGNS = 2
_MARKS = frozenset(
    {
        *("date", "session", "mark", "export_mark", "am_mark", "pm_mark"),
        *("absence_start", "absence_end", "week_start"),
    }
)
_PLAIN = frozenset(
    {*ADDRESS[1:], "house_number", "one_cell_address", *_DATES, "former_upn", "flags", "sen_status"}
)


def find_roll(sheet: Sheet) -> Table | None:
    """A list of pupils without marks but with a column of this room (layout "roll"); None where it is none.

    A summary, lesson marks, absence ranges or a register whose dates cannot be read are none.
    """
    headers = read_headers(sheet)
    cells = list(chain.from_iterable(sheet.rows))
    names = {normalise(cell) for row in sheet.rows[:HEADER_ROWS] for cell in row if isinstance(cell, str)}
    is_dated = any(header.identified and header.columns for header in headers)
    if is_dated or names & (SUMMARY_SIGNS | LESSON_SIGNS):
        return None
    if sum(cell in ("/", "\\") for cell in cells) > _LEGEND_SIGNS:
        return None
    header = next((one for one in headers if one.identified and _has_more_than_sex(one.fields)), None)
    if header is None or not _MARKS.isdisjoint(header.fields):
        return None

    def read_row(number: int) -> RegisterRow:
        return RegisterRow(number, sheet.rows[number], ())

    return Table(
        layout="roll",
        sheet=sheet,
        header_row=header.row,
        end_row=len(sheet.rows),
        fields=header.fields,
        birth_order=_order(sheet, header),
        issues=tuple(header.doubled_fields(sheet)),
        row=read_row,
        dates=frozenset(),
    )


def _has_more_than_sex(columns: Iterable[str]) -> bool:
    return any(each in _PLAIN or each.startswith(("contact_", "flag_")) for each in columns)


def _order(sheet: Sheet, header: Header) -> DateOrder:
    """The one order that every date of the list can be read in; day first where both or neither can be."""
    columns = [header.fields[each] for each in ("date_of_birth", *_DATES) if each in header.fields]
    body = range(header.row + 1, len(sheet.rows))
    texts = {cell for at in columns for row in body if isinstance(cell := cell_at(sheet, row, at), str)}
    orders = possible_orders(found for text in texts if (found := write_date(text)))
    return orders[0] if len(orders) == 1 else DateOrder.DAY_FIRST


def roll_columns(table: Table) -> tuple[int, ...]:
    """The columns of a table that `read_roll` reads; () where it has none."""
    return tuple(table.fields[each] for each in table.fields if each == "sex" or _has_more_than_sex((each,)))


def read_roll(table: Table, row: RegisterRow) -> tuple[RollEntry, tuple[Issue, ...]]:
    """What one row says, and a warning for each cell of it that cannot be taken as it stands."""
    one = _Row(table, row)
    address = one.address()
    contacts, slots = one.contacts()
    flags, denied = one.flags()
    entry = RollEntry(
        sex=one.sex(),
        **address,
        contacts=contacts,
        contact_slots=slots,
        flags=flags,
        flags_denied=denied,
        admitted_on=one.date("admission_date"),
        leaving_on=one.date("leaving_date"),
        former_upn=one.former_upn(),
    )
    return entry, tuple(one.issues)


class _Row:
    """The cells of one row, read column by column, and what was wrong with them."""

    def __init__(self, table: Table, row: RegisterRow) -> None:
        self._table, self._row = table, row
        self.issues: list[Issue] = []

    def _warn(self, field: str, code: str, message: str) -> None:
        columns = self._table.fields
        column = columns.get(field, min(columns.values()))
        place = findings.Place(self._table.sheet, self._row.number, column, self._table.heading(column))
        self.issues.append(place.issue(code, message, Severity.WARNING))

    def _text(self, field: str, most: int = _ADDRESS_PART) -> str:
        cell = cell_of(self._table, self._row, field)
        if isinstance(cell, CellError):
            self._warn(field, "unreadable_cell", "This cell holds an error and was not taken. Mend it.")
            return ""
        text = " ".join(str(cell).split())
        return self._cut(field, "" if text == "-" else text, most)

    def _cut(self, field: str, text: str, most: int) -> str:
        if len(text) > most:
            message = f"Only the first {most} characters of this can be kept. Shorten it in your own system."
            self._warn(field, "text_too_long", message)
        return text[:most].rstrip()

    def sex(self) -> str:
        text = self._text("sex")
        if text and text.casefold() not in _SEX:
            self._warn("sex", "roll_unreadable", "This was not taken. Write F or M.")
        return _SEX.get(text.casefold(), "")

    def date(self, field: str) -> date | None:
        cell = cell_of(self._table, self._row, field)
        if cell in ("", "-"):
            return None
        if isinstance(cell, date):
            return cell
        found: date | None = None
        if isinstance(cell, int | float):
            found = from_serial(cell)
        elif isinstance(cell, str) and (written := write_date(cell)):
            order = self._table.birth_order
            found = None if written.contradicts(order) else written.read(order)
        if found is None:
            message = "This cannot be read as a date and was not taken. Write it as 09/11/2026 or 2026-11-09."
            self._warn(field, "roll_unreadable", message)
        return found

    def former_upn(self) -> str:
        text = self._text("former_upn")
        if not text:
            return ""
        upn = read_upn(text)
        if not upn.is_valid:
            wrong = " ".join(upn.errors)
            self._warn("former_upn", "upn_invalid", f"{wrong} This former UPN was not taken. Correct it.")
        return upn.value if upn.is_valid else ""

    def address(self) -> dict[str, str]:
        found = {part: self._text(_COLUMNS.get(part, part)) for part in ADDRESS}
        if not found["street"] and not found["house"]:
            found |= {part: text for part, text in self._one_cell().items() if not found[part]}
        if found["postcode"]:
            found["postcode"] = self._postcode(found["postcode"])
        return found

    def _one_cell(self) -> dict[str, str]:
        """A whole address in one cell: only a postcode at its end is told apart, the rest stays together."""
        cell = cell_of(self._table, self._row, "one_cell_address")
        if not isinstance(cell, str):
            self._text("one_cell_address")
            return {}
        parts = [
            part for each in re.split(r"[\r\n,]+", cell) if (part := " ".join(each.split())) not in ("", "-")
        ]
        words = parts[-1].split() if parts else []
        postcode = ""
        for count in (2, 1):
            if not postcode and (postcode := postcode_of(" ".join(words[-count:]))):
                parts[-1] = " ".join(words[:-count])
        parts = [part for part in parts if part]
        first = len(parts)
        while first > 1 and len(", ".join(parts[:first])) > _ADDRESS_PART:
            first -= 1
        rest = self._cut("one_cell_address", ", ".join(parts[first:]), _ADDRESS_PART)
        street = self._cut("one_cell_address", ", ".join(parts[:first]), _ADDRESS_PART)
        return {"street": street, "locality": rest, "postcode": postcode}

    def _postcode(self, text: str) -> str:
        if postcode := postcode_of(text):
            return postcode
        most = _LONGEST["postcode"]
        kept = f"Its first {most} characters were" if len(text) > most else "It was"
        message = (
            f"This is not a postcode as in DL1 5QT. {kept} kept as given. Correct it in your own system."
        )
        self._warn("postcode", "postcode_invalid", message)
        return text[:most].rstrip()

    def contacts(self) -> tuple[tuple[ContactEntry, ...], int]:
        found = (_CONTACT.match(each) for each in self._table.fields)
        numbers = sorted({int(match[1]) for match in found if match})
        contacts = dict.fromkeys(self._contact(f"contact_{number}") for number in numbers)
        return tuple(each for each in contacts if each != ContactEntry()), len(numbers)

    def _contact(self, which: str) -> ContactEntry:
        half = _LONGEST["name"] // 2 - 1
        apart = (self._text(f"{which}_{part}", half) for part in ("forename", "surname"))
        name = " ".join(part for part in apart if part)
        return ContactEntry(
            name=self._text(f"{which}_name", _LONGEST["name"]) or name,
            relationship=self._text(f"{which}_relationship", _LONGEST["relationship"]),
            phone=self._phones(which),
            email=self._email(f"{which}_email"),
        )

    def _phones(self, which: str) -> str:
        """Every number of a contact, the one to ring first in front."""
        numbers: dict[str, str] = {}
        for field in (f"{which}_phone", f"{which}_phone_2"):
            given = [_with_zero(part) for part in _PHONES.split(self._text(field, _LONGEST["phone"])) if part]
            if any(not 10 <= len(digits_of(part)) <= 15 for part in given):
                message = "This does not look like a whole phone number. It was kept as given. Check it."
                self._warn(field, "phone_invalid", message)
            for part in given:
                numbers.setdefault(digits_of(part) or part, part)
        whole = "; ".join(numbers.values())
        most = _LONGEST["phone"]
        return self._cut(f"{which}_phone", whole, most) if len(whole) > most else whole

    def _email(self, field: str) -> str:
        text = self._text(field, _LONGEST["email"])
        if text and not _EMAIL.fullmatch(text):
            message = "This is not an e-mail address. It was kept as given. Correct it in your own system."
            self._warn(field, "email_invalid", message)
        return text

    def flags(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The flags said yes to and no to; what can be read as neither is no answer at all."""
        said = {
            kind: self._yes_or_no(f"flag_{kind}", is_named=flag.is_named)
            for kind, flag in read_flags().items()
        }
        said = {kind: answer for kind, answer in said.items() if answer is not None}
        plan = self._sen_status()
        if plan is not None:
            said["ehc_plan"] = said.get("ehc_plan", False) or plan
        said |= dict.fromkeys(self._listed(), True)
        yes = {kind for kind, answer in said.items() if answer}
        return in_order(yes), in_order(said.keys() - yes)

    def _yes_or_no(self, field: str, *, is_named: bool) -> bool | None:
        text = self._text(field).casefold()
        if text in _YES or text in _NO:
            return text in _YES
        if text and is_named and any(character.isalpha() for character in text) and text not in _UNSURE:
            return True
        if text:
            message = "This is neither yes nor no, so nothing was changed. Write yes or no."
            self._warn(field, "flag_unreadable", message)
        return None

    def _sen_status(self) -> bool | None:
        text = normalise(self._text("sen_status"))
        if not text:
            return None
        if text in _NO_PLAN or text.startswith(("k ", "n ", "no ")):
            return False
        if text == "e" or text.startswith("e ") or FIELD_OF.get(text) == "flag_ehc_plan" or "ehc" in text:
            return True
        self._warn("sen_status", "flag_unreadable", "This SEN status is not known. Write E, K or N.")
        return None

    def _listed(self) -> Iterator[str]:
        """The flags of a column that lists them by name."""
        labels = {normalise(flag.label): kind for kind, flag in read_flags().items()}
        for part in re.split(r"[,;/|]", self._text("flags", 1000)):
            word = normalise(part)
            kind = labels.get(word) or FIELD_OF.get(word, "").removeprefix("flag_")
            if kind in read_flags():
                yield kind
            elif word and word not in _NO:
                message = "One of these is not a flag that this service knows, so it was not taken."
                self._warn("flags", "flag_unreadable", message)


def _with_zero(number: str) -> str:
    """A number with the leading zero that spreadsheets take from a column of figures."""
    return f"0{number}" if re.fullmatch(r"[1237]\d{9}", number) else number
