"""Ask every case, judge it, and write down what came of it: `run.json` first, `results.jsonl` as it goes, `report.json` last.

A run that was stopped goes on when it is started again with the same folder and is the same in everything; what failed is
tried again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any, Protocol

from assistant.evaluation.answering import score_answer
from assistant.evaluation.cases import EvalCase
from assistant.evaluation.citing import measure
from assistant.evaluation.citing import scores_of as citing_scores
from assistant.evaluation.entailment import NAMES, Judge, measure_support
from assistant.evaluation.entailment import scores_of as support_scores
from assistant.evaluation.identity import differences, identity_of
from assistant.evaluation.relevance import relevant_items, score_retrieval
from assistant.evaluation.report import figures
from assistant.evaluation.results import EvalResult, as_line, from_line
from assistant.evaluation.scores import Score, grade
from assistant.records import STATING, Answer, StageStarted, Turn
from assistant.render import as_object, to_json
from assistant.settings import Settings
from index.errors import AssistantError, CorpusError, LoadError
from index.records import Article, CorpusFacts, Hit

RUN, RESULTS, REPORT = "run.json", "results.jsonl", "report.json"
DEPTH = 10  # passages retrieved when nothing is answered

Told = Callable[[EvalResult], None]


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
    def search(self, question: str, *, limit: int = 8, as_of: date | None = None) -> tuple[Hit, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a set is asked. `judge` None: citations are not weighed; `tokens` None: tokens are not counted."""

    retrieval_only: bool = False
    judge: Judge | None = None
    tokens: Callable[[], dict[str, int]] | None = None
    workers: int = 1

    def options(self) -> dict[str, object]:
        """What of it belongs to a run's name."""
        return {"retrieval_only": self.retrieval_only, "citations_weighed": self.judge is not None}


def evaluate(
    assistant: Asked, cases: Sequence[EvalCase], folder: Path, told: Told = lambda _: None, manner: Manner | None = None
) -> dict[str, Any]:
    """Ask `cases`, write into `folder` (made if needed, continued if it holds the same run), and give back the report.

    `told` hears of every result, those of an earlier start first. A case that fails is recorded and the rest is asked.
    Whatever ends the run, Ctrl-C included, what is done is written first.
    Raises CorpusError or ModelError when there is nothing to ask at all, LoadError when `folder` cannot be written or
    holds another run.
    """
    manner = manner or Manner()
    facts = assistant.facts()
    if not manner.retrieval_only:
        for _ in assistant.warm():
            pass
    model = "none" if manner.retrieval_only else assistant.model_name
    identity = identity_of(cases, facts, assistant.settings, model, manner.options())
    started = datetime.now(UTC)
    results: dict[str, EvalResult] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        results.update(_done_before(folder, identity, cases))
        for result in results.values():
            told(result)
        (folder / RUN).write_text(to_json(identity) + "\n", encoding="utf-8")
        with (folder / RESULTS).open("w", encoding="utf-8") as lines:
            for result in results.values():
                _write(lines, result)
            try:
                for result in _ask_all(assistant, [c for c in cases if _key(c) not in results], manner):
                    results[_key(result.case)] = result
                    _write(lines, result)
                    told(result)
            finally:
                ordered = [results[_key(case)] for case in cases if _key(case) in results]
                report = {
                    "sets": sorted({case.collection for case in cases}),
                    "of": len(cases),
                    "started": started.isoformat(timespec="seconds"),
                    "minutes": round((datetime.now(UTC) - started).total_seconds() / 60, 2),
                    "run": {name: value for name, value in identity.items() if name != "questions"},
                    **figures(ordered),
                }
                (folder / REPORT).write_text(to_json(report) + "\n", encoding="utf-8")
    except OSError as error:
        raise LoadError(
            f"results cannot be written to {str(folder)!r} ({error.strerror}): name another folder with --out"
        ) from error
    return report


