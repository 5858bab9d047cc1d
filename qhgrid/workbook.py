"""Excel workbooks with the same bytes for the same content.

openpyxl stamps a workbook with the time of saving, in its properties and in the entries of the zip
archive. Both are set to a fixed moment here, because a run folder carries a checksum of every file.
"""

from __future__ import annotations

import io
import re
import zipfile
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
    fixed = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(_entry(name), _without_clock(name, source.read(name)))
    return fixed.getvalue()


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
