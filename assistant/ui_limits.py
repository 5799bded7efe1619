"""Which articles a question may see: read from the page's fields, told in words, and drawn as a line of days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.render import day, one_line
from assistant.ui_html import line
from index.errors import SettingsError
from index.records import CorpusFacts, Filter

NO_LIMITS = "Limit the articles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`as_of`: nothing published after that day is known; `filter`: which of the rest may be used."""

    as_of: date | None = None
    filter: Filter = field(default_factory=Filter)


def read(as_of: str | None, since: str | None, until: str | None, outlets: Sequence[str] | None) -> Limits:
    """The limits in the page's fields. Raises SettingsError."""
    chosen = Filter(since=read_day(since), until=read_day(until), outlets=tuple(map(str, outlets or ())))
    if chosen.since and chosen.until and chosen.since > chosen.until:
        raise SettingsError(f"from {chosen.since} until {chosen.until} leaves no day: change one of the two")
    return Limits(as_of=read_day(as_of), filter=chosen)


def read_day(text: str | None) -> date | None:
    """Raises SettingsError for anything but nothing and a day."""
    if text is not None and not isinstance(text, str):
        raise SettingsError(f"{text!r} is not a day: write 2025-05-24")
    text = (text or "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise SettingsError(f"{text[:40]!r} is not a day: write 2025-05-24") from error


def in_words(as_of: date | None, chosen: Filter) -> str:
    """The limits on one line, "" for none."""
    parts = [
        f"as of {day(as_of)}" if as_of else "",
        f"from {day(chosen.since)}" if chosen.since else "",
        f"until {day(chosen.until)}" if chosen.until else "",
        "only " + ", ".join(map(one_line, chosen.outlets)) if chosen.outlets else "",
    ]
    return " · ".join(filter(None, parts))


def label(as_of: str | None, since: str | None, until: str | None, outlets: Sequence[str] | None) -> str:
    """What the folded fields hold, in words."""
    try:
        limits = read(as_of, since, until, outlets)
    except SettingsError as error:
        return str(error)
    words = in_words(limits.as_of, limits.filter)
    return f"Limits: {words}" if words else NO_LIMITS


def timeline(facts: CorpusFacts | None, as_of: date | None = None) -> str:
    """A slider over the days from the oldest to the newest article; at its end nothing is left out."""
    if facts is None or facts.oldest is None or facts.newest is None or facts.oldest == facts.newest:
        return ""
    days = (facts.newest - facts.oldest).days
    at = days if as_of is None else max(0, min(days, (as_of - facts.oldest).days))
    shown = day(as_of) if as_of else "everything is known"
    return (
        f'<div class="timeline" data-first="{facts.oldest.isoformat()}"><span>{line(day(facts.oldest))}</span>'
        f'<input type="range" min="0" max="{days}" value="{at}" aria-label="As of" aria-valuetext="{line(shown)}">'
        f'<span>{line(day(facts.newest))}</span><output class="soft">{line(shown)}</output></div>'
    )
