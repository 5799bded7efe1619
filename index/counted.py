"""What is counted: the kinds of people, and the noun phrase after a number.

The words are those of reporting on wars and disasters in general: nothing here names a war, a person or a figure.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index.actions import MIXED, actions_in
from index.days import MONTHS, WEEKDAYS

# What is counted. A figure of one kind never answers a question about another, unless one contains the other.
_DEMONYMS = r"(?!civilians)[a-z]{3,}ians|(?-i:[A-Z][a-z]+(?:eans|ans|ese|(?<!r)is))|kurds?|arabs?|turks?|serbs?|croats?|poles?|danes?|swedes?|finns?|czechs?|slovaks?|greeks?|uzbeks?|tajiks?|kazakhs?|jews|muslims|christians|foreigners?"
KINDS = {
    "prisoner": r"prisoners?|pows?|captives?|detainees?|hostages?|inmates?",
    "military": r"soldiers?|service(?:wo)?m[ae]n|service\s?members?|troops|combatants?|(?<!\d )fighters?|defenders?|military|army|militants?|police(?:wo)?m[ae]n|police|officers?|sailors?|marines?|insurgents?|rebels?|terrorists?|jihadists?|gunmen|guards?|conscripts?|recruits?|commandos?|reservists?|paratroopers?|militia(?:m[ae]n)?|peacekeepers?|troopers?|guardsm[ae]n|airm[ae]n",
    "civilian": r"civilians?|residents?|villagers?|bystanders?",
    "wounded": r"wounded|injured|hurt|injuries",
    "dead": r"dead|killed|deaths?|fatalit(?:y|ies)|bodies|body|remains|corpses?|died|slain|victims|fallen",
    "child": r"child(?:ren)?|kids?|youngsters?|schoolkids?|minors?|teenagers?|babies|baby|girls?|boys?|infants?|toddlers?|pupils?|schoolchildren|schoolgirls?|schoolboys?",
    "woman": r"women|woman|female|mothers?",
    "arrested": r"arrest(?:s|ed)?|detained|captured|detentions?",
    "displaced": r"refugees?|displaced|evacuees|evacuated|homeless",
    "missing": r"missing",
    "people": rf"people|ppl|persons?|individuals?|men|man|others?|nationals?|citizens?|workers?|passengers?|protest[eo]rs?|demonstrators?|students?|survivors?|victims?|patients?|migrants?|tourists?|mourners?|{_DEMONYMS}",
}
PERSONS = frozenset(KINDS)
_KIND = {name: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for name, pattern in KINDS.items()}
_DESIGNATED = re.compile(
    r"\S*\d\S*\s+(?:fighters?|bombers?|defenders?)\b", re.IGNORECASE
)  # F-16 fighters are no soldiers

# Counts of how the reporting is built, not of what happened: "the two sides", "three stages"
_STRUCTURE = re.compile(
    r"(?:(?:two|three|other|rebel|armed|militant|opposition|more|further|new|previous|main|whole|first|last|different|separate|joint|official|warring|(?-i:[A-Z][a-z]+)|such|direct|indirect|recent|earlier|similar|single) ){0,2}?"
    r"(?:sides?|countries|armies|governments?|delegations?|parties|movements?|factions?|stages?|(?<!mortar )(?<!artillery )(?<!tank )(?<!ammunition )rounds?(?! of (?:ammunition|artillery|mortar))|exchanges?|swaps?|times|figures?|numbers?|statements?|reports?"
    r"|talks|meetings?|accounts?|versions?|cautions?|heads|questions?|reasons?|halves|parts?|names?|directions?|ones|things?|mornings?|afternoons?|evenings?|occasions?)\b",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"(?:in|on|at|by|from|to|for|with|since|after|before|during|over|under|near|outside|inside|across|against|into|as|that|which|who|whom|whose|when"
    r"|while|where|were|was|is|are|be|been|being|had|has|have|having|will|would|could|may|can|did|do|does|said|says|told|each|apiece|including|among|amid"
    r"|between|than|but|or|because|came|went|more|back|home|so|it|he|she|they|we|i|if|died|fled|according|there|here|then|now|also|together|separately|arrived|apart|plus"
    r"|the|an?|this|these|those|his|her|its|their|our|still|yet|only|just|again|already|later|earlier|soon|well|not|never|no|nor|any|all|both|use|used"
    r"|containing|showing|depicting|featuring|about|regarding|concerning|describing|involving|holding|carrying|listing|documenting|belonging|displaying"
    r"|promised|pledged|agreed|planned|expected|foreseen|due|yesterday|today|tomorrow|overnight|daily|nightly|monthly|whilst|back|went|drove|flew|gave|got|made|put|ran|sank|sent|set|stood|stayed|swept|taken|threw|told|tore|turned|were|blew|broke|began|became|fought|found|held|led|kept|rose|crossed|entered|left|hit|went|took|need|lack|attacked|struck|flew|fell|survived|returned|escaped|lost|won|live|lived|lay|lie|remained|reached|surrendered|burned|landed|docked|sailed|anchored|remain|remains|stay|go|out|off|away|up|down|alive|free|prisoner$|captive$|hostage$)$",
    re.IGNORECASE,
)
_TIMES = frozenset({*(m.capitalize() for m in MONTHS), *(d.capitalize() for d in WEEKDAYS)})
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_NUMBER_OF = re.compile(r"^\s+(?:the|its|their) (?:total )?(?:number|count|tally|toll) of(?=\s)")
_OF_GROUP = re.compile(
    r"^\s+of (?:(?:them|whom|those|these|the (?P<noun>\w+))(?: were| are)?|its|their|his|her|our|(?:(?:the|more than|about|some|at least|almost|nearly) )*\d[\d,.]*)(?=[\s,;.])"
)
_HEAD_OF_GROUP = re.compile(r"[a-z]{2,}s|people|\w*men|children")
_PLURAL_NEXT = re.compile(r"\s(?!(?:was|is|has|as|across|towards|its|this|besides)\b)[a-z-]+s\b")
_SMALL = r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens|scores|hundreds|thousands"
# A verb in the past tense and the beginning of its object: whoever stands before it does something
_OBJECT = (
    rf"(?:(?:at least|more than|over|up to|as many as|about|around|some|nearly|almost|another|dozens|scores|hundreds|thousands|several|many|its|their|his|her|our|themselves|all|both|people|civilians|{_SMALL})\b"
    r"|(?:the|an?)\s(?!(?:same|next|previous|day|night|week|month|year|few|couple|hour|moment)\b)|\d[\d,.]*\b(?!\s(?:days?|weeks?|months?|years?|hours?|km|kilomet\w+|miles?|met(?:er|re)s)\b)"
    r"|(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)(?-i:[A-Z]))"
)
ACTS = re.compile(
    r"\s(?:(?:has|have|had|also|then|later|jointly|\w+ly)\s)*"
    r"(?!(?:fled|abandoned|needed|suffered|sustained|survived|escaped|received|crossed|reached|entered|boarded|returned|surrendered|regained|gained|recovered|tasted|lacked|awaited|remained|moved|arrived|visited|used|called|lived|died|headed|died|passed|followed|totall?ed|exceeded|numbered|vanished|changed|feared)\b)"
    rf"(?:[a-z]+ed|hit|struck|shot|took|held|put|set|blew|caught|fought|overran|sank|stole|threw|beat|broke|swept|tore|drove|brought|led|made|hurt)(?:\s(?:down|up|off|out|dead))?\s{_OBJECT}",
    re.IGNORECASE,
)
# A word after a plural noun that is its verb, not part of its name
_PLURAL = re.compile(r"(?:\w{2}(?<![us])s|men|women|people|children|police)$")
_PAST = re.compile(r"[a-z]{2,}(?:ed|ing)|blew|hid|shot|swam|swept|spent|caught|brought|hit|struck")
_MORE = re.compile(r"\s(?:more|extra)(?=\s(?!than\b)[a-z])")
_OF_THEM = re.compile(r"\s+of (?:them|whom|which|those|these)\b(?!\s(?:was|were|are|is)?\s?[a-z]+(?:s|men|ren)\b)")
_MAY_HAVE_OF = frozenset(
    [
        "prisoners",
        "members",
        "hundreds",
        "thousands",
        "dozens",
        "tens",
        "pairs",
        "boxes",
        "waves",
        "rounds",
        "tonnes",
        "tons",
        "barrels",
        "litres",
        "liters",
        "gallons",
        "sacks",
        "bags",
        "truckloads",
    ]
)
_HEAD = re.compile(
    rf"(?=(?:{'|'.join(KINDS.values())})$)(?:people|\w*men|children|troops|police|\w{{3,}}s)$", re.IGNORECASE
)
LONGEST = 7  # words


# People whom no kind of KINDS names, by what their noun ends in; and things that end so, too
_PEOPLE = re.compile(
    r"\b(?:famil(?:y|ies)|households?|inhabitants?|staff|lives|crew|arrivals|personnel|(?:security|armed|special|police|government) forces|members?|\w+(?:men|women|ers|ors|ists|ants|ents|ians|ees|crats|iffs|oners|ates|medics|guests|pupils|captives|suspects|convicts|relatives|chiefs|heads|aides|monks|clerics|priests|imams|nurses|pilots|spies))$",
    re.IGNORECASE,
)
_NO_PEOPLE = re.compile(
    r"(?:tankers|howitzers|trawlers|freighters|steamers|cruisers|destroyers|carriers|launchers|bombers|fighters|choppers|helicopters|copters|containers|computers|towers|bunkers|shelters|centers|generators|reactors|letters|posters|quarters|numbers|orders|borders|rivers"
    r"|papers|trailers|boosters|sensors|tractors|transformers|excavators|detectors|bulldozers|boulders|shutters|interceptors|mortars|counters|barriers|dollars|ambulances|transporters|lighters|burners|scooters|motors|doors|floors|corridors|sectors|craters"
    r"|plants|payments|restaurants|tents|apartments|settlements|parliaments|governments|documents|agreements|statements|incidents|accidents|events|cents|talents|continents|states|certificates|plates|rates|dates|estates|trees|degrees|committees|fees|matters|offers|powers|waters|fires"
    r"|centres|shipments|movements|elements|instruments|monuments|basements|investments|deployments|engagements|ranks|errors|monitors|grants|warrants)$",
    re.IGNORECASE,
)
_GOODS = re.compile(
    r"\b(?:trucks?|lorr(?:y|ies)|vehicles?|cars?|carriers|tanks?|jets?|fighters|helicopters?|planes?|ships?|boats|howitzers?|guns?|rifles?|weapons|launchers?|batteries|systems?|rounds|ambulances?|engines?|tractors|buses|wagons|railcars"
    r"|meals?|rations?|parcels?|packages?|packs?|kits?|tents?|blankets?|mattresses|stoves|boxes|crates|sacks|bags|pallets|containers?|cans|bottles|doses|vaccines|jabs|masks|beds|medicines|generators?|transformers|pumps|filters|books|convoys?|flights?|consignments?|shipments?|barrels|loaves|baskets|heaters|stretchers|(?:tonnes|tons|barrels|litres|sacks|bags)(?: of [\w -]+)?)$",
    re.IGNORECASE,
)
_ABOARD = re.compile(r"(?:aboard|on board)\b", re.IGNORECASE)
_WEAPON = re.compile(
    r"\b(?:drones?|missiles?|rockets?|shells?|bombs?|projectiles?|mortars?|uavs?|warheads?|torpedoe?s?|munitions?|unmanned \w+)\b",
    re.IGNORECASE,
)
_AIRCRAFT = re.compile(
    r"\b(?:(?:air|war)?planes?|(?:air|space)crafts?|jets?|helicopters?|choppers?|bombers?|fighters?|balloons?|gliders?|quadcopters?|copters?|targets?|objects?|satellites?|attacks?|\S*\d\S*)\b",
    re.IGNORECASE,
)
# Things that are called after people or after what befalls them: "police stations", "arrest warrants", "prisoner exchanges"
_THING = re.compile(
    r"\b(?:houses?|homes?|buildings?|apartments?|flats?|shelters?|stations?|posts?|outposts?|positions?|bases?|camps?|settlements?|centres?|centers?|hospitals?|schools?|barracks"
    r"|vehicles?|cars?|trucks?|lorr(?:y|ies)|tanks?|bus(?:es)?|trains?|planes?|aircraft|helicopters?|jets?|ships?|boats?|vessels?|drones?|missiles?|rockets?|shells?|bombs?|guns?|rifles?|weapons?|uniforms?"
    r"|clips?|videos?|photographs?|photos?|pictures?|images?|films?|recordings?|files?|documents?|letters?|books?|reports?|records?|accounts?|messages?|lists?|names|websites?"
    r"|warrants?|charges?|cases?|trials?|complaints?|requests?|certificates?|permits?|visas?|cells?|graves?|tombs?|coffins?|tents?|bags?|beds?|kits?|sites?|facilit(?:y|ies)|units?|convoys?|exchanges?|swaps?|raids?|attacks?)$",
    re.IGNORECASE,
)


@lru_cache(4_096)  # most phrases are single words, asked about again and again
def kinds_in(phrase: str) -> frozenset[str]:
    """The kinds named in a phrase: "22 severely wounded soldiers" -> wounded, military."""
    plain = _DESIGNATED.sub(" ", phrase) if any(c.isdigit() for c in phrase) else phrase
    plain = MIXED.sub(" ", plain)
    return frozenset(name for name, pattern in _KIND.items() if pattern.search(plain))


@lru_cache(1_024)  # by several rules about one number
def counts_things(counted: str) -> bool:
    """Whether a counted phrase is of things, whatever people stand in it: "police stations", "video clips"."""
    return bool(_THING.search(re.split(r"\s(?:of|and)\s", counted, maxsplit=1)[0].rstrip()))


def is_people(counted: str, kinds: frozenset[str]) -> bool:
    """Whether people are counted, be it by a noun that no kind names: "inhabitants", "dissidents"."""
    by_noun = _PEOPLE.search(counted) and not _NO_PEOPLE.search(counted)
    return bool(kinds or by_noun or _ABOARD.match(counted))


def names_things(counted: str, kinds: frozenset[str]) -> bool:
    """Whether a counted phrase is of things for sure: "police stations", "stalls"; not "Orvethi", who may be people."""
    plural = re.search(r"(?:^|\s)[a-z]+(?<!s)s$", counted)
    return counts_things(counted) or bool(plural and not is_people(counted, kinds))


@lru_cache(1_024)  # by several rules about one number
def classes_of(counted: str, kinds: frozenset[str]) -> frozenset[str]:
    """What is counted, as `index.actions.BESIDE` tells it apart."""
    if is_people(counted, kinds):
        return frozenset({"people", "bodies" if "dead" in kinds else "captives" if "prisoner" in kinds else "people"})
    if not counted:
        return frozenset({"uncounted", "things"})
    if _WEAPON.search(counted.split(" of ")[0]):
        return frozenset({"weapons", "things"})
    told = {"things", "built"} | ({"goods"} if _GOODS.search(counted) else set())
    return frozenset(told | ({"aircraft"} if _AIRCRAFT.search(counted) else set()))


def counted_phrase(text: str, end: int) -> str:
    """The words after a number up to the end of its noun phrase; "two of them children" gives "children"."""
    return _noun_phrase(text[end : end + 80])


@lru_cache(256)  # every rule about a number asks for its noun
def _noun_phrase(rest: str) -> str:
    if more := _MORE.match(rest):
        rest = rest[more.end() :]
    if named := _NUMBER_OF.match(rest):
        rest = rest[named.end() :]  # "bringing to 12 the number of bodies"
    if group := _OF_GROUP.match(rest):
        if group["noun"] and _HEAD_OF_GROUP.fullmatch(group["noun"]) and not _PLURAL_NEXT.match(rest, group.end()):
            return str(group["noun"])  # "nine of the drones were shot down"
        rest = rest[group.end() :]
    words: list[str] = []
    consumed = 0
    for match in _WORD.finditer(rest):
        gap = rest[consumed : match.start()]
        word = match.group(0)
        if gap.strip(" -‑") and not (not words and re.fullmatch(r"\s[A-Z][\w-]*\d+[\w-]*\s", gap)):
            break
        if len(words) >= LONGEST:
            break
        if word.lower() == "of":
            if not words:  # "dozens of pupils"
                consumed = match.end()
                continue
            if words[-1].lower() not in _MAY_HAVE_OF:
                break
        elif word.lower() == "and":
            following = _WORD.match(rest[match.end() :].lstrip())
            if not words or not following or not kinds_in(following.group(0)) or actions_in(following.group(0)):
                break
        elif (
            _STOP.match(word)
            or word in _TIMES
            or (words and kinds_in(" ".join(words)) and actions_in(word) and not kinds_in(word))
            or (words and _PLURAL.search(words[-1]) and _is_verb(word, gap + rest[match.start() :]))
        ):
            break
        if (
            words
            and _HEAD.match(words[-1])
            and word.lower() not in {"of", "and"}
            and not kinds_in(word)
            and "of" not in words
        ):
            break  # the noun is complete: "372 prisoners use this sum"
        words.append(word)
        consumed = match.end()
    if len(words) == 1 and words[0].endswith("ed") and actions_in(words[0]) and not kinds_in(words[0]):
        return ""  # "36 of them intercepted" has its verb there, not its noun
    return " ".join(words)


def structural(text: str, end: int) -> bool:
    """Whether the number that ends at `end` counts how the reporting is built ("two sides", "three stages"), not what happened."""
    return bool(_STRUCTURE.match(counted_phrase(text, end)))


def _is_verb(word: str, rest: str) -> bool:
    """Whether a word after a noun is its verb: "gunmen killed 20 people", "drones strayed"; "people killed" only names them."""
    return bool(ACTS.match(rest) or (_PAST.fullmatch(word) and not kinds_in(word)))


@lru_cache(256)  # by nearly every rule about one number
def noun_end(text: str, end: int) -> int:
    """Where the noun phrase after a number that ends at `end` does; "two of them" ends after the pronoun."""
    if of_them := _OF_THEM.match(text, end):
        return of_them.end()
    counted = counted_phrase(text, end)
    if not counted and (group := _OF_GROUP.match(text[end : end + 80])):
        return end + group.end()  # "four of the wounded"
    found = text.find(counted, end)
    return (found if found >= 0 else end) + len(counted)
