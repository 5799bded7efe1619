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
from index.days import find_days, spell
from index.figures import actions_in, counted_phrase, kinds_in, structural
from index.numbers import find_numbers
from index.records import Source

WORD_SUPPORT = 0.8  # share of content words that must stand in the cited text; the rest is room for other wordings
_CALENDAR = frozenset(stem(word) for word in (*calendar.day_name, *calendar.month_name, *calendar.month_abbr) if word)
_SUM = re.compile(r"(?P<terms>[\d.,]+(?: \+ [\d.,]+)+) = (?P<result>[\d.,]*\d)")
_HAPPENED = re.compile(r"\b(?:took|takes|taking|taken) place\b", re.IGNORECASE)  # says no more than the tense of a verb
_ANYBODY = frozenset({"people", "prisoner", "military"})  # words for one and the same in most reports
_FATES = frozenset({"killed", "injured", "detained", "displaced", "missing", "exchanged", "rescued"})
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
    """The results of sums written out in full ("390 + 307 = 697") that are right and whose every term is carried."""
    found = set()
    for match in _SUM.finditer(sentence):
        terms = [n.value for n in find_numbers(match["terms"].replace("+", ", "))]
        result = find_numbers(match["result"])
        if result and sum(terms) == result[0].value and set(terms) <= set(carried):
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


_NUMBER = re.compile(
    r"\bhow (?:many|much|old)\b|\bwhat (?:number|share|percentage)\b|\bwhat (?:is|was) the (?:[\w'’-]+ ){0,3}(?:vote|score|toll|turnout|percentage|price)\b"
)
_BODY = re.compile(r"officials?|ministr|police|authorit|army|desk|both|sides?|government", re.IGNORECASE)
_CALLED = re.compile(r"(?:and\s+)?what (?:is|was|are|were) the names?\b")
_PLACED = re.compile(
    r"\b(?:on|in|at|near|from|across|outside|into|around)\s+(?P<place>[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*)"
)
_PLACE_IN_ORDER = re.compile(r"\s*(?:which|what) number (?:is|was|does|did|has|in)\b")
_ORDINAL = re.compile(
    r"\b(?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|(?:\w+(?:teen|tie|ty-\w+)th))\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:and\s+)?(?:who|whom|whose|which (?:country|minister|official|president)|what (?:is|was|are|were) the names?)\b"
)
_WHERE_KIND = re.compile(
    r"\s*(?:and\s+)?(?:in|at|inside|near)\s+(?:which|what)\s+(?:[\w-]+\s+){0,3}?(?P<kind>[\w-]+)"
    r"\s+(?:in|of|on|near|did|do|does|was|were|is|are|has|have|had|will|would|can|could)\b",
    re.IGNORECASE,
)
_PLACES = frozenset(
    {
        "area", "capital", "case", "city", "country", "district", "location", "month", "nation", "part", "place", "province",
        "region", "season", "stage", "state", "time", "town", "village", "war", "way", "week", "year",
    }
)  # fmt: skip


def _elsewhere(answer: str) -> set[str]:
    """The stems of names that only tell where: "on Streatham High Road" names nobody."""
    return {stem(word) for match in _PLACED.finditer(answer) for word in match["place"].split()}


def answers_its_kind(question: str, answer: str, context: str = "") -> bool:
    """Whether an answer has what its question word asks for: a number for "how many", a name for "who", a time for "when".

    "In which building" wants an article (`context`) that speaks of a building; a city or a country goes by its name alone.
    """
    head = question.lower()
    if re.search(r"\bhow (?:much|many times) (?:more|less|bigger|larger|smaller|higher|lower)\b", head):
        return bool(find_numbers(answer))
    if _PLACE_IN_ORDER.match(head):
        return bool(_ORDINAL.search(answer))
    if _NUMBER.search(head):
        return any(not structural(answer, n.end) for n in find_numbers(answer)) or bool(
            re.search(r"\b(?:no|none|nobody|no one|not|neither|never|nothing|undisclosed)\b", answer, re.IGNORECASE)
        )
    if _NAME.match(head):
        asked = {stem(n) for n in names(question)}
        speaker = claimant(answer)
        if speaker is not None and not _CALLED.match(head):
            return True
        told = _elsewhere(answer) | {stem(n) for n in names(f"x {speaker}")} if speaker else _elsewhere(answer)
        if any(stem(n) not in asked | told for n in names(answer)):
            return True
        return not _CALLED.match(head) and bool(_BODY.search(answer))
    if (where := _WHERE_KIND.match(question)) and stem(where["kind"]) not in set(content_stems(context or answer)):
        return where["kind"].lower() in _PLACES
    if asks_when(question):
        return (
            bool(find_days(answer, None))
            or any(n.role == "date" for n in find_numbers(answer))
            or bool(re.search(r"\b(?:week|month|year|day|night|morning|evening|hours?)s?\b", answer, re.IGNORECASE))
        )
    return True


