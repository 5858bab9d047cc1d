"""Energy and grid capacity planning for Qinghai province.

The rooms stand in one line, each using only what stands before it: ``facts`` (what is known), ``scenario``
(what the analyst writes), ``profiles`` (hourly series), ``network`` (a standard PyPSA network), ``dispatch``
(hourly plan with a certificate), ``indicators`` (targets and balance tables), ``runs``, ``projects`` and
``report``. :mod:`qhgrid.study` is that line written out as code.
"""

__version__ = "0.1.0"
