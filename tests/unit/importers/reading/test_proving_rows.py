"""Rows proven by their shape against rows read by expat: one verdict, one set of facts."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers.reading.child.grid import column_letters
from importers.reading.child.markup import Part
from importers.reading.child.opendocument import SpreadsheetContent
from importers.reading.child.refusal import Caps, Refusal
from importers.reading.child.spreadsheetml import SpreadsheetPart, columns_up_to

from .files import CALC_NAME, ODS_NAMES, text_cell, worksheet

CAPS = Caps(
    unpacked_bytes=10**7,
    parts=20,
    columns=30,
    rows=50,
    cells=200,
    merged_cells=100,
    cell_text=60,
    csv_field=1000,
)
MANY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def facts(kind: str, data: bytes, *, prove: bool, piece: int = 10**6) -> dict[str, Any] | None:
    """What a pass finds in the part, or None where it refuses it."""
    grammar = SpreadsheetPart(CAPS) if kind == "xlsx" else SpreadsheetContent(CAPS)
    part = Part(grammar, prove=prove)
    try:
        for at in range(0, len(data), piece):
            part.write(data[at : at + piece])
        part.close()
    except Refusal:
        return None
    if isinstance(grammar, SpreadsheetPart):
        return vars(grammar.facts) | {"grid": vars(grammar.facts.grid)}
    return {name: vars(grid) for name, grid in grammar.grids.items()}


def proven_rows(kind: str, data: bytes, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many rows never reach expat."""
    grammar = SpreadsheetPart if kind == "xlsx" else SpreadsheetContent
    count = 0
    prove = grammar.prove_row

    def counted(self: Any, data: bytes, position: int) -> int:
        nonlocal count
        end = prove(self, data, position)
        count += end > position
        return end

    monkeypatch.setattr(grammar, "prove_row", counted)
    facts(kind, data, prove=True)
    return count


# Sheets as the common programs write them

words = st.text(st.sampled_from("ab /\\\"'é-#=ñ☃\n"), max_size=8)


@st.composite
def cells(draw: st.DrawFn, row: int, column: int) -> str:
    reference = f"{column_letters(column)}{row}"
    style = draw(st.sampled_from(["", ' s="1"', ' s="12"']))
    number = draw(st.integers(0, 50_000))
    formula = "<f>SUM(A1:B2)</f>"
    return draw(
        st.sampled_from(
            [
                f'<c r="{reference}"{style}/>',
                f'<c r="{reference}"{style} />',
                f'<c r="{reference}"{style}><v>{number}</v></c>',
                f'<c r="{reference}"{style} t="n"><v>{number}.5</v></c>',
                f'<c r="{reference}"{style} t="s"><v>{number}</v></c>',
                f'<c r="{reference}"{style} t="b"><v>1</v></c>',
                f'<c r="{reference}"{style} t="e"><v>#N/A</v></c>',
                f'<c r="{reference}"{style} t="e">{formula}<v>#REF!</v></c>',
                f'<c r="{reference}"{style}>{formula}<v>{number}</v></c>',
                f'<c r="{reference}"{style}>{formula}<v></v></c>',
                f'<c r="{reference}"{style}>{formula}<v /></c>',
                f'<c r="{reference}"{style}>{formula}</c>',
                f'<c r="{reference}"{style} t="str">{formula}<v></v></c>',
                f'<c r="{reference}"{style}><f t="shared" si="0"/><v>{number}</v></c>',
                f'<c r="{reference}"{style} t="inlineStr"><is><t>{draw(words)}</t></is></c>',
                f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve"> {draw(words)}</t></is></c>',
                f'<c r="{reference}" t="str"><v>{draw(words)}</v></c>',
            ]
        )
    )


@st.composite
def excel_sheets(draw: st.DrawFn) -> bytes:
    rows, number = [], 0
    for _ in range(draw(st.integers(1, 6))):
        number += draw(st.integers(1, 4))
        columns = sorted(draw(st.sets(st.integers(1, 29), max_size=5)))
        body = "".join(draw(cells(number, column)) for column in columns)
        attributes = draw(
            st.sampled_from(
                ["", ' spans="1:9" x14ac:dyDescent="0.25"', ' ht="15" hidden="1"', ' hidden="true"']
            )
        )
        rows.append(
            f'<row r="{number}"{attributes}>{body}</row>'
            if body or draw(st.booleans())
            else f'<row r="{number}"{attributes}/>'
        )
    between = draw(st.sampled_from(["", "\n", "<!-- -->"]))
    after = draw(st.sampled_from(["", '<mergeCells count="1"><mergeCell ref="A1:B3"/></mergeCells>']))
    before = draw(st.sampled_from(["", '<cols><col min="2" max="3" hidden="1"/></cols>']))
    return worksheet(between.join(rows), before=before, after=after).encode()