_WHEN = re.compile(
    r"\s*(?:and\s+|but\s+)?(?:since when|when|on (?:what|which) (?:day|date)|what (?:day|date|year|month)|in (?:what|which) (?:year|month))\b",
    re.IGNORECASE,
)


def asks_when(question: str) -> bool:
    """Whether a question asks for a time."""
    return bool(_WHEN.match(question))


_YES_NO = re.compile(
    r"\s*(?:and\s+|but\s+)?(?:did|does|do|was|were|is|are|has|have|had|will|can|could)\b", re.IGNORECASE
)


def says_nothing_new(question: str, answer: str) -> bool:
    """Whether an answer only repeats the question's own words: no answer to any question but one for yes or no."""
    return not _YES_NO.match(question) and set(content_stems(answer)) <= set(content_stems(question))


_ORDINALS = {
    w: n
    for n, w in enumerate(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], start=1
    )
}
_ORDINAL_OF = re.compile(
    rf"\b(?P<which>{'|'.join(_ORDINALS)}|\d+(?:st|nd|rd|th))\s+(?:\w+\s)?(?P<what>stage|phase|round|exchange|swap|convoy|handover|wave|attack|meeting|talks|shipment|release)s?\b",
    re.IGNORECASE,
)


def other_ordinal(question: str, passage: str) -> bool:
    """Whether a question asks for one of several by its place ("the fourth convoy") and a passage tells of others of them only."""
    for match in _ORDINAL_OF.finditer(question):
        of_kind = [m for m in _ORDINAL_OF.finditer(passage) if m["what"].lower() == match["what"].lower()]
        if of_kind and _place(match["which"]) not in {_place(m["which"]) for m in of_kind}:
            return True
    return False


def _place(written: str) -> int:
    return _ORDINALS.get(written.lower()) or int(re.sub(r"\D", "", written) or 0)


_SOURCE = re.compile(
    r"^\s*(?:and\s+)?(?:who|whose|on whose|which (?:side|party|government|ministry|office|agency|official|source))\b"
    r"|\b(?:who (?:gave|said|says|put|published|reported|announced|is behind)|(?:the |its )source of|source(?: of it)?\s*\?|according to whom|comes? from\s*\?)",
    re.IGNORECASE,
)


def asks_source(question: str) -> bool:
    """Whether a question asks on whose word something stands."""
    return bool(_SOURCE.search(question))


def voices(text: str) -> bool:
    """Whether a text tells what somebody said: in quotation marks or by a verb of saying."""
    return bool(quotations(text)) or claimant(text) is not None


_WHY = re.compile(
    r"\s*(?:and\s+|but\s+)?(?:why|how come)\b|\bwhat (?:is|was|were|are) the (?:reasons?|causes?|grounds)\b|\bwhat (?:accounts for|explains|explained|caused|led to|made|sparked|triggered|prompted|set off)\b|\bfor what reason\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|as a result|result(?:ed|s|ing)? (?:in|from)|explain\w*|reasons?|caus\w+|so that|in order to|therefore|thus|so as|lest|for fear|after|amid|following|over|citing|blam\w+|accus\w+|in response|in protest|retaliat\w+|part of|to avoid|to prevent|to protest|as)\b",
    re.IGNORECASE,
)


def asks_why(question: str) -> bool:
    """Whether a question asks for a reason."""
    return bool(_WHY.search(question))


def gives_reason(text: str) -> bool:
    """Whether a text has a word that gives a reason."""
    return bool(_REASON.search(text))


_SPEAKER = re.compile(
    r"\b(?:what|how|which|whom)\b[^?]*?\b(?:did|does|do|has|have|was|is)\s+(?:the\s+)?(?P<who>[^?]{2,60}?)\s+(?:sa(?:y|id)|call(?:ed)?|describe[ds]?|wr(?:ite|ote)|put|claim(?:ed)?|tell|told|announce[ds]?|argue[ds]?)\b",
    re.IGNORECASE,
)


_ON_WORD = re.compile(
    r"\b(?:[Aa]ccording to|[Oo]n the word of|in the words of)\s+(?P<whom>[^,?]{2,60})"
    r"|\b(?P<whose>[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*)*)[’']s?\s+(?:own\s+)?(?:count|figures?|number|tally|toll|estimate|version|account|reckoning)\b"
)


_WHAT_SAID = re.compile(
    r"\bwhat (?:the )?(?P<who>[A-Z][^?,]{1,50}?) (?:said|says|has said|told|called|thinks|thought|wrote)\b"
)


def asked_speaker(question: str) -> tuple[str, ...]:
    """The names of whoever the question asks the words of: "What did X say ...", "according to X", "by X's count" give X; empty when
    it asks for nobody's."""
    if match := _SPEAKER.search(question) or _WHAT_SAID.search(question):
        return names(f"x {match['who']}")
    if match := _ON_WORD.search(question):
        return names(f"x {match['whom'] or match['whose']}")
    return ()
