"""Our retriever as a LlamaIndex retriever, for whatever takes one there: query engines, chat engines, evaluators.

The only importer of LlamaIndex's retriever classes. They come with a language model setting that is not used here.
"""

from __future__ import annotations

from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from index.corpus import ALL
from index.records import Filter, Hit
from index.retrieve import Retriever


class LlamaIndexRetriever(BaseRetriever):
    """Searches with a `Retriever`; every node is one hit, the best first.

    A node has the passage's id, text and offsets in its article (`start_char_idx`, `end_char_idx`, end exclusive), the
    article as its source, and in its metadata what a citation needs, dates as YYYY-MM-DD, absent values left out. Of
    the metadata a language model is shown title, outlet and date only. Scores are those of `Hit`.
    """

    def __init__(self, retriever: Retriever, *, limit: int = 10, filter: Filter = ALL, **options: Any) -> None:
        """`limit`: nodes a query returns at most. `options` go to LlamaIndex's BaseRetriever."""
        self._retriever = retriever
        self._limit = limit
        self._filter = filter
        super().__init__(**options)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._retriever.search(query_bundle.query_str, limit=self._limit, filter=self._filter)
        return [NodeWithScore(node=_node(hit), score=hit.score) for hit in hits]


def _node(hit: Hit) -> TextNode:
    passage, source = hit.passage, hit.passage.source
    metadata = {
        "title": source.title,
        "outlet": source.outlet,
        "published": source.published.isoformat() if source.published else None,
        "author": source.author,
        "url": source.url,
        "path": source.path,
        "cosine": hit.cosine,
        "copies": "; ".join(copy.outlet or copy.title for copy in hit.copies) or None,
    }
    hidden = ["author", "url", "path", "cosine", "copies"]
    return TextNode(
        id_=passage.id,
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata={name: value for name, value in metadata.items() if value is not None},
        excluded_llm_metadata_keys=hidden,
        excluded_embed_metadata_keys=hidden,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=passage.article_id)},
    )
