"""What rules propose as the answer to a figure question, best first; the model's check decides whether a proposal stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from assistant.claimants import same_claimant
from assistant.compose import attribute, stated, verbatim
from assistant.corrections import correction
from assistant.count import CountQuestion
from assistant.evidence import Evidence
from assistant.findings import Finding, fits, state
from assistant.growth import growth
from assistant.library import Library
from assistant.occasions import OPENING
from assistant.proposal import Proposal, figures_found
from assistant.proposals_days import propose_day
from assistant.question_kinds import asks_source, events_counted, other_ordinal, place_told
from assistant.records import Status
from assistant.remaining import propose_rest
from assistant.rivals import adds_up, agreeing, near_in_time, rivals
from assistant.stated import (
    Stated,
    state_both,
    state_correction,
    state_difference,
    state_earlier,
    state_figure,
    state_rival,
    state_sum,
)
from assistant.tally import (
    CROWD,
    PROPOSED,
    Claim,
    both_sides,
    claims,
    leaders,
    newer,
    parts,
    plainest,
    progress,
    withheld,
)
from assistant.timescope import NEWS_DELAY, TimeScope
from assistant.wholes import whole_of
from assistant.words import names, plain_quotes, quotations
from index.attribution import claimant
from index.figures import Figure
from index.numbers import find_numbers, plain
from index.records import Sentence

# "246 or 277", "did 246 people die or 277"
_OR = re.compile(r"\s(?:\S+\s){0,6}?(?:or|vs\.?|versus)\s(?:\S+\s){0,2}?", re.IGNORECASE)
PARTIES = 2


def propose(
    question: str,
    scope: TimeScope,
    asked: CountQuestion | None,
    figures: Sequence[Figure],
    ranked: Sequence[Evidence],
    library: Library,
) -> Iterator[Proposal]:
    """The answers to a figure question that rules can give, one by one: a figure that fits, what remains, a sum, or that the
    number is withheld; and who gave a figure that the question names."""
    yield from _either(question, ranked, library)
    if asked is None:
        yield from _speaker(question, ranked, library)
        yield from _claimant(question, ranked, library)
        yield from propose_day(question, scope, ranked, library)
        return
    if asked.until_now:
        come = [*_progress(question, asked, ranked, library)]
        yield from come
        if come or asked.open_ended:
            return
    if kind := events_counted(question):
        yield from _in_a_row(kind, asked, ranked, library)
    if counts := growth(question, asked, figures_found(ranked, library)):
        told, reason = state_difference(counts, "as of"), "the count is reported at either time, what was added is not"
        yield Proposal(finding=Finding(status=Status.ANSWERED, reason=reason, stated=(told,), concluded=True))
        return
    if asked.compared:
        yield from _difference(question, asked, ranked, library)
    found = claims(question, asked, [f for f in figures if not _of_another(question, f, library)], ranked)
    proposed = leaders(question, found, asked)
    if asked.both:
        proposed = tuple(sorted(proposed, key=lambda claim: not adds_up(claim, found)))
    if asked.both and not (proposed and (proposed[0].best.per_side or adds_up(proposed[0], found))):
        events = _events(question, replace(asked, giver=()), ranked, library)
        two = both_sides(asked, events, ranked, question) if len(asked.scope.spans) < PARTIES else ()
        if two:
            reason = "the figure of each side is reported, their sum is not"
            yield Proposal(
                finding=Finding(status=Status.ANSWERED, reason=reason, stated=(state_sum(two),), concluded=True)
            )
            return
    added = parts(asked, _events(question, asked, ranked, library), ranked, question) if asked.several else ()
    doubled = bool(added) and asked.both and added[0].per_side
    if added and (doubled or not (proposed and _holds(proposed[0].best, added))):
        reason = "each part is reported, their sum is not"
        named = len(asked.scope.spans) == len(added)  # a figure for each time that the question names
        yield Proposal(
            finding=Finding(
                status=Status.ANSWERED, reason=reason, stated=(state_sum(added, both=doubled),), concluded=named
            )
        )
        return
    for claim in proposed:
        first = claim is proposed[0]
        proposal = _figure(question, asked, claim, found, library)
        if asked.accounts and proposal.finding.status is not Status.CONFLICTING:
            if alike := agreeing(claim):
                yield _agreed(alike, library)
            continue  # the figure of one party is no answer to what each of them says
        if corrected := correction(question, claim, found, figures_found(ranked, library)):
            yield replace(_corrected(corrected, claim, library), first=first)
        if later := newer(question, claim, found):
            yield replace(_figure(question, asked, later, found, library, earlier=claim), first=first)
        yield replace(proposal, first=first)
    if proposed:
        return
    done = replace(asked, rest=False, promised=False)
    yield from propose_rest(question, asked, _events(question, done, ranked, library), ranked, library)
    if not found and not events_counted(question) and (gap := withheld(asked, ranked)):
        said = verbatim(gap, library.before)
        told = Stated(text=f"The number is not given: “{said.text}”", sentences=(gap,))
        reason = "the articles say that the number was not given"
        yield Proposal(finding=Finding(status=Status.NOT_STATED, reason=reason, stated=(told,)))


def _either(question: str, ranked: Sequence[Evidence], library: Library) -> Iterator[Proposal]:
    """Which of two figures that a question names: who gives the one and who the other, where two parties do of one time."""
    named = [n for n in find_numbers(question) if n.role == "count" and n.value >= CROWD]
    if len(named) == 1 and named[0].upper and " or " in question[named[0].start : named[0].end]:
        values = (named[0].value, named[0].upper)  # "246 or 277" may be meant as a range, but not in a question
    elif len(named) == 2 and _OR.fullmatch(question[named[0].end : named[1].start]):
        values = (named[0].value, named[1].value)
    else:
        return
    told = [f for f in figures_found(ranked, library) if f.claimant and f.state == "done" and f.when]
    one, other = (next((f for f in told if f.value == value), None) for value in values)
    if one and other and not same_claimant(one.claimant or "", other.claimant or "") and near_in_time(one, other):
        reason = "the parties give different figures; each is shown with its claimant"
        yield Proposal(
            finding=Finding(status=Status.CONFLICTING, reason=reason, stated=_in_their_words((one, other), library))
        )


def _of_one_time(asked: CountQuestion) -> bool:
    """Whether what happened, or was promised, once is asked for, and not a total or a sum."""
    total = asked.open_ended or asked.several or asked.standing
    return not (total or asked.accounts or asked.thrown_in)


def _for_one_side(asked: CountQuestion, best: Figure) -> bool:
    """Whether the count of one side on a day that is named is asked for, which is told for each side."""
    return _on_the_day(asked, best) and bool(asked.towards) and not asked.each


def _on_the_day(asked: CountQuestion, best: Figure) -> bool:
    """Whether a figure is of the one day that is named."""
    return asked.scope.named and best.when is not None and asked.scope.first == best.when == asked.scope.last


def _holds(figure: Figure, added: Sequence[Figure]) -> bool:
    """Whether a figure can be that of all these events together: it is over several, and none of them came after it."""
    return figure.scope == "several" and all(not (f.when and figure.when) or f.when <= figure.when for f in added)


def _in_a_row(kind: str, asked: CountQuestion, ranked: Sequence[Evidence], library: Library) -> Iterator[Proposal]:
    """How many events of a kind there have been, by the highest place in their row that the newest article gives: "it was the fifth
    exchange of the year"."""
    scope = asked.scope
    last_day = scope.last + NEWS_DELAY if scope.last and scope.first != scope.last else date.max
    articles = dict.fromkeys(e.sentence.article_id for e in ranked)
    told = [
        s
        for article in articles
        for s in library.corpus.sentences(article)
        if (day := s.source.published) and (scope.first or date.min) <= day <= last_day and place_told(kind, s.text)
    ]
    if not told:
        return
    last = max(told, key=lambda s: (s.source.published or date.min, place_told(kind, s.text), -s.start))
    supported = verbatim(last, library.before)
    finding = replace(state(supported, None, (), (), (), ""), concluded=True)
    yield Proposal(finding=finding, passage=supported, answer=supported.text)


