"""Figures that are a part of another number, as their sentences say, and what is left of it: "119 of 160 captives" leaves 41."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.stated import Stated, according, amount, on_day
from index.clauses import is_fronted_whole, is_whole
from index.figures import Figure
from index.numbers import Number, find_numbers, plain


def whole_of(figure: Figure) -> float | None:
    """The number of which a figure is told to be a part, None if there is none: "355 of the 420", "of the 420, 355"."""
    text, at = figure.sentence.text, figure.start - figure.sentence.start
    numbers = tuple(n for n in find_numbers(text) if n.role in {"count", "money"})
    place = next((i for i, n in enumerate(numbers) if n.start == at), None)
    if place is None:
        return None
    whole = _after(text, numbers, place) or _before(text, numbers, place)
    return whole if whole is not None and whole > figure.value else None


def _after(text: str, numbers: Sequence[Number], place: int) -> float | None:
    following = numbers[place + 1 : place + 2]
    return following[0].value if following and is_whole(text, following[0], numbers) else None


def _before(text: str, numbers: Sequence[Number], place: int) -> float | None:
    previous = numbers[place - 1 : place] if place else ()
    return previous[0].value if previous and is_fronted_whole(text, previous[0]) else None


def state_left(figure: Figure) -> Stated:
    """What is left of a whole, worked out in the open; `figure` is the part. Raises ValueError if it is a part of nothing."""
    whole = whole_of(figure)
    if whole is None:
        raise ValueError("the figure is a part of no other number")
    left = f"{plain(whole)} - {plain(figure.value)} = {plain(whole - figure.value)}"
    return Stated(
        text=f"{amount(figure)} out of {plain(whole)}{on_day(figure, 'as of')}{according(figure)}; {left} are left",
        sentences=(figure.sentence,),
    )
