"""Which figure answers a question: every compatible figure weighed by how well it fits, reports of one figure taken together.

Pure functions over figures and the scores of their sentences; nothing here asks a model or reads an index.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.count import BOTH, REVISED, SPECIFIC, CountQuestion, compares, undisclosed
from assistant.evidence import Evidence
from assistant.giving import differ, giver_of
from assistant.question_kinds import asked_speaker
from assistant.totals import Stated, according, amount, on_day
from assistant.words import content_stems, has_name, name_stems, names
from index.actions import KIND_ACTION
from index.days import WEEKDAYS, spell
from index.figures import Figure, actions_in, kinds_in
from index.numbers import find_numbers, plain
from index.records import Sentence

NEARNESS = 2.0  # weight of a sentence's place in the ranking: with it the right figure is first for 78 % of 58 questions, among three for 93 %
LEAD = 0.12  # by how much the best claim of a day must fit better than the next for the days to be added up
FLOOR = 1.15  # the least fit of a claim that code may propose
PROPOSED = 2  # claims that are put to the check, the best-fitting first
POORER = 0.25  # how much less a sentence may fit than the best one and still be shown in its place
CROWD = 3  # numbers in one sentence from which it is a list, a poor witness for any one of them
DAYS_ADDED = timedelta(days=7)  # events of a named time this long are added up, of a longer one only as reported
NEAR = 0.35  # cosine from which a sentence that says there is no number is about the thing asked for
RUMOUR = timedelta(days=3)  # how long after an event its missing number is still reported

RETOLD = timedelta(days=1)  # between an event and a report of it that names no day
REVISIONS = timedelta(days=60)
FACTOR = 2.5  # a later figure beyond that is of something else
KIND_OF = {action: kind for kind, action in KIND_ACTION.items()}
# Two words are asked for, though the question names whose
_BOTH_SAY = re.compile(
    r"\b(?:versus|vs|against|both|two|different|differ\w*|agree\w*|disput\w*|each|and by|and whose|parties|compare\w*|respectively)\b",
    re.IGNORECASE,
)
_CAME = re.compile(
    r"\b(?:reached|arrived|delivered|released|freed|returned|paid|handed over|shot down|intercepted|downed|let go)\b",
    re.IGNORECASE,
)
_NONE = re.compile(r"\b(?:not (?:a single )?one of|none of|nobody|no one|not a single)\b", re.IGNORECASE)
_KEPT = re.compile(r"\b(?:complet\w+|as (?:agreed|promised)|fulfilled|carried out|the last)\b", re.IGNORECASE)
_SAYS = re.compile(r"\b(?:said|says|put|puts|counts?|counted|claim(?:s|ed)|spoke|gave|gives|reports?|reported)\b")
BESIDE = 4  # sentences between the figures of two parties
FAR = 5.0  # by how many times they may differ
_GENERIC = frozenset({"people", "prisoner", "military"})
Key = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Figures of one value that answer the question alike, the best-fitting first. `fit`: higher is better, about 0..2."""

    figures: tuple[Figure, ...]
    fits: tuple[float, ...]  # of each figure
    fit: float

    @property
    def best(self) -> Figure:
        """The figure that fits best."""
        return self.figures[0]


def claims(question: str, asked: CountQuestion, figures: Sequence[Figure], ranked: Sequence[Evidence]) -> list[Claim]:
    """The figures as claims, best first: one claim a value, its fit that of its best figure and a little for each further witness."""
    scored = {_key(e.sentence): e for e in ranked}
    speaker = asked_speaker(question)
    by_value: dict[float, list[tuple[float, Figure]]] = {}
    for figure in figures:
        by_value.setdefault(figure.value, []).append((_fit(figure, asked, scored, speaker), figure))
    found = []
    for pairs in by_value.values():
        pairs.sort(key=lambda pair: -pair[0])
        witnesses = len({p[1].sentence.text for p in pairs})
        found.append(
            Claim(
                figures=tuple(p[1] for p in pairs),
                fits=tuple(p[0] for p in pairs),
                fit=pairs[0][0] + 0.02 * min(witnesses - 1, 3),
            )
        )
    return sorted(found, key=lambda claim: -claim.fit)