def _difference(
    question: str, asked: CountQuestion, ranked: Sequence[Evidence], library: Library
) -> Iterator[Proposal]:
    """By how much the figures of two times differ that the question names, or of the two parties it names."""
    each = replace(asked, compared=False, several=False)
    times = max(len(asked.scope.spans), len(asked.scope.weekdays))
    if times > 1 or len(asked.towards) < PARTIES:
        two = parts(each, _events(question, each, ranked, library), ranked, question)
        fitting = times == len(two) == PARTIES
    else:
        two = both_sides(each, _events(question, each, ranked, library), ranked, question)
        fitting = len(two) == PARTIES
    if fitting:
        reason = "both figures are reported, their difference is not"
        told = state_difference(two)
        yield Proposal(finding=Finding(status=Status.ANSWERED, reason=reason, stated=(told,), concluded=True))


def _corrected(instead: Figure, claim: Claim, library: Library) -> Proposal:
    """The figure that a later report puts in the place of an earlier one, and the earlier one."""
    told = (state_correction(instead), state_earlier(claim.best))
    supported = verbatim(instead.sentence, library.before)
    reason = "a later report corrects the figure; the earlier one is shown with it"
    return Proposal(
        finding=Finding(status=Status.ANSWERED, reason=reason, stated=told), passage=supported, answer=supported.text
    )


