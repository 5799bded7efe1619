"""What the model is asked, and what is made of its replies: a follow-up alone, Yes or No to a sentence, a sentence in other words."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

from assistant import findings, followup
from assistant.citations import strip_markers
from assistant.clock import Clock
from assistant.compose import (
    GRAMMAR,
    MAX_ANSWER_TOKENS,
    Supported,
    opens_with_pronoun,
    parse_draft,
    support,
    whole_lines,
    with_dates,
    with_report_day,
)
from assistant.evidence import Evidence, lay_out, neutral, number_evidence
from assistant.findings import REFUSALS, Finding
from assistant.inquiry import Inquiry
from assistant.judge import CHECKED, FIRST, Window, clues, learnt, put, windows
from assistant.library import Library
from assistant.llm import ChatModel, Task
from assistant.objections import bar, doubt, objection
from assistant.question_kinds import asks_when
from assistant.records import STATING, DraftDelta, Event, Question, Removed, StageStarted, Status
from assistant.settings import Settings
from assistant.trial import CERTAIN, FURTHER, LOOKS, as_passage, statements, sureness
from index.errors import ReplyCut
from index.records import Sentence
from prompts import render

MAX_QUESTION_TOKENS = 60
PLAIN = 140  # characters: a sentence no longer needs no other words
SURER = 0.05  # by how much surer the judge must be of a sentence where a figure is asked for
LOSS = 0.05  # by how much less sure the check may be of the model's words than of the article's


@dataclass(frozen=True, slots=True)
class Look:
    """A sentence, the answer it would be, and what rules doubt in it."""

    evidence: Evidence
    supported: Supported
    doubted: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A sentence as an answer, and how probable it is that it is one, 0..1."""

    supported: Supported
    yes: float  # the check's Yes against No
    sure: float
    against: str | None = None  # what rules doubt all the same


def check_fields(passage: str, question: str, answer: str) -> dict[str, str]:
    """The fields of the check's prompt."""
    return {"passage": neutral(passage), "question": neutral(question), "answer": neutral(answer)}


def _surer(best: Weighed | None, other: Weighed) -> Weighed:
    """The one of two that is surer, the first if they are alike."""
    return best if best and other.sure <= best.sure else other


def _to_look_at(looks: Mapping[Sentence, Look | str]) -> tuple[list[Sentence], list[Sentence], list[str]]:
    """Which of the best-ranked are looked up first, which further where none of those is sure enough, and what bars others."""
    first, further, objections = list[Sentence](), list[Sentence](), list[str]()
    for place, (sentence, look) in enumerate(looks.items()):
        if isinstance(look, str):
            objections.append(look)
        elif look.doubted is None:
            (first if place < LOOKS else further).append(sentence)
        elif place < LOOKS:
            further.append(sentence)
    return first, further, objections