def leaders(question: str, found: Sequence[Claim], asked: CountQuestion) -> tuple[Claim, ...]:
    """The claims code may propose, best first; the model's check decides whether any of them stands."""
    if asked.rest or asked.compared:
        return ()
    if asked.part_of:  # of those promised, how many came: never the whole that the question names
        whole = {n.value for n in find_numbers(question)}
        found = (
            [c for c in found if c.best.state == "done" and c.best.value not in whole] if _CAME.search(question) else []
        )
    unlike = "event" if asked.open_ended else "total" if len(asked.scope.spans) > 1 else ""
    fitting = (c for c in found if c.fit >= FLOOR and c.best.scope != unlike)
    return tuple(fitting)[:PROPOSED]


def standing(figure: Figure) -> bool:
    """Whether a total is that of one event, as it stands, and not of everything since some day."""
    return figure.scope != "event" and figure.action in REVISED and not figure.period


def newer(question: str, chosen: Claim, found: Sequence[Claim]) -> Claim | None:
    """A later report's figure for what `chosen` counts, for things whose figures are revised; None if it is the latest word.

    Both have to be single events, of the same place or thing that the question names; where it names none, both have to share
    as many of its words. The day of an event that is told of again is seldom said.
    """
    best = chosen.best
    day = best.sentence.source.published
    if best.action not in REVISED or not day:
        return None
    last = max(
        (
            figure
            for claim in found
            if claim is not chosen
            for figure in claim.figures
            if (published := figure.sentence.source.published)
            and day < published <= day + REVISIONS
            and _revises(figure, best)
            and figure.value not in {f.value for f in chosen.figures}
            and of_same_thing(question, figure, best)
        ),
        key=lambda f: f.sentence.source.published or date.min,
        default=None,
    )
    return next((c for c in found if last in c.figures), None) if last else None


def _revises(later: Figure, best: Figure) -> bool:
    """Whether a figure can be a later count, by the same source, of what `best` counts."""
    kind = {KIND_OF.get(best.action or "")}
    return (
        (later.scope == "event" or standing(later))
        and later.state == best.state
        and later.kinds & SPECIFIC - kind == best.kinds & SPECIFIC - kind
        and (later.action in {best.action, None} or bool(kind & later.kinds))
        and (later.claimant is None or best.claimant is None or _same_claimant(later.claimant, best.claimant))
        and best.value / FACTOR <= later.value <= best.value * FACTOR
    )


def of_same_thing(question: str, later: Figure, best: Figure) -> bool:
    """Whether two figures are of the place or thing that a question names, or share as many of its words."""
    if (
        best.claimant
        and later.claimant
        and later.action == best.action
        and set(_named(best.claimant)) & set(_named(later.claimant))
    ):
        return True  # one source's counts of one thing
    mine, theirs = (f"{f.sentence.source.title} {f.sentence.text}" for f in (best, later))
    known = {n.lower() for n in names(f"x {mine}")}
    named = set(names(question))
    where = {w for w in re.findall(r"[^\W\d_]+", question) if w in named or w.lower() in known}
    if where:
        return all(has_name(n, name_stems(theirs)) for n in where)
    asked = set(content_stems(question))
    shared = asked & set(content_stems(theirs))
    return bool(shared) and len(shared) >= len(asked & set(content_stems(mine)))


def _fit(figure: Figure, asked: CountQuestion, scored: Mapping[Key, Evidence], speaker: Sequence[str]) -> float:
    """How well a figure fits a question. The weights were set on the tuning halves of the question sets."""
    evidence = scored.get(_key(figure.sentence))
    fit = 0.2 if evidence is None else NEARNESS * evidence.score
    scope = asked.scope
    if scope.named and figure.dated and figure.when and scope.first == figure.when == scope.last:
        fit += 0.15
    if asked.each:
        fit += 0.15 if figure.per_side else -0.1
    if asked.both:
        fit += -0.1 if figure.per_side else 0.15 if BOTH.search(figure.sentence.text) else 0.0
    if asked.several:
        fit += 0.2 if figure.scope == "several" and not _other_length(figure, asked) else -0.2
    elif asked.standing:
        fit += 0.0 if figure.scope == "total" else -0.25
    elif standing(figure):
        fit += 0.05  # "has risen to 19": the latest count of one event
    elif figure.scope == "total":
        fit -= 0.25
    elif figure.scope == "several":
        fit -= 0.1
    if asked.kinds & figure.kinds:
        fit += 0.1
        fit += 0.1 if asked.words & set(content_stems(figure.counted)) else 0.0  # "captives" before "detainees"
    elif not figure.kinds:
        fit -= 0.1
    if figure.action is None and asked.actions:
        fit -= 0.15
    if asked.promised:
        fit += 0.2 if figure.state == "promised" else -0.1
    if speaker and names(f"x {figure.claimant or ''}"):
        fit += 0.2 if any(has_name(s, name_stems(figure.claimant or "")) for s in speaker) else -0.2
    if crowded(figure):
        fit -= 0.1
    return fit


