"""Answer -> terminal, markdown or JSON: pure functions, nothing is printed here.

Titles, quotes and the answer itself come from articles and a model, so all of it is hostile: no form lets markup,
control sequences or bidirectional overrides through. JSON alone keeps every character of a quote, escaped.
"""

from __future__ import annotations

import json
import re
from datetime import date
from urllib.parse import quote as percent_encoded

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from assistant.records import STATING, Answer, Citation, Status
from index.days import spell
from index.records import Source

UNDATED = "date not stated"
NEAREST = "Nearest passages (not an answer):"

_SEQUENCE = re.compile(
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"  # OSC: titles, links, clipboard
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c\n]*(?:\x1b\\|\x9c)?"  # DCS, SOS, PM, APC
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor, erasing
    r"|\x1b[ -/]*[0-~]?"
)
# What is left of C0 and C1; bidirectional embeddings, overrides and isolates; invisible tag characters.
_UNSAFE = "\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f"
_DROPPED = re.compile(f"[{_UNSAFE}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_JSON_ESCAPED = re.compile(f"[{_UNSAFE}\u2028\u2029\ud800-\udfff]")
_IN_ADDRESSES = "/:?#@!$&'()*+,;=%~-._[]"
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|~&$!]")
_MARKDOWN_START = re.compile(r"^(?:([-+=])|(\d+)([.)]))")


def clean(text: str) -> str:
    """`text` without terminal sequences, control characters (newline and tab stay) and bidirectional overrides."""
    return _SURROGATE.sub("\ufffd", _DROPPED.sub("", _LINE_ENDS.sub("\n", _SEQUENCE.sub("", text))))


def one_line(text: str) -> str:
    """`clean`, with every run of white space one space."""
    return " ".join(clean(text).split())


def day(value: date | None) -> str:
    """24 May 2025, or that the date is not stated."""
    return UNDATED if value is None else spell(value)


def location(source: Source) -> str | None:
    """Where a reader can open the article: its web address, else its file."""
    return source.url or source.path


def headline(source: Source) -> str:
    """outlet · title · date, in one line; an outlet that is not stated is left out."""
    return " · ".join(
        part for part in (one_line(source.outlet or ""), one_line(source.title), day(source.published)) if part
    )


def freshness(answer: Answer) -> str:
    """The as-of line: for which day the answer holds, the newest article in the index, the model, the time it took."""
    topic = answer.newest_on_topic.published if answer.newest_on_topic else None
    if answer.status is Status.NO_EVIDENCE:  # what was found is not on the topic
        holds = "No article on the topic"
    elif answer.as_of is None:
        holds = (
            f"As of {spell(topic)} (newest article on the topic)" if topic else "As of: no dated article on the topic"
        )
    elif topic is None or topic == answer.as_of:
        holds = f"As of {spell(answer.as_of)}" + (" (newest article on the topic)" if topic else "")
    else:
        holds = f"As of {spell(answer.as_of)}; newest article on the topic {spell(topic)}"
    if answer.newest_article is not None:
        holds += f"; newest in the index {spell(answer.newest_article)}"
    total = answer.seconds.get("total")
    return " · ".join((holds, one_line(answer.model), *(() if total is None else (f"{total:.1f} s",))))


# -- terminal --


def terminal(answer: Answer, *, wrap: bool = False) -> Group:
    """The answer as people read it in a terminal, for `rich.console.Console.print`. No markup is read.

    With `wrap` long passages keep their indent from line to line; without it print with `soft_wrap=True`.
    """
    lines: list[RenderableType] = [Text(clean(answer.text).strip())]
    if answer.status is not Status.ANSWERED and answer.reason:
        lines.append(Text(one_line(answer.reason), style="dim"))
    for citation in answer.citations:
        lines += [
            Text(),
            Text(f"[{citation.number}] {headline(citation.source)}", style="bold"),
            *_passage(citation, "", wrap),
        ]
    if answer.nearest and answer.status not in STATING:
        lines += [Text(), Text(NEAREST, style="dim")]
        for citation in answer.nearest:
            lines += [Text(f"  {headline(citation.source)}", style="dim"), *_passage(citation, "dim", wrap)]
    if answer.removed:
        lines.append(Text())
        lines += [
            Text(f"removed by the check: {one_line(r.text)} ({one_line(r.reason)})", style="dim")
            for r in answer.removed
        ]
    return Group(*lines, Text(), Text(freshness(answer), style="dim"))


