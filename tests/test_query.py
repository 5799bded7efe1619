"""What a question names: outlets as people call them, days, and the parts it can be searched by."""

from __future__ import annotations

from datetime import date

import pytest

from index.query import OutletNames, Part, called, read_query

OUTLETS = OutletNames(
    ("The Roar | Sports Writers Blog", "Fortune", "CBSSports.com", "Gazette - Health", "Gazette - Travel")
)
NEWEST = date(2025, 6, 15)


@pytest.mark.parametrize(
    ("outlet", "names"),
    [
        ("The Roar | Sports Writers Blog", {"The Roar | Sports Writers Blog", "Roar | Sports Writers Blog", "The Roar", "Roar"}),
        ("CBSSports.com", {"CBSSports.com", "CBSSports"}),
        ("Agency-France", {"Agency-France"}),
        ("AP", set()),
    ],
)  # fmt: skip
def test_how_an_outlet_may_be_called(outlet: str, names: set[str]) -> None:
    assert called(outlet) == names


@pytest.mark.parametrize(
    ("question", "outlets", "rest"),
    [
        ("What did The Roar say?", ("The Roar | Sports Writers Blog",), "What did say?"),
        ("Did Gazette report it?", ("Gazette - Health", "Gazette - Travel"), "Did report it?"),
        ("Did 'Gazette - Travel' report it?", ("Gazette - Travel",), "Did ' ' report it?"),
        ("Who made a fortune?", (), "Who made a fortune?"),
        ("did fortune report it?", ("Fortune",), "did fortune report it?"),
        ("Did Fortunes change?", (), "Did Fortunes change?"),
        ("", (), ""),
    ],
)
def test_outlets_are_found_as_they_are_written(question: str, outlets: tuple[str, ...], rest: str) -> None:
    assert OUTLETS.find(question) == (outlets, rest)


def test_without_outlets_nothing_is_found() -> None:
    assert OutletNames(()).find("What did Fortune say?") == ((), "What did Fortune say?")


def test_a_day_hints_at_itself_and_the_next_and_a_weekday_at_nothing() -> None:
    query = read_query("What was agreed on 24 May?", OUTLETS, NEWEST)
    assert [query.hints_at(date(2025, 5, day)) for day in (23, 24, 25, 26)] == [0, 1, 0.5, 0]
    assert not query.hints_at(None)
    assert read_query("What was agreed on Saturday?", OUTLETS, NEWEST).days == ()
    month = read_query("What was agreed in May 2025?", OUTLETS, None)
    assert month.hints_at(date(2025, 5, 31)) and not month.hints_at(date(2025, 4, 30))


def test_parts_are_clauses_with_enough_words() -> None:
    query = read_query(
        "Did Fortune call the exchange of prisoners complete, while Gazette reported that talks in Istanbul had failed, too?",
        OUTLETS,
        NEWEST,
    )
    assert query.parts == (
        Part(text="Did call the exchange of prisoners complete", outlets=("Fortune",)),
        Part(text="talks in Istanbul had failed", outlets=()),
    )
    assert read_query("How many prisoners have been exchanged so far?", OUTLETS, NEWEST).parts == ()
    many = read_query(", ".join(f"alpha{n} beta{n} gamma{n}" for n in range(20)), OUTLETS, NEWEST)
    assert len(many.parts) == 6


def test_a_question_of_nothing_but_an_outlet_is_searched_as_it_is() -> None:
    assert read_query("Fortune?", OUTLETS, NEWEST).text == "Fortune?"
