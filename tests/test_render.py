"""The forms of an answer, and that nothing an article holds gets through them."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fakes_assistant import FIRST, SECOND, cite, make_answer, make_refusal
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from assistant.records import Answer, Removed, Status
from assistant.render import as_json, clean, escape_markdown, freshness, headline, markdown, one_line, terminal, to_json
from index.records import Source

HOSTILE = (
    "\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b]8;;http://x\x1b\\link \x9b2J \u202eevil\u202c \u2066x\u2069"
    " [bold]b[/bold] \x00\x07\r!"
)
FRESH = (
    "As of 24 May 2025 (newest article on the topic); newest in the index 14 June 2025 · embedded small-model · 8.4 s\n"
)
TAMED = "red link evil x [bold]b[/bold] !"


def printed(answer: Answer, *, terminal_width: int | None = None) -> str:
    """As a pipe gets it, or a terminal of that width without colours."""
    out = io.StringIO()
    live = terminal_width is not None
    console = Console(file=out, highlight=False, width=terminal_width or 80, force_terminal=live, color_system=None)
    console.print(terminal(answer, wrap=live), soft_wrap=not live)
    return out.getvalue()


# -- terminal --


def test_an_answer_in_the_terminal() -> None:
    answer = make_answer(
        "697 people were released, 307 [1] and 390 [2].",
        citations=(
            cite("Each side released 307 people on Saturday."),
            cite("On Friday each side had released 390 people.", 2, FIRST),
        ),
        removed=(Removed(text="Another 999 followed.", reason="999 is in no cited sentence"),),
    )
    assert printed(answer) == (
        "697 people were released, 307 [1] and 390 [2].\n"
        "\n"
        "[1] Desk A · 307 more freed on each side · 24 May 2025\n"
        "    “Each side released 307 people on Saturday.”\n"
        "    /articles/second.md\n"
        "\n"
        "[2] Desk B · 390 freed · 23 May 2025\n"
        "    “On Friday each side had released 390 people.”\n"
        "    https://example.org/390\n"
        "\n"
        "removed by the check: Another 999 followed. (999 is in no cited sentence)\n"
        "\n" + FRESH
    )


def test_a_refusal_in_the_terminal_gives_its_reason_and_the_nearest_passages() -> None:
    assert printed(make_refusal()) == (
        "The articles do not say.\n"
        "no sentence names their age\n"
        "\n"
        "Nearest passages (not an answer):\n"
        "  Desk A · 307 more freed on each side · 24 May 2025\n"
        "    “On Friday each side had released 390 people.”\n"
        "    /articles/second.md\n"
        "\n" + FRESH
    )


def test_a_pipe_gets_long_lines_whole_and_a_terminal_gets_them_wrapped() -> None:
    answer = make_answer("word " * 60 + "[1].")
    assert max(map(len, printed(answer).splitlines())) > 200
    assert max(map(len, printed(answer, terminal_width=60).splitlines())) <= 60


def test_wrapped_passages_keep_their_indent() -> None:
    text = "A long sentence of many words that will not fit in one line of a narrow terminal."
    lines = printed(make_answer(citations=(cite(text, text=text),)), terminal_width=40).splitlines()
    begin = next(i for i, line in enumerate(lines) if "“" in line)
    assert [line.rstrip() for line in lines[begin : begin + 3]] == [
        "    “A long sentence of many words that",
        "    will not fit in one line of a narrow",
        "    terminal.”",
    ]


def test_what_is_not_stated_is_said_or_left_out() -> None:
    assert headline(Source(title="Untitled")) == "Untitled · date not stated"
    answer = make_answer(citations=(cite("307", source=Source(title="t")),))
    assert "[1] t · date not stated\n    “307”\n\nAs of" in printed(answer)


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({}, "As of 24 May 2025 (newest article on the topic); newest in the index 14 June 2025"),
        (
            {"as_of": date(2025, 5, 31), "newest_article": None},
            "As of 31 May 2025; newest article on the topic 24 May 2025",
        ),
        ({"newest_on_topic": None, "newest_article": None}, "As of 24 May 2025"),
        ({"as_of": None}, "As of 24 May 2025 (newest article on the topic); newest in the index 14 June 2025"),
        ({"as_of": None, "newest_on_topic": None, "newest_article": None}, "As of: no dated article on the topic"),
        ({"status": Status.NO_EVIDENCE}, "No article on the topic; newest in the index 14 June 2025"),
        ({"newest_on_topic": replace(SECOND, published=None)}, "As of 24 May 2025; newest in the index 14 June 2025"),
    ],
)  # fmt: skip
def test_the_as_of_line(changed: dict[str, Any], line: str) -> None:
    assert freshness(make_answer(**changed)) == f"{line} · embedded small-model · 8.4 s"


def test_the_as_of_line_without_a_time() -> None:
    assert freshness(make_answer(seconds={})).endswith(" · embedded small-model")


# -- hostile text --


def hostile_answer() -> Answer:
    source = Source(title=HOSTILE, outlet=HOSTILE, url=HOSTILE, published=None)
    return make_answer(
        HOSTILE, status=Status.CONFLICTING, reason=HOSTILE, model=HOSTILE, citations=(cite(HOSTILE, source=source),),
        removed=(Removed(text=HOSTILE, reason=HOSTILE),),
    )  # fmt: skip


def test_sequences_controls_and_overrides_are_dropped() -> None:
    assert one_line(HOSTILE) == TAMED
    assert clean("a\r\nb\u2028c\x85d\te") == "a\nb\nc\nd\te"
    assert clean("\ud800") == "\ufffd"
    assert clean("می\u200cخواهم 👩\u200d🚒") == "می\u200cخواهم 👩\u200d🚒"  # joiners belong to the words


def test_no_form_lets_hostile_text_through() -> None:
    answer = hostile_answer()
    for text in (printed(answer), markdown(answer), as_json(answer)):
        assert not set(text) & set("\x00\x07\x1b\x9b\r\u202e\u202c\u2066\u2069")
    assert printed(answer).count(TAMED) == 8  # markup is shown, not followed


ACTIVE = st.sampled_from("\x1b\x9b\x9d\x90[]P;0m\\\x07\n\r\x85\u202e ")


@given(st.text(st.characters() | ACTIVE))
def test_cleaning_leaves_nothing_a_terminal_acts_on_and_settles_at_once(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not any((c < " " and c not in "\n\t") or "\x7f" <= c <= "\x9f" for c in cleaned)


# -- markdown --


def test_an_answer_in_markdown() -> None:
    assert markdown(make_answer()) == (
        "Each side released 307 people on Saturday \\[1\\].\n"
        "\n"
        "**[1]** Desk A · 307 more freed on each side · 24 May 2025\n"
        "\n"
        "> “Each side released 307 people on Saturday.”  \n"
        "> /articles/second.md\n"
        "\n" + FRESH
    )


def test_markdown_of_a_refusal_names_the_nearest_passages() -> None:
    text = markdown(make_refusal())
    assert "*no sentence names their age*" in text
    assert text.index("Nearest passages") < text.index("“On Friday each side had released 390 people.”")


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("*a* _b_ `c`", r"\*a\* \_b\_ \`c\`"),
        ("![x](http://e)", r"\!\[x\](http://e)"),
        ("<script>&amp;", r"\<script\>\&amp;"),
        ("# head\n> quote", r"\# head \> quote"),
        ("1. one", r"1\. one"),
        ("- item", r"\- item"),
        ("$x$ a|b ~~c~~", r"\$x\$ a\|b \~\~c\~\~"),
    ],
)
def test_markdown_in_articles_is_shown_as_it_is(hostile: str, shown: str) -> None:
    assert escape_markdown(hostile) == shown


def test_an_address_cannot_leave_its_link() -> None:
    source = replace(FIRST, url="https://example.org/a> <script>")
    assert "> <https://example.org/a%3E%20%3Cscript%3E>" in markdown(
        make_answer(citations=(cite("307", source=source),))
    )
    script = replace(FIRST, url="javascript:alert(1)")
    assert "<javascript" not in markdown(make_answer(citations=(cite("307", source=script),)))


# -- JSON --


def test_the_json_object_has_its_keys_in_order() -> None:
    answer = make_answer(removed=(Removed(text="x", reason="y"),))
    told = json.loads(as_json(answer))
    assert list(told) == [
        "question", "text", "status", "reason", "citations", "as_of", "newest_article", "removed", "model",
        "seconds", "nearest",
    ]  # fmt: skip
    assert told["citations"] == [
        {
            "number": 1,
            "quote": "Each side released 307 people on Saturday.",
            "article": "a-second",
            "title": "307 more freed on each side",
            "outlet": "Desk A",
            "published": "2025-05-24",
            "url": "/articles/second.md",
            "start": 0,
            "end": 42,
        }
    ]
    assert list(told["citations"][0]) == [
        "number",
        "quote",
        "article",
        "title",
        "outlet",
        "published",
        "url",
        "start",
        "end",
    ]
    assert (told["status"], told["as_of"], told["newest_article"]) == ("answered", "2025-05-24", "2025-06-14")
    assert told["removed"] == [{"text": "x", "reason": "y"}]
    assert told["seconds"] == {"searching": 0.123, "first_words": 2.0, "total": 8.44}
    assert told["nearest"] == []


def test_the_json_of_a_refusal() -> None:
    told = json.loads(as_json(make_refusal(as_of=None, newest_article=None, nearest=(cite("390", source=FIRST),))))
    assert (told["status"], told["as_of"], told["newest_article"], told["citations"]) == ("not_stated", None, None, [])
    assert told["nearest"][0]["url"] == "https://example.org/390"


def test_nothing_known_of_a_source_is_null() -> None:
    told = json.loads(as_json(make_answer(citations=(cite("307", source=Source(title="t")),))))["citations"][0]
    assert (told["outlet"], told["published"], told["url"]) == (None, None, None)


@given(st.text(st.characters() | st.characters(categories=["Cc", "Cf"])))
def test_json_keeps_every_character_and_sends_none_to_the_terminal(text: str) -> None:
    written = to_json({"quote": text})
    assert json.loads(written) == {"quote": text}
    assert not any((c < " " and c != "\n") or "\x7f" <= c <= "\x9f" or "\u202a" <= c <= "\u202e" for c in written)


def test_json_escapes_half_a_character() -> None:
    assert to_json("a\ud800b") == '"a\\ud800b"'


def test_json_leaves_other_scripts_readable() -> None:
    assert "Обмін" in to_json("Обмін")
