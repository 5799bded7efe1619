"""Days named in a text: resolved where that needs no guess, and left alone where it would."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.days import Day, days_asked, find_days, spell

SATURDAY = date(2025, 5, 24)


def only(text: str, published: date | None = None) -> Day:
    """The one day of a text."""
    (day,) = find_days(text, published)
    return day


@pytest.mark.parametrize(
    "text",
    [
        "on 24 May 2025",
        "on 24th May 2025",
        "on the 24th of May 2025",
        "on May 24, 2025",
        "on May 24 2025",
        "on 2025-05-24",
        "on Saturday, 24 May 2025",
    ],
)
@pytest.mark.parametrize("published", [None, date(2030, 1, 1)])
def test_a_full_date_stands_by_itself(text: str, published: date | None) -> None:
    day = only(text, published)
    assert (day.first, day.last, day.precision) == (SATURDAY, SATURDAY, "day")


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("on Saturday", SATURDAY),
        ("on Friday", date(2025, 5, 23)),
        ("on Sunday", date(2025, 5, 18)),
        ("yesterday", date(2025, 5, 23)),
        ("Today is the second day.", SATURDAY),
        ("on 24 May", SATURDAY),
        ("on May 23", date(2025, 5, 23)),
        ("on 30 December", date(2024, 12, 30)),
    ],
)
def test_a_relative_day_means_something_with_the_day_of_publication_only(text: str, resolved: date) -> None:
    assert only(text, SATURDAY).first == only(text, SATURDAY).last == resolved
    assert only(text, None).first is only(text, None).last is None


@pytest.mark.parametrize(
    ("text", "published", "resolved"),
    [
        ("on 30 December", date(2025, 1, 2), date(2024, 12, 30)),
        ("on 2 January", date(2024, 12, 30), date(2025, 1, 2)),
        ("on 29 February", date(2023, 5, 1), date(2024, 2, 29)),
    ],
)
def test_a_date_without_a_year_takes_the_nearest_one(text: str, published: date, resolved: date) -> None:
    assert only(text, published).first == resolved


@pytest.mark.parametrize(
    "text", ["The exchange will resume on Sunday.", "Talks are expected on Monday.", "They meet next Monday."]
)
def test_a_weekday_to_come_is_not_guessed(text: str) -> None:
    assert only(text, SATURDAY).first is None


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("in May 2025", date(2025, 5, 1), date(2025, 5, 31), "month"),
        ("since March 2022", date(2022, 3, 1), date(2022, 3, 31), "month"),
        ("in December 2024", date(2024, 12, 1), date(2024, 12, 31), "month"),
        ("in February 2024", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("in 2022", date(2022, 1, 1), date(2022, 12, 31), "year"),
        ("on 23-25 May 2025", date(2025, 5, 23), date(2025, 5, 25), "day"),
        ("on 23 and 24 May 2025", date(2025, 5, 23), SATURDAY, "day"),
        ("from 23 to 25 May 2025", date(2025, 5, 23), date(2025, 5, 25), "day"),
    ],
)
def test_longer_times(text: str, first: date, last: date, precision: str) -> None:
    day = only(text)
    assert (day.first, day.last, day.precision) == (first, last, precision)


def test_a_month_without_a_year_needs_the_day_of_publication() -> None:
    assert only("in March").first is None
    assert only("in March", SATURDAY).first == date(2025, 3, 1)


@pytest.mark.parametrize("text", ["on 31 February 2025", "on 29 February 2023", "on 2025-13-45"])
def test_a_day_that_never_was_resolves_to_nothing(text: str) -> None:
    assert all(day.first is None for day in find_days(text, SATURDAY))


@pytest.mark.parametrize("text", ["They may return 24 people.", "May I ask?", "the second day", "for two days", ""])
def test_what_names_no_day(text: str) -> None:
    assert not find_days(text, SATURDAY)


def test_days_come_in_order_with_their_places() -> None:
    text = "Of 390 people freed on Friday, 12 had been held since March 2022, not 1 June 2023."
    found = find_days(text, SATURDAY)
    assert [text[day.start : day.end] for day in found] == ["Friday", "March 2022", "1 June 2023"]


def test_days_are_spelled_in_full_and_read_back() -> None:
    assert spell(date(2025, 5, 4)) == "4 May 2025"


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_what_answers_write_is_read_back(day: date) -> None:
    found = only(f"307 people, as of {spell(day)}.")
    assert found.first == found.last == day


@given(st.text(max_size=80), st.none() | st.dates(min_value=date(1800, 1, 1), max_value=date(2200, 12, 31)))
def test_any_text_can_be_read(text: str, published: date | None) -> None:
    for day in find_days(text, published):
        assert 0 <= day.start < day.end <= len(text)
        assert (day.first is None) == (day.last is None)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on May 23-25, 2025", date(2025, 5, 23), date(2025, 5, 25)),
        ("on May 23 to 25, 2025", date(2025, 5, 23), date(2025, 5, 25)),
        ("on 24 may 2025", SATURDAY, SATURDAY),  # as people type
        ("on 24 MAY 2025", SATURDAY, SATURDAY),  # as agencies write datelines
        ("on MAY 24, 2025", SATURDAY, SATURDAY),
    ],
)
def test_dates_written_in_rarer_ways(text: str, first: date, last: date) -> None:
    assert (only(text).first, only(text).last) == (first, last)


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("two days ago", date(2025, 5, 22)),
        ("3 days earlier", date(2025, 5, 21)),
        ("on New Year’s Day", date(2025, 1, 1)),
        ("on Christmas Eve", date(2024, 12, 24)),
    ],
)
def test_days_told_by_their_distance_or_their_feast(text: str, resolved: date) -> None:
    assert only(text, SATURDAY).last == resolved
    assert only(text, None).last is None


@pytest.mark.parametrize("text", ["some 24 may return", "24 mar the day", "ten days later", "20 days ago"])
def test_words_that_only_look_like_days(text: str) -> None:
    assert not find_days(text, SATURDAY)


@pytest.mark.parametrize(
    "text", ["since the start of March", "from the beginning of March", "Since the start of March"]
)
def test_the_start_of_a_month_names_the_month(text: str) -> None:
    day = only(text, SATURDAY)
    assert (day.first, day.precision) == (date(2025, 3, 1), "month")
    assert only(text, None).first is None
    assert not find_days("since the start of talks", SATURDAY)


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("How many came back on 12 January?", date(2031, 1, 12), date(2031, 1, 12)),
        ("How many came back in February?", date(2031, 2, 1), date(2031, 2, 28)),
        ("Who was freed on 29 February?", date(2031, 2, 28), date(2031, 2, 28)),  # 2032 has one, 2031 has not
        ("How many came back on 12 January 2032?", date(2032, 1, 12), date(2032, 1, 12)),
        ("Where will they meet on 12 January?", date(2032, 1, 12), date(2032, 1, 12)),
        ("On what did he make the next stage depend in March?", date(2031, 3, 1), date(2031, 3, 31)),
        ("Who came back on 3 October?", date(2031, 10, 3), date(2031, 10, 3)),  # may have been announced
        ("Who came back on 3 August?", date(2031, 8, 3), date(2031, 8, 3)),
    ],
)
def test_a_question_without_a_year_is_about_what_has_been(question: str, first: date, last: date) -> None:
    (day,) = days_asked(question, date(2031, 9, 15))
    assert (day.first, day.last) == (first, last)


def test_without_a_newest_day_nothing_is_resolved() -> None:
    assert [day.first for day in days_asked("How many came back in February?", None)] == [None]


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("between 24 February 2023 and 7 August of that year", date(2023, 8, 7)),
        ("on 24 February 2023 and on 7 August the same year", date(2023, 8, 7)),
        ("on 24 February 2023 and on 7 August", date(2025, 8, 7)),
    ],
)
def test_a_day_of_that_year_has_the_year_of_the_day_before_it(text: str, second: date) -> None:
    first, other = find_days(text, SATURDAY)
    assert (first.first, other.first, other.last) == (date(2023, 2, 24), second, second)