@st.composite
def office_tables(draw: st.DrawFn) -> bytes:
    text = f"<text:p>{draw(words)}</text:p>"
    string, error = 'office:value-type="string"', 'calcext:value-type="error"'
    styled = f'table:style-name="ce1" {string} calcext:value-type="string"'
    choices = [
        f"<table:table-cell {string}>{text}</table:table-cell>",
        f"<table:table-cell {styled}>{text}</table:table-cell>",
        "<table:table-cell/>",
        '<table:table-cell table:number-columns-repeated="4"/>',
        f'<table:table-cell table:number-columns-repeated="3" {string}>{text}</table:table-cell>',
        f'<table:table-cell office:value-type="float" office:value="7">{text}</table:table-cell>',
        f'<table:table-cell table:formula="of:=1" {string} {error}>{text}</table:table-cell>',
        '<table:table-cell table:formula="of:=1"/>',
        "<table:covered-table-cell/>",
        f'<table:table-cell table:number-columns-spanned="2" {string}>{text}</table:table-cell>',
    ]
    rows = []
    for _ in range(draw(st.integers(1, 6))):
        attributes = draw(
            st.sampled_from(["", ' table:style-name="ro1"', ' table:number-rows-repeated="3"']),
        ) + draw(st.sampled_from(["", ' table:visibility="collapse"']))
        body = "".join(draw(st.lists(st.sampled_from(choices), max_size=5)))
        rows.append(f"<table:table-row{attributes}>{body}</table:table-row>")
    return table_part("".join(rows))


def table_part(rows: str) -> bytes:
    return (
        f"<office:document-content {ODS_NAMES} {CALC_NAME}><office:body><office:spreadsheet>"
        f'<table:table table:name="T"><table:table-column/>{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    ).encode()


parts = st.one_of(
    st.tuples(st.just("xlsx"), excel_sheets()),
    st.tuples(st.just("ods"), office_tables()),
)


@MANY
@given(parts, st.integers(1, 400))
def test_proving_and_parsing_find_the_same(part: tuple[str, bytes], piece: int) -> None:
    kind, data = part
    parsed = facts(kind, data, prove=False)

    assert facts(kind, data, prove=True) == parsed
    assert facts(kind, data, prove=True, piece=piece) == parsed


# Bytes turned against the proof

# fmt: off
TOKENS = [
    b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?x ", b"?>", b'"', b"'", b">", b"<", b"/>", b"&",
    b"&#65;", b"&amp;", b"<row ", b'<row r="9">', b"</row>", b"</c>", b"<c/>",
    b'<c r="XFD1048576"/>', b'<c r="AE51"/>', b"</sheetData>", b"<sheetData>", b' r="7"',
    b' r="0"', b' hidden="1"', b' t="e"', b' a="', b"\x00", b"\xff", b"\xc3", b"\xef\xbf\xbf",
    b"\r", b"\n", b" ", b"x" * 70, b"<f>", b"<v>", b"<v/>", b"<is>", b"<x>", b"</x>", b"<x/>",
    b'<x a="b>c"/>', b"<table:table-row>", b"</table:table-row>", b"<table:table-cell/>",
    b"<text:p>", b"</table:table>", b' table:number-columns-repeated="40"',
    b' table:number-rows-repeated="60"', b' office:value-type="float"',
    b'<table:table table:name="U">', b"<office:annotation>", b"<text:s/>",
]
# fmt: on


def seed_sheet() -> bytes:
    """A sheet with every form of cell that the proof knows, small enough to hit each with a change."""
    rows = [
        '<c r="A1" t="inlineStr"><is><t>UPN</t></is></c><c r="B1" s="1" t="n"><v>9</v></c><c r="C1" s="2"/>',
        '<c r="A2" t="e"><v>#N/A</v></c><c r="C2"><f>1+1</f><v/></c><c r="D2" t="str"><f>A1</f><v>é</v></c>',
        '<c r="B3" t="s"><v>0</v></c><c r="Z3"><f t="shared" si="0"/><v>4</v></c>',
    ]
    body = "".join(
        f'<row r="{number}" spans="1:9" ht="15">{cells}</row>' for number, cells in enumerate(rows, 1)
    )
    return worksheet(body, after='<mergeCells count="1"><mergeCell ref="A1:B3"/></mergeCells>').encode()


def seed_table() -> bytes:
    text = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    number = '<table:table-cell table:style-name="ce1" office:value-type="float" office:value="7"/>'
    empty = '<table:table-cell table:number-columns-repeated="4"/>'
    return table_part(
        f'<table:table-row table:style-name="ro1">{text}{text}</table:table-row>'
        f'<table:table-row table:number-rows-repeated="3">{text}{empty}{number}{empty}</table:table-row>'
        f'<table:table-row table:visibility="collapse">{number}</table:table-row>'
    )


SEEDS = [("xlsx", seed_sheet()), ("ods", seed_table())]


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    kind, data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        # Most changes at the edge of a tag or a value, where the rest may stay well formed; some anywhere.
        if draw(st.integers(0, 2)):
            edges = [match.start() for match in re.finditer(rb"[<>\"]", data)]
            at = edges[at % len(edges)] + draw(st.integers(0, 1))
        length = draw(st.sampled_from([0, 0, 1, 5, 30]))
        token = draw(st.sampled_from([b"", *TOKENS, data[at : at + 40], data[at : at + 120]]))
        data = data[:at] + token + data[at + length :]
    return kind, data


@settings(MANY, max_examples=1000)
@given(mutated(), st.sampled_from([7, 64, 10**6]))
def test_no_change_of_bytes_slips_past_the_proof(part: tuple[str, bytes], piece: int) -> None:
    kind, data = part

    assert facts(kind, data, prove=True, piece=piece) == facts(kind, data, prove=False)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><!-- ROW --></row>',
        "<!-- ROW -->",
        "<![CDATA[ROW]]>",
        "<?x ROW?>",
        '<extLst a="ROW"/>',
        "<extLst>ROW</extLst>",
        "<x>&am</x>ROW<x>p;</x>",
        "&amROWp;",
        '<row r="3"></row>ROW',
        "ROWROW",
        '<row r="1"><x/>ROW</row>',
        '<row r="1"><c r="A1"><x/>ROW</c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><x/>ROW</is></c></row>',
    ],
)
def test_a_row_is_proven_only_where_a_row_may_stand(rows: str) -> None:
    data = worksheet(rows.replace("ROW", f'<row r="2">{text_cell("B2", "x")}</row>')).encode()

    assert facts("xlsx", data, prove=True) == facts("xlsx", data, prove=False)


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="2" ht="1" ht="2"></row>',
        b'<row r="2" r="2"></row>',
        b'<row r="2" 2t="1"></row>',
        b'<row r="2" ht="\xff"></row>',
        b'<row r="2"><c r="A2" t="str"><v>\xff</v></c></row>',
        b'<row r="2"><c r="A2" t="str"><v>\xed\xa0\x80</v></c></row>',
        b'<row r="2"><c r="A2" t="str"><v>\xef\xbf\xbf</v></c></row>',
        b'<row r="2"><c r="A2" t="str"><v>\x01</v></c></row>',
        b'<row r="2"><c r="A2" t="str"><v>]]></v></c></row>',
        b'<row r="2"><c r="A02"/></row>',
        b'<row r="2"><c r="A3"/></row>',
        b'<row r="2"><c r="AE2"/></row>',
        b'<row r="51"><c r="A51"/></row>',
        b'<row r="1048577"/>',
        b'<row r="2"><c r="A2" s="1" s="1"/></row>',
        b'<row r="2"><c r="A2" t="str"><v>' + b"x" * 61 + b"</v></c></row>",
    ],
)
def test_a_row_with_a_fault_is_refused_both_ways(row: bytes) -> None:
    data = worksheet("ROW").encode().replace(b"ROW", row)

    assert facts("xlsx", data, prove=False) is None
    assert facts("xlsx", data, prove=True) is None


