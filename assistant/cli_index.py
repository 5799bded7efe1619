"""`assistant index`."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli_options import embed_option, index_option, open_assistant

NOTHING_INDEXED = 2


@click.command(short_help="Index files, folders, web pages and feeds.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@index_option
@embed_option
@click.option("--prune", is_flag=True, help="Drop indexed articles that are no longer found under PATH.")
@click.option("--rebuild", is_flag=True, help="Make the index anew, as after a change of its settings.")
@click.option(
    "--field", "fields", metavar="NAME=COLUMN", multiple=True,
    help="In CSV and JSON: which column holds text, title, outlet, author, url, date or language; may be repeated.",
)  # fmt: skip
def index(
    paths: tuple[str, ...],
    index_dir: str | None,
    embed: str | None,
    prune: bool,
    rebuild: bool,
    fields: tuple[str, ...],
) -> int:
    """Index articles: files, folders, web pages, RSS or Atom feeds. What has not changed since costs nothing.

    \b
    assistant index ~/articles https://example.org/feed.xml
    assistant index export.csv --field text=body --field date=day

    A file that cannot be read is named at the end with the reason, and the rest goes in. The exit code is 2 if
    nothing did.
    """
    from assistant.cli_progress import Meter, counted
    from assistant.render import one_line
    from index.build import build

    mapping = _mapping(fields)
    with Meter() as meter, open_assistant(index_dir, progress=meter.tell, embed=embed) as assistant:
        report = build(
            Path(assistant.settings.index),
            paths,
            settings=assistant.index_settings,
            embedder=assistant.embedder(),
            prune=prune,
            rebuild=rebuild,
            fields=mapping,
            progress=meter.tell,
        )
    for failure in report.failures:
        click.echo(f"skipped {one_line(failure.location)}: {one_line(failure.reason)}", err=True)
    went_in = report.added + report.updated + report.unchanged
    if not went_in and not report.failures:
        named = ", ".join(repr(one_line(path)) for path in paths)
        click.echo(f"assistant: there are no articles under {named}: name files or folders that hold some", err=True)
    click.echo(
        f"added {report.added:,}, updated {report.updated:,}, unchanged {report.unchanged:,}"
        f", removed {report.removed:,} · {counted(report.passages, 'passage')} · {report.seconds:.1f} s"
    )
    return 0 if went_in else NOTHING_INDEXED


def _mapping(fields: tuple[str, ...]) -> dict[str, str]:
    """NAME=COLUMN pairs as a mapping from column to name. Raises click.UsageError."""
    mapping: dict[str, str] = {}
    for field in fields:
        name, column = (part.strip() for part in (*field.split("=", 1), "")[:2])
        if not (name and column):
            raise click.UsageError(f"--field {field!r} is not NAME=COLUMN, as in --field text=body")
        if column in mapping:
            raise click.UsageError(f"--field names the column {column!r} twice")
        mapping[column] = name
    return mapping
