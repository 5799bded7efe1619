"""Yes-or-no questions that lay reports side by side: what each of them says, and whether the question holds of them.

"Does the Gazette say that the port is closed, while the Tribune reports that ships still sail?" has no single sentence that
answers it. Each report named is looked for by itself, the sentence of it nearest to what the question says of it is taken,
and the model weighs Yes against No. The model writes nothing: the answer is the word and the sentences as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.evidence import neutral
from assistant.findings import Finding
from assistant.library import Library
from assistant.llm import Task
from assistant.records import Status
from assistant.stated import Stated
from assistant.words import content_stems
from index.days import days_asked, spell
from index.query import NEWS_DELAY, OutletNames
from index.records import Filter, Hit, Sentence

MOST = 4  # reports laid side by side
SENTENCE = 4  # content words under which a line is a heading or a tip, if there are others
LOOKED_AT = 4  # passages of an outlet among which the report meant is looked for

# Probabilities of Yes. Of 27 comparisons of the even half of MultiHop-RAG whose least likely claim had SAID or more, 15 were right
# and 4 wrong; with less than NOT_SAID 5 were right and none wrong.
SAID, NOT_SAID = 0.30, 0.22
SO = 0.5  # that reports agree, or that something changed between them

_ASKS = r"(?:did|does|do|was|were|is|are|has|have|had)\b"
_YES_NO = re.compile(
    rf"\s*(?:and\s+|but\s+)?(?:{_ASKS}|(?:between|after|before|since|following|considering|regarding|given|according)\b.*,\s*{_ASKS})",
    re.IGNORECASE | re.DOTALL,
)
_REPORT = re.compile(r"\b(?:article|report|story|piece|dispatch|coverage|analysis)(?P<several>s)?\b", re.IGNORECASE)
_AGAIN = re.compile(r"\bthe same (?:source|outlet|newspaper|paper|publication|site)\b", re.IGNORECASE)
_OF_ONE = re.compile(r"\s*(?:and\s+|but\s+)?(?:does|do)\b", re.IGNORECASE)
_OF_ALL = re.compile(
    r"\b(?:chang(?:e|ed|es)|shift(?:ed|s)?|(?:in)?consisten(?:t|cy|tly)|remain(?:ed|s)?)\b", re.IGNORECASE
)
_NEGATIVE = (
    (re.compile(r"\binconsisten(?=t|c)", re.IGNORECASE), "consisten"),
    (re.compile(r"\bno (?=change|shift|difference|consistency|agreement)", re.IGNORECASE), "a "),
    (re.compile(r"\b(?:remain|stay)(?:ed)? (?:the same|unchanged)\b", re.IGNORECASE), "changed"),
)

Weigh = Callable[[Task, dict[str, str]], float]  # a prompt and its fields to the probability of Yes, 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A report that a question names. `outlets` as the index has them; `text`: what the question says of it; `days` it names."""

    outlets: tuple[str, ...]
    text: str
    days: tuple[tuple[date, date], ...]


def read_sides(question: str, outlets: OutletNames, newest: date | None) -> tuple[Side, ...]:
    """The reports that a yes-or-no question lays side by side, in its order; empty for any other question."""
    if not _YES_NO.match(question):
        return ()
    named = list(outlets.mentions(question))
    again = _AGAIN.search(question)
    if named and again and again.start() > named[0].end:
        before = [mention for mention in named if mention.end <= again.start()][-1]
        named.append(replace(before, start=again.start(), end=again.end()))
        named.sort(key=lambda mention: mention.start)
    if len(named) == 1:
        return tuple(_side(named[0].outlets, half, newest) for half in _halves(question, named[0].end))
    if not 2 <= len(named) <= MOST:
        return ()
    ends = [mention.start for mention in named[1:]] + [len(question)]
    return tuple(_side(m.outlets, question[m.end : end], newest) for m, end in zip(named, ends, strict=True))


def _halves(question: str, after: int) -> tuple[str, ...]:
    """What a question says of two reports of one outlet, named once and before `after`; empty if it speaks of one report."""
    reports = list(_REPORT.finditer(question))
    second = next((r.start() for r in reports[1:] if r.start() > after), None)
    if second is not None and len(question) - second > len("report of last week?"):
        return (question[:second], question[second:])
    return (question, question) if len(reports) > 1 or any(r["several"] for r in reports) else ()


