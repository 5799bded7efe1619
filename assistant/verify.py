"""Every number, date, name and quotation of a sentence against the sentences it cites. Code, no model, no mercy.

A sentence passes only when each of its particulars stands in the cited text. A date may also be the cited article's own
publication date or the one that a weekday of the cited text means by it, and the outlet's name its own. What a question says
excuses nothing: a model is quick to repeat it. Nothing here judges whether the sentence answers the question.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.words import STOP, content_stems, has_name, name_stems, names, plain_quotes, quotations, stem
from index.attribution import claimant
from index.clauses import clause_of, cut_clauses
from index.days import find_days, spell
from index.figures import actions_in, counted_phrase, kinds_in
from index.numbers import find_numbers
from index.records import Source

WORD_SUPPORT = 0.8  # share of content words that must stand in the cited text; the rest is room for other wordings
_CALENDAR = frozenset(stem(word) for word in (*calendar.day_name, *calendar.month_name, *calendar.month_abbr) if word)
_AMOUNT = r"\d[\d.,]*(?: million)?"
_SUM = re.compile(rf"(?P<terms>{_AMOUNT}(?: \+ {_AMOUNT})+|{_AMOUNT} - {_AMOUNT}) = (?P<result>{_AMOUNT})(?<![.,])")
_HAPPENED = re.compile(r"\b(?:took|takes|taking|taken) place\b", re.IGNORECASE)  # says no more than the tense of a verb
_ANYBODY = frozenset({"people", "prisoner", "military"})  # words for one and the same in most reports
_FATES = frozenset({"killed", "injured", "detained", "displaced", "missing", "exchanged", "rescued"})
_AMOUNTS = frozenset({"count", "money", "share"})
_NOT = re.compile(r"\b(?:not|never|neither|nobody|none|cannot|denie[ds]|denying)\b|n[’']t\b|\bno one\b", re.IGNORECASE)
_MARKER = re.compile(r"\s*\[\d+\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a sentence stands, and if not, the first particular that does not. `support`: share of content words carried, 0..1."""

    stands: bool
    reason: str
    support: float


def verify(sentence: str, cited: Sequence[str], sources: Sequence[Source] = (), *, question: str = "") -> Verdict:
    """Check one sentence against the cited texts. A first word that `question` has as a plain word is no name."""
    bare = _MARKER.sub("", sentence)
    text = " ".join(cited)
    published = {s.published for s in sources if s.published}
    named = {d.first for day in published for d in find_days(text, day) if d.first and d.first == d.last}
    days = published | named
    dated = " ".join(f"{spell(day)} {day.isoformat()}" for day in sorted(days))
    known = text + " " + " ".join(filter(None, [dated, *(s.outlet for s in sources), *(s.author for s in sources)]))
    support = _support(bare, " ".join([known, *(s.title for s in sources)]))
    for reason in (
        None if bare.strip() else "it says nothing",
        _loose_day(bare, text, days),
        _loose_number(bare, text, days),
        _other_count(bare, text),
        _other_owner(bare, text),
        _other_event(bare, cited, sources),
        _loose_quotation(bare, text),
        _loose_name(bare, known, question),
        _other_speaker(bare, cited),
    ):
        if reason:
            return Verdict(stands=False, reason=reason, support=support)
    if support < WORD_SUPPORT:
        return Verdict(stands=False, reason=f"only {support:.0%} of its words stand in what it cites", support=support)
    return Verdict(
        stands=True, reason="every number, date, name and quotation stands in what it cites", support=support
    )


def _loose_number(sentence: str, text: str, days: Collection[date]) -> str | None:
    """A number the cited text lacks. `days`: dates that may be written out although it does not; never a part of one alone."""
    carried = {n.value for n in find_numbers(text)}
    carried |= added_up(sentence, carried)
    digits = set(re.findall(r"\d+", text))
    dates = [
        (found.start, found.end)
        for reference in days
        for found in find_days(sentence, reference)
        if found.precision == "day" and found.first in days
    ]
    for number in find_numbers(sentence):
        written = sentence[number.start : number.end]
        if any(start <= number.start < end for start, end in dates):
            continue
        if number.value not in carried and not (number.role in {"date", "name"} and written in digits):
            return f"the number {written!r} does not stand in what it cites"
        if number.value in carried and number.role == "count":
            theirs = [n for n in find_numbers(text) if n.value == number.value]
            if theirs and all(n.vague for n in theirs) and not number.vague:
                return f"the article gives {written!r} only as a vague amount"
    return None


def _loose_day(sentence: str, text: str, days: Collection[date]) -> str | None:
    """A day that is neither named in the cited text nor one of `days`: "2 June" for "on 2 May, and again in June"."""
    references: list[date | None] = [*sorted(days)] or [None]
    told = {found.first for reference in references for found in find_days(text, reference)} | set(days)
    for found in find_days(sentence, references[-1]):
        written = sentence[found.start : found.end]
        if found.precision == "day" and found.first and found.first not in told and written not in text:
            return f"the day {written!r} does not stand in what it cites"
    return None


