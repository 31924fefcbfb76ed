"""What the records of the API are made of, as OpenAPI says it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from camdigits.config import POLARITIES, ROTATIONS
from camdigits.types import SCHEMA
from camdigits.web.api.learn import STATES

Document = dict[str, Any]
"""A JSON object."""

RECORD_SCHEMA = Path(__file__).parents[2] / "assets" / "record.schema.json"
"""The JSON Schema of frames and events."""

_COUNT: Document = {"type": "integer", "minimum": 0}
_SHARE: Document = {"type": "number", "minimum": 0, "maximum": 1}


def schemas() -> Document:
    """Return, by name, what requests are answered with and streams send."""
    return {**_records(), **_messages()}


@cache
def _records() -> Document:
    """Return what the records of the command line are, as `RECORD_SCHEMA` says it.

    What is no object of its own, such as a box, stands where it is used.
    """
    definitions = json.loads(RECORD_SCHEMA.read_text("utf-8"))["$defs"]
    small = {name: it for name, it in definitions.items() if it.get("type") != "object"}

    def told(part: Any) -> Any:
        match part:
            case {"$ref": str(pointer)}:
                name = pointer.rpartition("/")[2]
                return small.get(name) or {"$ref": f"#/components/schemas/{name}"}
            case dict():
                return {key: told(value) for key, value in part.items()}
            case list():
                return [told(value) for value in part]
        return part

    return {name: told(it) for name, it in definitions.items() if name not in small}


def _messages() -> Document:
    """Return the schemas of what the command line has no records of."""
    return {
        "Status": _record(
            "status", health={"enum": ["running", "lost", "ended"]}, text={"type": "string"}
        ),
        "Example": _record(
            "example",
            box=_records()["Digit"]["properties"]["box"],
            label={"type": "integer", "description": "what it was read as"},
            confidence=_SHARE,
            crop={"type": "string", "description": "28x28 pixels as PNG, in base64"},
        ),
        "Taught": _record("taught", id=_or_null({"type": "string"}), count=_COUNT),
        "Info": _record(
            "info",
            version={"type": "string"},
            min_confidence=_SHARE,
            rotate={"enum": [str(rotation) for rotation in ROTATIONS]},
            polarity={"enum": list(POLARITIES)},
            teach={"type": "boolean", "description": "whether it can be taught"},
            learn={"type": "boolean", "description": "whether it trains on what was taught"},
            watch={"type": "boolean", "description": "whether it shows a camera of its own"},
        ),
        "Learning": _record(
            "learning",
            state={"enum": list(STATES)},
            text={"type": "string", "description": "what the training told last"},
            lines={"type": "array", "items": {"type": "string"}},
            count=_COUNT,
            can_undo={"type": "boolean"},
        ),
        "Error": _record("error", text={"type": "string", "description": "one line"}),
    }


def _or_null(schema: Document) -> Document:
    return {"anyOf": [schema, {"type": "null"}]}


def _record(kind: str, **properties: Document) -> Document:
    return _object(schema={"const": SCHEMA}, type={"const": kind}, **properties)


def _object(**properties: Document) -> Document:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
