"""Questions about figures: what they ask for, and which figures may answer."""

from __future__ import annotations

from datetime import date

import pytest
from fakes_sentences import TODAY, asked, make_sentences

from assistant.count import read_count, undisclosed
from assistant.fitting import compatible
from assistant.question_kinds import events_counted
from assistant.timescope import read_scope
from index.figures import Figure, read_figures

SO_FAR = "How many prisoners have been exchanged so far?"

gap = pytest.mark.xfail(strict=True, reason="known gap")


def figure(text: str, published: date | None = TODAY) -> Figure:
    (found,) = read_figures(make_sentences(text, published=published))
    return found


# -- reading the question --


@pytest.mark.parametrize(
    "question",
    [
        SO_FAR,
        "how many captives got freed",
        "What is the total number of prisoners exchanged?",
        "What is the death toll?",
        "What is the latest figure for the prisoners?",
        "How much aid was promised?",
    ],
)
def test_questions_about_figures(question: str) -> None:
    assert read_count(question, read_scope(question, today=None)) is not None


@pytest.mark.parametrize(
    "question",
    [
        "Who mediated the exchange?",
        "How many days lay between the exchanges?",
        "On what date did they give 808 as the total?",
        "When was it?",
        "How old is he?",
        "Why 390?",
        "",
        "Where are the 307?",
    ],
)
def test_questions_about_something_else(question: str) -> None:
    assert read_count(question, read_scope(question, today=None)) is None


@pytest.mark.parametrize(
    ("question", "kind", "action"),
    [
        (SO_FAR, "prisoner", "exchanged"),
        ("How many civilians were killed outside Kyiv?", "civilian", "killed"),
        ("How many children were injured?", "child", "injured"),
        ("How many people have been displaced?", "people", "displaced"),
        ("What is the death toll?", "dead", "killed"),
    ],
)
def test_what_the_question_counts(question: str, kind: str, action: str) -> None:
    assert kind in asked(question).kinds
    assert action in asked(question).actions


@pytest.mark.parametrize(
    ("question", "flag"),
    [
        ("How many prisoners did the sides agree to exchange?", "promised"),
        ("How many prisoners were freed by each side?", "each"),
        ("How many of the 390 were civilians?", "part_of"),
        ("How many more are left to be exchanged?", "rest"),
        ("How many more are there to come?", "rest"),
        ("How many more were freed on 2 May than on 9 May?", "compared"),
        ("On 2 May more came to Kelma than to Orveth. How many more?", "compared"),
        ("How many of the 1,000 promised have been freed?", "until_now"),
        ("How many of the 1,000 promised have been freed so far?", "until_now"),
        ("How many prisoners was each side to hand over?", "promised"),
        ("How many prisoners did Orveth announce for 9 September?", "promised"),
        ("How many were freed in both directions?", "both"),
    ],
)
def test_what_the_question_is_after(question: str, flag: str) -> None:
    assert getattr(asked(question), flag)
    assert not getattr(asked("How many prisoners were exchanged?"), flag)


# -- which figures can answer --


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Neither side disclosed how many were freed.", True),
        ("The number was not published.", True),
        ("The number of people freed has not been disclosed.", True),
        ("Each side freed 307 people.", False),
    ],
)
def test_a_sentence_that_says_there_is_no_number(text: str, expected: bool) -> None:
    (sentence,) = make_sentences(text)
    assert undisclosed(sentence) is expected


@pytest.mark.parametrize(
    ("question", "promised", "part_of", "compared"),
    [
        ("How many people were on the plane?", False, False, False),
        ("How many were to be freed?", True, False, False),
        ("Of the city's 18 districts, how many voted?", False, True, False),
        ("By how many votes did Hale win?", False, False, True),
    ],
)
def test_how_a_figure_question_is_meant(question: str, promised: bool, part_of: bool, compared: bool) -> None:
    count = asked(question)
    assert (count.promised, count.part_of, count.compared) == (promised, part_of, compared)


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


