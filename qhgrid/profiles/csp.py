"""Hourly heat of a CSP solar field, from the direct beam under the clouds that the PV series has.

Clouds take more from the direct beam than from the light on a panel: with clearness k (PV over a clear
sky's PV) the beam is that of the clear sky times ((k - k0) / (1 - k0))^n. A field of mirrors loses
efficiency at low sun and shuts at 10 degrees.

Assumed, for lack of a published hourly field output in Qinghai: k0, n, the mirrors' curve and the design
beam. They are judged by their result: 1800 to 2100 kWh/m2 of beam a year in 海西 and, with a 12-hour store
and solar multiple 2, 2400 to 3600 turbine hours; Qinghai plants report 2740 (乌图美仁, design) to 3200 h
(鲁能格尔木, 12 h of storage).
"""

from __future__ import annotations

import numpy as np

from qhgrid.profiles.level_year import FloatArray
from qhgrid.profiles.sun import ClearSky

DESIGN_BEAM_W_PER_M2 = 850.0
"""Direct normal irradiance at which the field gives its design heat (assumed, usual for towers)."""
DARK_CLEARNESS = 0.20
"""Clearness k0 below which no direct beam is left (assumed) [1]."""
CLOUD_EXPONENT = 1.1
"""Exponent n of the direct beam over clearness (assumed) [1]."""
AVAILABILITY = 0.88
"""Heat kept after soiling, wind stops, defocusing and outages (assumed) [1]."""
LOWEST_SUN = 10.0
"""Elevation below which the field is shut (assumed) [degrees]."""
FULL_SUN = 45.0
"""Elevation above which the field has its full efficiency (assumed) [degrees]."""
EFFICIENCY_AT_LOWEST = 0.55
"""Field efficiency at `LOWEST_SUN` over that at `FULL_SUN` (assumed) [1]."""


def make_csp(sky: ClearSky, clearness: FloatArray) -> FloatArray:
    """Return field heat per unit of design heat, in [0, 1], shape (8760, 8).

    Parameters
    ----------
    sky : ClearSky
        The sun through a cloudless sky.
    clearness : numpy.ndarray
        PV per unit of a clear sky's PV, shape (8760, 8) [1].
    """
    heat = direct_beam(sky, clearness) / DESIGN_BEAM_W_PER_M2 * field_efficiency(sky.elevation)
    return np.clip(AVAILABILITY * heat, 0.0, 1.0)


def direct_beam(sky: ClearSky, clearness: FloatArray) -> FloatArray:
    """Return direct normal irradiance under clouds, shape (8760, 8) [W/m2]."""
    open_sky = np.clip((clearness - DARK_CLEARNESS) / (1 - DARK_CLEARNESS), 0.0, 1.0)
    return sky.direct_normal * open_sky**CLOUD_EXPONENT


def field_efficiency(elevation: FloatArray) -> FloatArray:
    """Return field efficiency over that at high sun, 0 below `LOWEST_SUN`, shape as `elevation` [1]."""
    rising = np.clip((elevation - LOWEST_SUN) / (FULL_SUN - LOWEST_SUN), 0.0, 1.0)
    return np.where(elevation >= LOWEST_SUN, EFFICIENCY_AT_LOWEST + (1 - EFFICIENCY_AT_LOWEST) * rising, 0.0)


def turbine_hours(field: FloatArray, solar_multiple: float, storage_h: float) -> float:
    """Return yearly full-load hours of a turbine that runs whenever it has heat, for judging the field.

    Parameters
    ----------
    field : numpy.ndarray
        Field heat per unit of design heat, shape (8760,).
    solar_multiple : float
        Design heat of the field over the heat that the turbine takes at full load [1].
    storage_h : float
        Store, in hours of full load; what it cannot take is defocused [h].
    """
    level = energy = 0.0
    for heat in field * solar_multiple:
        run = min(1.0, level + heat)
        level = min(storage_h, level + heat - run)
        energy += run
    return energy