def _other_length(figure: Figure, asked: CountQuestion) -> bool:
    """Whether a figure over so many days is asked for over another number of days: "in three days" for "on 24 and 25 May"."""
    scope = asked.scope
    spans = [n.value for n in find_numbers(figure.period) if n.role == "duration"]
    if not (spans and scope.named and scope.first and scope.last and "day" in figure.period):
        return False
    asked_days = (scope.last - scope.first).days + 1
    return asked_days <= DAYS_ADDED.days and spans[0] != asked_days


def crowded(figure: Figure) -> bool:
    """Whether the sentence is a list of figures."""
    return len({n.value for n in find_numbers(figure.sentence.text) if n.role == "count"}) >= CROWD


def plainest(claim: Claim) -> Figure | None:
    """The figure whose own sentence may stand as the answer: the best-fitting one that is not in a list, if it is no poor witness."""
    near = [f for f, fit in zip(claim.figures, claim.fits, strict=True) if fit > claim.fits[0] - POORER]
    return next((f for f in near if not crowded(f)), None)


def rivals(
    question: str, asked: CountQuestion, chosen: Claim, found: Sequence[Claim], near: Sequence[Figure] = ()
) -> tuple[Figure, ...]:
    """Figures of other claimants for the event of `chosen` that count the same and differ: at most two, the best-fitting first.

    A question that asks for everybody's figure has the next one beside `chosen` in its article, too: `near` are all figures there.
    """
    mine = {f.claimant for f in chosen.figures if f.claimant}
    asked_both = asked.accounts or bool(_BOTH_SAY.search(question))
    if not asked_both and any(has_name(n, name_stems(question)) for who in mine for n in _named(who)):
        return ()  # the question asks for the figure of this claimant
    wide = RUMOUR if asked.accounts else timedelta(0)
    addends = _addends(chosen, found)  # the parts of a sum do not contradict it
    others = [
        next((f for f in claim.figures if (f.claimant or asked_both) and _differs(f, chosen.best, mine, wide)), None)
        for claim in found
        if claim is not chosen and not any(claim in pair for pair in addends)
    ]
    named = [f for f in others if f is not None and f.claimant] or [f for f in others if f is not None]
    once = {f.sentence: f for f in named}
    if asked.accounts and not once:
        beside = [f for f in near if _beside(f, chosen.best, mine)]
        once = {f.sentence: f for f in sorted(beside, key=lambda f: abs(f.start - chosen.best.start))[:1]}
    return tuple(once.values())[:2]


def _beside(other: Figure, best: Figure, mine: set[str]) -> bool:
    """Whether a figure near `best` can be another party's for the same, though its sentence does not say again what it counts."""
    steps = abs(other.sentence.ordinal - best.sentence.ordinal)
    alike = other.action in {best.action, None} or {other.action, best.action} <= {"launched", "delivered"}
    counted = set(content_stems(other.counted))
    return (
        0 < steps <= BESIDE
        and other.value != best.value
        and best.value / FAR <= other.value <= best.value * FAR
        and (other.role, other.state) == (best.role, best.state)
        and (alike or bool(actions_in(other.counted) & {best.action}))
        and other.kinds & SPECIFIC - best.kinds - {KIND_OF.get(best.action or "")} == frozenset()
        and (not counted or bool(other.kinds) or bool(counted & set(content_stems(f"{best.counted} {best.action}"))))
        and bool(_SAYS.search(other.sentence.text) or other.claimant)
        and not any(_same_claimant(other.claimant or "", who) for who in mine)
    )


def _differs(other: Figure, best: Figure, mine: set[str], wide: timedelta) -> bool:
    return (
        other.state == best.state
        and other.action == best.action
        and other.scope == "event"
        and other.kinds - _GENERIC - {KIND_OF.get(best.action or "")}
        == best.kinds - _GENERIC - {KIND_OF.get(best.action or "")}
        and (_one_event(other, best) or _within(other, best, wide))
        and not any(_same_claimant(other.claimant or "", who) for who in mine)
    )


