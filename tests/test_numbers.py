"""Numbers in a text: what they are worth, and which of them count something."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.numbers import Number, find_numbers, plain


def only(text: str) -> Number:
    """The one number of a text."""
    (number,) = find_numbers(text)
    assert text[number.start : number.end].strip() == text[number.start : number.end]
    return number


@pytest.mark.parametrize(
    "written",
    ["a dozen", "SCORES", "three quarters of a million", "half-million", "tens of thousands", "٣"],
)
def test_a_number_is_found_whatever_it_is_written_with(written: str) -> None:
    assert only(f"“{written} people").start == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("697 people", 697),
        ("0 people", 0),
        ("1,000 prisoners", 1000),
        ("1,234,567 people", 1_234_567),
        ("1\u202f000 prisoners", 1000),
        ("1\u00a0000 prisoners", 1000),
        ("12\u2009500 prisoners", 12_500),
        ("12\n500 prisoners", 12_500),
        ("1.5 million people", 1_500_000),
        ("2 billion people", 2_000_000_000),
        ("1.5m people", 1_500_000),
        ("two children", 2),
        ("One soldier was killed.", 1),
        ("twenty-two soldiers", 22),
        ("three hundred and seven prisoners", 307),
        ("one hundred and twenty civilians", 120),
        ("a hundred civilians", 100),
        ("ten thousand people", 10_000),
        ("two million people", 2_000_000),
        ("The number was 307.", 307),
        ("٣٠٧ prisoners", 307),
        ("३०७ prisoners", 307),
        ("３０７ prisoners", 307),
    ],
)
def test_a_count_has_its_value_however_it_is_written(text: str, value: float) -> None:
    number = only(text)
    assert (number.value, number.role, number.vague) == (value, "count", False)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Mykyta Kruchan, 22, whose parents live there", "age"),
        ("a 22-year-old man", "age"),
        ("a woman aged 61", "age"),
        ("he is 22 years old", "age"),
        ("on 24 May", "date"),
        ("on May 24", "date"),
        ("in 2025", "date"),
        ("at 10 p.m.", "clock"),
        ("T-72 tanks", "name"),
        ("S-300 missiles", "name"),
        ("Su-34 jets", "name"),
        ("Shahed-136 drones", "name"),
        ("the 65th exchange", "ordinal"),
        ("the 1st brigade", "ordinal"),
        ("$1.5 million in aid", "money"),
        ("400 million euros", "money"),
        ("5% of them", "share"),
        ("40 percent of the city", "share"),
        ("20 km from the front", "distance"),
        ("within three days", "duration"),
        ("a two-day exchange", "duration"),
        ("for 12 hours", "duration"),
    ],
)
def test_what_is_written_like_a_count_and_is_none(text: str, role: str) -> None:
    assert only(text).role == role


@pytest.mark.parametrize(
    "text", ["a 1,000-for-1,000 deal", "the 1000-for-1000 exchange", "the 1,000 for 1,000 exchange"]
)
def test_the_name_of_a_deal_counts_nobody(text: str) -> None:
    assert {number.role for number in find_numbers(text)} == {"deal"}


@pytest.mark.parametrize("text", ["they lost 3-1", "a 2–0 win"])
def test_a_score_counts_nobody(text: str) -> None:
    assert {number.role for number in find_numbers(text)} == {"score"}


def test_a_clock_time_counts_nothing() -> None:
    assert {number.role for number in find_numbers("The sirens began at 10:30 and ended at 04:15.")} == {"clock"}


def test_every_number_of_a_date_range_belongs_to_the_date() -> None:
    for text in ("23-25 May 2025", "May 23-25, 2025", "23 and 24 May", "24 May 2025", "2025-05-24"):
        assert {number.role for number in find_numbers(text)} == {"date"}, text


@pytest.mark.parametrize(
    "text", ["No one was hurt.", "This one was the largest.", "one of the largest attacks", "the next one.", "M1A2", ""]
)
def test_words_that_only_look_like_numbers(text: str) -> None:
    assert not find_numbers(text)


@pytest.mark.parametrize("text", ["dozens more", "hundreds of people", "several dozen people", "a dozen civilians"])
def test_vague_amounts_say_so(text: str) -> None:
    assert only(text).vague


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("at least 13 civilians", "at least"),
        ("more than 4,300 people", "more than"),
        ("over 200 people", "over"),
        ("up to 500 people", "up to"),
        ("about 100 people", "about"),
        ("nearly 100 people", "nearly"),
        ("fewer than 10 people", "fewer than"),
        ("13 civilians", ""),
        ("at least two men and 13 women", ""),
    ],
)
def test_a_qualifier_belongs_to_the_number_it_stands_before(text: str, qualifier: str) -> None:
    assert find_numbers(text)[-1].qualifier == qualifier


def test_handed_over_is_no_qualifier() -> None:
    assert only("Russia handed over 307 prisoners").qualifier == ""


def test_numbers_come_in_order_with_their_places() -> None:
    text = "In all 390 on Friday, 307 on Saturday and three hundred and three on Sunday."
    found = find_numbers(text)
    assert [number.value for number in found] == [390, 307, 303]
    assert [text[n.start : n.end] for n in found] == ["390", "307", "three hundred and three"]


@pytest.mark.parametrize(
    ("written", "also"),
    [
        ("1,000", "1000"),
        ("1\u202f000", "1,000"),
        ("two", "2"),
        ("twenty-two", "22"),
        ("1.5 million", "1,500,000"),
        ("٣٠٧", "307"),
    ],
)
def test_two_ways_of_writing_a_number_have_one_value(written: str, also: str) -> None:
    assert only(written).value == only(also).value


@given(st.integers(min_value=0, max_value=10**9))
def test_what_answers_write_is_read_back(value: int) -> None:
    written = only(f"{plain(value)} prisoners")
    assert (written.value, written.role) == (value, "count")


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    for number in find_numbers(text):
        assert 0 <= number.start < number.end <= len(text)
        assert number.value >= 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025 people came home", 2025),  # no year: people follow
        ("two dozen soldiers", 24),
        ("1 000 prisoners", 1000),  # a plain space between the thousands
        ("4.5 lakh people", 450_000),
        ("2 crore voters", 20_000_000),
        ("half a million people", 500_000),
        ("30m people", 30_000_000),
        ("a quarter million clips", 250_000),
        ("a quarter of a million people", 250_000),
        ("three quarters of a million people", 750_000),
        ("half-a-million homes", 500_000),
    ],
)
def test_counts_written_in_rarer_ways(text: str, value: float) -> None:
    (number,) = find_numbers(text)
    assert (number.value, number.role) == (value, "count")


@pytest.mark.parametrize("text", ["a crater 100 m away", "a 100m crater", "100m from the school"])
def test_metres_are_a_distance(text: str) -> None:
    assert (only(text).value, only(text).role) == (100, "distance")


@pytest.mark.parametrize(
    ("text", "low", "high", "qualifier"),
    [
        ("between 20 and 30 militants", 20, 30, "between"),
        ("15 to 20 bodies", 15, 20, ""),
        ("some 20-30 houses", 20, 30, "some"),
        ("100–150 homes", 100, 150, ""),
        ("2.5-3 million customers", 2_500_000, 3_000_000, ""),
        ("2.5 million to 3 million people", 2_500_000, 3_000_000, ""),
        ("between two and three hundred people", 200, 300, "between"),
        ("20-30% of homes", 20, 30, ""),
    ],
)
def test_a_range_is_one_number_and_not_exact(text: str, low: float, high: float, qualifier: str) -> None:
    number = only(text)
    assert (number.value, number.upper, number.qualifier, number.vague) == (low, high, qualifier, True)


def test_a_range_of_money_has_its_currency() -> None:
    number = only("between $4 billion and $6 billion")
    assert (number.value, number.upper, number.role) == (4e9, 6e9, "money")


@pytest.mark.parametrize(
    "text", ["rose from 40 to 50 people", "20 and 30 people", "passed by 14 to 94 votes", "from 23 to 25 May", "3 to 2"]
)
def test_what_is_no_range(text: str) -> None:
    assert all(number.upper is None for number in find_numbers(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tens of thousands of people", 10_000),
        ("hundreds of thousands of people", 100_000),
        ("several hundred families", 100),
        ("a few dozen men", 12),
    ],
)
def test_vague_amounts_have_a_lower_bound(text: str, value: float) -> None:
    assert (only(text).value, only(text).vague) == (value, True)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Article 5 of the treaty", "name"),
        ("at Tower 22 on Sunday", "name"),
        ("on Day 12 of the siege", "name"),
        ("Phase 2 begins", "name"),
        ("at 221 Shevar Street", "name"),
        ("a call to 911", "name"),
        ("her grandfather, 71, was there", "age"),
        ("a shepherd, 41, was found", "age"),
        ("he enlisted at 28.", "age"),
        ("both 27, were tried", "age"),
        ("at half past two", "clock"),
        ("two thirds of the homes", "fraction"),
        ("three quarters of them", "fraction"),
        ("500,000 rupees", "money"),
        ("75m kroner", "money"),
        ("₹5,000", "money"),
    ],
)
def test_more_that_is_written_like_a_count_and_is_none(text: str, role: str) -> None:
    assert only(text).role == role


def test_a_toll_that_stands_at_a_number_is_a_count() -> None:
    assert only("The death toll stood at 28.").role == "count"
