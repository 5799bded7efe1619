"""The measures of rankings, each against a value worked out by hand, and the benchmark that uses them."""

from __future__ import annotations

import json
import math
import zipfile
from pathlib import Path

import pytest
from fakes import FakeEmbedder, fake_settings

from assistant import Assistant
from assistant.evaluation.retrieval import MEASURES, average, measure_rankings
from assistant.settings import Settings
from benchmarks.multihop_rag import (
    measure_retrieval,
    read_questions,
    released_average_precision,
    squeeze,
)


def test_measures_by_hand() -> None:
    found = measure_rankings({"q": {"a", "b", "z"}}, {"q": ["x", "a", "y", "b"]})["q"]
    gain = 1 / math.log2(3) + 1 / math.log2(5)
    best = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found == pytest.approx(
        {
            "hits_at_1": 0, "hits_at_4": 1, "hits_at_10": 1, "recall_at_5": 2 / 3, "recall_at_10": 2 / 3,
            "mrr_at_10": 1 / 2, "map_at_10": (1 / 2 + 2 / 4) / 3, "ndcg_at_10": gain / best,
        }
    )  # fmt: skip


def test_only_the_first_ten_count_and_a_repeated_item_counts_once() -> None:
    far = measure_rankings({"q": {"a"}}, {"q": [*(f"x{n}" for n in range(10)), "a"]})["q"]
    assert set(far.values()) == {0}
    twice = measure_rankings({"q": {"a"}}, {"q": ["x", "x", "a"]})["q"]
    assert twice["mrr_at_10"] == 1 / 2


def test_an_empty_ranking_is_zero_and_nothing_relevant_is_no_score() -> None:
    found = measure_rankings({"none": (), "empty": {"a"}, "missing": {"a"}}, {"none": ["a"], "empty": []})
    assert found == {"empty": dict.fromkeys(MEASURES, 0.0), "missing": dict.fromkeys(MEASURES, 0.0)}
    assert measure_rankings({"none": ()}, {}) == {}


def test_averages() -> None:
    one, other = dict.fromkeys(MEASURES, 1.0), dict.fromkeys(MEASURES, 0.5)
    assert average([one, other]) == dict.fromkeys(MEASURES, 0.75)
    assert average([]) == {}


# -- MultiHop-RAG --


def test_the_released_average_precision_counts_what_is_new_at_a_rank() -> None:
    held = {"p": ("f",), "q": ("f", "g")}
    assert released_average_precision(["p", "q"], held, ("f", "g")) == pytest.approx((1 + 1 / 2) / 2)
    assert released_average_precision(["q"], held, ("f", "g")) == 1
    assert released_average_precision([*"abcdefghij", "p"], held, ("f", "g")) == 0
    assert released_average_precision(["p"], held, ()) == 0


ARTICLES = [
    {
        "title": "Wheat",
        "source": "Gazette",
        "published_at": "2025-05-24",
        "body": "Farmers near Odesa\nharvested wheat.",
    },
    {"title": "Prisoners", "source": "Agency", "published_at": "2025-05-25", "body": "Each side freed 307 prisoners."},
    {"title": "Rain", "source": "Agency", "published_at": "2025-05-26", "body": "Rain fell on Kharkiv at dawn."},
]


def asked(query: str, *facts: str, kind: str = "inference_query") -> dict[str, object]:
    return {
        "query": query, "answer": "yes", "question_type": kind, "evidence_list": [{"fact": fact} for fact in facts]
    }  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    queries = [
        asked("Who harvested wheat?", "Farmers near Odesa harvested wheat."),
        asked("How many prisoners were freed?", "Each side freed 307 prisoners."),
        asked("Where did it snow?", kind="null_query"),
        asked("What fell at dawn, and what was harvested?", "Rain fell on Kharkiv at dawn.", "Nothing says this."),
    ]
    path = tmp_path / "data.zip"
    with zipfile.ZipFile(path, "w") as written:
        written.writestr("corpus_train.json", json.dumps(ARTICLES))
        written.writestr("queries_train.json", json.dumps(queries))
    return path


def test_the_halves_are_told_by_the_position_in_the_file(archive: Path) -> None:
    assert [q.id for q in read_questions(archive, "odd")] == ["q1", "q3"]
    assert [q.id for q in read_questions(archive, "even")] == ["q0", "q2"]
    assert [q.kind for q in read_questions(archive, "all")] == ["inference", "inference", "null", "inference"]


def test_an_archive_that_is_none_is_named(tmp_path: Path, archive: Path) -> None:
    with pytest.raises(SystemExit, match="cannot be read"):
        read_questions(tmp_path / "none.zip", "odd")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    with pytest.raises(SystemExit, match="holds 0 files"):
        read_questions(tmp_path / "empty.zip", "odd")


def test_the_benchmark_counts_evidence_that_is_found(archive: Path, tmp_path: Path) -> None:
    articles = tmp_path / "articles.json"
    articles.write_text(json.dumps(ARTICLES), encoding="utf-8")
    with Assistant(Settings(index=str(tmp_path / "index")), embedder=FakeEmbedder()) as assistant:
        assistant.index_settings = fake_settings()
        assistant.index([articles])
        report = measure_retrieval(assistant, read_questions(archive, "all"), workers=1)
    assert report["n"] == 3
    assert report["hits_at_10"] == report["mrr_at_10"] == report["map_at_10"] == 1.0
    assert report["map_at_10_released"] == pytest.approx((1 + 1 + 1 / 2) / 3, abs=1e-4)
    assert report["by_kind"]["inference"]["n"] == 3
    assert squeeze("a b\nc") == "abc"
