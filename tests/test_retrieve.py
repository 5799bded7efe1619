"""Search: two rankings fused, copies gathered, filters kept, ties settled; and the same through LlamaIndex."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fakes import FakeEmbedder, fake_settings, make_article, make_entry

from index.copies import gather_copies
from index.corpus_writer import CorpusWriter
from index.records import Filter, Hit, Passage, Source
from index.retrieve import Retriever, Scored, coverage, rarity, take_turns
from index.store import VectorStore
from index.vector import Vector

SETTINGS = fake_settings()

ORIGINAL = make_article(
    "Each side handed over 307 prisoners on Saturday at the border with Belarus, the ministry said in a statement.",
    title="Second stage", outlet="Agency", published=date(2025, 5, 24),
)  # fmt: skip
WIRE_COPY = make_article(
    "Each side handed over 307 prisoners on Saturday at the border with Belarus, the ministry said in a statement. AFP",
    title="Copy", outlet="Gazette", published=date(2025, 5, 25),
)  # fmt: skip
NEXT_DAY = make_article(
    "Each side handed over 303 prisoners on Sunday at the border with Belarus, the ministry said in a statement.",
    title="Third stage", outlet="Agency", published=date(2025, 5, 25),
)  # fmt: skip
WHEAT = make_article(
    "Farmers near Odesa harvested wheat.", title="Harvest", outlet="Gazette", published=date(2024, 8, 1)
)
UNDATED = make_article("Kharkiv was shelled at dawn.", title="Kharkiv")


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[CorpusWriter]:
    with CorpusWriter.create(tmp_path, SETTINGS) as corpus:
        for article in (ORIGINAL, WIRE_COPY, NEXT_DAY, WHEAT, UNDATED):
            corpus.put(f"{article.id}.txt", make_entry(article))
        yield corpus


@pytest.fixture
def retriever(corpus: CorpusWriter) -> Iterator[Retriever]:
    with VectorStore.open(corpus.path.parent, corpus) as store:
        yield Retriever(corpus, store, FakeEmbedder(), SETTINGS)


def titles(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.passage.source.title for hit in hits]


def test_the_best_comes_first_and_every_hit_says_why(retriever: Retriever) -> None:
    hits = retriever.search("Where was wheat harvested?")
    assert titles(hits)[0] == "Harvest"
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].why == ("dense", "lexical")
    assert {hit.why for hit in hits[1:]} == {("dense",)}
    words = FakeEmbedder().embed_question("Where was wheat harvested?")
    assert hits[0].cosine == pytest.approx(float(FakeEmbedder().embed_question(WHEAT.text) @ words), abs=1e-3)


def test_a_passage_found_by_words_alone_has_its_cosine(corpus: CorpusWriter) -> None:
    with VectorStore(corpus) as store:
        hits = Retriever(corpus, store, FakeEmbedder(), SETTINGS).search("harvest", limit=1)
        assert hits[0].why == ("dense", "lexical")
        hits = Retriever(corpus, store, FakeEmbedder(), replace(SETTINGS, pool=2)).search("harvest", limit=2)
    (hit,) = (hit for hit in hits if hit.passage.source.title == "Harvest")
    assert hit.why == ("lexical",)
    assert hit.cosine == pytest.approx(0, abs=1e-6)  # "harvest" is not "harvested" to a bag of words


def test_wire_copies_become_one_hit_and_another_day_does_not(retriever: Retriever) -> None:
    hits = retriever.search("How many prisoners were handed over?")
    assert titles(hits)[:2] in (["Second stage", "Third stage"], ["Third stage", "Second stage"])
    assert "Copy" not in titles(hits)
    (second,) = (hit for hit in hits if hit.passage.source.title == "Second stage")
    assert [source.outlet for source in second.copies] == ["Gazette"]
    (third,) = (hit for hit in hits if hit.passage.source.title == "Third stage")
    assert third.copies == ()


def test_filters_hold_for_both_rankings_and_for_copies(retriever: Retriever) -> None:
    question = "How many prisoners were handed over, and what was harvested near Kharkiv?"
    assert set(titles(retriever.search(question, filter=Filter(until=date(2025, 5, 24))))) == {
        "Second stage",
        "Harvest",
    }
    hits = retriever.search(question, filter=Filter(outlets=("GAZETTE",)))
    assert set(titles(hits)) == {"Copy", "Harvest"}
    assert all(hit.copies == () for hit in hits)
    assert retriever.search(question, filter=Filter(since=date(2030, 1, 1))) == ()


@pytest.mark.parametrize("question", ["", "  \n", "\0"])
def test_a_blank_question_finds_nothing_or_something_but_never_fails(retriever: Retriever, question: str) -> None:
    assert all(isinstance(hit, Hit) for hit in retriever.search(question))
    assert retriever.search("   ") == ()
    assert retriever.search("prisoners", limit=0) == ()


def test_limit_counts_stories(retriever: Retriever) -> None:
    assert len(retriever.search("prisoners handed over", limit=2)) == 2
    assert len(retriever.search("prisoners handed over", limit=100)) == 4


def test_the_same_question_has_the_same_answer_however_the_vectors_are_compared(corpus: CorpusWriter) -> None:
    def search() -> tuple[tuple[Hit, ...], bool]:
        with VectorStore.open(corpus.path.parent, corpus) as store:
            hits = Retriever(corpus, store, FakeEmbedder(), SETTINGS).search("prisoners at the border")
            return hits, store.uses_chroma

    with VectorStore.open(corpus.path.parent, corpus) as owner:
        owner.nearest(FakeEmbedder().embed_question("x"), 1)
        scanned, by_chroma = search()
        assert not by_chroma
    found, by_chroma = search()
    assert by_chroma
    assert found == scanned


def test_an_outlet_or_a_day_that_the_question_names_is_preferred_and_no_filter(retriever: Retriever) -> None:
    def first(question: str) -> str | None:
        hits = retriever.search(question)
        assert {"Harvest", "Kharkiv"} < set(titles(hits))  # nothing is left out
        return hits[0].passage.source.title

    assert first("Which prisoners were handed over, according to Agency?") in {"Second stage", "Third stage"}
    hits = retriever.search("What did Gazette report of prisoners handed over?")
    assert "Gazette" in [source.outlet for source in hits[0].copies]
    assert first("Which prisoners were handed over on 25 May 2025?") == "Third stage"


def test_a_part_of_the_question_finds_what_the_whole_would_not(retriever: Retriever) -> None:
    question = (
        "Was Kharkiv shelled at dawn, and which ministry made a statement on prisoners at the border with Belarus?"
    )
    assert "Kharkiv" in titles(retriever.search(question, limit=3))


def test_rarity_and_coverage() -> None:
    one, other = (frozenset({"wheat", "odesa"}), frozenset({"rain"})), (frozenset({"wheat"}),)
    weight = rarity([one, other])
    assert weight["wheat"] == pytest.approx(math.log(1 + 0.5 / 2.5))
    assert weight["rain"] == pytest.approx(math.log(2))
    assert weight[""] == pytest.approx(math.log(6))
    share = weight["rain"] / (weight["rain"] + weight["wheat"])
    assert coverage(frozenset({"wheat"}), one, weight) == 1
    assert coverage(frozenset({"wheat", "rain"}), one, weight) == pytest.approx(share)
    assert coverage(frozenset({"snow"}), one, weight) == 0
    assert coverage(frozenset(), one, weight) == coverage(frozenset({"wheat"}), (), weight) == 0


def test_the_parts_of_a_question_take_turns() -> None:
    scored = {name: Scored(score=score, part=part) for name, score, part in
              (("a", 1.0, 0), ("b", 0.9, 0), ("c", 0.8, 0), ("d", 0.65, 1), ("e", 0.6, 1))}  # fmt: skip
    turns = take_turns(scored, 0.2)
    assert list(turns) == ["a", "b", "d", "c", "e"]
    assert list(turns.values()) == pytest.approx([1.0, 0.7, 0.65, 0.4, 0.4])
    alone = {name: Scored(score=one.score, part=None) for name, one in scored.items()}
    assert list(take_turns(alone, 0.2).items()) == [(name, one.score) for name, one in scored.items()]


# -- copies --


def passage(text: str, name: str, published: date | None = None) -> Passage:
    source = Source(title=name, published=published)
    return Passage(id=name, article_id=name, source=source, start=0, end=len(text), text=text)


def stories(*passages: Passage, overlap: float = 0.7, limit: int = 10) -> list[list[str]]:
    return [[p.id for p in story.passages] for story in gather_copies(passages, overlap, limit)]


LONG = "The governor of the region said that the town had been without water and power for the whole of the winter"


def test_what_is_a_copy() -> None:
    for other in (
        LONG,
        LONG.upper(),
        f"KYIV (Agency) — {LONG}.",
        f"{LONG}, and that help was on its way from the capital",
    ):
        assert stories(passage(LONG, "a"), passage(other, "b")) == [["a", "b"]]
    for other in (
        LONG.replace("town", "city").replace("winter", "autumn").replace("said", "denied"),
        "Something else.",
    ):
        assert stories(passage(LONG, "a"), passage(other, "b")) == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{LONG} of 2024", f"{LONG} of 2025"),
        (f"{LONG} until Friday", f"{LONG} until Saturday"),
        (f"In three villages {LONG}", f"In four villages {LONG}"),
        (f"Since May {LONG}", f"Since June {LONG}"),
        (f"{LONG}. At 7 p.m. it changed", f"{LONG}. By 2025 it was over and done with"),
    ],
)
def test_the_same_words_about_other_figures_or_days_are_no_copy(one: str, other: str) -> None:
    assert stories(passage(one, "a"), passage(other, "b")) == [["a"], ["b"]]


def test_the_copy_with_every_figure_is_shown_then_the_earliest() -> None:
    early = passage(LONG, "early", date(2025, 1, 1))
    late = passage(f"{LONG}. Repairs cost 307 million", "late", date(2025, 1, 9))
    undated = passage(LONG, "undated")
    (story,) = gather_copies([undated, early], 0.7, 10)
    assert story.shown() == early
    assert story.copies(early) == (undated.source,)
    (story,) = gather_copies([early, late, undated], 0.7, 10)
    assert story.shown() == late
    assert story.copies(late) == (early.source, undated.source)


def test_short_passages_and_copies_beyond_the_limit() -> None:
    assert stories(passage("With wires", "a"), passage("with wires.", "b"), passage("More wires", "c")) == [
        ["a", "b"],
        ["c"],
    ]
    assert stories(passage(LONG, "a"), passage("Other.", "b"), passage(LONG, "c"), limit=1) == [["a", "c"]]
    assert stories(passage("…", "a"), passage("", "b")) == [["a", "b"]]


# -- LlamaIndex --


def test_llama_index_gets_the_same_hits(retriever: Retriever) -> None:
    from llama_index.core.schema import MetadataMode, TextNode

    from index.llama import LlamaIndexRetriever

    question = "How many prisoners were handed over?"
    hits = retriever.search(question, limit=2)
    found = LlamaIndexRetriever(retriever, limit=2).retrieve(question)
    assert [node.score for node in found] == [hit.score for hit in hits]
    for node, hit in zip(found, hits, strict=True):
        assert isinstance(node.node, TextNode)
        assert (node.node.node_id, node.node.text) == (hit.passage.id, hit.passage.text)
        assert (node.node.start_char_idx, node.node.end_char_idx) == (hit.passage.start, hit.passage.end)
        assert node.node.ref_doc_id == hit.passage.article_id
        assert node.metadata["title"] == hit.passage.source.title
        assert node.metadata["published"] == hit.passage.source.published.isoformat()  # type: ignore[union-attr]
        assert "url" not in node.metadata
        shown = node.node.get_content(MetadataMode.LLM)
        assert "published: 2025-05-2" in shown
        assert "cosine" not in shown


def test_it_serves_a_llama_index_query_engine(retriever: Retriever) -> None:
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine
    from llama_index.core.response_synthesizers import ResponseMode, get_response_synthesizer

    from index.llama import LlamaIndexRetriever

    synthesizer = get_response_synthesizer(llm=MockLLM(max_tokens=5), response_mode=ResponseMode.COMPACT)
    engine = RetrieverQueryEngine(
        LlamaIndexRetriever(retriever, limit=1, filter=Filter(outlets=("Gazette",))), response_synthesizer=synthesizer
    )
    response = engine.query("Where was wheat harvested?")
    assert [node.metadata["outlet"] for node in response.source_nodes] == ["Gazette"]
    assert str(response)


def test_articles_replaced_during_a_search_are_left_out(corpus: CorpusWriter, retriever: Retriever) -> None:
    class Vanishing(FakeEmbedder):
        def embed_question(self, text: str) -> Vector:
            corpus.forget(f"{WHEAT.id}.txt")
            return super().embed_question(text)

    with VectorStore(corpus) as store:
        hits = Retriever(corpus, store, Vanishing(), SETTINGS).search("wheat harvested")
    assert "Harvest" not in titles(hits)
