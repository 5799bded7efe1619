"""Questions about figures: which figures may answer, and the newest total with its parts and promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import cast

import pytest
from fakes_sentences import Shelf, make_sentences

from assistant.count import CountQuestion, compatible, events_counted, read_count, undisclosed
from assistant.findings import state_running_total
from assistant.library import Library
from assistant.stated import Stated
from assistant.timescope import read_scope
from assistant.totals import running_total
from index.figures import Figure, read_figures
from index.numbers import find_numbers
from index.records import Hit, Passage, Sentence

SO_FAR = "How many prisoners have been exchanged so far?"
TODAY = date(2025, 5, 24)

gap = pytest.mark.xfail(strict=True, reason="known gap")


def asked(question: str, today: date | None = TODAY) -> CountQuestion:
    count = read_count(question, read_scope(question, today=today))
    assert count is not None
    return count


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


# -- the newest total --

# The traps of the client's own article, in other words and with other numbers.
TRAPS = (
    "The two sides exchanged 212 prisoners Saturday in the second stage of a large swap.",
    "Officials confirmed it, just a day after each side released a total of 345 fighters and civilians.",
    "The sides have agreed to swap 900 prisoners of war each.",
    "“Today is the second day of the 900-for-900 exchange,” Anna Petrova posted on X.",
    "“In just these two days, 557 people have been brought home.",
    "We expect it to go on tomorrow.”",
    "An attack injured 19 people, including three children.",
    "At least 14 civilians were killed and dozens more injured, according to local officials.",
)


def traps(*texts: str, published: date | None = None) -> tuple[Sentence, ...]:
    """The client's article under a title that says what it is about."""
    return make_sentences(*(texts or TRAPS), published=published, title="A large swap goes on")


def state(question: str, *articles: tuple[Sentence, ...], today: date | None = TODAY) -> tuple[Stated, ...]:
    count = replace(asked(question, today), promised=True, several=False)
    figures = [f for a in articles for f in read_figures(a) if compatible(f, count, title=a[0].source.title)]
    return running_total(figures, asked(question, today), [s for a in articles for s in a], figures)


def values(stated: Stated) -> set[float]:
    return {n.value for n in find_numbers(stated.text) if n.role == "count"}


def test_the_total_its_parts_and_the_promise_each_on_their_own_sentence() -> None:
    article = traps()
    total, parts, promise = state(SO_FAR, article, today=None)
    assert 557 in values(total)
    assert "Petrova" in total.text
    assert article[4] in total.sentences
    assert article[3] in total.sentences, "the speaker of the running quotation is cited too"
    assert {212, 345} <= values(parts)
    assert set(parts.sentences) == {article[0], article[1]}
    assert 900 in values(promise)
    assert promise.sentences == (article[2],)
    assert "agreed" in promise.text.lower()


def test_nothing_but_the_figures_of_this_event_is_stated() -> None:
    told = " ".join(s.text for s in state(SO_FAR, traps(), today=None))
    assert {n.value for n in find_numbers(told)} <= {557, 212, 345, 900, 2}


def test_an_undated_article_gets_no_dates() -> None:
    told = " ".join(s.text for s in state(SO_FAR, traps(), today=None))
    assert "20" not in told
    assert "day" not in told.replace("two days", "")


def test_the_claimed_total_is_shown_even_when_its_parts_do_not_add_up() -> None:
    wrong = tuple(t.replace("345", "344") for t in TRAPS)
    total, *others = state(SO_FAR, traps(*wrong), today=None)
    assert 557 in values(total)
    assert not any("sum" in s.text for s in others)


def test_a_sum_of_single_events_is_shown_with_its_parts() -> None:
    stages = make_sentences("Each side freed 205 prisoners on 6 May.", published=date(2025, 5, 6), key="x")
    more = make_sentences("They exchanged 175 prisoners each on Wednesday.", published=date(2025, 3, 19), key="y")
    (only,) = state(SO_FAR, stages, more)
    assert values(only) == {205, 175, 380}
    assert "205 + 175 = 380" in only.text
    assert "No running total" in only.text
    assert {s.article_id for s in only.sentences} == {"x", "y"}


