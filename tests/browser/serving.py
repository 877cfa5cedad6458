"""An application on a real socket, in this process, that leaves no connection open behind it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from tests import machine


@contextmanager
def served(app: Flask, *, threads: int = 8) -> Iterator[str]:
    """Its address, until the block ends."""
    server = create_server(app, host="127.0.0.1", port=machine.free_port(), threads=threads)
    loop = threading.Thread(target=server.run, daemon=True)
    loop.start()

    def close() -> None:
        for channel in list(server.active_channels.values()):
            channel.handle_close()
        wasyncore.close_all(server._map)

    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # in the loop's own thread: it may be reading the very connections that are closed
        server.trigger.pull_trigger(close)
        loop.join(5)
        server.task_dispatcher.shutdown()
        assert not loop.is_alive()
