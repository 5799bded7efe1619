"""What can be said to a question, before it is dressed as an Answer: the rules of stating and refusing, one function a step."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain

from assistant.compose import Supported, attribute, figure_of, stated, whole
from assistant.count import REVISED, CountQuestion, asks_promise, compares, read_count, undisclosed
from assistant.evidence import Evidence
from assistant.fitting import compatible
from assistant.inquiry import Inquiry
from assistant.library import Library
from assistant.question_kinds import (
    asks_why,
    gives_reason,
)
from assistant.records import Removed, Status
from assistant.rivals import rivals
from assistant.stated import Stated, state_rival
from assistant.tally import CROWD, claims
from assistant.timescope import NEWS_DELAY, WEEK, TimeScope, without_time
from assistant.totals import running_total, went_on
from assistant.verify import missing_names
from assistant.words import content_stems, names, plain_quotes, quotations, stem
from index.days import FUTURE, SOON, spell
from index.figures import Figure, actions_in, kinds_in
from index.numbers import find_numbers
from index.records import Filter, Hit

REASONED = 1.3  # weight of a sentence that gives a reason, for a question that asks for one
RECENT = timedelta(days=14)  # what is newest of what may be known
ON_TOPIC = 0.6  # share of the words of the question in the best article that another must carry to be about the same
PROMISED_BEFORE = timedelta(days=14)  # what was to be done on a day is told before it
SPELL = timedelta(days=366)  # what several days or stages told of together may last
# "the latest exchange" asks for one event, "the latest total" for everything so far
_ONE_EVENT = re.compile(
    r"\b(?:latest|last|newest|most recent)\s+(?:\w+\s+){0,2}?(?:exchange|swap|release|handover|attack|strike|raid|round|stage|barrage)\b",
    re.IGNORECASE,
)
_DEAL = re.compile(
    r"\b(?:under|since|after) (?:the|this|that) (?:[\w-]+ ){0,4}?(?:deal|agreement|accord|pact|truce|ceasefire)\b",
    re.IGNORECASE,
)
GENERIC_STEMS = frozenset(stem(w) for w in ("people", "persons", "men", "women", "others", "total", "number"))
# Their kind is told by the articles in many words: what follows "released" need not say prisoners again
PRISONERS = frozenset(stem(w) for w in ("prisoners", "captives"))
_UNDER_DEAL = re.compile(
    r"\bunder (?:the|this|that|their|its) (?:[\w-]+ ){0,4}?(?:deal|agreement|accord|pact|truce|ceasefire)\b",
    re.IGNORECASE,
)


_ABBREVIATED = re.compile(r"[A-Z]{2,}")
_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]*")

REFUSALS = {
    Status.NO_EVIDENCE: "The articles say nothing on this topic.",
    Status.NOT_STATED: "The articles cover this topic, but do not say this.",
    Status.OUTDATED: "The articles are all older than the time asked for.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A status with its reason, and the sentences that state it (none for a refusal). `concluded`: the articles' sentences answer only
    with what follows from them (what two parties differ by, the figure of each side for that of one, the fourth time for four, a
    total and what came after it), which a judge of single sentences cannot see."""

    status: Status
    reason: str
    stated: tuple[Stated, ...] = ()
    removed: tuple[Removed, ...] = ()
    raw: str = ""
    concluded: bool = False


