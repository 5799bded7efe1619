"""What stands where on the chat page. What it does is wired by ui_asking, ui_keeping, ui_reading and ui_adding."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant import ui_limits, ui_log, ui_sources
from assistant.ui_gradio import gr
from index.load_find import KINDS

TITLE = "Conflict reporting assistant"
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What stands on the page and takes part in something."""

    conversation: gr.State  # what was asked and answered
    name: gr.State  # the id under which it is kept, "" as long as it is not
    heading: gr.HTML
    notice: gr.HTML
    fresh: gr.Button
    find: gr.Textbox
    shelf: gr.HTML
    log: gr.HTML  # what was asked and answered
    live: gr.HTML  # what is being answered; its script carries what is done in both
    question: gr.Textbox
    limits: tuple[gr.Textbox, gr.Textbox, gr.Textbox, gr.Dropdown]  # as of, from, until, outlets
    reader: gr.HTML
    given: gr.HTML  # a file for the browser to keep; nothing of it is seen
    whole: gr.HTML  # as what the whole conversation is to be kept
    panel: gr.HTML
    slider: gr.HTML  # the as-of day, as a line of days
    folded: gr.Accordion  # the limits, in words while they are folded
    clear: gr.Button
    intake: Intake
    library: Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Where articles come in."""

    drop: gr.File
    text: gr.Textbox  # a pasted text, or a web address
    told: tuple[gr.Textbox, gr.Textbox, gr.Textbox]  # title, outlet, day of a pasted text
    add: gr.Button
    outcomes: gr.HTML


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The articles there are."""

    health: gr.HTML
    find: gr.Textbox
    books: gr.HTML


def place() -> Parts:
    """What stands where: kept conversations at the edge, the chat, and what it rests on to its right."""
    with gr.Sidebar(open=False, width=280, elem_id="side", label="Conversations"):
        fresh = gr.Button("New conversation", elem_id="fresh", size="sm")
        find = gr.Textbox(
            elem_id="find", label="Search conversations", placeholder="Search conversations", container=False
        )
        shelf = gr.HTML("", elem_id="shelf", apply_default_css=False, js_on_load=_script("ui_shelf.js"))
    with gr.Row(elem_id="top"):
        heading = gr.HTML(titled(""), elem_id="heading", scale=1, apply_default_css=False)
        whole = gr.HTML(
            ui_log.whole(), elem_id="whole", scale=0, apply_default_css=False, js_on_load=_script("ui_whole.js")
        )
        given = gr.HTML("", elem_id="given", apply_default_css=False, js_on_load=_script("ui_given.js"))
        notice = gr.HTML("", elem_id="notice", scale=0, apply_default_css=False)
    with gr.Row(elem_id="columns"):
        with gr.Column(scale=3, min_width=340, elem_id="left"):
            with gr.Column(elem_id="chat"):
                log = gr.HTML("", elem_id="log", apply_default_css=False)
                live = gr.HTML("", elem_id="live", apply_default_css=False, js_on_load=_script("ui_chat.js"))
            question = gr.Textbox(
                elem_id="question",
                label="Question",
                show_label=False,
                placeholder="Ask about the articles; Enter sends",
                lines=1,
                max_lines=6,
                autofocus=True,
                submit_btn=True,
            )
            with gr.Accordion(ui_limits.NO_LIMITS, open=False, elem_id="limits") as folded:
                slider = gr.HTML("", elem_id="slider", apply_default_css=False, js_on_load=_script("ui_limits.js"))
                with gr.Row():
                    as_of = _day_field("As of", None, elem_id="as-of")
                    since = _day_field("From", None, elem_id="since")
                    until = _day_field("Until", None, elem_id="until")
                outlets = gr.Dropdown(
                    [],
                    label="Outlets (none chosen: all)",
                    multiselect=True,
                    allow_custom_value=True,
                    elem_id="outlets",
                )
                clear = gr.Button("No limits", size="sm", elem_id="clear")
        with gr.Column(scale=2, min_width=320, elem_id="right"):
            reader = gr.HTML("", elem_id="reader", apply_default_css=False, js_on_load=_script("ui_reader.js"))
            with gr.Tabs():
                with gr.Tab("Sources", elem_id="cited"):
                    panel = gr.HTML(
                        ui_sources.sources(()),
                        elem_id="sources",
                        apply_default_css=False,
                        js_on_load=_script("ui_sources.js"),
                    )
                with gr.Tab("Articles", elem_id="articles"):
                    intake, library = _place_articles()
    return Parts(
        conversation=gr.State(()),
        name=gr.State(""),
        heading=heading,
        notice=notice,
        fresh=fresh,
        find=find,
        shelf=shelf,
        log=log,
        live=live,
        question=question,
        limits=(as_of, since, until, outlets),
        reader=reader,
        given=given,
        whole=whole,
        panel=panel,
        slider=slider,
        folded=folded,
        clear=clear,
        intake=intake,
        library=library,
    )


def _place_articles() -> tuple[Intake, Library]:
    health = gr.HTML("", elem_id="health", apply_default_css=False)
    drop = gr.File(
        label="Drop articles here, or choose files",
        show_label=False,
        file_count="multiple",
        file_types=list(KINDS),
        height=150,
        elem_id="drop",
    )
    with gr.Accordion("Paste a text or a web address", open=False, elem_id="paste"):
        text = gr.Textbox(label="Text or address", lines=3, max_lines=8, elem_id="pasted")
        with gr.Row():
            title = gr.Textbox(
                label="Title", info="else its first line", max_lines=1, min_width=120, elem_id="pasted-title"
            )
            outlet = gr.Textbox(label="Outlet", info="if known", max_lines=1, min_width=120, elem_id="pasted-outlet")
            day = _day_field("Date", "if known", elem_id="pasted-day")
        add = gr.Button("Add", size="sm", elem_id="add")
    outcomes = gr.HTML("", elem_id="outcomes", apply_default_css=False)
    find = gr.Textbox(
        elem_id="find-article",
        label="Search articles",
        show_label=False,
        placeholder="Search titles and outlets",
        container=False,
    )
    books = gr.HTML("", elem_id="books", apply_default_css=False, js_on_load=_script("ui_library.js"))
    return (
        Intake(drop=drop, text=text, told=(title, outlet, day), add=add, outcomes=outcomes),
        Library(health=health, find=find, books=books),
    )


def titled(corpus: str) -> str:
    """The page's heading over a line on the corpus."""
    return f"<h1>{TITLE}</h1>{corpus}"


def _script(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _day_field(label: str, info: str | None, *, elem_id: str) -> gr.Textbox:
    """A plain field: gradio's own calendar keeps an unreadable day to itself, and the question goes out without it."""
    return gr.Textbox(label=label, info=info, placeholder="2025-05-24", max_lines=1, min_width=120, elem_id=elem_id)
