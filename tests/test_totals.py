"""The newest total with its parts, what is promised on top, what came after it and what is withheld."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import cast

import pytest
from fakes_sentences import TODAY, Shelf, asked, make_sentences

from assistant.findings import Finding, state_running_total
from assistant.fitting import compatible
from assistant.library import Library
from assistant.records import Status
from assistant.stated import Stated
from assistant.totals import running_total
from index.figures import read_figures
from index.numbers import find_numbers
from index.records import Hit, Passage, Sentence

SO_FAR = "How many prisoners have been exchanged so far?"

gap = pytest.mark.xfail(strict=True, reason="known gap")


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


def total_of(question: str, *texts: str) -> Finding | None:
    """What is found of a total, where each text is an article on Orveth and the last one is the newest."""
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
    return state_running_total(question, asked(question, date(2025, 9, 20)), hits, library)


def total(question: str, *texts: str) -> set[float]:
    """The total told, as `total_of`."""
    found = total_of(question, *texts)
    return values(found.stated[0]) if found else set()


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("What is the newest total of people freed in Orveth after the August exchange?", Status.ANSWERED),
        ("What is the newest total of people freed in Orveth, including the October exchange?", Status.NOT_STATED),
        ("What is the newest total of people freed in Orveth?", Status.ANSWERED),
    ],
)
def test_a_total_that_does_not_reach_the_time_asked_for_is_no_answer(question: str, status: Status) -> None:
    found = total_of(
        question, "So far 900 people have been freed, the governor said.", "Talks in Orveth went on in October."
    )
    assert found
    assert (found.status, values(found.stated[0])) == (status, {900})


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


# -- what came after a total, and who is counted --


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


STAGES = make_sentences(
    "The two sides exchanged 307 prisoners each on Saturday, 24 May.",
    "On Friday, 23 May, each side had released 390 people, of whom 270 were soldiers and 120 civilians.",
    published=date(2025, 5, 24), title="Prisoners exchanged", key="stages",
)  # fmt: skip


def test_no_event_is_left_out_of_what_came_after_a_total() -> None:
    _, later, *_ = state(EACH, YEAR, STAGES, today=date(2025, 5, 24))
    assert later.text.endswith("175 + 390 + 307 = 872 in the articles found")


def test_a_part_of_a_days_figure_is_not_added_for_that_day() -> None:
    retold = make_sentences(
        "On Friday, 23 May, each side released 390 people.", "Only the 120 released by each side on Friday, 23 May, were no soldiers.",
        published=date(2025, 5, 25), title="Looking back", key="retold",
    )  # fmt: skip
    _, later, *_ = state(EACH, YEAR, STAGES, retold, today=date(2025, 5, 25))
    assert later.text.endswith("175 + 390 + 307 = 872 in the articles found")


def test_what_came_in_three_days_is_no_total_of_a_year() -> None:
    year = "Taken together, in the two exchanges of this year 90 captives were freed by Orveth."
    days = "Orveth freed 300 captives in three days."
    question = "How many captives has Orveth freed so far this year?"
    assert total(question, year, days) == {90}


def test_what_came_before_a_total_or_may_be_in_it_is_not_added() -> None:
    (total,) = state(EACH, YEAR, today=date(2025, 3, 21))
    assert values(total) == {175}
    again = make_sentences(
        "The two sides exchanged 175 prisoners each on 5 February, and 25 each on 15 January.",
        published=date(2025, 3, 19), key="again",
    )  # fmt: skip
    assert not any("After that" in s.text for s in state(EACH, YEAR, again, today=date(2025, 3, 21)))


WAR = make_sentences(
    "In all, more than 4,300 people have been freed from Orvethi captivity since the war began, officials said.",
    published=date(2025, 3, 19), title="Prisoners freed", key="war",
)  # fmt: skip
EASTER = make_sentences(
    "Prisoners came home on Saturday, 62 of them to Orveth.", "According to the ministry, each side handed over 246 prisoners.",
    "They had put it at no fewer than 500 prisoners on each side.",
    published=date(2025, 4, 19), title="Prisoners exchanged", key="easter",
)  # fmt: skip


def test_what_came_after_a_total_over_all_times_is_told_but_not_added_to_it() -> None:
    total, later, *_ = state(SO_FAR, WAR, EASTER, today=date(2025, 4, 20))
    assert values(total) == {4300}
    assert later.text.startswith("Reported since then: 246 prisoners each on 19 April 2025")
    assert "=" not in later.text and "500" not in later.text


@pytest.mark.parametrize(
    ("question", "concluded"),
    [
        (SO_FAR, True),
        ("How many POWs have been swapped to date?", True),
        ("How many prisoners have Orveth and Varn exchanged up to now?", True),
        ("How many prisoners has Varn got back so far?", False),  # one side may have got others
        ("How many soldiers have been exchanged so far?", False),  # the total may count others with them
        ("How many prisoners have been exchanged so far in the big exchange?", False),
        ("How many prisoners were exchanged in March altogether?", False),
    ],
)
def test_a_question_that_asks_only_for_all_so_far_is_answered_by_the_newest_total(
    question: str, concluded: bool
) -> None:
    found = total_of(
        question, "In all, Orveth and Varn have exchanged 4,300 prisoners since the war began, officials said."
    )
    assert (found is not None and found.concluded) == concluded


def test_a_total_until_a_day_is_asked_for_as_one_until_now() -> None:
    war = "In all, 4,300 prisoners have been exchanged since the war began, officials said."
    assert total("How many prisoners had been exchanged by 24 May 2025?", war) == {4300}


def test_articles_in_other_words_are_on_the_topic_too() -> None:
    one = "Each side swapped 25 POWs on Wednesday, 15 January."
    other = "Taken together, the two exchanges of this year come to 175 prisoners on each side."
    assert total("How many POWs have been swapped so far?", one, other) == {175}


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


def test_all_single_events_of_a_month_are_added_and_parts_of_a_day_are_not() -> None:
    may = make_sentences(
        "Each side released 205 prisoners on Tuesday, 6 May.",
        published=date(2025, 5, 6),
        title="Prisoners freed",
        key="may-6",
    )
    question = "How many prisoners did each side release in May altogether?"
    told, *_ = state(question, may, STAGES, today=date(2025, 5, 30))
    assert told.text.endswith("307 + 390 + 205 = 902 in the articles found"), "the 270 soldiers are some of the 390"
    one_more = [
        make_sentences(f"Each side released {n} prisoners on {day} May.", published=date(2025, 5, day), title="Freed", key=str(n))
        for n, day in ((11, 10), (12, 12), (13, 14))
    ]  # fmt: skip
    told, *_ = state(question, may, STAGES, *one_more, today=date(2025, 5, 30))
    assert "=" not in told.text, "what is not listed is not added"


def test_what_came_in_a_few_days_came_then() -> None:
    days = make_sentences(
        "In just these two days, 697 prisoners were freed by Orveth.",
        published=date(2025, 5, 24),
        title="Freed",
        key="days",
    )
    question = "How many prisoners were freed in the April exchange?"
    assert not state(question, days, today=date(2025, 5, 30))
