"""An assistant whose every word is given beforehand, and answers for it: for tests of what stands above it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Self

from assistant.records import Answer, Citation, DraftDelta, Event, StageStarted, Status, Turn
from assistant.settings import Settings
from index.errors import AssistantError, IndexMissing
from index.figures import Figure
from index.records import Article, BuildProgress, BuildReport, CorpusFacts, Hit, Passage, Source
from index.settings import IndexSettings

TEXT = (
    "Each side released 307 people on Saturday. On Friday each side had released 390 people. “It was a hard night,” he"
    " said."
)
SECOND = Source(
    title="307 more freed on each side", outlet="Desk A", path="/articles/second.md", published=date(2025, 5, 24)
)
FIRST = Source(title="390 freed", outlet="Desk B", url="https://example.org/390", published=date(2025, 5, 23))
ARTICLE = Article(id="a-second", source=SECOND, text=TEXT, content_hash="0" * 64)
FACTS = CorpusFacts(
    articles=2, passages=3, sentences=7, outlets=("Desk A", "Desk B"), oldest=date(2025, 5, 23),
    newest=date(2025, 5, 24), undated=1, corpus_hash="ab" * 32, fingerprint="0123456789ab", vectors=3,
)  # fmt: skip


def cite(quote: str, number: int = 1, source: Source = SECOND, text: str = TEXT) -> Citation:
    """A citation of `quote` where it stands in `text`; of nothing, if it does not stand there."""
    start = text.find(quote)
    return Citation(
        number=number, quote=quote, article_id=ARTICLE.id, source=source, start=start, end=start + len(quote)
    )


def make_answer(text: str = "Each side released 307 people on Saturday [1].", **changed: Any) -> Answer:
    """An answer with one citation, changed where named."""
    given: dict[str, Any] = {
        "question": "How many were released on Saturday?",
        "text": text,
        "status": Status.ANSWERED,
        "reason": "",
        "citations": (cite("Each side released 307 people on Saturday."),),
        "nearest": (),
        "figures": (),
        "hits": (),
        "removed": (),
        "raw_text": text,
        "standalone": "How many were released on Saturday?",
        "as_of": date(2025, 5, 24),
        "newest_on_topic": SECOND,
        "newest_article": date(2025, 6, 14),
        "model": "embedded small-model",
        "settings_id": "s1",
        "seconds": {"searching": 0.123456, "first_words": 2.0, "total": 8.44},
    }
    return Answer(**(given | changed))


def make_refusal(status: Status = Status.NOT_STATED, **changed: Any) -> Answer:
    """A refusal with one nearest passage."""
    given: dict[str, Any] = {
        "status": status,
        "reason": "no sentence names their age",
        "citations": (),
        "nearest": (cite("On Friday each side had released 390 people."),),
    }
    return make_answer("The articles do not say.", **(given | changed))


@dataclass
class FakeAssistant:
    """Answers from a script (an error in it is raised), notes what it was asked, and fails when the script runs out."""

    script: list[Answer | BaseException] = field(default_factory=lambda: [make_answer()])
    events: Sequence[Event] = (
        StageStarted(stage="searching", detail="searching 3 passages"),
        DraftDelta(text="Each side "),
        DraftDelta(text="released 999"),
    )
    build: BuildReport | None = None
    told: Sequence[BuildProgress] = ()
    corpus: CorpusFacts | AssistantError = FACTS
    settings: Settings = field(default_factory=Settings)
    index_settings: IndexSettings = field(default_factory=IndexSettings)
    model_name: str = "embedded small-model"
    calls: list[tuple[str, Any]] = field(default_factory=list)
    counted: tuple[Figure, ...] = ()
    closed: bool = False

    def open(
        self, index: object = None, *, settings: Settings, progress: Callable[[object], None] | None = None
    ) -> Self:
        self.settings = settings
        self.calls.append(("open", index))
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def stream(self, question: str, **scope: Any) -> Iterator[Event]:
        self.calls.append((question, scope))
        step = self.script.pop(0)
        yield from self.events
        if isinstance(step, BaseException):
            raise step
        yield step

    def ask(self, question: str, *, history: Sequence[Turn] = (), as_of: date | None = None) -> Answer:
        *_, last = self.stream(question, history=history, as_of=as_of)
        assert isinstance(last, Answer)
        return last

    def warm(self) -> Iterator[StageStarted]:
        self.calls.append(("warm", None))
        yield StageStarted(stage="loading", detail="loading the model")

    def wrap_model(self, wrapper: Callable[[Any], Any]) -> None:
        self.calls.append(("wrap_model", None))

    def weigh(self, passage: str, question: str, answer: str) -> float:
        """Sure of every answer whose first word stands in the passage."""
        return 0.9 if answer.split()[0] in passage else 0.1

    def entails(self, passage: str, claim: str) -> float:
        """As sure as `weigh`, whatever was asked."""
        return self.weigh(passage, "", claim)

    def search(self, question: str, *, limit: int = 8, as_of: date | None = None) -> tuple[Hit, ...]:
        """Both articles, the second first, whatever is asked."""
        self.calls.append(("search", question))
        return tuple(
            Hit(
                passage=Passage(id=f"p{rank}", article_id=f"a{rank}", source=source, start=0, end=len(TEXT), text=TEXT),
                score=1 / rank, rank=rank, why=("dense",), cosine=0.5,
            )
            for rank, source in enumerate((SECOND, FIRST), start=1)
        )[:limit]  # fmt: skip

    def embedder(self) -> str:
        return "the embedder"

    def build_index(
        self, folder: Path, paths: Iterable[str], *, progress: Callable[[BuildProgress], None], **flags: Any
    ) -> BuildReport:
        """In the place of index.build.build."""
        self.calls.append(("build", {"folder": folder, "paths": tuple(paths), **flags}))
        for step in self.told:
            progress(step)
        assert self.build is not None
        return self.build

    def facts(self) -> CorpusFacts:
        if isinstance(self.corpus, AssistantError):
            raise self.corpus
        return self.corpus

    def figures(self, question: str, **scope: Any) -> tuple[Figure, ...]:
        return self.counted

    def file_hash(self, article_id: str) -> str | None:
        return "f" * 64

    def article(self, article_id: str) -> Article:
        if article_id != ARTICLE.id:
            raise IndexMissing(f"no article {article_id!r}")
        return ARTICLE
