"""The API as an OpenAPI 3.1 document."""

from __future__ import annotations

from camdigits import __version__
from camdigits.config import DECIMAL_MARKS, POLARITIES, ROTATIONS, WRITINGS
from camdigits.teaching.examples import SIDES
from camdigits.web.api.parameters import MAX_NAME, MAX_PAGE, PAGE
from camdigits.web.api.picture import LONGEST_PX
from camdigits.web.api.schemas import Document, schemas
from camdigits.web.server.limits import Limits

_ABOUT = """\
Records have the keys of the command line's, `camdigits run --format jsonl`, and the same `schema`.
Where camdigits printed an address with a token, every request needs it: \
`Authorization: Bearer TOKEN`; for a WebSocket, which a browser sets no headers of, as the \
subprotocols `camdigits.v1, token.TOKEN`."""

_STREAM = f"""\
Send frames as binary messages, each a picture file (JPEG is the quickest) of at most \
{Limits().frame_bytes / 2**20:g} MiB and a fifth of the pixels that a posted picture may have. A \
digit is told from the second frame on that shows it; for single pictures there is `/v1/read`. \
Each frame that is read is answered by text messages: its frame record, then the event records \
that became certain with it. One that cannot be read is answered by an error record. Of frames \
that come faster than they are read the newest is read and the others are dropped; `index` \
counts them. Wait for the answer before you send the next one, and nothing is dropped. A text \
message `{{"min_confidence": 0.8}}` holds from the next frame on, `{{"time_s": 1.5}}` is the time \
of the next frame; without, it is that of its arrival. Query: `source`, `min_confidence`, \
`decimal`, `writing`, `polarity`, `rotate`, as for `/v1/read`. It is closed with code 1001 when \
the server ends, 1008 for a query that makes no sense, 1009 for a message with too many bytes, \
1013 while too many others stream."""

_WATCH = """\
With `camdigits run --serve`: what the machine's camera sees, or a video. The server sends text \
messages: event records (`clock`: the time of day when it was read; a video's have none), status \
records (`health`: running, lost or ended; `text`: what is wrong), and \
frame records, each followed by a binary message, its picture as JPEG, both turned as \
`--rotate` and `--source-mirrored` ask. The next frame comes when you have sent `{"type": \
"next"}`."""

WEBSOCKETS = {"/v1/stream": _STREAM, "/v1/watch": _WATCH}
"""What the WebSockets do, for people; OpenAPI has no words for them."""


def document(limits: Limits) -> Document:
    """Return the document.

    Args:
        limits: of what clients may send, which are told.
    """
    sockets = "\n\n".join(f"WebSocket `{path}`: {text}" for path, text in WEBSOCKETS.items())
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "camdigits",
            "version": __version__,
            "summary": "Reads handwritten digits.",
            "description": f"{_ABOUT}\n\n{sockets}",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": _paths(limits),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas(),
        },
    }


def _paths(limits: Limits) -> Document:
    body = _body(limits)
    return {
        "/v1/info": {"get": _operation("What this server is and has", "info", "Info", [], ())},
        "/v1/read": {
            "post": _operation(
                "Read a picture or a page", "read", "Frame", [*_READING, _PAGE], _PICTURE
            )
            | body
        },
        "/v1/picture": {
            "post": _operation(
                f"Convert a picture or a page to a JPEG of at most {LONGEST_PX} pixels a side, "
                "which every browser shows",
                "picture",
                "",
                [_PAGE],
                _PICTURE,
            )
            | body
        },
        **_teaching_paths(body),
    }


def _teaching_paths(body: Document) -> Document:
    return {
        "/v1/look": {
            "post": _operation(
                "Show what could be a digit at a place of a picture",
                "look",
                "Example",
                [*_PLACE, *_VIEW],
                (*_PICTURE, 404),
            )
            | body
        },
        "/v1/teach": {
            "post": _operation(
                "Keep what is at a place of a picture, under what its owner says it is",
                "teach",
                "Taught",
                [_LABEL, *_PLACE, *_VIEW],
                (*_PICTURE, 404, 507),
            )
            | body
        },
        "/v1/teach/{id}": {
            "delete": _operation("Take back what was kept", "take_back", "Taught", [_ID], (404,))
        },
        "/v1/learn": {
            "get": _operation("How the learning stands", "learning", "Learning", [], (404,)),
            "post": _operation(
                "Learn what was taught, which takes minutes; lines say then how digits were read "
                "before and after",
                "learn",
                "Learning",
                [],
                (404, 409, 507),
            ),
            "delete": _operation(
                "Stop learning, or go back to the weights before",
                "undo",
                "Learning",
                [],
                (404, 507),
            ),
        },
    }


