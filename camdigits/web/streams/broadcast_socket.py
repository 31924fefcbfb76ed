"""The WebSocket of `camdigits.web.streams.broadcast`."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from camdigits.errors import UsageError
from camdigits.web.api.parameters import asked_of
from camdigits.web.api.reader_pool import ReaderPool
from camdigits.web.server.access import PROTOCOL
from camdigits.web.server.address import neighbour
from camdigits.web.streams.broadcast import Broadcast, Watcher, message_of

_LEFT = (OSError, RuntimeError, WebSocketDisconnect)


async def watch(socket: WebSocket) -> None:
    """Serve one client until it leaves."""
    pool: ReaderPool = socket.app.state.pool
    broadcast: Broadcast = socket.app.state.broadcast
    is_known = PROTOCOL in socket.scope["subprotocols"]
    await socket.accept(subprotocol=PROTOCOL if is_known else None)
    try:
        asked_of(socket.query_params)
    except UsageError as error:
        await socket.close(1008, str(error)[:100])
        return
    own = neighbour(socket.client.host) if socket.client else None
    if not pool.begin_stream(own):
        await socket.close(1013, "too many clients; try again later")
        return
    watcher = broadcast.enter()
    sending = asyncio.create_task(_send_all(socket, broadcast, watcher))
    try:
        # Whatever it says means that it is ready.
        while (await socket.receive())["type"] != "websocket.disconnect":
            watcher.is_ready = True
            watcher.woken.set()
    finally:
        sending.cancel()
        broadcast.leave(watcher)
        pool.end_stream(own)


async def _send_all(socket: WebSocket, broadcast: Broadcast, watcher: Watcher) -> None:
    with suppress(*_LEFT):
        while True:
            await watcher.woken.wait()
            watcher.woken.clear()
            while watcher.waiting:
                await socket.send_text(message_of(watcher.waiting.popleft()))
            shown = broadcast.next_for(watcher)
            if shown is not None:
                record, jpeg = await asyncio.to_thread(shown.messages)
                await socket.send_text(record)
                await socket.send_bytes(jpeg)
