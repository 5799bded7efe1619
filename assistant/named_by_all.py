"""Questions for who or what several outlets write about: "Which company, covered by the Gazette and the Tribune, ...?"

No single sentence answers them: each report tells a part. Each outlet named is searched by itself, and the answer is the name
that the sentences nearest to the question carry in all of them, or in most, and that the question does not name itself. Rules
choose it, every report's sentence that carries it is shown, and the model only weighs whether it is what was asked for.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.both_sides import source_line
from assistant.evidence import Evidence, neutral
from assistant.findings import Finding
from assistant.library import Library
from assistant.records import Status
from assistant.stated import Stated
from assistant.verify import missing_names
from assistant.words import content_stems, has_name, name_stems, names
from index.query import Mention
from index.records import Filter, Sentence

LOOKED_AT = 6  # passages of an outlet
NEAREST = 6  # sentences of an outlet that count
CLAUSE = 4  # content words from which what a question says of one outlet is searched for by itself
SURE = 0.5  # probability of Yes under which the name is not stated

_WHO = re.compile(
    r"\s*(?:and\s+|but\s+)?who\b|\b(?:which|what) (?:\w+ ){0,3}?(?:person|individual|figure|man|woman|player|coach|manager"
    r"|minister|official|president|politician|leader|singer|actor|actress|author|quarterback)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\s*(?:and\s+|but\s+)?(?:who|which|what)\b", re.IGNORECASE)
_PHRASE = re.compile(r"\b[^\W\d_a-z][\w’'&.-]*\w(?:\s+[^\W\d_a-z][\w’'&.-]*\w)*")
_POSSESSIVE = re.compile(r"[’']s?$")

Check = Callable[[str, str, str], float]  # passage, question, answer to the probability of Yes, 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A name that several outlets' sentences carry: as it is written out, and a sentence an outlet, the fullest name first."""

    name: str
    sentences: tuple[Sentence, ...]


def asks_what_all_name(question: str, mentions: Sequence[Mention]) -> bool:
    """Whether a question asks for a name and names two outlets or more to take it from."""
    return bool(_WHICH.match(question)) and len({mention.outlets for mention in mentions}) > 1


def find_shared(question: str, seen: Filter, library: Library) -> Shared | None:
    """The name the outlets share, with their sentences; None for another kind of question, or when they share none."""
    mentions = library.outlet_names().mentions(question)
    if not asks_what_all_name(question, mentions):
        return None
    nearest = [
        _nearest(question, outlets, text, seen, library) for outlets, text in _said_of(question, mentions).items()
    ]
    shared = _choose(question, nearest)
    return None if shared is None or _unknown(question, shared, library) else shared


def _said_of(question: str, mentions: Sequence[Mention]) -> Mapping[tuple[str, ...], str]:
    """Outlets -> what the question says after naming them, up to the next it names."""
    ends = [mention.start for mention in mentions[1:]] + [len(question)]
    found: dict[tuple[str, ...], str] = defaultdict(str)
    for mention, end in zip(mentions, ends, strict=True):
        found[mention.outlets] += f" {question[mention.end : end]}"
    return found


def _nearest(question: str, outlets: tuple[str, ...], text: str, seen: Filter, library: Library) -> list[Evidence]:
    allowed = {outlet.casefold() for outlet in seen.outlets}
    mine = tuple(outlet for outlet in outlets if not allowed or outlet.casefold() in allowed)
    if not mine:
        return []
    filter = Filter(since=seen.since, until=seen.until, outlets=mine)
    plain = library.outlet_names().find(question)[1]
    found: list[Evidence] = []
    for asked in (plain, *([text] if len(set(content_stems(text))) >= CLAUSE else ())):
        found += library.ranker.rank(asked, library.search(asked, LOOKED_AT, filter))[:NEAREST]
    return found


def _choose(question: str, nearest: Sequence[Sequence[Evidence]]) -> Shared | None:
    """The name carried for most outlets, at least two, then by how near its sentences are."""
    asked = name_stems(question)
    best: dict[str, dict[int, Evidence]] = defaultdict(dict)
    written: Counter[str] = Counter()
    for outlet, sentences in enumerate(nearest):
        for evidence in sentences:
            text = evidence.sentence.text
            phrases = [_POSSESSIVE.sub("", m[0]) for m in _PHRASE.finditer(text)]
            written.update(phrases)
            for word in {_POSSESSIVE.sub("", name) for name in names(text)}:
                if not has_name(word, asked) and _near(evidence) > _near(best[word].get(outlet)):
                    best[word][outlet] = evidence
    person = bool(_WHO.search(question))
    for word in sorted(best, key=lambda w: (-len(best[w]), -sum(map(_near, best[w].values())), w)):
        if len(best[word]) < min(2, len(nearest)):
            return None
        full = _written_out(word, written)
        if person and " " not in full:
            continue  # a person's full name stands in one of the reports
        carrying = sorted((e.sentence for e in best[word].values()), key=lambda s: full not in s.text)
        if full in carrying[0].text:
            return Shared(name=full, sentences=tuple(carrying))
    return None


def _near(evidence: Evidence | None) -> float:
    return evidence.coverage + evidence.cosine if evidence else -1.0


def _written_out(word: str, written: Counter[str]) -> str:
    """A name's word as part of its whole name: "Fried" is of "Sam Bankman-Fried"."""
    holding = Counter({phrase: n for phrase, n in written.items() if word in re.findall(r"[^\W_]+", phrase)})
    if not holding:
        return word
    usual = holding.most_common(1)[0][0]
    longer = [p for p in holding if p != usual and p.endswith(f" {usual}") and len(p.split()) <= 3]
    return max(longer, key=lambda p: (holding[p], p), default=usual)


def state_shared(question: str, shared: Shared, check: Check) -> Finding:
    """The name with each report's sentence, if the model's check agrees that it is what was asked for."""
    passage = " ".join(neutral(f"{source_line(s)}: {s.text}") for s in shared.sentences)
    sure = check(passage, question, shared.name)
    if sure < SURE:
        reason = f"the reports share the name {shared.name!r}, but the check gives it {sure:.0%}"
        return Finding(status=Status.NOT_STATED, reason=reason)
    words = [f"{shared.name} – ", *[""] * (len(shared.sentences) - 1)]
    stated = tuple(
        Stated(text=f"{word}{source_line(s)}: “{' '.join(s.text.split())}”", sentences=(s,))
        for word, s in zip(words, shared.sentences, strict=True)
    )
    return Finding(
        status=Status.ANSWERED, reason=f"named by every report cited; the check gives {sure:.0%}", stated=stated
    )


def _unknown(question: str, shared: Shared, library: Library) -> tuple[str, ...]:
    """Names of the question, its outlets apart, that none of the articles cited carries."""
    texts = [library.article(s.article_id) for s in shared.sentences]
    whole = " ".join(f"{a.source.title} {a.source.outlet or ''} {a.text}" for a in texts)
    return missing_names(library.outlet_names().find(question)[1], whole)