def _one_event(a: Figure, b: Figure) -> bool:
    """Whether two figures can be of one event: a report without a day of its own may come the day after."""
    if a.when is None or b.when is None:
        return False
    return a.when == b.when or (not (a.dated and b.dated) and abs(a.when - b.when) <= RETOLD)


def _within(a: Figure, b: Figure, days: timedelta) -> bool:
    return bool(days and a.when and b.when) and abs(a.when - b.when) <= days  # type: ignore[operator]


def _same_claimant(a: str, b: str) -> bool:
    """By name where both have one, else by what they are: "the ministry" is "Velm's health ministry"."""
    if a.lower() == b.lower() or "both" in f"{a} {b}".lower():
        return True
    if _named(a) and _named(b):
        return bool(set(_named(a)) & set(_named(b)))
    return bool(set(content_stems(a)) & set(content_stems(b)))


def _named(who: str) -> tuple[str, ...]:
    return tuple(w for w in who.split() if w[:1].isupper() and w.lower() != "the" and w.lower() not in WEEKDAYS)


def parts(
    asked: CountQuestion, figures: Sequence[Figure], ranked: Sequence[Evidence], question: str
) -> tuple[Figure, ...]:
    """One figure for each time the question names, or for each day of a short one, when two or more have one that clearly leads;
    else nothing."""
    scope = asked.scope
    if not (scope.first and scope.last):
        return ()
    events = [
        f for f in figures
        if f.scope == "event" and f.when and not f.vague and f.kinds & SPECIFIC == asked.kinds & SPECIFIC
    ]  # fmt: skip
    times = list(scope.spans)
    if len(times) < 2:
        if scope.last - scope.first > DAYS_ADDED:
            return ()
        events = [f for f in events if f.dated]
        times = [(day, day) for day in sorted({f.when for f in events if f.when})]
    chosen = []
    for first, last in sorted(times):
        of_time = [f for f in events if f.when and first <= f.when <= last]
        found = claims(question, asked, of_time, ranked)
        if not found or (len(found) > 1 and found[0].fit - found[1].fit < LEAD):
            return ()
        chosen.append(found[0].best)
    alike = {f.per_side for f in chosen}
    return tuple(chosen) if len(chosen) > 1 and len(alike) == 1 else ()


def state_sum(chosen: Sequence[Figure]) -> Stated:
    """A sum shown with its parts, for which no article has the result: "307 on 24 May, 303 on 25 May: 307 + 303 = 610"."""
    named = " and ".join(f"{amount(f)}{on_day(f, 'on')}" for f in chosen)
    terms = " + ".join(plain(f.value) for f in chosen)
    return Stated(
        text=f"Reported separately: {named}; {terms} = {plain(sum(f.value for f in chosen))}",
        sentences=tuple(dict.fromkeys(f.sentence for f in chosen)),
    )


def state_both(figure: Figure) -> Stated:
    """The figure of one side, counted in both directions."""
    one = plain(figure.value)
    return Stated(
        text=f"Reported per side: {amount(figure)}{on_day(figure, 'on')}; {one} + {one} = {plain(2 * figure.value)} in both directions",
        sentences=(figure.sentence,),
    )


def state_figure(figure: Figure) -> Stated:
    """A figure in a sentence of our own, where its article's sentence is a list of several."""
    return Stated(text=f"{amount(figure)}{on_day(figure, 'on')}{according(figure)}", sentences=(figure.sentence,))


def adds_up(claim: Claim, found: Sequence[Claim]) -> bool:
    """Whether a figure is the sum of two others that one sentence gives: that of both sides."""
    return bool(_addends(claim, found))


def _addends(claim: Claim, found: Sequence[Claim]) -> list[tuple[Claim, Claim]]:
    pairs = ((a, b) for i, a in enumerate(found) for b in found[i + 1 :] if a.best.sentence == b.best.sentence)
    return [(a, b) for a, b in pairs if a.best.value + b.best.value == claim.best.value]


