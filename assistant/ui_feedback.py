"""What readers said about answers, as an evaluation set: one question a line, as `assistant evaluate` reads it.

Nothing is guessed. A good answer is right by its figures, or by its names where it has none; a bad one becomes a question
only if the reader said what is right. The rest is counted and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from assistant.citations import strip_markers
from assistant.records import STATING, Answer
from assistant.ui_conversation import Conversation, Exchange
from assistant.words import names

NOT_SAID = re.compile(
    r"^(?:nothing|not (?:said|stated|in the articles)|the articles do not say.*|unanswerable)\W*$", re.IGNORECASE
)
_FIGURE = re.compile(r"\d+(?:[,.]\d+)*")
MOST_TURNS = 4  # of a conversation's past that go with a follow-up


def rows(conversations: Iterable[Conversation]) -> tuple[list[dict[str, object]], int]:
    """The cases of all judged answers, and how many judged ones say too little to be one."""
    made, left_out = [], 0
    for conversation in conversations:
        for place, exchange in enumerate(conversation):
            if exchange.verdict is None or exchange.answer is None:
                continue
            row = _row(exchange, exchange.answer, conversation[:place])
            left_out += row is None
            made += [row] if row else []
    return made, left_out


def _row(judged: Exchange, given: Answer, past: Sequence[Exchange]) -> dict[str, object] | None:
    assert judged.verdict is not None
    stated = given.status in STATING
    right = judged.verdict.right.strip()
    text = strip_markers(given.text)
    gold: list[str] = []
    if judged.verdict.good:
        gold = _gold(text) if stated else []
        if stated and not gold:
            return None
    elif right and not NOT_SAID.match(right):
        gold = [right]
    elif not right:
        return None
    row: dict[str, object] = {
        "id": judged.key,
        "question": judged.question,
        "answerable": bool(gold),
        "tags": ["feedback", "good" if judged.verdict.good else "bad"],
        "split": "tune",  # what has been looked at cannot be reported
        "note": judged.verdict.reason,
    }
    if judged.as_of:
        row["as_of"] = judged.as_of.isoformat()
    if history := [[e.question, e.answer.text] for e in past if e.answer][-MOST_TURNS:]:
        row["history"] = history
    if gold:
        row["all_of"] = gold
    if judged.verdict.good and stated:
        row["articles"] = sorted({_file(c.source.path or c.source.url) for c in given.citations} - {""})
    if not judged.verdict.good:
        row["figures_wrong"] = [figure for figure in _FIGURE.findall(text) if figure not in gold]
    return row


def _gold(text: str) -> list[str]:
    """The figures of an answer, which are what must be in it again; without any its names; both in their order."""
    dayless = re.sub(r"\b\d{1,2} [A-Z][a-z]+ \d{4}\b|\b\d{4}-\d\d-\d\d\b", " ", text)
    return list(dict.fromkeys(_FIGURE.findall(dayless))) or list(dict.fromkeys(names(text)))


def _file(place: str | None) -> str:
    return "" if not place else place if "://" in place else PurePath(place).stem