def test_a_toll_is_of_the_dead() -> None:
    assert asked("What was the confirmed death toll at the flats that fell in Odra?").kinds == {"dead"}


@pytest.mark.parametrize(
    ("question", "direction", "several"),
    [
        ("What is the overall number of prisoners Odra has got back since 2022?", {"odra"}, True),
        ("How many captives had each side got back that year, both swaps added up?", set(), True),
        ("How many prisoners went to Varn?", {"varn"}, False),
    ],
)
def test_who_gets_back_and_what_is_added_up(question: str, direction: set[str], several: bool) -> None:
    count = read_count(question, read_scope(question, today=date(2025, 6, 1)))
    assert count is not None
    assert set(count.towards) == direction
    assert count.several is several


# -- parts of a group, and words that tell what happened only beside what is counted --


@pytest.mark.parametrize(
    ("question", "part_of"),
    [
        ("How many of the 40 hostages have been freed?", True),
        ("How many of the captives promised have come home?", True),
        ("How much of the 86 million dollars has been paid?", True),
        ("How many of its 90 captives has Orveth let go?", True),
        ("How many of the hostages have been freed?", False),
        ("How many of the miners were rescued on 3 May 2025?", False),
    ],
)
def test_a_part_is_asked_for_where_a_number_or_a_promise_is_named(question: str, part_of: bool) -> None:
    assert asked(question).part_of is part_of


@pytest.mark.parametrize(
    ("question", "kinds", "actions"),
    [
        ("How many of the 17 dead were children?", {"child"}, {"killed"}),
        ("How many of the 60 injured were soldiers?", {"military"}, {"injured"}),
        ("Of the missiles fired at the port, how many were intercepted?", set(), {"intercepted"}),
        ("How many of the drones launched at Velm were shot down?", set(), {"intercepted"}),
        ("How many of the villagers abducted in May have been released?", {"civilian"}, {"exchanged"}),
        ("How many girls were led away?", {"child"}, {"detained"}),
        ("How many drones were sent at Velm?", set(), {"launched"}),
        ("What were Orveth's losses in the battle?", set(), {"killed"}),
        ("What were the losses of $40 million?", set(), set()),
    ],
)
def test_what_is_said_of_all_of_a_group_is_not_asked_for(question: str, kinds: set[str], actions: set[str]) -> None:
    count = asked(question)
    assert (set(count.kinds), set(count.actions)) == (kinds, actions)


@pytest.mark.parametrize(
    "question",
    [
        "How many captives did both sides release in total?",
        "How many captives did the two sides free altogether?",
        "How many captives did they let go, counting up both sides?",
    ],
)
def test_both_sides_together_are_not_several_events(question: str) -> None:
    assert (asked(question).both, asked(question).several) == (True, False)


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


# -- events counted, and both sides --


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many prisoner exchanges have there been?", "exchange"),
        ("number of June stages so far", "stage"),
        ("How many people died in the attacks?", None),
        ("How many prisoners were exchanged?", None),
        ("How many of the exchanges failed?", None),
    ],
)
def test_the_kind_of_event_that_is_counted(question: str, kind: str | None) -> None:
    assert events_counted(question) == kind


def test_exchanges_are_counted_and_not_who_is_exchanged() -> None:
    assert not asked("How many prisoner exchanges have there been?").kinds


@pytest.mark.parametrize(
    ("question", "both", "several"),
    [
        ("Civilians freed on 23 May, both countries added together?", True, False),
        ("How many were freed in both directions altogether?", True, False),
        ("How many crossed in the first two days, in both directions?", True, True),
    ],
)
def test_both_sides_together_are_not_several_days(question: str, both: bool, several: bool) -> None:
    assert (asked(question).both, asked(question).several) == (both, several)


def test_who_is_left_aside_is_not_counted() -> None:
    assert asked("prisoners freed per side this year, wounded not counted").kinds == {"prisoner"}


