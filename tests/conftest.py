"""Tests marked `model` run wherever the model files are, those marked `browser` wherever Chromium is, those marked `ollama`
wherever its server is built; elsewhere they are skipped with the reason. The two benches that several files ask are made here."""

from __future__ import annotations

from collections.abc import Iterator

import ollama_server
import pytest
from fakes_bench import DATED, UNDATED, Bench, bench
from fakes_browser import CHROMIUM

from assistant.settings import read_settings
from assistant.weights import Weights


@pytest.fixture(scope="module")
def undated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    yield from bench(tmp_path_factory.mktemp("undated"), {"article.txt": UNDATED})


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    yield from bench(tmp_path_factory.mktemp("dated"), DATED)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="there is no Chromium: run `make browser`"))
    served = [item for item in items if item.get_closest_marker("ollama")]
    if served and (why := ollama_server.missing()):
        for item in served:
            item.add_marker(pytest.mark.skip(reason=why))
    needing = [item for item in items if item.get_closest_marker("model")]
    if not needing:
        return
    absent = [file for file in Weights(read_settings().models_folder()).inventory() if file.state == "missing"]
    if absent:
        skip = pytest.mark.skip(reason=f"model file {absent[0].file!r} is not there: run `make models`")
        for item in needing:
            item.add_marker(skip)
