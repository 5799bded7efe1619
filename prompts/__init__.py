"""Prompts as readable files: one whole conversation a file, rendered strictly.

A file holds turns under the headings `## system`, `## user` and `## assistant`; `{name}` marks a field in the last turn. Values
are inserted as they are and never looked at again, so an article that says `{question}` stays text.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

Role = Literal["system", "user", "assistant"]
_TURN = re.compile(r"^## (system|user|assistant)\n", re.MULTILINE)
_FIELD = re.compile(r"\{([a-z_]+)\}")


class Message(NamedTuple):
    """One turn of a prompt."""

    role: Role
    content: str


def render(name: str, **fields: str) -> tuple[Message, ...]:
    """The messages of `prompts/NAME.md` with `fields` filled in.

    Raises KeyError for a missing or a surplus field, FileNotFoundError for an unknown prompt.
    """
    *static, last = _turns(name)
    wanted = set(_FIELD.findall(last.content))
    if wanted != set(fields):
        raise KeyError(f"prompt {name!r} takes the fields {sorted(wanted)}, not {sorted(fields)}")
    return (*static, Message(last.role, _FIELD.sub(lambda match: fields[match[1]], last.content)))


def static(name: str) -> tuple[Message, ...]:
    """The turns before the last: what a model can read before the question is known."""
    return _turns(name)[:-1]


@cache
def _turns(name: str) -> tuple[Message, ...]:
    text = files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")
    _, *parts = _TURN.split(text)
    return tuple(Message(role, content.strip()) for role, content in zip(parts[::2], parts[1::2], strict=True))  # type: ignore[arg-type]
