"""Plain text and Markdown, with or without front matter. YAML tags are never acted on: every value is read as text."""

from __future__ import annotations

import re
from dataclasses import replace

from index.errors import LoadError
from index.load_draft import Draft, draft_of
from index.load_faults import mapped

MAX_FRONT_MATTER = 65_536  # characters; more is not front matter
MAX_DEPTH = 8  # of lists in lists; libyaml's tree builder overruns the C stack (and kills Python) at some 20,000
MAX_EVENTS = 5_000  # scalars and brackets

# Bounded runs, so that a line of a million brackets stays linear.
_MARKUP: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\s]{0,2000}(?: \"[^\"\n]{0,200}\")?\)"), ""),
    (re.compile(r"\[([^\[\]\n]{0,500})\]\([^()\s]{0,2000}(?: \"[^\"\n]{0,200}\")?\)"), r"\1"),
    (re.compile(r"<(https?://[^\s<>]{1,2000})>"), r"\1"),
    (re.compile(r"(?m)^ {0,3}#{1,6}[ \t]+"), ""),
    (re.compile(r"(?m)^ {0,3}> ?"), ""),
    (re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*\n]{1,1000}?)(?<=\S)\1(?![\w*])"), r"\2"),
    (re.compile(r"(?<![\w_])(_{1,2})(?=[^\s_])([^_\n]{1,1000}?)(?<=\S)\1(?![\w_])"), r"\2"),
)
_HEADING = re.compile(r"\s*#[ \t]+([^\n]{1,500})\n")
# A value on its field's own line that is neither wholly in quotes nor wholly in brackets, nor opens a block
_BARE_VALUE = re.compile(
    r"(?m)^(?P<field>\w[\w -]{0,79}:)[ \t]+(?!(?P<q>[\"'])[^\n]*(?P=q)[ \t]*$|\[[^\n]*\][ \t]*$|\{[^\n]*\}[ \t]*$|[|>][+-]?[ \t]*$)"
    r"(?P<value>\S[^\n]*)$"
)


def read_text(text: str, *, markdown: bool) -> Draft:
    """The article in `text`; in Markdown its first heading is the title if the front matter names none.

    Raises LoadError for front matter that is not YAML.
    """
    fields, body = split_front_matter(text)
    if not markdown:
        return replace(draft_of(fields, {}, text=body), key=None)
    heading = _HEADING.match(body)
    draft = draft_of(fields, {}, text=strip_markup(body))
    return replace(draft, title=draft.title or (strip_markup(heading[1]) if heading else None), key=None)


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """(front matter, the rest). A text that merely starts with a ruled line has none.

    Raises LoadError for front matter that is not YAML.
    """
    text = text.lstrip("\ufeff \t\r\n")
    if not text.startswith("---"):
        return {}, text
    import yaml
    from frontmatter.default_handlers import YAMLHandler

    text = text.replace("\r\n", "\n").replace("\r", "\n")
    handler = YAMLHandler()
    try:
        front, body = handler.split(text)
    except ValueError:  # no second line of dashes
        return {}, text
    if len(front) > MAX_FRONT_MATTER or not re.match(r"\s*(#.*\n\s*)*[\w\"' -]{1,80}:(\s|$)", front):
        return {}, text
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    with mapped("yaml"):
        try:
            _check_depth(front, loader)
        except yaml.YAMLError:
            # a headline with a colon in it, or words in quotation marks before others: people write them as they are
            front = _BARE_VALUE.sub(_in_quotes, front)
            _check_depth(front, loader)
        fields = handler.load(front, Loader=loader)
    return (fields, body) if isinstance(fields, dict) else ({}, text)


def _in_quotes(bare: re.Match[str]) -> str:
    doubled = bare["value"].rstrip().replace("'", "''")
    return f"{bare['field']} '{doubled}'"


def strip_markup(text: str) -> str:
    """Markdown as a reader sees it: links by their text, no heading marks, no emphasis marks, no images."""
    text = _without_comments(text)
    for pattern, shown in _MARKUP:
        text = pattern.sub(shown, text)
    return text


def _without_comments(text: str) -> str:
    kept, start = [], 0
    while (opened := text.find("<!--", start)) >= 0 and (closed := text.find("-->", opened + 4)) >= 0:
        kept.append(text[start:opened])
        start = closed + 3
    return "".join((*kept, text[start:]))


def _check_depth(front: str, loader: type) -> None:
    import yaml

    depth = 0
    for count, event in enumerate(yaml.parse(front, Loader=loader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or count > MAX_EVENTS or isinstance(event, yaml.AliasEvent):
            raise LoadError("has front matter nested too deeply: keep it to plain `name: value` lines")
