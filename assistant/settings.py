"""Settings of the assistant, read once at the edge: defaults < settings file < environment < flags."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import platformdirs

from index.errors import SettingsError
from index.settings import IndexSettings

APP = "conflict-reporting-assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One assistant's settings. In the environment: `ASSISTANT_` plus the field in capitals; file: `settings.toml`."""

    index: str = ".index"  # folder of the index
    llm: str = "auto"  # auto | embedded | gguf:PATH | ollama[:MODEL] | openai:URL[#MODEL]
    embed: str = "embedded"  # embedded | ollama:MODEL; another one needs `assistant index --rebuild`
    ollama_host: str = "http://127.0.0.1:11434"
    ollama_model: str = "qwen2.5:7b-instruct"  # what `auto` looks for on the server
    server_timeout: int = (
        300  # seconds a model's server may be silent: a cold start of a large model on a CPU takes minutes
    )
    models: str = ""  # folder of model files; empty: the user's cache folder
    conversations: str = ""  # file of the chat page's conversations; empty: in the user's folder for such things
    threads: int = 0  # of the embedded model, 0: one a core
    context: int = (
        4096  # tokens of the model's window, one value for every call (another one reloads the model), 2048 or more
    )
    passages: int = 12  # retrieved for a question, 1..50
    topic_floor: float = 0.20  # cosine of the best passage under which nothing is on the topic, 0..1
    check_floor: float = 0.5  # how sure one has to be that a sentence answers, 0..1: see assistant/trial.py
    judge_floor: float = 0.35  # the same where the model shows what it makes of a sentence: see assistant/judge.py
    rule_floor: float = 0.03  # how sure the judge has to be of a sentence that rules vouch for, 0..1
    figure_floor: float = (
        0.55  # probability of Yes in the check of a figure whose kind, event, time and direction rules vouch for
    )

    def index_settings(self) -> IndexSettings:
        """What an index made with these settings is: another embedder, another index."""
        return IndexSettings() if self.embed in {"", "embedded"} else IndexSettings(embedder=self.embed)

    def models_folder(self) -> Path:
        """The folder of model files: never the repository, never the venv."""
        return Path(self.models).expanduser() if self.models else platformdirs.user_cache_path(APP) / "models"

    def conversations_file(self) -> Path:
        """The SQLite file in which the chat page keeps conversations, outside index and repository."""
        if self.conversations:
            return Path(self.conversations).expanduser()
        return platformdirs.user_data_path(APP) / "conversations.sqlite"

    def articles_folder(self) -> Path:
        """Where the chat page keeps the articles that are added on it to this index: beside the conversations."""
        index = Path(self.index).expanduser().resolve()
        name = f"{index.name}-{hashlib.sha256(str(index).encode()).hexdigest()[:8]}"
        return self.conversations_file().parent / "articles" / name


def settings_file() -> Path:
    """Where the settings file is looked for."""
    return platformdirs.user_config_path(APP) / "settings.toml"


def read_settings(
    flags: Mapping[str, Any] | None = None, *, environment: Mapping[str, str] | None = None, file: Path | None = None
) -> Settings:
    """Merge defaults, file, environment and flags (None means: flag not given).

    Raises SettingsError for an unknown name or a value of the wrong type.
    """
    environment = os.environ if environment is None else environment
    file = settings_file() if file is None else file
    known: dict[str, type] = {f.name: type(f.default) for f in fields(Settings)}
    merged: dict[str, Any] = {}
    if file.is_file():
        try:
            merged.update(tomllib.loads(file.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"settings file {str(file)!r} is not TOML ({error}): mend or remove it") from error
    if host := environment.get("OLLAMA_HOST"):
        merged["ollama_host"] = host if "://" in host else f"http://{host}"
    merged.update({n: environment[e] for n in known if (e := f"ASSISTANT_{n.upper()}") in environment})
    merged.update({name: value for name, value in (flags or {}).items() if value is not None})
    if unknown := sorted(set(merged) - set(known)):
        raise SettingsError(f"unknown setting {unknown[0]!r}: the settings are {', '.join(sorted(known))}")
    try:
        return Settings(**{name: known[name](value) for name, value in merged.items()})
    except ValueError as error:
        raise SettingsError(f"a setting has the wrong type ({error}): see `assistant status`") from error


def settings_id(settings: Settings) -> str:
    """Eight hex digits over all settings: answers with the same id were made with the same ones."""
    return hashlib.sha256(repr(asdict(settings)).encode()).hexdigest()[:8]


def as_rows(settings: Settings) -> list[tuple[str, str]]:
    """Name and value of every setting, for `assistant status`."""
    return [(name, str(value)) for name, value in asdict(settings).items()]
