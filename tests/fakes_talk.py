"""An assistant for tests of the page: it answers by the question's words, can be held in a draft, and notes who asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fakes_assistant import ARTICLE, SECOND, FakeAssistant, make_answer, make_refusal

from assistant.records import DraftDelta, Event, StageStarted
from index.errors import ModelUnavailable, QuestionError
from index.records import Hit, Passage

HIT = Hit(
    passage=Passage(id="p", article_id=ARTICLE.id, source=SECOND, start=0, end=11, text=ARTICLE.text[:11]),
    score=1.5, rank=1, why=("lexical",), cosine=0.7, copies=(SECOND,),
)  # fmt: skip


@dataclass
class PageAssistant(FakeAssistant):
    """Answers by the question's words; `gate` holds a "slow" one in its draft; `threads` are those its streams ran in."""

    gate: threading.Event = field(default_factory=threading.Event)
    drafting: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)
    threads: set[str] = field(default_factory=set)
    running: int = 0
    most_running: int = 0

    def stream(self, question: str, **scope: Any) -> Iterator[Event]:
        if not question.strip():
            raise QuestionError("the question is empty: ask something")
        return self._answer(question, scope)

    def _answer(self, question: str, scope: dict[str, Any]) -> Iterator[Event]:
        self.calls.append((question, scope))
        self.threads.add(threading.current_thread().name)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            yield StageStarted(stage="searching", detail="searching 3 passages")
            if "no model" in question:
                raise ModelUnavailable("no model 'x': run `ollama pull x`")
            if "mistake" in question:
                raise ZeroDivisionError("a mistake in the program")
            yield DraftDelta(text="Each side ")
            self.drafting.set()
            while "slow" in question and not self.gate.wait(0.02):
                yield DraftDelta(text="released ")
            yield make_refusal(question=question) if "weather" in question else make_answer(question=question)
        finally:
            self.running -= 1
            self.left.set()

    def search(self, question: str, *, limit: int = 8, as_of: date | None = None) -> tuple[Hit, ...]:
        self.calls.append((question, limit))
        return (HIT,)
