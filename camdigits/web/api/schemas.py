"""What the records of the API are made of, as OpenAPI says it."""

from __future__ import annotations

from typing import Any

from camdigits.types import SCHEMA

Document = dict[str, Any]
"""A JSON object."""

_COUNT: Document = {"type": "integer", "minimum": 0}
_SHARE: Document = {"type": "number", "minimum": 0, "maximum": 1}
_TEXT: Document = {"type": "string", "pattern": "^[0-9]+$"}
_BOX: Document = {
    "type": "array",
    "items": {"type": "integer"},
    "minItems": 4,
    "maxItems": 4,
    "description": "x, y, width, height in pixels of the picture",
}
_WHEN: Document = {
    "source": {"type": "string"},
    "index": _COUNT,
    "time_s": {"type": "number"},
}


def schemas() -> Document:
    """Return, by name, what requests are answered with and streams send."""
    return {
        "Digit": _object(
            box=_BOX,
            label={"type": "integer"},
            confidence=_SHARE,
            track=_or_null(_COUNT),
            seen={"type": "string", "enum": ["searched", "followed"]},
        ),
        "Number": _object(
            text=_TEXT,
            box=_BOX,
            confidence=_SHARE,
            digits={"type": "array", "items": _COUNT, "description": "places among the digits"},
            id=_or_null(_COUNT),
        ),
        "Frame": _frame(),
        "Event": _record(
            "event",
            event={"enum": ["appeared", "changed", "gone"]},
            **_WHEN,
            id=_COUNT,
            text=_TEXT,
            box=_BOX,
            confidence=_SHARE,
        ),
        **_messages(),
    }


def _frame() -> Document:
    frame = _record(
        "frame",
        **_WHEN,
        size={"type": "array", "items": _COUNT, "description": "width and height in pixels"},
        digits={"type": "array", "items": {"$ref": "#/components/schemas/Digit"}},
        numbers={"type": "array", "items": {"$ref": "#/components/schemas/Number"}},
    )
    # Only there, and not required, where something is missing.
    frame["properties"]["damage"] = {
        "type": "string",
        "description": "of a picture that is cut off: one line that says what is missing",
    }
    return frame


def _messages() -> Document:
    """Return the schemas of what the command line has no records of."""
    return {
        "Status": _record(
            "status", health={"enum": ["running", "lost", "ended"]}, text={"type": "string"}
        ),
        "Example": _record(
            "example",
            box=_BOX,
            label={"type": "integer", "description": "what it was read as"},
            confidence=_SHARE,
            crop={"type": "string", "description": "28x28 pixels as PNG, in base64"},
        ),
        "Taught": _record("taught", id=_or_null({"type": "string"}), count=_COUNT),
        "Info": _record(
            "info",
            version={"type": "string"},
            min_confidence=_SHARE,
            teach={"type": "boolean", "description": "whether it can be taught"},
            watch={"type": "boolean", "description": "whether it shows a camera of its own"},
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
