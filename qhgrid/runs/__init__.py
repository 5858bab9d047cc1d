"""Run folders: self-contained, atomic, named by the hash of their inputs, citable and verifiable.

A folder ``<scenario>-<run id>`` holds the resolved scenario, the network, the hourly result, figures, tables
and reports of one run, and ``manifest.json`` with the checksum of each and of every input.
"""

from qhgrid.runs.cite import Citation, citation_keys, cite
from qhgrid.runs.compare import Comparison, compare_runs
from qhgrid.runs.folder import clean_leftovers, disk_errors, new_file, new_folder
from qhgrid.runs.identity import Inputs, code_sha256, package_versions
from qhgrid.runs.manifest import Manifest, read_manifest, write_manifest
from qhgrid.runs.plain import result_of, write_json
from qhgrid.runs.run import DEFAULT_OUT, Run, find_run, list_runs, open_run, open_runs
from qhgrid.runs.tables import write_tables
from qhgrid.runs.verify import Verification, changed_inputs, check_checksums, compare_bytes

__all__ = [
    "DEFAULT_OUT",
    "Citation",
    "Comparison",
    "Inputs",
    "Manifest",
    "Run",
    "Verification",
    "changed_inputs",
    "check_checksums",
    "citation_keys",
    "cite",
    "clean_leftovers",
    "code_sha256",
    "compare_bytes",
    "compare_runs",
    "disk_errors",
    "find_run",
    "list_runs",
    "new_file",
    "new_folder",
    "open_run",
    "open_runs",
    "package_versions",
    "read_manifest",
    "result_of",
    "write_json",
    "write_manifest",
    "write_tables",
]
