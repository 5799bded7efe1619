"""From a model's draft, or from figures, to the sentences of an answer: parse, choose the citation, check, number. No model here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.citations import best_support, cite, with_marker
from assistant.evidence import Evidence
from assistant.records import Citation, Removed
from assistant.stated import Stated, according
from assistant.verify import Verdict, missing_names, verify
from assistant.words import names
from index.attribution import claimant
from index.days import find_days, spell
from index.figures import Figure
from index.numbers import find_numbers
from index.records import Article, Sentence
from index.sentences import is_dateline

MAX_ANSWER_TOKENS = 72
GRAMMAR = 'root ::= "Sentence: " [1-{most}] "\\nAnswer: " [^\\n]{{1,280}}'
_DRAFT = re.compile(r"(?:Sentence:?\s*\(?(?P<number>\d+)\)?)?.*?(?:Answer:\s*)(?P<answer>.*)", re.DOTALL)
_PRONOUN = re.compile(
    r"^[“\"]?(?:He|She|It|They|His|Her|Their|Its|This|That|These|Those|Both|The (?:ministry|sum|number|figure|deal|two))\b"
)
BARE = 3  # an answer of so few words is no sentence: the sentence cited is shown instead
_CONTEXT = 2  # sentences before the cited one that may be quoted with it, to carry a name a pronoun stands for


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a model wrote: the sentence it points to (0: none named) and its answer in one line."""

    number: int
    answer: str


def parse_draft(raw: str) -> Draft:
    """Read "Sentence: 3 / Answer: ..." leniently; text without that form is all answer."""
    match = _DRAFT.match(raw.strip())
    if not match:
        return Draft(number=0, answer=_one_sentence(raw))
    return Draft(number=int(match["number"] or 0), answer=_one_sentence(match["answer"]))


def whole_lines(raw: str) -> str:
    """What of a reply that was cut off can be used: the lines that were ended. A sentence without its end is no answer."""
    return raw[: raw.rfind("\n") + 1]


