"""MTRAG-UN (Rosenthal et al. 2026): turns of conversations that cannot be understood, or answered, by themselves.

    python benchmarks/mtrag_un.py REFERENCE.jsonl [--sample 60] [--answers 40] [--llm embedded] --json

REFERENCE.jsonl are the benchmark's generation tasks with reference passages; nothing of it is kept in this project. Its full
corpora are not part of that file, so the reference passages of all tasks together are what is searched: recall is higher
than in the paper, and only the comparison between two ways of asking means something. The last line printed is one object:

- `follow_ups`: over `n` tasks that have reference passages and earlier turns: `recall_at_5` and `ndcg_at_10` of the last turn
  alone (`alone`) and of the question as the assistant searches for it (`rewritten`), the relative `gain` in recall and its
  paired `p`; `ceiling`: the recall at 5 of a perfect search, under 1 where a task has more than five passages; `changed`: how
  many questions were rewritten at all; `leaning`: the same numbers over the questions that do not stand alone.
- `answers`, with `--answers N`: of N tasks of each kind, the share declined of the unanswerable and of the underspecified
  ones, and the share answered of the answerable ones. The assistant knows no clarifying question: declining is its way.

`--split odd` (the default) keeps the tasks whose position in the file, from 0, is odd; settings may be tuned on the even ones.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":  # measure this checkout, whatever is installed
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.evaluation.retrieval import Found
    from assistant.records import Turn

PLACE = "mtrag-un.invalid"  # addresses of passages, which have none
KINDS = ("ANSWERABLE", "UNANSWERABLE", "UNDERSPECIFIED")
DEPTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The last turn of a conversation. `passages`: ids of its reference passages, which may be none."""

    id: str
    question: str
    history: tuple[Turn, ...]
    kind: str
    passages: tuple[str, ...]


def read_tasks(path: Path) -> tuple[list[Task], dict[str, str]]:
    """The tasks in the order of the file, and every reference passage by its id. Raises SystemExit with one line."""
    tasks, passages = [], {}
    try:
        for line in path.read_text(encoding="utf-8").split("\n"):
            if not line.strip():
                continue
            row = json.loads(line)
            passages.update({passage["document_id"]: passage["text"] for passage in row["contexts"]})
            tasks.append(
                Task(
                    id=row["task_id"],
                    question=row["input"][-1]["text"],
                    history=turns_of(row["input"][:-1]),
                    kind=row["answerability"][0],
                    passages=tuple(passage["document_id"] for passage in row["contexts"]),
                )
            )
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise SystemExit(f"{str(path)!r} cannot be read ({error!r}): give the benchmark's reference.jsonl") from error
    return tasks, passages


def turns_of(said: Sequence[Mapping[str, Any]]) -> tuple[Turn, ...]:
    """What was said as questions with their answers; a question without one has an empty answer."""
    from assistant.records import Turn

    turns: list[Turn] = []
    for number, utterance in enumerate(said):
        if utterance["speaker"] != "user":
            continue
        following = said[number + 1] if number + 1 < len(said) else None
        answer = following["text"] if following and following["speaker"] != "user" else ""
        turns.append(Turn(question=utterance["text"], answer=answer))
    return tuple(turns)


def open_index(path: Path, passages: Mapping[str, str], folder: Path | None, llm: str | None) -> Assistant:
    """An assistant over the passages, each an article of its own."""
    from assistant import Assistant
    from assistant.settings import read_settings
    from benchmarks.multihop_rag import index_again

    settings = read_settings({"llm": llm})
    digest = sha256(path.read_bytes()).hexdigest()[:12]
    folder = folder or settings.models_folder().parent / "benchmarks" / f"mtrag_un-{digest}"
    folder.mkdir(parents=True, exist_ok=True)
    rows = folder / "passages.jsonl"
    if not rows.exists():
        write_passages(rows, passages)
    assistant = Assistant.open(folder / "index", settings=settings)
    index_again(assistant, rows)
    return assistant


def write_passages(rows: Path, passages: Mapping[str, str]) -> None:
    """The passages as articles for indexing, one a line; empty ones are left out."""
    lines = (
        json.dumps({"id": name, "url": f"https://{PLACE}/{name}", "text": text})
        for name, text in passages.items()
        if text.strip()
    )
    rows.write_text("\n".join(lines), encoding="utf-8")


def search(assistant: Assistant, question: str) -> list[str]:
    """Ids of the passages found, best first, each once, wire copies after the hit they were gathered into."""
    found: list[str] = []
    for hit in assistant.search(question, limit=DEPTH):
        sources = (hit.passage.source, *hit.copies)
        found += [source.url.rpartition("/")[2] for source in sources if source.url]
    return list(dict.fromkeys(found))