class Reader:
    """A model at work on the questions to one index. What it writes is weighed here and never shown unchecked but as a draft."""

    def __init__(self, model: ChatModel, settings: Settings, library: Library, clock: Clock) -> None:
        self._model, self._library, self._clock = model, library, clock
        self.settings = settings

    def weigh(self, passage: str, question: str, answer: str) -> float:
        """Yes against No, 0..1, on whether `passage` states `answer` to `question`. Raises ModelError."""
        return self.probability("check", check_fields(passage, question, answer))

    def check(self, question: str, candidate: Supported) -> float:
        """The model's Yes against No, 0..1, on whether the sentences cited state the answer. Raises ModelError."""
        return self.weigh(as_passage(candidate), question, candidate.text)

    def says(self, question: str, window: Window) -> dict[Sentence, float]:
        """The log-odds by which each of some sentences that follow one another answers. Raises ModelError."""
        lines = self._model.lines(render("judge", **put(question, window)), FIRST)
        return dict(zip(window, map(float, learnt().says(lines)), strict=True))

    def probability(self, prompt: Task, fields: dict[str, str]) -> float:
        """Yes against No, 0..1, to any of the prompts that ask for it. Raises ModelError."""
        return self._model.probability(prompt, render(prompt, **fields))

    def stand_alone(self, asked: Question) -> str:
        """A follow-up as a question of its own: as it is, at another time, or rewritten by the model where code can trust that."""
        before = followup.topic(asked.history, tuple(REFUSALS.values()))
        if followup.stands_alone(asked.text):
            return asked.text
        if moved := followup.move_time(asked.text, before, self._library.newest(asked.filter)):
            return moved
        if followup.beside_it(asked.text):
            return followup.joined(asked.text, before)
        told = f"Q: {neutral(before.question)}\nA: {neutral(strip_markers(before.answer))[:600]}"
        prompt = render("condense", history=told, question=neutral(asked.text))
        try:
            written = "".join(self._model.write("condense", prompt, max_tokens=MAX_QUESTION_TOKENS))
        except ReplyCut as cut:
            written = whole_lines(cut.partial)
        line = written.strip().split("\n")[0].strip().strip('"')
        line = followup.without_old_time(line, asked.text)
        if line.count("?") > 1:  # the question before and the new one: nothing was understood
            return followup.joined(asked.text, before)
        return line if followup.trusted(line, asked.text, before) else followup.joined(asked.text, before)

    def believes(self, inquiry: Inquiry, finding: Finding) -> bool:
        """Whether the judge does not hold for improbable what a rule found, by the surest sentence of its first statement. What is
        concluded is believed, and a model that shows no layers believes everything. Raises ModelError."""
        if finding.concluded or finding.status not in STATING or not finding.stated or not self._model.shows_layers():
            return True
        beliefs = (self._belief(inquiry, sentence) for sentence in finding.stated[0].sentences)
        return max(beliefs) >= self.settings.rule_floor

    def _belief(self, inquiry: Inquiry, sentence: Sentence) -> float:
        (window,) = windows([sentence], self._library)
        says = self.says(inquiry.question, window)
        least = min((e.score for e in inquiry.ranked), default=0.0)
        unranked = Evidence(number=0, sentence=sentence, score=least, cosine=0.0, coverage=0.0)
        evidence = next((e for e in inquiry.ranked if e.sentence == sentence), unranked)
        return learnt().sureness(says[sentence], clues(inquiry, evidence, self._library, doubted=False))

    def read(self, inquiry: Inquiry) -> Generator[Event, None, Finding]:
        """Weigh the best-ranked sentences, and let the model put the surest into words; a refusal when none is sure enough. A small
        model picks one of eight sentences hardly better than the ranking does, but tells of one well."""
        judges = self._model.shows_layers()
        candidates = findings.open_to(inquiry) if judges else findings.candidates(inquiry)[:LOOKS]
        if not candidates:
            return Finding(status=Status.NOT_STATED, reason="the topic is covered, but no figure of this kind is given")
        best, objections = yield from (self._judged if judges else self._checked)(inquiry, candidates)
        self._clock.lap("checking")
        if best is None or best.sure < (self._floor(inquiry) if judges else self.settings.check_floor):
            why = f"the best sentence answers it with {best.sure:.0%} probability" if best else objections[0]
            reason = f"the topic is covered, but the articles found do not say this ({why})"
            return Finding(status=Status.NOT_STATED, reason=reason)
        said, removed, raw = yield from self._put(inquiry, best)
        figures, others = inquiry.figures if inquiry.count else (), findings.disagreements(inquiry, said)
        return findings.state(said, best.sure, figures, others, removed, raw, against=best.against)

    def _checked(
        self, inquiry: Inquiry, candidates: Sequence[Evidence]
    ) -> Generator[Event, None, tuple[Weighed | None, list[str]]]:
        """The surest candidate by the model's Yes against No, one by one until one is certain; and what spoke against others."""
        best: Weighed | None = None
        objections: list[str] = []
        stated = statements(inquiry.question, candidates, self._library)
        for number, (evidence, supported) in enumerate(zip(candidates, stated, strict=True), start=1):
            if against := objection(inquiry, supported, self._library):
                objections.append(against)
                continue
            yield StageStarted(stage="checking", detail=f"weighing sentence {number} of {len(candidates)}")
            yes = self.check(inquiry.question, supported)
            best = _surer(best, Weighed(supported=supported, yes=yes, sure=sureness(yes, evidence.score)))
            if best.supported is supported and best.sure >= self.settings.check_floor:
                yield self._draft(supported)
            if best.sure >= CERTAIN:
                break
        return best, objections

    def _judged(
        self, inquiry: Inquiry, candidates: Sequence[Evidence]
    ) -> Generator[Event, None, tuple[Weighed | None, list[str]]]:
        """The surest candidate by what a layer of the model makes of each, read where it stands, one place after another until one is
        certain, and, of the best few, by its Yes against No, too; and what spoke against others. Places are looked up for the FURTHER
        best-ranked; what is read on the way to them is judged with them. Those that rules doubt, and the undoubted beyond LOOKS, are
        looked up only where none of the first is sure enough. Where no figure is asked for, and rules doubt nothing, a check that is
        sure enough alone will do.
        """
        open_to = {e.sentence: e for e in candidates}
        looks = {e.sentence: self._look(inquiry, e) for e in candidates[:FURTHER]}
        first, further, objections = _to_look_at(looks)
        judged: dict[Sentence, tuple[float, Look]] = {}
        surest, shown = 0.0, None
        for wanted, enough in ((first, CERTAIN), (further, min(CERTAIN, self._floor(inquiry)))):
            runs = windows([s for s in wanted if s not in judged], self._library)
            for number, window in enumerate(runs, start=1):
                if surest >= enough:
                    break
                yield StageStarted(stage="checking", detail=f"reading {number} of {len(runs)} places in the articles")
                for sentence, say in self.says(inquiry.question, window).items():
                    if sentence not in open_to or sentence in judged:
                        continue
                    look = looks.get(sentence) or self._look(inquiry, open_to[sentence])
                    if isinstance(look, Look):
                        known = clues(inquiry, look.evidence, self._library, doubted=look.doubted is not None)
                        judged[sentence] = (learnt().sureness(say, known), look)
                surest, likeliest = max(judged.values(), key=lambda item: item[0], default=(0.0, None))
                if likeliest and likeliest is not shown and surest >= self._floor(inquiry):
                    shown = likeliest
                    yield self._draft(likeliest.supported)
        best: Weighed | None = None
        stricter = self.settings.check_floor - self._floor(inquiry)
        for judging, look in sorted(judged.values(), key=lambda item: -item[0])[:CHECKED]:
            yield StageStarted(stage="checking", detail="checking the best of them")
            yes = self.check(inquiry.question, look.supported)
            sure = learnt().together(judging, yes)
            if inquiry.count is None and look.doubted is None:
                sure = max(sure, sureness(yes, look.evidence.score) - stricter)
            best = _surer(best, Weighed(supported=look.supported, yes=yes, sure=sure, against=look.doubted))
            if best.supported is look.supported and best.sure >= self._floor(inquiry):
                yield self._draft(look.supported)
            if best.sure >= CERTAIN:
                break
        return best, objections

    def _draft(self, supported: Supported) -> DraftDelta:
        """A sentence that is the likeliest so far to answer, and likely enough, for people to read while others are looked at."""
        self._clock.mark("first_words")
        return DraftDelta(text=supported.text, anew=True)

    def _floor(self, inquiry: Inquiry) -> float:
        """How sure the judge has to be, 0..1: a wrong figure does most harm."""
        return self.settings.judge_floor + (SURER if inquiry.count else 0.0)

    def _look(self, inquiry: Inquiry, evidence: Evidence) -> Look | str:
        """A sentence as the answer it would be; what bars it, if anything does."""
        (supported,) = statements(inquiry.question, [evidence], self._library)
        against = bar(inquiry, supported)
        return against or Look(evidence, supported, doubt(inquiry, supported, self._library))

    def _put(
        self, inquiry: Inquiry, best: Weighed
    ) -> Generator[Event, None, tuple[Supported, tuple[Removed, ...], str]]:
        """The sentence found in the model's words, if they stand, still fit the question, can be read without what came before, and
        the check is no less sure of them; else in the article's."""
        question, found = inquiry.question, best.supported
        if asks_when(question):
            found = with_report_day(found)
        if inquiry.count or (len(found.text) <= PLAIN and not found.lead):  # reworded, a figure is soon another's
            yield self._draft(found)
            return found, (), ""
        evidence = number_evidence(
            [Evidence(number=0, sentence=s, score=0.0, cosine=0.0, coverage=0.0) for s in found.sentences],
            limit=len(found.sentences),
            max_characters=sum(len(s.text) for s in found.sentences),
        )
        yield StageStarted(stage="writing", detail="writing")
        raw = yield from self._write(question, evidence)
        self._clock.lap("writing")
        draft, removed = support(parse_draft(raw), evidence, question, self._library.before)
        if draft and asks_when(question):
            draft = with_dates(draft)
        if draft is None or removed or draft.text == found.text or opens_with_pronoun(draft.text):
            return found, removed, raw
        if objection(inquiry, draft, self._library) not in {None, best.against}:
            return found, removed, raw
        yield StageStarted(stage="checking", detail="checking the answer against the articles")
        agreed = self.check(question, draft) >= best.yes - LOSS
        self._clock.lap("checking")
        return (draft if agreed else found), (), raw

    def _write(self, question: str, evidence: Sequence[Evidence]) -> Generator[Event, None, str]:
        prompt = render("answer", evidence=lay_out(evidence), question=neutral(question))
        raw = ""
        try:
            for piece in self._model.write(
                "answer", prompt, max_tokens=MAX_ANSWER_TOKENS, grammar=GRAMMAR.format(most=len(evidence))
            ):
                before = parse_draft(raw).answer if "Answer:" in raw else ""
                raw += piece
                after = parse_draft(raw).answer if "Answer:" in raw else ""
                if after != before:
                    self._clock.mark("first_words")
                    goes_on = bool(before) and after.startswith(before)
                    yield DraftDelta(text=after.removeprefix(before) if goes_on else after, anew=not goes_on)
        except ReplyCut:
            return whole_lines(raw)
        return raw
