"""Those exchanged one for one together with those handed over beside them: "how many went home at Easter, the wounded included?"

Reports count the two apart, since each side gives as many of the first as the other, and of the second what it holds. Code adds
them in the open, where each is reported once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from assistant.count import CountQuestion, direction
from assistant.fitting import compatible
from assistant.giving import differ, receiver_of
from index.figures import Figure

SOON = timedelta(days=9)  # the time of one exchange
PARTIES = 2


def all_together(asked: CountQuestion, figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """The figure of each side, then that of those thrown in for the side asked about; for both sides the first stands twice. Empty
    where nobody is thrown in, where no one side or both are asked about, or where one of the figures is not reported or in two ways."""
    first, last = asked.scope.month or (asked.scope.first, asked.scope.last)
    if (
        not asked.thrown_in
        or asked.promised
        or asked.rest
        or asked.compared
        or asked.part_of
        or len(asked.scope.spans) > 1
    ):
        return ()
    if not (first and last and last - first <= SOON and (asked.towards or asked.both)):
        return ()
    exchanged = replace(asked, actions=frozenset({"exchanged"}), thrown_in=False, several=False, both=False)
    each = [f for f in figures if f.per_side and f.scope == "event" and _exact(f)]
    each = [f for f in each if compatible(f, replace(exchanged, towards=frozenset()))]
    beside = replace(exchanged, kinds=asked.aside, aside=frozenset())
    extra = [f for f in figures if not f.per_side and _exact(f) and compatible(f, beside)]
    one = _only(
        sorted(each, key=lambda f: bool(direction("", f.counted)))
    )  # "prisoners" before "Russian servicemen", each
    if one is None:
        return ()
    if not asked.both:
        other = _only(extra)
        return (one, other) if other else ()
    sides = [
        found
        for party in {_party(f) for f in extra}
        if party and (found := _only(f for f in extra if _party(f) == party))
    ]
    apart = len(sides) == PARTIES and differ(*map(_party, sides))
    return (one, one, *sorted(sides, key=lambda f: f.start)) if apart else ()


def _exact(figure: Figure) -> bool:
    return figure.state == "done" and not figure.vague and not figure.qualifier


def _only(figures: Iterable[Figure]) -> Figure | None:
    """The first of figures that are all of one value; None where there is none or another."""
    found = list(figures)
    return found[0] if len({f.value for f in found}) == 1 else None


def _party(figure: Figure) -> tuple[str, ...]:
    """The stems of the names of those whom a figure counts, or to whom they came."""
    return tuple(sorted(direction("", figure.counted))) or receiver_of(figure)