_ALWAYS = (400, 401, 403, 421, 503)
_PICTURE = (408, 413, 415, 422)
_REFUSALS = {
    400: "A parameter is unknown or makes no sense, or there is no picture",
    401: "The token is missing or wrong",
    403: "A page of another origin asks",
    404: "There is nothing like it",
    408: "The picture did not arrive in time",
    409: "It learns already",
    413: "The picture has too many bytes",
    415: "The picture is sent as a part of a form, not as the body",
    421: "The server has another name than the one asked for",
    422: "It is no picture, or one that cannot be decoded or has too many pixels",
    503: "Too many pictures wait to be read, or too many connections are open; try again soon",
    507: "The example could not be written",
}


_JPEG: Document = {"description": "Done", "content": {"image/jpeg": {"schema": {}}}}


def _operation(
    summary: str,
    name: str,
    answer: str,
    parameters: list[Document],
    refusals: tuple[int, ...],
) -> Document:
    responses = {"200": _response("Done", answer) if answer else _JPEG}
    for status in sorted({*_ALWAYS, *refusals}):
        responses[str(status)] = _response(_REFUSALS[status], "Error")
    return {
        "summary": summary,
        "operationId": name,
        "parameters": parameters,
        "responses": responses,
    }


def _response(description: str, schema: str) -> Document:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}


def _body(limits: Limits) -> Document:
    """Return the body of a request that carries a picture."""
    kinds = ("image/jpeg", "image/png", "image/webp", "application/pdf", "application/octet-stream")
    return {
        "requestBody": {
            "required": True,
            "description": (
                "A picture file: JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF, or a PDF, of at "
                f"most {limits.picture_bytes / 2**20:g} MiB and {limits.picture_pixels / 1e6:g} "
                "megapixels"
            ),
            "content": {kind: {"schema": {}} for kind in kinds},
        }
    }


def _query(name: str, schema: Document, description: str, required: bool = False) -> Document:
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": schema,
    }


_VIEW = [
    _query("polarity", {"enum": list(POLARITIES)}, "Dark ink on light, light on dark, or both"),
    _query(
        "rotate",
        {"enum": [str(rotation) for rotation in ROTATIONS]},
        "Degrees that the picture is turned clockwise before reading; level finds out by how "
        "many of -45 to 45, auto all around",
    ),
]
_READING = [
    _query(
        "source",
        {"type": "string", "maxLength": MAX_NAME, "pattern": "^[ -~]*$"},
        "What the record calls the picture",
    ),
    _query(
        "min_confidence",
        {"type": "number", "minimum": 0, "maximum": 1},
        "Leave out numbers that are less sure; a digit that is, in a number, is a ? there",
    ),
    _query(
        "decimal",
        {"enum": list(DECIMAL_MARKS)},
        "The decimal mark: says what 1,234 is worth, which is nothing else",
    ),
    _query(
        "writing",
        {"enum": ["all", *WRITINGS]},
        "Report only what is written by hand, leaving out what is surely printed, or only that",
    ),
    *_VIEW,
]
_PAGE = _query(
    PAGE,
    {"type": "integer", "minimum": 1, "maximum": MAX_PAGE},
    "Of a document with several pages (PDF, TIFF, slide show): which one is read",
)
_PLACE = [
    _query("x", {"type": "integer", "minimum": 0, "maximum": 1048575}, "Column, in pixels"),
    _query("y", {"type": "integer", "minimum": 0, "maximum": 1048575}, "Row, in pixels"),
    _query(
        "box",
        {"type": "string", "pattern": "^[0-9]{1,5},[0-9]{1,5},[1-9][0-9]{0,4},[1-9][0-9]{0,4}$"},
        "In place of x and y: the box X,Y,W,H of a digit that was read",
    ),
    _query("read", {"type": "integer", "minimum": 0, "maximum": 9}, "With box: its label"),
]
_LABEL = _query("label", {"enum": list(SIDES)}, "What it is; none is no digit", required=True)
_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "As teach answered it",
    "schema": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
}
