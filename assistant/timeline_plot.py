"""A timeline as a picture: points by day, claimants by colour, promised ones hollow, running totals as steps. matplotlib, no window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from assistant.timeline import Dated, amount
from index.errors import QuestionError
from index.figures import Figure

FORMATS = (".png", ".svg", ".pdf")
COLOURS = ("#1f5a96", "#c2571a", "#2f7d4f", "#8a3ea0", "#b3402a", "#5c6470")  # told apart by most eyes, and in grey
OTHERS = "other sources"
SHAPES = {"event": "o", "several": "s", "total": "D"}
NAMES = {"event": "one event", "several": "several events or days", "total": "running total"}
LONGEST_NAME = 38  # characters of a claimant in the legend


def draw(rows: Sequence[Dated], phrase: str, file: Path) -> int:
    """Draw the dated figures into `file` and return how many rows have no day and are not in it.

    Running totals have a panel of their own, for they dwarf single events. Raises QuestionError if no row has a day or the file
    cannot be written; its ending is one of FORMATS.
    """
    dated = [row.figure for row in rows if row.figure.when]
    if not dated:
        raise QuestionError(f"no figure for {phrase!r} has a day, so nothing can be drawn: leave out --plot")
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Picture

    colours = _colours(dated)
    panels = [p for p in (_of(dated, {"total"}), _of(dated, {"event", "several"})) if p]
    with matplotlib.rc_context(
        {"svg.hashsalt": "timeline", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    ):
        picture = Picture(figsize=(9.5, 3.2 + 2.6 * (len(panels) - 1) + 0.9), layout="constrained")
        canvas: Any = FigureCanvasAgg(picture)  # no window, no display
        axes = picture.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
        for panel, drawn in zip(axes, panels, strict=True):
            _panel(panel, drawn, colours)
        _days(axes[-1], dated)
        picture.suptitle(_shown(phrase), fontsize=12, fontweight="bold", x=0.01, ha="left")
        _legend(picture, dated, colours)
        canvas.draw()
        for panel, drawn in zip(axes, panels, strict=True):
            _label(panel, drawn, canvas.get_renderer())
        try:
            picture.savefig(file, dpi=150, metadata={"Date": None} if file.suffix.lower() == ".svg" else None)
        except OSError as error:
            raise QuestionError(
                f"the plot cannot be written to {str(file)!r}: {error.strerror}: name another file"
            ) from error
    return len(rows) - len(dated)


def _shown(text: str) -> str:
    """Text of articles and users as it stands: a dollar sign opens no formula."""
    return "".join(c for c in text if c.isprintable()).replace("\\", "∖").replace("$", r"\$")


def _of(dated: Sequence[Figure], scopes: set[str]) -> list[Figure]:
    """Figures of these scopes; one that is repeated by the same claimant stands once."""
    once = {(f.when, f.value, f.upper, f.state, f.scope, f.per_side, f.claimant): f for f in dated if f.scope in scopes}
    return sorted(once.values(), key=lambda f: (f.when or date.min, f.value))


def _name(figure: Figure) -> str:
    return figure.claimant or figure.sentence.source.outlet or "the articles"


def _colours(dated: Sequence[Figure]) -> dict[str, str]:
    """A colour for each of the most frequent sources, and one for all others."""
    names = [name for name, _ in Counter(map(_name, dated)).most_common()]
    kept = names if len(names) <= len(COLOURS) else names[: len(COLOURS) - 1]
    return dict(zip(kept, COLOURS, strict=False)) | ({} if len(kept) == len(names) else {OTHERS: COLOURS[-1]})


def _panel(axes: Any, drawn: Sequence[Figure], colours: dict[str, str]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    totals: list[Figure] = []
    for figure in drawn:  # a smaller one counts something else: since a later day, or for one side
        if (
            figure.scope == "total"
            and figure.state == "done"
            and figure.value >= max((f.value for f in totals), default=0)
        ):
            totals.append(figure)
    if len(totals) > 1:
        axes.step(
            [f.when for f in totals], [f.value for f in totals], where="post", color="#b8bec6", linewidth=1.5, zorder=1
        )
    for figure in drawn:
        colour = colours.get(_name(figure), COLOURS[-1])
        hollow = figure.state != "done"
        if figure.upper is not None:
            axes.plot(
                [figure.when] * 2,
                [figure.value, figure.upper],
                color=colour,
                linewidth=2,
                solid_capstyle="butt",
                zorder=2,
            )
        axes.plot(
            [figure.when], [figure.value], linestyle="", marker=SHAPES[figure.scope], markersize=7, color=colour,
            markerfacecolor="white" if hollow else colour, markeredgewidth=1.5, alpha=0.55 if figure.vague else 1.0, zorder=3,
        )  # fmt: skip
    axes.set_ylim(0, max(f.upper or f.value for f in drawn) * 1.25 or 1)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _short(value)))
    axes.grid(axis="y", color="#eceef1", zorder=0)
    axes.set_ylabel("running totals" if drawn[0].scope == "total" else "number reported")


def _short(value: float) -> str:
    """12,500 as it is; from ten million on 12.5 million, 12.5 billion."""
    for unit, size in (("billion", 1e9), ("million", 1e6)):
        if value >= size * (1 if unit == "billion" else 10):
            return f"{value / size:,.6g} {unit}"
    return f"{value:,.6g}" if value < 1e6 else f"{value:,.0f}"


def _days(axes: Any, dated: Sequence[Figure]) -> None:
    from matplotlib import dates

    calendar: Any = dates  # untyped there
    days = [f.when for f in dated if f.when]
    locator = calendar.AutoDateLocator(minticks=2, maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(calendar.ConciseDateFormatter(locator))
    axes.margins(x=0.06)
    axes.set_xlabel("day of the event, or as of which a total holds")
    if min(days) == max(days):
        axes.set_xticks([days[0]], [days[0].isoformat()])


def _legend(picture: Any, dated: Sequence[Figure], colours: dict[str, str]) -> None:
    from matplotlib.lines import Line2D

    def mark(label: str, shape: str, colour: str, *, hollow: bool = False) -> Any:
        face = "white" if hollow else colour
        return Line2D(
            [],
            [],
            linestyle="",
            marker=shape,
            color=colour,
            markerfacecolor=face,
            markeredgewidth=1.5,
            label=_shown(label),
        )

    marks = [mark(_cut(name), "o", colour) for name, colour in colours.items()]
    grey = "#15181c"
    marks += [mark(NAMES[s], shape, grey) for s, shape in SHAPES.items() if any(f.scope == s for f in dated)]
    marks += [mark("promised or denied", "o", grey, hollow=True)] if any(f.state != "done" for f in dated) else []
    picture.legend(handles=marks, loc="outside lower left", ncols=3, frameon=False, fontsize=8, handletextpad=0.3)


def _cut(name: str) -> str:
    line = " ".join(name.split())
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1].rstrip() + "…"


def _label(axes: Any, drawn: Sequence[Figure], renderer: Any) -> None:
    """Write the numbers beside their points, the newest and greatest first, where there is room; no label covers another or a point."""
    from matplotlib.transforms import Bbox

    inside = axes.get_window_extent(renderer)
    points = [axes.transData.transform((axes.convert_xunits(f.when), f.value)) for f in drawn]
    taken = [Bbox.from_extents(x - 6, y - 6, x + 6, y + 6) for x, y in points]
    written: set[tuple[object, ...]] = set()
    for figure in sorted(drawn, key=lambda f: (f.when or date.min, f.value), reverse=True):
        key = (figure.when, figure.value, figure.upper, figure.per_side)
        if key in written:
            continue
        text = amount(figure).replace(", vague", "") + (" each" if figure.per_side else "")
        for x, y, across, up in (
            (0, 8, "center", "bottom"),
            (8, 0, "left", "center"),
            (-8, 0, "right", "center"),
            (0, -8, "center", "top"),
        ):
            label = axes.annotate(
                _shown(text),
                (figure.when, figure.value),
                xytext=(x, y),
                textcoords="offset points",
                ha=across,
                va=up,
                fontsize=8,
            )
            box = label.get_window_extent(renderer)
            room = (
                box.x0 >= inside.x0 - 4
                and box.x1 <= inside.x1 + 30
                and box.y0 >= inside.y0
                and box.y1 <= inside.y1 + 14
            )
            if room and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                written.add(key)
                break
            label.remove()
