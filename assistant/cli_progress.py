"""Progress on standard error: a live bar on a terminal, else plain lines. Nothing here writes to standard output."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Literal, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Column

from assistant.render import one_line
from assistant.weights import Progress as FileProgress
from index.records import BuildProgress

Unit = Literal["files", "questions", "bytes"]
PAUSE = 1.0  # seconds between two plain lines


def amount(value: float, unit: Unit) -> str:
    """1,234 for things, 1.1 GB for bytes."""
    if unit != "bytes":
        return f"{value:,.0f}"
    for size, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if value >= size:
            return f"{value / size:,.2f} {name}" if name == "GB" else f"{value / size:,.1f} {name}"
    return f"{value:,.0f} B"


def counted(number: int, thing: str) -> str:
    """1 article, 2 articles."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def left(seconds: float) -> str:
    """A time that is still to come, no finer than it is known."""
    if seconds < 90:
        return f"{seconds:.0f} s left"
    return f"{seconds / 60:.0f} min left" if seconds < 5400 else f"{seconds / 3600:.1f} h left"


def speed(rate: float, unit: Unit) -> str:
    """12.3 MB/s, 8.1/s, or for what takes long 7.9 s each."""
    if unit == "bytes":
        return f"{amount(rate, unit)}/s"
    return f"{rate:,.1f}/s" if rate >= 1 else f"{1 / rate:,.1f} s each"


class Meter:
    """How far the work is, as a context manager; `tell` takes the product's own progress events, `show` anything."""

    def __init__(
        self, stream: TextIO | None = None, *, live: bool | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._live = self._stream.isatty() if live is None else live
        self._clock = clock
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._begun: dict[str, tuple[float, float]] = {}  # label -> time and amount when first seen
        self._last: tuple[float, str, object] = (-PAUSE, "", None)

    def __enter__(self) -> Self:
        if self._live:
            self._bar = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=24),
                TextColumn("{task.fields[state]}", markup=False, table_column=Column(no_wrap=True)),
                console=Console(file=self._stream),
                transient=True,
            )
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def tell(self, event: object) -> None:
        """Show one of the product's progress events; any other object is none of this meter's business."""
        if isinstance(event, FileProgress):
            self.show(f"{event.source}: {event.file}", event.done_bytes, event.total_bytes, "bytes")
        elif isinstance(event, BuildProgress):
            note = f"{counted(event.articles, 'article')} · {counted(event.passages, 'passage')}"
            self.show("indexing", event.done, event.total, "files", note, event.current)

    def show(self, label: str, done: float, total: float | None, unit: Unit, note: str = "", current: str = "") -> None:
        """`done` of `total` (None: not known yet) under `label`; `current` is shown on terminals only."""
        now = self._clock()
        begun, first = self._begun.setdefault(label, (now, done))
        rate = (done - first) / (now - begun) if now > begun else 0.0
        state = [
            amount(done, unit)
            + ("" if total is None else f"/{amount(total, unit)}")
            + ("" if unit == "bytes" else f" {unit}")
        ]
        if rate > 0:
            state.append(speed(rate, unit))
            if total is not None and total > done >= first + 2 and now - begun > 2:
                state.append(left((total - done) / rate))
        state += [note] if note else []
        if self._bar is not None:
            state += [one_line(current)[-48:]] if current else []
            self._draw(self._bar, label, done, total, " · ".join(state))
        else:
            self._print(now, label, int(100 * done / total) if total else done, " · ".join(state))

    def _draw(self, bar: Progress, label: str, done: float, total: float | None, state: str) -> None:
        if label not in self._tasks:
            self._tasks[label] = bar.add_task(one_line(label), total=total, state=state)
        bar.update(self._tasks[label], completed=done, total=total, state=state)

    def _print(self, now: float, label: str, step: object, state: str) -> None:
        """One plain line, unless the last one is too fresh or says the same percentage."""
        time_of_last, *said = self._last
        if now - time_of_last >= PAUSE and said != [label, step]:
            self._last = (now, label, step)
            print(f"{one_line(label)} {state}", file=self._stream, flush=True)
