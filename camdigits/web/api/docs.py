"""The OpenAPI document as a page for people, without anything from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
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
    operations = _operations(document)
    parts = [
        f"<p>{_text(about)}</p>",
        _contents(operations),
        _heading("example", "An example"),
        _code(_EXAMPLE.format(address=address)),
        *(_operation(*each) for each in operations),
        *(
            _heading(_id(path), f"WebSocket <code>{path}</code>") + f"<p>{_text(text)}</p>"
            for path, text in WEBSOCKETS.items()
        ),
        _code(_STREAM_EXAMPLE.format(socket=socket)),
        _heading("refusals", "What is refused"),
        _refusals(operations),
        _heading("answers", "What is answered"),
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


def _operations(document: Document) -> list[tuple[str, str, Document]]:
    """Return method, path and description of each operation."""
    return [
        (method.upper(), path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def _contents(operations: Sequence[tuple[str, str, Document]]) -> str:
    """Return the list of contents."""
    links = [
        ("example", "An example"),
        *(
            (_id(method + path), f"<code>{method} {escape(path)}</code>")
            for method, path, _ in operations
        ),
        *((_id(path), f"WebSocket <code>{path}</code>") for path in WEBSOCKETS),
        ("refusals", "What is refused"),
        ("answers", "What is answered"),
    ]
    items = "".join(f'<li><a href="#{target}">{text}</a></li>' for target, text in links)
    return f'<nav aria-label="Contents"><ul>{items}</ul></nav>'


def _refusals(operations: Sequence[tuple[str, str, Document]]) -> str:
    """Return one table of all refusals; those that any operation may have name none."""
    paths: dict[tuple[str, str], list[str]] = {}
    for _, path, operation in operations:
        for status, response in operation["responses"].items():
            if status != "200":
                paths.setdefault((status, response["description"]), []).append(path)
    rows = [
        (
            status,
            escape(description),
            "all" if len(of) == len(operations) else "<br>".join(map(escape, of)),
        )
        for (status, description), of in sorted(paths.items())
    ]
    answer = '<p>Each is answered by an <a href="#Error">Error</a>, whose text is one line.</p>'
    return answer + _table(("status", "when", "of"), rows)


def _heading(target: str, html: str) -> str:
    return f'<h2 id="{target}">{html}</h2>'


def _id(path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")


def _operation(method: str, path: str, operation: Document) -> str:
    parts = [
        _heading(_id(method + path), f"<code>{method} {escape(path)}</code>"),
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
    parts.append(f"<p>Answer: {_answer(operation['responses']['200'])}.</p>")
    return "".join(parts)


def _answer(response: Document) -> str:
    [(kind, content)] = response["content"].items()
    if kind != "application/json":
        return f"<code>{kind}</code>"
    name = content["schema"]["$ref"].rpartition("/")[2]
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
    return f'<pre tabindex="0"><code>{escape(text)}</code></pre>'


def _text(text: str) -> str:
    """Return text with what stands between backticks as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text, quote=False))
