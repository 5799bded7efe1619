"""`assistant figures`: the dated figures for a phrase as a table, JSON, CSV and a picture."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli_options import DAY, embed_option, index_option, json_option, open_assistant

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

    from assistant.timeline import Dated

WIDTHS = (80, 120)  # columns of a terminal between which the table is laid out
SHOWN = 3  # witnesses of one figure that are named and quoted; the others are in --json and --csv
STATES = {"done": "", "promised": "promised", "denied": "denied"}
SCOPES = {"event": "", "several": "several together", "total": "running total"}


@click.command(short_help="Show the figures over time for a phrase, as a table or a plot.")
@click.argument("phrase")
@index_option
@click.option("--as-of", type=DAY, help="Know nothing published after this day.")
@click.option("--since", type=DAY, help="Only figures of this day or later.")
@click.option("--until", type=DAY, help="Only figures of this day or earlier.")
@click.option(
    "--outlet", "outlets", metavar="NAME", multiple=True, help="Only articles of this outlet; may be repeated."
)
@embed_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV with a head line.")
@click.option(
    "--plot",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw into a .png, .svg or .pdf file, too.",
)
def figures(
    phrase: str,
    index_dir: str | None,
    as_of: date | None,
    since: date | None,
    until: date | None,
    outlets: tuple[str, ...],
    embed: str | None,
    as_json: bool,
    as_csv: bool,
    plot: Path | None,
) -> None:
    """Show every dated figure the articles give for PHRASE, each with who says so and its sentence.

    \b
    assistant figures "prisoners exchanged" --since 2025-05-01 --plot exchanges.png

    Nothing is added up and no model is asked. Promised figures and rivalling ones are listed and marked.
    """
    if since and until and since > until:
        raise click.UsageError(f"--since {since} is after --until {until}: no day is left")
    if as_json and as_csv:
        raise click.UsageError("--json and --csv are two forms of one output: choose one")
    if plot and plot.suffix.lower() not in {".png", ".svg", ".pdf"}:
        raise click.UsageError(f"--plot {str(plot)!r} has none of the endings .png, .svg and .pdf")
    with open_assistant(index_dir, embed=embed) as assistant:
        from assistant.timeline import timeline

        rows = timeline(assistant, phrase, as_of=as_of, since=since, until=until, outlets=outlets)
    show(rows, as_json=as_json, as_csv=as_csv)
    if plot:
        from assistant.timeline_plot import draw

        undated = draw(rows, phrase, plot)
        left_out = f", without {undated} that have no day" if undated else ""
        click.echo(f"drawn into {plot}{left_out}", err=True)


def show(rows: Sequence[Dated], *, as_json: bool, as_csv: bool) -> None:
    """Print the rows to standard output."""
    from assistant import timeline

    if as_json:
        from assistant.render import to_json

        click.echo(to_json({"figures": [timeline.as_object(row) for row in rows]}))
    elif as_csv:
        click.echo(timeline.as_csv(rows), nl=False)
    else:
        from rich.console import Console

        groups = _groups(rows)
        wide = Console(file=sys.stdout, highlight=False)
        width = min(max(wide.width, WIDTHS[0]), WIDTHS[1])
        Console(file=sys.stdout, highlight=False, width=width).print(_table(groups), _sources(groups), sep="\n")


def _table(groups: Sequence[Sequence[Dated]]) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from assistant.timeline import amount

    table = Table(box=SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("Day", no_wrap=True)
    table.add_column("Figure", justify="right", max_width=20)
    table.add_column("Of what", min_width=20)
    table.add_column("Who says so", min_width=16)
    table.add_column("Read in", min_width=9)
    numbers = _numbers(groups)
    for group in groups:
        figure = group[0].figure
        cited = dict.fromkeys(f"[{numbers[r.figure.sentence.text]}]" for r in group[:SHOWN])
        more = f" +{len(group) - SHOWN}" if len(group) > SHOWN else ""
        table.add_row(
            Text("no day" if figure.when is None else figure.when.isoformat()),
            Text(amount(figure) + (" each" if figure.per_side else "")),
            Text(_what(group), style="dim" if figure.state != "done" else ""),
            Text(_who(group)),
            Text(" ".join(cited) + more),
        )
    return table


def _groups(rows: Sequence[Dated]) -> list[list[Dated]]:
    """Rows that say the same, together: one figure told by several articles is one line."""
    groups: dict[tuple[object, ...], list[Dated]] = {}
    for row in rows:
        f = row.figure
        key = (f.when, f.value, f.upper, f.qualifier, f.vague, f.per_side, f.action, f.state, f.scope)
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _what(group: Sequence[Dated]) -> str:
    from assistant.render import one_line

    figure = max((row.figure for row in group), key=lambda f: len(f.period))
    counted = Counter(one_line(row.figure.counted) for row in group if row.figure.counted).most_common(1)
    parts = (
        counted[0][0] if counted else "",
        figure.action,
        STATES[figure.state],
        one_line(figure.period) or SCOPES[figure.scope],
    )
    return ", ".join(part for part in parts if part)


def _who(group: Sequence[Dated]) -> str:
    from assistant.render import one_line

    said = list(dict.fromkeys(one_line(row.figure.claimant) for row in group if row.figure.claimant))
    if not said:
        said = list(dict.fromkeys(f"({one_line(row.figure.sentence.source.outlet or 'the article')})" for row in group))
    return "; ".join(said[:SHOWN]) + (f" +{len(said) - SHOWN}" if len(said) > SHOWN else "")


def _numbers(groups: Sequence[Sequence[Dated]]) -> dict[str, int]:
    """A number for each sentence that is shown, from 1, in the order of the lines."""
    return {
        text: number
        for number, text in enumerate(dict.fromkeys(r.figure.sentence.text for g in groups for r in g[:SHOWN]), start=1)
    }


def _sources(groups: Sequence[Sequence[Dated]]) -> Group:
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    from assistant.render import headline, one_line

    cited = {row.figure.sentence.text: row for group in groups for row in group}
    parts: list[Text | Padding] = []
    for text, number in _numbers(groups).items():
        row = cited[text]
        also = "".join(f"; also {one_line(copy.outlet or copy.title)}" for copy in row.copies)
        parts.append(Text(f"[{number}] {headline(row.figure.sentence.source)}{also}", style="bold"))
        parts.append(Padding(Text(f"“{one_line(text)}”"), (0, 0, 0, 4)))
    return Group(*parts)
