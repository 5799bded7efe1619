"""What can be said to a question, before it is dressed as an Answer: the rules of stating and refusing, one function a step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.compose import Supported, attribute, figure_of, strangers, verbatim
from assistant.count import BOTH, CountQuestion, compares, compatible, undisclosed
from assistant.evidence import Evidence
from assistant.library import Library
from assistant.records import Removed, Status
from assistant.tally import (
    CROWD,
    Claim,
    claims,
    leader,
    parts,
    plainest,
    progress,
    remainder,
    rivals,
    state_both,
    state_figure,
    state_rival,
    state_sum,
    withheld,
)
from assistant.timescope import TimeScope
from assistant.totals import Stated, running_total
from assistant.verify import answers_its_kind, asked_speaker, asks_why, gives_reason, missing_names, says_nothing_new
from assistant.words import has_name, name_stems, names
from index.attribution import claimant
from index.days import find_days, spell
from index.figures import Figure
from index.numbers import find_numbers
from index.records import Article, Filter, Hit, Sentence

REASONED = 1.3  # weight of a sentence that gives a reason, for a question that asks for one
SPELL = timedelta(days=366)  # what several days or stages told of together may last
# "the latest exchange" asks for one event, "the latest total" for everything so far
_ONE_EVENT = re.compile(
    r"\b(?:latest|last|newest|most recent)\s+(?:\w+\s+){0,2}?(?:exchange|swap|release|handover|attack|strike|raid|round|stage|barrage)\b",
    re.IGNORECASE,
)
NEWS_DELAY = timedelta(days=3)  # an event is reported on its day or within the next few


REFUSALS = {
    Status.NO_EVIDENCE: "The articles say nothing on this topic.",
    Status.NOT_STATED: "The articles cover this topic, but do not say this.",
    Status.OUTDATED: "The articles are all older than the time asked for.",
    Status.UNSUPPORTED: "The articles do not support an answer to this.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A status with its reason, and the sentences that state it (none for a refusal)."""

    status: Status
    reason: str
    stated: tuple[Stated, ...] = ()
    removed: tuple[Removed, ...] = ()
    raw: str = ""


