"""How well figures are read: `python -m benchmarks.figures [--split tune|report|fresh|plain] [--json] [--misses]`.

`figures_labelled.jsonl` holds sentences written for this benchmark in the style of reports on wars and disasters; places, people
and numbers in them are invented. They were labelled by hand before the rules had read any of them. Sentences with an odd number
are for tuning the rules, those with an even number only for reporting. `figures_fresh.jsonl` (idioms, nominalisations, other
conflicts) and `figures_plain.jsonl` (plain reports) were written later, each scored once before any rule was changed for it, and
are for tuning since then.

A label: `number` (as written), `value`, `upper` (of a range), `vague`, `qualifier`, `what` (alternatives, each a list of kinds or
words of the counted phrase; "money", "share"), `action`, `state`, `per_side`, `scope`, `day` (of the event: the day the sentence
names, the last day of a month or year it names, else that of publication), `claimant` (alternatives, null: the outlet itself).
`action` and `scope`, in the later files `state` and `day`, too, are lists of what is right.

Every labelled figure is one trial for each field; a figure that is not found fails them all, and a figure that is read where
none is labelled is a failed trial for the value. The interval is Wilson's (1927) at 95 %.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from pathlib import Path
from typing import Any

from index.actions import KIND_ACTION
from index.figures import KINDS, Figure, kinds_in, read_figures
from index.records import Sentence, Source

LABELS = Path(__file__).with_name("figures_labelled.jsonl")
LATER = {name: Path(__file__).with_name(f"figures_{name}.jsonl") for name in ("fresh", "plain")}
SPLITS = ("tune", "report", *LATER)
FIELDS = ("value", "what", "action", "claimant", "day", "per_side", "state", "scope", "qualifier")
BARS = {"value": 0.95, "what": 0.85, "action": 0.85, "claimant": 0.80, "day": 0.85, "per_side": 0.80}
_IMPLIED = {action: {kind} for kind, action in KIND_ACTION.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One labelled figure, or one that was read where there is none: which fields are right."""

    sentence: str  # id
    text: str
    number: str
    right: dict[str, bool]
    label: dict[str, Any] | None
    figure: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exactness:
    """`right` of `trials`, with the bounds of the 95 % interval, 0..1."""

    right: int
    trials: int

    @property
    def share(self) -> float:
        """0..1; 0 without trials."""
        return self.right / self.trials if self.trials else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval for a share of so many trials."""
        if not self.trials:
            return 0.0, 1.0
        z, n, p = 1.96, self.trials, self.share
        middle, spread = (p + z * z / (2 * n)), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - spread) / (1 + z * z / n)), min(1.0, (middle + spread) / (1 + z * z / n))


def rows(split: str | None = None) -> list[dict[str, Any]]:
    """The labelled sentences of a split; for None both halves of the first file."""
    file = LATER.get(split or "", LABELS)
    found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {"tune": found[::2], "report": found[1::2]}.get(split or "", found)


def sentences_of(row: dict[str, Any]) -> tuple[tuple[Sentence, ...], int]:
    """The sentences of a row as those of one article, and the position of the labelled one."""
    published = date.fromisoformat(row["published"]) if row["published"] else None
    source = Source(title=row["id"], published=published)
    texts = [text for text in (row.get("before"), row["text"], row.get("after")) if text]
    made, start = [], 0
    for ordinal, text in enumerate(texts):
        made.append(
            Sentence(
                article_id=row["id"], source=source, ordinal=ordinal, start=start, end=start + len(text), text=text
            )
        )
        start += len(text) + 1
    return tuple(made), 1 if row.get("before") else 0


def trials(row: dict[str, Any]) -> Iterator[Trial]:
    """What became of each label of a row, and every figure too many."""
    sentences, position = sentences_of(row)
    mine = sentences[position]
    read = [f for f in read_figures(sentences) if f.sentence.ordinal == position]
    found = 0
    taken: set[int] = set()
    for label in row["figures"]:
        start = mine.text.index(label["number"], found)
        end = found = start + len(label["number"])
        figure = next(
            (f for f in read if f.start - mine.start < end and f.end - mine.start > start and id(f) not in taken), None
        )
        if figure is not None:
            taken.add(id(figure))
        right = {field: figure is not None and _right(field, label, figure) for field in FIELDS}
        yield Trial(sentence=row["id"], text=mine.text, number=label["number"], right=right, label=label, figure=figure)
    for figure in read:
        if id(figure) not in taken:
            number = mine.text[figure.start - mine.start : figure.end - mine.start]
            yield Trial(
                sentence=row["id"], text=mine.text, number=number, right={"value": False}, label=None, figure=figure
            )


def _right(field: str, label: dict[str, Any], figure: Figure) -> bool:
    match field:
        case "value":
            return (figure.value, figure.upper, figure.vague) == (label["value"], label["upper"], label["vague"])
        case "what":
            return any(_counts(what, set(label["action"]), figure) for what in label["what"])
        case "action" | "scope":
            return bool(getattr(figure, field) in label[field])
        case "day":
            return (None if figure.when is None else figure.when.isoformat()) in _alternatives(label["day"])
        case "claimant":
            if label["claimant"] is None or figure.claimant is None:
                return label["claimant"] is None and figure.claimant is None
            return _bare(figure.claimant) in {_bare(who) for who in label["claimant"]}
        case _:
            return getattr(figure, field) in _alternatives(label[field])


def _alternatives(label: object) -> Sequence[object]:
    return label if isinstance(label, list) else (label,)


def _counts(what: Sequence[str], actions: set[str | None], figure: Figure) -> bool:
    """All that is labelled is read, and no kind of people that is not, but what the action says anyway."""
    if what in (["money"], ["share"]):
        return bool(figure.role == what[0])
    kinds = {w for w in what if w in KINDS}
    words = {w.lower() for w in what if w not in KINDS}
    implied = set().union(*(_IMPLIED.get(a or "", set()) for a in actions))
    surplus = figure.kinds - kinds - implied - kinds_in(" ".join(words)) - {"people"}
    return kinds <= figure.kinds and not surplus and words <= set(re.findall(r"\w+", figure.counted.lower()))


def _bare(name: str) -> str:
    return re.sub(r"^(?:the|a|an) ", "", " ".join(name.lower().replace("’", "'").split()))


def exactness(done: Sequence[Trial]) -> dict[str, Exactness]:
    """The share of right trials by field."""
    return {
        field: Exactness(
            right=sum(t.right[field] for t in done if field in t.right), trials=sum(field in t.right for t in done)
        )
        for field in FIELDS
    }


def calibration(done: Sequence[Trial]) -> dict[str, Exactness]:
    """How often a figure is right in every field that has a bar, by the confidence it was given."""
    bands = {"under .6": (0.0, 0.6), ".6 to .8": (0.6, 0.8), ".8 and over": (0.8, 1.01)}
    found = {}
    for name, (low, high) in bands.items():
        inside = [t for t in done if t.figure is not None and low <= t.figure.confidence < high]
        found[name] = Exactness(right=sum(all(t.right.get(f, False) for f in BARS) for t in inside), trials=len(inside))
    return found


def main() -> None:
    """Print the scores of a split; with --misses what is not right, sentence by sentence."""
    parser = argparse.ArgumentParser(prog="benchmarks.figures", description="Score the reading of figures.")
    parser.add_argument("--split", choices=SPLITS, help="default: both halves of the first file")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--misses", action="store_true", help="list what is not right (never of the reporting half)")
    options = parser.parse_args()
    chosen = rows(options.split)
    began = time.perf_counter()
    done = [trial for row in chosen for trial in trials(row)]
    seconds = time.perf_counter() - began
    scores, bands = exactness(done), calibration(done)
    if options.json:
        shown = {
            name: {
                "right": e.right,
                "trials": e.trials,
                "share": round(e.share, 4),
                "interval": [round(b, 4) for b in e.interval],
            }
            for name, e in (scores | bands).items()
        }
        print(
            json.dumps(
                {"split": options.split, "sentences": len(chosen), "seconds": round(seconds, 3), "fields": shown}
            )
        )
        return
    print(
        f"{len(chosen)} sentences, {sum(t.label is not None for t in done)} labelled figures, "
        f"{seconds * 1000 / len(chosen):.2f} ms a sentence"
    )
    for name, e in (scores | bands).items():
        low, high = e.interval
        bar = f"  bar {BARS[name]:.2f}" if name in BARS else ""
        print(f"{name:12} {e.right:4}/{e.trials:<4} {e.share:.3f}  [{low:.3f}, {high:.3f}]{bar}")
    if options.misses:
        kept = {row["id"] for row in (*rows("tune"), *rows("fresh"), *rows("plain"))}  # the reporting half stays unread
        for trial in (t for t in done if t.sentence in kept and not all(t.right.values())):
            print(f"\n{trial.sentence} {trial.number!r} in {trial.text}")
            for field in (f for f, right in trial.right.items() if not right):
                print(f"   {field}: {_read(field, trial.figure)!r}, not {trial.label and trial.label[field]!r}")


def _read(field: str, figure: Figure | None) -> object:
    if figure is None:
        return None
    match field:
        case "value":
            return figure.value, figure.upper, figure.vague
        case "what":
            return figure.counted, sorted(figure.kinds), figure.role
        case "day":
            return None if figure.when is None else figure.when.isoformat()
    return getattr(figure, field)


if __name__ == "__main__":
    main()
