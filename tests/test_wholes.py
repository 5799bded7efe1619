"""Figures that are a part of another number: of which one, and what is left of it."""

from __future__ import annotations

from datetime import date

import pytest
from fakes_sentences import make_sentences

from assistant.wholes import state_left, whole_of
from index.figures import Figure, read_figures

TUESDAY = date(2025, 9, 9)


def figures(text: str) -> tuple[Figure, ...]:
    return read_figures(make_sentences(text, published=TUESDAY))


@pytest.mark.parametrize(
    ("text", "wholes"),
    [
        ("Kelma has released 62 of the 90 sailors it promised.", [90, None]),
        ("Of the 90 sailors, 62 have come home.", [None, 90]),
        ("Out of a total of 90 sailors, 62 have come home.", [None, 90]),
        ("Only 62 sailors, out of 90, came home.", [90, None]),
        ("By Monday 62 sailors of the 90 were home.", [90, None]),
        ("Nine of the 22 boats came back and 13 did not.", [22, None, None]),
        ("Of the 86 million dollars pledged, 31 million had been paid.", [None, 86e6]),
        ("The 90 captives included 62 sailors.", [None, None]),
        ("Kelma released 62 sailors.", [None]),
    ],
)
def test_the_number_of_which_a_figure_is_a_part(text: str, wholes: list[float | None]) -> None:
    assert [whole_of(figure) for figure in figures(text)] == wholes


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "Kelma has released 62 of the 90 sailors, Anna Petrova said.",
            "62 sailors out of 90 as of 9 September 2025, according to Anna Petrova; 90 - 62 = 28 are left",
        ),
        (
            "Of the 86 million dollars pledged, 31 million had been paid.",
            "31 million out of 86 million as of 9 September 2025; 86 million - 31 million = 55 million are left",
        ),
    ],
)
def test_what_is_left_is_worked_out_in_the_open(text: str, left: str) -> None:
    (part,) = (figure for figure in figures(text) if whole_of(figure))
    stated = state_left(part)
    assert stated.text == left
    assert stated.sentences == (part.sentence,)


def test_nothing_is_left_of_what_is_no_part() -> None:
    (figure,) = figures("Kelma released 62 sailors.")
    with pytest.raises(ValueError, match="part of no other number"):
        state_left(figure)
