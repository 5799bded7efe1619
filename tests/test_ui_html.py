"""What the chat page shows: nothing hostile stays markup, markers meet their citations, quotes are marked where they stand."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date

import pytest
from fakes_assistant import ARTICLE, FACTS, SECOND, cite, make_answer, make_refusal
from fakes_html import ATTRIBUTES, OURS, Reading, make_figure

from assistant import ui_html, ui_library, ui_limits, ui_log, ui_sources
from assistant.records import STATING, Removed, Status
from assistant.render_export import Export
from assistant.ui_conversation import Exchange, find_citation, turns
from assistant.ui_intake import Outcome
from assistant.ui_kept import Entry
from assistant.ui_shelf import shelf
from index.records import Article, Filter, Hit, Listed, Passage, Source

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</mark></div></details><iframe src=//evil.example>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "[click](javascript:alert(1))",
    "![pixel](http://evil.example/p.png)",
    "http://evil.example/p www.evil.example <http://evil.example>",
    "# heading\n\n- list\n\n```html\n<b>code</b>\n```",
    "a\n\n<script>alert(2)</script>\n\nb",
    "$$x^2$$ \\(y\\) \\[z\\]",
    "${7*7} {{7*7}} {{#each x}} `${alert(1)}`",
    "&lt;script&gt;alert(3)&lt;/script&gt;",
    "evil\u202egnp.exe \u2066isolated\u2069",
    "\x00\x1b[31mred\x1b[0m\x9b1m \ud800",
    "[1](#src-1-1) [[99]] [1",
    "<!-- --><![CDATA[x]]><?php ?>",
    "~~gone~~ **bold** _it_ | a | b |",
    "<think>hidden</think><details open ontoggle=alert(1)>",
)


def everything(text: str) -> list[str]:
    """Every piece of HTML of the page, with `text` wherever it can come from an article, a user or a model."""
    source = Source(title=text, outlet=text, author=text, url=text, path=f"/x/{text}", published=None, language=text)
    body = f"before {text} after"
    citation = cite(text, source=source, text=body)
    answer = make_answer(
        f"{text} [1] {text} [7]",
        question="",
        standalone=text,
        status=Status.CONFLICTING,
        reason=text,
        citations=(citation,),
        removed=(Removed(text=text, reason=text),),
        model=text,
        newest_on_topic=source,
        figures=tuple(make_figure(value, text, source) for value in (307.0, 390.0)),
    )
    refusal = make_refusal(reason=text, nearest=(citation,))
    limits = Filter(outlets=(text, text))
    talk = (
        Exchange(question=text, filter=limits, answer=answer),
        Exchange(question=text, answer=refusal),
        Exchange(question=text, trouble=text),
        Exchange(question=text),
    )
    article = Article(id=citation.article_id, source=source, text=body, content_hash="0" * 64)
    return [
        ui_log.log(talk, text),
        ui_log.live(talk, ui_log.writing(text, text)),
        *(ui_log.said(talk[:end]) for end in range(5)),
        ui_log.given(Export(name=text, media_type=text, text=text)),
        ui_log.welcome("", (text, text)),
        shelf((Entry(id=text, title=text, touched=0.0),), text),
        ui_sources.sources(talk),
        ui_sources.article(article, citation),
        ui_sources.article_trouble(citation, text),
        ui_html.notice(text),
        ui_html.corpus(replace(FACTS, outlets=(text,))),
        ui_library.shelves((Listed(id=text, source=source, passages=3),), 9),
        ui_library.outcomes((Outcome(name=text, added=False, line=text),), text),
        ui_library.outcomes((Outcome(name=text, added=True, line=text),)),
        ui_library.health(FACTS),
        ui_limits.timeline(FACTS),
        ui_sources.whole_article(article),
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_never_markup(text: str) -> None:
    for shown in everything(text):
        read = Reading(shown)
        assert {tag for tag, _ in read.tags} <= OURS
        assert {name for _, attributes in read.tags for name in attributes} <= ATTRIBUTES
        assert not read.links()
        assert not read.strange


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_gives_markdown_and_templates_nothing_to_read(text: str) -> None:
    for shown in everything(text):
        between = re.sub(r"<[^<>]*>", "", shown)  # our own tags; hostile brackets are entities by now
        between = re.sub(r"&#\d+;", "", between)
        assert not re.search(r"[`*_\[\]{}|~$!\\<>:@#]", between)
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", html.unescape(shown)
        )


def test_text_reads_as_it_was_written() -> None:
    text = "Each side freed 307 (of 1,000) – “so far” & more; see *note* [3] #1: 50 % `x` {y}."
    assert Reading(ui_html.escape(text)).text == text


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.org/a?b=1&c=2#d", "example.org ↗"),
        ("http://example.org", "example.org ↗"),
        ("HTTPS://Example.org/", "example.org ↗"),
        ("https://bbc.example@evil.example/x", "evil.example ↗"),
    ],
)
def test_web_addresses_become_links_that_name_their_true_host(url: str, host: str) -> None:
    read = Reading(ui_html.web_link(url))
    assert read.links() == [url]
    assert read.text == host
    assert read.tags[0][1]["rel"] == "noopener noreferrer"


@pytest.mark.parametrize(
    "url",
    [
        None, "", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", " https://example.org", "//example.org",
        "data:text/html,x", "file:///etc/passwd", "vbscript:x", "https://", "https:///x", "https://exa mple.org", "http://[::1",
        "https://exam\u202eple.org", "https\x00://example.org", "ftp://example.org", "blob:https://example.org/x", "#top",
    ],
)  # fmt: skip
def test_anything_else_becomes_no_link(url: str | None) -> None:
    assert ui_html.web_link(url) == ""


def test_markers_name_citations_of_their_own_answer() -> None:
    answer = make_answer("One [1]. Two [2]. Three [9].", citations=(cite("Each side"), cite("On Friday", number=2)))
    talk = (Exchange(question="a", answer=answer), Exchange(question="b", answer=answer))
    read = Reading(ui_log.log(talk))
    markers = [attributes for _, attributes in read.tags if attributes.get("class") == "marker"]
    assert [m["data-open"] for m in markers] == ["1.cited.0", "1.cited.1", "2.cited.0", "2.cited.1"]
    for shown in markers:
        citation = find_citation(talk, shown["data-open"])
        assert citation
        assert shown["data-quote"] == citation.quote
        assert "Desk A" in str(shown["data-head"])
    assert "Three [9]." in read.text
    panel = Reading(ui_sources.sources(talk))
    opened = [attributes["data-open"] for _, attributes in panel.tags if "data-open" in attributes]
    assert sorted(map(str, opened)) == sorted(str(m["data-open"]) for m in markers)


def test_what_was_read_and_not_cited_is_folded_away_and_opens_too() -> None:
    passage = Passage(id="p", article_id=ARTICLE.id, source=SECOND, start=45, end=60, text=ARTICLE.text[45:60])
    hits = tuple(
        Hit(passage=p, score=1.0, rank=n, why=("dense",), cosine=0.5, copies=(SECOND,))
        for n, p in enumerate((passage, replace(passage, start=0, end=10)), start=1)
    )
    talk = (Exchange(question="a", answer=make_answer(hits=hits)),)
    panel = ui_sources.sources(talk)
    assert "Also read (1)" in Reading(panel).text
    assert "with the same text" in Reading(panel).text
    assert 'data-open="1.read.0"' in panel
    assert 'data-open="1.read.1"' not in panel, "a passage that carries a shown quote is cited"
    opened = find_citation(talk, "1.read.0")
    assert opened
    assert (opened.quote, opened.start) == (passage.text, 45)


def test_the_sides_of_a_conflict_stand_side_by_side() -> None:
    both = (cite("Each side released 307 people"), cite("On Friday each side", number=2))
    shown = Reading(ui_log.answer(1, make_answer(status=Status.CONFLICTING, citations=both)))
    assert [tag for tag, _ in shown.tags].count("figure") == 2


def test_figures_are_charted_by_day_and_each_opens_its_sentence() -> None:
    counted = (
        make_figure(25.0, "25 freed", SECOND, day=1),
        make_figure(307.0, "307 freed", SECOND, day=24),
        make_figure(1000.0, "1,000 agreed", SECOND, day=16, state="promised"),
        make_figure(5757.0, "5,757 in all", SECOND, day=25, scope="total"),
    )
    talk = (Exchange(question="How many?", answer=make_answer(figures=counted)),)
    read = Reading(ui_log.log(talk))
    points = [a for tag, a in read.tags if tag == "circle"]
    assert [p["class"] for p in points] == ["done", "done", "promised"], "a lone total makes no chart"
    assert float(str(points[0]["cx"])) < float(str(points[2]["cx"])) < float(str(points[1]["cx"]))
    assert float(str(points[2]["cy"])) < float(str(points[1]["cy"])) < float(str(points[0]["cy"]))
    for point, figure in zip(points, counted, strict=False):
        citation = find_citation(talk, point["data-open"])
        assert citation
        assert citation.quote == figure.sentence.text
    assert [tag for tag, _ in read.tags].count("tr") == 1 + len(counted)
    assert "5,757" in read.text
    assert "Figures over time" not in ui_log.log((Exchange(question="a", answer=make_answer(figures=counted[:1])),))


def test_only_the_last_question_can_be_changed_or_asked_again() -> None:
    talk = tuple(Exchange(question=q, answer=make_answer()) for q in ("old", "new\nline"))
    read = Reading(ui_log.log(talk))
    done = [(a["data-do"], a.get("data-text")) for _, a in read.tags if a.get("data-do") in {"edit", "retry"}]
    assert done == [("edit", "new\nline"), ("retry", None)]


def test_the_open_question_stands_apart_from_what_is_closed() -> None:
    talk = (Exchange(question="first", answer=make_answer()), Exchange(question="another one"))
    assert "first" in ui_log.log(talk)
    assert "another one" not in ui_log.log(talk)
    assert Reading(ui_log.live(talk)).text == "another onewaiting for the model"
    assert ui_log.live(talk[:1]) == ""
    assert Reading(ui_log.said(talk[:1])).text == f"Answered: {make_answer().text}"


def test_an_answer_carries_status_freshness_model_seconds_and_what_was_removed() -> None:
    removed = (Removed(text="It was 999.", reason="no cited sentence has 999"),)
    text = Reading(ui_log.answer(1, make_answer(removed=removed))).text
    assert "Partly answered" not in Reading(ui_log.answer(1, make_answer())).text
    for part in ("Partly answered", "As of 24 May 2025", "14 June 2025", "embedded small-model", "8.4 s", "1 sentence was removed",
                 "It was 999.", "no cited sentence has 999"):  # fmt: skip
        assert part in text


@pytest.mark.parametrize("status", sorted(set(Status) - STATING))
def test_a_refusal_shows_its_reason_and_the_nearest_passages(status: Status) -> None:
    refusal = make_refusal(status)
    assert refusal.reason in Reading(ui_log.answer(1, refusal)).text
    panel = Reading(ui_sources.sources((Exchange(question="a", answer=refusal),)))
    assert "not an answer" in panel.text
    assert refusal.nearest[0].quote in panel.text
    assert not [attributes for _, attributes in panel.tags if "id" in attributes]


def test_a_follow_up_is_shown_as_it_was_understood() -> None:
    asked = {"question": "And on Friday?", "standalone": "How many were released on Friday?"}
    assert (
        "Understood in its conversationHow many were released on Friday?"
        in Reading(ui_log.answer(1, make_answer(**asked))).text
    )
    assert "Understood in" not in ui_log.answer(1, make_answer(question="Who?", standalone="Who?"))


def test_every_status_has_its_badge() -> None:
    assert set(ui_log.BADGES) == set(Status)


def test_the_panel_opens_the_newest_answer_and_folds_the_others() -> None:
    talk = tuple(Exchange(question=q, answer=make_answer()) for q in ("old", "middle", "new"))
    panel = Reading(ui_sources.sources(talk))
    assert [("open" in attributes) for tag, attributes in panel.tags if tag == "details"] == [True, False, False]
    assert panel.text.index("new") < panel.text.index("middle") < panel.text.index("old")


def test_limits_are_shown_with_the_question() -> None:
    limits = Filter(since=date(2025, 5, 1), until=date(2025, 5, 31), outlets=("Desk A", "Desk B"))
    shown = Reading(ui_log.question(Exchange(question="How many?", as_of=date(2025, 5, 24), filter=limits))).text
    assert shown == "How many?as of 24 May 2025 · from 1 May 2025 · until 31 May 2025 · only Desk A, Desk B"


def test_a_long_question_is_cut_for_the_eye_only() -> None:
    shown = Reading(ui_log.question(Exchange(question="x" * 100_000))).text
    assert shown == "x" * ui_log.ECHOED + " …"


@pytest.mark.parametrize(
    "name",
    [
        "1.cited.0.0", "0.cited.0", "3.cited.0", "1.cited.1", "1.cited.-1", "2.cited.0", "4.nearest.0", "1.CITED.0", "", "1.cited.٠",
        "1.cited.0\n", "9" * 7 + ".cited.0", None, 7, {"a": 1}, ["1.cited.0"],
    ],
)  # fmt: skip
def test_a_button_opens_nothing_but_what_was_shown(name: object) -> None:
    talk = (
        Exchange(question="a", answer=make_answer()),
        Exchange(question="b", answer=make_refusal()),
        Exchange(question="c"),
    )
    assert find_citation(talk, name) is None
    assert find_citation(talk, "1.cited.0") == make_answer().citations[0]
    assert find_citation(talk, "2.nearest.0") == make_refusal().nearest[0]


def marked(shown: str) -> str:
    found = re.search("<mark>(.*)</mark>", shown)
    return html.unescape(found[1]) if found else ""


def test_the_article_is_shown_whole_with_the_quote_marked() -> None:
    citation = cite("On Friday each side had released 390 people.")
    shown = ui_sources.article(ARTICLE, citation)
    assert marked(shown) == citation.quote
    assert ARTICLE.text in Reading(shown).text
    assert SECOND.title in Reading(shown).text


def test_an_article_that_has_changed_is_shown_without_a_mark() -> None:
    shown = ui_sources.article(
        replace(ARTICLE, text="Corrected. " + ARTICLE.text), cite("Each side released 307 people")
    )
    assert marked(shown) == ""
    assert "has changed" in Reading(shown).text


def test_of_a_very_long_article_the_part_around_the_quote_is_shown() -> None:
    text = "lorem ipsum " * 40_000 + "The quote." + " dolor sit" * 40_000
    shown = ui_sources.article(replace(ARTICLE, text=text), cite("The quote.", text=text))
    assert marked(shown) == "The quote."
    assert len(shown) < ui_sources.READER * 1.1
    assert "Only the part around the quote" in shown


def test_history_is_what_was_answered_with_its_markers() -> None:
    talk = (
        Exchange(question="a", answer=make_answer()),
        Exchange(question="b", trouble="Stopped."),
        Exchange(question="c", answer=make_refusal()),
        Exchange(question="d"),
    )
    assert [(turn.question, turn.answer) for turn in turns(talk)] == [
        ("a", make_answer().text),
        ("c", make_refusal().text),
    ]


def test_the_line_on_the_corpus() -> None:
    assert Reading(ui_html.corpus(FACTS)).text == "2 articles · 2 outlets · newest 24 May 2025 · 1 undated"
    bare = replace(FACTS, articles=1, outlets=(), newest=None, undated=1)
    assert Reading(ui_html.corpus(bare)).text == "1 article · no outlet named · none dated"


def test_the_first_visit_says_whose_articles_of_which_days() -> None:
    assert Reading(ui_html.span(FACTS)).text == "Articles by Desk A and Desk B, 23 May 2025 to 24 May 2025"
    many = replace(FACTS, outlets=tuple(f"<b>{n}" for n in range(ui_html.NAMED + 2)), oldest=FACTS.newest)
    assert Reading(ui_html.span(many)).text == "Articles by <b>0, <b>1, <b>2, <b>3, <b>4 and 2 more of 24 May 2025"
    bare = replace(FACTS, outlets=(), oldest=None, newest=None)
    assert Reading(ui_html.span(bare)).text == "Neither outlet nor day is known"
