"""The conversation as HTML: questions, stages, drafts and checked answers. Pure functions from records to strings.

It stands in a gr.HTML of the page and not in a gr.Chatbot: that one gives screen readers a message's markup for its name
and takes away the attributes by which a marker names its sentence. Whatever is hostile passes `escape` (ui_html.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import ui_limits
from assistant.records import STATING, Answer, Citation, Status
from assistant.render import clean, freshness, headline, markdown, one_line
from assistant.render_export import KINDS, Export
from assistant.ui_conversation import Conversation, Exchange, counted
from assistant.ui_figures import figures
from assistant.ui_html import escape, line, shortened

ECHOED = 2_000  # characters of a question shown in the chat; a longer one is cut for the eye only
HOVER = 300  # characters of a quote shown when the mouse rests on its marker
BADGES = {
    Status.ANSWERED: "Answered",
    Status.CONFLICTING: "Sources conflict",
    Status.NO_EVIDENCE: "Not in the articles",
    Status.NOT_STATED: "Not stated",
    Status.OUTDATED: "Only older articles",
}
PARTLY = "Partly answered"  # something was stated, and something else was removed
_MARKER = re.compile(r"\[(\d{1,3})\]")


def log(conversation: Conversation, welcome: str = "") -> str:
    """Every exchange that has come to its end, oldest first; `welcome` is shown while there is none at all."""
    if not conversation:
        return welcome
    closed = [(n, e) for n, e in enumerate(conversation, start=1) if not e.open]
    return "".join(exchange(n, e, last=n == len(conversation)) for n, e in closed)


def live(conversation: Conversation, working: str = "") -> str:
    """The open question at the end with what is known of its answer, or "". `working`: see the function of that name."""
    if not (conversation and conversation[-1].open):
        return ""
    body = working or writing("waiting for the model", "")
    return f'<section class="exchange open">{question(conversation[-1])}{body}</section>'


def said(conversation: Conversation) -> str:
    """The end of the last exchange for those who listen: read aloud once, shown to nobody."""
    if not conversation or conversation[-1].open:
        return ""
    last = conversation[-1]
    text = f"{_badge(last.answer)}: {last.answer.text}" if last.answer else last.trouble
    return f'<p class="unseen" role="status">{line(text)}</p>'


def exchange(number: int, shown: Exchange, *, last: bool = False) -> str:
    """A closed exchange; the last one can be changed and asked again."""
    reply = (
        answer(number, shown.answer)
        if shown.answer
        else f'<div class="trouble" role="alert">{line(shown.trouble)}</div>'
    )
    drawn = figures(number, counted(shown.answer)) if shown.answer else ""
    return (
        f'<section class="exchange" aria-label="Question {number}">{question(shown, edited=last)}{reply}'
        f"{drawn}{_actions(number, shown, last=last)}</section>"
    )


def question(asked: Exchange, *, edited: bool = False) -> str:
    """A question as asked, with the limits it was asked under, and with `edited` a button to change it."""
    text = clean(asked.question).strip()
    shown = "<br>".join(escape(part) for part in text[:ECHOED].split("\n"))
    limits = scope(asked)
    change = f'<button type="button" class="quiet" data-do="edit" data-text="{escape(text)}">Edit</button>'
    return (
        f'<div class="question"><h2>{shown}{" …" if len(text) > ECHOED else ""}</h2>{change if edited else ""}'
        + (f'<div class="scope">{limits}</div>' if limits else "")
        + "</div>"
    )


def scope(asked: Exchange) -> str:
    """The limits of a question in words, or ""."""
    return line(ui_limits.in_words(asked.as_of, asked.filter))


def writing(stage: str, draft: str) -> str:
    """The stage the work is in and, once it has begun, the unchecked draft."""
    shown = f'<div class="draft">{_paragraph(draft)}</div>' if draft.strip() else ""
    return f'<div class="working"><div class="stage" role="status">{line(stage)}</div>{shown}</div>'


def answer(number: int, given: Answer) -> str:
    """A checked answer or a refusal; `number` is that of its exchange, from 1."""
    parts = [f'<div class="text">{_with_markers(number, given)}</div>']
    if given.status is not Status.ANSWERED and given.reason:
        parts.append(f'<p class="reason">{line(given.reason)}</p>')
    if given.status is Status.CONFLICTING:
        parts.append(_sides(number, given.citations))
    if given.standalone and one_line(given.standalone).casefold() != one_line(given.question).casefold():
        parts.append(
            f'<details class="aside"><summary>Understood in its conversation</summary><p>{line(given.standalone)}</p></details>'
        )
    if given.removed:
        rows = "".join(f"<li><s>{line(r.text)}</s><br>{line(r.reason)}</li>" for r in given.removed)
        count = "1 sentence was" if len(given.removed) == 1 else f"{len(given.removed)} sentences were"
        parts.append(
            f'<details class="aside removed"><summary>{count} removed by the check</summary><ul>{rows}</ul></details>'
        )
    kind = "partly" if _partly(given) else given.status.value
    badge = f'<span class="badge {kind}">{_badge(given)}</span>'
    parts.append(f'<p class="meta">{badge} {line(freshness(given))}</p>')
    return f'<div class="answer">{"".join(parts)}</div>'


def _badge(given: Answer) -> str:
    return PARTLY if _partly(given) else BADGES[given.status]


def _partly(given: Answer) -> bool:
    return given.status is Status.ANSWERED and bool(given.removed)


def _sides(number: int, citations: Sequence[Citation]) -> str:
    """Who says what, side by side."""
    cells = "".join(
        f"<figure><blockquote>{line(c.quote)}</blockquote><figcaption>{marker(number, place, c)}"
        f" {line(headline(c.source))}</figcaption></figure>"
        for place, c in enumerate(citations)
    )
    return f'<div class="sides">{cells}</div>' if len(citations) > 1 else ""


def marker(number: int, place: int, citation: Citation) -> str:
    """The button in the place of an [n]: its title shows the quote, a click opens the article there."""
    head = line(headline(citation.source))
    quote = line(shortened(one_line(citation.quote), HOVER))
    return (
        f'<button type="button" class="marker" data-open="{number}.cited.{place}" data-head="{head}"'
        f' data-quote="{quote}" aria-label="Source {citation.number}: {head}">{citation.number}</button>'
    )


def _with_markers(number: int, given: Answer) -> str:
    """The text with each [n] that has a citation as a button that opens it; any other bracket stays text."""
    cited = {citation.number: (place, citation) for place, citation in enumerate(given.citations)}
    pieces, done = [], 0
    text = clean(given.text).strip()
    for found in _MARKER.finditer(text):
        if int(found[1]) not in cited:
            continue
        pieces.append(_paragraph(text[done : found.start()]))
        pieces.append(marker(number, *cited[int(found[1])]))
        done = found.end()
    return "".join(pieces) + _paragraph(text[done:])


def _actions(number: int, shown: Exchange, *, last: bool) -> str:
    """What can be done with an exchange."""
    buttons = []
    if shown.answer and shown.answer.status in STATING:
        copied = escape(markdown(shown.answer).strip())
        buttons.append(
            f'<button type="button" class="quiet" data-do="copy" data-text="{copied}">Copy with sources</button>'
        )
    if shown.answer:
        kinds = "".join(
            f'<button type="button" class="quiet" data-do="export" data-kind="{kind}">{name}</button>'
            for kind, name in KINDS.items()
        )
        buttons.append(f'<details class="export"><summary>Export</summary>{kinds}</details>')
    if last:
        buttons.append('<button type="button" class="quiet" data-do="retry">Answer again</button>')
    if shown.answer:
        given = shown.verdict
        for good, name in ((True, "This answer is good"), (False, "Something is wrong")):
            pressed = "true" if given and given.good is good else "false"
            buttons.append(
                f'<button type="button" class="quiet thumb" data-do="{"good" if good else "bad"}"'
                f' aria-pressed="{pressed}" aria-label="{name}" title="{name}"></button>'
            )
    return f'<div class="actions" data-number="{number}">{"".join(buttons)}</div>' if buttons else ""


def _paragraph(text: str) -> str:
    return "<br>".join(escape(part) for part in re.split(r"\n+", clean(text)))


WELCOME_RULES = (
    "It answers only from the articles listed here, and shows the sentence behind every statement.",
    "It declines what they do not say: it does not guess, and it does not use what it has learnt elsewhere.",
    "It does not judge who is right: where reports differ, it shows every side with its name.",
    "It asks nobody else: articles, questions and answers stay on this machine.",
)


def welcome(span: str, examples: Sequence[str]) -> str:
    """The first visit: what is indexed, questions to begin with, and what the assistant will not do."""
    asks = "".join(
        f'<li><button type="button" data-do="ask" data-text="{escape(text)}">{line(text)}</button></li>'
        for text in examples
    )
    rules = "".join(f"<li>{line(rule)}</li>" for rule in WELCOME_RULES)
    return (
        f'<section class="welcome"><h2>Ask about the articles</h2>{span}<ul class="examples">{asks}</ul>'
        f'<h3>What to expect</h3><ul class="rules">{rules}</ul></section>'
    )


def whole() -> str:
    """As what the whole conversation can be taken along."""
    kinds = "".join(
        f'<button type="button" class="quiet" data-kind="{kind}">{name}</button>' for kind, name in KINDS.items()
    )
    return f'<details class="export"><summary>Export the conversation</summary>{kinds}</details>'


def given(made: Export | None) -> str:
    """A file for the browser to keep, in an attribute: its script makes a file of it. The text is clean already."""
    if made is None:
        return ""
    return f'<p hidden data-name="{escape(made.name)}" data-type="{escape(made.media_type)}" data-text="{escape(made.text)}"></p>'
