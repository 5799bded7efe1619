"""Questions about figures: what they ask for."""

from __future__ import annotations

from datetime import date

import pytest
from fakes_sentences import asked, make_sentences

from assistant.count import read_count, undisclosed
from assistant.question_kinds import events_counted
from assistant.timescope import read_scope

SO_FAR = "How many prisoners have been exchanged so far?"

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


def test_a_total_may_be_asked_for_in_note_form() -> None:
    assert asked("total returned as at 15 june, coordination office").actions == {"exchanged"}


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
