"""Which words of a sentence belong to which of its numbers: the sentence cut at conjunctions, commas and further counts.

What governs a number is told by what stands beside it: "the release of 40", "40 people were freed". A number that acts ("six gunmen
killed ..."), that only gives a whole ("12 of the 40") or that says in how many places had nothing happen to it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.actions import Action
from index.attribution import attributions
from index.counted import ACTS, counted_phrase, noun_end
from index.numbers import Number
from index.word_starts import IN_SENTENCES, Cues

# -- where clauses begin, and which are parts --
_SMALL = r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens|scores|hundreds|thousands"
# Verbs in the past tense of what is done to people and things
_PAST = (
    r"captured|abducted|kidnapped|jailed|rescued|recovered|retrieved|launched|fired|dropped|intercepted|downed|shelled|bombed|torched|flattened|wrecked|sank|uprooted"
    r"|trapped|stormed|attacked|hit|struck|stripped|beat|saved|pulled|plucked|let|kept|threw|dug|pardoned|deported|looted|razed|brought|distributed|delivered|gave|cut|executed|murdered|massacred|beheaded|expelled|maimed"
)
# The sign or space that each begins with stands in front of all, so that nothing is tried elsewhere
_CUT = re.compile(
    r"[;:.,\s](?:(?<=[;:.])\s|(?<=,)\s(?=and\b|while\b|but\b|with\b|or\b|including\b|among\b|plus\b|most of\b|the (?:rest|others?|remainder)\b|out of\b|(?:were|was|are|is|have|has|had)\b|of (?:whom|which|them)\b|(?:killing|wounding|injuring|leaving|destroying|damaging|bringing|raising|taking|forcing|displacing)\b"
    rf"|(?!including|according|during|following|beginning|starting|morning|evening|making|totall?ing|numbering|averaging|involving|covering|representing|meaning|counting|amounting|adding)[a-z]+ing\s(?:[a-z]+\s){{0,3}}?(?:\d|{_SMALL}))"
    r"|(?<=\s)(?:(?:while|whereas|but|because)\s|(?=against\s(?:the\s)?\d)"
    r"|and\s(?=that\s|(?:believe[sd]?|sa(?:ys|id)|fear(?:s|ed)|thinks?|estimate[sd]?)\b)"
    rf"|and\s(?=(?:had |have |has |were |was |then |also )?(?:killed|wounded|injured|destroyed|damaged|left|forced|detained|arrested|displaced|released|freed|returned|seized|took|rounded|shot|stole|hurt|put|evacuated|burned|set|sent|drove|made|handed|buried|{_PAST})\b|(?:is to|are to|will)\b)))"
)
# Words between a comma or an "and" and the number that begins the next clause
_LEAD = r"(?:(?:at least|more than|over|up to|as many as|about|around|some|nearly|almost|another|further|a further|only|just|roughly|approximately|an estimated|fewer than|less than|all|its|the|their|also|including|in|among them|[$€£¥₹])\s?)*$"
_BEFORE_NUMBER = re.compile(rf"(?:(?P<comma>,\s)(?:and\s|plus\s|or\s)?|\sand\s|\splus\s){_LEAD}", re.IGNORECASE)
_OPENS_PART = re.compile(
    r"^[\s,;:]*(?:and\s|with\s)?(?:including|among (?:them|whom|the)|of (?:whom|them|which)|most of|(?:at least |about |some )?[\w,]+ of (?:them|whom|which)\b|(?:the )?(?:youngest|oldest))",
    re.IGNORECASE,
)
# -- done, promised or denied --
_PROMISE = re.compile(
    r"\b(?:agree(?:d|s)?\b|agreement|promis\w+|will\b|would\b|plan(?:s|ned|ning)?\b|pledg\w+|offer\w*|propos\w+|expect\w*|prepared to|ready to"
    r"|set to|due (?:on|to|in|by|for|next|later|today|tomorrow)\b|intend\w*|still to|to come|yet to|remain(?:s|ed|ing)? to be|should\b|undertak\w+|undertook|could\b(?! not)|(?-i:may\b)|might\b|(?:is|are|was|were) to (?!be\b)|to be (?:freed|released|handed|exchanged|returned|set|swapped|sent|let|given|delivered|transferred|evacuated|moved|deported|repatriated)|covers\b|(?:delayed|postponed|cancell?ed|called off|put off|suspended)\b)",
    re.IGNORECASE,
)  # fmt: skip
_IS_A_PROMISE = re.compile(
    r"\b(?:is|was|are|were|remains?) (?:(?:a|an|another|part of a|only a|still a|the) )?(?:\w+ )?(?:undertaking|promise|pledge|plan|proposal|offer)s?\b"
)  # "the return of 40 bodies, announced in March, is a separate undertaking"
_CHANGED_FROM = re.compile(r"\bfrom\s(?:(?:at least|more than|about|some)\s)?[$€£]?$")
_CHANGED_TO = re.compile(r"(?:\s\w+){0,2}?\sto\s(?:(?:at least|more than|about|some)\s)?[$€£]?[\w,.]+")
_HAS_DONE = re.compile(
    r"\b(?:has|have)\s(?:(?:now|already|so far|since|by now)\s)?(?!agreed|promised|pledged|offered|planned|announced|undertaken|vowed)\w+(?:ed|en|ne|id|ft)\s(?:\w+\s)?(?:(?:at least|more than|about|some|all)\s)?[$€£]?$"
)
_HAS_BEEN = re.compile(
    r"\b(?:has|have) (?:now |already |so far |since )?(?:been (?:paid|released|freed|delivered|handed|returned|received|disbursed|sent|brought|repatriated|exchanged|swapped|evacuated|let go)|arrived|come back|come home|returned|reached)\b"
)
_FULFILLED = re.compile(
    r"\b(?:(?<!be )completed|(?<!be )carried out|as agreed|as promised|as announced(?! ,)|than (?:planned|agreed|expected|promised)|fulfilled|has handed over|have handed over|kept (?:its|their) promise|agreed by both|had promised|went ahead|took place|came off)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(r"\b(?:not(?! only| just)|never|n[’']t|denie[ds]|denying|false(?:ly)?)\b", re.IGNORECASE)
_WITHDRAWN = re.compile(
    r"\b(?:withdr[ae]w\w*|retract\w*|took back|dropped|abandoned)\b[^.;]{0,40}\b(?:figure|number|count|tally|toll|estimate|claim)s? of\s$"
)
_NOT_DONE = re.compile(
    r"^(?:\s(?!(?:and|or|but|by|than|that)\b)[\w’'-]+){0,5}?\s(?:(?:has|have|had|was|were|did|is|are) (?:not|never)|never)\b(?! only| just|(?: yet)?(?: been)? (?:found|seen|heard|traced|located)| (?:came|come|returned|survived?|made it|make it|woke)\b)",
    re.IGNORECASE,
)
_FIRST_TO_BE = re.compile(r"\b(?:first|last|latest|only)\b[^,;]{0,60}\sto be\b", re.IGNORECASE)
_HAPPENED = re.compile(r"\b(?:went|came|was|were|had|has|have|did|got)\b")
# -- numbers of which nothing is told, or that share what is told of another --
_POINTER = re.compile(r"\b(?:the|these|those|all|both|any|other|its|their|first|last)\s$", re.IGNORECASE)
# "a third of the 300 prisoners were freed": of the 300 nothing is told
_WHOLE_OF = re.compile(
    r"\b(?:half|thirds?|quarters?|fifths?|tenths?|most|many|some|few|part|none|per ?cent|majority)(?:\s|%\s)of (?:the|its|their|these|those|all|all the)\s(?:(?:more than|about|some|nearly|at least)\s)?$",
    re.IGNORECASE,
)
_OWN_PARTICIPLE = re.compile(r"(?:\s[\w’'-]+){1,4}?\s(?:hit|struck|\w+ed)\s(?:was|were|are|is|has|have|had)\b")
# All that may follow a noun whose verb stands elsewhere: "two in Balta", "117 prisoners."
_BARE = re.compile(
    r"^(?:\s(?:others?|more|each|apiece|people|separately))*(?:,?\s(?:in|on|at|near|from|outside|around|of|inside|among|to|by|that day|so far|alone|overnight|today|yesterday|early|late|an? (?:day|week|month|year)|the (?:day|week|month|year) before|last (?:week|month|year))\b[^,;:]*)?[\s,;:.”\"’]*$"
)
_LEFT_OUT = re.compile(
    r"\b(?:\w{2,}ed|took|stole|hit|struck|lost|won|made|put|sent|got|held|cut|drove|gave|brought|fought|shot|threw|left|needs?|is|are|was|were|has|have|had|will)\b"
)
# "the opposition says it is 1,100"
_SAME = re.compile(
    r"\b(?:it|that|the (?:real |true |actual |final |official )?(?:figure|number|toll|total|count|tally))\s(?:\w+\s){0,3}?(?:is|was|at|as|be)\s(?:[a-z]+\s){0,3}$",
    re.IGNORECASE,
)
# -- each of two sides --
_PER_SIDE = re.compile(
    r"(?<!half of them in )(?<!half in )\b(?:each(?! other)|apiece|per side|a side|(?:on|from|for|by) (?:each|either) side|the same number|both (?:sides|countries|directions) (?:each|released|freed|returned))\b",
    re.IGNORECASE,
)
# "246 of ours in exchange for 246 of theirs"; the parts of what each side did; a list that each side's sum takes up
_IN_EXCHANGE = re.compile(r"\b(?:exchange|return|exchanged|swapped|traded) for\b", re.IGNORECASE)
_OF_WHOLE = re.compile(r"^(?:Of|Among) (?:the|these|those|all)\s")
_WITH_LIST = re.compile(r"^(?:With|After)\b[^;]*,\seach (?:side|country|party|government)\b")
_TAKEN_UP = re.compile(r",\s(?:were|was|are|is|have|has|had)\s[^,;.]*")
# -- what governs a number, and what it only stands beside --
_LEADING = r"(?:(?:the|its|their|his|her|our|all|these|those|[\w’'-]+[’']s?|at least|more than|over|up to|as many as|no fewer than|about|around|some|nearly|almost|another|a further|further|only|just|roughly|approximately|an estimated|a total of|fewer than|less than|other)\s)*"
_AUXILIARY = r"(?:(?:was|were|is|are|be|been|being|has|have|had|having|will|would|could|may|might|must|to|got|get|later|also|then|now|still|since|already|reportedly|all|both|either|each|initially|finally|eventually|previously|recently|accidentally|\w+ly)\s)*"
_JOINS = re.compile(rf"\s(?:(?:of|to|for|on|at|involving|covering|affecting|among)\s)?{_LEADING}", re.IGNORECASE)
_FOLLOWS = re.compile(rf"\s(?P<who>(?:who|which|that|whom)\s)?(?P<aux>{_AUXILIARY})", re.IGNORECASE)
_PASSIVE = re.compile(r"\s(?:was|were|been|has|have|had)\s(?:(?:all|also|later|then|since|now|\w+ly)\s)?$")
_INTRANSITIVE = re.compile(
    r"(?:died|fled|escaped|survived|perished|drowned|vanished|went|came|returned|walked|left)\b", re.IGNORECASE
)
_BY = re.compile(
    rf"(?<!rose )(?<!risen )(?<!fell )(?<!fallen )(?<!grew )(?<!grown )(?<!up )(?<!down )(?<!increased )\bby\s{_LEADING}$",
    re.IGNORECASE,
)
_IN_PLACES = re.compile(
    rf"\b(?:in|at|across|from|over|near|around|outside|throughout|into|through|between)\s{_LEADING}$",
    re.IGNORECASE,
)
_PLACES = re.compile(
    r"(?:^|\s)(?:cit(?:y|ies)|towns?|villages?|hamlets?|districts?|provinces?|regions?|states?|countr(?:y|ies)|nations|places|locations?|sites|areas|neighbou?rhoods|communities|municipalities|counties|islands|continents|governorates|prefectures|departments|suburbs|prisons|jails|hospitals|clinics|fronts|points|crossings|checkpoints|boats|ships|vessels|buses|cars|trains|flights)$",
    re.IGNORECASE,
)
# Verbs that say no more than the noun before them: "the swap involved 206", "arrests totalled 40"
_OTHER_VERB = re.compile(
    r"\b(?!(?:involved|included|covered|affected|reached|totall?ed|numbered|exceeded|passed|topped|surpassed|reported|recorded|documented|counted|registered|confirmed|estimated|claimed|listed|noted|announced"
    r"|logged|tallied|identified|witnessed|followed|averaged|equalled|used|picked|added|needed|revised|raised|lowered|left|armed|killed|died|during|following|including|involving|covering|affecting|according|excluding|totalling|leaving|bringing|making|taking|adding|reaching|concerning|regarding)\b)"
    rf"(?:[a-z]+ed|[a-z]{{3,}}ing|fought|overran|stole|trained|met|saw|hit|struck|cut off|sealed off|ate)(?:\s(?:up|down|off|out|over|away))?\s{_LEADING}$"
)
# Between a subject and the number it comes to: "fatalities from the collapse stood at 238"
_COMES_TO = re.compile(
    rf"\b(?:(?:stands?|stood|remain\w*|r[oi]se\w*|risen|climb\w*|cre(?:ep|pt)\w*|grew|grown|jump\w*|went up|fell|fallen|dropped|up) (?:at|to)|reach\w*|pass\w*|exceed\w*|topp\w*|surpass\w*|totall?\w*|number\w*|is|was) (?:now |already )?{_LEADING}$",
    re.IGNORECASE,
)
# Heads a list of what was said, not of what happened
_OF_FIGURES = re.compile(r"\b(?:figures?|numbers?|counts?|versions?|accounts?|sums?)$")
_FRONTED = re.compile(rf"(?:^|[;:,]\s|\s(?:and|but)\s)(?:of|out of)\s{_LEADING}[$€£]?$", re.IGNORECASE)
ALL_OF_THEM = re.compile(
    r"[;,:.–—]?\s(?:and |but )?(?:all|none|both|neither|every one|each one|not one)(?: of (?:them|whom|which))?\s",
    re.IGNORECASE,
)
# Begins the words of another event: "after the killings"
_OTHER_EVENT = re.compile(
    r"\b(?:after|before|amid|despite|when|until|because|as(?= (?:the|an?|it|they|he|she)\b)|in response to|in connection with|(?:suspected|accused|convicted|guilty) of|on suspicion of|on charges of|charged with|in protest at)\b(?! (?:they|being|having)\b)"
)
_VERB = re.compile(
    rf"\b([a-z]+ed|[a-z]{{3,}}ing|br(?:ought|ings?)|t(?:ook|akes?|aken)|sets?|lets?|sen[dt]s?|puts?|digs?|dug|g[ai]ves?|gets?|got|drove|led|shot|ke(?:pt|eps?)|threw|blew|tore|flew|caught|swept)\s{_LEADING}$"
)
_AROUND = 60  # characters: a verb, its particle and a few words
_LEFT_SO = re.compile(rf"\b(?:left|leav(?:es|ing))\s{_LEADING}$")
_ARTICLE = re.compile(r"\b(?:an?|the|its|their|his|her)\s$", re.IGNORECASE)
_NOUN = re.compile(
    r"\s(?!(?:was|were|is|are|has|have|had|will|in|on|at|by|from|to|of|and|or|with|after|when|for|who|that)\b)[a-z]{3,}"
)
_OWED = re.compile(
    r"\s(?:(?:that|which|who|whom)\s)?(?:\w+\s){0,3}?(?:promised|agreed|undert\w+|planned|pledged|due|expected|to be)\b"
)
_OF_MANY = re.compile(
    rf"(?:\s[\w’'-]+)?,?\s(?:of the \w+\s|[\w’'-]+\s)?(?:out\s)?of\s{_LEADING}(?:[\w’'-]+[’']s?\s)?[$€£]?"
)
_COLON, _STOPPED = re.compile(r":\s[^:;.]*$"), re.compile(r"[;.]\s")
_NEVER = re.compile(r"\b(?:not|never)\b", re.IGNORECASE)
_CLOSE = 60  # characters before a number in which words stand that belong to it
_BESIDE = 30  # characters before a number in which a denial is one of it
# What few sentences hold, so that each clause is searched only for what one of its sentence's words can begin
_CUES = Cues(
    IN_SENTENCES, changed=_CHANGED_FROM, comes_to=_COMES_TO, first_to_be=_FIRST_TO_BE, has_been=_HAS_BEEN, has_done=_HAS_DONE,
    is_a_promise=_IS_A_PROMISE, never=_NEVER, per_side=_PER_SIDE, promise=_PROMISE, withdrawn=_WITHDRAWN,
)  # fmt: skip
State = Literal["done", "promised", "denied"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Characters `start` to `end` of a sentence, which belong to one or a few numbers.

    `part`: it names a part of the number before ("including two children", "390 people: 270 soldiers and 120 civilians").
    """

    start: int
    end: int
    part: bool


