"""What a question asks for: a number, a name, a time, a reason, somebody's words, one of several; and whether an answer has it."""

from __future__ import annotations

import re

from assistant.words import content_stems, names, quotations, stem
from index.attribution import claimant
from index.days import find_days
from index.figures import structural
from index.letters import lowered
from index.numbers import Number, find_numbers

TELLING = 20  # from which a number in a question tells one event from another

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


def telling_numbers(question: str) -> list[Number]:
    """The numbers of a question, outside its days, by which it may tell one event from another."""
    days = [(d.start, d.end) for d in find_days(question, None)]
    return [n for n in find_numbers(question) if n.value >= TELLING and not any(a <= n.start < b for a, b in days)]


_NAME = re.compile(
    r"(?:and\s+)?(?:who|whom|whose|which (?:country|minister|official|president)|what (?:is|was|are|were) the names?)\b"
)
_WHERE_KIND = re.compile(
    r"\s*(?:and\s+)?(?:in|at|inside|near)\s+(?:which|what)\s+(?:[\w-]+\s+){0,3}?(?P<kind>[\w-]+)"
    r"\s+(?:the|they|it|he|she|both|each|in|of|on|near|did|do|does|was|were|is|are|has|have|had|will|would|can|could)\b",
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


# "Could you please tell me", "Fact check:", "hi, do we know": what a question is asked with, before its question word
_LED = re.compile(
    r"\W*(?:(?:hi|hello|hey|ok|okay|well|so|sorry|thanks|thank you|please|good (?:morning|afternoon|evening)|(?:quick |one |another )?question|(?:fact|quick)[ -]?check)\b\W*)*"
    r"(?:(?:(?:can|could|would|will|does|do) (?:you|anyone|anybody|someone|somebody|we) (?:please |kindly |perhaps )?(?:tell|remind|say|know|explain|confirm|recall)"
    r"|(?:please )?(?:tell|remind)"
    r"|i(?:['’]d| would|['’]m| am)? (?:just )?(?:like|love|want|need|be (?:curious|interested|glad|grateful)|wonder(?:ing)?|curious)(?: to (?:know|learn|hear|ask|see))?)"
    r"(?: (?:me|us))?(?:,? (?:please|again|about|if|whether))*\b\W*)?",
    re.IGNORECASE,
)


def led_in(question: str) -> str:
    """The question from its question word on, without what leads up to it."""
    return question[m.end() :] if (m := _LED.match(question)) else question


def answers_its_kind(question: str, answer: str, context: str = "") -> bool:
    """Whether an answer has what its question word asks for: a number for "how many", a name for "who", a time for "when".

    "In which building" wants an article (`context`) that speaks of a building; a city or a country goes by its name alone.
    """
    question = led_in(question)
    head = question.lower()
    if re.search(r"\bhow (?:much|many times) (?:more|less|bigger|larger|smaller|higher|lower)\b", head):
        return bool(find_numbers(answer))
    if _PLACE_IN_ORDER.match(head):
        return bool(_ORDINAL.search(answer))
    if asks_how_long(question):
        return bool(find_days(answer, None) or _SPAN.search(answer) or find_numbers(answer))
    if (kind := events_counted(question)) and place_told(kind, answer):
        return True  # "for the fourth time"
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
            or bool(_SPAN.search(_OF_THE_YEAR.sub(" ", answer)))
        )
    return True