def search(question: str, scope: TimeScope, seen: Filter, limit: int, library: Library) -> tuple[Hit, ...]:
    """The passages for a question. Of a question about a named time, those published in it or just after come first; to one about the
    state of things half as many newest ones are added."""
    hits = library.search(question, limit, seen)
    if scope.kind in {"so_far", "latest"} and (newest := library.newest(seen)):
        recent = library.search(
            question, limit // 2, replace(seen, since=max(filter(None, (seen.since, newest - RECENT))))
        )
        hits = _merged(hits, recent)
    if not (scope.named and scope.first):
        return hits
    last = scope.last + NEWS_DELAY if scope.last and scope.last < date.max - NEWS_DELAY else scope.last
    first = (
        scope.first - PROMISED_BEFORE
        if asks_promise(question) and scope.first > date.min + PROMISED_BEFORE and read_count(question, scope)
        else scope.first
    )
    window = Filter(
        since=max(filter(None, (seen.since, first))), until=min(filter(None, (seen.until, last)), default=None), outlets=seen.outlets
    )  # fmt: skip
    timely = library.search(question, limit, window)
    return _merged(timely[: limit // 2], hits, timely[limit // 2 :])[: max(limit, len(hits))]


def _merged(*found: Sequence[Hit]) -> tuple[Hit, ...]:
    """Hits of several searches, each passage once, in this order."""
    once: dict[str, Hit] = {}
    for hit in chain(*found):
        once.setdefault(hit.passage.id, hit)
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(once.values(), start=1))


def refuse_unseen(
    question: str, hits: Sequence[Hit], scope: TimeScope, newest: date | None, floor: float
) -> Finding | None:
    """Refusals that need no model: nothing retrieved or near enough, or a time after everything known."""
    # what had come about by a day that no report reaches is not known either
    asked = max(filter(None, (scope.first, scope.as_of and scope.as_of - NEWS_DELAY)), default=None)
    if asked and newest and asked > newest and not (FUTURE.search(question) and asked <= newest + SOON):
        return Finding(
            status=Status.OUTDATED, reason=f"the newest article is of {spell(newest)}, older than the time asked for"
        )
    best = max((hit.cosine for hit in hits), default=0.0)
    text = " ".join(f"{hit.passage.source.title} {hit.passage.text}" for hit in hits[:3])
    known = names(question) and not missing_names(question, text)
    if not hits or (best < floor and not known):
        return Finding(status=Status.NO_EVIDENCE, reason="no article is on this topic")
    return None


def refuse_strangers(question: str, hits: Sequence[Hit], library: Library) -> Finding | None:
    """A refusal when no name of the question stands in any retrieved article: they tell of others. One that is missing among others
    may be told in other words (the Kremlin, Moscow), and so may what is abbreviated (MPs, POWs)."""
    asked = names(question)
    context = [library.article(article_id) for article_id in dict.fromkeys(hit.passage.article_id for hit in hits)]
    unknown = missing_names(question, " ".join(whole(article) for article in context))
    if not unknown or len(unknown) < len(asked) or all(_ABBREVIATED.match(name) for name in unknown):
        return None
    return Finding(status=Status.NO_EVIDENCE, reason=f"no article found for this question mentions {unknown[0]!r}")


def fits(figure: Figure, asked: CountQuestion, library: Library) -> bool:
    """Whether a figure can answer the question, read where it stands: under its title, in an article that opens as it does, after the
    sentences before it."""
    opening, *_ = library.corpus.sentences(figure.sentence.article_id)
    *before, _ = library.before(figure.sentence, 2)
    told = " ".join(s.text for s in before)
    return compatible(figure, asked, title=figure.sentence.source.title, before=told, opening=opening.text)


def figures_for(asked: CountQuestion, hits: Sequence[Hit], library: Library) -> tuple[Figure, ...]:
    """The figures of the retrieved articles that can answer the question."""
    articles = dict.fromkeys(hit.passage.article_id for hit in hits)
    return tuple(
        figure for article_id in articles for figure in library.figures(article_id) if fits(figure, asked, library)
    )


def figures_over_time(asked: CountQuestion, hits: Sequence[Hit], library: Library) -> tuple[Figure, ...]:
    """The figures behind an answer: of the kind and event asked for, done or promised, oldest first, wire copies once."""
    every = figures_for(replace(asked, promised=True, several=False), hits, library)
    totals = {(f.value, (f.claimant or "").lower()) for f in every if f.scope == "total"}
    told = (
        replace(f, scope="total") if f.scope == "event" and (f.value, (f.claimant or "").lower()) in totals else f
        for f in every  # what its claimant gave as a total stays one where a sentence merely repeats it
    )
    once = {(f.sentence.text, f.start - f.sentence.start): f for f in told if f.when}
    return tuple(sorted(once.values(), key=lambda f: (f.when or date.min, f.scope, f.value)))


def _texts(hits: Sequence[Hit], library: Library) -> dict[str, str]:
    """The whole text of each article found."""
    return {a: whole(library.article(a)) for a in dict.fromkeys(h.passage.article_id for h in hits)}


def _named_in(question: str, hits: Sequence[Hit], texts: Mapping[str, str]) -> list[Hit]:
    """The hits whose articles have all names of the question."""
    # POWs go by other words, too
    return [
        h for h in hits if all(kinds_in(n) - {"people"} for n in missing_names(question, texts[h.passage.article_id]))
    ]


def _on_topic(question: str, hits: Sequence[Hit], texts: Mapping[str, str]) -> list[Hit]:
    """The hits whose articles tell of what the question is about: they have its names, and of its words hardly less than the best. Who is
    counted and what happened to them may be told in other words."""
    asked = {word for word in re.findall(r"[\w’'-]+", question) if content_stems(word) and not word.isdigit()}
    wanted = {frozenset(actions_in(w) | kinds_in(w)) or frozenset(content_stems(w)) for w in asked}
    carried = {
        a: sum(bool(meant & told) for meant in wanted)
        for a, text in texts.items()
        for told in [{*content_stems(text), *actions_in(text), *kinds_in(text)}]
    }
    most = max(carried.values(), default=0)
    return [h for h in _named_in(question, hits, texts) if carried[h.passage.article_id] >= ON_TOPIC * most]


def _names_something(question: str, hits: Sequence[Hit]) -> bool:
    """Whether a question names a place, a person or the like; its first word, too, if the passages know it as a name."""
    opener = re.match(r"[A-Z]\w+", question)
    return bool(names(question)) or bool(
        opener and opener[0] in names("x " + " ".join(f"{h.passage.source.title} {h.passage.text}" for h in hits[:3]))
    )


def state_running_total(question: str, asked: CountQuestion, hits: Sequence[Hit], library: Library) -> Finding | None:
    """The newest total, for a question about everything so far."""
    if (
        not _asks_all_so_far(asked)
        or asked.part_of
        or asked.rest
        or asked.compared
        or asked.both
        or asked.promised
        or _ONE_EVENT.search(question)
        or (
            asked.actions & REVISED and asked.scope.kind == "latest" and _names_something(question, hits)
        )  # see tally.newer
    ):
        return None
    texts = _texts(hits, library)
    told = _on_topic(question, hits, texts)
    one = replace(asked, promised=True, several=False)
    figures = _of_those(asked, figures_for(one, told, library))
    sentences = [s for a in dict.fromkeys(h.passage.article_id for h in told) for s in library.corpus.sentences(a)]
    if _UNDER_DEAL.search(question):  # a total since years is not that of one deal
        together = [f for f in figures if f.scope == "several" and f.state == "done"]
        figures = tuple(
            f
            for f in figures
            if not together or f.scope != "total" or f.state == "promised" or _DEAL.search(f.sentence.text)
        )
    if asked.scope.first:  # the sum of a few days is no total since a day long before them
        start = asked.scope.first
        figures = tuple(f for f in figures if f.scope != "several" or not f.when or f.when - start <= _spell(f))
    if asked.each and not any(f.per_side and f.scope != "event" for f in figures):
        figures = tuple(f for f in figures if f.per_side)
    singles = figures_for(one, _named_in(question, hits, texts), library)
    if asked.words - GENERIC_STEMS - PRISONERS:  # they are people in many reports, hostages and students are not
        singles = _of_those(asked, singles)
    stated = running_total(figures, asked, sentences, singles)
    if not stated:
        return None
    days = [f.when for f in figures if f.when and f.state == "done"]
    if asked.scope.reaches and max(days, default=date.min) < asked.scope.reaches:
        reason = f"no figure is reported that reaches {spell(asked.scope.reaches)}; the newest is older"
        return Finding(status=Status.NOT_STATED, reason=reason, stated=stated)
    if (
        all(f.scope == "event" for f in figures)
        and asked.scope.first
        and days
        and min(days) - asked.scope.first > SPELL
    ):
        return Finding(status=Status.NOT_STATED, reason="no total since then is reported", stated=stated)
    reason = "the newest reported total, with its parts and what is promised"
    plain = _asks_only_how_many(question, asked)
    return Finding(status=Status.ANSWERED, reason=reason, stated=stated, concluded=plain or went_on(stated))


def _asks_all_so_far(asked: CountQuestion) -> bool:
    """Whether a count of everything is asked for, until now or until a day: "had been exchanged by 24 May"."""
    return asked.scope.kind in {"so_far", "latest"} or (asked.standing and asked.scope.as_of is not None)


def _asks_only_how_many(question: str, asked: CountQuestion) -> bool:
    """Whether a question has no word but for who is counted, what happened to them, between whom and until when: "How many prisoners have
    been exchanged so far?" There is nothing in it that a newest total could miss."""
    words = [w for w in re.findall(r"[\w’'-]+", without_time(question)) if content_stems(w)]
    parties = names(question) if not (asked.giver or asked.towards) else ()
    parties = parties if len(parties) > 1 else ()  # of one alone it may be what it gave or what it got
    known = (w in parties or actions_in(w) or kinds_in(w) or stem(w) in GENERIC_STEMS for w in words)
    people = asked.kinds and asked.kinds <= {"people", "prisoner"}  # soldiers may be counted with others
    return bool(people and asked.actions) and asked.scope.first is None and all(known)


def _spell(figure: Figure) -> timedelta:
    """How long before its last day a sum over several days or stages may have begun: "in three days" no longer than a week."""
    days = [n.value for n in find_numbers(figure.period) if n.role == "duration"]
    return WEEK if days and re.search(r"\bdays?\b", figure.period) and days[0] <= WEEK.days else SPELL


def _of_those(asked: CountQuestion, figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """The figures whose sentences name what is counted, "students" or "hostages", where a done one does; else all."""
    if asked.kinds - {"people"}:
        return figures  # prisoners are people in many reports
    wanted = asked.words - GENERIC_STEMS
    # "Ukrainian officials said that 4,300 people": those who speak are not those counted
    named = tuple(f for f in figures if wanted & set(content_stems(_CAPITALISED.sub(" ", f.sentence.text))))
    return named if any(f.scope != "event" and f.state == "done" for f in named) else figures


def open_to(inquiry: Inquiry) -> Sequence[Evidence]:
    """What a judge of sentences may answer from: of those ranked the ones that carry the words a question quotes, and their
    neighbours, if there are any; else all."""
    return _quoting(inquiry.question, inquiry.ranked) or inquiry.ranked


def candidates(inquiry: Inquiry) -> list[Evidence]:
    """What a model without a judge may answer from: of those open to it, for a figure question, the sentences with such a figure, or
    that say there is none. For one that itself names a figure ("who gave the total of 1,762?"): those with that figure and their
    neighbours, if there are any."""
    question, ranked, asked = inquiry.question, inquiry.ranked, inquiry.count
    if quoting := _quoting(question, ranked):
        return quoting
    if asks_why(question):
        return sorted(ranked, key=lambda e: -e.score * (REASONED if gives_reason(e.sentence.text) else 1))
    if asked is None or asked.part_of:
        return _carrying({n.value for n in find_numbers(question) if n.role == "count" and n.value >= CROWD}, ranked)
    if asked.rest or asked.compared:
        return [e for e in ranked if compares(e.sentence)]
    return [e for e in ranked if undisclosed(e.sentence) or any(f.sentence == e.sentence for f in inquiry.figures)]


def _quoting(question: str, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The sentences that carry the words a question quotes, and their neighbours, which may name the speaker."""
    quoted = [plain_quotes(q).strip(" .,?!").lower() for q in quotations(question) if len(q.split()) > 1]
    places = {
        (e.sentence.article_id, e.sentence.ordinal)
        for e in ranked
        if quoted and all(q in plain_quotes(e.sentence.text).lower() for q in quoted)
    }
    return [e for e in ranked if any((e.sentence.article_id, e.sentence.ordinal + step) in places for step in (0, -1))]


def _carrying(values: set[float], ranked: Sequence[Evidence]) -> list[Evidence]:
    places = {
        (e.sentence.article_id, e.sentence.ordinal)
        for e in ranked
        if values and values <= {n.value for n in find_numbers(e.sentence.text)}
    }
    if not places:
        return list(ranked)
    return [
        e for e in ranked if any((e.sentence.article_id, e.sentence.ordinal + step) in places for step in (-1, 0, 1))
    ]


def state(
    supported: Supported,
    sure: float | None,
    figures: Sequence[Figure],
    conflicts: Sequence[Stated],
    removed: tuple[Removed, ...],
    raw: str,
    against: str | None = None,
) -> Finding:
    """An answer that stands: attributed if it is a quantity, with the other side's figure where the parties disagree. `against`: what
    rules doubt in it all the same."""
    figure = figure_of(supported.text, [f for f in figures if f.sentence in supported.sentences])
    said = stated(supported, attribute(supported, figure))
    how = "" if sure is None else f"; that it answers is {sure:.0%} probable"
    how += f", though rules doubt it: {against}" if against else ""
    if conflicts:
        return Finding(
            status=Status.CONFLICTING,
            reason="the parties give different figures; each is shown with its claimant",
            stated=(*said, *conflicts),
            removed=removed,
            raw=raw,
        )
    return Finding(
        status=Status.ANSWERED,
        reason=f"every sentence stands on what it cites{how}",
        stated=said,
        removed=removed,
        raw=raw,
    )


def disagreements(inquiry: Inquiry, said: Supported) -> tuple[Stated, ...]:
    """What other claimants say of the event of the figure stated, where they differ; nothing where no figure is asked for."""
    asked = inquiry.count
    chosen = figure_of(said.text, [f for f in inquiry.figures if f.sentence in said.sentences]) if asked else None
    if asked is None or chosen is None:
        return ()
    found = claims(inquiry.question, asked, inquiry.figures, inquiry.ranked)
    claim = next((c for c in found if chosen in c.figures), None)
    return tuple(state_rival(f) for f in rivals(inquiry.question, asked, claim, found)) if claim else ()
