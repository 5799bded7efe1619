"""One thread for all work on the model, because gradio takes every item of a generator in whichever thread is free.

A stream must live in one thread: it holds locks while it waits, and closing it waits for the model. The page gets the
events through a queue instead, with a beat in between, so that it can be left within one beat at any time.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from index.errors import AssistantError

T = TypeVar("T")
BEAT = 0.25  # seconds between two signs of life


class _End:
    """Marks the end of a stream in the queue."""


class OneThread:
    """Runs streams one after the other. `close` ends the running one at its next event and drops those that wait."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="answering")
        self._closed = threading.Event()

    def stream(self, start: Callable[[], Iterator[T]]) -> Generator[T | None, None, None]:
        """The events of the iterator that `start` makes, in order; None after every BEAT without one.

        Closing this generator closes that iterator at its next event. An AssistantError of the iterator is raised here;
        any other is a mistake in the program: it is shown in the terminal, and the events end.
        """
        events: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
        left = threading.Event()
        job = self._pool.submit(self._run, start, events, left)
        job.add_done_callback(lambda _: events.put(_End()))
        try:
            yield from _until_end(events, job)
        finally:
            left.set()
            job.cancel()

    def _run(
        self, start: Callable[[], Iterator[T]], events: queue.SimpleQueue[T | _End], left: threading.Event
    ) -> None:
        iterator = start()
        try:
            for event in iterator:
                events.put(event)
                if left.is_set() or self._closed.is_set():
                    return
        finally:
            if close := getattr(iterator, "close", None):
                close()

    def close(self) -> None:
        """End all work, and wait until the model is free."""
        self._closed.set()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _until_end(events: queue.SimpleQueue[T | _End], job: Future[None]) -> Generator[T | None, None, None]:
    while True:
        try:
            event = events.get(timeout=BEAT)
        except queue.Empty:
            yield None
            continue
        if isinstance(event, _End):
            error = None if job.cancelled() else job.exception()
            if isinstance(error, AssistantError):
                raise error
            if error is not None:
                sys.excepthook(type(error), error, error.__traceback__)
            return
        yield event
