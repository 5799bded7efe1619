"""`assistant evaluate`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli_options import index_option, llm_option, open_assistant

if TYPE_CHECKING:
    from assistant.evaluation.compare import Comparison
    from assistant.evaluation.results import EvalResult
    from assistant.llm import ChatModel

COLUMNS = ("n", "right", "declined", "wrong", "wrong_figures", "failed")
SHOWN = 12  # changed cases shown in the terminal, of each kind


@click.command(short_help="Measure search and answers on questions with known answers.")
@click.argument("sets", metavar="[SET.jsonl...]", nargs=-1, type=click.Path(path_type=Path))
@index_option
@llm_option
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the results.  [default: runs/<date-time>]")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="RUN", help="Compare with this earlier run, too.")
@click.option("--compare", "runs", nargs=2, type=click.Path(path_type=Path), metavar="RUN_A RUN_B",
              help="Ask nothing; say what got better and worse from one run to the other.")  # fmt: skip
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Ask only N, drawn at random.")
@click.option("--seed", type=int, default=0, show_default=True, help="What --sample draws by.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Ask only the first N.")
@click.option("--split", type=click.Choice(("tune", "report")), help="Only questions of this split.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Only questions with this tag; may be repeated.")
@click.option("--retrieval-only", is_flag=True, help="Search only; no language model is asked.")
@click.option("--no-weighing", is_flag=True, help="Leave out citation precision and recall, which ask the model again.")
@click.option("--workers", type=click.IntRange(1, 32), default=1, show_default=True, help="Questions asked at once.")
def evaluate(
    sets: tuple[Path, ...], index_dir: str | None, llm: str | None, out: Path | None, baseline: Path | None,
    runs: tuple[Path, Path] | None, sample: int | None, seed: int, limit: int | None, split: str | None,
    tags: tuple[str, ...], retrieval_only: bool, no_weighing: bool, workers: int,
) -> int:  # fmt: skip
    """Ask every question of SET.jsonl and count what is right, declined, wrong, and how well the citations carry it.

    \b
    assistant evaluate seeds/questions.jsonl --split report --out runs/before
    assistant evaluate seeds/questions.jsonl --split report --out runs/after --baseline runs/before
    assistant evaluate --compare runs/before runs/after

    A question that fails is recorded and the run goes on. Ctrl-C writes what is done; the same command with the same
    --out goes on from there. The exit code is 1 if no question could be scored.
    """
    if runs is not None:
        if sets:
            raise click.UsageError("--compare takes two runs and no question set")
        return _compare(*runs)
    if not sets:
        raise click.UsageError("name a question set, such as seeds/questions.jsonl")
    from assistant.cli_progress import Meter
    from assistant.evaluation.cases import read_cases, select
    from assistant.evaluation.html import write_page
    from assistant.evaluation.metering import Metered
    from assistant.evaluation.run import REPORT, Manner
    from assistant.evaluation.run import evaluate as run

    everything = [case for path in sets for case in read_cases(path)]
    cases = select(everything, split=split, tags=tags, limit=limit, sample=sample, seed=seed)
    if not cases:
        raise click.UsageError("no question is left by --split and --tag")
    folder = out or Path("runs") / time.strftime("%Y-%m-%d-%H%M%S")
    done: list[EvalResult] = []
    with Meter() as meter, open_assistant(index_dir, llm, meter.tell) as assistant:
        manner = Manner(retrieval_only=True, workers=workers)
        if not retrieval_only:
            assistant.facts()  # without an index there is nothing to load a model for
            meters: list[Metered] = []

            def metered(model: ChatModel) -> ChatModel:
                meters.append(Metered(model))
                return meters[0]

            assistant.wrap_model(metered)
            manner = Manner(
                judge=None if no_weighing else assistant,
                tokens=meters[0].take if meters else None,
                workers=workers,
            )

        def told(result: EvalResult) -> None:
            done.append(result)
            right = sum(r.outcome == "right" for r in done)
            note = "" if retrieval_only else f"{right} right"
            meter.show("asking", len(done), len(cases), "questions", note, result.case.question)

        meter.show("asking", 0, len(cases), "questions")
        try:
            report: Mapping[str, Any] = run(assistant, cases, folder, told, manner)
        except KeyboardInterrupt:
            click.echo(f"{len(done)} of {len(cases)} questions asked, results in {folder}", err=True)
            raise
    page = write_page(folder)
    for line in report_lines(report):
        click.echo(line)
    click.echo(f"results in {folder / REPORT} and {page}")
    if baseline is not None:
        click.echo("")
        _compare(baseline, folder)
    return 0 if any(result.scores for result in done) else 1


def _compare(before: Path, after: Path) -> int:
    from assistant.evaluation.compare import compare

    for line in comparison_lines(compare(before, after)):
        click.echo(line)
    return 0


def report_lines(report: Mapping[str, Any]) -> list[str]:
    """The report as tables, for people."""
    lines = []
    judged = any(counted["n"] for counted in report["table"].values())
    if judged:
        width = max(len(name) for name in report["table"])
        heads = [column.replace("wrong_figures", "wrong figures") for column in COLUMNS]
        lines.append(f"{'':<{width}}  {'  '.join(heads)}  right, 95 % interval")
        for name, counted in report["table"].items():
            cells = "  ".join(f"{counted[column]:>{len(head)}}" for column, head in zip(COLUMNS, heads, strict=True))
            interval = "" if counted["low"] is None else f" ({percent(counted['low'])} to {percent(counted['high'])})"
            lines.append(f"{name:<{width}}  {cells}  {percent(counted['share_right'])}{interval}")
        lines.append("")
    lines.append(f"{'measure':<20}  {'mean':>6}  {'95 % interval':<15}  {'n':>5}  could not score")
    for name, measured in report["measures"].items():
        interval = "" if measured["low"] is None else f"{measured['low']:.3f} to {measured['high']:.3f}"
        mean = "–" if measured["mean"] is None else f"{measured['mean']:.3f}"
        lines.append(f"{name:<20}  {mean:>6}  {interval:<15}  {measured['n']:>5}  {measured['unscored']}")
    lines.append("")
    if report["counts"]:
        c = report["counts"]
        numbers = c["numbers"]
        lines += [
            f"sentences with a citation       {_counted(c['marked'], c['sentences'])}",
            f"quotes that are verbatim        {_counted(c['verbatim'], c['quotes'])}",
            f"numbers that stand in citations {_counted(numbers - c['elsewhere'], numbers)}: {c['in_quotes']} in quotes,"
            f" {c['publication_date']} of the day of publication, {c['resolved_day']} of days named in quotes,"
            f" {c['elsewhere']} elsewhere",
        ]
    if report["risk_coverage"]["area"] is not None:
        lines.append(f"area under risk and coverage    {report['risk_coverage']['area']:.3f}, lower is better")
    for stage in ("total", "first_words", "searching"):
        if stage in report["seconds"]:
            times = report["seconds"][stage]
            lines.append(f"seconds, {stage:<23}median {times['median']:.2f}, p90 {times['p90']:.2f} ({times['n']})")
    asked, of, failed = report["asked"], report["of"], report["failed"]
    return [*lines, f"asked {asked} of {of}, could not score {failed}, {report['run']['model']}"]


def comparison_lines(comparison: Comparison) -> list[str]:
    """A comparison as tables, for people: what differs, the measures, the cases that changed."""
    from assistant.render import one_line

    lines = [f"differs: {'; '.join(comparison.differs) or 'nothing'}", ""]
    lines.append(f"{'measure':<20}  {'before':>6}  {'after':>6}  {'change':>7}  {'n':>5}  p (paired)")
    for m in comparison.measures:
        p = "–" if m.p is None else f"{m.p:.3f}"
        lines.append(f"{m.name:<20}  {m.before:>6.3f}  {m.after:>6.3f}  {m.after - m.before:>+7.3f}  {m.n:>5}  {p}")
    kinds = ("better", "worse", "unchanged", "unscored")
    counts = {kind: sum(case.change == kind for case in comparison.cases) for kind in kinds}
    lines += ["", ", ".join(f"{count} {kind}" for kind, count in counts.items())]
    if comparison.only:
        lines.append(f"{comparison.only} questions are in one of the runs only")
    for kind in ("worse", "better"):
        changed = [case for case in comparison.cases if case.change == kind]
        for case in changed[:SHOWN]:
            lines += [
                "",
                f"{kind}: {case.id}  {one_line(case.question)}",
                f"  before ({case.before}): {one_line(case.text_before)}",
                f"  after  ({case.after}): {one_line(case.text_after)}",
            ]
        if len(changed) > SHOWN:
            lines += ["", f"and {len(changed) - SHOWN} more got {kind}"]
    return lines


def percent(share: float | None) -> str:
    """81.0 %, or a dash where nothing was counted. Rounded down: 99.96 % is not all."""
    return "–" if share is None else f"{int(share * 1000 + 1e-9) / 10:.1f} %"


def _counted(right: int, n: int) -> str:
    return f"{percent(right / n if n else None)} ({right} of {n})"