def _agreed(alike: Sequence[Figure], library: Library) -> Proposal:
    """The figure that two parties give alike, in the words of each."""
    told, reason = _in_their_words(alike, library), "the parties give the same figure"
    return Proposal(finding=Finding(status=Status.ANSWERED, reason=reason, stated=told, concluded=True))


def _in_their_words(figures: Sequence[Figure], library: Library) -> tuple[Stated, ...]:
    """Each figure in its article's words, with its claimant; a sentence that gives two is told once."""
    told = list[Stated]()
    for figure in figures:
        supported = verbatim(figure.sentence, library.before)
        told += stated(supported, attribute(supported, figure))
    return tuple(dict.fromkeys(told))


def _of_another(question: str, figure: Figure, library: Library) -> bool:
    """Whether a figure stands in an article on another one of several: on the third exchange, while the first is asked about."""
    beside = " ".join(s.text for s in library.before(figure.sentence, 2))
    article = library.article(figure.sentence.article_id)
    around = f"{article.source.title} {article.text[:OPENING]} {beside}"
    return other_ordinal(question, figure.sentence.text) or other_ordinal(question, around)


def _speaker(question: str, ranked: Sequence[Evidence], library: Library) -> Iterator[Proposal]:
    """Whoever said the words that a question quotes and asks the speaker of; the words are the article's own, so no check is needed."""
    quoted = [plain_quotes(q).strip(" .,?!").lower() for q in quotations(question) if len(q.split()) > 1]
    if not quoted or not asks_source(question):
        return
    for evidence in ranked:
        said = evidence.sentence
        if not all(q in plain_quotes(said.text).lower() for q in quoted):
            continue
        sentences = library.corpus.sentences(said.article_id)
        before, after = (
            sentences[i] if 0 <= i < len(sentences) else None for i in (said.ordinal - 1, said.ordinal + 1)
        )
        who = claimant(said.text, before=before.text if before else "", after=after.text if after else "")
        named = next((s for s in (said, after, before) if s and who and who in s.text), None)
        if who and named and names(f"x {who}"):
            told = [
                Stated(text=" ".join(s.text.split()), sentences=(s,))
                for s in sorted({said, named}, key=lambda s: s.start)
            ]
            reason = f"the words quoted stand in the article as those of {who}"
            yield Proposal(finding=Finding(status=Status.ANSWERED, reason=reason, stated=tuple(told)))
            return