def _other_count(sentence: str, text: str) -> str | None:
    """A count that the cited text gives otherwise: as an age or a name, with another "at least", or of people of another kind,
    "390 civilians" for "of the 390, 120 were civilians"."""
    theirs = find_numbers(text)
    sums = [match.span() for match in _SUM.finditer(sentence)]
    for number in find_numbers(sentence):
        if number.role != "count" or any(start <= number.start < end for start, end in sums):
            continue
        same = [n for n in theirs if n.value == number.value]
        written = sentence[number.start : number.end]
        if same and all(n.role in {"age", "name", "ordinal", "clock"} for n in same):
            return f"{written!r} counts nothing in what it cites"
        if same and number.qualifier not in {n.qualifier for n in same}:
            return f"{written!r} is {same[0].qualifier or 'exact'!r} in what it cites"
        mine = kinds_in(counted_phrase(sentence, number.end)) - _ANYBODY
        if mine and same and not any(mine <= kinds_in(counted_phrase(text, n.end)) for n in same):
            return f"{written!r} does not count {min(mine)} in what it cites"
    return None


def _other_owner(sentence: str, text: str) -> str | None:
    """An amount beside a name that the cited text puts beside another amount only: "Kelma paid 31 million" for "31 million were paid,
    including five million from Kelma"."""
    amounts = [n for n in find_numbers(text) if n.role in _AMOUNTS]
    cuts = cut_clauses(text, amounts)
    clauses = {n: clause_of(text, n, cuts) for n in amounts}
    mine = find_numbers(sentence)
    for number in mine:
        own = [c for n, c in clauses.items() if n.value == number.value]
        # a part ("including two children") has the subject of its whole
        reach = [text[0 if c.part else c.start : c.end] for c in own]
        others = [text[c.start : c.end] for c in clauses.values() if c not in own]
        told = clause_of(sentence, number, cut_clauses(sentence, mine))
        for name in names(f"x {sentence[told.start : told.end]}") if own else ():
            if stem(name) in _CALENDAR or any(has_name(name, name_stems(part)) for part in reach):
                continue
            if any(re.search(rf"\b{re.escape(name)}\b", part) for part in others):
                return f"{name!r} stands beside another number than {sentence[number.start : number.end]!r} in what it cites"
    return None


def _other_event(sentence: str, cited: Sequence[str], sources: Sequence[Source]) -> str | None:
    """Something else happened, or it did not happen: "killed" for "injured", "was freed" for "was not freed"."""
    told = actions_in(" ".join([*cited, *(s.title for s in sources)]))
    if other := (actions_in(sentence) & _FATES) - told:
        return f"nobody is {min(other)} in what it cites"
    denied = [bool(_NOT.search(text)) for text in cited]
    if _NOT.search(sentence) and not any(denied):
        return "what it cites denies nothing"
    if (
        denied[-1:] == [True]
        and not _NOT.search(sentence)
        and plain_quotes(sentence).rstrip(". ") not in plain_quotes(cited[-1])
    ):
        return "what it cites says that something is not so"
    return None


def added_up(sentence: str, carried: Collection[float]) -> set[float]:
    """The results of sums and differences written out in full ("390 + 307 = 697") that are right and whose every term is carried."""
    found = set()
    for match in _SUM.finditer(sentence):
        terms = [n.value for n in find_numbers(re.sub(r"[+-]", ", ", match["terms"]))]
        result = find_numbers(match["result"])
        made = terms[0] - sum(terms[1:]) if " - " in match["terms"] else sum(terms)
        if result and made == result[0].value and set(terms) <= set(carried):
            found.add(result[0].value)
    return found


def _loose_quotation(sentence: str, text: str) -> str | None:
    whole = plain_quotes(text)
    for quote in quotations(sentence):
        if plain_quotes(quote).strip(" .,;:!?") not in whole:
            return f"the quotation {quote!r} is not verbatim"
    return None


def _loose_name(sentence: str, known: str, question: str) -> str | None:
    """A name the cited text lacks. The word that opens the sentence may be one, too, unless the question has it as a plain word."""
    stems = name_stems(known)
    opener = re.match(r"[“\"'(]*([^\W\d_][\w’'-]*)", sentence)
    plain = set(content_stems(question)) - {stem(n) for n in names(question)}
    first = (
        [w for w in opener.groups() if w.lower() not in STOP and stem(w) not in plain and not find_numbers(w)]
        if opener
        else []
    )
    for name in (*first, *names(sentence)):
        if not has_name(name, stems):
            return f"the name {name!r} does not stand in what it cites"
    return None


def _other_speaker(sentence: str, cited: Sequence[str]) -> str | None:
    """Words put into another mouth: the sentence says X said it, the article that Y did."""
    mine = claimant(sentence)
    theirs = [who for text in cited if (who := claimant(text))]
    if mine is None or not theirs or not names(f"x {mine}"):
        return None
    said_by = name_stems(" ".join(theirs))
    if any(has_name(n, said_by) for n in names(f"x {mine}")):
        return None
    return f"it is said by {theirs[-1]!r}, not by {mine!r}"


def _support(sentence: str, known: str) -> float:
    wanted = content_stems(_HAPPENED.sub(" ", _without_numbers(sentence)))
    if not wanted:
        return 1.0
    stems = frozenset(content_stems(known))
    return sum(w in stems or has_name(w, stems) for w in wanted) / len(wanted)


def _without_numbers(sentence: str) -> str:
    """A sentence with its numbers blanked: they are looked for by value, in whatever spelling."""
    for number in reversed(find_numbers(sentence)):
        sentence = f"{sentence[: number.start]} {sentence[number.end :]}"
    return sentence


def missing_names(question: str, context: str) -> tuple[str, ...]:
    """Proper names of the question that the context does not carry: a sign that it tells of somebody or somewhere else."""
    stems = name_stems(context)
    skip = _CALENDAR | {
        stem(w) for day in find_days(question, None) for w in re.findall(r"\w+", question[day.start : day.end])
    }
    return tuple(n for n in names(question) if stem(n) not in skip and n.lower() not in STOP and not has_name(n, stems))
