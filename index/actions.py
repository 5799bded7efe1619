"""What happened to the people or things counted: the verbs and nouns of reporting on wars and disasters, by action.

Words for an action anywhere in a sentence stand in ACTIONS and are read in questions, too; words that mean one only beside a number
of people, bodies, weapons or money are read by `weak_action`. Nothing here names a war, a person or a figure.
"""

from __future__ import annotations

import re

_FEW = r"(?:\S+ ){1,6}?"  # what may stand between a verb and its particle: the number and what it counts
_RUBBLE = r"(?:the )?(?:\w+ )?(?:rubble|ruins|wreck(?:age)?|debris|mud|snow|sea|water|waves|river|flames|roofs?|tunnel|mine|building)"
ACTIONS = {
    "exchanged": r"exchang\w*|swap\w*|trad(?:ed|ing)|releas\w*|freed|free|freeing|liberat(?:ed|ion of)|amnest\w+|pardon(?:ed|s)?"
    r"|return\w*|repatriat\w*|extradit\w*|reunited"
    rf"|hand(?:ed|ing|s)? (?:over|back)|handed|hand(?:s|ing)? {_FEW}over|hand-?over|turn(?:ed|ing|s)? over|turned {_FEW}over"
    rf"|gave up|giv(?:e|es|ing|en) up|gave {_FEW}(?:back|up)"
    rf"|brought (?:home|back)|bring(?:s|ing)? (?:home|back)|br(?:ought|ing) {_FEW}(?:home|back)"
    r"|(?:came|comes?|coming|went|goes|going|gone|arrived|sent|gets?|got|flown|bussed|driven|welcomed|allowed|reached) (?:back|home)"
    r"|home\b(?! to\b|-)"
    rf"|received|receive|(?:got|gets?|getting|given|went|sent) back|(?:got|gets|getting) {_FEW}back"
    rf"|(?:went|going) the other way|transfer\w*|let (?:go|out)|let {_FEW}(?:go|out)\b|walk(?:ed|ing|s)? (?:free|out)"
    rf"|set (?:{_FEW})?free|sets? free"
    r"|(?:left|leave|leaving|out of|from|ended|end of) (?:\w+ ){0,2}?(?:prisons?|jails?|captivity|custody|detention)"
    r"(?! (?:camp|guard|official))"
    r"|(?:their|his|her|its|to|into|won|regain\w*|gain\w*|given) freedom|homecoming|surrendered (?=\d)|crossed back",
    "killed": r"kill\w*|dead|died|dies|dying|die\b|(?<!to )deaths?(?! (?:penalt|rows?\b|threats?|sentences?|squads?|certificates?))"
    r"|(?:beaten|hacked|burn\w*|stabbed|shot|crushed|froze|frozen|bled|stoned|tortured|trampled|starved|choked) to death"
    rf"|lives (?:were |have been |had been )?lost|loss of (?:\S+ ){{0,3}}?li(?:fe|ves)|(?:did|have|had) not survived?"
    rf"|mow(?:ed|n|ing) down|cut down"
    rf"|(?:burn\w*|buried|burnt) alive|put to death|blown (?:apart|to pieces)|lethal|deadly(?= (?:for|to))"
    rf"|slain|slaughter\w*|fatal\w*|(?:claim|tak|cost)(?:ed|ing|en|s)? {_FEW}lives"
    rf"|(?:took|cost) (?:\S+ ){{0,6}}?(?:lives|life)|lost {_FEW}(?:lives|life)|los(?:t|s of|ing) (?:their )?li(?:fe|ves)"
    r"|victims|drown\w*|perish\w*"
    r"|suffocat\w*|asphyxiat\w*|electrocut\w*|executi?(?:ed|ons?)|massacr\w*|murder\w*|assassinat\w*|behead\w*"
    r"|lynch(?:ed|ing)|hanged|gunned down|shot (?:\S+ ){0,5}?dead|succumbed|martyr(?:ed|s)|(?:death|body) (?:toll|count)|toll"
    r"|laid to rest|funerals?",
    "injured": r"injur\w*|wound\w*|hurt|maim\w*|hospitali[sz]ed|(?:in|to|into) (?:the )?hospitals?\b|needed (?:medical )?treatment"
    r"|(?:taken|rushed|brought|sent|carried|driven|flown|admitted|moved) (?:\S+ ){0,2}?to (?:\w+ ){1,3}?(?:hospitals?|clinics?)"
    r"|intensive care|lost (?:a limb|limbs|an? (?:arm|leg|eye))"
    r"|(?:given|got|received|sought|needed) (?:first|medical) (?:aid|help|care|attention)|shell[- ]shock\w*|concuss\w*"
    r"|treated for|suffered? (?:\w+ )?(?:burns|wounds|concussions?)|mutilated",
    "displaced": r"displac\w*|fled|flee|fleeing|evacuat\w*|homeless|uprooted|left (?:their|the)(?! (?:prison|jail))|driven (?:from|out)"
    r"|from their (?:homes|houses|villages|land)|exodus\w*"
    r"|(?:sought|seeking|seek|take|took|taken|taking|found) (?:shelter|refuge|asylum)|abandon(?:ed|ing)"
    r"|pour(?:ed|ing) (?:across|over|into|out)|stream(?:ed|ing) (?:across|over|into|out)"
    rf"|(?:ordered|told|forced|urged|made) {_FEW}to (?:leave|flee|run|move)"
    r"|moved (?:in)?to (?:\w+ )?(?:camps|shelters|safety)|lost their (?:homes|houses)|without (?:homes?|shelter|a roof)"
    rf"|resettled|relocated|expelled|forced out|forced {_FEW}out|(?:had|have|having) to (?:move|get out)|moved out|on the run|lost homes"
    r"|(?:chased|pushed|bombed|burned|thrown) (?:from|out of)"
    r"|(?:living|sleeping|housed|staying) in (?:\w+ ){0,2}?(?:tents?|camps?|shelters?|schools?|basements?)",
    "detained": r"arrest\w*|detain\w*|in detention|captur\w*|took prisoner|taken prisoner"
    rf"|(?:took|taken|take|taking) {_FEW}(?:prisoner|captive|hostage|into custody)|taken (?:hostage|captive|into custody)"
    r"|in custody|abduct\w*|kidnapp\w*|jailed|imprison\w*|intern(?:ed|ment)|rounded up"
    rf"|(?:put|thrown|placed) behind bars|sent (?:{_FEW})?to (?:prison|jail)|(?:haul|carri)(?:ed) (?:off|away)|apprehend\w*"
    r"|snatched|seized as hostages|locked up|remanded|handcuffed|hauled in|nabbed|in (?:police |the )?cells?|taken in for"
    r"|(?:were|was|been) (?:caught|seized by|picked up by)"
    r"|(?:put|thrown) (?:in|into) (?:prison|jail|cells?)",
    "launched": r"launch\w*|fired|fires|firing|lobb(?:ed|ing)|hurl(?:ed|ing)|unleash\w*|(?:volley|barrage|salvo)s? of|loos(?:ed|ing) off"
    r"|rained"
    r"|(?:attack|attacked|struck|strike|pounded|bombarded|hit|shelled) (?:\S+ ){0,5}?with "
    r"(?=(?:\w+ ){0,3}?\d|(?:more|at|about|some|over|dozens|hundreds|up|nearly|almost))"
    r"|swarms? of|(?:let|letting) (?:loose|off|fly)|aimed at|hail of",
    "intercepted": r"shot down|shoot(?:ing)? down|down(?:ed|ing)|intercept\w*|brought down|neutrali[sz]ed|shot out of|accounted for"
    rf"|repelled|jammed|suppressed|(?:brought|shot|took|knocked) {_FEW}down|(?:taken|knocked) (?:down|out of the (?:air|sky))"
    rf"|hit in (?:the air|flight)|parried",
    "destroyed": r"destr(?:oy\w*|uction of)|damag\w*|burn(?:ed|t) down|(?:went|gone|going) up in (?:flames|smoke)|gutted|torch\w*"
    r"|flatten(?:ed|ing)|razed|demoli\w*|wreck(?:ed|ing)|ruin(?:ed|ing)|level(?:l)?ed|knocked out"
    r"|out of (?:action|service|operation)|(?:swept|washed) away|wash(?:ing)? away"
    r"|reduced to (?:rubble|ruins|ashes)|collapsed|blown up|blew up|sank|sunk|sinking of|set (?:on fire|ablaze|alight)"
    r"|in ruins|crippled|disabled|wiped out|uninhabitable|unusable|smashed|obliterated|blown (?:out|away|apart|off)|caved in"
    r"|pulverised|pulveri[sz]ed|beyond repair|lost (?:its|their) (?:roofs?|windows?)",
    "missing": r"missing|unaccounted|not (?:yet )?(?:been )?found|(?:yet|still) to be found|(?:looking|search(?:ing|es)?|look|hunt) for"
    r"|(?:no|without) (?:trace|sign|word) (?:of|from)|vanish\w*|disappear\w*|feared trapped|lost contact with",
    "held": r"still held|remain(?:s|ed|ing)? in (?:captivity|custody|detention)|in captivity|being held|hold(?:s|ing)?"
    r"|held (?:captive|hostage|prisoner)|held by|behind bars|(?:left )?in (?:its|their|his) (?:hands|prisons|jails)"
    r"|captives left|languish\w*",
    "rescued": rf"rescu(?:e|es|ed|ing)|pulled (?:\S+ ){{0,4}}?(?:alive|from|out)"
    rf"|(?:brought|carried|dug|taken) (?:\S+ ){{0,4}}?(?:out )?alive"
    rf"|(?:freed|dug|dragged|lifted|cut|saved|picked|plucked|hauled|winched) (?:{_FEW})?(?:up )?(?:from|out of|off) {_RUBBLE}"
    r"|(?:brought|came|carried) ashore|(?:dug|hauled|lifted|winched) out|picked up (?:at|from the) sea|pluck(?:ed|ing)"
    r"|escap(?:ed|ing)|saved|found alive|(?:brought|led|taken) to safety",
    "recovered": r"recover(?:ed|y of)|exhum\w*|unearth\w*|dug up",
    "delivered": r"deliver\w*|distribut\w*|shipped|suppl(?:ied|ying)|airdropp?\w*|unloaded|handed out"
    r"|dispatch\w*|trucked|flown in|shipment of"
    r"|(?:brought|brings?|took) (?:in )?(?=[\d,]+ (?:tonnes|tons|trucks))",
    "funded": r"approv\w*|pledg\w*|donat\w*|fund(?:s|ed|ing)?|allocat\w*|budget\w*|spent|spend(?:ing)?|cost(?:s|ing)?|paid|pay"
    r"|financ\w*|granted|appeal\w*|raised|earmark\w*|set aside|disburs\w*|came up with|on the table|compensat\w*|invest(?:ed|ing|s)?"
    r"|committed|offer(?:ed|s)? (?=[$€£\d])|put up|collected",
}
_DEAD, _HURT = r"(?:dead|killed|deaths?|died)", r"(?:wounded|injured|hurt|injuries|missing)"
# A number of both together says nothing about either
MIXED = re.compile(rf"\b(?:{_DEAD} (?:and|or|and/or) {_HURT}|{_HURT} (?:and|or|and/or) {_DEAD})\b", re.IGNORECASE)
_ACTION = {name: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for name, pattern in ACTIONS.items()}
# Words too common to tell what a question is about, but telling beside a number of people, of things, of bodies, of money
_BESIDE_PEOPLE = tuple(
    (action, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for action, pattern in (
        (
            "killed",
            r"fell (?:in|at|on|during)|had fallen|have fallen|wiped out|crushed|eliminat\w+|neutrali[sz]ed|froze|picked off",
        ),
        ("injured", r"treated|suffered|burn(?:s|ed)"),
        (
            "displaced",
            r"cross(?:ed|ing)? (?:into|the border|over)|camped|camping|shelter(?:ed|ing)|sleeping (?:in|rough)|migrat\w+|on the move"
            r"|marched|escap(?:e|ing)|moved",
        ),
        ("missing", r"trapped"),
        ("detained", r"seized|picked up|round(?:ed|ing) up|dragged|taken away|whisked"),
        ("rescued", r"airlifted|found shelter"),
    )
)
# People whom no kind of KINDS names
_PEOPLE = re.compile(
    r"\b(?:famil(?:y|ies)|households?|inhabitants?|activists?|journalists?|reporters?|miners?|doctors?|medics?|nurses?|teachers?|farmers?|herders?|fisher\w+|politicians?|officials?|lawmakers?"
    r"|suspects?|separatists?|extremists?|convicts?|settlers?|pilgrims?|worshipp?ers?|users?|staff|employees?|volunteers?"
    r"|drivers?|lawyers?|diplomats?|relatives?|players?|immigrants?|seekers?|rescuers?|lives|members?)$",
    re.IGNORECASE,
)
_WEAPON = re.compile(
    r"\b(?:drones?|missiles?|rockets?|shells?|bombs?|projectiles?|mortars?|uavs?|warheads?|torpedoe?s?)\b",
    re.IGNORECASE,
)
_FLOWN = re.compile(
    r"\b(?:dropp(?:ed|ing)|used|targeted (?:by|with)|sent (?:\w+ ){0,6}?(?:towards?|at|into|over|against|across)|left launch\w*)\b",
    re.IGNORECASE,
)
_BURNED = re.compile(
    r"\b(?:burn(?:ed|t|ing)|shatter\w*|submerg\w*|inundat\w*|flooded|hit|struck|broken|buckled)\b", re.IGNORECASE
)
_THINGS = re.compile(
    r"\b(?:entered|arrived?|arriving|reached(?= (?:the|an?|[A-Z]))|sent|crossed|received?|got|brought|transfer\w*)\b",
    re.IGNORECASE,
)
_BODIES = re.compile(
    r"\b(?:found|pulled|retrieved|discovered|brought out|taken out|dug out|lay|collected)\b", re.IGNORECASE
)
_MONEY = re.compile(
    r"\b(?:gave|given|gives?|giving|receiv\w*|buy\w*|bought|aid|package|worth|lend|lent|loans?|provid\w*|promis\w*|contribut\w*|sent)\b",
    re.IGNORECASE,
)
_BOUGHT = re.compile(r"\b(?:buy|bought|buying|purchase[ds]?|ordered)\b", re.IGNORECASE)
_LOST = re.compile(r"\b(?:lost|losing|loss(?:es)? of)\b", re.IGNORECASE)
KIND_ACTION = {
    "dead": "killed",
    "wounded": "injured",
    "arrested": "detained",
    "displaced": "displaced",
    "missing": "missing",
}


def actions_in(phrase: str) -> frozenset[str]:
    """The actions named in a phrase."""
    return frozenset(name for name, pattern in _ACTION.items() if pattern.search(phrase))


def action_spans(text: str) -> list[tuple[int, int, str]]:
    """Where the words of actions stand in a text, and which action each is; "killed or wounded" is neither."""
    either = [m.span() for m in MIXED.finditer(text)]
    return [
        (m.start(), m.end(), name)
        for name, pattern in _ACTION.items()
        for m in pattern.finditer(text)
        if not any(start <= m.start() < end for start, end in either)
    ]


def weak_action(clause: str, counted: str, kinds: frozenset[str], role: str) -> str | None:
    """The action told by words that mean one only beside a number of money, bodies, weapons, people or things."""
    if role == "money":
        return "funded" if _MONEY.search(clause) or _ACTION["funded"].search(clause) else None
    if "dead" in kinds and _BODIES.search(clause):
        return "recovered"
    if _LOST.search(clause):
        return "killed" if kinds else "destroyed"
    if _WEAPON.search(counted) and _FLOWN.search(clause):
        return "launched"
    if kinds or _PEOPLE.search(counted):
        told = next((action for action, words in _BESIDE_PEOPLE if words.search(clause)), None)
        return None if told == "displaced" and "prisoner" in kinds else told  # who is led across a border does not flee
    if counted and _BURNED.search(clause) and not _WEAPON.search(counted):
        return "destroyed"
    return "funded" if _BOUGHT.search(clause) else "delivered" if _THINGS.search(clause) else None
