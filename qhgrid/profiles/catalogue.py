"""What series there are and what each holds, as plain records for the command line and for reports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qhgrid.errors import Fault, ProfileError
from qhgrid.facts import read_facts
from qhgrid.profiles.climatology import read_places
from qhgrid.profiles.level_year import LEVEL_YEAR, FloatArray, monthly_means, monthly_sums
from qhgrid.profiles.load import level_values
from qhgrid.profiles.series import ALL_SERIES, SERIES, Series
from qhgrid.profiles.store import CHECKSUM, read_series
from qhgrid.shipped import profiles_folder


@dataclass(frozen=True)
class ColumnSummary:
    """One label of a series, such as a prefecture."""

    label: str
    mean: float
    low: float
    high: float
    full_load_hours: float | None
    """Yearly sum of a series per unit of rated power [h]; None for others."""
    months: tuple[float, ...]
    """Monthly full-load hours of a series per unit [h], monthly means of others, shape (12,)."""


@dataclass(frozen=True)
class ProfileSummary:
    """One shipped series."""

    name: str
    file: str
    variable: str
    unit: str
    long_name: str
    year: int
    """Year whose dates the file carries."""
    hours: int
    columns: tuple[ColumnSummary, ...]
    title: str
    summary: str
    source: str
    references: str
    seed: str
    generator_version: str
    record_years: str
    """Years of the record behind the water years; empty for other series."""
    checksum: str
    """sha256 of the content."""

    @property
    def mean(self) -> float:
        """Mean over hours and labels, in `unit`."""
        return sum(column.mean for column in self.columns) / len(self.columns)

    @property
    def low(self) -> float:
        """Lowest value, in `unit`."""
        return min(column.low for column in self.columns)

    @property
    def high(self) -> float:
        """Highest value, in `unit`."""
        return max(column.high for column in self.columns)


def list_profiles(folder: Path | None = None) -> tuple[ProfileSummary, ...]:
    """Return all series of a folder, the shipped one by default, each read and checked.

    Raises
    ------
    ProfileError
        If a file is missing or damaged.
    """
    return tuple(describe_profile(series.name, folder) for series in ALL_SERIES)


def describe_profile(name: str, folder: Path | None = None) -> ProfileSummary:
    """Return one series of a folder, the shipped one by default, read and checked.

    Parameters
    ----------
    name : str
        ``pv``, ``wind``, ``dni``, ``demand``, ``inflow`` or ``temperature``.
    folder : pathlib.Path, optional
        Folder of the series.

    Raises
    ------
    ProfileError
        If there is no series of this name, or its file is missing or damaged.
    """
    if name not in SERIES:
        raise ProfileError(Fault(name, "there is no such series", f"Use one of: {', '.join(SERIES)}."))
    series = SERIES[name]
    path = (profiles_folder() if folder is None else Path(folder)) / f"{name}.nc"
    dataset = read_series(path, series)
    values = level_values(dataset, series, read_places(read_facts()), str(path))
    text = {key: str(value) for key, value in dataset.attrs.items()}
    return ProfileSummary(
        name=name,
        file=path.name,
        variable=series.variable,
        unit=series.unit,
        long_name=series.long_name,
        year=LEVEL_YEAR,
        hours=len(values),
        columns=tuple(
            _column(label, column, series) for label, column in zip(series.labels, values.T, strict=True)
        ),
        title=text.get("title", ""),
        summary=text.get("summary", ""),
        source=text.get("source", ""),
        references=text.get("references", ""),
        seed=text.get("seed", ""),
        generator_version=text.get("generator_version", ""),
        record_years=text.get("record_years", ""),
        checksum=text.get(CHECKSUM, ""),
    )


def _column(label: str, values: FloatArray, series: Series) -> ColumnSummary:
    """Return the summary of one label's values, shape (8760,)."""
    is_per_unit = series.variable.endswith("_p_max_pu")
    months = monthly_sums(values) if is_per_unit else monthly_means(values)
    return ColumnSummary(
        label=label,
        mean=float(np.mean(values)),
        low=float(np.min(values)),
        high=float(np.max(values)),
        full_load_hours=float(np.sum(values)) if is_per_unit else None,
        months=tuple(float(month) for month in months),
    )
