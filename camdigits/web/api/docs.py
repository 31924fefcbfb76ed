"""The OpenAPI document as a page for people, without anything from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import escape
from typing import Any

from camdigits.web.api.openapi import WEBSOCKETS
from camdigits.web.api.schemas import Document

_EXAMPLE = """\
curl --data-binary @photo.jpg '{address}v1/read?source=photo.jpg'"""

_STREAM_EXAMPLE = """\
import json, pathlib
from websockets.sync.client import connect

with connect("{socket}v1/stream", subprotocols=["camdigits.v1"]) as stream:
    for frame in sorted(pathlib.Path("frames").glob("*.jpg")):
        stream.send(frame.read_bytes())
        while (record := json.loads(stream.recv()))["type"] == "event":
            print(record["event"], record["text"])
        print(frame.name, [number["text"] for number in record.get("numbers", [])])"""


def page(document: Document, address: str) -> str:
    """Return the page.

    Args:
        document: as `camdigits.web.api.openapi.document` returns it.
        address: of the server, with a slash at its end, for the examples.
    """
    about = document["info"]["description"].partition("\n\n")[0]
    socket = address.replace("http", "ws", 1)
    parts = [
        f"<p>{_text(about)}</p>",
        _code(_EXAMPLE.format(address=address)),
        *(
            _operation(method, path, operation)
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
        ),
        *(
            f"<h2>WebSocket <code>{path}</code></h2><p>{_text(text)}</p>"
            for path, text in WEBSOCKETS.items()
        ),
        _code(_STREAM_EXAMPLE.format(socket=socket)),
        "<h2>What is answered</h2>",
        *(_schema(name, schema) for name, schema in document["components"]["schemas"].items()),
    ]
    version = escape(document["info"]["version"])
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>camdigits: the API</title>"
        '<link rel="icon" href="icon.svg" type="image/svg+xml">'
        '<link rel="stylesheet" href="style.css"></head><body>'
        '<header><h1><img src="icon.svg" alt="" width="28" height="28">camdigits</h1>'
        f'<p class="status">version {version}, <a href="v1/openapi.json">OpenAPI</a></p></header>'
        f'<main class="docs">{"".join(parts)}</main></body></html>'
    )


def _operation(method: str, path: str, operation: Document) -> str:
    parts = [
        f"<h2><code>{method.upper()} {escape(path)}</code></h2>",
        f"<p>{escape(operation['summary'])}.</p>",
    ]
    body = operation.get("requestBody")
    if body:
        parts.append(f"<p>Body: {escape(body['description'])}.</p>")
    rows = [
        (
            f"<code>{escape(it['name'])}</code>",
            escape(it["description"]),
            escape(_kind(it["schema"])),
        )
        for it in operation["parameters"]
    ]
    parts += [_table(("parameter", "meaning", "values"), rows)] if rows else []
    answers = [
        (status, escape(response["description"]), _answer(response))
        for status, response in operation["responses"].items()
    ]
    parts.append(_table(("status", "when", "answer"), answers))
    return "".join(parts)


def _answer(response: Document) -> str:
    name = response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return f'<a href="#{name}">{name}</a>'


def _schema(name: str, schema: Document) -> str:
    rows = [
        (f"<code>{key}</code>", escape(_kind(part))) for key, part in schema["properties"].items()
    ]
    return f'<h3 id="{name}">{name}</h3>{_table(("key", "value"), rows)}'


def _kind(schema: Document) -> str:
    """Return a JSON Schema in a few words."""
    if "description" in schema:
        return str(schema["description"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(_kind(part) for part in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    bounds = [str(schema[key]) for key in ("minimum", "maximum") if key in schema]
    return str(schema.get("type", "")) + (f" from {' to '.join(bounds)}" if bounds else "")


def _table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _code(text: str) -> str:
    return f"<pre><code>{escape(text)}</code></pre>"


def _text(text: str) -> str:
    """Return text with what stands between backticks as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text, quote=False))
