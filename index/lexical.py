"""A question as a full-text query: which words count, written so that no text a user types is query syntax."""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

MAX_TERMS = 64  # distinct terms of one question that are looked up; a question has about ten

# A number keeps its separators and a name its dots ("1,000", "U.S"): quoted, FTS5 looks them up as a phrase.
_TERM = re.compile(r"[^\W_]+(?:[.,][^\W_]+)*")

# Words that say how something is asked, not what about.
_STOP_WORDS = """
a about after all also am an and any are as at be because been before being between both but by can could did do does
doing during each far for from further had has have having he her here hers him his how i if in into is it its just
many me more most much my no nor not now of off on once only or other our out over own said same say says she should
so some such than that the their them then there these they this those through to too under until up us very was we
were what when where which while who whom whose why will with would you your s t d ll m re ve
"""
_STOP = frozenset(_STOP_WORDS.split())
_ENGLISH = Stemmer.Stemmer("english")


def terms(question: str) -> tuple[str, ...]:
    """The distinct words of a question that count, lower-cased, in order, at most MAX_TERMS."""
    found = dict.fromkeys(match[0].lower() for match in _TERM.finditer(question))
    return tuple(term for term in found if term not in _STOP)[:MAX_TERMS]


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return str(_ENGLISH.stemWord(word))


def content_stems(text: str) -> tuple[str, ...]:
    """The English stems of the words of a text that count, in order."""
    words = (match[0].lower() for match in _TERM.finditer(text))
    return tuple(_stem(word) for word in words if word not in _STOP)


def match_expression(question: str) -> str:
    """An FTS5 MATCH expression for any passage with any term; "" if no word of the question counts.

    Every term is a quoted string of letters and digits: operators, column names and wild cards are plain words to FTS5.
    """
    return " OR ".join(f'"{term}"' for term in terms(question))
