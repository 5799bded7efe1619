"""Ask every case, judge it, and write down what came of it: `results.jsonl` as it goes, `report.json` at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

from assistant.evaluation.cases import EvalCase
from assistant.evaluation.citing import measure
from assistant.evaluation.report import EvalResult, figures
from assistant.evaluation.scores import grade
from assistant.records import Answer, StageStarted, Turn
from assistant.render import as_object, to_json
from assistant.settings import Settings
from index.errors import AssistantError, CorpusError, LoadError
from index.records import Article, CorpusFacts

RESULTS, REPORT = "results.jsonl", "report.json"


class Asked(Protocol):
    """What an evaluation needs of an assistant."""

    @property
    def settings(self) -> Settings: ...
    @property
    def model_name(self) -> str: ...
    def warm(self) -> Iterator[StageStarted]: ...
    def facts(self) -> CorpusFacts: ...
    def article(self, article_id: str) -> Article: ...
    def ask(self, question: str, *, history: Sequence[Turn] = (), as_of: date | None = None) -> Answer: ...


def evaluate(
    assistant: Asked, cases: Sequence[EvalCase], folder: Path, told: Callable[[EvalResult], None] = lambda _: None
) -> dict[str, object]:
    """Ask `cases` in order, write both files into `folder` (made if needed), and give back the report.

    A case that fails is recorded and the rest is asked. Whatever ends the run, Ctrl-C included, what is done is
    written first.
    Raises CorpusError or ModelError when there is nothing to ask at all, LoadError when `folder` cannot be written.
    """
    facts = assistant.facts()
    for _ in assistant.warm():
        pass
    started = datetime.now(UTC)
    results: list[EvalResult] = []
    text_of = _Texts(assistant)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / RESULTS).open("w", encoding="utf-8") as lines:
            try:
                for case in cases:
                    results.append(_asked(assistant, case, text_of))
                    lines.write(to_json(_as_line(results[-1]), indent=None) + "\n")
                    lines.flush()
                    told(results[-1])
            finally:
                report = _report(assistant, facts, cases, results, started)
                (folder / REPORT).write_text(to_json(report) + "\n", encoding="utf-8")
    except OSError as error:
        raise LoadError(
            f"results cannot be written to {str(folder)!r} ({error.strerror}): name another folder with --out"
        ) from error
    return report


class _Texts:
    """Texts of articles by id, read once each; None for one that is not there."""

    def __init__(self, assistant: Asked) -> None:
        self._assistant = assistant
        self._texts: dict[str, str | None] = {}

    def __call__(self, article_id: str) -> str | None:
        if article_id not in self._texts:
            try:
                self._texts[article_id] = self._assistant.article(article_id).text
            except (KeyError, CorpusError):
                self._texts[article_id] = None
        return self._texts[article_id]


def _asked(assistant: Asked, case: EvalCase, text_of: Callable[[str], str | None]) -> EvalResult:
    try:
        answer = assistant.ask(case.question, history=case.history, as_of=case.as_of)
    except AssistantError as error:
        return EvalResult(case=case, failure=f"{type(error).__name__}: {error}")
    return EvalResult(case=case, answer=answer, verdict=grade(case, answer), citing=measure(case, answer, text_of))


def _as_line(result: EvalResult) -> dict[str, object]:
    """One case as it is written down: the question, the verdict with its reason, the counts, the whole answer."""
    case, answer = result.case, result.answer
    return {
        "set": case.collection,
        "id": case.id,
        "question": case.question,
        "tags": list(case.tags),
        "split": case.split,
        "answerable": case.answerable,
        "expected": list(case.all_of or case.answers),
        "verdict": asdict(result.verdict) if result.verdict else None,
        "failure": result.failure or None,
        "citing": asdict(result.citing) if result.citing else None,
        "answer": None
        if answer is None
        else as_object(answer) | {"standalone": answer.standalone, "raw_text": answer.raw_text},
    }


def _report(
    assistant: Asked, facts: CorpusFacts, cases: Sequence[EvalCase], results: Sequence[EvalResult], started: datetime
) -> dict[str, object]:
    return {
        "sets": sorted({case.collection for case in cases}),
        "asked": len(results),
        "of": len(cases),
        "failed": sum(bool(result.failure) for result in results),
        "model": assistant.model_name,
        "settings": asdict(assistant.settings),
        "settings_id": next((r.answer.settings_id for r in results if r.answer), None),
        "corpus_hash": facts.corpus_hash,
        "index_fingerprint": facts.fingerprint,
        "started": started.isoformat(timespec="seconds"),
        "minutes": round((datetime.now(UTC) - started).total_seconds() / 60, 2),
        **figures(results),
    }
