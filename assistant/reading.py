"""What the model is asked, and what is made of its replies: a follow-up alone, an answer from a few sentences, a Yes or No."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from assistant import findings, followup
from assistant.citations import strip_markers
from assistant.clock import Clock
from assistant.compose import (
    GRAMMAR,
    MAX_ANSWER_TOKENS,
    Supported,
    figure_of,
    parse_draft,
    support,
    whole_lines,
)
from assistant.count import CountQuestion
from assistant.evidence import Evidence, lay_out, neutral, number_evidence
from assistant.findings import REFUSALS, Finding
from assistant.library import Library
from assistant.llm import ChatModel, Task
from assistant.records import DraftDelta, Event, Question, StageStarted, Status
from assistant.settings import Settings
from assistant.timescope import TimeScope
from assistant.trial import LEAST_COVERED, covered, required, trials
from index.errors import ReplyCut
from index.figures import Figure
from prompts import render

MAX_QUESTION_TOKENS = 60


class Reader:
    """A model at work on the questions to one index. What it writes is weighed here and never shown unchecked but as a draft."""

    def __init__(self, model: ChatModel, settings: Settings, library: Library, clock: Clock) -> None:
        self._model, self._library, self._clock = model, library, clock
        self.settings = settings

    def weigh(self, passage: str, question: str, answer: str) -> float:
        """Yes against No, 0..1, on whether `passage` states `answer` to `question`. Raises ModelError."""
        fields = {"passage": neutral(passage), "question": neutral(question), "answer": neutral(answer)}
        return self.probability("check", fields)

    def check(self, question: str, candidate: Supported) -> float:
        """The model's Yes against No, 0..1, on whether the sentences cited state the answer. Raises ModelError."""
        return self.weigh(findings.evidence_for_check(candidate), question, candidate.text)

    def probability(self, prompt: Task, fields: dict[str, str]) -> float:
        """Yes against No, 0..1, to any of the prompts that ask for it. Raises ModelError."""
        return self._model.probability(prompt, render(prompt, **fields))

    def stand_alone(self, asked: Question) -> str:
        """A follow-up as a question of its own: as it is, at another time, or rewritten by the model where code can trust that."""
        before = followup.topic(asked.history, tuple(REFUSALS.values()))
        if followup.stands_alone(asked.text):
            return asked.text
        if moved := followup.move_time(asked.text, before):
            return moved
        told = f"Q: {neutral(before.question)}\nA: {neutral(strip_markers(before.answer))[:600]}"
        prompt = render("condense", history=told, question=neutral(asked.text))
        try:
            written = "".join(self._model.write("condense", prompt, max_tokens=MAX_QUESTION_TOKENS))
        except ReplyCut as cut:
            written = whole_lines(cut.partial)
        line = written.strip().split("\n")[0].strip().strip('"')
        line = followup.without_old_time(line, asked.text)
        return line if followup.trusted(line, asked.text, before) else followup.joined(asked.text, before)

    def read(
        self,
        question: str,
        scope: TimeScope,
        count: CountQuestion | None,
        figures: Sequence[Figure],
        ranked: Sequence[Evidence],
    ) -> Generator[Event, None, Finding]:
        """Let the model answer from a few sentences, and weigh what it says; look again at others when it does not pass."""
        evidence = number_evidence(
            findings.candidates(question, ranked, count, figures),
            limit=self.settings.sentences,
            max_characters=self.settings.evidence_characters,
        )
        if not evidence:
            return Finding(status=Status.NOT_STATED, reason="the topic is covered, but no figure of this kind is given")
        yield StageStarted(stage="reading", detail=f"reading {len(evidence)} sentences")
        yield StageStarted(stage="writing", detail="writing")
        raw = yield from self._write(question, evidence)
        self._clock.lap("writing")
        yield StageStarted(stage="checking", detail="checking the answer against the articles")
        finding = self._weigh(question, raw, evidence, scope, count, figures, ranked)
        self._clock.lap("checking")
        return finding

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
                    yield DraftDelta(text=after[len(before) :] if after.startswith(before) else after)
        except ReplyCut:
            return whole_lines(raw)
        return raw

    def _weigh(
        self,
        question: str,
        raw: str,
        evidence: Sequence[Evidence],
        scope: TimeScope,
        count: CountQuestion | None,
        figures: Sequence[Figure],
        ranked: Sequence[Evidence],
    ) -> Finding:
        """The model's answer if it stands and passes the check, else the best of a few other sentences, else a refusal."""
        first, removed = support(parse_draft(raw), evidence, question, self._library.before)
        reason = "the articles found do not say"
        for position, trial in enumerate(trials(question, first, evidence, self._library)):
            candidate = trial.supported
            share = covered(question, findings.evidence_for_check(candidate))
            against = findings.objection(question, candidate, scope, count, figures, self._library)
            if against is None and share < LEAST_COVERED:
                against = "the sentence found shares too few words with the question"
            if against is None:
                yes = self.check(question, candidate)
                if yes >= required(share, self.settings.check_floor, own=trial.own):
                    chosen = (
                        figure_of(candidate.text, [f for f in figures if f.sentence in candidate.sentences])
                        if count
                        else None
                    )
                    return findings.state(
                        candidate,
                        yes,
                        figures if count else (),
                        findings.disagreements(question, count, chosen, figures, ranked) if count else (),
                        removed if position == 0 else (),
                        raw,
                    )
                against = f"the check gives it {yes:.0%}"
            if position == 0:
                reason = f"the topic is covered, but the articles found do not say this ({against})"
        status = Status.UNSUPPORTED if removed and first is None else Status.NOT_STATED
        return Finding(status=status, reason=reason, removed=removed, raw=raw)