def cut_clauses(text: str, numbers: Sequence[Number]) -> list[int]:
    """Where the clauses of a sentence begin, from 0 on; a comma before a number cuts only if there is a number before it."""
    cuts = {0, *(m.start() for m in _CUT.finditer(text))}
    for number in numbers[1:]:
        if lead := _BEFORE_NUMBER.search(text, 0, number.start):
            cuts.add(lead.start())
    return sorted(cuts)


def clause_of(text: str, number: Number, cuts: Sequence[int]) -> Clause:
    """The clause of a number."""
    start = cuts[bisect_right(cuts, number.start) - 1]
    after = bisect_left(cuts, number.end)
    end = cuts[after] if after < len(cuts) else len(text)
    return Clause(start=start, end=end, part=bool(_OPENS_PART.match(text[start:end])) or _is_item(text, start))


def _is_item(text: str, start: int) -> bool:
    """Whether a clause lists the parts of what stands before a colon."""
    return text[start : start + 1] == ":" or bool(text.find(":", 0, start) >= 0 and _COLON.search(text[:start]))


def points_back(text: str, number: Number) -> bool:
    """Whether a small number only points back: "all three", "the four before it"."""
    small = number.role == "count" and number.value <= 10 and text[number.start].isalpha()
    return small and not counted_phrase(text, number.end) and bool(_POINTER.search(text[: number.start]))


