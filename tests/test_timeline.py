"""Figures over time: which figures a phrase finds, as table, JSON, CSV and picture."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fakes import FakeEmbedder
from PIL import Image

import assistant.cli_figures as cli_figures
from assistant import Assistant
from assistant.settings import Settings
from assistant.timeline import COLUMNS, amount, as_csv, timeline
from assistant.timeline_plot import draw
from index.errors import QuestionError

ARTICLES = {
    "friday": ("390 freed", "Wire", "2025-05-23", "Each side released 390 prisoners on Friday, the Ovian ministry said."),
    "copy": ("390 go home", "Daily", "2025-05-23", "Each side released 390 prisoners on Friday, the Ovian ministry said."),
    "saturday": ("697 in two days", "Wire", "2025-05-24", "In two days 697 prisoners were exchanged. "
                 "They agreed to exchange 1,000 prisoners each. Dozens of prisoners came home by bus."),
    "total": ("Total", "Wire", "2025-05-25", "Since March 2022, 5,757 prisoners have been returned. "
              "Between 20 and 30 prisoners were released later on Sunday."),
    "flood": ("Flood", "Daily", "2025-05-20", "The flood killed 12 people in Alba. =SUM said 14 people were displaced in Alba."),
    "undated": ("Undated", "Daily", "", "On Saturday 44 prisoners were freed."),
}  # fmt: skip


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, (title, outlet, day, text) in ARTICLES.items():
        dated = f"date: {day}\n" if day else ""
        (folder / f"{name}.md").write_text(f"---\ntitle: {title}\noutlet: {outlet}\n{dated}---\n\n{text}\n", "utf-8")
    settings = Settings(index=str(tmp_path / "index"), llm="embedded")
    with Assistant.open(settings.index, settings=settings, embedder=FakeEmbedder()) as opened:
        opened.index([folder])
        monkeypatch.setattr(cli_figures, "open_assistant", lambda *_, **__: opened)
        yield opened


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli_figures.figures, arguments, catch_exceptions=True)


def values(
    assistant: Assistant, phrase: str, as_of: date | None = None, since: date | None = None, until: date | None = None
) -> list[float]:
    return [row.figure.value for row in timeline(assistant, phrase, as_of=as_of, since=since, until=until)]


def test_a_phrase_finds_its_figures_by_day_and_nothing_else(library: Assistant) -> None:
    assert values(library, "prisoners exchanged") == [390, 12, 1000, 697, 20, 5757, 44]
    assert values(library, "people killed") == [12]
    assert values(library, "people displaced") == [14]


def test_a_question_is_read_like_its_phrase(library: Assistant) -> None:
    assert values(library, "How many prisoners were exchanged?") == values(library, "prisoners exchanged")


def test_one_sentence_in_two_outlets_counts_once_and_names_both(library: Assistant) -> None:
    (row,) = [row for row in timeline(library, "prisoners exchanged") if row.figure.value == 390]
    assert {row.figure.sentence.source.outlet, *(copy.outlet for copy in row.copies)} == {"Wire", "Daily"}


def test_as_of_bounds_publication_and_since_the_day_of_the_figure(library: Assistant) -> None:
    assert 5757 not in values(library, "prisoners exchanged", as_of=date(2025, 5, 24))
    since = values(library, "prisoners exchanged", since=date(2025, 5, 24))
    assert 390 not in since and 44 not in since  # the undated one has no known side of it
    assert values(library, "prisoners exchanged", until=date(2025, 5, 23)) == [390]


@pytest.mark.parametrize("phrase", ["unicorns exchanged", "people killed in Atlantis", "hello", "the"])
def test_nothing_found_says_what_to_do(library: Assistant, phrase: str) -> None:
    with pytest.raises(QuestionError, match=r"prisoners exchanged|people displaced") as told:
        timeline(library, phrase)
    assert "\n" not in str(told.value)


def test_amounts_keep_their_qualifiers_and_ranges(library: Assistant) -> None:
    rows = {row.figure.value: amount(row.figure) for row in timeline(library, "prisoners exchanged")}
    assert (rows[20], rows[12], rows[5757]) == ("20 to 30", "12 or more, vague", "5,757")


def test_csv_has_every_column_and_no_formula(library: Assistant) -> None:
    table = list(csv.reader(io.StringIO(as_csv(timeline(library, "people displaced")))))
    assert tuple(table[0]) == COLUMNS
    assert all(len(row) == len(COLUMNS) for row in table)
    assert not any(cell.startswith("=") for row in table for cell in row)


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_a_terminal_and_cites_each_line(
    library: Assistant, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    shown = run("prisoners exchanged")
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert max(map(len, lines)) <= width
    assert any("390 each" in line and "2025-05-23" in line and "[1]" in line for line in lines)
    assert any("1,000 each" in line and "prisoners," in line for line in lines)
    assert "promised" in shown.stdout
    assert "Since March" in shown.stdout
    assert "“Each side released 390 prisoners on Friday, the Ovian ministry said.”" in " ".join(shown.stdout.split())


def test_json_carries_the_quote_and_its_place(library: Assistant) -> None:
    rows = json.loads(run("prisoners exchanged", "--json").stdout)["figures"]
    first = rows[0]
    assert tuple(first) == COLUMNS
    assert library.article(first["article"]).text[first["start"] : first["end"]] == "390"
    assert (first["day"], first["claimant"], first["per_side"]) == ("2025-05-23", "the Ovian ministry", True)


@pytest.mark.parametrize(
    "arguments", [("--json", "--csv"), ("--plot", "x.gif"), ("--since", "2025-05-24", "--until", "2025-05-23")]
)
def test_wrong_usage_is_told(library: Assistant, arguments: tuple[str, ...]) -> None:
    told = run("prisoners exchanged", *arguments)
    assert told.exit_code == 2
    assert "Error" in told.output


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_picture_is_drawn(library: Assistant, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"figures.{ending}"
    shown = run("prisoners exchanged", "--plot", str(file))
    assert shown.exit_code == 0, shown.output
    assert "without 1 that have no day" in shown.stderr
    begins = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[ending]
    assert file.read_bytes().startswith(begins)
    if ending == "png":
        with Image.open(file) as picture:
            assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 20  # not blank


def test_a_picture_says_why_it_cannot_be_drawn(library: Assistant, tmp_path: Path) -> None:
    rows = timeline(library, "prisoners exchanged")
    with pytest.raises(QuestionError, match="cannot be written"):
        draw(rows, "prisoners exchanged", tmp_path / "no" / "such.png")
    undated = [row for row in rows if row.figure.when is None]
    with pytest.raises(QuestionError, match="has a day"):
        draw(undated, "prisoners exchanged", tmp_path / "x.png")


def test_formulas_in_names_are_drawn_as_text(library: Assistant, tmp_path: Path) -> None:
    rows = timeline(library, "prisoners exchanged")
    assert draw(rows, r"$\frac{prisoners}$ exchanged", tmp_path / "x.svg") == 1
