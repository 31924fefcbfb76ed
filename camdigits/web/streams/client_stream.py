"""``/v1/stream``: frames of a client in, its records out, over a WebSocket.

A binary message is a frame: a picture file.  Each frame that is read is answered by text messages:
its frame record, then the events that became certain with it.  Of frames that come faster than
they are read, the newest is read and the others are dropped; ``index`` counts them.  A text message
is an object with any of ``min_confidence``, which holds from the next frame on, and ``time_s``,
which is that of the next frame.
"""

from __future__ import annotations

import asyncio
import json
import threading
from concurrent.futures import CancelledError

from starlette.websockets import WebSocket, WebSocketDisconnect

from camdigits.errors import CamdigitsError, UsageError
from camdigits.recognizer import Recognizer
from camdigits.types import Record
from camdigits.web.api.parameters import (
    READING,
    asked_of,
    config_of,
    min_confidence_of,
    number_of,
    source_of,
)
from camdigits.web.api.reader_pool import ReaderPool
from camdigits.web.api.responses import error_record
from camdigits.web.server.access import PROTOCOL
from camdigits.web.server.address import neighbour
from camdigits.web.streams.client_frames import ClientFrames

MAX_TIME_S = 1e9
_LEFT = (OSError, RuntimeError, CancelledError, WebSocketDisconnect)
"""What sending raises when the client left, or the server ends."""


async def stream(socket: WebSocket) -> None:
    """Serve one client until it leaves."""
    pool: ReaderPool = socket.app.state.pool
    is_known = PROTOCOL in socket.scope["subprotocols"]
    await socket.accept(subprotocol=PROTOCOL if is_known else None)
    try:
        asked = asked_of(socket.query_params, READING)
        name = source_of(asked, "stream")
        recognizer = pool.recognizer(config_of(asked, pool.config))
    except CamdigitsError as error:
        await socket.close(1008, str(error)[:100])
        return
    own = neighbour(socket.client.host) if socket.client else None
    if not pool.begin_stream(own):
        await socket.close(1013, "too many clients; try again later")
        return
    client = _Client(socket, pool, recognizer, name)
    try:
        await client.listen()
    except _LEFT:
        pass
    finally:
        client.close()
        pool.end_stream(own)


class _Client:
    """One client: a thread reads its frames, and goes on when an answer is on its way."""

    def __init__(
        self, socket: WebSocket, pool: ReaderPool, recognizer: Recognizer, name: str
    ) -> None:
        self._socket, self._limits, self._recognizer = socket, pool.limits, recognizer
        self._loop = asyncio.get_running_loop()
        self._frames = ClientFrames(name, pool.limits.frame_pixels, self._refuse)
        self._time_s: float | None = None
        threading.Thread(target=self._run, name="client", daemon=True).start()

    async def listen(self) -> None:
        """Take messages until the client leaves, and no more of them than the limit allows."""
        free_s = 0.0
        while (message := await self._socket.receive())["type"] != "websocket.disconnect":
            if message.get("bytes") is not None:
                self._frames.offer(message["bytes"], self._time_s)
                self._time_s = None
            else:
                await self._change(message.get("text") or "")
            now_s = self._loop.time()
            free_s = max(free_s, now_s - 1) + 1 / self._limits.frames_per_s
            if free_s > now_s:
                await asyncio.sleep(free_s - now_s)

    def close(self) -> None:
        """Have the thread end, after the frame that it reads; it is not waited for."""
        self._frames.close()

    async def _change(self, text: str) -> None:
        """Take settings, or say what is wrong with them."""
        try:
            asked = json.loads(text)
            if not isinstance(asked, dict) or not asked.keys() <= {"min_confidence", "time_s"}:
                raise UsageError("a text message is an object with min_confidence or time_s")
            if "min_confidence" in asked:
                self._recognizer.min_confidence = min_confidence_of(asked["min_confidence"])
            if "time_s" in asked:
                self._time_s = min(MAX_TIME_S, max(0.0, number_of(asked["time_s"], "time_s")))
        except UsageError as error:
            await self._send([error_record(str(error))])
        except (ValueError, RecursionError):
            await self._send([error_record("a text message is JSON")])

    def _run(self) -> None:
        """Read until closed; the thread's only function."""
        try:
            for _, reading in self._recognizer.stream(self._frames):
                self._answer(list(reading.records("both")))
        except _LEFT:
            pass
        except CamdigitsError as error:
            self._end(1008, str(error))
        except BaseException:
            self._end(1011, "this is a bug of camdigits")
            raise

    def _refuse(self, text: str) -> None:
        self._answer([error_record(text)])

    def _answer(self, records: list[Record]) -> None:
        """Send records, and wait until they are on their way or the client was dropped."""
        sending = self._send(records)
        try:
            asyncio.run_coroutine_threadsafe(sending, self._loop).result()
        finally:
            sending.close()  # where the loop has ended, it was never begun

    async def _send(self, records: list[Record]) -> None:
        for record in records:
            await self._socket.send_text(json.dumps(record, separators=(",", ":")))

    def _end(self, code: int, reason: str) -> None:
        """Hang up, since this client cannot be served any more."""
        asyncio.run_coroutine_threadsafe(self._socket.close(code, reason[:100]), self._loop)
