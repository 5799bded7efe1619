"""The newest reported total, with its parts, what is promised on top and the gaps after it.

It adds only to show that a reported total is the sum of reported parts, never to make a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations

from assistant.count import REVISED, SPECIFIC, CountQuestion, undisclosed
from assistant.stated import Stated, according, amount, on_day, state_parts
from index.figures import Figure, actions_in, kinds_in
from index.numbers import plain
from index.records import Sentence

_SOME = frozenset({"civilian", "military"})  # of those released on a day
AFTER = "After that"
MOST_EVENTS = 4  # single events listed where no total is reported
LATE = timedelta(
    days=14
)  # a total over the whole time is still the newest word beside a partial one of up to two weeks later


def running_total(
    figures: Sequence[Figure], asked: CountQuestion, sentences: Sequence[Sentence], singles: Sequence[Figure]
) -> tuple[Stated, ...]:
    """The newest reported total with its parts, what is promised on top, and the gaps after it; empty when nothing fits.

    `figures` and `sentences` come from everything retrieved, already bounded by the as-of day; `singles`: also those of articles that
    share fewer words with the question, for what came after the total.
    """
    done = [f for f in figures if f.state == "done"]
    totals = [f for f in done if f.scope != "event"]
    stated: list[Stated] = []
    if totals:
        newest = _grown(_widest_of_late(totals), done)
        stated.append(_state_total(newest))
        if later := _later(newest, singles, asked):
            stated.append(_state_since(newest, later) if newest.scope == "several" else _state_then(later))
        elif newest.scope == "several" and (parts := _parts(newest, [f for f in done if f.scope == "event"])):
            stated.append(state_parts(parts))
        elif wider := [
            f
            for f in totals
            if f.scope == "total" and f.value > newest.value and f.when and newest.when and f.when < newest.when
        ]:
            stated.append(_state_earlier(max(wider, key=_newness)))
    else:
        events = _distinct(_whole_days([f for f in done if _clearly(f, asked)]))
        if not events:
            return ()
        newest = events[0]
        stated.append(_state_events(events))
    promised = [
        f
        for f in figures
        if (f.state == "promised" and f.value > newest.value and _newness(f)[0] >= _newness(newest)[0])
        or (f.state == "promised" and newest.when is None)
    ]
    open_promises = [
        p
        for p in promised
        if not any(
            d.value >= p.value and _newness(d)[0] >= _newness(p)[0]
            for d in done
            if d is not newest or d.scope != "total"
        )
    ]
    if open_promises:
        stated.append(_state_promise(max(open_promises, key=lambda f: (f.per_side, _newness(f)))))
    elif gap := _gap(sentences, newest, asked):
        stated.append(gap)
    return tuple(stated[:3])


def went_on(stated: Sequence[Stated]) -> bool:
    """Whether what came after a total is added to it."""
    return any(sentence.text.startswith(AFTER) for sentence in stated)


def _grown(total: Figure, done: Sequence[Figure]) -> Figure:
    """A later and larger count of the same, for things that are counted on and on: 29 deaths after "six since March".

    It is the largest one: smaller ones are of a part.
    """
    if total.action not in REVISED or not total.when:
        return total
    later = [
        f for f in done
        if f.action == total.action and f.kinds & SPECIFIC == total.kinds & SPECIFIC
        and f.when and f.when > total.when and f.value >= total.value and not f.vague
    ]  # fmt: skip
    return max(later, key=lambda f: (f.value, _newness(f)), default=total)


def _clearly(figure: Figure, asked: CountQuestion) -> bool:
    """Whether a single event's figure is of the very kind and event asked for: nothing is read into the others."""
    return (
        bool(figure.kinds)
        and (not asked.actions or figure.action in asked.actions)
        and (
            not asked.kinds
            or bool(asked.kinds & figure.kinds)
            or (
                not asked.kinds & SPECIFIC
                and "military" not in asked.kinds
                and bool(asked.kinds & kinds_in(f"{figure.sentence.source.title} {figure.sentence.text}"))
            )
        )
    )


def _newness(figure: Figure) -> tuple[date, int, date, float]:
    day = figure.when or date.min
    return (
        day,
        {"event": 0, "several": 1, "total": 2}[figure.scope],
        figure.sentence.source.published or date.min,
        -figure.sentence.start,
    )


def _widest_of_late(totals: Sequence[Figure]) -> Figure:
    """The newest total; one over a longer time is preferred when it is not much older."""
    last = max(totals, key=_newness)
    late = [f for f in totals if f.when and last.when and last.when - f.when <= LATE]
    return max([f for f in late if f.scope == "total"] or [last], key=_newness)


def _grounds(figure: Figure) -> tuple[Sentence, ...]:
    """The sentence of a figure, with the neighbour that names its claimant, in reading order."""
    pair = (figure.sentence, figure.speaker) if figure.speaker else (figure.sentence,)
    return tuple(sorted(pair, key=lambda s: s.start))


def _state_total(figure: Figure) -> Stated:
    return Stated(
        text=f"The newest figure reported is {amount(figure)}{on_day(figure, 'as of')}{according(figure)}",
        sentences=_grounds(figure),
    )


