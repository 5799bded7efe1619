"""`assistant feedback`."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli_options import index_option


@click.command(short_help="Turn the thumbs given on the chat page into an evaluation set.")
@click.argument("out", metavar="OUT.jsonl", type=click.Path(dir_okay=False, path_type=Path))
@index_option
@click.option(
    "--user", default="", metavar="NAME", help="Of this user only, where people sign in.  [default: everybody]"
)
def feedback(out: Path, index_dir: str | None, user: str) -> None:
    """Write every answer that was judged on the chat page to OUT.jsonl, as a question for `assistant evaluate`.

    \b
    assistant feedback mine.jsonl && assistant evaluate mine.jsonl

    A bad answer becomes a question only if the reader said what is right ("not in the articles" is an answer, too).
    """
    from assistant.render import to_json
    from assistant.settings import read_settings
    from assistant.ui_feedback import rows
    from assistant.ui_kept import Kept
    from index.errors import KeptError

    settings = read_settings({"index": index_dir})
    kept = Kept(settings.conversations_file(), str(Path(settings.index).resolve()))
    try:
        made, left_out = rows(kept.everything(user))
    finally:
        kept.close()
    if not made:
        raise KeptError(
            f"no answer about the index {settings.index!r} was judged so that it makes a question: use the thumbs of"
            " `assistant chat`, and say what is right"
        )
    try:
        out.write_text("".join(to_json(row, indent=None) + "\n" for row in made), encoding="utf-8")
    except OSError as error:
        raise KeptError(f"{str(out)!r} cannot be written ({error.strerror}): name another file") from error
    rest = f"; {left_out} left out, because nobody said what is right" if left_out else ""
    click.echo(f"{len(made)} questions in {out}{rest}")
