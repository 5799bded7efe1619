"""What is put to the check: the model's answer first, its sentence, then others; dates for when, reasons for why."""

from __future__ import annotations

from datetime import date
from typing import cast

from fakes_sentences import article_of, make_sentences

from assistant.compose import Supported, verbatim
from assistant.evidence import Evidence
from assistant.library import Library
from assistant.trial import SECOND_LOOKS, covered, required, trials
from index.records import Article, Sentence

ARTICLE = make_sentences(
    "The bridge at Odra was closed on Friday.",
    "The count could not be finished.",
    "Two districts had sent nothing, the commission said.",
    "Anna Petrova counted 212 votes.",
    "“We close on Monday,” she said.",
    published=date(2025, 5, 18),
)


class Shelf:
    """One article, read as the library reads it."""

    def article(self, article_id: str) -> Article:
        return article_of(ARTICLE)

    def before(self, sentence: Sentence, count: int) -> tuple[Sentence, ...]:
        return ARTICLE[max(0, sentence.ordinal - count) : sentence.ordinal + 1]

    def after(self, sentence: Sentence, count: int) -> tuple[Sentence, ...]:
        return ARTICLE[sentence.ordinal + 1 : sentence.ordinal + 1 + count]


LIBRARY = cast(Library, Shelf())
EVIDENCE = [
    Evidence(number=i + 1, sentence=s, score=1 - i / 10, cosine=0.5, coverage=0.5) for i, s in enumerate(ARTICLE)
]


def own(ordinal: int, text: str = "") -> Supported:
    whole = verbatim(ARTICLE[ordinal], LIBRARY.before)
    return Supported(text=text or whole.text, sentences=whole.sentences, verdict=whole.verdict)


def test_the_models_answer_then_its_sentence_then_others() -> None:
    found = trials("Who counted?", own(3, "Anna Petrova counted."), EVIDENCE, LIBRARY)
    assert [t.supported.text for t in found] == [
        "Anna Petrova counted.", "Anna Petrova counted 212 votes.", ARTICLE[0].text, ARTICLE[1].text,
    ]  # fmt: skip
    assert [t.own for t in found] == [True, True, False, False]


def test_a_sentence_is_not_weighed_twice() -> None:
    found = trials("Who counted?", own(0), EVIDENCE, LIBRARY)
    texts = [t.supported.text for t in found]
    assert len(texts) == len(set(texts)) == 1 + SECOND_LOOKS


def test_when_is_answered_with_a_date() -> None:
    first = trials("When was the bridge closed?", own(0), EVIDENCE, LIBRARY)[0]
    assert first.supported.text == "The bridge at Odra was closed on Friday (16 May 2025)."


def test_a_quotation_stays_as_it_was_said() -> None:
    first = trials("When do they close?", own(4), EVIDENCE, LIBRARY)[0]
    assert first.supported.text == ARTICLE[4].text


def test_why_brings_the_sentence_after() -> None:
    first = trials("Why could the count not be finished?", own(1), EVIDENCE, LIBRARY)[0].supported
    assert (first.lead, first.text) == (ARTICLE[1].text, ARTICLE[2].text)
    assert first.sentences == (ARTICLE[1], ARTICLE[2])


def test_nothing_of_the_model_leaves_the_best_sentences() -> None:
    found = trials("Who counted?", None, EVIDENCE, LIBRARY)
    assert [t.own for t in found] == [False] * SECOND_LOOKS


def test_what_a_passage_covers() -> None:
    assert covered("Who closed the bridge?", ARTICLE[0].text) == 1.0
    assert covered("Who closed the harbour bridge?", ARTICLE[0].text) == 2 / 3
    assert covered("Who was it?", ARTICLE[0].text) == 1.0


def test_the_less_is_covered_the_surer_the_check_has_to_be() -> None:
    floors = [required(share, 0.75) for share in (1.0, 0.6, 0.3)]
    assert floors[0] == floors[1] == 0.75 < floors[2]
    assert required(0.6, 0.75, own=False) > 0.75
