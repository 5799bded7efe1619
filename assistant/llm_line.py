"""The line to a server: what comes is heard in a thread, so that whoever waits can hang up at any moment.

A server sends nothing while it reads a prompt, and a thread that waits for its first byte is woken by nothing but the
connection's end. So hanging up ends the connection itself; that is also what tells a server to stop working.
"""

from __future__ import annotations

import queue
import socket
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Any, TypeVar

from assistant.llm import halted
from index.errors import ModelStopped

T = TypeVar("T")
BEAT = 0.05  # seconds between two looks at whether somebody still waits
_CONNECTED = ("connection.connect_tcp.complete", "connection.start_tls.complete")


class Line:
    """The connection one HTTP client has. For one request at a time; `hooks` belong into the client's event_hooks."""

    def __init__(self) -> None:
        self._stream: Any = None  # httpcore's, of the latest connection
        self._left = False

    @property
    def hooks(self) -> Mapping[str, list[Callable[[Any], None]]]:
        """What lets this object see the client's connections."""
        return {"request": [self._watch]}

    def _watch(self, request: Any) -> None:
        request.extensions["trace"] = self._note

    def _note(self, event: str, facts: Mapping[str, Any]) -> None:
        if event in _CONNECTED:
            self._stream = facts["return_value"]
            if self._left:
                self._end()

    def _end(self) -> None:
        """End the connection under the feet of the thread that reads from it. Closing it would not wake that thread."""
        connected = self._stream and self._stream.get_extra_info("socket")
        if connected is not None:
            with suppress(OSError):  # it has ended by itself
                socket.socket.shutdown(connected, socket.SHUT_RDWR)

    def hear(self, start: Callable[[], Generator[T, None, None]]) -> Generator[T, None, None]:
        """What `start()` yields, run in a thread. Closing this generator hangs up.

        Raises what `start` raises, and ModelStopped as soon as nobody waits any more.
        """
        pieces: queue.SimpleQueue[T | None] = queue.SimpleQueue()
        self._left = False

        def run() -> None:
            try:
                with closing(start()) as source:
                    for piece in source:
                        pieces.put(piece)
                        if self._left:
                            return
            finally:
                pieces.put(None)

        with ThreadPoolExecutor(max_workers=1) as pool:
            job: Future[None] = pool.submit(run)
            try:
                while (piece := _next(pieces)) is not None:
                    yield piece
                job.result()
            finally:
                self._left = True
                if not job.done():
                    self._end()


def _next(pieces: queue.SimpleQueue[T | None]) -> T | None:
    while not halted():
        try:
            return pieces.get(timeout=BEAT)
        except queue.Empty:
            continue
    raise ModelStopped("the model was stopped on request: ask again")
