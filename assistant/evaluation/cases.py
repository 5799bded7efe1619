"""Questions with known answers, read from JSON lines. The fields are those of `seeds/README.md`; others are ignored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.records import Status, Turn
from index.errors import LoadError

SPLITS = ("tune", "report")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalCase:
    """One question and what is right. Either `answers` (one of these) or `all_of` is filled if it is `answerable`."""

    collection: str  # name of the file it stands in
    id: str
    question: str
    history: tuple[Turn, ...] = ()
    as_of: date | None = None
    answerable: bool
    answers: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    figures_wrong: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()  # file names without suffix, or addresses
    status: Status | None = None
    decline_ok: bool = False
    tags: tuple[str, ...] = ()
    split: str = ""
    note: str = ""


def read_cases(path: Path) -> tuple[EvalCase, ...]:
    """The cases of one file, in its order. Raises LoadError, with the line, for what is not such a case."""
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
        except (ValueError, TypeError, KeyError) as error:
            reason = f"field {error} is missing" if isinstance(error, KeyError) else error
            raise LoadError(
                f"line {number} of {str(path)!r} is not a question ({reason}): see seeds/README.md"
            ) from error
        if case.id in cases:
            raise LoadError(f"line {number} of {str(path)!r} repeats the id {case.id!r}: give each question its own")
        cases[case.id] = case
    if not cases:
        raise LoadError(f"question set {str(path)!r} holds no question: name a file of JSON lines")
    return tuple(cases.values())


def select(
    cases: Sequence[EvalCase], *, split: str | None = None, tags: Sequence[str] = (), limit: int | None = None
) -> tuple[EvalCase, ...]:
    """The cases of a split that carry any of `tags` (none given: all), and of those the first `limit`."""
    chosen = [c for c in cases if split in (None, c.split) and (not tags or set(tags) & set(c.tags))]
    return tuple(chosen[:limit])


def _case(row: object, collection: str) -> EvalCase:
    """Raises ValueError, TypeError or KeyError."""
    if not isinstance(row, dict):
        raise TypeError("a JSON object is expected")
    answerable = row["answerable"]
    if not isinstance(answerable, bool):
        raise TypeError("'answerable' is true or false")
    case = EvalCase(
        collection=collection,
        id=_text(row, "id"),
        question=_text(row, "question"),
        history=tuple(_turn(turn) for turn in row.get("history") or ()),
        as_of=date.fromisoformat(row["as_of"]) if row.get("as_of") else None,
        answerable=answerable,
        answers=_texts(row, "answers"),
        all_of=_texts(row, "all_of"),
        figures_wrong=_texts(row, "figures_wrong"),
        articles=_texts(row, "articles"),
        status=Status(row["status"]) if row.get("status") else None,
        decline_ok=bool(row.get("decline_ok")),
        tags=_texts(row, "tags"),
        split=row.get("split") or "",
        note=row.get("note") or "",
    )
    if answerable != bool(case.answers or case.all_of):
        raise ValueError("'answers' or 'all_of' go with an answerable question, and with no other")
    return case


def _text(row: dict[str, object], name: str) -> str:
    value = row[name]
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{name!r} is a text")
    return value


def _texts(row: dict[str, object], name: str) -> tuple[str, ...]:
    values = row.get(name) or ()
    if not isinstance(values, list | tuple) or not all(isinstance(value, str) and value for value in values):
        raise TypeError(f"{name!r} is a list of texts")
    return tuple(values)


def _turn(turn: object) -> Turn:
    if not (isinstance(turn, list) and len(turn) == 2 and all(isinstance(part, str) for part in turn)):
        raise TypeError("a turn of 'history' is [question, answer]")
    return Turn(question=turn[0], answer=turn[1])