def has_part_told(text: str, number: Number) -> bool:
    """Whether only a part of a number is told of: "a third of the 300 prisoners were freed"; not "of the 300 buildings hit"."""
    return bool(_WHOLE_OF.search(text[max(0, number.start - 50) : number.start])) and not _OWN_PARTICIPLE.match(
        text, number.end
    )


def apart(text: str, number: Number, action: Action) -> bool:
    """Whether an action behind a number belongs to another event: "deployed 3,000 troops after the killings"."""
    return bool(_OTHER_EVENT.search(text, number.end, max(number.end, action[0] + 1)))


def governs(text: str, number: Number, end: int, action: Action) -> bool:
    """Whether an action stands right before the number, or right after what is counted, which ends at `end`."""
    start, stop, _ = action
    if start < number.start < stop:
        return True  # "took 14 prisoner"
    if stop <= number.start:
        return bool(_JOINS.fullmatch(text, stop, number.start))
    return start >= end and bool(_FOLLOWS.fullmatch(text, end, start))


def acts(text: str, number: Number, end: int, people: bool) -> bool:
    """Whether what is counted does something to others: "six gunmen killed ...", "shot by two men"."""
    return bool(ACTS.match(text, end)) or (
        people and bool(_BY.search(text[max(0, number.start - _CLOSE) : number.start]))
    )


