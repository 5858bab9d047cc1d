"""Whether the kernels of the engine still have to be compiled, which takes half a minute, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from qhgrid.dispatch.engine import column_kernels, kernels, modes, sweeps


def kernels_are_compiled() -> bool:
    """Return whether an earlier process left the compiled kernels of this version on disk."""
    entry = cast(Any, sweeps.factor_span)
    found = sorted(Path(entry.stats.cache_path).glob("sweeps.factor_span-*.nbi"))
    sources = [
        Path(str(module.__file__)).stat().st_mtime for module in (column_kernels, kernels, modes, sweeps)
    ]
    return bool(found) and max(path.stat().st_mtime for path in found) >= max(sources)