def test_rows_of_the_common_programs_are_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    openpyxl = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>UPN</t></is></c><c r="B1" s="1" t="n"><v>9</v></c></row>'
    )
    excel = (
        '<row r="2" spans="1:2" x14ac:dyDescent="0.25"><c r="A2" s="2" t="s"><v>0</v></c>'
        '<c r="B2" s="2"/></row>'
    )
    libre = (
        '<row r="3" customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0" '
        'collapsed="false"><c r="A3" s="0" t="s"><v>0</v></c>'
        '<c r="B3" s="0" t="n"><f aca="false">1+1</f><v>2</v></c></row>'
    )

    assert proven_rows("xlsx", worksheet(openpyxl + excel + libre).encode(), monkeypatch) == 3


def test_table_rows_of_the_common_programs_are_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (
        '<table:table-row table:style-name="ro1"><table:table-cell office:value-type="string" '
        'calcext:value-type="string"><text:p>UPN</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="16383"/></table:table-row>'
        '<table:table-row table:style-name="ro1" table:number-rows-repeated="1048575">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )

    assert proven_rows("ods", table_part(rows), monkeypatch) == 2


@pytest.mark.parametrize("last", [1, 2, 25, 26, 27, 28, 52, 390, 396, 701, 702, 703, 1000, 16_384])
def test_the_column_pattern_matches_exactly_the_columns_up_to_the_last(last: int) -> None:
    pattern = re.compile(columns_up_to(last))
    wanted = range(1, last + 1)

    assert all(pattern.fullmatch(column_letters(column)) for column in wanted)
    assert not any(pattern.fullmatch(column_letters(column)) for column in range(last + 1, last + 800))