# "when" opens a question, or stands before its verb ("..., and when did it end?"); "who came when it rained" only tells of a time
_WHEN = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay|hi|hello|please)\b\W*)*(?:since |until |till |from |by )?when(?:'s|’s)?\b"
    r"|\b(?:since |until |till |from |by )?when(?:['’]s| (?:exactly )?(?:did|does|do|was|were|is|are|will|would|has|have|had|can|could))\b"
    r"|\b(?:what|which)(?: one)?(?: of the)?(?: (?:exact|very|calendar|two|three|four|five|six|seven|\d+)){0,2}(?: [A-Z][a-z]+)? (?:days?|dates?|weekdays?|years?|months?)\b"
    r"|\bday of the week\b|\bhow long ago\b|\b(?:since|until|till|by) when\b|\bwhen\W*$",
    re.IGNORECASE,
)
# "start date june exchange", "tell me the date on which ..."; in a question for something else a date is only mentioned
_DATE = re.compile(r"(?<!\bto )(?<!\bto-)\bdates?\b(?! (?:back|from|of birth))", re.IGNORECASE)
_DATE_WANTED = re.compile(
    r"\b(?:tell|give|list|know|learn|need|want|remember|what (?:is|was|are|were))\b(?: \w+){0,2} the(?: \w+){0,2} dates?\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:why|how|whom?|whose|what|which|did|do|does|was|were|is|are|has|have|had|can|could|will|would)\b",
    re.IGNORECASE,
)
BRACKETED = re.compile(r"\s*\([^()]*\?\)\s*$")  # the question before, behind a follow-up
_MANY = re.compile(r"\bhow (?:many|much)\b", re.IGNORECASE)
_UNIT = r"(?:minute|hour|day|night|morning|evening|week|fortnight|month|year|decade)s?"
_OF_THE_YEAR = re.compile(
    rf"\b(?:of|for) (?:the|this|that) {_UNIT}\b", re.IGNORECASE
)  # "the fifth exchange of the year" names no time
_HOW_LONG = re.compile(
    rf"\bhow (?:long|soon|quickly|far (?:in advance|ahead)|much (?:later|earlier|longer|time))\b|\bhow many (?:[\w-]+ )?{_UNIT}\b|\bhow short a time\b",
    re.IGNORECASE,
)
_SPAN = re.compile(rf"\b{_UNIT}\b", re.IGNORECASE)


def asks_when(question: str) -> bool:
    """Whether a question asks for a time. Of a follow-up with the question before it in brackets only what is new counts."""
    question = BRACKETED.sub("", question) or question
    if _MANY.search(question):
        return False
    terse = _DATE.search(question) and not _OTHERWISE.search(question)
    return bool(_WHEN.search(question) or terse or _DATE_WANTED.search(question))


def asks_how_long(question: str) -> bool:
    """Whether a question asks how long something took, or how long before or after another thing it came."""
    return bool(_HOW_LONG.search(question))


_YES_NO = re.compile(
    r"\s*(?:and\s+|but\s+)?(?:did|does|do|was|were|is|are|has|have|had|will|can|could)\b", re.IGNORECASE
)


def says_nothing_new(question: str, answer: str) -> bool:
    """Whether an answer only repeats the question's own words: no answer to any question but one for yes or no."""
    return not _YES_NO.match(led_in(question)) and set(content_stems(answer)) <= set(content_stems(question))


ORDINALS = {
    w: n
    for n, w in enumerate(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], start=1
    )
}
_ORDINAL_OF = re.compile(
    rf"\b(?P<which>{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th))\s+(?:\w+\s)?(?P<what>stage|phase|round|exchange|swap|convoy|handover|wave|attack|meeting|talks|shipment|release)s?\b",
    re.IGNORECASE,
)


def other_ordinal(question: str, passage: str) -> bool:
    """Whether a question asks for one of several by its place ("the fourth convoy") and a passage tells of others of them only."""
    for match in _ORDINAL_OF.finditer(question):
        of_kind = [m for m in _ORDINAL_OF.finditer(passage) if lowered(m["what"]) == lowered(match["what"])]
        if of_kind and _place(match["which"]) not in {_place(m["which"]) for m in of_kind}:
            return True
    return False


# "how many prisoner exchanges have there been": exchanges are counted, whoever is exchanged
_OF_EVENTS = re.compile(
    r"\b(?:how many|number of|count of) (?:(?!people\b|in\b|of\b|on\b|by\b|the\b)[\w-]+(?<!s)(?<!ed) ){0,3}?"
    r"(?P<what>stages|phases|rounds|exchanges|swaps|convoys|handovers|waves|attacks|raids|strikes|meetings|talks|shipments|releases)\b",
    re.IGNORECASE,
)


def events_counted(question: str) -> str | None:
    """The kind of event that a question asks the number of, in the singular: "stage"; None where it asks for none."""
    match = _OF_EVENTS.search(question)
    return lowered(match["what"]).removesuffix("s") if match else None


_ALIKE = {"swap": "exchange", "phase": "stage", "raid": "attack", "strike": "attack", "talk": "round"}
_TIMES = re.compile(rf"\bfor the (?P<which>{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th)) time\b", re.IGNORECASE)


