"""Dates of publication: what is said is read, what is not is None."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from index.load_dates import find_published, is_date_line, read_date

MAY_24 = date(2025, 5, 24)


@pytest.mark.parametrize(
    "said",
    [
        MAY_24,
        datetime(2025, 5, 24, 23, 59),
        "2025-05-24",
        "2025-05-24T23:59:00-04:00",  # the day as printed, not as it was in Greenwich
        "2025-05-24 10:00:00+00:00",
        "2025/5/24",
        "20250524",
        "20250524T101500Z",
        "Sat, 24 May 2025 01:00:00 +0300",
        "May 24, 2025",
        "MAY 24, 2025",
        "24-May-2025",
        "24th of May 2025",
        "Saturday, 24 May 2025, 10:45",
        "24.05.2025 10:45",
        "05/24/2025",
        "24 мая 2025",
        "24 травня 2025 р.",
        "24. Mai 2025",
        "24 mai 2025",
        "24 مايو ٢٠٢٥",
        "2025年5月24日",
        1748080000,
        "1748080000000",
    ],
)
def test_a_date_that_is_said_is_read(said: object) -> None:
    assert read_date(said) == MAY_24


@pytest.mark.parametrize(
    "said",
    [
        *("03/04/2025", "03.04.2025", "3-4-2025", "24 May", "May 24", "May 2025", "2025", "Saturday", "yesterday"),
        *("2 days ago", "", "soon", "2025-13-45", "0000-00-00", "31 February 2025", "24 May 2025 to 26 May 2025"),
        *("vor 2 Tagen", "вчера", "9999999999", "12", None, True, 2025, 17480, [2025, 5, 24], {"day": 24}),
    ],
)
def test_a_date_that_is_not_said_or_can_be_read_two_ways_is_none(said: object) -> None:
    assert read_date(said) is None


def test_a_numeric_date_is_read_where_both_readings_agree() -> None:
    assert read_date("03/03/2025") == date(2025, 3, 3)


def test_a_future_date_is_kept_as_said() -> None:
    assert read_date("2099-01-01") == date(2099, 1, 1)
    assert find_published("Embargo\nPublished: 1 January 2099\nText.") == date(2099, 1, 1)


@pytest.mark.parametrize(
    "head",
    [
        "Saturday, May 24, 2025\n\n\nThe second stage began.",
        "Second stage\nPublished: 24 May 2025\nThe second stage began.",
        "Second stage\nPublished 24 May 2025\nUpdated 25 May 2025\nThe second stage began.",
        "Second stage\nBy Jane Doe | 24 May 2025 | 10:45 GMT\nThe second stage began.",
        "Second stage\nPosted on 05/24/2025 at 10:45 a.m. ET\nThe second stage began.",
        "2025-05-24T10:45:00Z\nThe second stage began.",
        "суббота, 24 мая 2025 г.\nНачался второй этап.",
        "KYIV, May 24, 2025 (Agency) - The second stage began.",
        "KYIV, Ukraine (AG) — May 24, 2025 — The second stage began.",
        "GENEVA (24 May 2025) – The second stage began.",
        "Kyiv, 24 May 2025 - The second stage began.",
        "Geneva, 24 May 2025\n\nThe second stage began.",
    ],
)
def test_a_date_line_or_dateline_gives_the_day(head: str) -> None:
    assert find_published(head) == MAY_24


@pytest.mark.parametrize(
    "head",
    [
        "KYIV, May 24 (Agency) - The second stage began.",
        "On 24 May 2025 the second stage began.",
        "Moscow said on 24 May 2025: no.",
        "The agreement of May 16, 2025 - a long way",
        "Prisoner Swap, 24 May 2025",
        "Kyiv Attack 24 May 2025 - what we know",
        "Updated: 24 May 2025\nThe second stage began.",
        "Last updated 24 May 2025\nThe second stage began.",
        "03/04/2025\nThe second stage began.",
        "Saturday\nThe second stage began today.",
        "The second stage began.\n" * 20 + "Published: 24 May 2025",  # not in the head: it may be another story's
    ],
)
def test_other_dates_in_a_text_are_not_its_own(head: str) -> None:
    assert find_published(head) is None


def test_a_chronology_has_no_single_day() -> None:
    assert find_published("23 May 2025\nThe first stage.\n\n24 May 2025\nThe second stage.") is None
    assert find_published("23 May 2025\n" + "The first stage. " * 30 + "\n24 May 2025\nThe second stage.") is None


def test_a_text_of_a_hundred_thousand_date_lines_is_read_in_no_time() -> None:
    assert find_published("24 мая 2025 x\n" * 100_000) is None
    assert find_published("24 May 2025\n" * 100_000) == MAY_24


def test_a_line_that_only_says_when_is_no_headline() -> None:
    assert is_date_line("Friday, 4 January 2019")
    assert is_date_line("By Jane Doe | 4 January 2019")
    assert not is_date_line("Swap of 4 January 2019 explained")
