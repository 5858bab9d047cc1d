"""Read the figures of a paper back: which key stands where, and what the paper prints there now."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from qhgrid.errors import Fault, ReportError
from qhgrid.indicators.tables import parse_citation
from qhgrid.papers.cited import printed
from qhgrid.papers.list_book import CITE, CITE_HEAD
from qhgrid.papers.word import NAMESPACE, TAG

_MEND = "Give a file made by `qhgrid projects forms`, or write the papers again."
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class Printed:
    """A figure as a paper prints it now.

    Parameters
    ----------
    place : str
        Where: cell of a sheet, or number of the content control.
    key : str
        Citation key.
    unit : str
        Unit of the figure.
    written : str
        What the paper printed when it was written.
    text : str
        What it prints now.
    """

    place: str
    key: str
    unit: str
    written: str
    text: str

    @property
    def run(self) -> str:
        """Run or study that the key names."""
        return parse_citation(self.key)[0]

    @property
    def name(self) -> str:
        """Figure or cell that the key names within the run."""
        return parse_citation(self.key)[1]


def read_paper(path: Path) -> tuple[Printed, ...]:
    """Return every figure of a paper, in the order of print.

    Raises
    ------
    ReportError
        If the file is missing, no paper of ours, or has lost its list of keys.
    """
    readers = {".docx": _read_word, ".xlsx": _read_excel}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ReportError(Fault(str(path), "is neither .docx nor .xlsx", _MEND))
    try:
        figures = tuple(reader(path))
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise ReportError(Fault(str(path), reason, "Give a file that is there.")) from error
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError) as error:
        raise ReportError(Fault(str(path), f"is damaged: {error}", _MEND)) from error
    if not figures:
        raise ReportError(Fault(str(path), "holds no citation of qhgrid", _MEND))
    return figures


def _read_word(path: Path) -> Iterator[Printed]:
    """Yield the figures of a Word document: the content controls whose tag is ours."""
    with zipfile.ZipFile(path) as archive:
        known = _keys_of(archive)
        body = ElementTree.fromstring(archive.read("word/document.xml"))
    for control in body.iter(f"{_W}sdt"):
        tag = control.find(f"{_W}sdtPr/{_W}tag")
        name = "" if tag is None else tag.get(f"{_W}val", "")
        if name.startswith(TAG):
            text = "".join(part.text or "" for part in control.iter(f"{_W}t"))
            entry = known.get(name.removeprefix(TAG))
            if entry is None:
                raise ReportError(Fault(str(path), f"has no key for the content control {name}", _MEND))
            yield Printed(f"引用 {entry['id']}", entry["key"], entry["unit"], entry["text"], text)


def _keys_of(archive: zipfile.ZipFile) -> dict[str, dict[str, Any]]:
    """Return what stands behind the tags, by their number; an editor may have renamed the part."""
    for name in archive.namelist():
        if name.startswith("customXml/") and name.endswith(".xml"):
            root = ElementTree.fromstring(archive.read(name))
            if root.tag == f"{{{NAMESPACE}}}citations":
                return {str(entry["id"]): entry for entry in json.loads(root.text or "[]")}
    return {}


def _read_excel(path: Path) -> Iterator[Printed]:
    """Yield the figures of a workbook: the cells that the hidden sheet names."""
    from openpyxl import load_workbook

    book = load_workbook(path, data_only=True)
    if CITE not in book.sheetnames:
        return
    for row in book[CITE].iter_rows(min_row=2, max_col=len(CITE_HEAD), values_only=True):
        sheet, cell, key, unit, text, _ = (("" if value is None else value) for value in row)
        now = book[str(sheet)][str(cell)].value if str(sheet) in book.sheetnames else None
        yield Printed(f"{sheet}!{cell}", str(key), str(unit), str(text), _shown(now, str(unit)))


def _shown(value: object, unit: str) -> str:
    """Return what a cell shows, in the print of its unit."""
    if isinstance(value, bool) or value is None:
        return ""
    return printed(float(value), unit) if isinstance(value, int | float) else str(value)
