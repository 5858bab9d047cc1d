"""Excel workbooks and Word documents with the same bytes for the same content.

Their writers stamp a file with the time of saving, in its properties and in the entries of the zip
archive. Both are set to a fixed moment here, because a run folder carries a checksum of every file.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

_MOMENT = datetime(2000, 1, 1)
_STAMP = _MOMENT.strftime("%Y-%m-%dT%H:%M:%SZ")
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)
_CREATED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def workbook_bytes(workbook: Workbook) -> bytes:
    """Return the file content of `workbook`, the same for the same sheets whenever and wherever it is saved.

    Parameters
    ----------
    workbook : openpyxl.Workbook
        Workbook to save; its creator is set to ``qhgrid``.

    Returns
    -------
    bytes
        An ``.xlsx`` archive whose entries and properties all carry 2000-01-01.
    """
    workbook.properties.creator = "qhgrid"
    workbook.properties.created = _MOMENT
    saved = io.BytesIO()
    workbook.save(saved)
    return fixed_archive(saved.getvalue())


def fixed_archive(content: bytes) -> bytes:
    """Return an ``.xlsx`` or ``.docx`` archive with every entry and property at 2000-01-01."""
    return edit_archive(content, _without_clock)


def edit_archive(content: bytes, edit: Callable[[str, bytes], bytes]) -> bytes:
    """Return an archive with the content of each entry changed by `edit`, which is told its name as well."""
    edited = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(edited, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(_entry(name), edit(name, source.read(name)))
    return edited.getvalue()


def save_deterministic(workbook: Workbook, path: Path) -> Path:
    """Write `workbook` to `path` with the same bytes for the same content, and return `path`."""
    path.write_bytes(workbook_bytes(workbook))
    return path


def _entry(name: str) -> zipfile.ZipInfo:
    """Return a zip entry that says nothing of clock or machine."""
    entry = zipfile.ZipInfo(name, _ZIP_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry


def _without_clock(name: str, content: bytes) -> bytes:
    """Return the content of an entry, with the time of saving taken out of the properties."""
    if name != "docProps/core.xml":
        return content
    return _CREATED.sub(rb"\g<1>" + _STAMP.encode() + rb"\g<3>", content)
