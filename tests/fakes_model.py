"""A language model whose every reply is given beforehand: for tests of what asks it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from assistant.judge import learnt
from assistant.llm import Task, Timing
from index.errors import ModelError, ModelStopped
from prompts import Message

Reply = str | BaseException | Callable[[str], str]  # the text, what is raised, or a function of the prompt's last turn
Belief = float | Callable[[str], float]  # Yes against No, or a function of the prompt's last turn
SURE, UNSURE = 0.99, 0.01


class ScriptRanOut(AssertionError):
    """The model was asked once more than the test foresaw."""


def sure_of(*words: str) -> Callable[[str], float]:
    """A check that agrees to a proposed answer with one of `words`, and to no other."""

    def belief(prompt: str) -> float:
        proposed = prompt.rpartition("Proposed answer:")[2]
        return SURE if any(word in proposed for word in words) else UNSURE

    return belief


class ScriptedModel:
    """Replies and probabilities in the order given, one a call; a script that runs out fails the test.

    Replies stream in pieces of `piece` characters. `prompts` keeps what was asked, as (task, last turn); `warmed` the
    tasks warmed; `stopped` counts replies whose reader went away before their end.
    """

    name = "scripted"
    context = 4096
    timing: Timing | None = None

    def __init__(self, replies: Iterable[Reply] = (), probabilities: Iterable[Belief] = (), *, piece: int = 7) -> None:
        self.warmed: list[Task] = []
        self.closed = False
        self._piece = piece
        self.load(replies, probabilities)

    def load(self, replies: Iterable[Reply] = (), probabilities: Iterable[Belief] = ()) -> None:
        """Begin a new script, and forget what was asked."""
        self.replies = deque(replies)
        self.probabilities = deque(probabilities)
        self.prompts: list[tuple[Task, str]] = []
        self.grammars: list[str | None] = []
        self.stopped = 0

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def warm(self, task: Task, messages: Sequence[Message]) -> None:
        assert messages, f"the prompt {task!r} has nothing to warm"
        self.warmed.append(task)

    def write(
        self, task: Task, messages: Sequence[Message], *, max_tokens: int, grammar: str | None = None
    ) -> Iterator[str]:
        assert max_tokens > 0
        self.prompts.append((task, messages[-1].content))
        self.grammars.append(grammar)
        if not self.replies:
            raise ScriptRanOut(f"no reply left for {task!r}: {messages[-1].content!r}")
        reply = self.replies.popleft()
        if isinstance(reply, BaseException) and not getattr(reply, "partial", ""):
            raise reply
        text = reply.partial if isinstance(reply, ModelStopped) else reply
        text = text(messages[-1].content) if callable(text) else str(text)
        whole = False
        try:
            for start in range(0, len(text), self._piece):
                yield text[start : start + self._piece]
            whole = True
            if isinstance(reply, ModelStopped):
                raise reply  # after what it had written
        finally:
            self.stopped += not whole

    def probability(self, task: Task, messages: Sequence[Message], *, yes: str = "Yes", no: str = "No") -> float:
        self.prompts.append((task, messages[-1].content))
        if not self.probabilities:
            raise ScriptRanOut(f"no probability left for {task!r}: {messages[-1].content!r}")
        belief = self.probabilities.popleft()
        return belief(messages[-1].content) if callable(belief) else belief

    def shows_layers(self) -> bool:
        return False  # as every model but the embedded default

    def lines(self, messages: Sequence[Message], after: int = 0) -> np.ndarray:
        raise ModelError("no layers are shown")

    def close(self) -> None:
        self.closed = True

    def asked(self, task: Task) -> list[str]:
        """The last turns of every prompt of one task."""
        return [content for name, content in self.prompts if name == task]


class LayeredModel(ScriptedModel):
    """A scripted model that shows its layers, as the embedded default does: the probe says `likely` of a sentence that holds one of
    the words believed, and `unlikely` of any other. `judged` keeps the sentences it read."""

    likely, unlikely = 6.0, -9.0  # log-odds

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.words = words
        self.judged: list[str] = []
        self.turns: list[str] = []

    def shows_layers(self) -> bool:
        return True

    def lines(self, messages: Sequence[Message], after: int = 0) -> np.ndarray:
        lines = messages[-1].content.split("\n")[after:]
        if messages[-1].role == "user":
            self.judged += lines
            self.turns.append(messages[-1].content)
        *direction, bias = learnt().probe.astype(np.float64)
        along = np.array(direction)
        says = [self.likely if any(word in line for word in self.words) else self.unlikely for line in lines]
        return np.stack([np.asarray(along * (say - bias) / (along @ along), np.float32) for say in says])
