"""What a figure question asks for: who or what is counted, what happened to them, when, on whose side, of whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from assistant.accounts import asks_accounts, without_accounts
from assistant.giving import asked_giver
from assistant.question_kinds import BRACKETED, asks_how_long, asks_when, events_counted
from assistant.timescope import TimeScope
from assistant.words import content_stems, names, stem
from index.actions import weak_action
from index.counted import classes_of
from index.days import MONTHS, WEEKDAYS, find_days
from index.figures import actions_in, counted_phrase, counts_things, kinds_in
from index.numbers import find_numbers
from index.records import Sentence

_ASKS = re.compile(
    r"\bhow many\b|\bhow much\b|\bwhat\b[^?]{0,40}\b(?:number|total|figure|count|toll|sum|tally|amount)\b|\bwhat\b[^?]{0,90}\b(?:add(?:s|ed)? up to|come to (?:in all|in total|together|on each))\b|\b(?:number|total|toll|figure|count|tally) (?:of|for)\b|\b(?:latest|newest|final|cumulative|overall|total|current) (?:figure|total|number|count|tally)\b|\b(?:losses|casualties)\b"
    r"|\b(?:add up|sum up|total up|the sum of)\b|^\W*(?:(?:grand|running|overall) )?(?:total|tally|number|count)\b"
    r"|\b(?:(?:death|casualty) )?tolls?\b|\b(?:body|head) ?count\b|\btally\b|[’']s (?:number|figure|count|total)\b|\bcasualty (?:total|figure|number|count)s?\b|\bhow (?:big|large|high) (?:was|is|were|are|has|had|did)\b|\b(?:both|two|different|rival|whose) (?:\S+ ){0,3}?(?:numbers|figures|counts|tolls)\b",
    re.IGNORECASE,
)
# "19 March - wounded handed over?": a number is wanted of people and what happened to them, and no word asks for anything else
_ASKS_ELSE = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|did|does|do|is|was|were|are|has|have|had|can|could|will|would|tell|say|name|give|explain|quote)\b",
    re.IGNORECASE,
)
_AGREE_ON = re.compile(r"\b(?:dis)?agree\w*(?= (?:on|about|over|with)\b)", re.IGNORECASE)  # parties on a figure
_FIGURES_OF = re.compile(r"\b(?:numbers|figures|counts|tallies|tolls) (?:of|for|on|from)\b", re.IGNORECASE)
_ORDINAL = re.compile(r"\s*(?:which|what) number (?:is|was|does|did|has|in)\b", re.IGNORECASE)
_STANDING = re.compile(
    r"\bhad (?:been|come|gone|died|fled|lost)\b.*\bby\b|^\s*by\b.*\bhad\b|\bby (?:then|the (?:end|time|start|first|second))\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£]\s?\d|\bhow much of the [\d.,]+ (?:\w+ )?(?:dollars|euros|pounds)\b|\bmoney\b|\bhow much (?:did|does|has|have|was|is|were)\b|\bhow many (?:\w+ )?(?:dollars|euros|pounds|rubles|hryvnias)\b|\bcosts?\b|\b(?:fine|ransom|bail|budget|funding|compensation|what sum)\b|\b(?:how much|what|amount of) (?:\w+ ){0,3}aid\b",
    re.IGNORECASE,
)
_PART_OF = re.compile(
    r"\bhow (?:many|much) of (?:the|those|these|them|its|their|this|that)\b|^\s*of (?P<whole>(?:[^,?]|(?<=\d),(?=\d))+), how many\b",
    re.IGNORECASE,
)
# The group of which a part is asked for, and what is said of all of it
_GROUP_ASKED = re.compile(
    r"\bhow many of (?P<whole>(?:the|these|those) [^,?]+?)(?=\s(?:have|has|had|were|was|are|is|did|do|does|came|got|made|reached|arrived)\b)|^\s*of (?P<fronted>[^,?]+), how many\b",
    re.IGNORECASE,
)
_IS_KIND = re.compile(
    r"\bhow many of (?:the|those|these|them)\b[^?]*\b(?:were|was|are|is)\s(?P<kind>(?:civilians?|children|kids|minors|women|girls|boys|soldiers|military|fighters|police|prisoners|foreigners)\b)",
    re.IGNORECASE,
)
_REST = re.compile(
    r"\b(?:left to|still (?:to|left|missing|owed?|unused|unpaid|undelivered|outstanding)|remain\w*|outstanding|yet to)\b|\A(?!.*\bthan\b).*\bhow many more\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\bhow (?:much|many|many times) (?:more|less|fewer|bigger|larger|smaller|higher|lower)\b|\bdifference\b|\bby how (?:many|much)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:left|remain\w*|still|more|less|times|larger|smaller|fewer|difference|gap|short of|yet to)\b", re.IGNORECASE
)
_LEAVES = re.compile(
    r"\b(?:(?:leaves|leaving|left)(?= (?:\d|only|about|another|some))|(?:is|are|was|were|be) left|left (?:to|over)"
    r"|remain\w*(?! (?:that|the|at|in force|unclear|open)\b)|outstanding"
    r"|still (?:to|owed|missing|held)|yet to)\b",
    re.IGNORECASE,
)
_PROMISED = re.compile(
    r"\b(?:agree\w*|promis\w*|announce[ds]? (?:it would|for|ahead of)|announcements?|plan(?:s|ned|ning)?\b|pledg\w*|expect\w*|undert(?:ake|ook|aken)\w*|vow\w*|commit(?:ted|ment)?\b|foreseen?|provides? for|oblig\w+|quotas?|meant to|going to|(?:would|will|(?:is|are|was|were) (?:(?:each|either|both|the|its?|every) ){0,2}(?:(?:sides?|part(?:y|ies)|country|countries) )?to|(?:due|set|supposed) to)\b)",
    re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:each|per side|either side|(?:for|on|of) one side|apiece|both sides each)\b", re.IGNORECASE)
BOTH = re.compile(
    r"\b(?:both directions|both ways|either way|in both|from both ends|either direction|(?:both|two) (?:sides|countries|nations|states|parties|governments) (?:(?:added|taken|put|counted) )?(?:together|combined)"
    r"|in total (?:did|have|has|had|were) (?:both|the two) sides|(?:did|have) (?:both|the two) (?:sides|parties) (?:[\w-]+ ){1,6}?(?:in total|in all|altogether|together)"
    r"|(?:tak|count|add|put)(?:e|ing)?(?: up)? (?:both|the two) (?:sides|countries|nations|parties)(?: together)?)\b",
    re.IGNORECASE,
)
_DAYS_OR_STAGES = re.compile(
    r"\b(?:two|three|four|five|six|seven|\d+) (?:[\w-]+ )?(?:days|stages|exchanges|rounds|swaps|releases)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:(?:two|three|four|five|\d+) (?:days|stages|exchanges|rounds)|both (?:swaps|exchanges|rounds|stages|days)|add(?:ed|ing)?(?: up)?|summed|sum up|together|altogether|in total|in all|combined|overall)\b",
    re.IGNORECASE,
)
_ONE_BY_ONE = re.compile(
    r"\b(?:respectively|separately|one by one|or|versus|vs|against|than|between|compar\w+|differ\w*|and (?:how many|what|on|in))\b|\bhow many\b.*\bhow many\b",
    re.IGNORECASE,
)
_ONE_EVENT = re.compile(
    r"\b(?:exchange|swap|stage|phase|round|release|handover|attack|strike|raid|barrage|incident|day|month|week)\b",
    re.IGNORECASE,
)
_TOWARDS = re.compile(r"\b(?:to|into|for|(?:arriv\w+|land\w+|back|home) in)\s+(?=[A-Z])")
# "Wounded Ukrainians handed over": whose, where no "how many" says what is counted
_WHOSE = re.compile(r"\b(?i:wounded|injured|captive|captured|sick|freed|released)\s+(?=[A-Z])")
_GETS = re.compile(
    r"\b(?P<who>[A-Z][\w-]+)\s+(?:(?:has|have|had|did|ever)\s+){0,2}(?:got|get|gotten|receive|received|won)\s+back\b"
)
# "with the wounded thrown in, how many ...": not what is counted
_ASIDE = re.compile(
    r"\b(?:with|without|including|excluding|counting|apart from|besides|aside from|in addition to|on top of|beyond|outside)\b[^,?]*(?:,|\?|$)"
    r"|(?:^|,)\s*(?:[\w’'/-]+ ){1,6}?(?:aside|(?:not )?(?:counted|included)|left out|excluded)\b"
    r"|\b(?:and|plus) (?:also )?the [\w’'/-]+(?: [\w’'/-]+){0,3}? (?:too|as well|also|included|counted)\b"
    r"|\b(?:exchanged|swapped)(?: ones)?,? (?:and|plus|with|as well as) (?:(?:the|their|its|those) )?(?:(?:severely|seriously) )?(?:wounded|injured|sick)\b"
    r"|,\s*(?:the )?[\w’' -]{2,40}\b(?:figure|count|number|tally|estimate|version)s?\s*\??$",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(
    r"\b(?:without|excluding|apart from|besides|aside|in addition to|on top of|beyond|outside|not (?:to )?(?:count\w*|includ\w*)|left out|leaving out|excluded|excepted|except|other than|minus|less)\b",
    re.IGNORECASE,
)
DAYS_ADDED = timedelta(days=7)  # events of a named time this long are added up, of a longer one only as reported
LEFT = 3  # content words from which a question without its asides is one still
MONTHS_OF_YEAR = timedelta(days=30)  # from the first of January, for which "this year" is hardly one event
WEAPON_TYPE = re.compile(r"\b[A-Z]\w*-\d+\w*\b")  # a weapon's type says nothing of whose it is
# "Who gave the figure ...?", "What accounts for the different tolls?" name a number and ask for something else
_NO_COUNT = re.compile(
    r"\s*(?:and\s+|but\s+)?(?:who|whom|whose|why|when|where(?!\b.*\bstand\b)|what (?:accounts for|explains|explained|lies behind))\b",
    re.IGNORECASE,
)
_SCALE = re.compile(r"^\s*(?:hundred|thousand|million)\b", re.IGNORECASE)
_VERB = re.compile(
    r"(?:moved|crossed|passed|travell?ed|changed|got|gets?|go(?:es|ne)?|comes?|made|makes?|ended|please)\b",
    re.IGNORECASE,
)
# "how much of what was pledged has been paid": what was done is asked for
_HAS_COME = re.compile(
    r"\b(?:has|have|had) (?:(?!agreed|promised|pledged|vowed|planned|to\b)\w+ ){0,3}?(?:paid|delivered|released|freed|returned|arrived|reached|handed over|sent|brought|exchanged|swapped|come|gone|got|repatriated|transferred|given|let go)\b|\b(?:actually|really|in fact|physically) (?!agree|promise|pledge)",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(r"\bif\b[^?]*\b(?:had|would)\b|\bwould have\b", re.IGNORECASE)  # "if all had come true"
SPECIFIC = frozenset({"wounded", "dead", "child", "woman", "arrested", "displaced", "missing", "civilian"})
# What first reports count too low or too high: the newest report of the same event is the one to give
REVISED = frozenset({"killed", "injured", "missing", "displaced", "detained", "destroyed", "held", "funded"})
_SEIZED = frozenset({"detained", "held"})
_LOSSES = re.compile(r"\blosses\b(?! of (?:\$|€|£|money|\d))", re.IGNORECASE)
FATES = frozenset({"killed", "injured", "detained", "displaced", "missing"})
_UNDISCLOSED = re.compile(
    r"\b(?:neither (?:(?:side|party|government|country|of them) )?(?:disclosed|said|published|gave|named|released)|not (?:been )?(?:disclosed|published|said|given|announced)|undisclosed|did not (?:disclose|say how many|give (?:a|any) (?:number|figure))"
    r"|no (?:number|figure)s? (?:was|were|has been|have been|is)|no (?:number|figure)s? (?:of|for)|without (?:a|giving|naming|any) (?:number|figure)|have not said|withheld|none of them has a figure|for none of them)\b",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CountQuestion:
    """What a figure question asks for. `towards`: names the count belongs to (a nationality, a direction); empty: any."""

    kinds: frozenset[str]
    words: frozenset[str]  # stems of the counted noun phrase
    actions: frozenset[str]
    promised: bool
    come: bool  # what has come about: "have been sent back", "actually"
    each: bool
    both: bool
    part_of: bool
    money: bool
    rest: bool  # what is left to be done
    compared: bool  # how much more or less one is than another
    standing: bool  # what a count had come to by some time
    several: bool  # over several days, stages or events
    towards: frozenset[str]
    giver: tuple[str, ...]  # words for whoever is asked to have released, sent or launched it
    aside: frozenset[str]  # kinds that the question only sets aside or throws in
    thrown_in: bool  # they are to be counted with the others
    accounts: bool  # what each of several parties says is asked for
    scope: TimeScope

    @property
    def open_ended(self) -> bool:
        """Whether it asks for everything since some day or so far, which no single event answers."""
        return (self.scope.first is not None and self.scope.last is None) or self.scope.kind == "so_far"

    @property
    def until_now(self) -> bool:
        """Whether it asks how much of a whole has come by now: "how many of the 1,000 have been freed (so far)"."""
        return self.part_of and (self.open_ended or (self.come and not self.scope.named))

    @property
    def asks_done(self) -> bool:
        """Whether it asks what has come about by now, to which nothing promised is an answer."""
        return not (self.promised or self.rest or self.part_of) and (self.come or self.scope.kind == "so_far")


def read_count(question: str, scope: TimeScope) -> CountQuestion | None:
    """The figure a question asks for, or None when it asks for none."""
    accounts = asks_accounts(question)
    question = BRACKETED.sub("", without_accounts(question))  # of a follow-up only what is new says what is counted
    bare = _ASIDE.sub(" ", question)
    asks = _ASKS.search(question) or (_FIGURES_OF.search(question) if accounts else None)
    kinds = kinds_in(bare)
    terse = not asks and not _ASKS_ELSE.search(question) and (kinds & SPECIFIC or (kinds and actions_in(question)))
    if (
        not (asks or terse)
        or _ORDINAL.match(question)
        or _NO_COUNT.match(question)
        or asks_when(question)
        or asks_how_long(question)
    ):
        return None
    after = question[asks.end() :] if asks else ""
    counted = counted_phrase(re.sub(r"^\s*(?:more|of the|of those|of these|of)\b", "", after), 0)
    if _VERB.match(counted) or (asks and asks[0].lower().startswith(("how big", "how large", "how high"))):
        counted = ""  # "how many got home": people, of whatever kind
    if accounts and actions_in(counted) and not kinds_in(counted):
        counted = ""  # "do both agree on the figure for the exchange?": an event is told of, not what is counted
    counted = _SCALE.sub("", counted)  # "how many of the thousand": of whom, the rest of the question says
    part = _PART_OF.search(question)
    if not counted and part and part["whole"]:
        counted = part["whole"]
    if part and not _is_sum(question):
        part = None  # "how many of the hostages have been freed": no number is a part of another here
    # what is counted may be left out ("how many have come home?"): then the whole question tells
    told = asks is not None and asks[0].lower() == "how many" and content_stems(counted)
    kinds = kinds_in(counted) if told else kinds_in(counted) or kinds_in(bare)
    if counts_things(counted) or events_counted(question):  # police stations, not police; exchanges, not prisoners
        kinds = frozenset()
    actions = actions_in(bare) or (frozenset() if len(content_stems(bare)) >= LEFT else actions_in(question))
    if of_group := _IS_KIND.search(question):  # "how many of the 17 dead were children"
        kinds = kinds_in(of_group["kind"])
    if whole := _GROUP_ASKED.search(question):  # "of the missiles fired at the port, how many were intercepted"
        actions = actions_in(question.replace(whole["whole"] or whole["fronted"], " ", 1)) or actions
    weak = None if actions or _MONEY.search(question) else weak_action(question, classes_of(counted, kinds), "count")
    if weak and (weak in _SEIZED or not kinds):  # of people, words that mean several things are said too often
        actions = frozenset({weak})
    # "how many abducted students had been released": released, not abducted
    described = (actions_in(counted) & {"detained", "displaced", "held"}) - actions_in(
        question.replace(counted, " ", 1)
    )
    actions = actions - described or actions
    for kind, action in (("dead", "killed"), ("wounded", "injured")):
        if kind in kinds and not kinds_in(counted):
            actions |= {action}
    if not actions & FATES and _LOSSES.search(question):
        actions |= {"killed"}
    if not actions and "prisoner" in kinds and _EACH.search(question):
        actions = frozenset({"exchanged"})  # "prisoners per side this year"
    if {"killed", "injured"} & actions and "exchanged" in actions and not {"dead", "wounded"} & kinds:
        actions -= {"killed", "injured"}
    come = bool(_HAS_COME.search(question)) and not _SUPPOSED.search(question)
    return CountQuestion(
        kinds=kinds, words=frozenset(content_stems(counted)), actions=frozenset(actions), promised=not come and asks_promise(_AGREE_ON.sub(" ", question) if accounts else question), come=come,
        each=bool(_EACH.search(question)), both=bool(BOTH.search(question)), part_of=bool(part), money=bool(_MONEY.search(question)),
        standing=bool(_STANDING.search(question)), rest=(rest := bool(_REST.search(question))), compared=not rest and bool(_COMPARED.search(question)), several=_asks_several(question, scope),
        towards=direction(question, counted), giver=asked_giver(question), aside=(aside := (kinds_in(question) - kinds_in(bare)) & SPECIFIC), thrown_in=bool(aside) and not _LEFT_OUT.search(question),
        accounts=accounts, scope=scope,
    )  # fmt: skip


def _asks_several(question: str, scope: TimeScope) -> bool:
    """Whether what happened over several days, stages or events is asked for; "in all" of both sides together need not be, but "both
    ways, on 23-25 May" is."""
    if BOTH.search(question):
        few_days = len(scope.spans) == 1 and timedelta(0) < scope.spans[0][1] - scope.spans[0][0] <= DAYS_ADDED
        return few_days or bool(_DAYS_OR_STAGES.search(question))
    bare = _ASIDE.sub(" ", question)
    times = max(len(find_days(bare, None)), sum(w.lower() in MONTHS for w in re.findall(r"\w+", bare)))
    listed = len(scope.spans) > 1 and times > 1 and not _ONE_BY_ONE.search(question)  # "in March and April"
    first, last = scope.first, scope.last
    of_year = first and last and (first.month, first.day) == (1, 1) and last - first > MONTHS_OF_YEAR
    # civilians may all have come on one day
    whole = not kinds_in(question) & SPECIFIC and not actions_in(question) & FATES
    days = whole and any(timedelta(0) < end - begin <= DAYS_ADDED for begin, end in scope.spans)  # "on 23 and 24 May"
    return listed or days or bool(_SEVERAL.search(question)) or (bool(of_year) and not _ONE_EVENT.search(question))


