"""Which statements are put to the check for a question, in which order, and how sure the check has to be of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.compose import Supported, verbatim, with_dates
from assistant.evidence import Evidence
from assistant.library import Library
from assistant.verify import asks_when, asks_why, says_nothing_new, verify
from assistant.words import content_stems

SECOND_LOOKS = 2  # other sentences weighed when the model's own answer does not pass
# A small model says yes too easily to a sentence that shares few words with the question. Fitted on the tuning halves.
LEAST_COVERED = 0.25  # share of the question's content words in what the check reads; below it nothing is an answer
MIDDLE, RISE = 0.6, 0.35  # below this share the floor rises by so much for a whole share of words fewer
_BECAUSE = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|in order to|so that|explained by|the reason)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A statement to be weighed. `own`: the model's own answer or the sentence it chose, not a sentence tried after it."""

    supported: Supported
    own: bool


def trials(question: str, first: Supported | None, evidence: Sequence[Evidence], library: Library) -> list[Trial]:
    """The model's answer, the sentence it stands on word for word, then the best-ranked others; each as the question wants it."""
    found: list[Trial] = []
    if first:
        found.append(Trial(supported=first, own=True))
        whole = verbatim(first.sentences[-1], library.before)
        if whole.text != first.text:
            found.append(Trial(supported=whole, own=True))
    tried = first or verbatim(evidence[0].sentence, library.before)
    others = sorted((e for e in evidence if e.sentence not in tried.sentences), key=lambda e: -e.score)
    found += [Trial(supported=verbatim(e.sentence, library.before), own=False) for e in others[:SECOND_LOOKS]]
    return [replace(t, supported=_as_asked(question, t.supported, library)) for t in found]


def covered(question: str, passage: str) -> float:
    """The share of the question's content words that a passage carries, 0..1; 1 for a question without any."""
    wanted = set(content_stems(question))
    return len(wanted & set(content_stems(passage))) / len(wanted) if wanted else 1.0


def required(share: float, floor: float, *, own: bool = True) -> float:
    """The probability the check has to reach, 0..1, where `floor` is what the settings ask for. `share`: see `covered`;
    `own`: see Trial."""
    floor += RISE * max(0.0, MIDDLE - share)
    return floor if own else (1 + floor) / 2  # a second look must convince more


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
    lead = f"{supported.lead} {supported.text}".strip()
    return Supported(
        text=text, sentences=sentences, lead=lead, verdict=verify(text, [s.text for s in sentences], [last.source])
    )
