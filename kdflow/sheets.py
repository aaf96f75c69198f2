"""Rows for a spreadsheet, XLSX or CSV: nothing that people wrote is ever a formula. The door to XlsxWriter."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

import xlsxwriter

Cell = str | int | date | None

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula in a CSV file."""

LONGEST = 32_767
"""Letters that a cell of a spreadsheet can hold."""

WIDEST = 60


def xlsx(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet, its first line fixed; texts are written as texts, dates as dates."""
    kept = [tuple(row) for row in rows]
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet(title[:31])
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
            longest = max((len(str(row[column] or "")) for row in kept), default=0)
            sheet.set_column(column, column, min(WIDEST, max(len(head), longest) + 2))
        for line, row in enumerate(kept, start=1):
            for column, cell in enumerate(row):
                _write(sheet, line, column, cell, day)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(kept), max(len(heads) - 1, 0))
    return target.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, line: int, column: int, cell: Cell, day: object) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(line, column, cell, day)
    elif isinstance(cell, int):
        sheet.write_number(line, column, cell)
    elif cell:
        sheet.write_string(line, column, cell[:LONGEST])


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The same as CSV, as a Danish spreadsheet opens it: UTF-8 with its mark, semicolons.

    A text that would be read as a formula has an apostrophe before it.
    """
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return target.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str | int:
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int):
        return cell
    text = cell or ""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