def tells_places(text: str, number: Number, counted: str) -> bool:
    """Whether a number only says in how many places something happened."""
    return bool(_PLACES.search(counted) and _IN_PLACES.search(text[max(0, number.start - _CLOSE) : number.start]))


def is_whole(text: str, number: Number, numbers: Sequence[Number]) -> bool:
    """Whether a number is that of which the number before it is a part: "12 of the 40"."""
    if numbers[0] is number:
        return False
    before = max((n for n in numbers if n.end <= number.start), key=lambda n: n.end, default=None)
    return before is not None and bool(_OF_MANY.fullmatch(text, before.end, number.start))


def is_left(text: str, number: Number) -> bool:
    """Whether the words after a number tell in what state it was left: "left 29 others, among them two boys, hurt"."""
    return bool(_LEFT_SO.search(text[max(0, number.start - _CLOSE) : number.start]))


def adjectival(text: str, action: Action) -> bool:
    """Whether an action only describes the noun after it: "a captured general"."""
    start, end, _ = action
    return text[start:end].endswith("ed") and bool(_NOUN.match(text, end) and _ARTICLE.search(text[:start]))


def is_fronted_whole(text: str, number: Number) -> bool:
    """Whether a number is that of a whole whose part comes next: "of its 30 patients, four died"."""
    return bool(_FRONTED.search(text[max(0, number.start - _CLOSE) : number.start]))


