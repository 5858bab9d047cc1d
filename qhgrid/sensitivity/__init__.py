"""What a scenario assumes, sorted by how much each assumption moves the scorecard over its range."""

from qhgrid.sensitivity.assumed import Assumed, assumed_facts, assumed_values
from qhgrid.sensitivity.ranking import brief, plain_table
from qhgrid.sensitivity.run import Ranking, find_assumptions, rank_assumptions

__all__ = [
    "Assumed",
    "Ranking",
    "assumed_facts",
    "assumed_values",
    "brief",
    "find_assumptions",
    "plain_table",
    "rank_assumptions",
]
