"""Who released, sent or launched what is counted: as a question names it, as a sentence tells it, and when one may be the other."""

from __future__ import annotations

import pytest
from fakes_sentences import make_sentences

from assistant.giving import asked_giver, differ, giver_of, gives, party_of, receiver_of
from index.figures import Figure, read_figures


def figures(text: str) -> tuple[Figure, ...]:
    return read_figures(make_sentences(text))


def only(text: str) -> Figure:
    (figure,) = figures(text)
    return figure


@pytest.mark.parametrize(
    ("question", "giver"),
    [
        ("How many captives has the Front handed over?", ("Front",)),
        ("How many captives has the Northern Front handed over?", ("Northern", "Front")),
        ("How many sailors had Orveth already given back?", ("Orveth",)),
        ("How many pows were released by Kelma?", ("Kelma",)),
        ("How many pows were let go by the rebels?", ("rebels",)),
        ("How many detainees will the government free?", ("government",)),
        ("How many captives has the northern militia set free?", ("militia",)),
        ("How many soldiers does the junta still owe?", ("junta",)),
        ("How many shells did the opposition fire?", ("opposition",)),
        ("How much has Velm paid?", ("Velm",)),
        ("How many captives were freed?", ()),
        ("How many captives did Orveth receive?", ()),
        ("How many captives did the two sides release?", ()),
    ],
)
def test_whom_a_question_asks_about(question: str, giver: tuple[str, ...]) -> None:
    assert asked_giver(question) == giver


@pytest.mark.parametrize(
    ("text", "givers"),
    [
        ("The government freed 150 captives and the Front 48.", [("government",), ("Front",)]),
        ("Velm let 12 sailors go, but Orveth gave back 30.", [("Velm",), ("Orveth",)]),
        ("The ministry sent 23 bodies, while the rebels returned only 14.", [("ministry",), ("rebels",)]),
        ("Officials said that Orveth had already released 17 captives.", [("Orveth",)]),
        ("More than 4,300 people have been brought back from Kelmaran captivity since.", [("Kelmaran",)]),
        ("In May 62 people came home from the Kelmaran prisons.", [("Kelmaran",)]),
        ("In return, Kelma released 62 prisoners.", [("Kelma",)]),
        ("In exchange the Front freed 48 captives.", [("Front",)]),
        ("Some 48 soldiers were released by the Front on Monday.", [("Front",)]),
        ("Some 48 soldiers were released on Monday.", [()]),
        ("Orveth received 212 prisoners from Kelma.", [()]),
    ],
)
def test_who_gives_each_figure_of_a_sentence(text: str, givers: list[tuple[str, ...]]) -> None:
    assert [giver_of(figure) for figure in figures(text)] == givers


@pytest.mark.parametrize(
    ("text", "giver"),
    [
        ("Velm freed 48 captives.", ("Velm",)),
        ("The Northern Front freed 48 captives.", ("Front",)),
        ("The separatists freed 48 captives.", ("rebels",)),
        ("The separatists freed 48 captives.", ("Front",)),
        ("The ministry freed 48 captives.", ("Velm",)),
        ("Kelma received 48 captives.", ("Velm",)),
        ("Some 48 captives were freed.", ("Velm",)),
    ],
)
def test_a_figure_may_be_of_whoever_is_asked_about(text: str, giver: tuple[str, ...]) -> None:
    assert gives(only(text), giver)


@pytest.mark.parametrize(
    ("text", "giver"),
    [
        ("Kelma freed 48 captives.", ("Velm",)),
        ("The separatists freed 48 captives.", ("army",)),
        ("The government freed 48 captives.", ("Front",)),
        ("Some 48 captives were freed by Kelma.", ("Velm",)),
        ("Velm received 48 captives.", ("Velm",)),
    ],
)
def test_the_figure_of_another_is_not_that_of_whoever_is_asked_about(text: str, giver: tuple[str, ...]) -> None:
    assert not gives(only(text), giver)


def test_parties_differ_where_both_are_named_and_share_no_word() -> None:
    assert differ(("Kelma",), ("Front",))
    assert not differ(("Northern", "Front"), ("Front",))
    assert not differ((), ("Front",))


@pytest.mark.parametrize(
    ("text", "receivers"),
    [
        ("In all, 197 people came back to Kelma and 175 to Orveth.", [("Kelma",), ("Orveth",)]),
        ("Orveth received 212 prisoners from Kelma.", [("Orveth",)]),
        ("Kelma released 212 prisoners.", [()]),
        ("From March to June 212 prisoners came back to the Kelma road.", [("Kelma",)]),
        ("On Friday 212 prisoners were moved to June camps in Velm.", [()]),
    ],
)
def test_to_whom_each_figure_of_a_sentence_went(text: str, receivers: list[tuple[str, ...]]) -> None:
    assert [receiver_of(figure) for figure in figures(text)] == receivers


def test_a_party_is_whoever_gave_or_else_received() -> None:
    ours, theirs = figures("In all, 197 people came back to Kelma and 175 to Orveth.")
    assert differ(party_of(ours), party_of(theirs))
    assert party_of(only("Kelma released 212 prisoners to Velm.")) == ("Kelma",)
