"""The ranking of sentences: what speaks for each, and what that weighs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEmbedder, fake_settings

from assistant.ranker import MARKS, TRAITS, SentenceRanker, learnt, scores, traits
from assistant.timescope import ANY_TIME, read_scope
from benchmarks.sentence_ranking import Ranked, learn, measure
from index.build import build
from index.corpus import Corpus
from index.records import Hit, Passage

TEXT = """The exchange took place at the border. Each side released 390 prisoners.
The weather was mild. Zelensky thanked the mediators of the Emirates.
“We will free the others,” he said."""


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "one.txt").write_text(TEXT)
    build(tmp_path / "index", [tmp_path / "articles"], settings=fake_settings(), embedder=FakeEmbedder())
    with Corpus.open(tmp_path / "index", fake_settings()) as corpus:
        yield corpus


def hits(corpus: Corpus) -> tuple[Hit, ...]:
    (article,) = corpus.articles()
    passage = Passage(
        id="p", article_id=article.id, source=article.source, start=0, end=len(article.text), text=article.text
    )
    return (Hit(passage=passage, score=1.0, rank=1, why=("dense",), cosine=0.5),)


def test_the_sentence_with_the_questions_words_comes_first(corpus: Corpus) -> None:
    ranked = SentenceRanker(corpus, FakeEmbedder()).rank("How many prisoners were released by each side?", hits(corpus))
    assert ranked[0].sentence.text == "Each side released 390 prisoners."
    assert [e.score for e in ranked] == sorted((e.score for e in ranked), reverse=True)
    assert all(0 <= e.coverage <= 1 for e in ranked)
    assert ranked[0].coverage > ranked[-1].coverage


def test_every_sentence_is_ranked_once_even_if_found_twice(corpus: Corpus) -> None:
    ranker = SentenceRanker(corpus, FakeEmbedder())
    once, twice = ranker.rank("prisoners", hits(corpus)), ranker.rank("prisoners", hits(corpus) * 2)
    assert [e.sentence for e in once] == [e.sentence for e in twice]
    assert len({e.sentence.start for e in once}) == len(once) == 5


def test_sentences_are_embedded_once(corpus: Corpus) -> None:
    embedder = FakeEmbedder()
    ranker = SentenceRanker(corpus, embedder)
    first = ranker.rank("prisoners", hits(corpus))
    embedded = embedder.embedded
    assert embedded == 2 * len(first)  # alone and under title and day
    assert ranker.rank("prisoners", hits(corpus)) == first
    assert embedder.embedded == embedded


def test_a_full_memory_changes_no_result(corpus: Corpus) -> None:
    forgetful = SentenceRanker(corpus, FakeEmbedder(), memory=2)
    expected = SentenceRanker(corpus, FakeEmbedder()).rank("the mediators", hits(corpus))
    for _ in range(3):
        assert forgetful.rank("the mediators", hits(corpus)) == expected


@pytest.mark.parametrize("question", ["", "?", "the of and", "ґ 漢字", "prisoners " * 500])
def test_any_question_ranks_everything(corpus: Corpus, question: str) -> None:
    assert len(SentenceRanker(corpus, FakeEmbedder()).rank(question, hits(corpus))) == 5


def test_no_hits_no_evidence(corpus: Corpus) -> None:
    assert SentenceRanker(corpus, FakeEmbedder()).rank("prisoners", ()) == ()


def test_a_sentence_is_compared_with_what_it_stands_under(corpus: Corpus) -> None:
    marked = SentenceRanker(corpus, FakeEmbedder()).mark("What took place at the border?", hits(corpus))
    assert marked
    assert marked.marks.shape == (5, len(MARKS))
    in_context, words = marked.marks[:, MARKS.index("words in context")], marked.marks[:, MARKS.index("words")]
    assert words[1] == words.min()  # "Each side released" shares nothing with the question
    assert in_context[1] > in_context[2]  # but it follows the sentence that does


def test_digits_count_for_more_where_a_number_is_asked_for() -> None:
    weights = np.zeros((len(TRAITS) + 1, len(MARKS) + 1))
    weights[1 + TRAITS.index("how many"), MARKS.index("digits")] = 2.0
    marks = np.zeros((2, len(MARKS)))
    marks[0, MARKS.index("digits")] = 1.0
    many = scores(traits("How many were freed?", ANY_TIME), marks, weights)
    who = scores(traits("Who was freed?", ANY_TIME), marks, weights)
    assert many[0] > many[1] == 0.5
    assert who[0] == who[1] == 0.5


def test_what_a_question_asks_for_is_told_by_its_words() -> None:
    today = date(2025, 6, 1)
    question = "How many prisoners have been released so far?"
    asked = dict(zip(TRAITS, traits(question, read_scope(question, today=today)), strict=True))
    assert (asked["how many"], asked["figure"], asked["state of things"], asked["time"]) == (1, 1, 1, 0)
    when = dict(zip(TRAITS, traits("When did the whole convoy leave?", ANY_TIME), strict=True))
    assert (when["when"], when["time"], when["who"], when["figure"]) == (1, 1, 0, 0)  # "whole" holds "who"


def test_the_weights_that_are_shipped_fit_the_marks() -> None:
    weights = learnt()
    assert weights.shape == (len(TRAITS) + 1, len(MARKS) + 1)
    assert np.isfinite(weights).all()
    extreme = scores(np.ones(len(TRAITS)), np.full((1, len(MARKS)), 1e6), weights)
    assert 0 <= extreme[0] <= 1


def test_what_tells_the_sentences_that_answer_is_learnt() -> None:
    chance = np.random.default_rng(1)
    told = []
    for _ in range(40):
        marks = chance.normal(size=(60, len(MARKS)))
        right = np.arange(60) == marks[:, MARKS.index("meaning")].argmax()
        told.append(Ranked(asked=np.zeros(len(TRAITS)), marks=marks, right=right))
    weights = learn(told[:30])
    assert measure(told[30:], weights)["hits_at_1"] >= 0.9
    assert measure(told[30:], np.zeros_like(weights))["hits_at_6"] <= 0.5
    first = [np.sort(scores(one.asked, one.marks, weights))[::-1] for one in told[:30]]
    assert np.median([s[0] for s in first]) == pytest.approx(0.82, abs=1e-6)
    assert np.median([s[50] for s in first]) == pytest.approx(0.37, abs=1e-6)


def test_numbers_are_words_by_their_value(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    told = "The sixty left in spring. One hundred and fifty captives left on Wednesday. Some captives left later."
    (tmp_path / "articles" / "one.txt").write_text(told)
    build(tmp_path / "index", [tmp_path / "articles"], settings=fake_settings(), embedder=FakeEmbedder())
    with Corpus.open(tmp_path / "index", fake_settings()) as corpus:
        marked = SentenceRanker(corpus, FakeEmbedder()).mark(
            "What day was the 150-for-150 swap?", hits(corpus), ANY_TIME
        )
    assert marked
    words = marked.marks[:, MARKS.index("words")]
    assert marked.sentences[int(words.argmax())].text.startswith("One hundred and fifty")
