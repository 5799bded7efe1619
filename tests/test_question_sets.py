"""The question sets beside the first one: well-formed, and true to the articles they are about. No index, no model."""

from __future__ import annotations

from pathlib import Path

import frontmatter
import pytest

from assistant.evaluation.cases import EvalCase, read_cases
from assistant.evaluation.scores import plain
from benchmarks.sets import KNOWN, read_set
from index.load import Item, discover, fetch, read
from index.numbers import find_numbers
from index.records import Article
from index.settings import IndexSettings

ROOT = Path(__file__).parent.parent
WARS = (
    "orveth", "kesmara", "velmara", "belandu", "zamberra", "karvenia", "oshindra", "ithmara", "gorustan", "teremia", "murgava",
)  # fmt: skip
SETS = {
    "readers": (ROOT / "seeds" / "readers.jsonl", ROOT / "seeds"),
    "analysts": (ROOT / "seeds" / "analysts.jsonl", ROOT / "seeds"),
    "practice": (ROOT / "seeds" / "practice.jsonl", ROOT / "seeds"),
    **{war: (ROOT / "benchmarks" / war / "questions.jsonl", ROOT / "benchmarks" / war / "articles") for war in WARS},
}
CASES = [(name, case) for name, (path, _) in SETS.items() for case in read_cases(path)]
each = pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}:{case.id}" for name, case in CASES])


def text_of(name: str, stem: str) -> str:
    return plain(str(frontmatter.load(str(SETS[name][1] / f"{stem}.md")).content))


@each
def test_every_quote_stands_in_an_article_named(name: str, case: EvalCase) -> None:
    texts = [text_of(name, stem) for stem in case.articles]
    assert not case.answerable or texts
    for quote in case.quotes:
        assert any(plain(quote) in text for text in texts), quote


@each
def test_nothing_right_is_called_wrong(name: str, case: EvalCase) -> None:
    right = {plain(answer) for answer in (*case.answers, *case.all_of)}
    assert not right & {plain(figure) for figure in (*case.figures_wrong, *case.figures_stale)}


@each
def test_no_question_needs_an_article_it_may_not_know(name: str, case: EvalCase) -> None:
    if case.as_of and case.answerable:
        assert all(stem[:10] <= case.as_of.isoformat() for stem in case.articles)


@pytest.mark.parametrize("name", SETS)
def test_a_set_asks_for_figures_for_other_things_and_for_what_is_not_there(name: str) -> None:
    cases = [case for of, case in CASES if of == name]
    figures = [c for c in cases if "count" in c.tags]
    assert len(cases) >= 60
    assert len(figures) >= 20
    assert len([c for c in cases if not c.answerable]) >= 10
    assert all(c.because for c in cases if not c.answerable)
    assert any(find_numbers(answer) for c in figures for answer in c.answers)


@pytest.mark.parametrize("name", KNOWN)
def test_every_article_of_a_set_to_learn_from_is_read_and_holds_the_quotes(name: str) -> None:
    of, settings = read_set(name), IndexSettings()
    items = [item for item in discover(of.articles, settings) if isinstance(item, Item)]
    found = [article for item in items for article in read(item, fetch(item, settings), settings)]
    texts = [plain(article.text) for article in found if isinstance(article, Article)]
    assert len(texts) == len(found) >= 12
    for case in of.cases:
        for quote in case.quotes:
            assert any(plain(quote) in text for text in texts), (case.id, quote)
