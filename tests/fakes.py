"""Stand-ins whose results a reader can work out, shared by the tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from zlib import crc32

import numpy as np

from index.chunk import cut
from index.corpus import wording_of
from index.corpus_writer import Entry
from index.figures import read_figures
from index.records import Article, Source
from index.settings import IndexSettings
from index.vector import Vector, Vectors


class FakeEmbedder:
    """A bag of words: a text's vector counts its words, each in the place its checksum says, scaled to length 1.

    Texts with the same words have cosine 1; texts with none in common 0, but for two words that share a place. A token
    is a word. `embedded` counts the passages embedded so far.
    """

    name = "bag-of-words"
    dimensions = 384

    def __init__(self) -> None:
        self.embedded = 0

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        return np.stack([self.embed_question(text) for text in texts]) if texts else np.zeros((0, 384), np.float32)

    def embed_question(self, text: str) -> Vector:
        vector = np.zeros(self.dimensions, np.float32)
        for word in re.findall(r"\w+", text.lower()):
            vector[crc32(word.encode()) % self.dimensions] += 1
        if not vector.any():
            vector[0] = 1
        return vector / np.linalg.norm(vector)


def fake_settings(**changed: object) -> IndexSettings:
    """Index settings that name the fake embedder."""
    return replace(IndexSettings(embedder=FakeEmbedder.name), **changed)  # type: ignore[arg-type]


def make_article(
    text: str, *, title: str = "A title", outlet: str | None = None, published: date | None = None, key: str = ""
) -> Article:
    """An article whose id depends on `key` (or its title), and its content hash on everything."""
    source = Source(title=title, outlet=outlet, published=published)
    return Article(
        id=sha256((key or title).encode()).hexdigest()[:16],
        source=source,
        text=text,
        content_hash=sha256(f"{source}{text}".encode()).hexdigest(),
    )


def make_entry(article: Article, settings: IndexSettings | None = None) -> Entry:
    """An article cut and embedded by the fake, as it goes into a corpus."""
    embedder = FakeEmbedder()
    passages, sentences = cut(article, settings or fake_settings(), embedder.count_tokens)
    vectors = {wording_of(passage.text): embedder.embed_question(passage.text) for passage in passages}
    return Entry(
        article=article, passages=passages, sentences=sentences, vectors=vectors, figures=read_figures(sentences)
    )