def place_told(kind: str, text: str) -> int:
    """The highest place in a row that a text gives an event of a kind: "the fifth exchange of the year" is 5, "for the fourth time"
    4; 0 if it gives none."""
    wanted = _ALIKE.get(kind, kind)
    places = [
        _place(m["which"])
        for m in _ORDINAL_OF.finditer(text)
        if _ALIKE.get(lowered(m["what"]), lowered(m["what"])) == wanted
    ]
    places += [_place(m["which"]) for m in _TIMES.finditer(text)]
    return max(places, default=0)


_STAGE_N = re.compile(r"\b(?P<what>stage|phase|round|day) (?P<which>one|two|three|four|five|six|\d)\b", re.IGNORECASE)
CARDINALS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def places_in_row(text: str) -> frozenset[tuple[str, int]]:
    """The events that a text names by their place in a row, as their kind and the place: "the second stage", "stage two" are both
    ("stage", 2)."""
    one = [
        m for m in _ORDINAL_OF.finditer(text) if not set(lowered(m[0]).split()) & CARDINALS.keys()
    ]  # "the first four" are no one
    found = {(lowered(m["what"]), _place(m["which"])) for m in one}
    found |= {
        (lowered(m["what"]), CARDINALS.get(lowered(m["which"]), 0) or int(m["which"])) for m in _STAGE_N.finditer(text)
    }
    found |= {("exchange", _place(m["which"])) for m in _TIMES.finditer(text)}
    return frozenset((_ALIKE.get(kind, kind), place) for kind, place in found)


_PLACE_OF_YEAR = re.compile(
    rf"\b(?P<which>{'|'.join(ORDINALS)})\b(?:\s[\w-]+){{0,9}}?\s(?:this year|of (?:this|the|the new) year|since the (?:beginning|start) of the year|(?:of|in) 20\d\d)\b",
    re.IGNORECASE,
)


def place_of_year(text: str) -> int:
    """The place among those of its year that a text gives an event: "the fourth of this year" is 4; 0 if it gives none."""
    match = _PLACE_OF_YEAR.search(text)
    return _place(match["which"]) if match else 0


def _place(written: str) -> int:
    return ORDINALS.get(lowered(written)) or int(re.sub(r"\D", "", written) or 0)


_EXTREME = re.compile(
    r"\b(?:biggest|largest|smallest|highest|lowest|fewest|deadliest|bloodiest|heaviest|greatest|worst|longest|shortest|record (?:number|high|low))\b",
    re.IGNORECASE,
)


def tells_extreme(text: str) -> bool:
    """Whether a text speaks of the greatest or least of several, by its adjective."""
    return bool(_EXTREME.search(text))


_SOURCE = re.compile(
    r"^\s*(?:and\s+)?(?:who|whose|on whose|which (?:side|party|government|ministry|office|agency|official|source))\b"
    r"|\b(?:who (?:gave|said|says|put|published|reported|announced|is behind)|(?:the |its )source of|source(?: of it)?\s*\?|according to whom|comes? from\s*\?)",
    re.IGNORECASE,
)


def asks_source(question: str) -> bool:
    """Whether a question asks on whose word something stands."""
    return bool(_SOURCE.search(led_in(question)))


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
    return bool(_WHY.search(led_in(question)))


def gives_reason(text: str) -> bool:
    """Whether a text has a word that gives a reason."""
    return bool(_REASON.search(text))


_SPEAKER = re.compile(
    r"\b(?:what|how|which|whom)\b[^?]*?\b(?:did|does|do|has|have|was|is)\s+(?:the\s+)?(?P<who>[^?]{2,60}?)\s+(?:sa(?:y|id)|call(?:ed)?|describe[ds]?|wr(?:ite|ote)|put|claim(?:ed)?|tell|told|announce[ds]?|argue[ds]?|report(?:ed)?|record(?:ed)?|count(?:ed)?|admit(?:ted)?|acknowledge[ds]?|insist(?:ed)?|estimate[ds]?|maintain(?:ed)?)\b",
    re.IGNORECASE,
)


_ON_WORD = re.compile(
    r"\b(?:[Aa]ccording to|[Oo]n the word of|in the words of)\s+(?P<whom>[^,?]{2,60})"
    r"|\b(?P<whose>[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*)*)[’']s?\s+(?:(?:own\s+)?(?:number|tally|toll)|(?:[\w-]+\s+){0,2}?(?:count|figures?|estimate|version|account|reckoning|telling|total|claim|statement))\b"
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
