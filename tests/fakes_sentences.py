"""The sentences of an article made from its text, for tests of what reads sentences."""

from __future__ import annotations

from datetime import date

from index.records import Article, Sentence, Source


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
