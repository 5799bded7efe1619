"""A language model that counts the tokens put through it, by task. It changes nothing of what passes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from assistant.llm import ChatModel, Task
from prompts import Message


class Metered:
    """Wraps a ChatModel. Each thread has its own counts, as each asks its own question."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self._own = threading.local()
        self.name, self.context, self.timing = model.name, model.context, model.timing

    def take(self) -> dict[str, int]:
        """Tokens this thread has put through since it last asked: "answer_prompt", "answer_reply", "check_prompt" ..."""
        counted = dict(self._counts())
        self._own.counts = Counter()
        return counted

    def _counts(self) -> Counter[str]:
        if not hasattr(self._own, "counts"):
            self._own.counts = Counter()
        counts: Counter[str] = self._own.counts
        return counts

    def _note_prompt(self, task: Task, messages: Sequence[Message]) -> None:
        self._counts()[f"{task}_prompt"] += self._model.count_tokens("\n".join(m.content for m in messages))

    def count_tokens(self, text: str) -> int:
        return self._model.count_tokens(text)

    def warm(self, task: Task, messages: Sequence[Message]) -> None:
        self._model.warm(task, messages)

    def write(
        self, task: Task, messages: Sequence[Message], *, max_tokens: int, grammar: str | None = None
    ) -> Iterator[str]:
        self._note_prompt(task, messages)
        written = ""
        try:
            for piece in self._model.write(task, messages, max_tokens=max_tokens, grammar=grammar):
                written += piece
                yield piece
        finally:
            self._counts()[f"{task}_reply"] += self._model.count_tokens(written)
            self.timing = self._model.timing

    def probability(self, task: Task, messages: Sequence[Message], *, yes: str = "Yes", no: str = "No") -> float:
        self._note_prompt(task, messages)
        self._counts()[f"{task}_reply"] += 1
        return self._model.probability(task, messages, yes=yes, no=no)

    def shows_layers(self) -> bool:
        return self._model.shows_layers()

    def lines(self, messages: Sequence[Message], after: int = 0) -> np.ndarray:
        self._note_prompt("judge", messages)
        return self._model.lines(messages, after)

    def close(self) -> None:
        self._model.close()