def test_the_newest_total_goes_before_an_older_one() -> None:
    march = make_sentences(
        "More than 4,300 people have returned from captivity since 2022, Kyiv said.", published=date(2025, 3, 19)
    )
    may = make_sentences(
        "The Coordination Headquarters said 5,757 people have returned from captivity since March 2022.",
        published=date(2025, 5, 25),
        key="b",
    )
    for articles in ((march, may), (may, march)):
        total, *others = state(SO_FAR, *articles, today=date(2025, 5, 25))
        assert 5757 in values(total)
        assert "25 May 2025" in total.text
        assert "Coordination Headquarters" in total.text
        assert not any(4300 in values(s) for s in others)


def test_what_came_later_without_a_number_is_said() -> None:
    may = make_sentences("So far 5,757 people have returned from captivity, Kyiv said.", published=date(2025, 5, 25))
    june = make_sentences(
        "A new exchange of prisoners began.",
        "Neither side disclosed how many prisoners were exchanged.",
        published=date(2025, 6, 9),
        key="b",
    )
    total, later = state(SO_FAR, may, june, today=date(2025, 6, 9))
    assert 5757 in values(total)
    assert later.sentences == (june[1],)


def test_a_promise_kept_is_no_promise_any_more() -> None:
    agreed = make_sentences("They agreed to exchange 1,000 prisoners each.", published=date(2025, 5, 16))
    done = make_sentences(
        "In all, 1,000 prisoners on each side came home in three days.", published=date(2025, 5, 25), key="b"
    )
    assert len(state(SO_FAR, agreed, done, today=date(2025, 5, 25))) == 1


@pytest.mark.parametrize(
    "texts",
    [
        ("The sides agreed to exchange 1,000 prisoners each.",),
        ("Dozens of prisoners came home.",),
        ("6,000 bodies were handed over.", "The raid injured 15 people."),
        ("They talked.",),
    ],
)
def test_nothing_is_stated_where_nothing_fits(texts: tuple[str, ...]) -> None:
    assert state(SO_FAR, make_sentences(*texts), today=None) == ()


def test_the_title_tells_who_came_home() -> None:
    home, swaps = figure("697 people have been brought home."), asked("How many prisoners were exchanged?")
    assert compatible(home, swaps, title="Second day of the large swap")
    assert not compatible(home, swaps, title="Villages along the front are lived in again")
    assert compatible(home, asked("How many people were brought home?"))


def test_bodies_can_be_handed_over() -> None:
    assert compatible(figure("Moscow handed over 1,212 bodies."), asked("How many bodies were handed over?"))


def test_the_parts_of_a_total_carry_their_own_days() -> None:
    """345 were released "just a day after" by an article of Saturday: 23 May, and in no case 24 May."""
    _, parts, _ = state(SO_FAR, traps(published=TODAY))
    assert parts.text.count("24 May 2025") == 1


@gap
def test_a_total_since_years_is_not_hidden_by_the_total_of_one_exchange() -> None:
    article = make_sentences(
        "Each side freed 303 prisoners on Sunday, bringing the total to 1,000 each in three days.",
        "5,757 people have returned from captivity since March 2022, the Coordination Headquarters said.",
        published=date(2025, 5, 25),
    )
    assert any(5757 in values(s) for s in state(SO_FAR, article, today=date(2025, 5, 25)))


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


# -- what grows, and whose total it is --


def grown(*later: tuple[str, date]) -> Stated:
    """What is stated first where six were dead at first, and later articles have other counts."""
    articles = [
        make_sentences(text, published=day, key=str(key))
        for key, (text, day) in enumerate((("So far six people have been killed.", date(2025, 9, 9)), *later))
    ]
    return state("How many people have been killed so far?", *articles, today=date(2025, 9, 20))[0]


def test_a_count_that_grows_is_the_largest_of_the_latest_reports() -> None:
    friday = ("On Friday 29 people were killed.", date(2025, 9, 12))
    part = ("In Velm alone seven people were killed.", date(2025, 9, 13))
    assert values(grown(friday)) == values(grown(friday, part)) == {29}
    assert values(grown(("Three people were killed on Friday.", date(2025, 9, 12)))) == {6}, "a count does not shrink"


