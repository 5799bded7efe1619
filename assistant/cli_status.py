"""`assistant status`: what is indexed, how fresh it is, which models are there, which one would answer, settings."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli_models import file_line
from assistant.cli_options import embed_option, index_option, json_option, llm_option
from index.errors import AssistantError, CorpusError, IndexMissing

if TYPE_CHECKING:
    from assistant.settings import Settings
    from assistant.weights import FileState
    from index.records import CorpusFacts


@click.command(short_help="Show what is indexed, the models and the settings.")
@index_option
@llm_option
@embed_option
@json_option
def status(index_dir: str | None, llm: str | None, embed: str | None, as_json: bool) -> int:
    """Show what is indexed and how fresh it is, the models, and the settings. No model is loaded or fetched.

    \b
    assistant status --index .index

    The exit code is 1 if the index cannot be used; an index that does not exist yet is no error.
    """
    from assistant.settings import read_settings
    from assistant.weights import Weights

    settings = read_settings({"index": index_dir, "llm": llm, "embed": embed})
    facts: CorpusFacts | None = None
    problem, missing = "", False
    try:
        facts = corpus_facts(settings)
    except IndexMissing as error:
        problem, missing = str(error), True
    except CorpusError as error:
        problem = str(error)
    files = Weights(settings.models_folder()).inventory()
    chosen = chosen_model(settings, files)
    if as_json:
        from assistant import doctor, speeds
        from assistant.render import to_json

        found = doctor.facts(settings, Weights(settings.models_folder()))
        speed = speeds.kept(settings.models_folder(), found[0])
        more = {"in_use": [asdict(one) for one in found], "speed": speed}
        click.echo(to_json(_as_object(settings, facts, problem, files, chosen) | more))
    else:
        from assistant.render import clean

        for line in _lines(settings, facts, problem, files, chosen):
            click.echo(clean(line).replace("\n", " "))
    return 0 if missing or not problem else 1


def corpus_facts(settings: Settings) -> CorpusFacts:
    """What the index holds, read without the embedder, which an Assistant would load. Raises CorpusError."""
    from index.corpus import Corpus

    with Corpus.open(Path(settings.index), settings.index_settings()) as corpus:
        return corpus.facts()


def chosen_model(settings: Settings, files: tuple[FileState, ...]) -> str:
    """Which model would answer now, in words."""
    from assistant.llm import resolve

    try:
        choice = resolve(settings)
    except AssistantError as error:
        return f"none ({error})"
    if choice.kind == "gguf":
        return f"the GGUF file {choice.model}"
    if choice.kind in {"ollama", "openai"}:
        from assistant.doctor import chat_facts
        from assistant.weights import Weights

        trouble = chat_facts(settings, Weights(settings.models_folder())).problem
        served = f"{choice.kind} {choice.model or 'its first model'} at {choice.address}"
        return f"{served}, but: {trouble}" if trouble else served
    chat = next((file for file in files if file.file.endswith(".gguf")), None)
    there = (
        "" if chat is None or chat.verified else f" ({chat.state}; it is fetched or checked when it is first needed)"
    )
    return f"the embedded model{there}"


def healthy(facts: CorpusFacts) -> bool:
    """Whether the vector index holds every passage."""
    return facts.vectors == facts.passages


def _age(newest: date | None) -> str:
    if newest is None:
        return ""
    days = (date.today() - newest).days
    return (
        f" ({days:,} days ago)"
        if days > 1
        else " (yesterday)"
        if days == 1
        else " (today)"
        if days == 0
        else " (in the future)"
    )


def _lines(
    settings: Settings, facts: CorpusFacts | None, problem: str, files: tuple[FileState, ...], chosen: str
) -> list[str]:
    from assistant.render import day
    from assistant.settings import as_rows, settings_file

    lines = [f"index {settings.index}"]
    if facts is None:
        lines.append(f"  {problem}")
    else:
        vectors = (
            "healthy"
            if healthy(facts)
            else f"{facts.vectors:,} of {facts.passages:,} passages, repaired at the next use"
        )
        lines += [
            f"  {facts.articles:,} articles, {facts.passages:,} passages, {facts.sentences:,} sentences",
            f"  oldest {day(facts.oldest)}, newest {day(facts.newest)}{_age(facts.newest)}, undated {facts.undated:,}",
            f"  outlets: {', '.join(facts.outlets) or 'none named'}",
            f"  vector index: {vectors}; fingerprint {facts.fingerprint}; corpus {facts.corpus_hash[:12]}",
        ]
    lines += ["models", *(f"  {file_line(file)}" for file in files), f"answers come from {chosen}"]
    return [*lines, f"settings (file {settings_file()})", *(f"  {name} = {value}" for name, value in as_rows(settings))]


def _as_object(
    settings: Settings, facts: CorpusFacts | None, problem: str, files: tuple[FileState, ...], chosen: str
) -> dict[str, object]:
    corpus: dict[str, object] = {"folder": settings.index, "problem": problem or None}
    if facts is not None:
        corpus |= asdict(facts) | {
            "oldest": facts.oldest and facts.oldest.isoformat(),
            "newest": facts.newest and facts.newest.isoformat(),
            "healthy": healthy(facts),
        }
    return {
        "index": corpus,
        "models": [
            {
                "model": file.model, "file": file.file, "path": str(file.path), "state": file.state,
                "present_bytes": file.present_bytes, "total_bytes": file.total_bytes, "licence": file.licence,
            }
            for file in files
        ],
        "answers_from": chosen,
        "settings": asdict(settings),
    }  # fmt: skip
