"""Which figure answers a question: every compatible figure weighed by how well it fits, reports of one figure taken together.

Pure functions over figures and the scores of their sentences; nothing here asks a model or reads an index.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.claimants import name_words, same_claimant
from assistant.count import (
    BOTH,
    DAYS_ADDED,
    REVISED,
    SPECIFIC,
    CountQuestion,
    undisclosed,
)
from assistant.evidence import Evidence
from assistant.fitting import special_kinds
from assistant.giving import differ, party_of, receiver_of
from assistant.growth import ALL_SO_FAR
from assistant.question_kinds import asked_speaker, tells_extreme
from assistant.timescope import TimeScope
from assistant.words import content_stems, has_name, name_stems, names, stem
from index.actions import KIND_ACTION
from index.figures import Figure, actions_in, kinds_in
from index.numbers import find_numbers
from index.records import Sentence

NEARNESS = 2.0  # weight of a sentence's place in the ranking: with it the right figure is first for 78 % of 58 questions, among three for 93 %
LEAD = 0.12  # by how much the best claim of a day must fit better than the next for the days to be added up
FLOOR = 1.15  # the least fit of a claim that code may propose
ALONE = 0.25  # how much less will do where several sentences give it and there is no other
PROPOSED = 2  # claims that are put to the check, the best-fitting first
POORER = 0.25  # how much less a sentence may fit than the best one and still be shown in its place
CROWD = 3  # numbers in one sentence from which it is a list, a poor witness for any one of them
NEAR = 0.35  # cosine from which a sentence that says there is no number is about the thing asked for
RUMOUR = timedelta(days=3)  # how long after an event its missing number is still reported

REVISIONS = timedelta(days=60)
FACTOR = 2.5  # a later figure beyond that is of something else
KIND_OF = {action: kind for kind, action in KIND_ACTION.items()}
_TOTAL = re.compile(r"\b(?:totals?|tally|toll|count|altogether|overall|in all)\b", re.IGNORECASE)
_CAME = re.compile(
    r"\b(?:reached|arrived|delivered|released|freed|returned|paid|handed over|shot down|intercepted|downed|let go)\b",
    re.IGNORECASE,
)
_DAYS = re.compile(r"[\s-]days?\b", re.IGNORECASE)
_ONE_OF = re.compile(
    r"\b(?:first|second|third|fourth|fifth|sixth|last|final|opening|1st|2nd|3rd|4th|5th) (?:day|stage|phase|round|leg|part)\b",
    re.IGNORECASE,
)
_BY = re.compile(r"\bby (?P<time>[^,?]+)(?:,|\?|$)", re.IGNORECASE)  # "by the first anniversary of the invasion"
_NONE = re.compile(r"\b(?:not (?:a single )?one of|none of|nobody|no one|not a single)\b", re.IGNORECASE)
_KEPT = re.compile(r"\b(?:complet\w+|as (?:agreed|promised)|fulfilled|carried out|the last)\b", re.IGNORECASE)
BESIDE = 4  # sentences between the figures of two parties
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
    by = _BY.search(question) if asked.standing else None
    point = set(content_stems(by["time"])) if by else set[str]()
    by_value: dict[float, list[tuple[float, Figure]]] = {}
    for figure in figures:
        by_value.setdefault(figure.value, []).append((_fit(figure, asked, scored, speaker, point), figure))
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
    sure_of_it = len(found) == 1 and len({f.sentence.text for f in found[0].figures}) > 1
    floor = FLOOR - ALONE if sure_of_it or asked.accounts else FLOOR  # two parties' figures are witnesses, too
    fitting = [c for c in found if c.fit >= floor and c.best.scope != unlike]
    if days := _days_named(question):  # what came in three days is not what came in the first two
        fitting = [c for c in fitting if not (spans := _days_named(c.best.period)) or spans & days]
    if _ONE_OF.search(question):  # what came on the third day is not what came in three
        fitting = [c for c in fitting if c.best.scope == "event"]
    if asked.kinds:  # "one honest answer" is nobody
        fitting = [c for c in fitting if c.best.kinds or c.best.value > 1]
    if of_one_day(question, asked):
        fitting = [c for c in fitting if not (c.best.period and (c.best.scope == "total" or "days" in c.best.period))]
    if _long(asked.scope):  # what all had come to when it began is not what came in it
        fitting = [
            c for c in fitting if not (c.best.when == asked.scope.first and ALL_SO_FAR.search(c.best.sentence.text))
        ]
    if tells_extreme(question):  # "the largest exchange": only where the report says that it was
        fitting = [c for c in fitting if any(tells_extreme(f.sentence.text) for f in c.figures)]
    return tuple(fitting[:PROPOSED])


def _long(scope: TimeScope) -> bool:
    """Whether a time is longer than a few days may be told of as one."""
    return scope.first is not None and scope.last is not None and scope.last - scope.first > DAYS_ADDED


def _days_named(text: str) -> set[float]:
    """The numbers of days that a text speaks of."""
    return {n.value for n in find_numbers(text) if n.role == "duration" and _DAYS.match(text, n.end)}


def of_one_day(question: str, asked: CountQuestion) -> bool:
    """Whether a question is about what happened on one day, which no total since another day answers."""
    scope = asked.scope
    one = scope.named and scope.first is not None and scope.first == scope.last
    return one and not (asked.open_ended or asked.standing or _TOTAL.search(question))


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
        and (later.claimant is None or best.claimant is None or same_claimant(later.claimant, best.claimant))
        and best.value / FACTOR <= later.value <= best.value * FACTOR
    )


def of_same_thing(question: str, later: Figure, best: Figure) -> bool:
    """Whether two figures are of the place or thing that a question names, or share as many of its words."""
    if (
        best.claimant
        and later.claimant
        and later.action == best.action
        and set(name_words(best.claimant)) & set(name_words(later.claimant))
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


def _fit(
    figure: Figure, asked: CountQuestion, scored: Mapping[Key, Evidence], speaker: Sequence[str], point: set[str]
) -> float:
    """How well a figure fits a question; `point`: the words for the time by which a count is asked for. The weights were set on the
    tuning halves of the question sets."""
    evidence = scored.get(_key(figure.sentence))
    fit = 0.2 if evidence is None else NEARNESS * evidence.score
    scope = asked.scope
    if scope.named and figure.dated and figure.when and scope.first == figure.when == scope.last:
        fit += 0.15
    if asked.each:
        fit += 0.15 if figure.per_side else -0.1
    once = not (asked.each or asked.both or asked.open_ended or asked.standing)
    if once and asked.towards and scope.named and not figure.per_side:  # "197 came back to Ukraine" before 175 each
        fit += 0.25 if any(has_name(n, asked.towards) for n in map(stem, receiver_of(figure))) else 0.0
    if asked.both:
        fit += 0.15 if not figure.per_side and BOTH.search(figure.sentence.text) else 0.0
    if asked.several:
        fit += 0.2 if figure.scope == "several" and not _other_length(figure, asked) else -0.2
    elif asked.standing and point and point <= set(content_stems(figure.sentence.text)):
        fit += 0.3
    elif asked.standing:
        fit += 0.0 if figure.scope != "event" else -0.25
    elif standing(figure):
        fit += 0.05  # "has risen to 19": the latest count of one event
    elif figure.scope == "total":
        fit -= 0.25
    elif figure.scope == "several":
        in_month = scope.month and figure.when and scope.month[0] <= figure.when <= scope.month[1]
        fit += 0.2 if in_month else -0.1  # "the May exchange" may have been over several days
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
        if (f.scope == "event" or _in_all(f, scope)) and f.when and not f.vague and special_kinds(f) == asked.kinds & SPECIFIC
    ]  # fmt: skip
    dated = [f for f in events if f.dated]
    if len(scope.spans) > 1:
        groups = [[f for f in events if f.when and first <= f.when <= last] for first, last in sorted(scope.spans)]
    elif len(scope.weekdays) > 1:
        groups = [[f for f in dated if f.when and f.when.weekday() == weekday] for weekday in scope.weekdays]
    elif scope.last - scope.first <= DAYS_ADDED:
        groups = [[f for f in dated if f.when == day] for day in sorted({f.when for f in dated if f.when})]
    else:
        return ()
    chosen = []
    for of_time in groups:
        if asked.each:
            of_time = [f for f in of_time if f.per_side] or of_time
        found = claims(question, asked, of_time, ranked)
        if not found or (len(found) > 1 and found[0].fit - found[1].fit < LEAD):
            return ()
        chosen.append(found[0].best)
    alike = {f.per_side for f in chosen}
    return tuple(chosen) if len(chosen) > 1 and len(alike) == 1 else ()


def _in_all(figure: Figure, scope: TimeScope) -> bool:
    """Whether a sum is what came about on one of the days asked for: "in all, 197 people came back"."""
    return (
        figure.scope == "several" and not figure.period and any(figure.when == day == last for day, last in scope.spans)
    )


def both_sides(
    asked: CountQuestion, figures: Sequence[Figure], ranked: Sequence[Evidence], question: str
) -> tuple[Figure, ...]:
    """The figures of two sides for one exchange, told of in one article: the best-fitting and its neighbour; else nothing."""
    done = [f for f in figures if f.state == "done" and not f.vague and party_of(f)]
    for claim in claims(question, asked, done, ranked)[:PROPOSED]:
        one = claim.best
        others = [
            f for f in done
            if f.sentence.article_id == one.sentence.article_id
            and abs(f.sentence.ordinal - one.sentence.ordinal) <= BESIDE
            and (f.action, f.scope, f.role) == (one.action, one.scope, one.role)
            and differ(party_of(one), party_of(f))
        ]  # fmt: skip
        if claim.fit >= FLOOR and others:
            other = min(others, key=lambda f: abs(f.start - one.start))
            return tuple(sorted((one, other), key=lambda f: f.start))
    return ()


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


def progress(
    question: str, asked: CountQuestion, figures: Sequence[Figure], sentences: Sequence[Sentence]
) -> Figure | Sentence | None:
    """How much of an announced number has been done by now: the newest figure after the announcement, or the newest sentence that
    says none. `figures` include what is promised; `sentences` are all that may be cited."""
    whole = {n.value for n in find_numbers(question) if n.role in {"count", "deal"}}
    announced = [f for f in figures if f.value in whole and f.when]
    if not (asked.until_now and announced):
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
