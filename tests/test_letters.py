"""Letters that a pattern which ignores case takes for i, s and k: nothing that an article writes with them ends a run."""

from __future__ import annotations

from datetime import date

import pytest
from fakes_sentences import make_sentences

from assistant.count import read_count
from assistant.rows import year_row
from assistant.standing import stood_at
from assistant.timescope import read_scope
from index.days import find_days
from index.figures import read_figures
from index.letters import lowered
from index.numbers import find_numbers

TODAY = date(2025, 5, 24)
LIKE = {"i": "ı", "I": "İ", "s": "ſ", "k": "\u212a"}
TEXTS = (
    "12 million people", "half a million people", "scores of people", "a dozen in mid-april", "sixty-six soldiers", "5 thousand kilometres",
    "On 3 April 2025 six prisoners came home.", "Last Friday, six months ago, each side released 390 prisoners in six stages.",
    "since Christmas", "the first six stages", "stage six", "this week", "in April and July", "by the end of the sixth stage",
)  # fmt: skip


@pytest.mark.parametrize("letter", LIKE)
@pytest.mark.parametrize("text", TEXTS)
def test_no_letter_ends_a_reading(text: str, letter: str) -> None:
    written = text.replace(letter, LIKE[letter])
    find_numbers(written)
    find_days(written, TODAY)
    read_figures(make_sentences(written, published=TODAY))
    scope = read_scope(f"How many prisoners had been released {written}?", today=TODAY)
    asked = read_count(f"How many prisoners had been released {written}?", scope)
    assert asked is not None
    stood_at(written, asked, ())
    year_row(written, asked, (), (), TODAY)


def test_a_number_is_read_whatever_its_letters() -> None:
    assert [n.value for n in find_numbers("12 m\u0131llion people")] == [12_000_000]
    assert lowered("\u0130\u017f\u212aX") == "iskx"
