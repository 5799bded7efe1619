"""The speeds that `assistant doctor` measured, kept beside the model files, so that `assistant status` need load no model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from assistant.doctor import ModelFacts, Speed

FILE = "speeds.json"


def keep(folder: Path, facts: ModelFacts, speed: Speed) -> None:
    """Remember what was measured today of this model; a folder that cannot be written to forgets it."""
    known = _all(folder) | {_name(facts): asdict(speed) | {"measured": date.today().isoformat()}}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{FILE}.part").write_text(json.dumps(known, indent=1), encoding="utf-8")
        (folder / f"{FILE}.part").replace(folder / FILE)
    except OSError:
        pass


def kept(folder: Path, facts: ModelFacts) -> Mapping[str, Any] | None:
    """The fields of Speed and the day they were `measured`; None if this model was not measured on this machine."""
    found = _all(folder).get(_name(facts))
    return found if isinstance(found, dict) else None


def _name(facts: ModelFacts) -> str:
    return f"{facts.kind} {facts.model} {facts.address}".strip()


def _all(folder: Path) -> dict[str, Any]:
    try:
        known = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
