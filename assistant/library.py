"""What answering needs of an index, opened together: corpus, retriever, sentence ranker, and an article's sentences in order."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date
from pathlib import Path

from assistant.ranker import SentenceRanker
from index.corpus import Corpus
from index.embed import Embedder
from index.figures import Figure
from index.query import OutletNames
from index.records import Article, Filter, Hit, Sentence
from index.retrieve import Retriever
from index.settings import IndexSettings
from index.store import VectorStore


class Library:
    """An index opened for asking. Raises IndexMissing, IndexOutdated, IndexBroken when opened."""

    def __init__(self, folder: Path, embedder: Embedder, settings: IndexSettings, *, memory: int = 500) -> None:
        self.corpus = Corpus.open(folder, settings)
        self.store = VectorStore.open(folder, self.corpus)
        self.retriever = Retriever(self.corpus, self.store, embedder, settings)
        self.ranker = SentenceRanker(self.corpus, embedder)
        self._figures: OrderedDict[str, tuple[Figure, ...]] = OrderedDict()
        self._memory = memory

    def article(self, article_id: str) -> Article:
        """The article with this id; KeyError when there is none."""
        found = self.corpus.article(article_id)
        if found is None:
            raise KeyError(article_id)
        return found

    def before(self, sentence: Sentence, count: int) -> tuple[Sentence, ...]:
        """The sentence after up to `count` that precede it in its article."""
        everything = self.corpus.sentences(sentence.article_id)
        return everything[max(0, sentence.ordinal - count) : sentence.ordinal + 1]

    def after(self, sentence: Sentence, count: int) -> tuple[Sentence, ...]:
        """Up to `count` sentences that follow the sentence in its article."""
        everything = self.corpus.sentences(sentence.article_id)
        return everything[sentence.ordinal + 1 : sentence.ordinal + 1 + count]

    def figures(self, article_id: str) -> tuple[Figure, ...]:
        """The figures of one article, from the index, once."""
        if article_id not in self._figures:
            self._figures[article_id] = self.corpus.figures(article_id)
            if len(self._figures) > self._memory:
                self._figures.popitem(last=False)
        return self._figures[article_id]

    def newest(self, filter: Filter) -> date | None:
        """The day of the newest article a search may see."""
        return self.corpus.newest(filter)

    def outlet_names(self) -> OutletNames:
        """The names by which the outlets of this index may be called."""
        return self.retriever.outlet_names()

    def search(self, question: str, limit: int, filter: Filter) -> tuple[Hit, ...]:
        """See Retriever.search."""
        return self.retriever.search(question, limit=limit, filter=filter)

    def close(self) -> None:
        """Close the files; other processes may own the vector index then."""
        self.store.close()
        self.corpus.close()
