"""Article -> passages and sentences, as exact slices of its text.

LlamaIndex's SentenceSplitter packs whole sentences into passages of at most `chunk_tokens` tokens, without overlap. It
is given the sentences of `index.sentences` and counts with the embedder's own tokenizer. It returns text only, so the
offsets come from the sentences a passage is made of, and each is checked. The only importer of LlamaIndex's splitter,
and only when there is something to cut: the import takes seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise

from index.records import Article, Passage, Sentence
from index.sentences import Span, sentence_spans
from index.settings import IndexSettings


def cut(
    article: Article, settings: IndexSettings, count_tokens: Callable[[str], int]
) -> tuple[tuple[Passage, ...], tuple[Sentence, ...]]:
    """Cut one article. Both results are in reading order and empty for a blank text.

    For each: `article.text[it.start : it.end] == it.text`. Every character that is not white space is in exactly one
    sentence, every sentence in exactly one passage.
    """
    sizes: dict[str, int] = {}

    def size(text: str) -> int:
        if text not in sizes:
            sizes[text] = count_tokens(text)
        return sizes[text]

    spans = sentence_spans(article.text, lambda sentence: size(sentence) <= settings.chunk_tokens)
    sentences = tuple(
        Sentence(
            article_id=article.id,
            source=article.source,
            ordinal=ordinal,
            start=start,
            end=end,
            text=article.text[start:end],
        )
        for ordinal, (start, end) in enumerate(spans)
    )
    passages = tuple(
        Passage(
            id=_passage_id(article, start, end),
            article_id=article.id,
            source=article.source,
            start=start,
            end=end,
            text=article.text[start:end],
        )
        for start, end in _pack(article.text, spans, size, settings.chunk_tokens)
    )
    return passages, sentences


def _passage_id(article: Article, start: int, end: int) -> str:
    """Made from its article, its place and its text: an edited passage is another passage."""
    parts = (article.id, str(start), article.text[start:end])
    return sha256("\0".join(parts).encode()).hexdigest()[:24]


def _pack(text: str, sentences: list[Span], size: Callable[[str], int], chunk_tokens: int) -> list[Span]:
    """The passages as runs of whole sentences."""
    if not sentences:
        return []
    from llama_index.core.node_parser import SentenceSplitter

    # What the splitter joins again must be the whole text, so a sentence takes along the white space behind it.
    borders = [0, *(start for start, _ in sentences[1:]), len(text)]
    pieces = [text[start:end] for start, end in pairwise(borders)]
    tokens = {piece: size(text[start:end]) for piece, (start, end) in zip(pieces, sentences, strict=True)}
    tokens[text] = sum(tokens[piece] for piece in pieces)
    splitter = SentenceSplitter(
        chunk_size=chunk_tokens,
        chunk_overlap=0,
        tokenizer=lambda part: range(tokens[part] if part in tokens else size(part)),
        chunking_tokenizer_fn=lambda part: pieces if part == text else [part],
        paragraph_separator=f"{text}\n",  # occurs in no text: paragraphs are known already
    )
    passages: list[Span] = []
    unused = iter(sentences)
    for chunk in splitter.split_text(text):
        start, end = next(unused)
        while end - start < len(chunk):
            end = next(unused)[1]
        assert text[start:end] == chunk, "the splitter did not keep to whole sentences"
        passages.append((start, end))
    assert next(unused, None) is None, "the splitter left sentences out"
    return passages