def search(question: str, scope: TimeScope, seen: Filter, limit: int, library: Library) -> tuple[Hit, ...]:
    """The passages for a question. Of a question about a named time, those published in it or just after come first."""
    hits = library.search(question, limit, seen)
    if not (scope.named and scope.first):
        return hits
    last = scope.last + NEWS_DELAY if scope.last and scope.last < date.max - NEWS_DELAY else scope.last
    window = Filter(
        since=max(filter(None, (seen.since, scope.first))), until=min(filter(None, (seen.until, last)), default=None), outlets=seen.outlets
    )  # fmt: skip
    timely = library.search(question, limit, window)
    known = {hit.passage.id for hit in timely}
    merged = [*timely[: limit // 2], *(h for h in hits if h.passage.id not in known)]
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(merged[:limit], start=1))


def refuse_unseen(
    question: str, hits: Sequence[Hit], scope: TimeScope, newest: date | None, floor: float
) -> Finding | None:
    """Refusals that need no model: nothing retrieved or near enough, or a time after everything known."""
    if scope.first and newest and scope.first > newest:
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
    """A refusal when a name of the question stands in no retrieved article at all: the articles tell of others."""
    asked = names(question)
    if not asked:
        return None
    context = [library.article(article_id) for article_id in dict.fromkeys(hit.passage.article_id for hit in hits)]
    text = " ".join(f"{a.source.title} {a.source.outlet or ''} {a.text}" for a in context)
    unknown = missing_names(question, text)
    if not unknown:
        return None
    status = Status.NO_EVIDENCE if len(unknown) == len(asked) else Status.NOT_STATED
    return Finding(status=status, reason=f"no article found for this question mentions {unknown[0]!r}")


def _whole(article: Article) -> str:
    return f"{article.source.title} {article.source.outlet or ''} {article.text}"


def figures_for(asked: CountQuestion, hits: Sequence[Hit], library: Library) -> tuple[Figure, ...]:
    """The figures of the retrieved articles that can answer the question."""
    articles = dict.fromkeys(hit.passage.article_id for hit in hits)
    return tuple(
        figure
        for article_id in articles
        for figure in library.figures(article_id)
        if compatible(figure, asked, title=figure.sentence.source.title)
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


def state_running_total(question: str, asked: CountQuestion, hits: Sequence[Hit], library: Library) -> Finding | None:
    """The newest total, for a question about everything so far."""
    if (
        asked.scope.kind not in {"so_far", "latest"}
        or asked.part_of
        or asked.rest
        or asked.compared
        or asked.both
        or asked.promised
        or _ONE_EVENT.search(question)
    ):
        return None
    told = [h for h in hits if not missing_names(question, _whole(library.article(h.passage.article_id)))]
    figures = figures_for(replace(asked, promised=True, several=False), told, library)
    sentences = [s for a in dict.fromkeys(h.passage.article_id for h in told) for s in library.corpus.sentences(a)]
    if asked.scope.first:  # the sum of a few days is no total since a day long before them
        start = asked.scope.first
        figures = tuple(f for f in figures if f.scope != "several" or not f.when or f.when - start <= SPELL)
    if asked.each and not any(f.per_side and f.scope != "event" for f in figures):
        return None
    stated = running_total(figures, asked, sentences)
    if not stated:
        return None
    return Finding(
        status=Status.ANSWERED, reason="the newest reported total, with its parts and what is promised", stated=stated
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A finding made by rules, and the passage the model's check is to weigh first; None when there is nothing to weigh."""

    finding: Finding
    passage: Supported | None


def propose(
    question: str, asked: CountQuestion, figures: Sequence[Figure], ranked: Sequence[Evidence], library: Library
) -> Proposal | None:
    """The answer to a figure question that rules can give, if one figure clearly leads or the number is said to be withheld."""
    if asked.part_of and asked.open_ended:
        return _propose_progress(question, asked, ranked, library)
    found = claims(question, asked, figures, ranked)
    if first := leader(found, asked):
        return _propose_figure(question, asked, first, found, library)
    if left := remainder(asked, ranked):
        supported = verbatim(left, library.before)
        return Proposal(finding=state(supported, 1.0, (), (), (), ""), passage=supported)
    if asked.several and (added := parts(asked, _events(asked, ranked, library), ranked, question)):
        reason = "each part is reported, their sum is not"
        return Proposal(
            finding=Finding(status=Status.ANSWERED, reason=reason, stated=(state_sum(added),)), passage=None
        )
    if not found and (gap := withheld(asked, ranked)):
        said = verbatim(gap, library.before)
        told = Stated(text=f"The number is not given: “{said.text}”", sentences=(gap,))
        return Proposal(
            finding=Finding(status=Status.NOT_STATED, reason="the articles say that the number was not given", stated=(told,)),
            passage=None,
        )  # fmt: skip
    return None


def _propose_progress(
    question: str, asked: CountQuestion, ranked: Sequence[Evidence], library: Library
) -> Proposal | None:
    articles = dict.fromkeys(e.sentence.article_id for e in ranked)
    of_kind = replace(asked, promised=True, several=False)
    figures = [f for a in articles for f in library.figures(a) if compatible(f, of_kind, title=f.sentence.source.title)]
    sentences = [s for a in articles for s in library.corpus.sentences(a)]
    found = progress(question, asked, figures, sentences)
    if found is None:
        return None
    if isinstance(found, Sentence):
        supported = verbatim(found, library.before)
        return Proposal(finding=state(supported, 1.0, (), (), (), ""), passage=None)
    reason = "the newest figure after what was announced"
    return Proposal(finding=Finding(status=Status.ANSWERED, reason=reason, stated=(state_figure(found),)), passage=None)


def _events(asked: CountQuestion, ranked: Sequence[Evidence], library: Library) -> list[Figure]:
    """The figures of single events, too, in the articles ranked."""
    single = replace(asked, several=False)
    return [
        figure
        for article_id in dict.fromkeys(e.sentence.article_id for e in ranked)
        for figure in library.figures(article_id)
        if compatible(figure, single, title=figure.sentence.source.title)
    ]


def _propose_figure(
    question: str, asked: CountQuestion, claim: Claim, found: Sequence[Claim], library: Library
) -> Proposal:
    best = claim.best
    plain_one = plainest(claim)
    supported = verbatim((plain_one or best).sentence, library.before)
    stated: tuple[Stated, ...]
    if asked.both and best.per_side:
        stated = (state_both(best),)
    elif plain_one is None:
        stated = (state_figure(best),)
    else:
        said = Stated(text=attribute(supported, plain_one), sentences=supported.sentences)
        stated = (Stated(text=supported.lead, sentences=supported.sentences), said) if supported.lead else (said,)
    others = rivals(question, claim, found)
    if others:
        finding = Finding(
            status=Status.CONFLICTING, reason="the parties give different figures; each is shown with its claimant",
            stated=(*stated, *(state_rival(o) for o in others)),
        )  # fmt: skip
    else:
        finding = Finding(
            status=Status.ANSWERED, reason="one figure fits the question, of the kind, event and time asked for", stated=stated
        )  # fmt: skip
    return Proposal(finding=finding, passage=supported)


def candidates(
    question: str, ranked: Sequence[Evidence], asked: CountQuestion | None, figures: Sequence[Figure]
) -> list[Evidence]:
    """What the model may answer from. For a figure question: sentences with such a figure, or that say there is none. For one
    that itself names a figure ("who gave the total of 1,762?"): those with that figure and their neighbours, if there are any."""
    if asks_why(question):
        return sorted(ranked, key=lambda e: -e.score * (REASONED if gives_reason(e.sentence.text) else 1))
    if asked is None or asked.part_of:
        return _carrying({n.value for n in find_numbers(question) if n.role == "count" and n.value >= CROWD}, ranked)
    if asked.rest or asked.compared:
        return [e for e in ranked if compares(e.sentence)]
    return [e for e in ranked if undisclosed(e.sentence) or any(f.sentence == e.sentence for f in figures)]


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


def objection(
    question: str,
    supported: Supported,
    scope: TimeScope,
    asked: CountQuestion | None,
    figures: Sequence[Figure],
    library: Library,
) -> str | None:
    """What speaks against an answer although it stands in the articles: the wrong kind, day, people or figure. None: nothing."""
    cited = supported.sentences[-1]
    article = library.article(cited.article_id)
    if not answers_its_kind(question, supported.text, _whole(article)):
        return "the sentence found is no answer of the kind asked for"
    if says_nothing_new(question, f"{supported.lead} {supported.text}"):
        return "the sentence found only repeats the question"
    if unknown := strangers(question, supported, article):
        return f"the article cited does not mention {unknown[0]!r}"
    if (who := asked_speaker(question)) and not _said_by(who, supported):
        return f"the words found are not those of {' '.join(who)}"
    if not _in_time(cited, supported, scope):
        return "the sentence found is about another time"
    if (
        asked
        and asked.both
        and not BOTH.search(supported.text)
        and any(f.per_side for f in figures if f.sentence in supported.sentences)
    ):
        return "the figure found is that of one side"
    mine = [f for f in figures if f.sentence in supported.sentences]
    if asked and asked.open_ended and not asked.part_of and mine and all(f.scope == "event" for f in mine):
        return "the figure found is that of one event"
    if (
        asked
        and not undisclosed(cited)
        and not (asked.part_of or asked.rest or asked.compared)
        and figure_of(supported.text, figures) is None
    ):
        return "the figure found counts something else"
    return None


def _said_by(who: Sequence[str], supported: Supported) -> bool:
    """Whether the cited sentences are the words of `who`, or name them at all where no speaker can be told."""
    texts = [s.text for s in supported.sentences]
    speakers = [c for i, t in enumerate(texts) if (c := claimant(t, before=texts[i - 1] if i else ""))]
    whole = " ".join(texts)
    described = [
        whole[at : at + len(c) + 80].split(", ")[:2] for c in speakers if (at := whole.find(c)) >= 0
    ]  # with the apposition
    stems = name_stems("; ".join([*speakers, *(", ".join(parts) for parts in described)] or texts))
    return any(has_name(n, stems) for n in who)


def _in_time(cited: Sentence, supported: Supported, scope: TimeScope) -> bool:
    """Whether a cited sentence can speak of the time asked for: by a day it names, else by when it was published."""
    if scope.first is None and scope.last is None:
        return True
    first, last = scope.first or date.min, scope.last or date.max
    published = cited.source.published
    days = [d for s in supported.sentences for d in find_days(s.text, published) if d.first and d.last]
    if any(d.first and d.last and d.first <= last and d.last >= first for d in days):
        return True
    return published is not None and first <= published <= (last if last == date.max else last + NEWS_DELAY)


def state(
    supported: Supported,
    yes: float,
    figures: Sequence[Figure],
    conflicts: Sequence[Stated],
    removed: tuple[Removed, ...],
    raw: str,
) -> Finding:
    """An answer that stands: attributed if it is a quantity, with the other side's figure where the parties disagree."""
    figure = figure_of(supported.text, [f for f in figures if f.sentence in supported.sentences])
    said = Stated(text=attribute(supported, figure), sentences=supported.sentences)
    stated = (Stated(text=supported.lead, sentences=supported.sentences), said) if supported.lead else (said,)
    if conflicts:
        return Finding(
            status=Status.CONFLICTING,
            reason="the parties give different figures; each is shown with its claimant",
            stated=(*stated, *conflicts),
            removed=removed,
            raw=raw,
        )
    return Finding(
        status=Status.ANSWERED,
        reason=f"every sentence stands on what it cites; the check gives {yes:.0%}",
        stated=stated,
        removed=removed,
        raw=raw,
    )


def disagreements(
    question: str, asked: CountQuestion, chosen: Figure | None, figures: Sequence[Figure], ranked: Sequence[Evidence]
) -> tuple[Stated, ...]:
    """What other claimants say of the event of the figure chosen, where they differ."""
    found = claims(question, asked, figures, ranked) if chosen else []
    claim = next((c for c in found if chosen in c.figures), None)
    return tuple(state_rival(f) for f in rivals(question, claim, found)) if claim else ()


def evidence_for_check(supported: Supported) -> str:
    """The passage the check reads: the article's title and the sentences cited."""
    source = supported.sentences[-1].source
    dated = f" ({spell(source.published)})" if source.published else ""
    return f"{source.title}{dated}. " + " ".join(" ".join(s.text.split()) for s in supported.sentences)
