"""`assistant evaluate`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli_options import index_option, llm_option, open_assistant

if TYPE_CHECKING:
    from assistant.evaluation.report import EvalResult

COLUMNS = ("n", "right", "declined", "wrong", "wrong_figures", "failed")


@click.command(short_help="Measure the answers on questions with known answers.")
@click.argument("sets", metavar="SET.jsonl...", nargs=-1, required=True, type=click.Path(path_type=Path))
@index_option
@llm_option
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the results.  [default: runs/<date-time>]")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Ask only the first N.")
@click.option("--split", type=click.Choice(("tune", "report")), help="Only questions of this split.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Only questions with this tag; may be repeated.")
def evaluate(
    sets: tuple[Path, ...], index_dir: str | None, llm: str | None, out: Path | None,
    limit: int | None, split: str | None, tags: tuple[str, ...],
) -> int:  # fmt: skip
    """Ask every question of SET.jsonl and count what is right, declined, wrong, and how well the citations carry it.

    \b
    assistant evaluate seeds/questions.jsonl --split report

    A question that fails is recorded and the run goes on; Ctrl-C writes what is done. The exit code is 1 if no question
    could be judged.
    """
    from assistant.cli_progress import Meter
    from assistant.evaluation.cases import read_cases, select
    from assistant.evaluation.run import REPORT, RESULTS
    from assistant.evaluation.run import evaluate as run

    cases = select([case for path in sets for case in read_cases(path)], split=split, tags=tags, limit=limit)
    if not cases:
        raise click.UsageError("no question is left by --split and --tag")
    folder = out or Path("runs") / time.strftime("%Y-%m-%d-%H%M%S")
    done: list[EvalResult] = []
    with Meter() as meter, open_assistant(index_dir, llm, meter.tell) as assistant:

        def told(result: EvalResult) -> None:
            done.append(result)
            right = sum(r.verdict is not None and r.verdict.outcome == "right" for r in done)
            meter.show("asking", len(done), len(cases), "questions", f"{right} right", result.case.question)

        meter.show("asking", 0, len(cases), "questions")
        try:
            report: Mapping[str, Any] = run(assistant, cases, folder, told)
        except KeyboardInterrupt:
            click.echo(f"{len(done)} of {len(cases)} questions asked, results in {folder}", err=True)
            raise
    for line in report_lines(report):
        click.echo(line)
    click.echo(f"results in {folder / RESULTS} and {folder / REPORT}")
    return 0 if len(done) > report["failed"] else 1


def report_lines(report: Mapping[str, Any]) -> list[str]:
    """The report as a table and a few lines, for people."""
    width = max(len(name) for name in report["table"])
    heads = [column.replace("wrong_figures", "wrong figures") for column in COLUMNS]
    lines = [f"{'':<{width}}  {'  '.join(heads)}  right, 95 % interval"]
    for name, counted in report["table"].items():
        cells = "  ".join(f"{counted[column]:>{len(head)}}" for column, head in zip(COLUMNS, heads, strict=True))
        interval = "" if counted["low"] is None else f" ({percent(counted['low'])} to {percent(counted['high'])})"
        lines.append(f"{name:<{width}}  {cells}  {percent(counted['share_right'])}{interval}")
    digits = report["digits"]
    return [
        *lines,
        "",
        f"sentences with a citation       {_counted(report['sentences'])}",
        f"quotes that are verbatim        {_counted(report['quotes'])}",
        f"numbers that stand in citations {_counted(digits)}: {digits['in_quotes']} in quotes,"
        f" {digits['publication_date']} of the day of publication, {digits['resolved_day']} of days named in quotes,"
        f" {digits['elsewhere']} elsewhere",
        f"right article cited             {_counted(report['right_article'])}",
        f"kind of answer as expected      {_counted(report['expected_status'])}",
        f"seconds an answer               {_times(report['seconds']['total'])}",
        f"seconds to the first words      {_times(report['seconds']['first_words'])}",
        f"asked {report['asked']} of {report['of']}, could not score {report['failed']}, {report['model']}",
    ]


def percent(share: float | None) -> str:
    """81.0 %, or a dash where nothing was counted. Rounded down: 99.96 % is not all."""
    return "–" if share is None else f"{int(share * 1000 + 1e-9) / 10:.1f} %"


def _counted(counted: Mapping[str, Any]) -> str:
    return f"{percent(counted['share'])} ({counted['right']} of {counted['n']})"


def _times(times: Mapping[str, Any]) -> str:
    return (
        f"median {times['median']:.1f}, p90 {times['p90']:.1f} ({times['n']} answers)" if times["n"] else "not measured"
    )
