"""Questions with known answers, read from JSON lines. docs/evaluation.md documents the format; every field is checked."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistant.records import Status, Turn
from index.errors import LoadError

SPLITS = ("tune", "report")
SEE = "see docs/evaluation.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldFigure:
    """A figure that answers the question: right within `tolerance` of `value`, both in the units of the question."""

    value: float
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalCase:
    """One question and what is right. One of `answers`, `all_of` and `figures` is filled if it is `answerable`, and of
    a set for retrieval only `articles` or `quotes`."""

    collection: str  # name of the file it stands in
    id: str
    question: str
    history: tuple[Turn, ...] = ()
    as_of: date | None = None
    answerable: bool
    because: str = ""  # why it cannot be answered
    answers: tuple[str, ...] = ()  # alternatives, any is right
    all_of: tuple[str, ...] = ()  # instead: every one has to be said
    figures: tuple[GoldFigure, ...] = ()  # alternatives
    dates: tuple[date, ...] = ()  # alternatives
    figures_wrong: tuple[str, ...] = ()
    figures_stale: tuple[str, ...] = ()  # right once, overtaken by as_of
    claimants: tuple[str, ...] = ()  # alternatives: who has to be named as the source
    conflict: bool = False  # the sources disagree, and the answer has to say so
    articles: tuple[str, ...] = ()  # file names without suffix, or addresses
    quotes: tuple[str, ...] = ()  # sentences of the articles that hold the answer
    status: Status | None = None
    decline_ok: bool = False
    tags: tuple[str, ...] = ()
    split: str = ""
    note: str = ""


class _Flaw(Exception):
    """What is wrong with a line: a field (or none) and a reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"field {field!r} {reason}" if field else reason)


def read_cases(path: Path) -> tuple[EvalCase, ...]:
    """The cases of one file, in its order. Raises LoadError, with line and field, for what is not such a case."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise LoadError(f"question set {str(path)!r} cannot be read ({why}): name a file of JSON lines") from error
    cases: dict[str, EvalCase] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = _case(json.loads(line), path.name)
        except (ValueError, _Flaw) as flaw:
            raise LoadError(f"line {number} of {str(path)!r} is not a question ({flaw}): {SEE}") from flaw
        if case.id in cases:
            raise LoadError(
                f"line {number} of {str(path)!r}, field 'id', repeats {case.id!r}: give each question its own"
            )
        cases[case.id] = case
    if not cases:
        raise LoadError(f"question set {str(path)!r} holds no question: name a file of JSON lines")
    return tuple(cases.values())


def select(
    cases: Sequence[EvalCase],
    *,
    split: str | None = None,
    tags: Sequence[str] = (),
    limit: int | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> tuple[EvalCase, ...]:
    """The cases of a split that carry any of `tags` (none given: all); of those `sample` drawn with `seed`, in their
    order, and of those the first `limit`."""
    chosen = [c for c in cases if split in (None, c.split) and (not tags or set(tags) & set(c.tags))]
    if sample is not None and sample < len(chosen):
        chosen = [chosen[n] for n in sorted(random.Random(seed).sample(range(len(chosen)), sample))]
    return tuple(chosen[:limit])


def _case(row: object, collection: str) -> EvalCase:
    if not isinstance(row, dict):
        raise _Flaw("", "a JSON object is expected")
    unknown = sorted(name for name in row if name not in _READERS and not str(name).startswith("x_"))
    if unknown:
        raise _Flaw(unknown[0], "is not known; a field of your own begins with x_")
    for name in ("id", "question", "answerable"):
        if name not in row:
            raise _Flaw(name, "is missing")
    read: dict[str, Any] = {}
    for name, value in row.items():
        if name in _READERS and (value is not None or name in ("id", "question", "answerable")):
            read[name] = _READERS[name](name, value)
    read.pop("parts", None)  # addends of a sum: for people
    case = EvalCase(collection=collection, **read)
    gold = bool(case.answers or case.all_of or case.figures)
    if case.answerable and not (gold or case.articles or case.quotes):
        raise _Flaw("answers", "(or 'all_of', 'figures', 'articles', 'quotes') goes with an answerable question")
    if not case.answerable and gold:
        raise _Flaw("answers", "(or 'all_of', 'figures') goes with an answerable question only")
    return case


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Flaw(name, f"is a text, not {value!r}")
    return value


def _any_text(name: str, value: object) -> str:
    return value if isinstance(value, str) and not value else _text(name, value)


def _texts(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise _Flaw(name, f"is a list of texts, not {value!r}")
    return tuple(value)


def _truth(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _Flaw(name, f"is true or false, not {value!r}")
    return value


def _day(name: str, value: object) -> date:
    try:
        return date.fromisoformat(_text(name, value))
    except ValueError as error:
        raise _Flaw(name, f"is a day like 2025-05-24, not {value!r}") from error


def _days(name: str, value: object) -> tuple[date, ...]:
    return tuple(_day(name, item) for item in _texts(name, value))


def _status(name: str, value: object) -> Status:
    try:
        return Status(_text(name, value))
    except ValueError as error:
        raise _Flaw(name, f"is one of {', '.join(Status)}, not {value!r}") from error


def _history(name: str, value: object) -> tuple[Turn, ...]:
    turns: list[Any] = value if isinstance(value, list) else [value]
    if not all(isinstance(t, list) and len(t) == 2 and all(isinstance(part, str) for part in t) for t in turns):
        raise _Flaw(name, "is a list of [question, answer]")
    return tuple(Turn(question=turn[0], answer=turn[1]) for turn in turns)


def _figures(name: str, value: object) -> tuple[GoldFigure, ...]:
    return tuple(_figure(name, item) for item in (value if isinstance(value, list) else [value]))


def _figure(name: str, item: object) -> GoldFigure:
    given: dict[str, Any] = item if isinstance(item, dict) else {"value": item}
    value, tolerance = given.get("value"), given.get("tolerance", 0)
    if set(given) - {"value", "tolerance"} or not _is_number(value) or not _is_number(tolerance) or tolerance < 0:
        raise _Flaw(name, f"is a list of numbers or of {{'value': 5757, 'tolerance': 0}}, not {item!r}")
    return GoldFigure(value=float(given["value"]), tolerance=float(tolerance))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_READERS: Mapping[str, Callable[[str, object], Any]] = {
    "id": _text, "question": _text, "history": _history, "as_of": _day, "answerable": _truth, "because": _any_text,
    "answers": _texts, "all_of": _texts, "figures": _figures, "dates": _days, "figures_wrong": _texts,
    "figures_stale": _texts, "claimants": _texts, "conflict": _truth, "articles": _texts, "quotes": _texts,
    "status": _status, "decline_ok": _truth, "tags": _texts, "split": _any_text, "note": _any_text, "parts": _texts,
}  # fmt: skip
