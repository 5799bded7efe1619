"""What every model behind a server has in common: the budget of tokens, one retry, hidden thoughts, and no reply without an end.

A server is never trusted to cut: a prompt that may not fit is refused here, a reply that has no end is stopped here, and one
that reached its limit is an error.
"""

from __future__ import annotations

import re
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace

import numpy as np

from assistant.llm import Task, Timing, halted, odds
from assistant.llm_line import Line
from assistant.llm_thoughts import without_thoughts
from index.errors import ModelError, ModelSilent, ModelStopped, PromptTooLong, ReplyCut
from index.tokens import token_bound
from prompts import Message

PAUSE = 0.5  # seconds before the one retry: a runner that died is back by then
VOTES = 5  # replies drawn where a server gives no log-probabilities
TEMPLATE_TOKENS = 12  # of a chat template around one message
MOST_CHARACTERS = 64  # a token; beyond that a server does not keep to the limit it was given
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call. `grammar` is GBNF, for servers that take it."""

    messages: tuple[Message, ...]
    max_tokens: int
    grammar: str | None = None
    temperature: float = 0.0
    seed: int = 0
    logprobs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of a reply. `top`: the likeliest tokens at this place, with log-probabilities; `end`: why the reply ended."""

    text: str = ""
    thought: str = ""
    top: tuple[tuple[str, float], ...] = ()
    end: str = ""  # "", "stop" or "length"
    prompt_tokens: int = 0  # of the whole prompt, as the server counted them; 0: not said
    timing: Timing | None = None


