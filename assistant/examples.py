"""Questions to begin with, made from what is indexed: what is counted most, who is named most, which day is the newest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from assistant.words import names
from index.days import MONTHS, spell
from index.records import CorpusFacts, Listed

MOST = 5
_NOUNS = {
    "prisoner": "prisoners",
    "child": "children",
    "woman": "women",
    "civilian": "civilians",
    "military": "soldiers",
}
TIMES = frozenset(MONTHS) | {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
Counted = Sequence[tuple[frozenset[str], str]]  # kinds of people and what happened to them, as Corpus.counted_most


def examples(facts: CorpusFacts, counted: Counted, listed: Iterable[Listed]) -> tuple[str, ...]:
    """At most five questions, none twice; () for an empty index. `listed`: the newest articles."""
    if not facts.articles:
        return ()
    titles = [article.source.title for article in listed]
    told = Counter(name for title in titles for name in dict.fromkeys(names(title)) if _is_name(name, title))
    named = [name for name, _ in told.most_common(6)]
    actions = list(dict.fromkeys(action for _, action in counted if action != "held"))
    asked = [f"How many {_noun(counted, action)} have been {action} so far?" for action in actions[:1]]
    asked += [f"How many {_noun(counted, action)} were reported {action}?" for action in actions[1:2]]
    if facts.newest:
        asked.append(f"What happened on {spell(facts.newest)}?")
    asked += [f"What is reported about {name}?" for name in named[:1]]
    if facts.outlets and len(named) > 1:
        asked.append(f"What does {facts.outlets[0]} say about {named[1]}?")
    asked += [f"What is reported about {name}?" for name in named[2:]]
    return tuple(dict.fromkeys(asked))[:MOST]


def _noun(counted: Counted, action: str) -> str:
    """Who is counted most with an action, by the narrowest name."""
    kinds = [kind for held, happened in counted if happened == action for kind in sorted(held)]
    return next((_NOUNS[kind] for kind in kinds if kind in _NOUNS), "people")


def _is_name(name: str, title: str) -> bool:
    """Not a month or a weekday, and not merely capitalised because it opens the title."""
    return name.lower() not in TIMES and not title.startswith(name)
