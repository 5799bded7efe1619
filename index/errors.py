"""Every error a caller can meet, as one tree. A message says what happened, to what (`!r`), and what to do: one line.

AssistantError
├── QuestionError          the question itself cannot be taken (empty, too long)
├── LoadError              one file, URL or feed cannot be read; an indexing run collects these and goes on
├── CorpusError            the index as a whole
│   ├── IndexMissing       nothing is indexed there yet
│   ├── IndexLocked        another process is writing to it
│   ├── IndexOutdated      made with other settings, or by another version
│   ├── IndexBroken        damaged beyond what the next start repairs by itself
│   └── IndexUnwritable    no space, or no right to write
├── WeightsError           model files missing, cut short, altered or out of reach
├── ModelError             the language model
│   ├── ModelUnavailable   no server, no such model, or it cannot be loaded
│   ├── PromptTooLong      the prompt does not fit the model's context
│   └── ModelStopped       the model died or was cut off while answering
│       ├── ModelSilent    nothing came from its server for longer than it is given
│       └── ReplyCut       the reply reached its limit of tokens before its end
├── KeptError              the conversations kept on this machine cannot be read or written
└── SettingsError          a setting or flag that cannot be right
"""

from __future__ import annotations


class AssistantError(Exception):
    """Root of all errors raised on purpose; `str(error)` is the one line to show."""


class QuestionError(AssistantError):
    """The question itself cannot be taken."""


class LoadError(AssistantError):
    """One file, URL or feed cannot be read."""


class CorpusError(AssistantError):
    """The index as a whole cannot be used."""


class IndexMissing(CorpusError):
    """Nothing is indexed there yet."""


class IndexLocked(CorpusError):
    """Another process is writing to the index."""


class IndexOutdated(CorpusError):
    """The index was made with other settings or by another version."""


class IndexBroken(CorpusError):
    """The index is damaged beyond what a start repairs by itself."""


class IndexUnwritable(CorpusError):
    """The index cannot be written: no space, or no right to."""


class WeightsError(AssistantError):
    """Model files are missing, cut short, altered or out of reach."""


class ModelError(AssistantError):
    """The language model cannot answer."""


class ModelUnavailable(ModelError):
    """No server, no such model, or it cannot be loaded."""


class PromptTooLong(ModelError):
    """The prompt does not fit the model's context."""


class ModelStopped(ModelError):
    """The model died or was cut off while answering. `partial`: what it had written by then, unchecked; maybe empty."""

    def __init__(self, message: str, *, partial: str = "") -> None:
        super().__init__(message)
        self.partial = partial


class ModelSilent(ModelStopped):
    """Nothing came from the model's server for longer than it is given."""


class ReplyCut(ModelStopped):
    """The reply reached its limit of tokens before its end: what was written is no answer."""


class KeptError(AssistantError):
    """The conversations kept on this machine cannot be read or written."""


class SettingsError(AssistantError):
    """A setting or flag cannot be right."""