def still_owed(text: str, end: int) -> bool:
    """Whether a noun that ends at `end` is of those promised: "of the 420 detainees it undertook to free"."""
    return bool(_OWED.match(text, end))


def describes(text: str, end: int, action: Action) -> bool:
    """Whether an action right after a noun only describes it: "the 40 hostages freed on Friday", not "the 40 were freed"."""
    between = _FOLLOWS.fullmatch(text, end, action[0])
    return between is not None and bool(between["who"] or not (between["aux"] or _INTRANSITIVE.match(text, action[0])))


def is_predicate(text: str, end: int, action: Action) -> bool:
    """Whether an action after a noun that ends at `end` stands in the passive or the perfect."""
    return action[0] > end and bool(_PASSIVE.search(text[end : action[0]]))


def reach(text: str, clause: Clause, number: Number, actions: Sequence[Action]) -> int:
    """Where the words begin that can tell what happened to a number: at the verb whose object it is, if that is no action itself."""
    verb = _OTHER_VERB.search(text[clause.start : number.start])
    if verb is None or any(a[0] <= clause.start + verb.start() < a[1] for a in actions):
        return clause.start
    return clause.start + verb.start()


def tallied(text: str, clause: Clause, number: Number, actions: Sequence[Action]) -> str | None:
    """What happened to a number that a subject comes to: the first thing that is told of the subject."""
    if "comes_to" not in _CUES.of(text) or not _COMES_TO.search(text[clause.start : number.start]):
        return None
    return min((a for a in actions if a[0] < number.start), default=(0, 0, None))[2]


