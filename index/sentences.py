"""Where the sentences of a text begin and end. The only importer of nupunkt, which finds the full stops that end one.

A line break ends a sentence, too: articles put headlines, bylines and list items on lines of their own. Unless the text
is hard-wrapped, as mail and wire copy are: there a break inside a paragraph is only a blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

MAX_CHARACTERS = 1_000  # a longer "sentence" is a list, a table or no prose; it is cut at a clause or between words
MAX_WRAP = 100  # characters a line of hard-wrapped text has at most: 72 to 80, some to 100
MIN_WRAPPED = 3  # lines that must speak for wrapping before it is believed
WRAPPED_SHARE = 0.8  # of the lines that another line follows

Span = tuple[int, int]  # offsets in characters, end exclusive

_BLANK = re.compile(r"\s*")
_CLAUSE_END = re.compile(r"[,;:.!?…–—)\]”\"](?=\s)|[、，；：。！？]")
_GAP = re.compile(r"\s+")
# A full stop that nupunkt passes over: after a word of four small letters or more, which no title and hardly an abbreviation has
_PASSED_OVER = re.compile(r"(?<![a-z])(?!(?:govt|dept|approx|capt|prof)\.)[a-z]{4,}[.!?]\s+(?=[A-Z])")
_RANK = re.compile(r"(?:\b(?:Lt|Cmdr|Spc|Cpl)|-Gen)\.$")  # stands before a name; nupunkt does not know it
_EXCLAIMED = re.compile(r"[!?…][\"”’»]+$")
# "ODRA, Sept 12 (Wire) - Shells hit ...": place, day and agency stand by themselves before the first sentence
_DATELINE = re.compile(
    r"[A-Z][A-Z.’' -]{2,}(?:,\s[A-Z][\w. ]{2,20})?(?:,\s(?:[A-Z][a-z]{2,8}\.?\s\d{1,2}|\d{1,2}\s[A-Z][a-z]{2,8}))?\s*"
    r"(?:\([A-Z][\w .&/-]{1,30}\)\s*[-–—]+|[-–—]{1,2})\s+(?=[A-Z“\"])"
)
_SAYS = re.compile(
    r"[\w’'.-]+(?: [\w’'.-]+){0,4} (?:said|says|told|asked|added|wrote|posted|declared|warned|shouted|replied)\b"
)


def sentence_spans(text: str, fits: Callable[[str], bool]) -> list[Span]:
    """The sentences of a text in order, without the white space around them.

    Every character that is not white space is in exactly one of them. `fits` says whether a sentence is short enough
    for the reader behind it (an embedder's window); one that is not, or is longer than MAX_CHARACTERS, is cut.
    """
    from nupunkt import sent_spans

    found: list[Span] = []
    for start, end in _paragraphs(text):
        sentences: list[Span] = []
        for first, last in _all_ends(text[start:end], sent_spans(text[start:end])):
            span = _trimmed(text, start + first, start + last)
            if span is None:
                continue
            if sentences and _belong_together(text[slice(*sentences[-1])], text[slice(*span)]):
                sentences[-1] = (sentences[-1][0], span[1])
            else:
                sentences.append(span)
        for span in _without_dateline(text, sentences):
            found += _cut(text, *span, fits)
    return found


def is_dateline(text: str) -> bool:
    """Whether a sentence is nothing but a dateline."""
    found = _DATELINE.match(f"{text} X")
    return found is not None and found.end() > len(text)


def _all_ends(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans, cut where a full stop was passed over."""
    for first, last in spans:
        for match in _PASSED_OVER.finditer(text, first, last):
            yield first, match.end()
            first = match.end()
        yield first, last


def _without_dateline(text: str, sentences: list[Span]) -> list[Span]:
    """The dateline of a paragraph as a span of its own."""
    dateline = _DATELINE.match(text, *sentences[0]) if sentences else None
    if not dateline:
        return sentences
    (start, end), *rest = sentences
    head = _trimmed(text, start, dateline.end())
    return [*([head] if head else []), (dateline.end(), end), *rest]


def _paragraphs(text: str) -> Iterator[Span]:
    """Runs of lines that belong together: one line each, or several where a break is only wrapping."""
    lines = text.splitlines(keepends=True)
    width = _wrap_width([line.strip() for line in lines])
    start = position = 0
    for i, line in enumerate(lines):
        position += len(line)
        if i + 1 < len(lines) and width and _is_full(line.strip(), lines[i + 1].strip(), width):
            continue
        yield start, position
        start = position


def _wrap_width(lines: list[str]) -> int:
    """The width a text is hard-wrapped to, 0 if it is not.

    Wrapped text gives itself away: no line could have taken the first word of the next one without growing wider than
    the widest line.
    """
    width = max(map(len, lines), default=0)
    followed = [(line, after) for line, after in pairwise(lines) if line and after]
    full = sum(_is_full(line, after, width) for line, after in followed)
    return width if width <= MAX_WRAP and full >= max(MIN_WRAPPED, WRAPPED_SHARE * len(followed)) else 0


def _is_full(line: str, after: str, width: int) -> bool:
    """Whether a line, wrapped to `width`, had no room for the first word of the line after it."""
    return bool(line and after) and len(line) + 1 + len(after.split(maxsplit=1)[0]) > width


def _belong_together(sentence: str, following: str) -> bool:
    """Whether two "sentences" are one.

    Something without a letter or digit (a closing quotation mark, three dots) is none by itself, a rank needs its name,
    and “We won't stop!” needs the one who says so: a quotation cut off from its speaker cannot be attributed.
    """
    if not any(map(str.isalnum, following)) or _RANK.search(sentence):
        return True
    return bool(_EXCLAIMED.search(sentence) and _SAYS.match(following))


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """A span without the white space at its ends, None if nothing is left."""
    inner = text[start:end].strip()
    if not inner:
        return None
    blank = _BLANK.match(text, start)
    first = blank.end() if blank else start
    return first, first + len(inner)


def _cut(text: str, start: int, end: int, fits: Callable[[str], bool]) -> Iterator[Span]:
    """A sentence in pieces that are short enough, cut behind a clause, else between words, else anywhere."""
    while end - start > MAX_CHARACTERS or not fits(text[start:end]):
        if end - start <= 1:
            break
        limit = min(MAX_CHARACTERS, end - start - 1)
        while limit > 1 and not fits(text[start : start + limit]):
            limit = max(1, limit * 3 // 4)
        border = start + _last_border(text[start : start + limit + 1], limit)
        piece = _trimmed(text, start, border)
        rest = _trimmed(text, border, end)
        if piece:
            yield piece
        if rest is None:
            return
        start, end = rest
    yield start, end


def _last_border(text: str, limit: int) -> int:
    """The best place to cut in the second half of `text[:limit]`: behind a clause, between words, else at `limit`."""
    for pattern in (_CLAUSE_END, _GAP):
        borders = [match.end() for match in pattern.finditer(text) if limit // 2 <= match.end() <= limit]
        if borders:
            return borders[-1]
    return limit
