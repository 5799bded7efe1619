"""The settings that decide what an index holds and how it is searched, each with its unit, range and reason."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

FIGURE_RULES = 5  # raised whenever the rules of `index.figures` read a sentence differently: older rows would mislead


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """How articles are cut, embedded and searched.

    The first block is baked into an index; the others only steer reading and searching.
    """

    # -- baked into the index: a change needs `assistant index --rebuild` --
    chunk_tokens: int = 200  # embedder tokens a passage, 64..250; MiniLM was trained on 128 and cuts at 256
    embedder: str = "all-MiniLM-L6-v2/int8"
    sentences: str = "nupunkt, datelines and missed stops apart"

    # -- reading --
    max_file_bytes: int = 20_000_000  # a single article is never that long: such a file is a dump or a mistake
    max_article_chars: int = 1_000_000
    fetch_timeout: float = 20.0  # seconds for one URL

    # -- searching --
    pool: int = 50  # passages taken from each ranking before they are scored
    # Weights of what a passage is scored by, against 1 for its cosine; chosen on 1,110 questions (docs/evaluation.md)
    lexical_weight: float = 0.5  # BM25 over the best BM25 of the search, 0..1
    part_weight: float = 0.5  # cosine with the nearest part of a question that has several
    coverage_weight: float = 1.0  # share of the question's words, then of one part's words, in one sentence, 0..1
    outlet_weight: float = 0.5  # published by an outlet the question names
    day_weight: float = 0.4  # published on a day the question names, or the next
    part_outlet_weight: float = 0.1  # for a part that names the passage's outlet; against one that names others
    turn_weight: float = (
        0.2  # against a passage for each one of the same part before it, so that every part has its turn
    )
    copy_overlap: float = 0.7  # share of word 5-grams two passages must have in common to be one wire story

    def fingerprint(self) -> str:
        """Twelve hex digits over the settings baked into an index, and the rules its figures were read by."""
        baked = {"figures": FIGURE_RULES} | {
            k: v for k, v in asdict(self).items() if k in {"chunk_tokens", "embedder", "sentences"}
        }
        return hashlib.sha256(json.dumps(baked, sort_keys=True).encode()).hexdigest()[:12]
