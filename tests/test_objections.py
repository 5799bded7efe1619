"""What rules hold against a sentence, and what of it a judge may overrule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest
from fakes_bench import Bench, answering, bench
from fakes_model import SURE, LayeredModel
from fakes_sentences import Shelf, make_sentences

from assistant import findings
from assistant.compose import Supported, verbatim
from assistant.count import read_count
from assistant.inquiry import Inquiry
from assistant.judge import CHECKED
from assistant.library import Library
from assistant.objections import bar, doubt, objection
from assistant.records import Status
from assistant.timescope import read_scope
from index.records import Filter

TEXT = "Anna Petrova opened the harbour bridge of Odra, the mayor of Varn said. The second convoy left on Sunday."


def asked(question: str, text: str, published: date | None = date(2024, 3, 3)) -> tuple[Inquiry, Supported, Library]:
    (sentence,) = make_sentences(text, published=published, title="The bridge", key="a")
    scope = read_scope(question, today=date(2024, 3, 9))
    inquiry = Inquiry(question=question, scope=scope, count=read_count(question, scope), figures=(), ranked=())
    article = SimpleNamespace(source=sentence.source, text=f"{TEXT} {text}")
    library = cast("Library", SimpleNamespace(article=lambda _: article, before=lambda one, _: (one,)))
    return inquiry, verbatim(sentence, lambda one, _: (one,)), library


@pytest.mark.parametrize(
    ("question", "text", "why"),
    [
        ("Who opened the bridge?", "it was opened at noon.", "kind asked for"),
        ("When did the first convoy leave?", "The second convoy left on Sunday.", "another one of several"),
        ("What did Sundmark build?", "It built the harbour bridge.", "does not mention 'Sundmark'"),
        (
            "What did Anna Petrova say of the bridge?",
            "Tolls are a scandal, Marco Hale said.",
            "not those of Anna Petrova",
        ),
        ("What happened in January 2023?", "The bridge was closed for a week.", "about another time"),
        ("How many captives were freed?", "The mayor of Varn greeted 12 dockers.", "counts something else"),
    ],
)
def test_what_may_be_no_answer_is_doubted_and_not_barred(question: str, text: str, why: str) -> None:
    inquiry, supported, library = asked(question, text)
    assert why in (doubt(inquiry, supported, library) or "")
    assert bar(inquiry, supported) is None
    assert objection(inquiry, supported, library) == doubt(inquiry, supported, library)


@pytest.mark.parametrize(
    ("question", "text", "published", "why"),
    [
        ("Where did Anna Petrova open the bridge?", "Anna Petrova opened the bridge.", date(2024, 3, 3), "repeats"),
        ("What happened on 25 May?", "The bridge was closed for a week.", None, "no date"),
        (
            "How many bodies have been sent back so far?",
            "They agreed to send back 60 bodies.",
            date(2024, 3, 3),
            "promised",
        ),
    ],
)
def test_what_no_judge_can_see_is_barred(question: str, text: str, published: date | None, why: str) -> None:
    inquiry, supported, library = asked(question, text, published)
    assert why in (bar(inquiry, supported) or "")
    assert objection(inquiry, supported, library) == bar(inquiry, supported)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many bodies have they agreed to send back?", "They agreed to send back 60 bodies."),
        ("How many bodies have been sent back so far?", "Of the 60 bodies they promised 12 have been sent back."),
        ("How many bodies are still to be sent back?", "Another 48 bodies are still to be sent back."),
    ],
)
def test_what_was_promised_is_an_answer_where_it_is_asked_for(question: str, text: str) -> None:
    inquiry, supported, _ = asked(question, text)
    assert bar(inquiry, supported) is None


def test_nothing_speaks_against_the_answer() -> None:
    inquiry, supported, library = asked(
        "Who opened the harbour bridge?", "Anna Petrova opened the harbour bridge of Odra."
    )
    assert objection(inquiry, supported, library) is None


def test_he_said_may_be_of_whoever_was_named_before() -> None:
    told = make_sentences("Marco Hale spoke on Sunday.", "Fares, he said, are a scandal.", published=date(2024, 3, 3))
    inquiry, _, _ = asked("What did Marco Hale say of fares?", told[1].text)
    library = cast("Library", Shelf((told,)))
    assert doubt(inquiry, verbatim(told[1], lambda one, _: (one,)), library) is None


@pytest.mark.parametrize(
    ("question", "missed"),
    [
        ("Why was the 1,000-for-1,000 exchange held?", True),
        ("Why were the 277 captives freed?", True),
        ("Why were the 205 captives freed?", False),  # told before
        ("Why were the 44 freed?", False),  # told in the title
        ("Who met on 27 May?", False),
        ("Why were 12 captives freed?", False),  # so small a number tells nothing apart
        ("How many of the 277 were freed?", False),  # what figures say, figures decide
    ],
)
def test_a_number_tells_of_which_event_a_question_is(question: str, missed: bool) -> None:
    told = make_sentences(
        "On Sunday 205 captives were freed.", "A go-between from Velm had asked for it.",
        published=date(2024, 3, 3), title="All 44 home",
    )  # fmt: skip
    inquiry, _, _ = asked(question, told[1].text)
    library = cast("Library", Shelf((told,)))
    against = doubt(inquiry, verbatim(told[1], lambda one, _: (one,)), library) or ""
    assert ("does not speak of the" in against) is missed


# -- in an answer --


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    yield from bench(tmp_path_factory.mktemp("objections"), {"bridge.txt": f"The bridge\n\n{TEXT}"})


def test_a_judge_that_is_sure_overrules_a_doubt_and_a_mere_check_does_not(desk: Bench) -> None:
    question = "According to Anna Petrova, when did the second convoy leave?"
    desk.model.load((), (SURE,) * 6)
    assert desk.assistant.ask(question).status is Status.NOT_STATED
    judge = LayeredModel("second convoy")
    judge.load((), (SURE,) * CHECKED)
    with answering(desk, judge):
        answer = desk.assistant.ask(question)
    assert answer.status is Status.ANSWERED
    assert answer.text.startswith("The second convoy left on Sunday")
    assert "rules doubt it: the words found are not those of Anna Petrova" in answer.reason


@pytest.mark.parametrize(
    ("question", "refused"),
    [
        ("What did Sundmark say to Halvorsen?", True),
        ("What did Sundmark say to Anna Petrova?", False),  # the Kremlin and Moscow: told in other words
        ("What is said about POWs?", False),
        ("who opened the bridge?", False),
    ],
)
def test_only_names_that_are_all_unknown_are_refused_at_once(desk: Bench, question: str, refused: bool) -> None:
    library = desk.assistant.library()
    hits = findings.search(question, read_scope(question, today=None), Filter(), 8, library)
    found = findings.refuse_strangers(question, hits, library)
    assert (found is not None and found.status is Status.NO_EVIDENCE) is refused