def _later(total: Figure, figures: Sequence[Figure], asked: CountQuestion) -> tuple[Figure, ...]:
    """The single events after a total, oldest first, of the same side or sides; after one over all times those of either side, to which
    it may not be added. None where two figures are given for one day. To leave one out would make a wrong sum, so less has to speak for
    each than for a figure that is shown alone."""
    if not total.when or (total.scope == "several" and total.qualifier):
        return ()
    days = {(f.sentence.article_id, f.when) for f in figures if f.dated}  # of which an article tells by name
    told = [
        f for f in figures
        if f.state == "done" and f.scope == "event" and (f.sentence.article_id, f.when) in days and f.when and f.when > total.when and f.per_side == (total.per_side or total.scope == "total")
        and not f.vague and not f.qualifier and not f.kinds & (SPECIFIC - {"civilian"}) and (not asked.actions or f.action in asked.actions)
    ]  # fmt: skip
    told = _whole_days(told)
    events = [f for f in _distinct(told) if not _outnumbered(f, told)]
    if not any(f.per_side or _clearly(f, asked) for f in events):
        return ()
    return tuple(reversed(events)) if len({f.when for f in events}) == len(events) else ()


def _whole_days(figures: Sequence[Figure]) -> list[Figure]:
    """The figures without those of some of whom a day brought more: of 390 people, 270 were soldiers and 120 civilians."""
    whole = {f.when for f in figures if not f.kinds & _SOME}
    return [f for f in figures if f.when not in whole or not f.kinds & _SOME]


def _outnumbered(figure: Figure, told: Sequence[Figure]) -> bool:
    """Whether more sentences give a larger figure for the day of a figure, which then counts a part of that."""
    of_day = {
        f.value: {o.sentence.text for o in told if (o.when, o.value) == (f.when, f.value)}
        for f in told
        if f.when == figure.when
    }
    return any(value > figure.value and len(texts) > len(of_day[figure.value]) for value, texts in of_day.items())


def _state_since(total: Figure, later: Sequence[Figure]) -> Stated:
    named = " and ".join(f"{amount(f)}{on_day(f, 'on')}" for f in later)
    values = [total.value, *(f.value for f in later)]
    return Stated(
        text=f"{AFTER}: {named}; {' + '.join(plain(v) for v in values)} = {plain(sum(values))} in the articles found",
        sentences=tuple(dict.fromkeys([total.sentence, *(f.sentence for f in later)])),
    )


def _state_then(later: Sequence[Figure]) -> Stated:
    """What came after a total, where it may count otherwise: the newest of it."""
    named = " and ".join(f"{amount(f)}{on_day(f, 'on')}{according(f)}" for f in later[-MOST_EVENTS:])
    return Stated(
        text=f"Reported since then: {named}", sentences=tuple(dict.fromkeys(f.sentence for f in later[-MOST_EVENTS:]))
    )


def _state_earlier(figure: Figure) -> Stated:
    return Stated(
        text=f"The last total over a longer time was {amount(figure)}{on_day(figure, 'as of')}{according(figure)}",
        sentences=_grounds(figure),
    )


def _state_events(events: Sequence[Figure]) -> Stated:
    """The newest single events, newest first, and their sum where these are all, each of a day of its own, and all of one side or of both."""
    events, further = events[:MOST_EVENTS], events[MOST_EVENTS:]
    named = "; ".join(f"{amount(e)}{on_day(e, 'on')}" for e in events)
    days = {e.when for e in events if e.dated}
    added = ""
    if len(events) > 1 and not further and len(days) == len(events) and len({e.per_side for e in events}) == 1:
        total = plain(sum(e.value for e in events))
        added = f"; {' + '.join(plain(e.value) for e in events)} = {total} in the articles found"
    return Stated(
        text=f"No running total is reported, only single events: {named}{added}",
        sentences=tuple(e.sentence for e in events),
    )


def _state_promise(figure: Figure) -> Stated:
    return Stated(
        text=f"Agreed or announced, not reported as done: {amount(figure)}{according(figure)}",
        sentences=_grounds(figure),
    )


def _parts(total: Figure, events: Sequence[Figure]) -> tuple[Figure, ...]:
    """Two to four different events before the total whose figures add up to it exactly."""
    unlike = SPECIFIC - {"civilian"}
    usable = [
        e
        for e in _distinct(events)
        if e.value < total.value
        and not (e.kinds & unlike)
        and (not e.when or not total.when or total.when - timedelta(days=31) <= e.when <= total.when)
    ]
    for size in (2, 3, 4):
        for chosen in combinations(usable[:8], size):
            if sum(c.value for c in chosen) == total.value:
                return tuple(sorted(chosen, key=lambda c: (c.when or date.min, -c.value)))
    return ()


def _distinct(figures: Sequence[Figure]) -> list[Figure]:
    """One figure an event, newest first: two reports of one event count once."""
    seen: dict[tuple[object, float], Figure] = {}
    for figure in sorted(figures, key=_newness, reverse=True):
        seen.setdefault((figure.when, figure.value), figure)
    return list(seen.values())


def _gap(sentences: Sequence[Sentence], newest: Figure, asked: CountQuestion) -> Stated | None:
    """A later sentence saying that a number is withheld."""
    later = [
        s for s in sentences
        if newest.when and s.source.published and s.source.published > newest.when and undisclosed(s) and (not asked.actions or asked.actions & actions_in(f"{s.source.title} {s.text}"))
    ]  # fmt: skip
    if not later:
        return None
    last = max(later, key=lambda s: (s.source.published or date.min, -s.start))
    return Stated(text=f"Later events carry no number: “{' '.join(last.text.split())}”", sentences=(last,))
