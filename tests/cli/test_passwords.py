"""Passwords of addresses are neither said nor written, unless records are to hold them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from camdigits.cli import main
from tests.cli.pages import TEXT, page
from tests.support.media import encoded

PICTURE = encoded(".png", page())
PASSWORD = "s3c@ret"


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(PICTURE)))
            self.end_headers()
            self.wfile.write(PICTURE)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://me:{PASSWORD}@127.0.0.1:{server.server_port}/page.png"
        server.shutdown()


def everything_in(folder: Path) -> str:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return "".join(path.name + path.read_bytes().decode("latin-1") for path in files)


def test_password_is_in_nothing_that_is_said_or_written(
    address: str, tmp_path: Path, capsys: Any
) -> None:
    records = str(tmp_path / "all.jsonl")
    arguments = [address, "-v", "--format", "csv", "--output-records", records]
    assert (
        main(["run", *arguments, "-o", f"{tmp_path / 'marked'}/", "--table", f"{tmp_path}/t/"]) == 0
    )
    said = "".join(capsys.readouterr())
    assert "me:***@127.0.0.1" in said and "s3c" not in said
    record = json.loads(Path(records).read_text("utf-8").splitlines()[0])
    assert record["source"] == address.replace(PASSWORD, "***")
    assert "s3c" not in everything_in(tmp_path)


def test_records_hold_the_password_where_that_is_asked_for(
    address: str, tmp_path: Path, capsys: Any
) -> None:
    assert main(["run", address, "-v", "--format", "jsonl", "--keep-passwords"]) == 0
    out, err = capsys.readouterr()
    record = json.loads(out.splitlines()[0])
    assert record["source"] == address
    assert [number["text"] for number in record["numbers"]] == TEXT.split()
    assert "s3c" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["rtsp://me:s3c/ret@127.0.0.1:1/live", "--no-window"],
        ["ftp://me:s3c@ret@host/live"],
        ["http://me:s3c/ret@127.0.0.1:1/*.png", "http://me:s3c/ret@127.0.0.1:1/x", "-o", "m.png"],
        ["photo.png", "--what", "rtsp://me:s3c@ret@host/live"],
    ],
)
def test_error_lines_have_no_password(arguments: list[str], capsys: Any) -> None:
    assert main(["run", *arguments, "--reconnect", "0"]) > 0
    err = capsys.readouterr().err
    assert "s3c" not in err and "ret" not in err.replace("--reconnect", "").replace("secret", "")