def _side(outlets: tuple[str, ...], text: str, newest: date | None) -> Side:
    days = tuple(
        (day.first, day.last)
        for day in days_asked(text, newest)
        if day.first and day.last and re.search(r"\d", text[day.start : day.end])
    )
    return Side(outlets=outlets, text=text.strip(" '\"”’,"), days=days)


def look_up(sides: Sequence[Side], seen: Filter, library: Library) -> tuple[Sentence, ...]:
    """The sentence of each side's report nearest to what is said of it, each of an article of its own; empty if one is missing."""
    found: list[Sentence] = []
    for side in sides:
        taken = {sentence.article_id for sentence in found}
        hits = [hit for hit in _hits(side, seen, library) if hit.passage.article_id not in taken]
        ranked = library.ranker.rank(side.text, [h for h in hits if h.passage.article_id == hits[0].passage.article_id])
        if not ranked:
            return ()
        whole = [e.sentence for e in ranked if len(content_stems(e.sentence.text)) >= SENTENCE]
        found.append(whole[0] if whole else ranked[0].sentence)
    return tuple(found)


def _hits(side: Side, seen: Filter, library: Library) -> tuple[Hit, ...]:
    """Passages of the outlets of a side, of the days it names if there are any."""
    allowed = {outlet.casefold() for outlet in seen.outlets}
    outlets = tuple(outlet for outlet in side.outlets if not allowed or outlet.casefold() in allowed)
    if not outlets:
        return ()
    mine = replace(seen, outlets=outlets)
    for first, last in side.days:
        since, until = max(filter(None, (seen.since, first))), min(filter(None, (seen.until, last + NEWS_DELAY)))
        if hits := library.search(side.text, LOOKED_AT, replace(mine, since=since, until=until)):
            return hits
    return library.search(side.text, LOOKED_AT, mine)


def decide(question: str, sides: Sequence[Side], sentences: Sequence[Sentence], weigh: Weigh) -> Finding:
    """Yes, No or, where the model is not sure, a refusal; with every report's sentence where it is stated.

    What is said of single reports has to be said by each of them. What is asked of all together (did something change, are
    they consistent) is weighed once, in the positive: a small model overlooks "no" and "in-".
    """
    if _OF_ONE.match(question) or not _OF_ALL.search(question):
        least = min(
            weigh("claim", {"report": f"{neutral(source_line(s))}: {neutral(s.text)}", "claim": neutral(side.text)})
            for side, s in zip(sides, sentences, strict=True)
        )
        so = True if least >= SAID else False if least < NOT_SAID else None
        sure = least
    else:
        asked, negative = positive(question)
        sure = weigh("compare", {"reports": lay_side_by_side(sentences), "question": neutral(asked)})
        so = (sure >= SO) is not negative
    if so is None:
        reason = f"the reports were found, but whether they say this cannot be told (the check gives it {sure:.0%})"
        return Finding(status=Status.NOT_STATED, reason=reason)
    word = "holds" if so else "does not hold"
    reason = f"what is asked {word} of the sentences found (the check gives it {sure:.0%})"
    return Finding(status=Status.ANSWERED, reason=reason, stated=as_answers(sentences, so))


def positive(question: str) -> tuple[str, bool]:
    """A question of agreement or change without its negation, and whether the answer has to be turned round for it."""
    turned = 0
    for pattern, plain in _NEGATIVE:
        question, count = pattern.subn(plain, question)
        turned += count
    return question, turned % 2 == 1


def lay_side_by_side(sentences: Iterable[Sentence]) -> str:
    """The sentences as the prompt shows them: one a line, each after its outlet and day."""
    return "\n".join(f"{neutral(source_line(s))}: {neutral(s.text)}" for s in sentences)


def source_line(sentence: Sentence) -> str:
    """Where a sentence stands: outlet and day."""
    source = sentence.source
    day = f", {spell(source.published)}" if source.published else ""
    return f"{source.outlet or source.title}{day}"


def as_answers(sentences: Sequence[Sentence], yes: bool) -> tuple[Stated, ...]:
    """The word, then each report's sentence as it stands there, after its outlet and day."""
    words = ["Yes – " if yes else "No – ", *[""] * (len(sentences) - 1)]
    return tuple(
        Stated(text=f"{word}{source_line(s)}: “{' '.join(s.text.split())}”", sentences=(s,))
        for word, s in zip(words, sentences, strict=True)
    )
