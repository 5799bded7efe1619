"""How large a model's window is to be: what is wanted, what it was trained for, and what the memory holds."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LEAST = 2048  # tokens; see LEAST_WINDOW of llm
CACHE_BYTES = 2  # a number of the key-value cache: 16 bits
SHARE = 0.8  # of the machine's memory that weights and cache may take
LOOPBACK = {"localhost", "127.0.0.1", "::1", ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What of a model decides its memory. Zero means: not known."""

    trained: int = 0  # tokens of the window it was trained for
    cache_bytes: int = 0  # of the key-value cache a token
    weights: int = 0  # bytes

    def memory(self, context: int) -> int:
        """Bytes for the weights and a window of `context` tokens."""
        return self.weights + self.cache_bytes * context


def read_shape(facts: Mapping[str, Any], *, bytes_on_disk: int = 0) -> Shape:
    """The shape from a GGUF's metadata, as Ollama shows them. What is missing or strange stays unknown."""
    family = str(facts.get("general.architecture", ""))

    def number(name: str) -> int:
        value = facts.get(f"{family}.{name}")
        if isinstance(value, list | tuple):  # some models differ by layer
            value = max((v for v in value if isinstance(v, int)), default=0)
        return value if isinstance(value, int) and value > 0 else 0

    heads = number("attention.head_count") or 1
    of_keys = number("attention.key_length") or number("embedding_length") // heads
    of_values = number("attention.value_length") or of_keys
    cached = number("block_count") * (number("attention.head_count_kv") or heads) * (of_keys + of_values)
    return Shape(trained=number("context_length"), cache_bytes=cached * CACHE_BYTES, weights=bytes_on_disk)


def window(wanted: int, shape: Shape, *, host: str = "", memory: int | None = None) -> int:
    """Tokens of the window: `wanted`, but no more than was trained for, and halved while the memory does not hold it.

    `memory`: bytes the server's machine has; by default this machine's if the server runs on it, else unknown. All of it
    counts, used or not: the answer must not change with what runs beside it, because another window loads the model anew.
    Never under LEAST, unless less was trained for: our prompts need that much.
    """
    context = min(wanted, shape.trained or wanted)
    if memory is None and is_local(host):
        memory = machine_memory()
    while memory and context // 2 >= LEAST and shape.memory(context) > SHARE * memory:
        context //= 2
    return context


def is_local(host: str) -> bool:
    """Whether a server's address is this machine's own."""
    try:
        return (urlsplit(host if "//" in host else f"//{host}").hostname or "") in LOOPBACK
    except ValueError:
        return False


def machine_memory() -> int | None:
    """Bytes of memory this machine has; None where the system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None
