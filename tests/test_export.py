"""Answers as files: what goes out can be checked elsewhere, and executes nowhere."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from fakes_assistant import ARTICLE, SECOND, cite, make_answer, make_refusal

from assistant.evaluation.cases import read_cases
from assistant.records import Answer, Removed, Status
from assistant.render import to_json
from assistant.render_export import KINDS, PACK, Origin, Told, export
from assistant.ui_conversation import Exchange, Verdict
from assistant.ui_feedback import rows
from index.errors import SettingsError

WHEN = datetime(2025, 6, 1, 12, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> ![x](http://evil.example/p.png) [a](javascript:alert(1)) \u202e\x00"


def found(article_id: str) -> Origin | None:
    return Origin(article=ARTICLE, file_hash="f" * 64) if article_id == ARTICLE.id else None


def told(*answers: Answer) -> list[Told]:
    return [Told(asked=WHEN, answer=answer) for answer in answers]


def test_a_pack_names_place_and_hashes_of_every_quote() -> None:
    made = export(told(make_answer()), "json", found)
    pack = json.loads(made.text)
    assert (made.name, made.media_type) == ("how-many-were-released-on-saturday.json", "application/json")
    assert pack["format"] == PACK
    (answer,) = pack["answers"]
    (row,) = answer["evidence"]
    assert ARTICLE.text[row["start"] : row["end"]] == row["quote"]
    assert row["stands"] is True
    assert row["text_sha256"] == sha256(ARTICLE.text.encode()).hexdigest()
    assert row["file_sha256"] == "f" * 64
    assert (answer["model"], answer["as_of"], answer["asked"]) == (
        "embedded small-model",
        "2025-05-24",
        "2025-06-01T12:00:00+00:00",
    )


def test_a_pack_says_when_a_quote_does_not_stand_any_more() -> None:
    moved = replace(cite("Each side released 307 people"), start=1, end=30)
    gone = replace(cite("On Friday", number=2), article_id="gone")
    pack = json.loads(export(told(make_answer(citations=(moved, gone))), "json", found).text)
    assert [row["stands"] for row in pack["answers"][0]["evidence"]] == [False, False]
    assert pack["answers"][0]["evidence"][1]["text_sha256"] is None


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_acts_in_no_file(kind: str) -> None:
    source = replace(SECOND, title=HOSTILE, outlet=HOSTILE, url="javascript:alert(1)")
    answer = make_answer(
        HOSTILE, question=HOSTILE, status=Status.CONFLICTING, reason=HOSTILE,
        citations=(cite(HOSTILE, source=source, text=HOSTILE),), removed=(Removed(text=HOSTILE, reason=HOSTILE),),
    )  # fmt: skip
    text = export(told(answer, make_refusal(reason=HOSTILE)), kind, found).text
    if kind == "html":
        assert "<script" not in text
        assert "<img" not in text
        assert "href" not in text
        assert "default-src 'none'" in text
    if kind == "markdown":
        assert not re.search(r"(?<!\\)(?:\]\(|<\w)", text)
    assert "\u202e" not in text
    assert "\x00" not in text


def test_a_conversation_is_exported_whole_and_in_order() -> None:
    both = told(make_answer(question="First?"), make_refusal(question="Second?"))
    for kind in KINDS:
        text = export(both, kind, found).text
        assert 0 <= text.index("First?") < text.index("Second?")


def test_another_kind_of_file_is_told() -> None:
    with pytest.raises(SettingsError, match="choose one of markdown, html, json"):
        export(told(make_answer()), "exe", found)


def judged(answer: Answer, good: bool, right: str = "", as_of: date | None = None) -> Exchange:
    verdict = Verdict(good=good, reason="why", right=right)
    return Exchange(question="How many?", answer=answer, verdict=verdict, as_of=as_of)


def test_thumbs_become_questions_that_evaluation_reads(tmp_path: Path) -> None:
    good = judged(make_answer("Each side released 307 people as of 24 May 2025 [1]."), True, as_of=date(2025, 5, 24))
    talk = (
        good,
        judged(make_answer("Each side released 390 people [1]."), False, "307"),
        judged(make_refusal(), True),
        judged(make_answer(), False, "not in the articles"),
        judged(make_answer(), False),
        Exchange(question="unjudged", answer=make_answer()),
    )
    made, left_out = rows([talk])
    assert left_out == 1
    file = tmp_path / "feedback.jsonl"
    file.write_text("\n".join(to_json(row, indent=None) for row in made), encoding="utf-8")
    cases = read_cases(file)
    assert [(c.answerable, c.all_of, c.figures_wrong) for c in cases] == [
        (True, ("307",), ()),
        (True, ("307",), ("390",)),
        (False, (), ()),
        (False, (), ("307",)),
    ]
    assert cases[0].as_of == date(2025, 5, 24)
    assert cases[0].articles == ("second",)
    assert [len(c.history) for c in cases] == [0, 1, 2, 3]
    assert {c.split for c in cases} == {"tune"}


def test_a_good_answer_without_figures_is_right_by_its_names() -> None:
    made, _ = rows([(judged(make_answer("It was mediated by the Emirates [1]."), True),)])
    assert made[0]["all_of"] == ["Emirates"]
