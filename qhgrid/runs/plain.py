"""Results as plain JSON values, the same text for the same content."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qhgrid.text import LANGS

if TYPE_CHECKING:
    from qhgrid.dispatch import Dispatch


def result_of(dispatch: Dispatch) -> dict[str, Any]:
    """Return status, objective, certificate and shortages of a dispatch as plain JSON values."""
    certificate = dispatch.certificate
    return {
        "status": str(dispatch.status),
        "objective": float(dispatch.objective),
        "certificate": _plain(asdict(certificate) | {"is_valid": certificate.is_valid}),
        "shortages": [
            _plain(asdict(shortage) | {f"words_{lang}": shortage.in_words(lang) for lang in LANGS})
            for shortage in dispatch.shortages
        ],
    }


def _plain(value: Any) -> Any:  # noqa: ANN401  any plain value, at any depth
    """Return a value as JSON holds it: times as text, numbers that are not finite as None."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value if isinstance(value, bool | str | int) or value is None else str(value)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON text, the same for the same content."""
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
