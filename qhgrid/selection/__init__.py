"""Which projects to put forward under a budget, and how far from the best choice that can be."""
