"""Which sentences are put to the check for a question, in which order, and how sure of one the check makes us."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from assistant.compose import Supported, verbatim, with_dates
from assistant.evidence import Evidence, heading
from assistant.library import Library
from assistant.question_kinds import asks_when, asks_why, says_nothing_new
from assistant.verify import verify
from assistant.words import content_stems

LOOKS = 6  # sentences weighed for a question, the best-ranked first
FURTHER = 10  # of them where a judge is sure of none of these
CERTAIN = 0.8  # sureness from which no further sentence is weighed
# Logistic regression of "this sentence answers" on the log-odds of the check and the place in the ranking: 94 questions of the
# tuning halves, six sentences each
OF_CHECK, OF_RANK, BIAS = 1.1, 1.0, -2.7
# A small model says yes too easily to a figure whose passage shares few words with the question
MIDDLE, RISE = 0.6, 0.35  # below this share the floor of figures rises by so much for a whole share of words fewer
_BECAUSE = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|in order to|so that|explained by|the reason)\b", re.IGNORECASE
)


def statements(question: str, evidence: Sequence[Evidence], library: Library) -> list[Supported]:
    """Each sentence as the answer it would be, as the question wants it."""
    return [_as_asked(question, verbatim(e.sentence, library.before), library) for e in evidence]


def as_passage(supported: Supported) -> str:
    """The passage the check reads: the article's title and day, and the sentences cited."""
    return heading(supported.sentences[-1].source) + " ".join(" ".join(s.text.split()) for s in supported.sentences)


def sureness(yes: float, score: float) -> float:
    """The probability, 0..1, that a sentence answers, from the check's Yes against No and its score in the ranking, both 0..1."""
    yes = min(max(yes, 0.001), 0.999)
    return 1 / (1 + math.exp(-(OF_CHECK * math.log(yes / (1 - yes)) + OF_RANK * score + BIAS)))


def covered(question: str, passage: str) -> float:
    """The share of the question's content words that a passage carries, 0..1; 1 for a question without any."""
    wanted = set(content_stems(question))
    return len(wanted & set(content_stems(passage))) / len(wanted) if wanted else 1.0


def required(share: float, floor: float, *, first: bool = True) -> float:
    """The probability the check of a figure has to reach, 0..1, where `floor` is what the settings ask for. `share`: see `covered`;
    a figure proposed after another must convince more."""
    floor += RISE * max(0.0, MIDDLE - share)
    return floor if first else (1 + floor) / 2


def _as_asked(question: str, supported: Supported, library: Library) -> Supported:
    """With the date behind a weekday for a question that asks when; with the sentence that follows for one that asks why."""
    if asks_when(question):
        return with_dates(supported)
    if asks_why(question) and not _BECAUSE.search(supported.text):
        return _explained(question, supported, library)
    return supported


def _explained(question: str, supported: Supported, library: Library) -> Supported:
    """A reason often stands in the sentence after the one that names what is to be explained: both, as one statement."""
    last = supported.sentences[-1]
    after = library.after(last, 1)
    if not after or "\n\n" in library.article(last.article_id).text[last.end : after[0].start]:
        return supported  # another paragraph is another matter
    text = " ".join(after[0].text.split())
    if says_nothing_new(question, text):
        return supported
    sentences = (*supported.sentences, after[0])
    lead = (*supported.lead, supported.text)
    return Supported(
        text=text, sentences=sentences, lead=lead, verdict=verify(text, [s.text for s in sentences], [last.source])
    )
