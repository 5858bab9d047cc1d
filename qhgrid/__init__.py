"""Energy and grid capacity planning for Qinghai province.

The rooms stand in one line, each using only what stands before it: ``scenario`` (what the analyst writes),
``facts`` and ``profiles`` (what is known), ``network`` (a standard PyPSA network), ``dispatch`` (hourly plan with
a certificate), ``indicators`` (targets and balance tables), ``projects``, ``runs`` and ``report``.
:mod:`qhgrid.study` is that line written out as code.
"""

__version__ = "0.1.0"