def measure_follow_ups(
    assistant: Assistant, tasks: Sequence[Task], told: Callable[[int], None] = lambda _: None
) -> dict[str, Any]:
    """The object `follow_ups` of this module's docstring."""
    from assistant.evaluation.retrieval import measure_rankings
    from assistant.followup import stands_alone

    alone: dict[str, list[str]] = {}
    rewritten: dict[str, list[str]] = {}
    changed = 0
    began = time.perf_counter()
    for number, task in enumerate(tasks, start=1):
        question = assistant.stand_alone(task.question, task.history)
        changed += question != task.question
        alone[task.id], rewritten[task.id] = search(assistant, task.question), search(assistant, question)
        told(number)
    relevant = {task.id: task.passages for task in tasks}
    before, after = measure_rankings(relevant, alone), measure_rankings(relevant, rewritten)
    leaning = [task.id for task in tasks if not stands_alone(task.question)]
    return {
        **compare_recall(before, after, [task.id for task in tasks]),
        "ceiling": round(sum(min(5, len(t.passages)) / len(t.passages) for t in tasks) / max(1, len(tasks)), 4),
        "changed": changed,
        "leaning": compare_recall(before, after, leaning),
        "seconds": round(time.perf_counter() - began, 1),
    }


def compare_recall(before: Mapping[str, Found], after: Mapping[str, Found], names: Sequence[str]) -> dict[str, Any]:
    """`n`, the means `alone` and `rewritten`, and their relative `gain` with its `p`, over the tasks named."""
    from assistant.evaluation.intervals import paired_p
    from assistant.evaluation.retrieval import average

    means = [average([found[name] for name in names]) for found in (before, after)]
    recall = [mean.get("recall_at_5", 0.0) for mean in means]
    shown = [{name: round(mean.get(name, 0.0), 4) for name in ("recall_at_5", "ndcg_at_10")} for mean in means]
    pairs = [[found[name]["recall_at_5"] for name in names] for found in (before, after)]
    return {
        "n": len(names),
        "alone": shown[0],
        "rewritten": shown[1],
        "gain": round(recall[1] / recall[0] - 1, 4) if recall[0] else None,
        "p": paired_p(*pairs) if names else None,
    }


def measure_answers(
    assistant: Assistant, tasks: Sequence[Task], told: Callable[[int], None] = lambda _: None
) -> dict[str, Any]:
    """The object `answers` of this module's docstring; a task that fails is counted under `failed` and nowhere else."""
    from assistant.records import STATING
    from index.errors import AssistantError

    stated: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    failed = 0
    for number, task in enumerate(tasks, start=1):
        try:
            answer = assistant.ask(task.question, history=task.history)
        except AssistantError as error:
            failed += 1
            print(f"{task.id}: {error}", file=sys.stderr)
        else:
            stated[task.kind].append(answer.status in STATING)
        told(number)
    shares = {kind: sum(values) / len(values) if values else None for kind, values in stated.items()}
    return {
        "n": {kind.lower(): len(values) for kind, values in stated.items()},
        "failed": failed,
        **{
            f"{kind.lower()}_declined": None if shares[kind] is None else round(1 - (shares[kind] or 0.0), 4)
            for kind in ("UNANSWERABLE", "UNDERSPECIFIED")
        },
        "answerable_answered": None if shares["ANSWERABLE"] is None else round(shares["ANSWERABLE"] or 0.0, 4),
    }


def main() -> None:
    """Parse the command line, index, ask, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("reference", type=Path, help="the benchmark's generation_tasks/reference.jsonl")
    parser.add_argument("--split", choices=("odd", "even", "all"), default="odd")
    parser.add_argument("--sample", type=int, default=10_000, help="follow-ups rewritten and searched, drawn at random")
    parser.add_argument("--answers", type=int, default=0, metavar="N", help="tasks of each kind to answer")
    parser.add_argument(
        "--kinds", nargs="+", type=str.upper, choices=KINDS, default=KINDS, help="which kinds to answer"
    )
    parser.add_argument("--seed", type=int, default=0, help="what both are drawn by")
    parser.add_argument("--index", type=Path, help="folder for the index (default: in the user's cache folder)")
    parser.add_argument("--llm", help="as for `assistant ask`")
    parser.add_argument("--json", action="store_true", help="print only the JSON object")
    arguments = parser.parse_args()
    from assistant.cli_progress import Meter

    tasks, passages = read_tasks(arguments.reference)
    keep = {"odd": (1,), "even": (0,), "all": (0, 1)}[arguments.split]
    tasks = [task for number, task in enumerate(tasks) if number % 2 in keep]
    follow_ups = [task for task in tasks if task.passages and task.history]
    chance = random.Random(arguments.seed)
    follow_ups = chance.sample(follow_ups, min(arguments.sample, len(follow_ups)))
    asked: list[Task] = []
    for kind in KINDS if arguments.answers else ():
        of_kind = [task for task in tasks if task.kind == kind]
        drawn = chance.sample(of_kind, min(arguments.answers, len(of_kind)))  # alike whichever kinds are asked for
        asked += drawn if kind in arguments.kinds else []
    with open_index(arguments.reference, passages, arguments.index, arguments.llm) as assistant, Meter() as meter:
        report = {
            "passages": len(passages),
            "follow_ups": measure_follow_ups(
                assistant, follow_ups, lambda n: meter.show("rewriting", n, len(follow_ups), "questions")
            ),
        }
        if asked:
            report["answers"] = measure_answers(
                assistant, asked, lambda n: meter.show("answering", n, len(asked), "questions")
            )
        report["model"] = assistant.model_name
    if not arguments.json:
        print(json.dumps(report, indent=1))
    print(json.dumps(report))


if __name__ == "__main__":
    main()
