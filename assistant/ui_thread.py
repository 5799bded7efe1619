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
from dataclasses import dataclass
from typing import TypeVar

from assistant.llm import HALT
from index.errors import AssistantError

T = TypeVar("T")
BEAT = 0.25  # seconds between two signs of life


class _End:
    """Marks the end of a stream in the queue."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A beat of a stream that has not begun: so many go before it."""

    ahead: int


class OneThread:
    """Runs streams one after the other. `close` halts the running one and drops those that wait."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="answering")
        self._line: list[threading.Event] = []  # of those that run or wait, in their order: set when nobody waits
        self._guard = threading.Lock()

    @property
    def length(self) -> int:
        """How many run or wait."""
        return len(self._line)

    def stream(
        self, start: Callable[[], Iterator[T]], left: threading.Event | None = None
    ) -> Generator[T | Waiting | None, None, None]:
        """The events of the iterator that `start` makes, in order; after every BEAT without one None, or Waiting.

        Closing this generator or setting `left` ends the iterator at its next event, and halts the model at once. An
        AssistantError of the iterator is raised here; any other is a mistake in the program: it is shown in the
        terminal, and the events end.
        """
        events: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
        left = left or threading.Event()
        with self._guard:
            self._line.append(left)
            job = self._pool.submit(self._run, start, events, left)
        job.add_done_callback(lambda _: self._end(left, events))
        try:
            yield from self._until_end(events, job, left)
        finally:
            if not job.done():  # what ended by itself was not left
                left.set()
                job.cancel()

    def _end(self, left: threading.Event, events: queue.SimpleQueue[T | _End]) -> None:
        with self._guard:
            if left in self._line:
                self._line.remove(left)
        events.put(_End())

    def _run(
        self, start: Callable[[], Iterator[T]], events: queue.SimpleQueue[T | _End], left: threading.Event
    ) -> None:
        if left.is_set():
            return
        HALT.set(left)
        iterator = start()
        try:
            for event in iterator:
                events.put(event)
                if left.is_set():
                    return
        finally:
            if close := getattr(iterator, "close", None):
                close()

    def close(self) -> None:
        """End all work, and wait until the model is free."""
        with self._guard:
            for left in self._line:
                left.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _until_end(
        self, events: queue.SimpleQueue[T | _End], job: Future[None], left: threading.Event
    ) -> Generator[T | Waiting | None, None, None]:
        while True:
            try:
                event = events.get(timeout=BEAT)
            except queue.Empty:
                with self._guard:
                    ahead = self._line.index(left) if left in self._line else 0
                yield Waiting(ahead) if ahead else None
                continue
            if isinstance(event, _End):
                error = None if job.cancelled() else job.exception()
                if isinstance(error, AssistantError):
                    raise error
                if error is not None:
                    sys.excepthook(type(error), error, error.__traceback__)
                return
            yield event