def asks_promise(question: str) -> bool:
    """Whether a question speaks of what was promised, agreed, announced or planned."""
    return bool(_PROMISED.search(question))


def _is_sum(question: str) -> bool:
    """Whether a question names a number or a promise of which it asks for a part."""
    days = [(d.start, d.end) for d in find_days(question, None)]
    numbers = [n for n in find_numbers(question) if n.role in {"count", "money", "deal"}]
    return asks_promise(question) or any(not any(a <= n.start < b for a, b in days) for n in numbers)


def direction(text: str, counted: str) -> frozenset[str]:
    """The stems of the names to which, or of whose people, a text says that something is counted; `counted`: its words for that."""
    counted = WEAPON_TYPE.sub(" ", counted)
    to = {name for m in _TOWARDS.finditer(text) for name in names("x " + text[m.end() : m.end() + 30])[:1]}
    if not counted:
        to |= {name for m in _WHOSE.finditer(text) for name in names("x " + text[m.end() : m.end() + 30])[:1]}
    to = {name for name in to if name.lower() not in MONTHS and name.lower() not in WEEKDAYS}
    to |= {name for m in _GETS.finditer(text) for name in names("x " + m["who"])}
    return frozenset(
        {stem(n) for n in (*to, *names("x " + counted)) if not kinds_in(n) - {"people"}}
    )  # POWs are no party


def compares(sentence: Sentence) -> bool:
    """Whether a sentence can answer what is left or how much more: it has a number and a word of comparison."""
    return bool(_COMPARES.search(sentence.text)) and bool(find_numbers(sentence.text))


def leaves(sentence: Sentence) -> bool:
    """Whether a sentence says that something is left to be done, and how much."""
    return bool(_LEAVES.search(sentence.text)) and bool(find_numbers(sentence.text))


def undisclosed(sentence: Sentence) -> bool:
    """Whether a sentence says that a number is not known."""
    return bool(_UNDISCLOSED.search(sentence.text))
