"""`assistant ask` and `assistant chat`."""

from __future__ import annotations

import sys
from datetime import date
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from assistant.cli_options import DAY, embed_option, index_option, json_option, llm_option, open_assistant

if TYPE_CHECKING:
    from assistant.records import Answer
    from index.errors import ModelError

MOST_READ = 100_000  # bytes taken from standard input: far beyond any question, so the library can say how long it is


@click.command(short_help="Answer a question from the indexed articles.")
@click.argument("question")
@index_option
@click.option("--as-of", type=DAY, help="Know nothing published after this day.")
@click.option("--since", type=DAY, help="Only articles published on this day or later.")
@click.option("--until", type=DAY, help="Only articles published on this day or earlier.")
@click.option(
    "--outlet", "outlets", metavar="NAME", multiple=True, help="Only articles of this outlet; may be repeated."
)
@llm_option
@embed_option
@json_option
@click.option("--no-stream", is_flag=True, help="Show nothing before the checked answer.")
def ask(
    question: str,
    index_dir: str | None,
    as_of: date | None,
    since: date | None,
    until: date | None,
    outlets: tuple[str, ...],
    llm: str | None,
    embed: str | None,
    as_json: bool,
    no_stream: bool,
) -> None:
    """Answer QUESTION from the indexed articles, each sentence with its citation. "-" reads it from standard input.

    \b
    assistant ask "How many prisoners have been exchanged so far?" --as-of "24 May 2025"

    On a terminal the draft is shown while it is written, and replaced by the checked answer. Standard output gets
    nothing but the checked answer.

    The exit code is 0 for an answer and for a refusal alike (the JSON has its "status"), 1 for an error, 2 for wrong
    usage. What a model had written when it died is shown on standard error, marked as unfinished and unchecked; in JSON its
    status is "unfinished".
    """
    from assistant.records import Answer, DraftDelta
    from index.errors import ModelError

    if since and until and since > until:
        raise click.UsageError(f"--since {since} is after --until {until}: no day is left")
    # Bytes that are no UTF-8 come from a command line as surrogates; they become replacement characters.
    given = sys.stdin.buffer.read(MOST_READ) if question == "-" else question.encode("utf-8", "surrogateescape")
    text = given.decode("utf-8", "replace")
    answer, draft = None, ""
    try:
        with View(silent=no_stream) as view, open_assistant(index_dir, llm, view.tell, embed) as assistant:
            for event in assistant.stream(text, as_of=as_of, since=since, until=until, outlets=outlets):
                if isinstance(event, Answer):
                    answer = event
                else:
                    draft = event.after(draft) if isinstance(event, DraftDelta) else draft
                    view.tell(event)
    except ModelError as error:
        show_unfinished(text, draft, error, as_json=as_json)
        raise
    if answer is not None:
        show(answer, as_json=as_json)


@click.command()
@index_option
@llm_option
@embed_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=7860, show_default=True, help="Port to listen on.")
@click.option(
    "--auth",
    metavar="USER:PASSWORD-FILE",
    help="Ask everybody to sign in; needed for a --host other than this machine.",
)
@click.option("--mcp", is_flag=True, help="Offer ask, search and figures as MCP tools, too.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
def chat(
    index_dir: str | None,
    llm: str | None,
    embed: str | None,
    host: str,
    port: int,
    auth: str | None,
    mcp: bool,
    no_browser: bool,
) -> None:
    """Open the chat page in the browser. It is served on this machine only, unless --host says otherwise.

    \b
    assistant chat --port 8080

    Ctrl-C ends it.
    """
    from assistant.cli_progress import Meter
    from assistant.ui import launch
    from assistant.ui_account import Account

    account = Account.read(auth) if auth else None
    with Meter() as meter, open_assistant(index_dir, llm, meter.tell, embed) as assistant:
        launch(assistant, host=host, port=port, open_browser=not no_browser, account=account, mcp=mcp)


def show(answer: Answer, *, as_json: bool) -> None:
    """Print an answer to standard output: for people, or as one JSON object. Only terminals get wrapping and styles."""
    from rich.console import Console

    from assistant import render

    if as_json:
        click.echo(render.as_json(answer))
        return
    console = Console(file=sys.stdout, highlight=False)
    console.print(render.terminal(answer, wrap=console.is_terminal), soft_wrap=not console.is_terminal)


def show_unfinished(question: str, draft: str, error: ModelError, *, as_json: bool) -> None:
    """What had been written of an answer when the model failed; nothing if that is nothing. Never among the answers."""
    from assistant.render import one_line, to_json
    from index.errors import ModelStopped

    if not draft.strip():
        draft = error.partial if isinstance(error, ModelStopped) else ""
    if draft.strip() and as_json:
        click.echo(
            to_json({"question": question, "text": "", "status": "unfinished", "draft": draft, "reason": str(error)})
        )
    elif draft.strip():
        click.echo(f"unfinished and unchecked: {one_line(draft)} …", err=True)


class View:
    """What is to be seen of an answer in the making, on standard error.

    On a terminal the stage and the draft, wiped at the end; elsewhere nothing but the progress of a model's download.
    """

    def __init__(self, *, silent: bool = False) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.spinner import Spinner

        from assistant.cli_progress import Meter

        console = Console(stderr=True, highlight=False)
        self._spinner = Spinner("dots", "starting")
        self._draft = ""
        self._live = (
            Live(self._spinner, console=console, transient=True) if console.is_terminal and not silent else None
        )
        self._meter = None if self._live or silent else Meter(sys.stderr, live=False)

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def tell(self, event: object) -> None:
        """Show an event of a stream, or the progress of a file."""
        from assistant.records import DraftDelta, StageStarted
        from assistant.render import one_line
        from assistant.weights import Progress

        if isinstance(event, StageStarted):
            self._say(one_line(event.detail or event.stage))
        elif isinstance(event, DraftDelta):
            self._draft = event.after(self._draft)
            self._say("draft, being checked")
        elif isinstance(event, Progress):
            from assistant.cli_progress import amount

            state = f"{amount(event.done_bytes, 'bytes')} of {amount(event.total_bytes, 'bytes')}"
            self._say(f"{one_line(event.source)}: {one_line(event.file)} {state}")
            if self._meter:
                self._meter.tell(event)

    def _say(self, text: str) -> None:
        if self._live is None:
            return
        from rich.console import Group
        from rich.text import Text

        from assistant.render import clean

        self._spinner.update(text=Text(text))
        self._live.update(Group(self._spinner, Text(clean(self._draft), style="dim")) if self._draft else self._spinner)
