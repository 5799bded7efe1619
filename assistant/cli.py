"""The command line: the commands, and what becomes of an error. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from types import FrameType, TracebackType
from typing import Self

import click

from assistant.cli_ask import ask, chat
from assistant.cli_doctor import doctor
from assistant.cli_evaluate import evaluate
from assistant.cli_feedback import feedback
from assistant.cli_figures import figures
from assistant.cli_index import index
from assistant.cli_models import models
from assistant.cli_status import status
from index.errors import AssistantError

STOPPED = 130  # what a shell reports for a command ended by Ctrl-C


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="conflict-reporting-assistant", prog_name="assistant")
def cli() -> None:
    """Answer questions from a folder of articles, with citations you can check. Everything runs on this machine.

    \b
    assistant index ~/articles
    assistant ask "How many prisoners have been exchanged so far?"

    Exit codes: 0 done (a refusal is an answer, too), 1 an error, 2 wrong usage or nothing indexed,
    130 stopped by Ctrl-C.
    """


for command in (index, ask, chat, figures, evaluate, status, doctor, models, feedback):
    cli.add_command(command)


def main() -> None:
    """The `assistant` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter must not cost the answer
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. Every error raised on purpose becomes one line on standard error."""
    with Stop():
        return _run(arguments)
    return _stopped()


class Stop:
    """Ctrl-C, noted. Some libraries turn a KeyboardInterrupt into an error of their own, as pydantic does while it is
    imported; whatever ends the command after a Ctrl-C is that Ctrl-C."""

    def __init__(self) -> None:
        self.noted = False

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        signal.signal(signal.SIGINT, self._before)
        return self.noted and error is not None

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.noted = True
        raise KeyboardInterrupt


def _stopped() -> int:
    click.echo("assistant: stopped", err=True)
    return STOPPED


def _run(arguments: Sequence[str]) -> int:
    try:
        code = cli.main(args=list(arguments), prog_name="assistant", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _stopped()
    except AssistantError as error:
        from assistant.render import one_line

        click.echo(f"assistant: {one_line(str(error))}", err=True)
        return 1
    return code if isinstance(code, int) else 0
