"""Hostile articles, questions and drafts: nothing of them is markup, nothing is obeyed, nothing is cited that is not there.

Every case goes the whole way: indexed, asked about, answered by a model that does whatever it is told, checked, shown,
listed and exported. tests/test_hostile_browser.py shows the same articles to a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from fakes import FakeEmbedder, fake_settings
from fakes_hostile import DRAFTS, MARKUP, QUESTIONS, ferry, write_articles
from fakes_html import ATTRIBUTES, OURS, Reading
from fakes_page import RuleModel

from assistant import Assistant, ui_sources
from assistant.llm import Task
from assistant.records import Answer, Status
from assistant.render_export import KINDS
from assistant.settings import Settings
from assistant.ui_conversation import Conversation
from assistant.ui_talk import Talk
from prompts import Message


class Obedient(RuleModel):
    """Writes `draft` if there is one, and says yes to whatever it is asked to check."""

    draft: str | None = None
    pace = 0.0

    def write(
        self,
        task: Task,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        grammar: str | None = None,
    ) -> Iterator[str]:
        if self.draft is not None and task == "answer":
            self.prompts.append((task, messages[-1].content))
            return iter([self.draft])
        return super().write(task, messages, max_tokens=max_tokens, grammar=grammar)

    def probability(self, task: Task, messages: object, *, yes: str = "Yes", no: str = "No") -> float:
        return 1.0


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    folder = tmp_path_factory.mktemp("hostile")
    settings = Settings(index=str(folder / "index"), models=str(folder), topic_floor=0.05)
    with Assistant.open(settings=settings, model=Obedient(), embedder=FakeEmbedder()) as assistant:
        assistant.index_settings = fake_settings()
        report = assistant.index([write_articles(folder / "hostile.jsonl")])
        assert not report.failures
        made = Talk(assistant, articles=folder / "kept")
        yield made
        made.close()


def ask(talk: Talk, question: str, draft: str | None = None) -> Conversation:
    model = talk.assistant._model
    assert isinstance(model, Obedient)
    model.draft = draft
    *_, (_, done) = talk.run(talk.begin(question, (), None, None, None, ()))
    return done


def everything(talk: Talk, done: Conversation) -> list[str]:
    """All HTML that the page shows of a conversation."""
    shown = [talk.log(done), ui_sources.sources(done), talk.shelf("", ""), talk.books()]
    answer = done[-1].answer
    for kind, quotes in (("cited", answer.citations), ("nearest", answer.nearest)) if answer else ():
        shown += [talk.article(done, f"1.{kind}.{place}") for place in range(len(quotes))]
    return shown


def check_markup(shown: str) -> None:
    read = Reading(shown)
    assert {tag for tag, _ in read.tags} <= OURS
    assert {name for _, attributes in read.tags for name in attributes} <= ATTRIBUTES
    assert not read.strange
    for link in read.links():
        assert re.match(r"https?://", link)
    assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069]", read.text)


def check_citations(talk: Talk, given: Answer) -> None:
    """Every quote stands where it is said to stand, every marker has its quote, every sentence of an answer a marker."""
    for citation in (*given.citations, *given.nearest):
        text = talk.assistant.article(citation.article_id).text
        assert text[citation.start : citation.end] == citation.quote
    numbers = {citation.number for citation in given.citations}
    if given.status in {Status.ANSWERED, Status.CONFLICTING}:
        assert numbers
    assert {int(n) for n in re.findall(r"\[(\d+)\]", given.text)} <= numbers


def own_words(answer: Answer) -> str:
    """The text of an answer without what it quotes of an article word for word."""
    said = " ".join(answer.text.split())
    for citation in answer.citations:
        said = said.replace(" ".join(citation.quote.split()).rstrip("."), "")
    return said


@pytest.mark.parametrize("number", range(len(MARKUP)), ids=[name for name, _ in MARKUP])
def test_a_hostile_article_is_shown_as_text(talk: Talk, number: int) -> None:
    done = ask(talk, f"How many passengers did the ferry {ferry(number)} carry to Odesa?")
    assert done[-1].answer
    check_citations(talk, done[-1].answer)
    for shown in everything(talk, done):
        check_markup(shown)
    page = talk.export(done, "html")
    assert page
    read = Reading(page.text)
    assert not {tag for tag, _ in read.tags} & {
        "script",
        "img",
        "iframe",
        "svg",
        "a",
        "form",
        "link",
        "object",
        "base",
        "input",
    }
    assert all(talk.export(done, kind) for kind in KINDS)


@pytest.mark.parametrize(("name", "question"), QUESTIONS, ids=[name for name, _ in QUESTIONS])
def test_a_hostile_question_gets_an_answer_from_the_articles_or_none(talk: Talk, name: str, question: str) -> None:
    done = ask(talk, question)
    for shown in everything(talk, done):
        check_markup(shown)
    if answer := done[-1].answer:
        check_citations(talk, answer)
        assert "HACKED" not in own_words(answer), "an article may be quoted, nothing is said because it says so"
        assert "You are" not in own_words(answer), "no part of a prompt is told"
    else:
        assert done[-1].trouble


@pytest.mark.parametrize(("name", "draft"), DRAFTS, ids=[name for name, _ in DRAFTS])
def test_a_model_that_obeys_an_article_is_not_shown(talk: Talk, name: str, draft: str) -> None:
    done = ask(talk, f"Why did the ferry {ferry(0)} carry passengers to Odesa?", draft)
    answer = done[-1].answer
    assert answer
    assert answer.raw_text == draft, "the model was asked to write"
    assert answer.text.startswith(f"The ferry {ferry(0)} carried 11 passengers to Odesa"), (
        "the article speaks for itself"
    )
    check_citations(talk, answer)
    assert not re.search(r"HACKED|999|\[99\]|<script|evil\.example|system prompt|Boris Godunov", answer.text)
    for shown in everything(talk, done):
        check_markup(shown)


def test_there_are_at_least_sixty_cases() -> None:
    assert len(MARKUP) + len(QUESTIONS) + len(DRAFTS) >= 60
