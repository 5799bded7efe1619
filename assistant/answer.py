"""The assistant: from a question to an answer whose every sentence stands on sentences of the articles."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self

from assistant import findings
from assistant.clock import Clock
from assistant.count import CountQuestion, read_count
from assistant.deciding import decide, several
from assistant.dress import dress, earliest
from assistant.evidence import neutral
from assistant.findings import Finding
from assistant.library import Library
from assistant.llm import ChatModel, Task, open_model
from assistant.reading import Reader
from assistant.records import Answer, Event, Question, StageStarted, Status, Turn
from assistant.settings import Settings, read_settings
from assistant.timescope import TimeScope, read_scope
from assistant.weights import Report, Weights
from assistant.words import as_told
from index.build import build, remove
from index.embed import Embedder, MiniLM
from index.errors import QuestionError
from index.figures import Figure
from index.records import Article, BuildProgress, BuildReport, CorpusFacts, Filter, Hit
from prompts import static

MAX_QUESTION = 10_000  # characters
WARM: tuple[Task, ...] = ("answer", "check", "judge")


class Assistant:
    """Questions to an index of articles, answered by a local model and checked by code.

    One object may be shared by threads; the model serves one question at a time. Use it as a context manager.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        model: ChatModel | None = None,
        embedder: Embedder | None = None,
        progress: Report | None = None,
    ) -> None:
        self.settings = settings
        self.index_settings = settings.index_settings()
        self.weights = Weights(settings.models_folder())
        self._model, self._embedder, self._progress = model, embedder, progress
        self._library: Library | None = None
        self._warm: set[Task] = set()
        self._opening = threading.RLock()  # the index: held while it is opened or written
        self._loading = threading.Lock()  # the model: loading it keeps nobody from the articles

    @classmethod
    def open(
        cls,
        index: str | Path | None = None,
        *,
        settings: Settings | None = None,
        model: ChatModel | None = None,
        embedder: Embedder | None = None,
        progress: Report | None = None,
    ) -> Self:
        """An assistant over the index in folder `index` (made when something is indexed); nothing heavy is loaded yet.

        `settings` default to the user's; `model` and `embedder` replace the ones the settings name; `progress` hears of
        downloads. Raises SettingsError.
        """
        flags = {"index": str(index) if index is not None else None}
        if settings is None:
            settings = read_settings(flags)
        elif index is not None:
            settings = replace(settings, index=str(index))
        return cls(settings, model=model, embedder=embedder, progress=progress)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the model and close the index. The object cannot be used afterwards."""
        with self._opening, self._loading:
            self._close_library()
            if self._model:
                self._model.close()
                self._model = None

    # -- the index --

    def index(
        self,
        paths: Iterable[str | Path],
        *,
        prune: bool = False,
        rebuild: bool = False,
        fields: Mapping[str, str] | None = None,
        progress: Callable[[BuildProgress], None] | None = None,
    ) -> BuildReport:
        """Index files, folders, URLs and feeds; unchanged ones cost nothing.

        `prune` drops what has vanished under the paths, `rebuild` starts anew, `fields` maps column names to ours.
        Raises CorpusError, WeightsError, SettingsError.
        """
        with self._opening:
            self._close_library()
            return build(
                Path(self.settings.index),
                paths,
                settings=self.index_settings,
                embedder=self.embedder(),
                prune=prune,
                rebuild=rebuild,
                fields=fields,
                progress=progress,
            )

    def remove(self, article_id: str) -> bool:
        """Take one article out of the index, and say whether it was there. Raises CorpusError."""
        with self._opening:
            self._close_library()
            return remove(Path(self.settings.index), article_id, settings=self.index_settings)

    def search(
        self,
        question: str,
        *,
        limit: int = 8,
        as_of: date | None = None,
        since: date | None = None,
        until: date | None = None,
        outlets: Sequence[str] = (),
    ) -> tuple[Hit, ...]:
        """The passages nearest to a question, best first. Raises QuestionError, CorpusError."""
        return self.library().search(
            _taken(question), limit, Filter(since=since, until=earliest(as_of, until), outlets=tuple(outlets))
        )

    def facts(self) -> CorpusFacts:
        """What the index holds. Raises CorpusError."""
        return self.library().corpus.facts()

    def article(self, article_id: str) -> Article:
        """One article. Raises KeyError."""
        return self.library().article(article_id)

    def file_hash(self, article_id: str) -> str | None:
        """SHA-256 of the bytes an article was read from, when it was indexed; None if that is not known."""
        return self.library().corpus.file_hash(article_id)

    def figures(
        self,
        question: str,
        *,
        as_of: date | None = None,
        since: date | None = None,
        until: date | None = None,
        outlets: Sequence[str] = (),
    ) -> tuple[Figure, ...]:
        """The figures the articles give for a figure question, by day; () for any other. Raises QuestionError, CorpusError.

        Promised, repeated and rivalling ones are among them: this is what an answer chooses from.
        """
        text, library = _taken(question), self.library()
        chosen = Filter(since=since, until=earliest(as_of, until), outlets=tuple(outlets))
        understood = _understand(text, chosen, self.settings.passages, library)
        if understood.count is None:
            return ()
        found = findings.figures_for(understood.count, understood.hits, library)
        return tuple(sorted(found, key=lambda f: (f.when or date.max, f.value)))

    def articles(self) -> Iterator[Article]:
        """Every article, newest first, undated last."""
        return self.library().corpus.articles()

    def embedder(self) -> Embedder:
        """The embedder, fetched and loaded when first needed. Raises WeightsError, ModelUnavailable, SettingsError."""
        if self._embedder is None and self.settings.embed not in {"", "embedded"}:
            from index.embed_ollama import open_embedder

            self._embedder = open_embedder(self.settings.embed, self.settings.ollama_host, self.settings.server_timeout)
        if self._embedder is None:
            files = self.weights.embedder(progress=self._progress)
            self._embedder = MiniLM(files.onnx, files.tokenizer)
        return self._embedder

    def library(self) -> Library:
        """The index, opened when first needed. Raises CorpusError."""
        with self._opening:
            if self._library is None:
                self._library = Library(Path(self.settings.index), self.embedder(), self.index_settings)
            return self._library

    def _close_library(self) -> None:
        if self._library:
            self._library.close()
            self._library = None

    # -- the model --

    @property
    def model_name(self) -> str:
        """The model's name as shown with every answer; the setting while it is not loaded."""
        return self._model.name if self._model else self.settings.llm

    def warm(self) -> Iterator[StageStarted]:
        """Load the model and read the static prompts, so that the first question waits no longer than the next."""
        if self._model is None:
            yield StageStarted(stage="loading", detail="loading the language model")
        model = self._loaded()
        for task in WARM:
            if task not in self._warm:
                yield StageStarted(stage="warming", detail=f"reading the {task} prompt")
                with self._loading:
                    if task not in self._warm:
                        model.warm(task, static(task))
                        self._warm.add(task)

    def _loaded(self) -> ChatModel:
        """The model, loaded once; no lock is held while a caller of `warm` looks at a stage."""
        with self._loading:
            if self._model is None:
                self._model = open_model(self.settings, self.weights, self._progress)
            return self._model

    def wrap_model(self, wrapper: Callable[[ChatModel], ChatModel]) -> None:
        """Put `wrapper` around the model, which is loaded if need be: to count or record what passes. Raises as `warm`."""
        for _ in self.warm():
            pass
        with self._opening:
            assert self._model is not None
            self._model = wrapper(self._model)

    def weigh(self, passage: str, question: str, answer: str) -> float:
        """The model's Yes against No, 0..1, on whether `passage` states `answer` to `question`. Raises ModelError."""
        for _ in self.warm():
            pass
        return self._reader(Clock()).weigh(passage, question, answer)

    def entails(self, passage: str, claim: str) -> float:
        """The model's Yes against No, 0..1, on whether `passage` says what is claimed. Raises ModelError."""
        for _ in self.warm():
            pass
        return self._reader(Clock()).probability("claim", {"report": neutral(passage), "claim": neutral(claim)})

    def stand_alone(self, question: str, history: Sequence[Turn]) -> str:
        """A follow-up as it is searched for: without its conversation. Raises QuestionError and as `warm`."""
        for _ in self.warm():
            pass
        asked = Question(text=_taken(question), history=tuple(history))
        return self._reader(Clock()).stand_alone(asked) if history else question

    def _reader(self, clock: Clock) -> Reader:
        assert self._model is not None
        return Reader(self._model, self.settings, self.library(), clock)

    # -- asking --

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        as_of: date | None = None,
        since: date | None = None,
        until: date | None = None,
        outlets: Sequence[str] = (),
    ) -> Answer:
        """The answer, checked: the last event of `stream`. Raises QuestionError, CorpusError, WeightsError, ModelError."""
        *_, answer = self.stream(question, history=history, as_of=as_of, since=since, until=until, outlets=outlets)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        as_of: date | None = None,
        since: date | None = None,
        until: date | None = None,
        outlets: Sequence[str] = (),
    ) -> Iterator[Event]:
        """The work on a question as it happens: stages, pieces of the unchecked draft, and the Answer last.

        `as_of`: know nothing published after that day; `since`, `until`, `outlets`: which articles may be used. Closing
        the iterator stops the model. Raises as `ask`.
        """
        asked = Question(
            text=_taken(question),
            history=tuple(history),
            as_of=as_of,
            filter=Filter(since=since, until=earliest(as_of, until), outlets=tuple(outlets)),
        )
        clock = Clock()
        library = self.library()
        if library.corpus.empty:
            nothing = Finding(status=Status.NO_EVIDENCE, reason="nothing is indexed yet: run `assistant index PATH...`")
            yield dress(
                asked, asked.text, nothing, (), (), asked.filter, library, clock, self.model_name, self.settings
            )
            return
        yield from self.warm()
        clock.lap("loading")
        reader = self._reader(clock)
        standalone = asked.text
        if asked.history:
            yield StageStarted(stage="understanding", detail="reading the question in its conversation")
            standalone = reader.stand_alone(asked)
            clock.lap("understanding")

        yield StageStarted(stage="searching", detail="searching the articles")
        meant = _understand(standalone, asked.filter, self.settings.passages, library)
        text, scope, count, hits = meant.text, meant.scope, meant.count, meant.hits
        ranked = library.ranker.rank(text, hits, scope)
        clock.lap("searching")

        newest = library.newest(asked.filter)
        finding = (
            findings.refuse_unseen(text, hits, scope, newest, self.settings.topic_floor)
            or (yield from several(text, meant.seen, library, reader, clock))
            or findings.refuse_strangers(text, hits, library)
            or (yield from decide(text, scope, count, hits, ranked, library, reader, clock))
        )
        figures = findings.figures_over_time(count, hits, library) if count else ()
        yield dress(
            asked, standalone, finding, figures, hits, meant.seen, library, clock, self.model_name, self.settings
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Understood:
    """A question with its names written as the articles found write them, what it asks for, what it may see, and the passages found."""

    text: str
    scope: TimeScope
    count: CountQuestion | None
    seen: Filter
    hits: tuple[Hit, ...]


def _understand(question: str, allowed: Filter, passages: int, library: Library) -> _Understood:
    """What a question that stands alone means to an index, and the passages for it. What was true by a day before every article may be
    told in later ones."""
    scope = read_scope(question, today=library.newest(allowed))
    if scope.as_of and library.newest(_until(allowed, scope.as_of)) is None:
        scope = scope.of_events()
    seen = allowed if scope.as_of is None else _until(allowed, scope.as_of)
    hits = findings.search(question, scope, seen, passages, library)
    text = as_told(question, [hit.passage.text for hit in hits])
    return _Understood(text=text, scope=scope, count=read_count(text, scope), seen=seen, hits=hits)


def _taken(question: str) -> str:
    """A question fit to be asked. Raises QuestionError."""
    text = " ".join(question.replace("\x00", " ").split())
    if not text:
        raise QuestionError("the question is empty: ask something")
    if len(text) > MAX_QUESTION:
        raise QuestionError(f"the question has {len(text):,} characters, at most {MAX_QUESTION:,} are read: shorten it")
    return text


def _until(filter: Filter, day: date) -> Filter:
    return Filter(since=filter.since, until=earliest(filter.until, day), outlets=filter.outlets)
