"""How long each stage of a question takes."""

from __future__ import annotations

import time


class Clock:
    """Seconds a stage, and since the start until the first words and the end."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._seconds: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """End a stage."""
        now = time.perf_counter()
        self._seconds[stage] = self._seconds.get(stage, 0.0) + now - self._last
        self._last = now

    def mark(self, name: str) -> None:
        """Note the time since the start, once."""
        self._seconds.setdefault(name, time.perf_counter() - self._start)

    def seconds(self) -> dict[str, float]:
        """All of it, rounded to milliseconds, with "total"; without a draft the first words come with the answer."""
        self.mark("first_words")
        self.mark("total")
        return {name: round(value, 3) for name, value in self._seconds.items()}
