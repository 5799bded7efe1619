"""A run as one page that needs nothing else: no network, no script. Read from the files of the run.

Questions, articles and a model's words are hostile: every one passes `escape`.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.evaluation.plots import groups_plot, latency_plot, risk_coverage_plot
from assistant.evaluation.run import REPORT, read_run
from assistant.render import clean
from index.errors import LoadError

PAGE = "report.html"
_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1d2126 }
table { border-collapse: collapse; margin: 1rem 0 } th, td { padding: .2rem .7rem; text-align: right }
th:first-child, td:first-child, .scores :is(th, td):last-child { text-align: left } tr:nth-child(even) { background: #f4f5f7 }
details { border-left: 4px solid #8a8f98; margin: .4rem 0; padding: .2rem .8rem } summary { cursor: pointer }
.right { border-color: #2f7d4f } .wrong { border-color: #b3402a } .failed { border-color: #d09a1f }
mark { background: #ffe9a8 } .passage { white-space: pre-wrap; background: #f7f7f5; padding: .5rem .8rem }
.small { color: #5b626b; font-size: 13px } svg { max-width: 100%; height: auto } dt { font-weight: 600 }
"""


def write_page(folder: Path) -> Path:
    """Write the page of the run in `folder` and give back its path. Raises LoadError."""
    _, lines = read_run(folder)
    page = folder / PAGE
    try:
        report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
        page.write_text(page_of(report, lines), encoding="utf-8")
    except (OSError, ValueError) as error:
        raise LoadError(f"{str(page)!r} cannot be written ({error}): name another folder with --out") from error
    return page


def page_of(report: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> str:
    """The whole page."""
    run = report["run"]
    plots = (
        risk_coverage_plot(report["risk_coverage"]["points"]),
        latency_plot(report["seconds"]),
        groups_plot(report["table"]),
    )
    parts = [
        "<h1>Evaluation</h1>",
        f"<p>{escape(', '.join(report['sets']))}: {report['asked']} of {report['of']} questions asked, "
        f"{report['failed']} could not be scored. {escape(run['model'])}. {escape(report['started'])}, "
        f"{report['minutes']} minutes.</p>",
        _measures(report["measures"]),
        *plots,
        "<h2>Cases</h2>",
        *(_case(line) for line in lines),
        "<h2>What was run</h2>",
        f'<pre class="small">{escape(json.dumps(run, indent=1, ensure_ascii=False))}</pre>',
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Evaluation</title>'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{_STYLE}</style></head><body>\n" + "\n".join(part for part in parts if part) + "\n</body></html>\n"
    )


def escape(text: object) -> str:
    """Any value as text that HTML reads as text, in content and attributes alike."""
    return html.escape(clean(str(text)))


def marked(passage: str, start: int, end: int) -> str:
    """A passage with its characters from `start` to `end` marked; unmarked if they lie outside of it."""
    if not 0 <= start < end <= len(passage):
        return escape(passage)
    return f"{escape(passage[:start])}<mark>{escape(passage[start:end])}</mark>{escape(passage[end:])}"


def _measures(measures: Mapping[str, Mapping[str, Any]]) -> str:
    rows = []
    for name, m in measures.items():
        mean = "–" if m["mean"] is None else f"{m['mean']:.3f}"
        interval = "" if m["low"] is None else f"{m['low']:.3f} to {m['high']:.3f}"
        rows.append(
            f"<tr><td>{escape(name)}</td><td>{mean}</td><td>{interval}</td><td>{m['n']}</td><td>{m['unscored']}</td></tr>"
        )
    head = "<tr><th>measure</th><th>mean</th><th>95 % interval</th><th>scored</th><th>could not score</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


def _case(line: Mapping[str, Any]) -> str:
    outcome = "failed" if line["failure"] else line["outcome"] or "searched"
    parts = [f'<p class="small">{escape(line["set"])} · {escape(", ".join(line["tags"]))}</p>']
    for question, answer in line["history"]:
        parts.append(f'<p class="small">before: {escape(question)} — {escape(answer)}</p>')
    gold = "; ".join(f"{name.replace('_', ' ')}: {_listed(value)}" for name, value in line["gold"].items())
    told = [("As of", line["as_of"])] if line.get("as_of") else []
    told.append(("Gold", gold or f"not to be answered: {line['because']}"))
    if line["note"]:
        told.append(("Note", line["note"]))
    if line["failure"]:
        told.append(("Could not score", line["failure"]))
    answer = line["answer"]
    if answer is not None:
        told += [("Answer", answer["text"]), ("Status", f"{answer['status']}: {answer['reason']}")]
        told += [("Judged", f"{line['outcome'] or 'not judged'}: {line['why']}")]
        told += [("Removed", f"{removed['text']} ({removed['reason']})") for removed in answer["removed"]]
        told += [("As the model wrote it", answer["raw_text"])] if answer["raw_text"] else []
    parts.append("<dl>" + "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in told) + "</dl>")
    if answer is not None:
        parts += [_citation(citation, line["retrieved"]) for citation in answer["citations"]]
    scores = "".join(
        f"<tr><td>{escape(s['name'])}</td><td>{'could not score' if s['value'] is None else format(s['value'], '.3f')}</td>"
        f"<td>{escape(s['why'])}</td></tr>"
        for s in line["scores"]
    )
    parts.append(f'<table class="scores"><tr><th>score</th><th>value</th><th>why</th></tr>{scores}</table>')
    found = "".join(
        f"<li>{'<b>relevant</b> ' if hit['relevant'] else ''}{escape(hit['title'])} "
        f'<span class="small">{escape(hit["outlet"] or "")} {escape(hit["published"] or "")}</span></li>'
        for hit in line["retrieved"]
    )
    parts.append(f"<details><summary>Passages found</summary><ol>{found}</ol></details>")
    title = f"{escape(line['id'])} · {escape(outcome)} · {escape(line['question'])}"
    return f'<details class="{escape(outcome)}"><summary>{title}</summary>{"".join(parts)}</details>'


def _listed(value: object) -> str:
    """A gold's alternatives, one beside the other."""
    return " | ".join(map(str, value)) if isinstance(value, list) else str(value)


def _citation(citation: Mapping[str, Any], retrieved: Sequence[Mapping[str, Any]]) -> str:
    """A citation with its quote marked in the passage it was found in, or alone if it was found in none."""
    start, end = citation["start"], citation["end"]
    where = f"[{citation['number']}] {citation['title']} · {citation['outlet'] or ''} · {citation['published'] or 'undated'}"
    shown = f"<mark>{escape(citation['quote'])}</mark>"
    for hit in retrieved:
        first = hit["start"]
        if hit["article"] == citation["article"] and first <= start and end <= first + len(hit["text"]):
            shown = marked(hit["text"], start - first, end - first)
            break
    return f'<p class="small">{escape(where)}</p><div class="passage">{shown}</div>'