def around(text: str, clause: Clause, number: Number, end: int) -> str:
    """The verb before a number with the words that follow what is counted: "brought ashore" of "brought 64 people ashore"."""
    verb = _VERB.search(text[clause.start : number.start])
    return f"{verb[1]} {text[end : clause.end].strip()}"[:_AROUND] if verb else ""


def heading(text: str, clause: Clause) -> tuple[int, int]:
    """The characters before a colon that head the list in which a clause stands; none is an empty span."""
    colon = clause.start if text[clause.start : clause.start + 1] == ":" else text.rfind(": ", 0, clause.start)
    if colon <= 0 or not _is_item(text, clause.start) or _OF_FIGURES.search(text[:colon]):
        return 0, 0
    return max((m.end() for m in _STOPPED.finditer(text[:colon])), default=0), colon


def nearest(number: Number, numbers: Sequence[Number], actions: Sequence[Action]) -> str:
    """The action closest to the number; one behind another number is further away."""

    def distance(action: Action) -> tuple[int, str]:
        start, end, name = action
        low, high = (number.end, start) if start >= number.end else (end, number.start)
        between = sum(low <= n.start < high for n in numbers if n is not number)
        return high - low + 100 * between, name

    return min(map(distance, actions))[1]


def bare(text: str, number: Number, clause: Clause) -> bool:
    """Whether nothing in the clause can be the number's verb; who says so is left out of it."""
    end = min((a.start for a in attributions(text) if number.end < a.start < clause.end), default=clause.end)
    start = min(noun_end(text, number.end), end)
    before = text[clause.start : number.start]
    return bool(_BARE.match(text[start:end])) and (not _LEFT_OUT.search(before) or bool(_SAME.search(before)))