class ServedModel(ABC):
    """One model on one server. Thread-safe: callers are served one after another. A subclass sends one request."""

    def __init__(self, name: str, *, context: int, thoughts: int = 0) -> None:
        """`thoughts`: tokens granted on top to a model whose thinking cannot be switched off."""
        self.name = name
        self.context = context
        self.timing: Timing | None = None
        self._thoughts = thoughts
        self._weighs = True  # until the server turns out to give no log-probabilities
        self._lock = threading.Lock()
        self._line = Line()  # a subclass gives its hooks to its client

    @abstractmethod
    def _send(self, request: Request) -> Generator[Piece, None, None]:
        """The pieces of one reply. Closing the generator ends the request. Raises ModelError, nothing of a library's."""

    def count_tokens(self, text: str) -> int:
        """An upper bound: a server does not count ahead."""
        return token_bound(text)

    def warm(self, task: Task, messages: Sequence[Message]) -> None:
        """Load the model and let the server read the static turns; it keeps its own prompt cache."""
        if task == "judge":
            return  # see `lines`
        with suppress(ReplyCut):  # of course: one token was asked for
            for _ in self.write(task, messages, max_tokens=1):
                pass

    def shows_layers(self) -> bool:
        """No: servers show words only."""
        return False

    def lines(self, messages: Sequence[Message], after: int = 0) -> np.ndarray:
        """See ChatModel.lines."""
        raise ModelError("a server does not show its model's layers")

    def write(
        self, task: Task, messages: Sequence[Message], *, max_tokens: int, grammar: str | None = None
    ) -> Iterator[str]:
        """See ChatModel.write."""
        shown = ""
        with self._lock, closing(self._reply(_request(messages, max_tokens, grammar=grammar))) as reply:
            try:
                for text in without_thoughts(piece.text for piece in reply if piece.text):
                    shown += text
                    yield text
            except ModelStopped as error:
                error.partial = shown
                raise

    def probability(self, task: Task, messages: Sequence[Message], *, yes: str = "Yes", no: str = "No") -> float:
        """See ChatModel.probability: from log-probabilities, else from the share of several replies that say yes."""
        with self._lock:
            if self._weighs and not self._thoughts:
                top = self._first_token(messages)
                if any(token.strip().lower() in {yes.lower(), no.lower()} for token, _ in top):
                    return odds(top, yes, no)
            return self._vote(messages, yes)

    def _first_token(self, messages: Sequence[Message]) -> tuple[tuple[str, float], ...]:
        """The likeliest first tokens of the reply; nothing where the server does not tell, which is then remembered."""
        top: tuple[tuple[str, float], ...] = ()
        # of course it is cut: one token was asked for
        with suppress(ReplyCut), closing(self._reply(_request(messages, 1, logprobs=True))) as reply:
            for piece in reply:
                top = top or piece.top
        self._weighs = bool(top)
        return top

    def _vote(self, messages: Sequence[Message], yes: str) -> float:
        """(n + 1/2) / (VOTES + 1) for n replies of VOTES that begin with yes: the mean under Jeffreys' prior.

        Drawn at temperature 1, so that the share of a word is the model's own probability of it. So 5 of 5 make 0.92, 4 make
        0.75, 3 make 0.58. Once most are against, the rest is not drawn.
        """
        against = 0
        for seed in range(VOTES):
            request = _request(messages, 4, temperature=1.0, seed=seed + 1)
            written = ""
            try:
                with closing(self._reply(request)) as reply:
                    written = "".join(without_thoughts(piece.text for piece in reply if piece.text))
            except ReplyCut as cut:
                written = "".join(without_thoughts([cut.partial]))
            word = _WORD.search(written)
            against += word is None or word[0].lower() != yes.lower()
            if against > VOTES // 2:
                return (VOTES - against + 0.5) / (VOTES + 1)
        return (VOTES - against + 0.5) / (VOTES + 1)

    def _reply(self, request: Request) -> Generator[Piece, None, None]:
        """The pieces of one reply, asked for once more if nothing had come when the server failed.

        Raises PromptTooLong, ModelUnavailable, ModelStopped with what had come, ReplyCut.
        """
        self._budget(request)
        request = replace(request, max_tokens=request.max_tokens + self._thoughts)
        try:
            told = yield from self._whole(request)
        except (ReplyCut, ModelSilent):
            raise
        except ModelStopped as error:
            if error.partial or halted():
                raise
            time.sleep(PAUSE)
            told = yield from self._whole(request)
        if told:
            raise ReplyCut(
                f"the reply was longer than {request.max_tokens} tokens: ask a narrower question", partial=told
            )

    def _whole(self, request: Request) -> Generator[Piece, None, str]:
        """The pieces of one reply; returns what was written if it is not the whole of it."""
        written, pieces = "", 0
        try:
            with closing(self._line.hear(lambda: self._send(request))) as sent:
                for piece in sent:
                    self.timing = piece.timing or self.timing
                    if piece.prompt_tokens >= self.context - 1:
                        raise PromptTooLong(
                            f"the prompt fills the model's window of {self.context} tokens: ask a shorter question"
                        )
                    written += piece.text
                    pieces += bool(piece.text or piece.thought)
                    yield piece
                    if piece.end == "length" or _endless(pieces, len(written) + len(piece.thought), request.max_tokens):
                        return written or " "
        except ModelStopped as error:
            error.partial = written
            raise
        return ""

    def _budget(self, request: Request) -> None:
        """Refuse a prompt that may not fit. Servers cut what does not: the beginning, or the oldest turns, without a word."""
        needed = sum(token_bound(message.content) + TEMPLATE_TOKENS for message in request.messages)
        room = self.context - request.max_tokens - self._thoughts
        if needed > room:
            raise PromptTooLong(
                f"the prompt has up to {needed:,} tokens, and the model's window room for {room:,}: ask a shorter question"
            )


def _endless(pieces: int, characters: int, max_tokens: int) -> bool:
    """Whether a server goes on beyond the limit it was given. A piece holds at least one token, but for a few."""
    return pieces > 2 * max_tokens + 16 or characters > MOST_CHARACTERS * max_tokens


def _request(
    messages: Sequence[Message],
    max_tokens: int,
    *,
    grammar: str | None = None,
    temperature: float = 0.0,
    seed: int = 0,
    logprobs: bool = False,
) -> Request:
    # A question may hold halves of characters, which no server takes.
    clean = tuple(Message(m.role, m.content.encode("utf-8", "replace").decode()) for m in messages)
    return Request(
        messages=clean, max_tokens=max_tokens, grammar=grammar, temperature=temperature, seed=seed, logprobs=logprobs
    )
