"""The machine's own certificate: made once, kept, used again."""

from __future__ import annotations

import datetime
import ssl
import stat
import sys
from pathlib import Path

import httpx
import pytest

pytest.importorskip("cryptography", reason="needs camdigits[web]")

from camdigits.errors import OutputError, UsageError
from camdigits.web.api.reader_pool import ReaderPool
from camdigits.web.app import make_app
from camdigits.web.server import tls
from camdigits.web.server.limits import Limits
from camdigits.web.server.tls import Pair, own_pair
from camdigits.web.server.web_server import WebServer, bind

NAMES = {"localhost", "127.0.0.1", "desk.local"}


def names_in(pair: Pair) -> set[str]:
    known = tls._known(pair.certificate, pair.key)
    assert known is not None
    return tls._names_of(known)


def test_a_pair_is_made_once_and_used_again(tmp_path: Path) -> None:
    first = own_pair(tmp_path / "tls", NAMES)
    second = own_pair(tmp_path / "tls", {"localhost"})

    assert (first.is_new, second.is_new) == (True, False)
    assert first.fingerprint == second.fingerprint
    assert names_in(first) == NAMES
    assert len(first.fingerprint) == 32 * 3 - 1


def test_another_name_makes_a_new_pair_that_has_the_old_names_too(tmp_path: Path) -> None:
    first = own_pair(tmp_path, NAMES)
    second = own_pair(tmp_path, {"192.168.1.5"})

    assert second.is_new and second.fingerprint != first.fingerprint
    assert names_in(second) == NAMES | {"192.168.1.5"}


def test_a_pair_that_ends_soon_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls, "DAYS", tls.RENEW_DAYS - 1)
    own_pair(tmp_path, NAMES)
    monkeypatch.undo()

    pair = own_pair(tmp_path, NAMES)

    known = tls._known(pair.certificate, pair.key)
    assert pair.is_new and known is not None
    left = known.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(days=390) < left < datetime.timedelta(days=398)


@pytest.mark.parametrize("name", ["certificate.pem", "key.pem"])
def test_a_damaged_pair_is_made_anew(tmp_path: Path, name: str) -> None:
    own_pair(tmp_path, NAMES)
    (tmp_path / name).write_text("damaged")

    assert own_pair(tmp_path, NAMES).is_new
    assert not own_pair(tmp_path, NAMES).is_new


@pytest.mark.skipif(sys.platform == "win32", reason="has no such permissions")
def test_the_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    pair = own_pair(tmp_path / "tls", NAMES)

    assert stat.S_IMODE(pair.key.stat().st_mode) == 0o600
    assert stat.S_IMODE(pair.key.parent.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(OutputError, match="--tls-cert"):
        own_pair(tmp_path / "file" / "tls", NAMES)


def test_the_server_speaks_https_with_it(tmp_path: Path) -> None:
    pair, limits = own_pair(tmp_path, NAMES), Limits()
    listener = bind("127.0.0.1", 0)
    port = listener.getsockname()[1]
    app = make_app(ReaderPool(limits=limits))
    with WebServer(app, listener, limits, (pair.certificate, pair.key)):
        answer = httpx.get(
            f"https://localhost:{port}/v1/info",
            verify=ssl.create_default_context(cafile=pair.certificate),
            trust_env=False,
        )

    assert answer.json()["type"] == "info"


def test_files_that_are_no_pair_are_refused(tmp_path: Path) -> None:
    pair = own_pair(tmp_path, NAMES)
    listener = bind("127.0.0.1", 0)
    with listener, pytest.raises(UsageError, match="cannot be used"):
        WebServer(make_app(ReaderPool()), listener, Limits(), (pair.certificate, pair.certificate))
