"""The thoughts of a model that writes them into its reply, taken out while it is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.errors import ModelError

_OPEN = re.compile(r"\s*<(think|thinking|thought|reasoning)>", re.IGNORECASE)
_CLOSE = re.compile(r"</(?:think|thinking|thought|reasoning)>\s*", re.IGNORECASE)
_LONGEST = len("</reasoning>")
_PREFIXES = {word[:n] for word in ("<think>", "<thinking>", "<thought>", "<reasoning>") for n in range(len(word) + 1)}


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """`pieces` without a block of thoughts at their beginning, however it is cut into pieces.

    Thoughts that are never closed hide everything. Raises ModelError for thoughts that end without having begun: what was
    read before them was no answer.
    """
    held, thinking, decided, thought = "", False, False, False
    for piece in pieces:
        held += piece
        if not decided and not thinking:
            if found := _OPEN.match(held):
                thinking, held = True, held[found.end() :]
            elif held.strip().lower() in _PREFIXES:
                continue  # nothing yet, or the beginning of a tag
            else:
                decided = True
        if thinking:
            if found := _CLOSE.search(held):
                thinking, decided, thought, held = False, True, True, held[found.end() :]
            else:
                held = held[-_LONGEST:]
                continue
        if thought:  # the empty lines behind the thoughts belong to them
            held = held.lstrip()
            thought = not held
        if decided and held:
            if _CLOSE.search(held):
                raise ModelError(
                    "the model's thoughts run into its answer: switch its thinking off, or name another with `--llm`"
                )
            yield held
            held = ""
    if held and not thinking:
        yield held
