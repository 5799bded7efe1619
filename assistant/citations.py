"""Citations: which sentences carry an answer, how they are numbered, and their verbatim quotes. Pure functions over sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.records import Citation
from assistant.words import content_stems
from index.numbers import find_numbers
from index.records import Article, Sentence

_MARKER = re.compile(r"\s*\[(\d+)\]")


def best_support(answer: str, candidates: Sequence[Sentence], cosines: Sequence[float]) -> int:
    """Index of the sentence that carries an answer best: its words and numbers, plus half the cosine to the question.

    The model's own choice holds the answer in 90 % of right answers, this choice in all of them (88 questions).
    """
    words, numbers = set(content_stems(answer)), {n.value for n in find_numbers(answer)}

    def carried(i: int) -> float:
        stems = set(content_stems(candidates[i].text))
        share = len(words & stems) / len(words) if words else 0.0
        values = {n.value for n in find_numbers(candidates[i].text)}
        return share + (len(numbers & values) / len(numbers) if numbers else 0.0) + 0.5 * cosines[i]

    return max(range(len(candidates)), key=lambda i: (carried(i), -i))


def cite(number: int, article: Article, sentences: Sequence[Sentence]) -> Citation:
    """One citation over consecutive sentences of one article: the quote is the article's text from the first to the last."""
    start, end = min(s.start for s in sentences), max(s.end for s in sentences)
    return Citation(
        number=number, quote=article.text[start:end], article_id=article.id, source=article.source, start=start, end=end
    )  # fmt: skip


def strip_markers(text: str) -> str:
    """A text without its [n]: an old number means another passage in a later turn."""
    return _MARKER.sub("", text)


def markers(text: str) -> tuple[int, ...]:
    """The numbers cited in a text, in order, each once."""
    return tuple(dict.fromkeys(int(n) for n in _MARKER.findall(text)))


def with_marker(sentence: str, number: int) -> str:
    """A sentence with `[number]` before its full stop."""
    body = sentence.rstrip()
    stop = body[-1] if body[-1:] in ".!?…" else "."
    return f"{body.rstrip('.!?… ')} [{number}]{stop}"
