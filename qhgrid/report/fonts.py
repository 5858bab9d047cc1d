"""A Chinese font that travels inside the page, cut down to the characters the page uses.

The bundled fonts are Noto Sans SC (SIL Open Font License 1.1) in two weights, cut to
:func:`bundled_characters`. At report time each is cut once more, to the characters of one page, and embedded
as base64 woff2; so Chinese shows on a machine that has no Chinese font. The bundled files were made from the
static Google Fonts release with :func:`make_bundled_font`.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.woff2 import WOFF2FlavorData

FAMILY = "Qhgrid Sans"
"""Name under which the page knows the embedded font; the licence reserves the name of the original."""

WEIGHTS = {400: "noto-sans-sc-400.woff2", 700: "noto-sans-sc-700.woff2"}
"""Bundled file of each weight, in ``assets``."""

_ASSETS = Path(__file__).parent / "assets"
_EXTRA = "–—‘’“”…·•→←↑↓⇒≤≥≈≠±×÷°¥−²³₂µ‰℃Ⅰ①②③④⑤⑥⑦⑧⑨⑩▲▼△▽■□●○◆◇★☆✓✗✔✘⚠㎡"
_KEPT_NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]
"""Name records that stay: copyright, names, licence and its address."""


@dataclass(frozen=True)
class EmbeddedFont:
    """One weight of the font of a page.

    Parameters
    ----------
    weight : int
        CSS font weight.
    woff2 : bytes
        Font file.
    missing : frozenset of str
        Characters asked for that the bundled font does not have.
    """

    weight: int
    woff2: bytes
    missing: frozenset[str]

    @property
    def data_url(self) -> str:
        """The font as a ``data:`` address for CSS."""
        return f"data:font/woff2;base64,{base64.b64encode(self.woff2).decode()}"


def bundled_characters(data_text: str = "") -> str:
    """Return the characters kept in the bundled fonts: ASCII, GB 2312, signs, and those of `data_text`."""
    letters = {chr(code) for code in range(0x20, 0x7F)} | {chr(code) for code in range(0xA0, 0x100)}
    gb2312 = {_gb2312(row, cell) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF)}
    return "".join(sorted((letters | gb2312 | set(_EXTRA) | set(data_text)) - {""}))


def _gb2312(row: int, cell: int) -> str:
    """Return the character at a place of the GB 2312 table, or nothing where the place is empty."""
    return bytes((row, cell)).decode("gb2312", errors="ignore")


def make_bundled_font(source: Path, target: Path, data_text: str = "") -> None:
    """Cut the font file `source` to :func:`bundled_characters` and write it to `target` as woff2.

    Outlines stay untransformed: the file is 20 % larger and opens 25 times as fast (0.2 s, not 4.9 s).
    """
    target.write_bytes(_cut(source.read_bytes(), bundled_characters(data_text))[0])


def embed_fonts(text: str) -> tuple[EmbeddedFont, ...]:
    """Return the fonts of a page, one for each weight, cut to ASCII and the characters of `text`.

    Parameters
    ----------
    text : str
        All words of the page, those that charts draw included.

    Returns
    -------
    tuple of EmbeddedFont
        Same bytes for the same set of characters.
    """
    wanted = {chr(code) for code in range(0x20, 0x7F)} | {letter for letter in text if letter.isprintable()}
    characters = "".join(sorted(wanted))
    return tuple(_embed(weight, name, characters) for weight, name in sorted(WEIGHTS.items()))


def _embed(weight: int, name: str, characters: str) -> EmbeddedFont:
    """Return one weight cut to `characters`."""
    woff2, found = _cut((_ASSETS / name).read_bytes(), characters)
    return EmbeddedFont(weight, woff2, frozenset(characters) - found)


def _cut(font_file: bytes, characters: str) -> tuple[bytes, frozenset[str]]:
    """Return a font cut to `characters`, as woff2, and the characters it has."""
    options = subset.Options(
        hinting=False, notdef_outline=True, layout_features=["kern", "palt"], name_IDs=_KEPT_NAMES
    )
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE"]
    with TTFont(io.BytesIO(font_file), recalcTimestamp=False, recalcBBoxes=False, lazy=True) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        font.flavor = "woff2"
        font.flavorData = WOFF2FlavorData(transformedTables=())
        found = frozenset(chr(code) for code in font.getBestCmap())
        cut = io.BytesIO()
        font.save(cut, reorderTables=False)
    return cut.getvalue(), found
