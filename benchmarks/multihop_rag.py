"""MultiHop-RAG (Tang & Yang 2024): 609 news articles, 2,556 questions that need two to four of them.

    python benchmarks/multihop_rag.py DATA.zip --retrieval-only --split odd --json

DATA.zip holds a corpus and a list of questions as JSON, as the authors publish them; nothing of it is kept in this
project. The articles are indexed once, into the user's cache folder or `--index`. The last line printed is one object:

- `hits_at_10`, `hits_at_4`, `mrr_at_10`, `map_at_10`, `recall_at_10`, `ndcg_at_10`: trec_eval's definitions
  (assistant/evaluation/retrieval.py). A passage is relevant if it holds one of the question's evidence sentences, blanks
  aside, which is the authors' test. Questions without evidence ("null queries") are left out, as the authors do.
- `map_at_10_released`: MAP@10 as the authors' released script computes it, which divides the evidence that is NEW at a
  rank by the rank: 0.75 at most for two pieces of evidence, 0.52 for four. It gives about half of what their paper prints
  for the same rankings; their paper's way is not published.
- `n`: questions; `seconds`: searching; `index_seconds`: indexing, 0 if it was done before.

Without `--retrieval-only` questions are answered, too: `--sample` of them, by `--llm`, into `--out`, where `assistant
evaluate --compare` finds them; a run that was stopped goes on. Then the object also has `answers`: `official`, the authors'
score (any word shared with the gold answer, small letters; a refusal counts as their "Insufficient information."),
`official_answerable` without the null queries, `strict` (a gold Yes or No must be the first word, any other gold answer must
stand in the answer as whole words), `exact` (nothing else does) and `null_declined`; of `n` questions how many `failed`; and
`by_kind`. `--answers-only` leaves the measurement of search out.

Settings may be tuned on `--split even`, the questions whose position in the file, from 0, is even; published numbers are
those of `--split odd`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":  # measure this checkout, whatever is installed
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.evaluation.cases import EvalCase
    from assistant.evaluation.retrieval import Found
    from index.records import BuildReport

DEPTH = 10
REFUSED = "Insufficient information."  # what the authors' gold says of a question without an answer
SPLITS = ("odd", "even", "all")
KINDS = ("comparison", "inference", "null", "temporal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question. `facts`: the evidence sentences, none for one that cannot be answered."""

    id: str
    text: str
    answer: str
    kind: str
    facts: tuple[str, ...]


def read_questions(path: Path, split: str) -> list[Asked]:
    """The questions of a half, in the order of the file."""
    rows = _member(path, "queries")
    keep = {"odd": (1,), "even": (0,), "all": (0, 1)}[split]
    return [
        Asked(
            id=f"q{number}",
            text=row["query"],
            answer=row["answer"],
            kind=row["question_type"].removesuffix("_query"),
            facts=tuple(evidence["fact"] for evidence in row["evidence_list"]),
        )
        for number, row in enumerate(rows)
        if number % 2 in keep
    ]


def _member(path: Path, word: str) -> list[dict[str, Any]]:
    """The JSON list in the archive whose name has `word` in it. Raises SystemExit with one line for anything else."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if word in name and name.endswith(".json")]
            if len(names) != 1:
                raise SystemExit(f"{str(path)!r} holds {len(names)} files '*{word}*.json', not one: see the docstring")
            rows: list[dict[str, Any]] = json.loads(archive.read(names[0]))
            return rows
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise SystemExit(f"{str(path)!r} cannot be read ({error}): give the benchmark's zip file") from error


def squeeze(text: str) -> str:
    """A text without blanks and line ends, as the authors compare."""
    return text.replace(" ", "").replace("\n", "")


def open_index(path: Path, folder: Path | None, llm: str | None = None) -> tuple[Assistant, float]:
    """An assistant over the benchmark's articles, and the seconds it took to index what was not indexed yet."""
    from assistant import Assistant
    from assistant.settings import read_settings

    settings = read_settings({"llm": llm})
    digest = sha256(path.read_bytes()).hexdigest()[:12]
    folder = folder or settings.models_folder().parent / "benchmarks" / f"multihop_rag-{digest}"
    folder.mkdir(parents=True, exist_ok=True)
    articles = folder / "articles.json"
    if not articles.exists():
        articles.write_text(json.dumps(_member(path, "corpus")), encoding="utf-8")
    began = time.perf_counter()
    assistant = Assistant.open(folder / "index", settings=settings)
    report = index_again(assistant, articles)
    return assistant, time.perf_counter() - began if report.added or report.updated else 0.0


