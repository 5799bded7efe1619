"""The list of kept conversations, as HTML: to open, rename and delete, all by mouse, finger or keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.ui_html import line
from assistant.ui_kept import Entry

EMPTY = "Conversations are kept here, on this machine."
NONE_FOUND = "No conversation contains these words."


def shelf(entries: Sequence[Entry], current: str, *, searched: bool = False) -> str:
    """The list, last used first. `data-current` names the open one, which the page's address repeats."""
    rows = "".join(_row(entry, open=entry.id == current) for entry in entries)
    body = f"<ul>{rows}</ul>" if rows else f'<p class="empty">{NONE_FOUND if searched else EMPTY}</p>'
    return f'<nav aria-label="Conversations" data-current="{line(current)}">{body}</nav>'


def _row(entry: Entry, *, open: bool) -> str:
    title, name = line(entry.title), line(entry.id)
    kind, current = (' class="current"', ' aria-current="true"') if open else ("", "")
    return (
        f'<li data-id="{name}"{kind}>'
        f'<button type="button" class="open" data-shelf="open"{current} title="{title}">{title}</button>'
        f'<button type="button" class="act" data-shelf="rename" aria-label="Rename {title}" title="Rename">✎</button>'
        f'<button type="button" class="act" data-shelf="delete" aria-label="Delete {title}" title="Delete">✕</button>'
        "</li>"
    )
