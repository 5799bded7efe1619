"""The plots of a report as SVG text, drawn by matplotlib: no window, no network, the same picture every time."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

RIGHT, WRONG, QUIET = "#2f7d4f", "#b3402a", "#8a8f98"


def risk_coverage_plot(points: Sequence[Sequence[float]]) -> str:
    """Share of wrong answers among those given, as more are given. "" without points."""
    if not points:
        return ""

    def draw(axes: Any) -> None:
        axes.step([c for c, _ in points], [r for _, r in points], where="post", color=WRONG)
        axes.plot([c for c, _ in points], [r for _, r in points], ".", color=WRONG)
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="coverage: share of questions answered", ylabel="risk: share wrong")
        axes.set_title("Risk and coverage, the surest answers first")

    return _svg(draw, width=5.2, height=3.4)


def latency_plot(seconds: Mapping[str, Mapping[str, Any]]) -> str:
    """Median and 90th percentile of seconds, a stage a bar. "" without stages."""
    stages = [stage for stage in seconds if stage not in ("total", "first_words")] + [
        stage for stage in ("first_words", "total") if stage in seconds
    ]
    if not stages:
        return ""

    def draw(axes: Any) -> None:
        places = range(len(stages))
        axes.barh(places, [seconds[s]["p90"] for s in stages], color="#d8dbe0", label="90 % are done by")
        axes.barh(places, [seconds[s]["median"] for s in stages], height=0.5, color="#3a5f8a", label="median")
        axes.set_yticks(list(places), [stage.replace("_", " ") for stage in stages])
        axes.invert_yaxis()
        axes.set(xlabel="seconds")
        axes.legend(frameon=False, fontsize=8)
        axes.set_title("Seconds a stage")

    return _svg(draw, width=5.2, height=0.35 * len(stages) + 1.2)


def groups_plot(table: Mapping[str, Mapping[str, Any]]) -> str:
    """Shares right, declined and wrong, a group a bar. "" if nothing was judged."""
    shown = {name: counted for name, counted in table.items() if counted["n"]}
    if not shown:
        return ""

    def draw(axes: Any) -> None:
        places = list(range(len(shown)))
        left = [0.0] * len(shown)
        for outcome, colour in (("right", RIGHT), ("declined", QUIET), ("wrong", WRONG)):
            shares = [counted[outcome] / counted["n"] for counted in shown.values()]
            axes.barh(places, shares, left=left, color=colour, label=outcome)
            left = [a + b for a, b in zip(left, shares, strict=True)]
        axes.set_yticks(places, [f"{name} ({counted['n']})" for name, counted in shown.items()])
        axes.invert_yaxis()
        axes.set(xlim=(0, 1), xlabel="share of questions")
        axes.figure.legend(frameon=False, fontsize=8, loc="outside lower center", ncol=3)
        axes.set_title("By kind of question")

    return _svg(draw, width=7.2, height=0.28 * len(shown) + 1.6)


def _svg(draw: Callable[[Any], None], *, width: float, height: float) -> str:
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.hashsalt": "report", "svg.fonttype": "path", "font.size": 9}):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots()
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes)
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    text = written.getvalue()
    return text[text.index("<svg") :]  # without the document type, which names an address