def both_sides(
    asked: CountQuestion, figures: Sequence[Figure], ranked: Sequence[Evidence], question: str
) -> tuple[Figure, ...]:
    """The figures of two sides for one exchange, told of in one article: the best-fitting and its neighbour; else nothing."""
    done = [f for f in figures if f.state == "done" and not f.vague and giver_of(f)]
    for claim in claims(question, asked, done, ranked)[:PROPOSED]:
        one = claim.best
        others = [
            f for f in done
            if f.sentence.article_id == one.sentence.article_id
            and abs(f.sentence.ordinal - one.sentence.ordinal) <= BESIDE
            and (f.action, f.scope, f.role) == (one.action, one.scope, one.role)
            and differ(giver_of(one), giver_of(f))
        ]  # fmt: skip
        if claim.fit >= FLOOR and others:
            other = min(others, key=lambda f: abs(f.start - one.start))
            return tuple(sorted((one, other), key=lambda f: f.start))
    return ()


def state_earlier(figure: Figure) -> Stated:
    """What an earlier report gave for the same."""
    return Stated(
        text=f"An earlier report gave {amount(figure)}{on_day(figure, 'on')}{according(figure)}",
        sentences=(figure.sentence,),
    )


def state_correction(figure: Figure) -> Stated:
    """What a later report has instead of an earlier figure, in its own words."""
    day = figure.sentence.source.published
    on = f" of {spell(day)}" if day else ""
    return Stated(
        text=f"The report{on} corrects it: “{' '.join(figure.sentence.text.split())}”", sentences=(figure.sentence,)
    )


def state_rival(figure: Figure) -> Stated:
    """Another claimant's figure, in the words of its article."""
    who = figure.claimant or "another report"
    return Stated(
        text=f"{who[:1].upper()}{who[1:]} gave another figure: “{' '.join(figure.sentence.text.split())}”",
        sentences=(figure.sentence,),
    )


def withheld(asked: CountQuestion, ranked: Sequence[Evidence]) -> Sentence | None:
    """The sentence that says the number asked for was not given, for a question about a named time; best-ranked first."""
    scope = asked.scope
    if scope.first is None:
        return None
    last = (scope.last or date.max - RUMOUR) + RUMOUR
    for evidence in ranked:
        sentence = evidence.sentence
        published = sentence.source.published
        if (
            published
            and scope.first <= published <= last
            and evidence.cosine >= NEAR
            and undisclosed(sentence)
            and (not asked.actions or asked.actions & actions_in(f"{sentence.source.title} {sentence.text}"))
            and (not (kinds := kinds_in(sentence.text)) or not asked.kinds or kinds & asked.kinds)
        ):
            return sentence
    return None


def remainders(asked: CountQuestion, ranked: Sequence[Evidence], most: int = 8) -> tuple[Sentence, ...]:
    """Of the best-ranked sentences that say how many are left the newest, then the best; for a question about what remains."""
    if not asked.rest:
        return ()
    left = [e.sentence for e in ranked if e.cosine >= NEAR and compares(e.sentence)][:most]
    newest = sorted(left, key=lambda s: (s.source.published or date.min, -s.start), reverse=True)
    return tuple(dict.fromkeys([*newest[:1], *left[:1]]))


def progress(
    question: str, asked: CountQuestion, figures: Sequence[Figure], sentences: Sequence[Sentence]
) -> Figure | Sentence | None:
    """How much of an announced number has been done by now: the newest figure after the announcement, or the newest sentence that
    says none. `figures` include what is promised; `sentences` are all that may be cited."""
    whole = {n.value for n in find_numbers(question) if n.role in {"count", "deal"}}
    announced = [f for f in figures if f.value in whole and f.when]
    if not (asked.part_of and asked.open_ended and announced):
        return None
    since = min(f.when for f in announced if f.when)
    most = max(whole)
    done = [
        f for f in figures
        if f.state == "done" and f.scope != "total" and f.action and f.when and f.when > since and (f.value < most or _KEPT.search(f.sentence.text)) and not f.kinds & (SPECIFIC - asked.kinds)
    ]  # fmt: skip
    newest = max(done, key=lambda f: (f.when or date.min, f.scope == "several", f.per_side, f.value), default=None)
    none = [
        s
        for s in sentences
        if s.source.published
        and s.source.published >= since
        and _NONE.search(s.text)
        and asked.actions & actions_in(s.text)
    ]
    latest = max(
        none,
        key=lambda s: (s.source.published or date.min, whole <= {n.value for n in find_numbers(s.text)}),
        default=None,
    )
    if latest and (newest is None or (latest.source.published or date.min) > (newest.when or date.min)):
        return latest
    return newest


def _key(sentence: Sentence) -> Key:
    return sentence.article_id, sentence.start
