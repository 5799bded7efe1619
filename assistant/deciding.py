"""How a question is answered once its passages are found: from several reports together, from a figure that rules propose, or
from the sentence the check is surest of."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from assistant import both_sides, findings, named_by_all
from assistant.accounts import without_accounts
from assistant.added_up import added_up
from assistant.clock import Clock
from assistant.count import CountQuestion
from assistant.evidence import Evidence
from assistant.findings import Finding
from assistant.inquiry import Inquiry
from assistant.library import Library
from assistant.objections import objection
from assistant.proposal import Proposal
from assistant.proposals import propose
from assistant.proposals_days import event_day
from assistant.reading import Reader
from assistant.records import Event, StageStarted
from assistant.timescope import TimeScope
from assistant.trial import as_passage, covered, required
from assistant.verify import missing_names
from index.records import Filter, Hit

PLAINLY = 0.2  # by how much less sure of what more than one sentence speaks for
ELSEWHERE = 0.1  # by how much surer the check must be of a figure when a name of the question stands elsewhere in its article only


def several(
    question: str, seen: Filter, library: Library, reader: Reader, clock: Clock
) -> Generator[Event, None, Finding | None]:
    """What several reports named in the question say of it together, yes or no or a name; None for any other question."""
    if shared := named_by_all.find_shared(question, seen, library):
        clock.lap("reading")
        yield StageStarted(stage="checking", detail=f"checking {len(shared.sentences)} reports")
        named = named_by_all.state_shared(question, shared, reader.weigh)
        clock.lap("checking")
        return named if named.stated else None
    sides = both_sides.read_sides(question, library.outlet_names(), library.newest(seen))
    sentences = both_sides.look_up(sides, seen, library)
    clock.lap("reading")
    if not sentences:
        return None
    yield StageStarted(stage="checking", detail=f"comparing {len(sentences)} reports")
    finding = both_sides.decide(question, sides, sentences, reader.probability)
    clock.lap("checking")
    return finding


def decide(
    question: str,
    scope: TimeScope,
    count: CountQuestion | None,
    hits: Sequence[Hit],
    ranked: Sequence[Evidence],
    library: Library,
    reader: Reader,
    clock: Clock,
) -> Generator[Event, None, Finding]:
    """The figure that rules find, if the check agrees; else what the model reads in a few sentences."""
    if count and not scope.spans and (day := event_day(question, scope, ranked, library)):
        scope = replace(scope, kind="within", first=day, last=day, named=True, spans=((day, day),), month=None)
        count = replace(count, scope=scope, several=False)
    figures = findings.figures_for(count, hits, library) if count else ()
    inquiry = Inquiry(question=question, scope=scope, count=count, figures=figures, ranked=ranked)
    if count and (together := added_up(question, count, ranked, library)):
        return together
    if count and (total := findings.state_running_total(question, count, hits, library)):
        yield StageStarted(stage="checking", detail="checking the total against the articles")
        believed = reader.believes(inquiry, total)
        clock.lap("checking")
        if believed:
            return total
    if count and count.accounts:
        # who says so is shown, whatever the check thinks of the words that ask for it
        inquiry = replace(inquiry, question=without_accounts(question))
    for proposal in propose(inquiry.question, scope, count, figures, ranked, library):
        yield StageStarted(stage="checking", detail="checking the figure against the articles")
        stands = _stands(inquiry, proposal, library, reader) and reader.believes(inquiry, proposal.finding)
        clock.lap("checking")
        if stands:
            return proposal.finding
    return (yield from reader.read(inquiry))


def _stands(inquiry: Inquiry, proposal: Proposal, library: Library, reader: Reader) -> bool:
    """Whether nothing speaks against a figure that rules propose, and the check agrees, where there is one to check. It is put
    shortly: a small model loses its way in the article's whole sentence."""
    if proposal.passage is None:
        return True
    # a figure of one side may be doubled in the open
    if objection(inquiry.of_one_side(), proposal.passage, library):
        return False
    question = inquiry.question
    passage = as_passage(proposal.passage)
    last = proposal.passage.sentences[-1]
    near = f"{last.source.title} {' '.join(s.text for s in library.before(last, 2))}"
    floor = required(covered(question, passage), reader.settings.figure_floor, first=proposal.first)
    if missing_names(question, near):
        floor += ELSEWHERE
    if proposal.told:
        floor -= PLAINLY
    return reader.weigh(passage, question, proposal.answer) >= floor
