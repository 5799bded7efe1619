"""What makes two runs the same or comparable: questions, corpus, settings, model, prompts, code."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import assistant
import index
import prompts
from assistant.evaluation.cases import EvalCase
from assistant.settings import Settings
from index.records import CorpusFacts

NOT_OURS = ("index", "models")  # settings that say where things are, not what they are


def identity_of(
    cases: Sequence[EvalCase], facts: CorpusFacts, settings: Settings, model: str, options: Mapping[str, Any]
) -> dict[str, Any]:
    """A run's name, as plain values. `options`: how it was asked (retrieval only, with or without the local check ...)."""
    return {
        "questions": {f"{case.collection}:{case.id}": _digest(repr(case)) for case in cases},
        "corpus_hash": facts.corpus_hash,
        "index_fingerprint": facts.fingerprint,
        "settings": {name: value for name, value in asdict(settings).items() if name not in NOT_OURS},
        "model": model,
        "prompts": {path.stem: _digest(path.read_text(encoding="utf-8")) for path in _files(prompts, "*.md")},
        "code": code_version(),
        "options": dict(options),
    }


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """What differs between two runs' names, one phrase each, for people; empty if they are the same."""
    told = []
    changed = [
        name
        for name in {**one["questions"], **other["questions"]}
        if one["questions"].get(name) != other["questions"].get(name)
    ]
    if changed:
        told.append(f"questions: {len(changed)} differ, the first {changed[0]!r}")
    for name in ("corpus_hash", "index_fingerprint", "model", "code"):
        if one[name] != other[name]:
            told.append(f"{name.replace('_', ' ')}: {_short(one[name])} and {_short(other[name])}")
    for name in ("settings", "prompts", "options"):
        for key in sorted({**one[name], **other[name]}):
            if one[name].get(key) != other[name].get(key):
                told.append(f"{name} {key}: {_short(one[name].get(key))} and {_short(other[name].get(key))}")
    return told


def obstacles(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Why two runs cannot be compared case by case; empty if they can."""
    why = []
    shared = one["questions"].keys() & other["questions"].keys()
    if not shared:
        why.append("they have no question in common")
    moved = sorted(name for name in shared if one["questions"][name] != other["questions"][name])
    if moved:
        why.append(f"{len(moved)} questions or their gold answers have changed, the first {moved[0]!r}")
    if one["corpus_hash"] != other["corpus_hash"]:
        why.append("the articles indexed differ")
    if one["options"].get("retrieval_only") != other["options"].get("retrieval_only"):
        why.append("one searched only, the other answered")
    return why


@cache
def code_version() -> str:
    """The version installed, and twelve hex digits over the source files that run."""
    digest = sha256()
    for package in (assistant, index, prompts):
        for path in _files(package, "**/*.py"):
            digest.update(path.read_bytes())
    try:
        version = importlib.metadata.version("conflict-reporting-assistant")
    except importlib.metadata.PackageNotFoundError:
        version = "not-installed"
    return f"{version}+{digest.hexdigest()[:12]}"


def _files(package: Any, pattern: str) -> list[Path]:
    return sorted(Path(package.__file__).parent.glob(pattern))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 40 else f"{text[:12]}…"
