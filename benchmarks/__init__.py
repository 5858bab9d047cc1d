"""Measurements of dispatch: our engine beside the roads that PyPSA and HiGHS offer."""