def read_run(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A run's name and its lines. Raises LoadError for a folder that holds none."""
    try:
        identity = json.loads((folder / RUN).read_text(encoding="utf-8"))
        lines = [json.loads(line) for line in (folder / RESULTS).read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is damaged"
        raise LoadError(f"{str(folder)!r} holds no finished run ({why}): name a folder given with --out") from error
    return identity, lines


def _done_before(folder: Path, identity: Mapping[str, Any], cases: Sequence[EvalCase]) -> dict[str, EvalResult]:
    """What an earlier start of the same run has done, failures left out. A line cut short by a kill is left out, too."""
    if not (folder / RUN).exists():
        return {}
    try:
        other = json.loads((folder / RUN).read_text(encoding="utf-8"))
        changed = differences(other, identity)
    except (ValueError, KeyError, TypeError) as error:
        raise LoadError(f"{str(folder / RUN)!r} is not a run of ours: name another folder with --out") from error
    if changed:
        raise LoadError(f"{str(folder)!r} holds another run ({'; '.join(changed[:3])}): name another folder with --out")
    by_key = {_key(case): case for case in cases}
    found: dict[str, EvalResult] = {}
    lines = (folder / RESULTS).read_text(encoding="utf-8").splitlines() if (folder / RESULTS).exists() else ()
    for line in lines:
        try:
            row = json.loads(line)
            key = f"{row['set']}:{row['id']}"
            result = from_line(row, by_key[key])
        except (ValueError, KeyError, TypeError):
            continue
        if not result.failure:
            found[key] = result
    return found


def _key(case: EvalCase) -> str:
    return f"{case.collection}:{case.id}"


def _write(lines: IO[str], result: EvalResult) -> None:
    lines.write(to_json(as_line(result), indent=None) + "\n")
    lines.flush()


def _ask_all(assistant: Asked, cases: Sequence[EvalCase], manner: Manner) -> Iterator[EvalResult]:
    """Results as they come; with one worker in order, and stopped at once by Ctrl-C."""
    text_of = _Texts(assistant)

    def judged(case: EvalCase) -> EvalResult:
        try:
            if manner.retrieval_only:
                return _searched(assistant, case)
            return _answered(assistant, case, text_of, manner)
        except AssistantError as error:
            return EvalResult(case=case, failure=f"{type(error).__name__}: {error}")

    if manner.workers == 1:
        yield from map(judged, cases)
        return
    pool = ThreadPoolExecutor(manner.workers, thread_name_prefix="evaluate")
    try:
        for future in as_completed([pool.submit(judged, case) for case in cases]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


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


def _searched(assistant: Asked, case: EvalCase) -> EvalResult:
    """A case that is only searched for, by its last turn alone."""
    began = datetime.now(UTC)
    hits = assistant.search(case.question, limit=DEPTH, as_of=case.as_of)
    seconds = (datetime.now(UTC) - began).total_seconds()
    return EvalResult(
        case=case, scores=score_retrieval(case, hits), why="searched only", seconds={"searching": seconds},
        retrieved=_retrieved(case, hits),
    )  # fmt: skip


def _answered(assistant: Asked, case: EvalCase, text_of: Callable[[str], str | None], manner: Manner) -> EvalResult:
    answer = assistant.ask(case.question, history=case.history, as_of=case.as_of)
    tokens = manner.tokens() if manner.tokens else {}
    verdict = grade(case, answer)
    citing = measure(case, answer, text_of)
    stated = answer.status in STATING
    weighed: tuple[Score, ...] = ()
    confidence = None
    if manner.judge and stated:
        try:
            support = measure_support(answer, manner.judge)
        except AssistantError as error:  # the answer stands; only this could not be scored
            why = f"could not be weighed ({type(error).__name__})"
            weighed = tuple(Score(name=n, value=None, why=why) for n in NAMES)
        else:
            weighed, confidence = support_scores(support), support.confidence
        if manner.tokens:
            manner.tokens()  # those of the weighing are not the answer's
    return EvalResult(
        case=case,
        outcome=verdict.outcome,
        why=verdict.why,
        wrong_figures=verdict.wrong_figures,
        scores=(
            *score_answer(case, answer, verdict),
            *weighed,
            *citing_scores(citing, stated),
            *score_retrieval(case, answer.hits),
        ),
        confidence=confidence,
        seconds=answer.seconds,
        tokens=tokens,
        counts=asdict(citing),
        answer={**as_object(answer), "standalone": answer.standalone, "raw_text": answer.raw_text},
        retrieved=_retrieved(case, answer.hits),
    )


def _retrieved(case: EvalCase, hits: Sequence[Hit]) -> tuple[Mapping[str, Any], ...]:
    return tuple(
        {
            "title": hit.passage.source.title,
            "outlet": hit.passage.source.outlet,
            "published": hit.passage.source.published.isoformat() if hit.passage.source.published else None,
            "article": hit.passage.article_id,
            "start": hit.passage.start,
            "text": hit.passage.text,
            "cosine": round(hit.cosine, 3),
            "relevant": bool(relevant_items(case, hit)),
        }
        for hit in hits
    )
