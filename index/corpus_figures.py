"""The rows of the ledger: a Figure as SQLite holds it, and back. The sentence is kept as its ordinal, never as a second copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from index.figures import Figure, Scope, State
from index.numbers import Role
from index.records import Sentence


def to_row(figure: Figure) -> tuple[object, ...]:
    """A figure as the values of corpus_queries.NEW_FIGURE, after the article and the ordinal."""
    return (
        figure.sentence.ordinal,
        None if figure.speaker is None else figure.speaker.ordinal,
        figure.start,
        figure.end,
        figure.value,
        figure.upper,
        figure.qualifier,
        figure.vague,
        figure.role,
        figure.counted,
        " ".join(sorted(figure.kinds)),
        figure.action,
        figure.state,
        figure.per_side,
        figure.scope,
        None if figure.when is None else figure.when.isoformat(),
        figure.dated,
        figure.period,
        figure.place,
        figure.claimant,
        figure.confidence,
    )


def from_row(row: Sequence[Any], sentences: Mapping[int, Sentence]) -> Figure:
    """The figure of one row of corpus_queries.FIGURES; `sentences`: by ordinal, those of its article."""
    (
        sentence, speaker, start, end, value, upper, qualifier, vague, role, counted, kinds, action, state, per_side, scope,
        day, dated, period, place, claimant, confidence,
    ) = row  # fmt: skip
    return Figure(
        value=value,
        upper=upper,
        qualifier=qualifier,
        vague=bool(vague),
        role=cast(Role, role),
        counted=counted,
        kinds=frozenset(kinds.split()),
        action=action,
        state=cast(State, state),
        per_side=bool(per_side),
        scope=cast(Scope, scope),
        when=None if day is None else date.fromisoformat(day),
        dated=bool(dated),
        period=period,
        place=place,
        claimant=claimant,
        confidence=confidence,
        sentence=sentences[sentence],
        speaker=None if speaker is None else sentences[speaker],
        start=start,
        end=end,
    )