def _one_sentence(text: str) -> str:
    line = " ".join(text.strip().splitlines()[:1]).strip()
    return re.sub(r"\s*[\[(]\d+[\])]", "", line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supported:
    """A sentence of the answer with the consecutive article sentences it stands on."""

    text: str
    sentences: tuple[Sentence, ...]
    verdict: Verdict
    lead: tuple[str, ...] = ()  # sentences to be read before it: whom the pronoun means, who is speaking


def support(
    draft: Draft,
    evidence: Sequence[Evidence],
    question: str,
    neighbours: Callable[[Sentence, int], tuple[Sentence, ...]],
) -> tuple[Supported | None, tuple[Removed, ...]]:
    """The draft on the sentence that carries it; if it does not stand there, the sentence itself; None when neither will do.

    `neighbours(sentence, n)` gives the sentence after up to `n` that precede it. A removed draft is returned with its reason.
    """
    candidates = [e.sentence for e in evidence]
    best = best_support(draft.answer, candidates, [e.cosine for e in evidence])
    pointed = [draft.number - 1] if 0 < draft.number <= len(candidates) else []
    removed: tuple[Removed, ...] = ()
    for chosen in dict.fromkeys((best, *pointed, *range(len(candidates)))):
        cited = neighbours(candidates[chosen], _CONTEXT)
        for count in range(1, len(cited) + 1):
            run = cited[-count:]
            verdict = verify(draft.answer, [s.text for s in run], [run[-1].source], question=question)
            if verdict.stands and len(draft.answer.split()) <= BARE:
                return verbatim(candidates[chosen], neighbours), ()
            if verdict.stands:
                return Supported(text=draft.answer, sentences=run, verdict=verdict), ()
            removed = removed or (Removed(text=draft.answer, reason=verdict.reason),)
    return verbatim(candidates[best], neighbours), removed


_BULLET = re.compile(r"^[-–—•*▪]\s+")  # of a list in the article


def verbatim(sentence: Sentence, neighbours: Callable[[Sentence, int], tuple[Sentence, ...]]) -> Supported:
    """A sentence as its own answer. One that opens with a pronoun brings the sentence before it, one inside a running
    quotation those back to the one that names the speaker."""
    run: tuple[Sentence, ...] = neighbours(sentence, 1) if opens_with_pronoun(sentence.text) else (sentence,)
    if sentence.text[:1] in {"“", '"'} and claimant(sentence.text) is None:
        behind = neighbours(sentence, _CONTEXT)
        speaking = [i for i, s in enumerate(behind) if claimant(s.text)]
        run = behind[speaking[-1] :] if speaking else run
    run = tuple(s for s in run if s is sentence or not is_dateline(s.text))
    *lead, text = (_BULLET.sub("", " ".join(s.text.split())) for s in run)
    return Supported(
        text=text, sentences=run, verdict=verify(text, [s.text for s in run], [sentence.source]), lead=tuple(lead)
    )


def stated(supported: Supported, text: str) -> tuple[Stated, ...]:
    """The sentences of an answer: those to be read before it, then `text`."""
    return tuple(Stated(text=line, sentences=supported.sentences) for line in (*supported.lead, text))


def opens_with_pronoun(text: str) -> bool:
    """Whether a sentence begins with a word that stands for somebody or something named before it."""
    return bool(_PRONOUN.match(text))


def attribute(supported: Supported, figure: Figure | None) -> str:
    """A quantity's sentence with who says so and as of when, where it does not say so itself and the article does."""
    text = supported.text.rstrip(" .")
    if figure is None:
        return supported.text
    if (
        figure.claimant
        and not any(n in text for n in names(f"x {figure.claimant}"))
        and figure.claimant.lower() not in text.lower()
    ):
        text += according(figure)
    if figure.when and not find_days(text, figure.sentence.source.published):
        text += f" ({spell(figure.when)})"
    kept = verify(
        text, [s.text for s in supported.sentences], [supported.sentences[-1].source], question=supported.text
    )
    return text + "." if kept.stands else supported.text


_JOINED = re.compile(r"\s*(?:,|,?\s+and)\s*")  # "on Monday and Tuesday"
_POSSESSIVE = re.compile(r"['’]s\b")


def with_dates(supported: Supported, of: date | None = None) -> Supported:
    """With the date behind the first weekday, "yesterday" or the like of its text, or the first that means the day `of`: "on Friday (16 May
    2025)", "Monday and Tuesday (9 and 10 June 2025)"; as it is where the text itself writes the date out."""
    published = supported.sentences[-1].source.published
    quoted = [m.span() for m in re.finditer(r"“[^”]*”|\"[^\"]*\"", supported.text)]
    relative = [
        d for d in find_days(supported.text, published)
        if d.first and d.first == d.last and d.precision == "day" and not re.search(r"\d", supported.text[d.start : d.end])
        and not any(start < d.start < end for start, end in quoted)
    ]  # fmt: skip
    meant = next((at for at, d in enumerate(relative) if d.first == of), 0)
    row = relative[meant : meant + 1]
    for day in relative[meant + 1 :]:
        if not _JOINED.fullmatch(supported.text[row[-1].end : day.start]):
            break
        row.append(day)
    if not row or len(row) > 2:
        return supported
    first, last = row[0].first, row[-1].first
    assert first and last
    written = spell(last)
    if first != last:
        near = (first.year, first.month) == (last.year, last.month)
        written = f"{first.day if near else spell(first)} and {written}"
    end = row[-1].end
    if owner := _POSSESSIVE.match(supported.text, end):
        end = owner.end()
    return _if_it_stands(supported, f"{supported.text[:end]} ({written}){supported.text[end:]}")


def with_report_day(supported: Supported) -> Supported:
    """With the day of its report, where a time is asked for and the text names none: "(reported on 6 May 2025)"."""
    published = supported.sentences[-1].source.published
    if published is None or find_days(supported.text, None):
        return supported
    return _if_it_stands(supported, f"{supported.text.rstrip(' .')} (reported on {spell(published)}).")


def _if_it_stands(supported: Supported, text: str) -> Supported:
    """With another text, if it stands on the sentences cited."""
    kept = verify(text, [s.text for s in supported.sentences], [supported.sentences[-1].source])
    return replace(supported, text=text) if kept.stands else supported


def figure_of(answer: str, figures: Sequence[Figure]) -> Figure | None:
    """The figure an answer states, if it is one of `figures`."""
    values = {n.value for n in find_numbers(answer)}
    return next((f for f in figures if f.value in values), None)


def number_up(stated: Iterable[Stated], article: Callable[[str], Article]) -> tuple[str, tuple[Citation, ...]]:
    """The answer's text with [n] after every sentence, and its citations; a sentence cited twice keeps its number."""
    citations: list[Citation] = []
    numbers: dict[tuple[str, int, int], int] = {}
    lines: list[str] = []
    for statement in stated:
        text = statement.text.replace("[", "(").replace("]", ")")  # an article's own [2] is no marker of ours
        marks = []
        for run in _runs(statement.sentences):
            key = (run[0].article_id, run[0].start, run[-1].end)
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                citations.append(cite(numbers[key], article(run[0].article_id), run))
            marks.append(numbers[key])
        for mark in marks:
            text = with_marker(text, mark)
        lines.append(text)
    return " ".join(lines), tuple(citations)


def _runs(sentences: Sequence[Sentence]) -> list[tuple[Sentence, ...]]:
    """Sentences grouped into runs that follow one another in one article."""
    runs: list[list[Sentence]] = []
    for sentence in sentences:
        last = runs[-1][-1] if runs else None
        if last and last.article_id == sentence.article_id and sentence.ordinal - last.ordinal in {0, 1}:
            if sentence.ordinal != last.ordinal:
                runs[-1].append(sentence)
        else:
            runs.append([sentence])
    return [tuple(run) for run in runs]


def strangers(question: str, supported: Supported, article: Article) -> tuple[str, ...]:
    """Names of the question that the cited article does not know at all."""
    return missing_names(question, whole(article))


def whole(article: Article) -> str:
    """Everything an article says of itself: its title, its outlet and its text."""
    return f"{article.source.title} {article.source.outlet or ''} {article.text}"
