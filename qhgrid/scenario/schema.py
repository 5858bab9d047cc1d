"""JSON Schema of the scenario files, so that an editor completes and checks them."""

from __future__ import annotations

import json
from typing import Any

from qhgrid.scenario.model import Scenario

SCHEMA_FILE = "scenario.schema.json"
"""Name of the committed schema beside the shipped scenarios."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file as it is written, draft 2020-12.

    No key is required, because a file may extend another; ``extends`` is allowed at the top; assumptions and
    overrides of the fleet may be written as a list or as a mapping by name.
    """
    schema = Scenario.model_json_schema()
    _loosen(schema)
    properties = schema["properties"]
    properties["assumptions"] = _list_or_mapping(properties["assumptions"])
    overrides = schema["$defs"]["Fleet"]["properties"]
    overrides["overrides"] = _list_or_mapping(overrides["overrides"])
    extends = {
        "type": "string",
        "description": "Shipped scenario or path of a file, whose values hold where this file is silent.",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **{key: schema[key] for key in ("title", "description", "type", "additionalProperties")},
        "properties": {"extends": extends, **properties},
        "$defs": schema["$defs"],
    }


def json_schema_text() -> str:
    """Return the JSON Schema as text, the same as `qhgrid schema` prints it."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"


def _loosen(node: object) -> None:
    """Take what is required, titles of keys and defaults out of a schema, in place; say units in words."""
    if isinstance(node, list):
        for item in node:
            _loosen(item)
    if not isinstance(node, dict):
        return
    units = node.pop("x-units", None)
    if units:
        node["description"] = f"{node.get('description', '')} [{units}]".strip()
    node.pop("required", None)
    node.pop("default", None)
    for definition in node.get("properties", {}).values():
        definition.pop("title", None)
    for value in node.values():
        _loosen(value)


def _list_or_mapping(definition: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a list that may also be written as a mapping by name."""
    items = definition["items"]
    mapping = {"type": "object", "additionalProperties": items}
    return {
        "description": definition.get("description", ""),
        "anyOf": [{"type": "array", "items": items}, mapping],
    }