def index_again(assistant: Assistant, articles: Path) -> BuildReport:
    """Index what is not indexed yet; anew if the index is of an older version."""
    from index.errors import IndexOutdated

    try:
        return assistant.index([articles])
    except IndexOutdated:
        return assistant.index([articles], rebuild=True)


def find_relevant(assistant: Assistant, questions: Sequence[Asked]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Question -> passage id -> the facts it holds, over every passage of the index."""
    corpus = assistant.library().corpus
    texts = {article.id: squeeze(article.text) for article in corpus.articles()}
    homes = corpus.homes(corpus.wordings())
    by_article: dict[str, list[tuple[str, str]]] = {}
    for passage in corpus.passages(name for names in homes.values() for name in names).values():
        by_article.setdefault(passage.article_id, []).append((passage.id, squeeze(passage.text)))
    holders = {
        fact: tuple(
            name
            for article, text in texts.items()
            if squeeze(fact) in text
            for name, part in by_article.get(article, ())
            if squeeze(fact) in part
        )
        for fact in {fact for question in questions for fact in question.facts}
    }
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for question in questions:
        held = found.setdefault(question.id, {})
        for fact in question.facts:
            for name in holders[fact]:
                held[name] = (*held.get(name, ()), fact)
    return found


def released_average_precision(ranked: Sequence[str], held: Mapping[str, Sequence[str]], facts: Sequence[str]) -> float:
    """MAP@10 of one question as the authors' script has it: sum over ranks of (facts new at this rank / rank) / facts."""
    seen: set[str] = set()
    total = 0.0
    for rank, name in enumerate(ranked[:DEPTH], start=1):
        new = set(held.get(name, ())) - seen
        total += len(new) / rank
        seen |= new
    return total / len(facts) if facts else 0.0


def search_all(assistant: Assistant, questions: Sequence[Asked], workers: int) -> dict[str, list[str]]:
    """Question -> ids of the passages found, best first. Progress goes to standard error."""
    from assistant.cli_progress import Meter

    ranked: dict[str, list[str]] = {}

    def search(question: Asked) -> tuple[str, list[str]]:
        return question.id, [hit.passage.id for hit in assistant.search(question.text, limit=DEPTH)]

    with Meter() as meter, ThreadPoolExecutor(workers) as pool:
        for name, hits in pool.map(search, questions):
            ranked[name] = hits
            meter.show("searching", len(ranked), len(questions), "questions")
    return ranked


def measure_retrieval(assistant: Assistant, questions: Sequence[Asked], workers: int) -> dict[str, Any]:
    """The object the docstring of this module describes, without `index_seconds`; and the same by kind of question."""
    from assistant.evaluation.retrieval import average, measure_rankings

    asked = [question for question in questions if question.facts]
    held = find_relevant(assistant, asked)
    began = time.perf_counter()
    ranked = search_all(assistant, asked, workers)
    seconds = time.perf_counter() - began
    found = measure_rankings({name: list(passages) for name, passages in held.items()}, ranked)
    released = {q.id: released_average_precision(ranked[q.id], held[q.id], q.facts) for q in asked}
    # Evidence that stands in no single passage cannot be found: such a question counts as not found, it is not left out.
    whole = [found.get(q.id) or dict.fromkeys(next(iter(found.values())), 0.0) for q in asked] if found else []
    kinds: dict[str, list[Found]] = {}
    for question, values in zip(asked, whole, strict=True):
        kinds.setdefault(question.kind, []).append(values)
    return {
        **{name: round(value, 4) for name, value in average(whole).items()},
        "map_at_10_released": round(sum(released.values()) / max(1, len(released)), 4),
        "n": len(asked),
        "seconds": round(seconds, 1),
        "by_kind": {
            kind: {"n": len(values), **{name: round(value, 4) for name, value in average(values).items()}}
            for kind, values in sorted(kinds.items())
        },
    }


def as_cases(questions: Sequence[Asked]) -> list[EvalCase]:
    """The questions as cases of an evaluation, tagged with their kind."""
    from assistant.evaluation.cases import EvalCase

    return [
        EvalCase(
            collection="multihop_rag", id=q.id, question=q.text, answerable=bool(q.facts), tags=(q.kind,),
            answers=(q.answer.rstrip("."),) if q.facts else (), quotes=q.facts, because="" if q.facts else "no article says it",
        )
        for q in questions
    ]  # fmt: skip


def shares_a_word(prediction: str, gold: str) -> bool:
    """The authors' test of an answer: any word in common, split at blanks, case aside. "No" and "no." share none."""
    return bool(set(prediction.lower().split()) & set(gold.lower().split()))


def answer_scores(questions: Sequence[Asked], lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The numbers under `answers` in the docstring of this module, from the lines of a run."""

    asked = {question.id: question for question in questions}
    found = [_marks(asked[line["id"]], line["answer"]) for line in lines if line["answer"] is not None]
    answerable = [marks for marks in found if marks["kind"] != "null"]
    kinds = sorted({marks["kind"] for marks in found})
    return {
        "n": len(found),
        "failed": len(lines) - len(found),
        "official": _share(found, "official"),
        "official_answerable": _share(answerable, "official"),
        "strict": _share(answerable, "strict"),
        "exact": _share(answerable, "exact"),
        "null_declined": _share([marks for marks in found if marks["kind"] == "null"], "declined"),
        "by_kind": {
            kind: {
                "n": len(mine := [marks for marks in found if marks["kind"] == kind]),
                **{name: _share(mine, name) for name in ("stated", "official", "strict")},
            }
            for kind in kinds
        },
    }


def _marks(question: Asked, answer: Mapping[str, Any]) -> dict[str, Any]:
    """What an answer gets, by the names of the scores; `kind` is "null" for a question without evidence, whatever it is called."""
    from assistant.evaluation.answering import exact
    from assistant.evaluation.scores import contains, without_markers

    stated = answer["status"] in ("answered", "conflicting")
    said = without_markers(answer["text"]) if stated else REFUSED
    gold = question.answer
    first = re.match(r"\W*(\w+)", said)
    if gold.lower() in ("yes", "no"):
        strict = stated and first is not None and first[1].lower() == gold.lower()
    else:
        strict = stated and contains(said, gold.rstrip("."))
    return {
        "kind": question.kind if question.facts else "null",
        "stated": stated,
        "declined": not stated,
        "official": shares_a_word(said, gold),
        "strict": strict if question.facts else not stated,
        "exact": stated and exact(said, gold) == 1,
    }


def _share(found: Sequence[Mapping[str, Any]], name: str) -> float | None:
    return round(sum(marks[name] for marks in found) / len(found), 4) if found else None


def answer_all(assistant: Assistant, questions: Sequence[Asked], folder: Path) -> dict[str, Any]:
    """Answer the questions into `folder`, or what is left of them."""
    from assistant.cli_progress import Meter
    from assistant.evaluation.html import write_page
    from assistant.evaluation.run import evaluate, read_run

    cases = as_cases(questions)
    done: list[object] = []
    with Meter() as meter:

        def told(result: object) -> None:
            done.append(result)
            meter.show("answering", len(done), len(cases), "questions")

        evaluate(assistant, cases, folder, told)
    write_page(folder)
    return answer_scores(questions, read_run(folder)[1])


def main() -> None:
    """Parse the command line, index, search, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("archive", type=Path, help="the benchmark's zip file")
    parser.add_argument("--retrieval-only", action="store_true", help="search only; no language model is asked")
    parser.add_argument("--answers-only", action="store_true", help="do not measure search first")
    parser.add_argument("--split", choices=SPLITS, default="odd")
    parser.add_argument("--index", type=Path, help="folder for the index (default: in the user's cache folder)")
    parser.add_argument("--workers", type=int, default=2, help="questions searched at once")
    parser.add_argument("--sample", type=int, default=200, help="questions answered, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="what they are drawn by")
    parser.add_argument("--kind", choices=KINDS, help="answer questions of this kind only")
    parser.add_argument("--llm", help="as for `assistant ask`")
    parser.add_argument("--out", type=Path, help="folder for the answers (default: beside the index)")
    parser.add_argument("--json", action="store_true", help="print only the JSON object")
    arguments = parser.parse_args()
    questions = read_questions(arguments.archive, arguments.split)
    assistant, index_seconds = open_index(arguments.archive, arguments.index, arguments.llm)
    with assistant:
        report = {} if arguments.answers_only else measure_retrieval(assistant, questions, arguments.workers)
        if not arguments.retrieval_only:
            asked = [q for q in questions if arguments.kind in (None, q.kind)]
            chosen = random.Random(arguments.seed).sample(asked, min(arguments.sample, len(asked)))
            run = "-".join(filter(None, ("answers", arguments.split, arguments.kind, str(arguments.seed))))
            folder = arguments.out or Path(assistant.settings.index).parent / run
            report["answers"] = answer_all(assistant, chosen, folder)
    report["index_seconds"] = round(index_seconds, 1)
    if not arguments.json:
        for kind, values in {"all": report, **report["by_kind"]}.items() if "n" in report else ():
            row = "  ".join(
                f"{name} {values[name]:.4f}" for name in ("hits_at_10", "hits_at_4", "mrr_at_10", "map_at_10")
            )
            print(f"{kind:<11} n {values['n']:>5}  {row}")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
