"""The index: articles from files, pages and feeds, cut, embedded and stored, and found again by a question.

    from index import Corpus, IndexSettings, MiniLM, Retriever, VectorStore
    from index.build import build

Nothing here knows of a language model. Every name is imported when it is first used, so that a program that only shows
its help does not wait for a vector index to load. `index.llama` has the same retriever for LlamaIndex.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.corpus import Corpus
    from index.embed import Embedder, MiniLM
    from index.errors import AssistantError, CorpusError
    from index.llama import LlamaIndexRetriever
    from index.records import (
        Article,
        BuildProgress,
        BuildReport,
        CorpusFacts,
        Failure,
        Filter,
        Hit,
        Passage,
        Sentence,
        Source,
    )
    from index.retrieve import Retriever
    from index.settings import IndexSettings
    from index.store import VectorStore

_HOMES = {
    "Corpus": "index.corpus",
    "Embedder": "index.embed",
    "MiniLM": "index.embed",
    "AssistantError": "index.errors",
    "CorpusError": "index.errors",
    "LlamaIndexRetriever": "index.llama",
    "Article": "index.records",
    "BuildProgress": "index.records",
    "BuildReport": "index.records",
    "CorpusFacts": "index.records",
    "Failure": "index.records",
    "Filter": "index.records",
    "Hit": "index.records",
    "Passage": "index.records",
    "Sentence": "index.records",
    "Source": "index.records",
    "Retriever": "index.retrieve",
    "IndexSettings": "index.settings",
    "VectorStore": "index.store",
}

__all__ = [
    "Article",
    "AssistantError",
    "BuildProgress",
    "BuildReport",
    "Corpus",
    "CorpusError",
    "CorpusFacts",
    "Embedder",
    "Failure",
    "Filter",
    "Hit",
    "IndexSettings",
    "LlamaIndexRetriever",
    "MiniLM",
    "Passage",
    "Retriever",
    "Sentence",
    "Source",
    "VectorStore",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