def of_each_side(text: str, number: Number, numbers: Sequence[Number], clause: Clause) -> bool:
    """Whether a number is that of each of two sides."""
    if number.role == "money":
        return False
    if len(numbers) == 1 and "the same number" in text:
        return True
    told = "per_side" in _CUES.of(text)
    # "175, the first figure, is what each side released"
    taken_up = _TAKEN_UP.match(text, clause.end) if told else None
    if told and _PER_SIDE.search(text[clause.start : taken_up.end() if taken_up else clause.end]):
        return True
    for other in numbers:
        if other is not number and other.value == number.value:
            low, high = sorted((number, other), key=lambda n: n.start)
            if _IN_EXCHANGE.search(text[low.end : high.start]):
                return True
    if (whole := _OF_WHOLE.match(text)) and numbers[0].start == whole.end():
        return told and bool(_PER_SIDE.search(text[: numbers[1].start] if len(numbers) > 1 else text))
    listed = _WITH_LIST.match(text)
    return bool(listed and number.end < listed.end() and bare(text, number, clause))


def state_of(text: str, number: Number, clause: Clause) -> State:
    """Whether what a clause tells of its number was done, is promised, or is denied."""
    cues = _CUES.of(text)
    before = text[clause.start : number.start]
    if "withdrawn" in cues and _WITHDRAWN.search(before):
        return "denied"  # "withdrew the figure of 62"
    if _DENIAL.search(before[-_BESIDE:]) or ("never" in cues and _NOT_DONE.match(text[number.end : clause.end])):
        return "denied"
    if "changed" in cues and _CHANGED_FROM.search(before) and _CHANGED_TO.match(text, number.end):
        return "denied"  # "lowered its count from 30 to 24"
    if "has_done" in cues and _HAS_DONE.search(before):
        return "done"  # "has now released 355 of the 420 it promised"
    if "has_been" in cues and _HAS_BEEN.search(text[number.end : clause.end]):
        return "done"
    if "is_a_promise" in cues and _IS_A_PROMISE.search(text, number.end):
        return "promised"
    if "promise" not in cues:
        return "done"
    told = text[clause.start : clause.end]
    heading = text[: clause.start] if told[:1] == ":" else ""  # "Agreed: 1,000 prisoners"
    if heading and _HAPPENED.search(told):
        heading = ""  # "on the number they agreed: 25 went home"
    if "first_to_be" in cues:
        told = _FIRST_TO_BE.sub(" ", told)  # "the first to be freed"
    return "promised" if _PROMISE.search(heading + told) and not _FULFILLED.search(text) else "done"
