"""Which figures can answer a figure question: of its kind, event, time and direction, and nothing unlike."""

from __future__ import annotations

from datetime import date

import pytest
from fakes_sentences import TODAY, asked, make_sentences

from assistant.fitting import compatible
from index.figures import Figure, read_figures


def figure(text: str, published: date | None = TODAY) -> Figure:
    (found,) = read_figures(make_sentences(text, published=published))
    return found


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many prisoners were exchanged?", "Each side released 390 prisoners."),
        ("How many prisoners were exchanged?", "697 people have been brought home from captivity."),
        ("How many civilians were killed?", "At least 13 civilians were killed."),
        ("How many people were injured in Kyiv?", "An attack on Kyiv injured 15 people."),
        ("How many children were injured?", "The attack injured two children."),
        ("How many wounded were handed over to Ukraine?", "Russia handed over 22 wounded soldiers to Ukraine."),
        ("How many drones were shot down?", "Units shot down 55 drones."),
        ("How many suspected users were detained?", "337 suspected users were arrested."),
        ("How many prisoners were exchanged on 24 May 2025?", "Each side released 307 prisoners on Saturday."),
        ("How many prisoners did they agree to exchange?", "They agreed to exchange 1,000 prisoners each."),
    ],
)
def test_a_figure_of_the_kind_and_event_asked_for(question: str, text: str) -> None:
    assert compatible(figure(text), asked(question))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many prisoners were exchanged?", "An attack injured 15 people."),
        ("How many prisoners were exchanged?", "Moscow handed over 1,212 bodies."),
        ("How many prisoners were exchanged?", "Russia returned 22 severely wounded soldiers."),
        ("How many prisoners were exchanged?", "They agreed to exchange 1,000 prisoners each."),
        ("How many prisoners were exchanged?", "Dozens of prisoners came home."),
        ("How many prisoners were exchanged?", "Ukraine did not return 40 prisoners."),
        ("How many prisoners were exchanged?", "Units shot down 55 drones."),
        ("How many prisoners were exchanged?", "697 people have been brought home."),  # from wherever
        ("How many civilians were killed?", "The attack killed 13 soldiers."),
        ("How many children were injured?", "The attack injured 15 people."),
        ("How many people were killed?", "The attack injured 15 people."),
        ("How many people were killed?", "Moscow handed over 1,212 bodies."),
        ("How many drones were shot down?", "Units shot down nine missiles."),
        ("How many users were detained in the child abuse case?", "It had 250,000 clips showing abuse of children."),
        ("How many prisoners were exchanged on 24 May 2025?", "Each side released 390 prisoners on Friday."),
        ("How many Ukrainian prisoners came home?", "Moscow said 270 Russian prisoners came home."),
        ("How many prisoners were returned to Ukraine?", "307 prisoners were returned to Russia."),
    ],
)
def test_unlike_things_are_never_offered(question: str, text: str) -> None:
    assert not compatible(figure(text), asked(question))


def test_an_undated_figure_answers_no_question_about_a_day() -> None:
    undated = figure("Each side released 307 prisoners on Saturday.", published=None)
    assert not compatible(undated, asked("How many prisoners were exchanged on 24 May 2025?"))
    assert compatible(undated, asked("How many prisoners were exchanged?"))


def test_the_title_tells_who_came_home() -> None:
    home, swaps = figure("697 people have been brought home."), asked("How many prisoners were exchanged?")
    assert compatible(home, swaps, title="Second day of the large swap")
    assert not compatible(home, swaps, title="Villages along the front are lived in again")
    assert compatible(home, asked("How many people were brought home?"))


def test_bodies_can_be_handed_over() -> None:
    assert compatible(figure("Moscow handed over 1,212 bodies."), asked("How many bodies were handed over?"))


def test_who_took_part_were_not_those_arrested() -> None:
    arrested = figure("At least 71 people were arrested on Friday.")
    assert not compatible(arrested, asked("How many people took part in the protest?"))
    assert compatible(arrested, asked("How many people were arrested in the protest?"))


