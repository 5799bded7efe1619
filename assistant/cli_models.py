"""`assistant models`: the model files, shown, fetched and checked; and models fetched through Ollama."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from assistant.weights import FileState, Weights


@click.group(invoke_without_command=True, short_help="Show, fetch or verify the model files.")
@click.pass_context
def models(context: click.Context) -> int:
    """Show, fetch or verify the model files; without a word, show them.

    \b
    assistant models pull
    """
    return 0 if context.invoked_subcommand else int(context.invoke(list_files))


@models.command("list")
def list_files() -> int:
    """Show the model files and their state. Nothing is read through or fetched.

    \b
    assistant models list
    """
    _print(_weights().inventory())
    return 0


@models.command()
def fetch() -> int:
    """Fetch what is missing, replace what is damaged. An interrupted fetch goes on where it stopped.

    \b
    assistant models fetch
    """
    from assistant.cli_progress import Meter

    with Meter() as meter:
        files = _weights().fetch(progress=meter.tell)
    _print(files)
    return 0


@models.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
def pull(names: tuple[str, ...]) -> int:
    """Fetch what NAME names, with progress: "embedded", or "ollama:MODEL" through the Ollama server.

    \b
    assistant models pull ollama:qwen2.5:7b-instruct ollama:nomic-embed-text

    Without NAME: the models that the settings name. An interrupted fetch goes on where it stopped.
    """
    from assistant.cli_progress import Meter
    from assistant.llm_ollama import pull as pull_ollama
    from assistant.settings import read_settings
    from assistant.weights import Weights
    from index.errors import SettingsError

    settings = read_settings()
    wanted = dict.fromkeys(names or (settings.llm, settings.embed))
    if unknown := [n for n in wanted if n not in {"auto", "embedded", "ollama"} and not n.startswith("ollama:")]:
        raise SettingsError(f"cannot fetch {unknown[0]!r}: name embedded or ollama:MODEL")
    with Meter() as meter:
        for name in wanted:
            kind, _, model = name.partition(":")
            if kind == "ollama":
                pull_ollama(settings.ollama_host, model or settings.ollama_model, meter.tell)
                click.echo(f"ready      {model or settings.ollama_model}, in Ollama at {settings.ollama_host}")
        if {"auto", "embedded"} & set(wanted):
            _print(Weights(settings.models_folder()).fetch(progress=meter.tell))
    return 0


@models.command()
def verify() -> int:
    """Read every model file through and compare its SHA-256. The exit code is 1 unless all are ready.

    \b
    assistant models verify
    """
    from assistant.cli_progress import Meter

    with Meter() as meter:
        files = _weights().verify(progress=meter.tell)
    _print(files)
    if faulty := [file.file for file in files if not file.verified]:
        click.echo(f"assistant: {', '.join(faulty)} not ready: run `assistant models fetch`", err=True)
        return 1
    return 0


def _weights() -> Weights:
    from assistant.settings import read_settings
    from assistant.weights import Weights

    return Weights(read_settings().models_folder())


def file_line(file: FileState) -> str:
    """One model file in one line: state, name, size, licence."""
    from assistant.cli_progress import amount

    size = amount(file.present_bytes, "bytes")
    if file.total_bytes is not None and file.present_bytes != file.total_bytes:
        size += f" of {amount(file.total_bytes, 'bytes')}"
    return f"{file.state:<10} {file.file}  {size}  {file.licence}"


def _print(files: Sequence[FileState]) -> None:
    for file in files:
        click.echo(file_line(file))
        origin = f"from {file.origin}" if "/" in file.origin else file.origin
        click.echo(f"{'':<10} {file.path}, {origin}")