@pytest.mark.parametrize(
    "question",
    [
        "prisoners freed in 2025, wounded included",
        "prisoners per side this year, extra wounded of march/april left out",
    ],
)
def test_what_is_said_to_be_in_it_or_not_is_not_what_happened(question: str) -> None:
    assert asked(question).actions == {"exchanged"}
    assert asked(question).kinds == {"prisoner"}


def test_a_number_in_words_is_not_what_is_counted() -> None:
    assert not asked("How many of the thousand promised has each side let go by now?").words


def test_by_some_day_asks_how_a_count_stood() -> None:
    assert asked("By the evening of 24 May, how many captives had come home?").standing
    assert not asked("How many captives came home by bus?").standing


def test_what_several_add_up_to_is_a_sum() -> None:
    question = "Tell me what the exchanges of January and March add up to on each side"
    assert asked(question).several
    assert asked(question).each


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


@pytest.mark.parametrize(
    "question",
    ["Add up the releases of January and March for one side", "What is the sum of both exchanges for each side?"],
)
def test_adding_up_asks_for_a_figure(question: str) -> None:
    assert asked(question).each
    assert asked(question).several


def test_a_few_days_of_both_sides_are_several() -> None:
    assert asked("Counting either way, how large was the exchange of 23-25 May?").several
    assert not asked("Counting either way, how large was the exchange of 23 May?").several


def test_what_has_been_sent_under_an_agreement_is_no_promise() -> None:
    assert not asked("How many bodies have been sent back so far under the June agreement?").promised
    assert asked("How many bodies have they agreed to send back?").promised
    assert asked("How many bodies are to be sent back under the June agreement?").promised
    assert asked("If all that was announced had come true, how many would have been sent back?").promised


@pytest.mark.parametrize(
    ("question", "thrown_in"),
    [
        ("Counting both ways and the wounded too, how many crossed?", True),
        ("How many went home at Easter, the wounded included?", True),
        ("How many went home at Easter, the wounded not included?", False),
        ("Without the wounded, how many went home?", False),
        ("How many went home?", False),
    ],
)
def test_those_thrown_in_are_told_from_those_left_out(question: str, thrown_in: bool) -> None:
    assert asked(question).thrown_in == thrown_in


def test_one_for_one_is_not_all_where_others_are_thrown_in() -> None:
    each = figure("On Sunday 246 prisoners were released by each side.")
    assert not compatible(each, asked("With the wounded thrown in, how many were released?"))
    assert compatible(each, asked("Without the wounded, how many were released?"))


def test_a_total_may_be_asked_for_in_note_form() -> None:
    assert asked("total returned as at 15 june, coordination office").actions == {"exchanged"}


def test_of_two_receivers_in_one_sentence_the_one_asked_for() -> None:
    ours, theirs = read_figures(make_sentences("In all, 197 people came back to Kelma and 175 to Orveth."))
    count = asked("How many people came back to Orveth?")
    assert (compatible(ours, count), compatible(theirs, count)) == (False, True)


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("How many people did each side release in March and April?", True),
        ("How many people did each side release on 23 and 24 May?", True),
        ("How many people has each side released this year?", True),
        ("How many people did each side release in the largest exchange this year?", False),
        ("How many people did each side release in April, wounded of March and May left out?", False),
        ("How many people were released in March, and how many in April?", False),
        ("Were more people released in March or in April, and how many?", False),
    ],
)
def test_times_that_are_listed_are_added_up(question: str, several: bool) -> None:
    assert asked(question).several is several


def test_whose_wounded_are_counted_where_nothing_says_how_many() -> None:
    assert asked("Wounded Odrans handed over, March plus April?").towards == {"odran"}
    assert asked("How many people arrived in Odra on 19 March?").towards == {"odra"}


def test_parties_may_agree_on_the_figures_of_an_event() -> None:
    count = asked("Do both sides agree on the figures for the Easter exchange?")
    assert count.accounts
    assert not count.promised
    assert count.words == frozenset()
