"""The few columns outside the hours: slacks of wide rows, and what the last hours do in the first."""

from __future__ import annotations

import numpy as np

from qhgrid.dispatch.engine.layout import CENTRE, FAR, NEAR, PREDICTOR, PROXIMAL
from qhgrid.dispatch.engine.structure import Structure
from qhgrid.dispatch.program import FloatArray


class OuterColumns:
    """Their part of the interior point, in plain NumPy: there are a dozen of them.

    Parameters
    ----------
    structure : Structure
        Says which border rows they stand in, and in which link rows of the first hours.
    top : ndarray
        Their upper bounds, 0 where fixed, shape (n,).
    cost : ndarray
        Shape (n,).
    """

    def __init__(self, structure: Structure, top: FloatArray, cost: FloatArray) -> None:
        front, slacks = structure.front, structure.wide_slacks
        self.n_slack, self.place = len(slacks), (front.wrap_hour, front.wrap_row)
        self.border = np.zeros((structure.n_border, len(top)))
        self.border[slacks, np.arange(len(slacks))] = -1.0
        wraps = np.arange(front.n_wraps)
        self.border[front.n_fixed + wraps, len(slacks) + wraps] = 1.0
        self.top, self.cost = top, cost
        self.is_on = top > 0.0
        n = len(top)
        self.x, self.w, self.z, self.v = np.ones(n), np.ones(n), np.zeros(n), np.zeros(n)
        self.dx, self.dz, self.dv = np.zeros(n), np.zeros(n), np.zeros(n)
        self.tz, self.tv = np.zeros(n), np.zeros(n)
        self.slope, self.theta = np.zeros(n), np.zeros(n)

    def set_point(self, x: FloatArray, z: FloatArray, v: FloatArray) -> None:
        """Stand at `x`, with prices of the bounds `z` and `v`."""
        self.x, self.w = np.where(self.is_on, x, 1.0), np.where(self.is_on, self.top - x, 1.0)
        self.z, self.v = np.where(self.is_on, z, 0.0), np.where(self.is_on, v, 0.0)

    def priced(self, border_prices: FloatArray, link_prices: FloatArray) -> FloatArray:
        """Return the columns times the prices of their rows; those of link rows hour by hour."""
        priced: FloatArray = self.border.T @ border_prices
        priced[self.n_slack :] += link_prices[self.place]
        return priced

    def add_first(self, amount: FloatArray, rows: FloatArray) -> None:
        """Add the columns times their amounts to the link rows of the first hours."""
        rows[self.place] += amount[self.n_slack :]

    def move(self, step_x: float, step_z: float) -> None:
        """Take a step along the last direction."""
        self.x, self.w = self.x + step_x * self.dx, self.w - step_x * self.dx
        self.z, self.v = self.z + step_z * self.dz, self.v + step_z * self.dv

    def weigh(self, border_prices: FloatArray, link_prices: FloatArray) -> None:
        """Set slope and weights at this point."""
        self.slope = np.where(self.is_on, self.cost - self.priced(border_prices, link_prices), 0.0)
        weight = np.where(self.is_on, self.z / self.x + self.v / self.w + PROXIMAL, 1.0)
        self.theta = np.where(self.is_on, 1.0 / weight, 0.0)

    def position(self) -> FloatArray:
        """Return the distance from the lower bounds, 0 where fixed."""
        return np.where(self.is_on, self.x, 0.0)

    def products(self) -> float:
        """Return the sum of all products of a distance and its price."""
        return float((self.x * self.z + self.w * self.v).sum())

    def bound(self) -> float:
        """Return what the columns add to the lower bound on the cost."""
        return float(np.minimum(0.0, self.slope * self.top).sum())

    def aim(self, mode: int, target: float, trial: tuple[float, float], use_sides: bool) -> FloatArray:
        """Return the columns' part of the right-hand side, as amounts of each."""
        if mode == PREDICTOR:
            self.tz, self.tv = np.zeros_like(self.x), np.zeros_like(self.x)
        elif mode == CENTRE:
            dx = trial[0] * self.dx
            self.tz = self.tz + _pulled((self.x + dx) * (self.z + trial[1] * self.dz), target)
            self.tv = self.tv + _pulled((self.w - dx) * (self.v + trial[1] * self.dv), target)
        else:
            self.tz, self.tv = target - self.dx * self.dz, target + self.dx * self.dv
        pull = self.tz / self.x - self.tv / self.w
        amount = self.theta * (self.slope - pull) - (self.x if use_sides else 0.0)
        return np.where(self.is_on, amount, 0.0)

    def turn(self, priced: FloatArray) -> FloatArray:
        """Set the direction from the change of prices; return what :func:`kernels.turn_columns` sums up."""
        pull = self.tz / self.x - self.tv / self.w
        self.dx = dx = self.theta * (priced - self.slope + pull)
        self.dz = dz = np.where(self.is_on, (self.tz - self.z * dx) / self.x - self.z, 0.0)
        self.dv = dv = np.where(self.is_on, (self.tv + self.v * dx) / self.w - self.v, 0.0)
        on = self.is_on
        return np.array([
            np.maximum(-dx / self.x, dx / self.w)[on].max(initial=0.0),
            np.maximum(_share(-dz, self.z), _share(-dv, self.v)).max(initial=0.0),
            (dx * (self.z - self.v)).sum(),
            (self.x * dz + self.w * dv).sum(),
            (dx * (dz - dv)).sum(),
        ])  # fmt: skip

    def direction(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return what :meth:`restore` needs to go back to this direction."""
        return self.dx, self.dz, self.dv, self.tz, self.tv

    def restore(self, kept: tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]) -> None:
        """Go back to an earlier direction."""
        self.dx, self.dz, self.dv, self.tz, self.tv = kept


def _share(change: FloatArray, of: FloatArray) -> FloatArray:
    """Return a change as a share of a price, 0 where there is no price."""
    return np.where(of > 0.0, change / np.where(of > 0.0, of, 1.0), 0.0)


def _pulled(product: FloatArray, target: float) -> FloatArray:
    """Return by how much products should change to come nearer to the target."""
    near = np.clip(product, NEAR * target, FAR * target)
    return np.asarray(np.maximum(near - product, -FAR * target))
