"""Files of pages as routes; a client's path never becomes one of the disk's."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
"""Files that pages are made of, by how their names end, and the type that browsers are told."""


def file_route(file: Path, path: str) -> Route:
    """Return the route by which browsers get a file.

    Args:
        file: ends in one of `TYPES`.
        path: of the address, such as ``"/style.css"``.
    """

    async def send_file(_: Request) -> Response:
        return FileResponse(file, media_type=TYPES[file.suffix])

    return Route(path, send_file)