def test_what_is_counted_tells_its_kind_where_it_is_named() -> None:
    users = figure("Officials said that 337 suspected users in 38 countries were arrested.")
    clips = figure("The site held 250,000 clips of abused children.")
    question = asked("How many suspected users were detained in the child abuse case?")
    assert compatible(users, question)
    assert not compatible(clips, question)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many of the 17 dead were children?", "Among the dead were six children."),
        ("Of the drones launched at Velm, how many were shot down?", "Nine of the drones were shot down."),
        ("How many of the villagers abducted are free?", "Some 17 of the villagers abducted in May were set free."),
        ("How many drones were launched at Velm?", "Orveth sent 63 drones and four missiles at Velm in a night raid."),
        ("How many tonnes of grain were delivered?", "The grain ships delivered 7,700 tonnes."),
        ("How many rockets were fired at Velm?", "The rocket fire on Velm came to 118 launches."),
        ("What were the army's losses?", "The army lost 140 soldiers."),
        ("How many displaced people have returned?", "Some 5,700 of the displaced have gone home."),
        ("How many soldiers were killed?", "The raid on the army post killed 40 people."),
        ("How many captives did the Front release?", "The rebels freed 150 captives."),
    ],
)
def test_a_figure_that_answers_in_other_words(question: str, text: str) -> None:
    assert compatible(read_figures(make_sentences(text, published=TODAY))[0], asked(question))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many of the 17 dead were children?", "The fire injured six children."),
        ("Of the drones launched at Velm, how many were shot down?", "Orveth launched 40 drones at Velm."),
        ("How many of the villagers abducted are free?", "Gunmen abducted 40 villagers."),
        ("How many drones were launched at Velm?", "Orveth sent 63 drones and four missiles to Velm as aid."),
        ("How many rockets were fired at Velm?", "The gunfire in Velm came to 118 shots."),
        ("What were the army's losses?", "The army lost 140 tanks."),
        ("How many displaced people have returned?", "So far 5,700 people have returned."),
        ("How many soldiers were killed?", "The raid on the market killed 40 people."),
        ("How many captives did the Front release?", "The government freed 150 captives."),
    ],
)
def test_a_figure_of_something_else_in_like_words(question: str, text: str) -> None:
    assert not compatible(read_figures(make_sentences(text, published=TODAY))[0], asked(question))


def test_the_sentence_before_tells_who_returns() -> None:
    home, question = figure("So far 5,700 people have returned."), asked("How many displaced people have returned?")
    assert compatible(home, question, before="Whole villages had been displaced.")
    assert not compatible(home, question, before="Whole villages had been on holiday.")


def test_of_two_groups_in_one_sentence_the_one_asked_for() -> None:
    text = (
        "Beyond that, 31 wounded Ukrainians were returned to Ukraine, and 15 wounded Russians were returned to Russia."
    )
    ours, theirs = read_figures(make_sentences(text))
    count = asked("How many wounded Ukrainians were returned?")
    assert (compatible(ours, count), compatible(theirs, count)) == (True, False)


def test_those_thrown_in_are_not_all() -> None:
    count = asked("With the wounded thrown in, how many went home?")
    assert count.aside == {"wounded"}
    text = "On Sunday 31 wounded Ukrainians were returned."
    assert not compatible(figure(text), count)
    assert compatible(figure(text), asked("How many wounded went home?"))


def test_one_for_one_is_not_all_where_others_are_thrown_in() -> None:
    each = figure("On Sunday 246 prisoners were released by each side.")
    assert not compatible(each, asked("With the wounded thrown in, how many were released?"))
    assert compatible(each, asked("Without the wounded, how many were released?"))


def test_of_two_receivers_in_one_sentence_the_one_asked_for() -> None:
    ours, theirs = read_figures(make_sentences("In all, 197 people came back to Kelma and 175 to Orveth."))
    count = asked("How many people came back to Orveth?")
    assert (compatible(ours, count), compatible(theirs, count)) == (False, True)