def total(question: str, *texts: str) -> set[float]:
    """The total told, where each text is an article on Orveth and the last one is the newest."""
    articles = [
        make_sentences(text, published=date(2025, 9, 9 + day), title="Orveth", key=str(day))
        for day, text in enumerate(texts)
    ]
    hits = [
        Hit(
            passage=Passage(
                id=a[0].article_id, article_id=a[0].article_id, source=a[0].source, start=0, end=a[-1].end, text=a[0].text
            ),
            score=1.0, rank=rank, why=(), cosine=0.8,
        )
        for rank, a in enumerate(articles, start=1)
    ]  # fmt: skip
    library = cast(Library, Shelf(tuple(articles)))
    found = state_running_total(question, asked(question, date(2025, 9, 20)), hits, library)
    return values(found.stated[0]) if found else set()


def test_a_total_is_of_those_whom_the_question_counts() -> None:
    students = "So far 140 students have been freed, the governor said."
    people = "So far 900 people have been freed, the governor said."
    assert total("How many students have been freed so far in Orveth?", students, people) == {140}
    assert total("How many people have been freed so far in Orveth?", students, people) == {900}
    assert total("How many students have been freed so far in Orveth?", people) == {900}, "for want of a better one"


def test_a_total_under_a_deal_may_be_told_so_but_is_not_one_since_years() -> None:
    question = "How many captives have been freed under the deal in Orveth so far?"
    days = "A total of 90 captives were freed by Orveth in two days."
    deal = "So far 420 captives have been freed by Orveth under the deal."
    years = "Since 2019 some 3,000 captives have been freed by Orveth."
    assert total(question, days, years) == {90}
    assert total(question, days, deal) == total(question, days, deal, years) == {420}


# -- events counted, both sides, and what came after a total --


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


YEAR = make_sentences(
    "Taken together, the two exchanges of this year come to 175 prisoners on each side.",
    published=date(2025, 2, 5), title="Second exchange", key="year",
)  # fmt: skip
MARCH = make_sentences(
    "The two sides exchanged 185 prisoners each on 19 March.",
    published=date(2025, 3, 19), title="Third exchange", key="march",
)  # fmt: skip
EACH = "How many prisoners has each side released so far this year?"


def test_what_came_after_a_total_over_several_is_added_in_the_open() -> None:
    total, later, *_ = state(EACH, YEAR, MARCH, today=date(2025, 3, 21))
    assert values(total) == {175}
    assert later.text.endswith("175 + 185 = 360 in the articles found")
    assert {s.article_id for s in later.sentences} == {YEAR[0].article_id, MARCH[0].article_id}


def test_what_came_before_a_total_or_may_be_in_it_is_not_added() -> None:
    (total,) = state(EACH, YEAR, today=date(2025, 3, 21))
    assert values(total) == {175}
    again = make_sentences(
        "The two sides exchanged 175 prisoners each on 5 February, and 25 each on 15 January.",
        published=date(2025, 3, 19), key="again",
    )  # fmt: skip
    assert not any("After that" in s.text for s in state(EACH, YEAR, again, today=date(2025, 3, 21)))


def test_a_total_over_events_that_come_to_a_number() -> None:
    text = "With Tuesday's 205, the five exchanges come to 801 prisoners on each side."
    (found,) = [f for f in read_figures(make_sentences(text, published=TODAY)) if f.value == 801]
    assert (found.scope, found.per_side) == ("several", True)


def test_one_sides_single_events_answer_where_no_total_is_of_each() -> None:
    found = total(
        "How many prisoners has each side released so far in Orveth?",
        "Orveth and Varn exchanged 25 prisoners each on 9 September.",
    )
    assert found == {25}


def test_those_who_speak_of_people_are_not_those_counted() -> None:
    officials = "Orvethi officials said that 4,300 people had been freed since the war began."
    office = "In all, 5,757 people have been freed since the war began, the Return Office said."
    assert total("How many orvethi people have been freed so far?", officials, office) == {5757}