def _passage(citation: Citation, style: str, wrap: bool) -> list[RenderableType]:
    """The quote, and where it stands."""
    place = location(citation.source)
    lines = [Text(f"“{one_line(citation.quote)}”", style=style)]
    lines += [Text(one_line(place), style="dim")] if place else []
    if wrap:
        return [Padding(line, (0, 0, 0, 4), expand=False) for line in lines]
    return [Text("    ").append_text(line) for line in lines]


# -- markdown --


def escape_markdown(text: str) -> str:
    """`text` in one line, so that CommonMark shows it as it is: no emphasis, links, images, HTML or formulas."""
    escaped = _MARKDOWN.sub(lambda match: "\\" + match[0], one_line(text))
    return _MARKDOWN_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", escaped)


def markdown(answer: Answer) -> str:
    """The answer as a CommonMark document, with the same parts in the same order as in the terminal."""
    parts = [escape_markdown(answer.text)]
    if answer.status is not Status.ANSWERED and answer.reason:
        parts.append(f"*{escape_markdown(answer.reason)}*")
    parts += [f"**[{c.number}]** {_markdown_passage(c)}" for c in answer.citations]
    if answer.nearest and answer.status not in STATING:
        parts += [NEAREST, *(_markdown_passage(citation) for citation in answer.nearest)]
    parts += [
        f"*removed by the check:* {escape_markdown(r.text)} ({escape_markdown(r.reason)})" for r in answer.removed
    ]
    return "\n\n".join([*parts, escape_markdown(freshness(answer))]) + "\n"


def _markdown_passage(citation: Citation) -> str:
    place = location(citation.source)
    lines = [escape_markdown(headline(citation.source)), f"> “{escape_markdown(citation.quote)}”"]
    if place and re.match(r"https?://", place, re.IGNORECASE):
        lines.append(f"> <{percent_encoded(one_line(place), safe=_IN_ADDRESSES)}>")
    elif place:
        lines.append(f"> {escape_markdown(place)}")
    return "\n\n".join((lines[0], "  \n".join(lines[1:])))


# -- JSON --


def as_object(answer: Answer) -> dict[str, object]:
    """The answer as plain values, in the documented order of keys; dates are ISO 8601 or None."""
    return {
        "question": answer.question,
        "text": answer.text,
        "status": answer.status.value,
        "reason": answer.reason,
        "citations": [_citation(citation) for citation in answer.citations],
        "as_of": _iso(answer.as_of),
        "newest_article": _iso(answer.newest_article),
        "removed": [{"text": removed.text, "reason": removed.reason} for removed in answer.removed],
        "model": answer.model,
        "seconds": {stage: round(seconds, 3) for stage, seconds in answer.seconds.items()},
        "nearest": [_citation(citation) for citation in answer.nearest],
    }


def to_json(value: object, *, indent: int | None = 2) -> str:
    """JSON in which letters of any script stay readable and every character a terminal could act on is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    # In JSON such characters stand in strings only; line feeds between the values are not among the escaped ones.
    return _JSON_ESCAPED.sub(lambda match: json.dumps(match[0])[1:-1], text)


def as_json(answer: Answer) -> str:
    """The answer as one JSON object."""
    return to_json(as_object(answer))


def _citation(citation: Citation) -> dict[str, object]:
    source = citation.source
    return {
        "number": citation.number,
        "quote": citation.quote,
        "article": citation.article_id,
        "title": source.title,
        "outlet": source.outlet,
        "published": _iso(source.published),
        "url": location(source),
        "start": citation.start,
        "end": citation.end,
    }


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
