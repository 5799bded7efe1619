"""What reports add up to, found by code and shown with its parts: the exchanges of a year, the stages of one up to a point,
those handed over beside an exchange."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.compose import attribute, stated, verbatim
from assistant.count import CountQuestion
from assistant.evidence import Evidence
from assistant.findings import Finding, fits
from assistant.library import Library
from assistant.proposal import figures_found, sentences_found
from assistant.records import Status
from assistant.rows import year_row
from assistant.standing import stood_at
from assistant.stated import state_figure, state_parts, state_sum
from assistant.thrown_in import all_together


def added_up(question: str, asked: CountQuestion, ranked: Sequence[Evidence], library: Library) -> Finding | None:
    """The sum of the exchanges of a year, of the first stages of one, or of those exchanged and those handed over beside them, that a
    question wants added up, where none is missing; a report's, if one has it."""
    return (
        _year(question, asked, ranked, library)
        or _stages(question, asked, ranked, library)
        or _thrown_in(asked, ranked, library)
    )


def _year(question: str, asked: CountQuestion, ranked: Sequence[Evidence], library: Library) -> Finding | None:
    figures = figures_found(ranked, library)
    until = max((e.sentence.source.published for e in ranked if e.sentence.source.published), default=None)
    row = year_row(question, asked, figures, sentences_found(ranked, library), until)
    if not row:
        return None
    total = sum(f.value for f in row)
    reported = next((f for f in figures if f.value == total and f.scope != "event" and f.per_side and f.when), None)
    if reported and not asked.both:
        supported = verbatim(reported.sentence, library.before)
        told, reason = (
            stated(supported, attribute(supported, reported)),
            "the sum of the exchanges of the year is reported",
        )
    else:
        told, reason = (state_sum(row, both=asked.both),), "each exchange of the year is reported, their sum is not"
    return Finding(status=Status.ANSWERED, reason=reason, stated=tuple(told), concluded=True)


def _stages(question: str, asked: CountQuestion, ranked: Sequence[Evidence], library: Library) -> Finding | None:
    at_any_time = replace(asked.scope, first=None, last=None, as_of=None, weekdays=())
    kind = replace(asked, several=False, scope=at_any_time)
    found = stood_at(question, asked, [f for f in figures_found(ranked, library) if fits(f, kind, library)])
    if not found:
        return None
    total, *stages = found
    reason = "a figure is reported up to the time asked for, and those of its stages add up to it"
    return Finding(
        status=Status.ANSWERED, reason=reason, stated=(state_figure(total), state_parts(stages)), concluded=True
    )


def _thrown_in(asked: CountQuestion, ranked: Sequence[Evidence], library: Library) -> Finding | None:
    figures = figures_found(ranked, library)
    parts = all_together(asked, figures)
    if not parts:
        return None
    total, alone = sum(f.value for f in parts), replace(asked, several=False)
    reported = next((f for f in figures if f.value == total and f.state == "done" and fits(f, alone, library)), None)
    if reported and not asked.both:
        supported = verbatim(reported.sentence, library.before)
        told = (*stated(supported, attribute(supported, reported)), state_parts(parts))
        reason = "the figure is reported, and so are those of which it is the sum"
    else:
        told = (state_sum(parts),)
        reason = "those exchanged and those handed over beside them are reported, their sum is not"
    return Finding(status=Status.ANSWERED, reason=reason, stated=told, concluded=True)
