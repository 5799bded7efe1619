"""The figures of a figure question as a small chart and a table: every point and every row opens its sentence.

Totals and single events are drawn apart, because they are apart: a running total dwarfs the exchange of one day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.render import day, headline
from assistant.ui_html import line
from index.figures import Figure

WIDTH, HEIGHT = 420, 170  # of a chart, in units of its own
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 14, 26  # what axes and their words take of it
SCOPES = {"total": "Running totals", "several": "Several events together", "event": "Single events"}
STATES = {"done": "done", "promised": "agreed or promised", "denied": "denied"}

Point = tuple[int, Figure, date]


def figures(number: int, given: Sequence[Figure]) -> str:
    """Charts and table, folded; "" where there is nothing to compare. `number` is that of the exchange."""
    if len(given) < 2:
        return ""
    charts = "".join(_chart(number, name, _points(given, scope)) for scope, name in SCOPES.items())
    rows = "".join(_row(number, place, figure) for place, figure in reversed(list(enumerate(given))))
    return (
        f'<details class="figures"><summary>Figures over time ({len(given)})</summary><div class="charts">{charts}</div>'
        '<div class="table" tabindex="0" role="region" aria-label="Figures over time"><table><thead><tr>'
        '<th scope="col">Day</th><th scope="col">Figure</th><th scope="col">Of what</th><th scope="col">Says</th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )


def _points(given: Sequence[Figure], scope: str) -> list[Point]:
    return [(place, f, f.when) for place, f in enumerate(given) if f.scope == scope and f.when]


def _chart(number: int, name: str, points: Sequence[Point]) -> str:
    """One chart with both axes from what is there, the vertical one from 0; "" for fewer than two days."""
    days = sorted({when for _, _, when in points})
    if len(days) < 2:
        return ""
    first, last = days[0], days[-1]
    most = max(figure.value for _, figure, _ in points) or 1
    span = (last - first).days
    dots = []
    for place, figure, when in points:
        x = LEFT + (WIDTH - LEFT - RIGHT) * (when - first).days / span
        y = TOP + (HEIGHT - TOP - BOTTOM) * (1 - figure.value / most)
        said = line(
            f"{_value(figure)}, {day(when)}, {STATES[figure.state]}: {figure.claimant or headline(figure.sentence.source)}"
        )
        dots.append(
            f'<circle class="{figure.state}" cx="{x:.1f}" cy="{y:.1f}" r="5" role="button" tabindex="0"'
            f' data-open="{number}.figure.{place}" aria-label="{said}"><title>{said}</title></circle>'
        )
    base = HEIGHT - BOTTOM
    axes = (
        f'<path d="M{LEFT} {TOP}V{base}H{WIDTH - RIGHT}" class="axis"></path>'
        f'<text x="{LEFT - 6}" y="{TOP + 4}" text-anchor="end">{most:,.0f}</text>'
        f'<text x="{LEFT - 6}" y="{base + 4}" text-anchor="end">0</text>'
        f'<text x="{LEFT}" y="{HEIGHT - 6}">{line(day(first))}</text>'
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">{line(day(last))}</text>'
    )
    return (
        f'<figure><figcaption>{name}</figcaption><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{name}">'
        f"{axes}{''.join(dots)}</svg></figure>"
    )


def _row(number: int, place: int, figure: Figure) -> str:
    of = " ".join(filter(None, (figure.counted, "each side" if figure.per_side else "", figure.period)))
    kind = f"{SCOPES[figure.scope].lower().rstrip('s')}, {STATES[figure.state]}"
    return (
        f"<tr><td>{line(day(figure.when))}</td>"
        f'<td><button type="button" class="quiet" data-open="{number}.figure.{place}">{line(_value(figure))}</button></td>'
        f"<td>{line(of)} <span class='soft'>{line(kind)}</span></td>"
        f"<td>{line(figure.claimant or figure.sentence.source.outlet or '')}</td></tr>"
    )


def _value(figure: Figure) -> str:
    number = f"{figure.value:,.10g}" if figure.upper is None else f"{figure.value:,.10g} to {figure.upper:,.10g}"
    return f"{figure.qualifier} {number}".strip()