def _claimant(question: str, ranked: Sequence[Evidence], library: Library) -> Iterator[Proposal]:
    """Whoever gives the figure that a question names and asks the source of, in the best-ranked sentence that says so."""
    values = {n.value for n in find_numbers(question) if n.role == "count" and n.value >= CROWD}
    if not values or not asks_source(question):
        return
    proposed = 0
    for evidence in ranked:
        told = (f for f in library.figures(evidence.sentence.article_id) if f.sentence == evidence.sentence)
        figure = next((f for f in told if f.value in values and f.claimant), None)
        if figure and proposed < PROPOSED:
            proposed += 1
            supported = verbatim(figure.sentence, library.before)
            yield Proposal(
                finding=state(supported, None, (figure,), (), (), ""),
                passage=supported,
                answer=f"{figure.claimant} gave the figure of {plain(figure.value)}",
                first=proposed == 1,
            )


def _progress(question: str, asked: CountQuestion, ranked: Sequence[Evidence], library: Library) -> Iterator[Proposal]:
    articles = dict.fromkeys(e.sentence.article_id for e in ranked)
    of_kind = replace(asked, promised=True, several=False)
    figures = [f for f in figures_found(ranked, library) if fits(f, of_kind, library)]
    sentences = [s for a in articles for s in library.corpus.sentences(a)]
    found = progress(question, asked, figures, sentences)
    if isinstance(found, Sentence):
        yield Proposal(finding=state(verbatim(found, library.before), None, (), (), (), ""))
    elif found:
        reason = "the newest figure after what was announced"
        yield Proposal(finding=Finding(status=Status.ANSWERED, reason=reason, stated=(state_figure(found),)))


def _events(question: str, asked: CountQuestion, ranked: Sequence[Evidence], library: Library) -> list[Figure]:
    """The figures of single events, too, in the articles ranked."""
    single = replace(asked, several=False)
    return [
        f for f in figures_found(ranked, library) if fits(f, single, library) and not _of_another(question, f, library)
    ]


def _figure(
    question: str,
    asked: CountQuestion,
    claim: Claim,
    found: Sequence[Claim],
    library: Library,
    *,
    earlier: Claim | None = None,
) -> Proposal:
    """A claim in its article's own sentence where that is no list, else in one of ours; with what speaks otherwise."""
    best = claim.best
    plain_one = plainest(claim)
    shown = plain_one or best
    supported = verbatim(shown.sentence, library.before)
    told: tuple[Stated, ...]
    if asked.both and best.per_side:
        told = (state_both(best),)
    elif plain_one is None:
        told = (state_figure(best),)
    else:
        told = stated(supported, attribute(supported, plain_one))
    status, reason = Status.ANSWERED, "one figure fits the question, of the kind, event and time asked for"
    if earlier:
        told, reason = (
            (*told, state_earlier(earlier.best)),
            "the newest report's figure; an earlier report had another",
        )
    elif others := rivals(
        question, asked, claim, found, library.figures(best.sentence.article_id) if asked.accounts else ()
    ):
        status, reason = Status.CONFLICTING, "the parties give different figures; each is shown with its claimant"
        said = " ".join(t.text for t in told)
        beside = (o for o in others if " ".join(o.sentence.text.split()).rstrip(".") not in said)  # or both stand there
        told = (*told, *(state_rival(o) for o in beside))
    each_said = asked.accounts and status is Status.CONFLICTING
    in_all = asked.thrown_in and best.scope == "several" and not best.period and _on_the_day(asked, best)
    due = asked.promised and not asked.both and best.state == "promised" and _on_the_day(asked, best)
    concluded = best.per_side and best.scope == "event" and _of_one_time(asked)
    concluded = (
        concluded and asked.promised == (best.state == "promised") and (asked.both or _for_one_side(asked, best))
    )
    return Proposal(
        finding=Finding(status=status, reason=reason, stated=told, concluded=concluded or each_said or due or in_all),
        passage=supported,
        told=(asked.part_of and whole_of(best) is not None) or each_said or due,
        answer=(told[0] if asked.both and best.per_side else state_figure(shown)).text,
    )
