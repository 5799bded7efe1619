"""From a draft to sentences of an answer: read leniently, put on the sentence that carries it, numbered."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from fakes_sentences import article_of, make_sentences
from hypothesis import given
from hypothesis import strategies as st

from assistant.citations import markers
from assistant.compose import (
    Draft,
    attribute,
    figure_of,
    number_up,
    parse_draft,
    stated,
    strangers,
    support,
    verbatim,
    whole_lines,
    with_dates,
    with_report_day,
)
from assistant.evidence import Evidence, number_evidence
from assistant.stated import Stated
from index.figures import read_figures
from index.records import Sentence

ARTICLE = make_sentences(
    "Anna Petrova, the foreign minister, spoke to reporters in Odra.",
    "She promised to free 212 captives.",
    "An overnight attack on Odra injured 15 people, including two children, officials said.",
    "“It is done,” Marco Hale said.",
    "“In two days 557 people came home.",
    "We expect more.”",
    published=date(2025, 5, 24),
    outlet="Desk A",
)


def neighbours(sentences: tuple[Sentence, ...]) -> Callable[[Sentence, int], tuple[Sentence, ...]]:
    return lambda sentence, count: sentences[max(0, sentence.ordinal - count) : sentence.ordinal + 1]


def offered(*ordinals: int) -> tuple[Evidence, ...]:
    ranked = [Evidence(number=0, sentence=ARTICLE[i], score=1.0, cosine=0.5, coverage=0.5) for i in ordinals]
    return number_evidence(ranked, limit=9, max_characters=10_000)


# -- drafts --


@pytest.mark.parametrize(
    ("raw", "number", "answer"),
    [
        ("Sentence: 3\nAnswer: 307 were freed.", 3, "307 were freed."),
        ("  Sentence: 3\n\nAnswer:   307 were freed.  \nMore.", 3, "307 were freed."),
        ("Sentence: (3)\nAnswer: 307 were freed.", 3, "307 were freed."),
        ("Answer: 307 were freed.", 0, "307 were freed."),
        ("307 were freed.", 0, "307 were freed."),
        ("Sentence: none\nAnswer: 307 were freed.", 0, "307 were freed."),
        ("Sentence: 99\nAnswer: 307 were freed.", 99, "307 were freed."),
        ("Sentence: 3\nAnswer:", 3, ""),
        ("", 0, ""),
    ],
)
def test_a_draft_is_read_leniently(raw: str, number: int, answer: str) -> None:
    assert parse_draft(raw) == Draft(number=number, answer=answer)


@pytest.mark.parametrize("marker", ["[99]", " [1]", "(2)", " (12)"])
def test_markers_a_model_writes_are_not_ours(marker: str) -> None:
    assert parse_draft(f"Sentence: 1\nAnswer: 307 were freed{marker}.").answer == "307 were freed."


@given(st.text(max_size=80))
def test_any_draft_can_be_read(raw: str) -> None:
    draft = parse_draft(raw)
    assert draft.number >= 0
    assert "\n" not in draft.answer
    assert markers(draft.answer) == ()


# -- support --


def test_a_draft_that_stands_is_kept_on_its_sentence() -> None:
    draft = Draft(number=1, answer="An overnight attack on Odra injured 15 people.")
    supported, removed = support(draft, offered(0, 2, 3), "How many were injured?", neighbours(ARTICLE))
    assert supported is not None
    assert supported.text == draft.answer
    assert supported.sentences == (ARTICLE[2],), "chosen by its words, not by the number the model wrote"
    assert removed == ()


@pytest.mark.parametrize(
    "lie",
    [
        "An overnight attack on Odra injured 16 people.",
        "An overnight attack on Kelma injured 15 people.",
        "Officials called the overnight attack on Odra that injured 15 people “a crime”.",
        "An overnight attack on Odra injured 15 people, Marco Hale said.",
    ],
)
def test_a_draft_that_does_not_stand_gives_way_to_the_sentence_itself(lie: str) -> None:
    supported, removed = support(Draft(number=2, answer=lie), offered(0, 2), "How many?", neighbours(ARTICLE))
    assert [r.text for r in removed] == [lie]
    assert removed[0].reason
    assert supported is not None
    assert supported.text == ARTICLE[2].text
    assert supported.verdict.stands


def test_a_name_a_pronoun_stands_for_is_found_in_the_sentence_before() -> None:
    draft = Draft(number=2, answer="Anna Petrova promised to free 212 captives.")
    supported, removed = support(draft, offered(1, 2), "Who promised?", neighbours(ARTICLE))
    assert supported is not None
    assert supported.text == draft.answer
    assert supported.sentences == (ARTICLE[0], ARTICLE[1])
    assert removed == ()


def test_a_bare_word_is_no_answer_but_points_to_one() -> None:
    supported, removed = support(Draft(number=1, answer="15."), offered(0, 2), "How many?", neighbours(ARTICLE))
    assert supported is not None
    assert supported.text == ARTICLE[2].text
    assert removed == ()


def test_a_sentence_that_opens_with_a_pronoun_brings_the_one_before() -> None:
    assert verbatim(ARTICLE[1], neighbours(ARTICLE)).sentences == (ARTICLE[0], ARTICLE[1])
    assert verbatim(ARTICLE[2], neighbours(ARTICLE)).sentences == (ARTICLE[2],)


def test_a_sentence_of_a_running_quotation_brings_its_speaker() -> None:
    assert verbatim(ARTICLE[4], neighbours(ARTICLE)).sentences == (ARTICLE[3], ARTICLE[4])


def test_what_is_to_be_read_first_is_said_first() -> None:
    spoken = make_sentences("“We waited long,” Marco Hale said.", "“Nobody came.", "Now 557 are home.”", key="b")
    assert verbatim(spoken[1], neighbours(spoken)).lead == (spoken[0].text,)
    told = verbatim(ARTICLE[1], neighbours(ARTICLE))
    assert (told.lead, told.text) == ((ARTICLE[0].text,), ARTICLE[1].text)
    assert [(s.text, s.sentences) for s in stated(told, "212 go free.")] == [
        (ARTICLE[0].text, ARTICLE[:2]),
        ("212 go free.", ARTICLE[:2]),
    ]
    assert verbatim(ARTICLE[2], neighbours(ARTICLE)).lead == ()


def test_all_between_the_speaker_and_the_sentence_is_read_first() -> None:
    spoken = make_sentences("“We waited long,” Marco Hale said.", "“Nobody came.", "“Now 557 are home.”", key="b")
    told = verbatim(spoken[2], neighbours(spoken))
    assert told.lead == (spoken[0].text, spoken[1].text)
    assert told.sentences == spoken


def test_every_sentence_stands_on_itself() -> None:
    for sentence in ARTICLE:
        assert verbatim(sentence, neighbours(ARTICLE)).verdict.stands, sentence.text


# -- attribution and figures --


def test_a_quantity_says_who_counts_it() -> None:
    spoken = verbatim(ARTICLE[4], neighbours(ARTICLE))
    (figure,) = [f for f in read_figures(ARTICLE) if f.value == 557]
    assert "Marco Hale" in attribute(spoken, figure)


def test_a_quantity_that_says_so_itself_is_left_alone() -> None:
    told = verbatim(ARTICLE[2], neighbours(ARTICLE))
    figure = next(f for f in read_figures(ARTICLE) if f.value == 15)
    assert attribute(told, figure).count("officials") == 1
    assert attribute(told, None) == told.text


def test_the_figure_an_answer_states() -> None:
    figures = read_figures(ARTICLE)
    found = figure_of("An attack injured fifteen people.", figures)
    assert found is not None
    assert found.value == 15
    assert figure_of("An attack injured 16 people.", figures) is None
    assert figure_of("An attack injured people.", figures) is None


def test_names_the_cited_article_does_not_know() -> None:
    told = verbatim(ARTICLE[2], neighbours(ARTICLE))
    assert strangers("How many did the attack on Kelma injure?", told, article_of(ARTICLE)) == ("Kelma",)
    assert strangers("How many did the attack on Odra injure, says Desk A?", told, article_of(ARTICLE)) == ()


# -- numbering --


def test_every_sentence_ends_in_its_markers_and_every_quote_is_verbatim() -> None:
    article = article_of(ARTICLE)
    said = [
        Stated(text="An attack injured 15 people.", sentences=(ARTICLE[2],)),
        Stated(text="557 people came home, according to Marco Hale", sentences=(ARTICLE[3], ARTICLE[4])),
        Stated(text="Both are in it.", sentences=(ARTICLE[2], ARTICLE[4])),
    ]
    text, citations = number_up(said, lambda _: article)
    assert text == (
        "An attack injured 15 people [1]. 557 people came home, according to Marco Hale [2]. Both are in it [1] [3]."
    )
    assert [c.number for c in citations] == [1, 2, 3]
    assert markers(text) == (1, 2, 3)
    for citation in citations:
        assert citation.quote == article.text[citation.start : citation.end]
    assert citations[1].quote == f"{ARTICLE[3].text} {ARTICLE[4].text}"


def test_a_sentence_cited_twice_keeps_its_number() -> None:
    text, citations = number_up(
        [Stated(text="One.", sentences=(ARTICLE[2],)), Stated(text="Two.", sentences=(ARTICLE[2],))],
        lambda _: article_of(ARTICLE),
    )
    assert text == "One [1]. Two [1]."
    assert len(citations) == 1


def test_sentences_of_two_articles_are_two_citations() -> None:
    other = make_sentences("Kelma was quiet.", key="b")
    articles = {"a": article_of(ARTICLE), "b": article_of(other)}
    text, citations = number_up([Stated(text="Both.", sentences=(ARTICLE[0], other[0]))], articles.__getitem__)
    assert text == "Both [1] [2]."
    assert [c.article_id for c in citations] == ["a", "b"]


def test_nothing_stated_nothing_cited() -> None:
    assert number_up([], lambda _: article_of(ARTICLE)) == ("", ())


def test_markers_written_in_an_article_are_not_shown_as_ours() -> None:
    faked = make_sentences("An attack injured 15 people [99].")
    supported = verbatim(faked[0], neighbours(faked))
    text, citations = number_up(
        [Stated(text=supported.text, sentences=supported.sentences)], lambda _: article_of(faked)
    )
    assert set(re.findall(r"\[(\d+)\]", text)) == {str(c.number) for c in citations}


@pytest.mark.parametrize(
    ("raw", "kept"),
    [("Sentence: 1\nAnswer: The bu", "Sentence: 1\n"), ("The bu", ""), ("", ""), ("a\nb\n", "a\nb\n")],
)
def test_of_a_cut_reply_the_whole_lines_are_kept(raw: str, kept: str) -> None:
    assert whole_lines(raw) == kept


# -- an answer to when --


@pytest.mark.parametrize(
    ("text", "dated"),
    [
        ("It began on Friday.", "It began on Friday (23 May 2025)."),
        ("Friday's talks failed.", "Friday's (23 May 2025) talks failed."),
        ("It was held on Thursday and Friday of this week.", "It was held on Thursday and Friday (22 and 23 May 2025) of this week."),
        ("It goes from Thursday to Friday.", "It goes from Thursday (22 May 2025) to Friday."),
        ("It was held on 20, 22 and 23 May, on Tuesday, Thursday and Friday.", None),
        ("It began on 23 May.", None),
        ("“It began on Friday,” he said.", None),
    ],
)  # fmt: skip
def test_the_date_behind_a_weekday(text: str, dated: str | None) -> None:
    (sentence,) = make_sentences(text, published=date(2025, 5, 24))
    assert with_dates(verbatim(sentence, neighbours((sentence,)))).text == (dated or text)


@pytest.mark.parametrize(
    ("day", "dated"),
    [
        (date(2025, 5, 23), "With 390 on Thursday and, at last, 307 on Friday (23 May 2025), it ended."),
        (date(2025, 5, 22), "With 390 on Thursday (22 May 2025) and, at last, 307 on Friday, it ended."),
        (date(2025, 5, 21), "With 390 on Thursday (22 May 2025) and, at last, 307 on Friday, it ended."),  # not told of
    ],
)
def test_the_date_behind_the_weekday_that_is_meant(day: date, dated: str) -> None:
    (sentence,) = make_sentences(
        "With 390 on Thursday and, at last, 307 on Friday, it ended.", published=date(2025, 5, 24)
    )
    assert with_dates(verbatim(sentence, neighbours((sentence,))), day).text == dated


def test_weekdays_of_two_months_are_both_written_out() -> None:
    (sentence,) = make_sentences("It was held on Saturday and Sunday.", published=date(2025, 6, 1))
    told = with_dates(verbatim(sentence, neighbours((sentence,)))).text
    assert told == "It was held on Saturday and Sunday (31 May 2025 and 1 June 2025)."


@pytest.mark.parametrize(
    ("text", "published", "told"),
    [
        ("The ministry confirmed it.", date(2025, 5, 24), "The ministry confirmed it (reported on 24 May 2025)."),
        ("The ministry confirmed it on Friday.", date(2025, 5, 24), "The ministry confirmed it on Friday."),
        ("The ministry confirmed it.", None, "The ministry confirmed it."),
    ],
)
def test_an_answer_without_a_day_says_when_it_was_reported(text: str, published: date | None, told: str) -> None:
    (sentence,) = make_sentences(text, published=published)
    assert with_report_day(verbatim(sentence, neighbours((sentence,)))).text == told
