"""The articles of the index as HTML: how healthy it is, the list with its buttons, and what became of what was added."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.render import day
from assistant.ui_html import line, web_link
from assistant.ui_intake import Outcome
from index.records import CorpusFacts, Listed

MOST = 200  # rows shown; the rest is found by its words


def health(facts: CorpusFacts) -> str:
    """One line: what there is, and whether every passage can be found by meaning."""
    if not facts.articles:
        return '<p class="health warn">Nothing is indexed yet. Drop files below.</p>'
    well = facts.vectors == facts.passages
    state = (
        f"healthy: all {facts.passages:,} passages are searchable"
        if well
        else f"{facts.vectors:,} of {facts.passages:,} passages are searchable by meaning; repaired at the next use"
    )
    undated = f" · {facts.undated:,} without a date" if facts.undated else ""
    return f'<p class="health{"" if well else " warn"}">{line(f"{facts.articles:,} articles · index {state}{undated}")}</p>'


def shelves(listed: Sequence[Listed], all_there: int, *, searched: bool = False) -> str:
    """The list of articles, newest first."""
    if not listed:
        return f'<p class="empty">{"No title or outlet contains these words." if searched else ""}</p>'
    rows = "".join(map(_row, listed))
    more = (
        f'<p class="note">The newest {len(listed):,} of {all_there:,} are listed; search by title or outlet.</p>'
        if len(listed) < all_there and not searched
        else ""
    )
    return (
        '<div class="books" tabindex="0" role="region" aria-label="Articles"><table><thead><tr><th scope="col">Article</th>'
        '<th scope="col">Date</th><th scope="col">Passages</th><th scope="col"><span class="unseen">Remove</span></th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div>{more}"
    )


def _row(article: Listed) -> str:
    source, name = article.source, line(article.source.title)
    outlet = line(source.outlet or "outlet not named")
    return (
        f'<tr data-id="{line(article.id)}"><td><button type="button" class="link" data-book="read">{name}</button>'
        f'<div class="soft">{outlet} {web_link(source.url)}</div></td><td>{line(day(source.published))}</td>'
        f'<td>{article.passages}</td><td><button type="button" class="act" data-book="remove"'
        f' aria-label="Remove {name}" title="Remove from the index">✕</button></td></tr>'
    )


def outcomes(done: Sequence[Outcome], working: str = "") -> str:
    """What became of each thing that was added; `working`: what is being done now."""
    rows = "".join(
        f'<li class="{"good" if outcome.added else "bad"}"><b>{line(outcome.name)}</b> {line(outcome.line)}</li>'
        for outcome in done
    )
    stage = f'<p class="stage" role="status">{line(working)}</p>' if working else ""
    if not working and done:
        well = sum(outcome.added for outcome in done)
        rest = f", {len(done) - well} not" if well < len(done) else ""
        stage = f'<p class="note" role="status">{well} of {len(done)} added{rest}.</p>'
    return f"{stage}<ul class='outcomes'>{rows}</ul>" if done else stage
