"""Where the shipped data and scenarios lie, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    """Return the folder that a wheel carries inside the package, else the one beside it in a checkout."""
    inside = _PACKAGE / "_shipped" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def data_folder() -> Path:
    """Return the folder of the fact tables (``data/*.csv``)."""
    return _shipped("data")


def profiles_folder() -> Path:
    """Return the folder of the shipped hourly series (``data/profiles/*.nc``)."""
    return data_folder() / "profiles"


def scenarios_folder() -> Path:
    """Return the folder of the shipped scenarios (``scenarios/*.yaml``)."""
    return _shipped("scenarios")
