"""Sentences of our own about figures, each with the article sentences it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index.days import find_days, spell
from index.figures import Figure
from index.numbers import plain
from index.records import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One sentence of an answer and the article sentences it stands on."""

    text: str
    sentences: tuple[Sentence, ...]


def amount(figure: Figure) -> str:
    """A figure as an answer words it: "at least 1,000 people each since May"."""
    counted = "" if not figure.kinds else f" {figure.counted}"
    period = f" {figure.period[0].lower()}{figure.period[1:]}" if figure.period else ""
    return f"{figure.qualifier} {plain(figure.value)}{counted}".strip() + (" each" if figure.per_side else "") + period


def on_day(figure: Figure, lead: str) -> str:
    """The day of a figure after "on" or "as of"; empty when it is not known."""
    return f" {lead} {spell(figure.when)}" if figure.when else ""


def day_as_told(sentence: Sentence, day: date) -> str:
    """A day as a sentence writes it, "on Friday", which whoever reads only this sentence can tell; spelt out where it does not."""
    written = [d for d in find_days(sentence.text, sentence.source.published) if d.first == day == d.last]
    return f"on {sentence.text[written[0].start : written[0].end] if written else spell(day)}"


def according(figure: Figure) -> str:
    """Who says so; empty when it is the outlet. An article that opened the sentence is no longer its first word."""
    who = figure.claimant or ""
    return f", according to {who[0].lower() + who[1:] if who.startswith(('The ', 'A ', 'An ')) else who}" if who else ""


def state_figure(figure: Figure) -> Stated:
    """A figure in a sentence of our own, where its article's sentence is a list of several."""
    return Stated(text=f"{amount(figure)}{on_day(figure, 'on')}{according(figure)}", sentences=(figure.sentence,))


def state_sum(chosen: Sequence[Figure], *, both: bool = False) -> Stated:
    """A sum shown with its parts, for which no article has the result: "307 on 24 May, 303 on 25 May: 307 + 303 = 610"; of figures of
    each side for `both` doubled. A figure chosen twice is named once."""
    named = " and ".join(f"{amount(f)}{on_day(f, 'on')}" for f in dict.fromkeys(chosen))
    terms, total = " + ".join(plain(f.value) for f in chosen), sum(f.value for f in chosen)
    doubled = f", {plain(total)} + {plain(total)} = {plain(2 * total)} in both directions" if both else ""
    return Stated(
        text=f"Reported separately: {named}; {terms} = {plain(total)}{doubled}",
        sentences=tuple(dict.fromkeys(f.sentence for f in chosen)),
    )


def state_parts(parts: Sequence[Figure]) -> Stated:
    """That what was just stated is the sum of these figures."""
    named = " and ".join(f"{plain(p.value)}{on_day(p, 'on')}" for p in parts)
    return Stated(text=f"It is the sum of {named}", sentences=tuple(p.sentence for p in parts))


def state_extreme(by_day: Sequence[Figure], chosen: Figure) -> Stated:
    """Figures of several days, and on which of them most or fewest came: "390 on 23 May and 307 on 24 May; the most on 23 May"."""
    which = "most" if chosen.value == max(f.value for f in by_day) else "fewest"
    named = " and ".join(f"{amount(f)}{on_day(f, 'on')}" for f in by_day)
    return Stated(
        text=f"Reported by day: {named}; the {which}{on_day(chosen, 'on')}",
        sentences=tuple(dict.fromkeys(f.sentence for f in by_day)),
    )


def state_difference(two: Sequence[Figure], lead: str = "on") -> Stated:
    """By how much two figures differ, shown with both: "390 on 23 May and 307 on 24 May: 390 - 307 = 83". `lead`: before a day."""
    less, more = sorted(two, key=lambda f: f.value)
    named = " and ".join(f"{amount(f)}{on_day(f, lead)}" for f in two)
    return Stated(
        text=f"Reported separately: {named}; {plain(more.value)} - {plain(less.value)} = {plain(more.value - less.value)}",
        sentences=tuple(dict.fromkeys(f.sentence for f in two)),
    )


def state_both(figure: Figure) -> Stated:
    """The figure of one side, counted in both directions."""
    one = plain(figure.value)
    return Stated(
        text=f"Reported per side: {amount(figure)}{on_day(figure, 'on')}; {one} + {one} = {plain(2 * figure.value)} in both directions",
        sentences=(figure.sentence,),
    )


def state_earlier(figure: Figure) -> Stated:
    """What an earlier report gave for the same."""
    return Stated(
        text=f"An earlier report gave {amount(figure)}{on_day(figure, 'on')}{according(figure)}",
        sentences=(figure.sentence,),
    )


def state_correction(figure: Figure) -> Stated:
    """What a later report has instead of an earlier figure, in its own words."""
    day = figure.sentence.source.published
    on = f" of {spell(day)}" if day else ""
    return Stated(
        text=f"The report{on} corrects it: “{' '.join(figure.sentence.text.split())}”", sentences=(figure.sentence,)
    )


def state_rival(figure: Figure) -> Stated:
    """Another claimant's figure, in the words of its article."""
    who = figure.claimant or "another report"
    return Stated(
        text=f"{who[:1].upper()}{who[1:]} gave another figure: “{' '.join(figure.sentence.text.split())}”",
        sentences=(figure.sentence,),
    )
