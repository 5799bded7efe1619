"""Follow-up questions: when one stands alone already, when only its time changes, and whether a model's rewriting may be trusted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from assistant.citations import strip_markers
from assistant.question_kinds import asks_when
from assistant.records import Turn
from assistant.words import STOP, content_stems, has_name, name_stems, names
from index.days import Day, find_days, spell
from index.numbers import find_numbers

SELF_CONTAINED = 3  # content words from which a question without a pointing word is taken to stand alone

_OPENS = re.compile(r"\s*(?:and|but|what about|how about|or|also|then|so)\b[\s,]*", re.IGNORECASE)
_POINTS = re.compile(
    r"\b(?:he|she|it|its|they|them|their|his|her|him|this|that|these|those|there|then|such|same|else|other|others|one|ones|former|latter|more"
    r"|on top|in addition|besides|as well|too)\b",
    re.IGNORECASE,
)
_NEXT_DAY = re.compile(
    r"(?:(?:on|what about|how about)\s+)?(?:the\s+)?(?:day after|next day|following day|(?P<back>day before|previous day))(?:\s+that)?",
    re.IGNORECASE,
)
_SAME_YEAR = re.compile(r"\bof (?:the same|that) year$", re.IGNORECASE)
_BESIDE_IT = re.compile(r"\b(?:before|after|following) (?:that|this|it)\b", re.IGNORECASE)
_LEADS = re.compile(r"(?:on|in|during|by|as of|until|since|after|before|for|at|last|this)\b", re.IGNORECASE)
_PREPOSITION = re.compile(r"\b(?:on|in|during|by|as of|until|since|after|before|for|at)\s+(?:the\s+)?$", re.IGNORECASE)


def stands_alone(question: str) -> bool:
    """Whether a question can be asked without its conversation: no pointing word, no "and ...", enough words of its own."""
    return not _leans(question) and len(set(content_stems(question))) >= SELF_CONTAINED


def _leans(question: str) -> bool:
    return bool(_OPENS.match(question) or _POINTS.search(question))


def topic(history: Sequence[Turn], refusals: Sequence[str]) -> Turn:
    """The turn a follow-up leans on: the last that was answered, else the last. One that itself only moved the time of the turn
    before it ("And in January?") is given as the question it stands for."""
    whole = [history[0]]
    for turn in history[1:]:
        moved = None if stands_alone(turn.question) else move_time(turn.question, whole[-1])
        whole.append(Turn(question=moved or turn.question, answer=turn.answer))
    return next((t for t in reversed(whole) if strip_markers(t.answer).strip() not in refusals), whole[-1])


def move_time(question: str, before: Turn, today: date | None = None) -> str | None:
    """The earlier question at another time, for a follow-up that names nothing but a time ("And on Sunday?", "and the day after?");
    else None. `today`: the day from which the earlier question's weekday is resolved."""
    rest = _OPENS.sub("", question, count=1).strip(" ?!.")
    if (step := _NEXT_DAY.fullmatch(rest)) and (last := [d.last for d in find_days(before.question, today) if d.last]):
        rest = f"on {spell(last[-1] + timedelta(days=-1 if step['back'] else 1))}"
    if years := [d.last.year for d in find_days(before.question, today) if d.last]:
        rest = _SAME_YEAR.sub(str(years[-1]), rest)
    asked = _whole_phrases(rest)
    if not asked or set(content_stems(_without(rest, asked))):
        return None
    earlier = before.question.strip()
    phrase = rest[:1].lower() + rest[1:] if _LEADS.match(rest) else f"{_lead(rest)} {rest}"
    old = _whole_phrases(earlier)
    if old:
        start, end = old[0][0], old[-1][1]
        return f"{earlier[:start].rstrip()} {phrase}{earlier[end:]}".strip()
    return f"{earlier.rstrip(' ?!.')} {phrase}?"


def beside_it(question: str) -> bool:
    """Whether a question asks for what came before or after the event of the turn before: a rewriting loses that."""
    return bool(_BESIDE_IT.search(question))


def trusted(rewriting: str, question: str, before: Turn) -> bool:
    """Whether a rewriting names nobody and no number that neither the question nor the turn before names."""
    known = f"{before.question} {strip_markers(before.answer)} {question}"
    stems = name_stems(known)
    values = {n.value for n in find_numbers(known)}
    return (
        len(rewriting) > 3
        and all(has_name(n, stems) for n in names(rewriting) if n.lower() not in STOP)
        and all(n.value in values for n in find_numbers(rewriting))
    )


def without_old_time(rewriting: str, question: str) -> str:
    """A rewritten question that asks when, without the time that came into it from the question before."""
    if not asks_when(rewriting) or _whole_phrases(question):
        return rewriting
    return " ".join(_without(rewriting, _whole_phrases(rewriting)).split()).replace(" ?", "?")


def joined(question: str, before: Turn) -> str:
    """For want of a rewriting that can be trusted: the question with the one before it in brackets, or alone if it points nowhere."""
    if not _leans(question):
        return question
    return f"{question.rstrip()} ({before.question.strip()})"


def _whole_phrases(text: str) -> list[tuple[int, int]]:
    """Where a text names days, months or years, each with its preposition."""
    found = []
    for day in _days(text):
        lead = _PREPOSITION.search(text[: day.start])
        found.append((lead.start() if lead else day.start, day.end))
    return found


def _lead(phrase: str) -> str:
    """The preposition a bare time wants."""
    return "in" if any(day.precision != "day" for day in _days(phrase)) else "on"


def _days(text: str) -> tuple[Day, ...]:
    return find_days(text, None)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        text = text[:start] + " " + text[end:]
    return text
