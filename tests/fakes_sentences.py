"""The sentences of an article made from its text, for tests of what reads sentences."""

from __future__ import annotations

from datetime import date

from assistant.count import CountQuestion, read_count
from assistant.timescope import read_scope
from index.figures import Figure, read_figures
from index.records import Article, Sentence, Source

TODAY = date(2025, 5, 24)  # of questions, if nothing else is said


def make_sentences(
    *texts: str, published: date | None = None, title: str = "An article", key: str = "a", outlet: str | None = None
) -> tuple[Sentence, ...]:
    """The sentences of one article, a blank between each two; `key` is the article's id."""
    source = Source(title=title, outlet=outlet, published=published)
    start, sentences = 0, []
    for ordinal, text in enumerate(texts):
        sentences.append(
            Sentence(article_id=key, source=source, ordinal=ordinal, start=start, end=start + len(text), text=text)
        )
        start += len(text) + 1
    return tuple(sentences)


def article_of(sentences: tuple[Sentence, ...]) -> Article:
    """The article that `make_sentences` cut up."""
    first = sentences[0]
    text = " ".join(sentence.text for sentence in sentences)
    return Article(id=first.article_id, source=first.source, text=text, content_hash="0" * 64)


class Shelf:
    """A few articles, read as the library reads them; it is its own corpus."""

    def __init__(self, articles: tuple[tuple[Sentence, ...], ...]) -> None:
        self._articles = {article[0].article_id: article for article in articles}
        self.corpus = self

    def before(self, sentence: Sentence, count: int) -> tuple[Sentence, ...]:
        return self._articles[sentence.article_id][max(0, sentence.ordinal - count) : sentence.ordinal + 1]

    def figures(self, article_id: str) -> tuple[Figure, ...]:
        return read_figures(self._articles[article_id])

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        return self._articles[article_id]

    def article(self, article_id: str) -> Article:
        return article_of(self._articles[article_id])


def asked(question: str, today: date | None = TODAY) -> CountQuestion:
    """What a figure question asks for."""
    count = read_count(question, read_scope(question, today=today))
    assert count is not None
    return count
