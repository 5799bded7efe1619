"""What happened to the people or things counted: the verbs, nouns and idioms of reporting on wars and disasters, by action.

Words that mean one action anywhere stand in ACTIONS and are read in questions, too. Words that mean one only beside a number of
people, bodies, weapons, things or money stand in BESIDE, a table of what is counted, what happened to it and how that is said.
Nothing here names a war, a person or a figure.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index.word_starts import IN_SENTENCES, Cues, WordStarts


def _any(*groups: str) -> str:
    """One pattern for any of the alternatives of several lines."""
    return "|".join(groups)


_FEW = r"(?:\S+ ){1,6}?"  # what may stand between a verb and its particle: the number and what it counts
_THEIR = r"(?:their|his|her|its)"
_RUBBLE = (
    r"(?:the )?(?:\w+ ){0,2}?(?:rubble|ruins|wreck(?:age)?|debris|mud|snow|sea|water|waves|river|flames|roofs?(?:tops?)?|tunnel|mine"
    r"|shaft|cave|building|house|hotel|school|tower|block|ship|boat|raft|trees?|well|ice|fire)"
)
_WOUNDS = r"(?:wounds|burns|injuries|cuts|bruises|fractures|concussions?|smoke inhalation)"
_LIMBS = r"(?:limbs?|arms?|legs?|eyes?|hands?|f(?:oo|ee)t|fingers|sight)"
_JAIL = r"(?:prisons?|jails?|captivity|custody|detention|cells?|dungeons?)"
_AT_SEA = r"(?:at sea|from the (?:sea|water|waves|river)|out of the (?:sea|water|waves|river))"
ACTIONS = {
    "exchanged": _any(
        r"exchang\w*|swap\w*|trad(?:ed|ing|e of)|releas\w*|freed|(?-i:free)|freeing|liberat(?:ed|ing|ion of)|amnest\w+|clemency",
        r"parol(?:ed|ing)|pardon(?:s|ed|ing)?|return\w*(?! fire\b)|repatriat\w*|extradit\w*|reunited|reunion of|reciprocat\w+",
        r"discharged from (?:\w+ )?custody",
        r"hand(?:ed|ing|s)? (?:over|back)|handed|hand(?:s|ing)? (?:\S+ ){1,10}?(?:over|back)|hand-?over",
        rf"turn(?:ed|ing|s)? over|turned {_FEW}over",
        rf"gave (?:up|back)|giv(?:e|es|ing|en) (?:up|back)|g(?:ave|iv(?:e|es|ing)) {_FEW}(?:back|up)|changed hands|relinquish\w*",
        rf"br(?:ought|ing(?:s|ing)?) (?:home|back)|br(?:ought|ing) {_FEW}(?:home|back)",
        rf"(?:sent|sends?|sending|let|flew) {_FEW}(?:home|back)\b",
        r"(?:came|comes?|coming|went|goes|going|gone|arrived|sent|gets?|got|flown|bussed|driven|welcomed|allowed|reached|"
        r"headed) (?:back|home)",
        rf"back (?:with|among) {_THEIR} (?:famil(?:y|ies)|relatives|loved ones|comrades)",
        rf"back (?:in|on) (?:{_THEIR} )?(?:own |native |home )(?:country|land|soil|countries)",
        r"(?<!\bat )(?<!\ba )(?<!nursing )(?<!care )(?<!family )home\b(?! to\b|-| (?:affairs|minister|ministry|secretary|office|"
        r"front|towns?|villages?|guards?|districts?|areas?)\b)",
        rf"received|receive|(?:got|gets?|getting|given|went|sent) back|(?:got|gets?|getting) {_FEW}back",
        rf"(?:went|going) the other way|transfer\w*|let (?:go|out)|let {_FEW}(?:go|out)\b",
        rf"(?:let|allow(?:ed|s)?) {_FEW}(?:to )?leave\b|walk(?:ed|ing|s)? (?:free|out)",
        rf"set (?:{_FEW})?(?:free|at liberty)|sets? free|open(?:ed|s)? the gates for",
        rf"(?:left|leave|leaving|out of|from|ended|end of|emerg(?:ed|ing) from) (?:\w+ ){{0,2}}?{_JAIL}(?! (?:camp|guard|"
        rf"official|cell|term))",
        rf"(?:{_THEIR}|to|into|won|regain\w*|gain\w*|given|recovered|tast\w+) (?:freedom|liberty)|homecoming",
        r"surrendered (?=\d)|crossed back",
    ),
    "killed": _any(
        r"kill\w*|dead|died|dies|dying|die\b|(?<!to )deaths?(?! (?:penalt|rows?\b|threats?|sentences?|squads?|certificates?))",
        r"slain|slay(?:ing|ings)|slaughter\w*|massacr\w*|murder\w*|assassinat\w*|behead\w*|lynch(?:ed|ing)|hanged",
        r"executi?(?:ed|ons?)|exterminat\w*",
        r"gunned down|shot (?:\S+ ){0,5}?dead|put to death|mow(?:ed|n|ing) down|cut down|blown (?:apart|to pieces)",
        r"bl(?:ew|own) (?:themselves|himself|herself) up",
        r"perish\w*|drown\w*|suffocat\w*|asphyxiat\w*|electrocut\w*|succumb\w*|martyr(?:ed|s)|victims|casualty toll",
        r"(?:beaten|hacked|burn\w*|stabbed|shot|crushed|froze|frozen|bled|stoned|tortured|trampled|starved|choked|poisoned|"
        r"bludgeoned|drank) to death",
        r"to (?:their|his|her) deaths?|(?:burn\w*|buried|burnt) alive|(?:death|body) (?:toll|count)|toll|lethal",
        r"deadly(?= (?:for|to))|fatal\w*|mortally|lives (?:were |have been |had been )?lost|loss of (?:\S+ ){0,3}?li(?:fe|ves)",
        rf"los(?:t|s of|ing) (?:{_THEIR} )?li(?:fe|ves)|lost {_FEW}(?:lives|life)",
        rf"(?:claim|tak|cost)(?:ed|ing|en|s)? {_FEW}lives|(?:took|cost) (?:\S+ ){{0,6}}?(?:lives|life)",
        rf"(?:with|gave|laid down) {_THEIR} (?:own )?li(?:fe|ves)",
        r"(?:did|have|had) not survived?|never (?:came|come|made it|returned|went) (?:back|home)|never (?:woke|came back)",
        r"(?:did not|didn[’']t|could not|never) ma[kd]e it|none (?:of (?:\w+ )?(?:\w+ ))?survived|laid to rest|funerals?",
        r"burials?|requiem|lifeless",
        rf"(?:took|taking) {_FEW}with (?:him|her|them)\b",
    ),
    "injured": _any(
        r"injur\w*|wound\w*|hurt|maim\w*|hospitali[sz]ed|mutilated|disfigured|shell[- ]shock\w*|concuss\w*|scald(?:ed|ing)",
        r"stretchered|(?:in|to|into) (?:the )?hospitals?\b|(?:to|in|into) (?:the )?emergency (?:room|ward|department)",
        r"needed (?:medical |hospital )?treatment",
        r"(?:taken|rushed|brought|sent|carried|driven|flown|admitted|moved|referred|"
        r"airlifted) (?:\S+ ){0,2}?to (?:\w+ ){1,3}?(?:hospitals?|clinics?)",
        r"intensive care|in (?:an? )?(?:\w+ ){0,2}?(?:critical|serious|grave|stable) condition",
        rf"fight(?:ing)? for {_THEIR} li(?:fe|ves)|between life and death",
        rf"(?:lost|lose|losing) (?:an?|one|both|{_THEIR})? ?{_LIMBS}|cost {_FEW}(?:an|a|{_THEIR}) {_LIMBS}|amputat\w+",
        r"(?:given|got|received|sought|needed|required?) (?:first|medical|hospital|surgical) (?:aid|help|care|attention|treatment)",
        r"treated for|(?:in|for|needed) surgery",
        rf"(?:with|suffer(?:ed|ing)?(?: from)?|sustain(?:ed|ing)|nursing|tended|caus(?:ed|ing)) (?:\S+ ){{0,3}}?{_WOUNDS}",
    ),
    "displaced": _any(
        r"displac\w*|fled|flee|fleeing|evacuat\w*|homeless|uproot\w*|exodus\w*|abandon(?:ed|ing)|resettl(?:ed|ement of)",
        r"relocat(?:ed|ing|ion of)|expelled|expulsions? of|evict\w*|banish\w*|exiled|into exile|in exile|ethnically cleansed",
        r"left (?:their|the)(?! (?:\w+ )?(?:prison|jail|room|table|talks?|meeting|hall|hospital|party|coalition|government|army|"
        r"force|port|stage)\b)",
        r"dr(?:iven|ove|iving) (?:from|out|off)",
        r"(?:from|out of|to leave|leaving|leave|quit|lost) (?:their|his|her) (?:\w+ )?(?:homes|houses|villages|land|towns?|farms)",
        r"lost homes|(?:sought|seeking|seek|take|took|taken|taking|found|finding) (?:\w+ )?(?:shelter|refuge|asylum|sanctuary)",
        r"(?:pour|stream|flood|spill|trickl)(?:ed|ing) (?:across|over|into|out|towards?)",
        rf"(?:order(?:ed|ing|s)|t(?:old|ells|elling)|forc(?:ed|ing|es)|urg(?:ed|ing|es)|made|mak(?:es|ing)|warn(?:ed|ing|s)|"
        rf"advis(?:ed|ing|es)|compell(?:ed|ing)|instruct(?:ed|ing)) {_FEW}(?:to (?:leave|flee|run|move|clear|go|get|pack|head)|"
        rf"into the open)",
        r"to (?:clear|get|move|pull) out\b|moved (?:in)?to (?:\w+ )?(?:camps|shelters|safety)",
        r"without (?:homes?|shelter|a roof)|roof over",
        rf"forc(?:ed|ing) (?:{_FEW})?(?:out|off)|(?:had|have|having) to (?:move|get out|leave)|moved out|on the run",
        r"spen[dt](?:ing)? (?:the|their|another|a) nights? (?:in|out\w*|under|at|on)\b",
        r"(?:chased|pushed|bombed|burned|thrown|hounded|washed) (?:from|out of)",
        rf"sen(?:t|d|ding) {_FEW}(?:running|fleeing|scrambling|packing|scurrying)|trek(?:k?ed|king)",
        r"(?:unable|waiting|afraid) to (?:return|go) home",
        r"(?:liv(?:e|es|ed|ing)|sle(?:ep|pt)(?:ing)?|housed|stay(?:ed|ing)?|lodged|crammed|packed|huddl(?:ed|ing)|crowd(?:ed|"
        r"ing)|put up) (?:\w+ ){0,2}?(?:in|into|under|with|at|by) (?:\S+ ){0,2}?(?:tents?|camps?|shelters?|schools?|basements?|"
        r"tarpaulins?|relatives|host families|strangers|the open|the streets?|gyms?|stadiums?|churches|mosques)",
    ),
    "detained": _any(
        r"arrest\w*|detain\w*|in detention|captur\w*|abduct\w*|kidnapp?\w*|jail(?:ed|ing|s)|imprison\w*|incarcerat\w*",
        r"intern(?:ed|ment)|hostage-taking|apprehend\w*",
        rf"took prisoner|taken prisoner|(?:took|taken|takes?|taking) {_FEW}(?:prisoner|captive|hostage|into custody)",
        r"taken (?:hostage|captive|into custody)",
        r"in custody|rounded up|snatched|seized as hostages|locked up|remanded|handcuffed|hauled in|nabbed|collared",
        r"in (?:police |the )?cells?|under house arrest|(?:put|thrown|placed) (?:behind bars|in(?:to)? (?:prison|jail|cells?))",
        rf"sent(?:enced)? (?:{_FEW})?to (?:\S+ ){{0,3}}?(?:prison|jail)|(?:prison|jail) (?:terms?|sentences?)",
        r"sentenced to (?!death)(?:\S+ ){0,4}?(?:\d+|life|years)\b",
        rf"(?:handed|given|gave|giving) (?:down )?(?:{_FEW})?(?:terms|sentences)\b",
        r"(?:haul|carri|march)(?:ed) (?:off|away)|carted off|bundled into|taken in for",
        r"(?:held|wanted|brought in|being held) for questioning|(?:being|been|were|was) (?:questioned|interrogated)",
        r"(?:were|was|been) (?:caught|seized by|picked up by)|(?:f[ea]ll(?:en|ing)?|delivered) into (?:the )?(?:\S+ ){0,3}?hands",
    ),
    "launched": _any(
        r"launch\w*(?! (?:an?|the|its|their|his|pads?|sites?) (?!(?:\w+ ){0,2}?(?:drones?|missiles?|rockets?)))|fired",
        r"fires|firing|lobb(?:ed|ing)|hurl(?:ed|ing)|unleash\w*",
        r"(?:volley|barrage|salvo|fusillade)s? of|swarms? of|hail of|loos(?:ed|ing) off|rained",
        r"(?:let|letting) (?:loose|off|fly)|aimed at|directed at",
        r"(?:attack|attacked|struck|strike|pounded|bombarded|hit|shelled|raid|raided|targeted|showered|"
        r"pummell?ed) (?:\S+ ){0,5}?with (?=(?:\w+ ){0,3}?\d|(?:more|at|about|some|over|dozens|hundreds|up|nearly|almost))",
    ),
    "intercepted": _any(
        r"shot down|shoot(?:ing|s)? down|down(?:ed|ing)|intercept\w*|brought down|neutrali[sz]ed|shot out of|accounted for",
        r"parried|repelled|jammed|suppressed",
        rf"(?:brought|shot|took|knocked) {_FEW}down|(?:taken|knocked|blasted|swatted) (?:down|out of the (?:air|sky))",
        r"hit in (?:the air|flight)",
    ),
    "destroyed": _any(
        r"destroy(?:s|ed|ing)?\b|destruction of|damag\w*|gutted|torch(?:ed|ing|es)|flatten(?:ed|ing|s)|razed|demoli\w*",
        r"wreck(?:ed|ing|s)|ruin(?:ed|ing|s(?= \d))|level(?:l)?ed",
        r"laid waste|collaps(?:ed|ing)|collapse of|smashed|obliterated|pulveri[sz]ed|crippled|disabled|wiped out|knocked out|caved in",
        r"bl(?:ew|own) (?:up|out|away|apart|off)",
        r"burn(?:ed|t) (?:down|out|to the ground)|(?:went|gone|going|go) up in (?:flames|smoke|a fireball)",
        r"set (?:on fire|ablaze|alight)|set fire to|caught fire|consumed by|charred",
        rf"set {_FEW}(?:on fire|ablaze|alight)",
        r"out of (?:action|service|operation|use|commission|order)|(?:swept|washed) away|wash(?:ing)? away|sank|sunk",
        r"sinking of|capsized|derailed|torpedoed",
        r"reduced (?:\S+ ){0,6}?to (?:rubble|ruins|ashes|cinders|shells)|in (?:ruins|ashes|rubble|flames)",
        r"(?:tore|torn|ripped|tearing|ripping) (?:off|apart|down|through|up)",
        r"uninhabitable|unusable|beyond (?:repair|saving)|(?:lost|ripped|tore|torn) (?:its|their|the) (?:roofs?|windows?)",
        r"roofless|written off|no longer (?:stands?|usable|habitable)",
    ),
    "missing": _any(
        r"missing|unaccounted|not (?:yet )?(?:been )?(?:found|traced|located)|(?:yet|still) to be (?:found|located|accounted)",
        r"(?:looking|search(?:ing|es|ed)?|look|hunt(?:ing|ed)?) (?:(?:is|was|are|were|has|went|goes|going|under|way|on|begun|"
        r"continued|continues|launched|began|also) ){0,3}for",
        r"(?:no|without|lost) (?:trace|sign|word|sight|track) (?:of|from)|vanish\w*|disappear\w*",
        r"feared (?:trapped|buried|lost)|lost at sea",
        r"(?:lost |loss of )?contact (?:with|to) (?=.*\blost\b)|lost contact with|not (?:been )?(?:seen|heard (?:of|from))",
        r"whereabouts|(?:fate|search) of (?=(?:\S+ ){0,3}?\d)",
        r"hopes? (?:(?:is|are|was|were|has|have) )?(?:fad(?:ed|ing)|wan(?:ed|ing)|dwindl\w+|dim\w*|running out|for)",
        r"failed to (?:return|come home)",
        r"(?:under|beneath|trapped in|buried in) (?:\S+ )?(?:the|tons of|tonnes of) (?:\w+ )?(?:rubble|debris|ruins|collapsed|"
        r"mud|snow|wreckage)",
    ),
    "held": _any(
        r"still held|(?:remain(?:s|ed|ing)?|been|still) in (?:captivity|custody|detention|prison|jail)|in captivity",
        rf"being held|held (?:since|without|incommunicado|on charges|in (?:the|an?|secret|(?:\S+ ){{0,3}}?{_JAIL}))",
        r"hold(?:s|ing)?(?! (?:an?|the|talks|elections?|out|up|back|off|on|its|their)\b)",
        r"held (?:captive|hostage|prisoner)|held by|behind bars",
        rf"(?:left )?in {_THEIR} (?:hands|prisons|jails|power|grip|clutches|custody)|"
        r"(?<!fallen )(?<!fell )in (?:enemy|rebel|militant|(?-i:[A-Z])\w+) hands",
        rf"captives left|languish\w*|awaiting trial|(?:rot|rotting|sit|sitting|kept) in (?:\S+ ){{0,4}}?{_JAIL}",
        r"on death row|serving (?:\S+ ){0,3}?(?:sentences?|terms?)",
        rf"ke(?:pt|eps?|eping) {_FEW}(?:prisoner|captive|hostage|locked up|in custody|behind bars)",
    ),
    "rescued": _any(
        r"rescu(?:e|es|ed|ing)|pulled (?:\S+ ){0,8}?(?:alive|from|out)",
        r"(?:brought|carried|dug|taken|found|got) (?:\S+ ){0,4}?(?:out )?(?:alive|unharmed|unhurt|unscathed)",
        rf"(?:freed|dug|dragged|lifted|saved|picked|plucked|hauled|winched|fished|extricated|fre(?:e|"
        rf"eing)) (?:{_FEW})?(?:up )?(?:from|out of|off) {_RUBBLE}",
        rf"cut (?:{_FEW})?(?:from|out of) {_RUBBLE}|(?:brought|came|carried) ashore|(?:dug|hauled|lifted|winched|brought) out",
        rf"(?:picked|fished|hauled|scooped) (?:{_FEW})?(?:up )?{_AT_SEA}|pluck(?:ed|ing)",
        rf"(?:took|taken|pulled|hauled) (?:{_FEW})?(?:aboard|on board)",
        rf"escap(?:ed|ing)|got away|saved|(?:brought|led|taken|carried|ferried|guided) (?:{_FEW})?to safety",
        r"(?:made it|climbed|brought|lifted) (?:back )?(?:to the surface|out (?:alive|safely))|extricat\w+",
    ),
    "recovered": _any(
        r"recover(?:ed|ing|y of)|exhum\w*|unearth\w*|dug up|retriev\w+|disinterred",
    ),
    "delivered": _any(
        r"deliver\w*|distribut\w*|shipped|shipments? of|consignments? of|suppl(?:ied|ying)|airdropp?\w*|parachuted",
        r"unloaded|handed out|hands? out|handing out|dol(?:ed|ing) out",
        r"dispatch\w*|trucked|flown in|(?:brought|brings?|took) (?:in )?(?=[\d,]+ (?:tonnes|tons|trucks))",
    ),
    "funded": _any(
        r"approv\w*|pledg\w*|donat\w*|fund(?:s|ed|ing)?|allocat\w*|budget\w*|spent|spend(?:ing)?|cost(?:s|ing)?|paid|pay",
        r"financ\w*|granted|appeal\w*|raised|earmark\w*",
        r"set aside|disburs\w*|came up with|on the table|compensat\w*|invest(?:ed|ing|s)?|committed",
        r"offer(?:ed|s)? (?=[$€£\d])|put up|collected",
    ),
}
_DEAD, _HURT = r"(?:dead|killed|deaths?|died)", r"(?:wounded|injured|hurt|injuries|missing)"
# A number of both together says nothing about either
MIXED = re.compile(rf"\b(?:{_DEAD} (?:and|or|and/or) {_HURT}|{_HURT} (?:and|or|and/or) {_DEAD})\b", re.IGNORECASE)
_ACTION = {name: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for name, pattern in ACTIONS.items()}
_ACTION_STARTS = WordStarts(MIXED, *_ACTION.values(), among=IN_SENTENCES)
_MOVED = r"sent|went|g[ai]ven?|flew|flown|dr(?:o|i)ven?|buss?ed|landed|touched down|arrived|crossed|board(?:ed|ing)|stepped off"
# What is counted, what happened to it, and the words that say so beside it; the first row that holds is the answer
BESIDE = (
    ("bodies", "recovered",
        r"f(?:ou|i)nd|pulled|discover\w*|brought (?:out|up|in)|taken out|dug out|collected|lay|turned up|picked up|came across|fished|"
        r"washed (?:up|ashore)|mass graves?|stumbled|counted"),
    ("bodies", "exchanged", r"went to|sent to|g[ai]ven? to|got|crossed"),
    ("captives", "exchanged", rf"{_MOVED}|emerg(?:ed|ing)|discharged|moved to|got|let through"),
    ("captives", "held",
        r"still (?:in|inside|with|there|alive|underground|\d)|there (?:are|were) still|"
        r"ke(?:eps?|pt|eping)|remain(?:s|ed|ing)? (?:in|underground|inside)|in the hands of"),
    ("weapons", "intercepted",
        r"took out|taken out|picked off|stopped|thwart\w*|foil(?:ed|ing)|scrambl\w*|deflect\w*|diverted|fended off|"
        r"beat(?:en)? (?:off|back)|strayed|off course|swatted|defen[cs]es? (?:\w+ )?(?:destroyed|hit|eliminated|claimed)|"
        r"destroyed by (?:the )?(?:air|missile) defen[cs]es?"),
    ("weapons", "launched",
        r"sen(?:t|ds?|ding) (?:\S+ ){1,6}?(?:at|against|over|across)\b|dropp(?:ed|ing)|used|using|targeted (?:by|with)|"
        r"(?:waves?|attacks?|assaults?|raids?|onslaughts?|strikes?) (?:\w+ )?(?:of|by|from|with|using|involving)|"
        r"carried out (?:\w+ )?with|under (?:attack|fire) from|"
        r"sent (?:(?:\w+ ){0,6}?(?:towards?|at|into|over|against|across)|flying|crashing|screaming)|"
        r"sent (?:\S+ ){1,6}?(?:crashing|flying|slamming|screaming)|left launch\w*|flew|flown|took off|threw|thrown|expended|"
        r"in the air"),
    ("people", "rescued",
        r"(?:trawlers?|ships?|boats?|vessels?|freighters?|coast ?guards?|navy|lifeboats?|helicopters?|ferry)\b.{0,40} "
        r"(?:picked up|took up|took in)|"
        r"picked up by (?:an? |the )?(?:\w+ )?(?:tanker|trawler|ship|boat|vessel|freighter|coast ?guard|navy|lifeboat|helicopter)s?"),
    ("people", "killed",
        r"fell (?:in|at|on|during|to)|(?:had|have) fallen|wiped out|crushed|eliminat\w+|liquidat\w+|neutrali[sz]ed|froze|"
        r"picked off|struck down|mourn(?:ed|ing|s)|was mourned|burn(?:ed|t) in"),
    ("people", "injured",
        r"treated|suffered|burn(?:s|ed)|tended|overcome by|poison(?:ed|ing)|sickened|stabbed|beaten|mauled|gassed|blinded|"
        r"paralysed|crippled|bruised|operated on|shot in|(?:was|were|been|being) admitted|admitted (?:to|with|for)|"
        r"(?:hospitals?|clinics?|wards?|doctors)\b.{0,40}? admitted"),
    ("people", "displaced",
        r"cross(?:ed|ing)? (?:into|over|the (?:border|frontier)|the \w+ (?:in)?to)|"
        r"camped|camping|shelter(?:ed|ing)|sleeping (?:in|rough)|migrat\w+|"
        r"on the (?:move|road)|marched (?:out|away|to the border)|escap(?:e|ing)|moved|"
        r"(?:stay|liv)(?:ed|ing) with (?:relatives|famil\w+|friends|host\w*)|cut off from|"
        r"head(?:ed|ing) (?:for|north|south|east|west)|deported|ousted|leaving by|left by|reach(?:ed|ing) (?:the|a) camps?|"
        r"arriv(?:ed|ing|als)|(?:remain\w*|still|left) in (?:\S+ )?(?:camps?|shelters?|tents?)"),
    ("people", "missing", r"trapped|lost|stranded"),
    ("people", "detained",
        r"seized|caught(?! (?:in|up|fire|between|out)\b)|picked up|round(?:ed|ing) up|dragged|took away|taken away|whisked|"
        r"nett(?:ed|ing)|swept up|swoop\w*|crackdown|dragnet|charged|(?:were|was|been) taken"
        r"(?! (?:to|into|in|out|off|ill|on|aback|for|home|care|aboard|across|over|through|up|down|there|north|south|east|west)\b)|"
        r"led away|marched (?:off|out of)|carried off|surrounded and taken"),
    ("people", "held", r"in the hands of"),
    ("people", "rescued", r"airlifted|found shelter|lifted off|brought to"),
    ("built", "destroyed",
        r"burn(?:ed|t|ing)|shatter\w*|submerg\w*|inundat\w*|flooded|hit|struck|broken|buckled|swallow\w*|devour\w*|ate|engulf\w*|buried|toppl\w*|"
        r"crack\w*|crumbl\w*|lies? in|lay in|fell|fallen|gave way|bombed|shelled|vandali[sz]ed|riddled|peppered|under water|tore|"
        r"exploded|crashed|taken out|took out|lost|losing|loss(?:es)? of"),
    ("weapons", "delivered", r"g[ai]ven?|giv(?:es|ing)|sent|send(?:s|ing)?|receiv\w*|provid\w*|promis\w*|transfer\w*"),
    ("goods", "delivered",
        r"promis\w*|offer\w*|g[ai]ven?|giv(?:es|ing)|carried|"
        r"landed|docked|(?:let|allowed|waved|gets?|got|went|passed|rolled|came|drove) (?:in|through|into)|provid\w*|serv(?:ed|es|ing)"),
    ("things", "delivered",
        r"entered|entry of|send(?:s|ing)?|arriv(?:ed|es|ing)|reached(?= (?:the|an?|(?-i:[A-Z])))|sent|crossed|received?|receiving|"
        r"got(?! (?:through|away|back|out)\b)|brought|transfer\w*|(?:let|allowed) (?:in|through)"),
    ("things", "funded", r"buy|bought|buying|purchase[ds]?|ordered"),
)  # fmt: skip
_BESIDE = tuple(re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for _, _, words in BESIDE)
_BESIDE_CUES = Cues(**{str(row): pattern for row, pattern in enumerate(_BESIDE)})
# People who are called after what they do or what befell them: "detainees", "kidnappers"
_WHO = re.compile(r"(?:[ntup]ee|killer|murderer|kidnapper|abductor|captor|assassin|executioner)s?$", re.IGNORECASE)
_HANDED = re.compile(r"receiv\w*|transfer\w*|handed|return\w*|sent", re.IGNORECASE)
_PLEDGED = re.compile(r"pledg|donat|offer|commit", re.IGNORECASE)
_LOST = re.compile(r"\b(?:lost|losing|loss(?:es)? (?:of|at|to))\b", re.IGNORECASE)
_IN_FLIGHT = re.compile(
    r"\b(?:air[- ](?:force|defen[cs]es?)|anti-?aircraft|missile defen[cs]es?|defen[cs]es|interceptors?|in the air|in flight|mid-?air"
    r"|airspace|incoming|overnight|over)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\b(?:gave|given|gives?|giving|receiv\w*|buy\w*|bought|aid|package|lend|lent|loans?|provid\w*|promis\w*|contribut\w*|relief|grant"
    r"|reconstruction|rebuild\w*)\b",
    re.IGNORECASE,
)
_NOT_FUNDED = re.compile(
    r"\b(?:damages?|damaged|loss(?:es)?|stol\w+|theft|robb\w+|loot\w*|fined|fines?|bount(?:y|ies)|rewards?|ransom|debts?|smuggl\w+"
    r"|seized|barrel|revenues?|exports?|profits?|prices?|valued|sold|sales?|selling|earn\w*|wages?|salar(?:y|ies)|bail|bond|prizes?|incomes?)\b",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:appeals?|donors?|funding|budget|(?:response|relief|aid|humanitarian) plan|covered)\b", re.IGNORECASE
)
_OF_THINGS = frozenset({"launched", "intercepted", "destroyed"})  # never said of people, who may do it
Action = tuple[int, int, str]  # where the words of an action begin and end, and which it is
KIND_ACTION = {
    "dead": "killed",
    "wounded": "injured",
    "arrested": "detained",
    "displaced": "displaced",
    "missing": "missing",
}


@lru_cache(4_096)  # most phrases are single words, asked about again and again
def actions_in(phrase: str) -> frozenset[str]:
    """The actions named in a phrase."""
    return frozenset(name for name, pattern in _ACTION.items() if pattern.search(phrase))


def action_spans(text: str) -> list[Action]:
    """Where the words of actions stand in a text, and which action each is; "killed or wounded" is neither, "detainees" are people."""
    either, *told = _ACTION_STARTS.find(text)
    return [
        (m.start(), m.end(), name)
        for name, found in zip(_ACTION, told, strict=True)
        for m in found
        if not any(mixed.start() <= m.start() < mixed.end() for mixed in either) and not _WHO.search(m[0])
    ]


def opening_actions(phrase: str) -> list[Action]:
    """The actions whose words a phrase begins with, as `action_spans` would tell them."""
    either, *told = _ACTION_STARTS.match(phrase)
    if either:
        return []
    return [(0, m.end(), name) for name, m in zip(_ACTION, told, strict=True) if m and not _WHO.search(m[0])]


def weak_action(clause: str, classes: frozenset[str], role: str) -> str | None:
    """The action told by words that mean one only beside what is counted; `classes` are those of BESIDE that it belongs to."""
    if role == "money":
        funded = _MONEY.search(clause) or _ACTION["funded"].search(clause) or not _NOT_FUNDED.search(clause)
        return "funded" if funded else None
    if role == "share" and not classes & {"people", "weapons"}:
        return "funded" if _PLAN.search(clause) else None
    if "people" in classes and _LOST.search(clause):
        return "killed"
    for row in sorted(map(int, _BESIDE_CUES.of(clause))):
        what, action, _ = BESIDE[row]
        # who is led across a border does not flee
        if what in classes and not (action == "displaced" and "captives" in classes) and _BESIDE[row].search(clause):
            return action
    return None


def fits(action: str, classes: frozenset[str]) -> bool:
    """Whether an action can be said of what is counted: nobody shoots people down or funds them."""
    if action == "funded":
        return not classes & {"people", "uncounted"}
    return action not in _OF_THINGS or "people" not in classes


def fitted(action: str, verb: str, classes: frozenset[str], clause: str) -> str:
    """An action as it is said of what is counted: goods that are pledged are delivered, houses brought down are destroyed."""
    if action == "exchanged" and _HANDED.match(verb) and "uncounted" not in classes and "people" not in classes:
        return "delivered"
    if action == "funded" and "goods" in classes and _PLEDGED.match(verb):
        return "delivered"
    if action == "destroyed" and "weapons" in classes and _IN_FLIGHT.search(clause):
        return "intercepted"
    if action == "intercepted" and not classes & {"weapons", "aircraft", "uncounted"}:
        return "destroyed"
    return action
