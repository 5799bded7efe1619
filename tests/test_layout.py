"""The rules of the house, read from the source: who may import whom, one home a library, what no file may hold."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("assistant", "index", "prompts")

MAY_IMPORT = {"prompts": {"prompts"}, "index": {"index"}, "assistant": {"assistant", "index", "prompts"}}

# From the bottom up: families of modules (load and load_web are one), and whether those of that floor stay apart.
# A module may import its own family and what is below; one that is not named here is bound only by the rule on circles.
FLOORS = {
    "index": (
        ({"records", "errors", "settings"}, False),
        (
            {"days", "numbers", "attribution", "places", "store_lock", "store_marker", "tokens", "word_starts"},
            False,
        ),
        ({"load", "chunk", "embed", "lexical", "figures"}, True),
        ({"corpus", "query", "copies"}, False),
        ({"store"}, False),  # the vectors can be made again from the corpus, so they stand above it
        ({"build", "retrieve"}, False),
        ({"llama"}, False),
    ),
    "assistant": (
        ({"records", "settings", "weights", "words"}, False),
        ({"citations", "verify", "question", "timescope", "llm", "evidence"}, False),
        ({"both", "count", "compose", "findings", "judge", "library", "named", "proposals"}, False),
        ({"dress", "reading"}, True),
        ({"deciding"}, False),
        ({"answer"}, False),
        ({"render"}, False),
        ({"ui", "evaluation"}, True),
        ({"cli"}, False),
    ),
}

# Where each library may be imported. A new library gets a line here, and a reason in the commit.
HOMES = {
    "charset_normalizer": ("index.load*",),
    "chromadb": ("index.store*",),
    "click": ("assistant.cli*",),
    "dateparser": ("index.load*", "index.days", "assistant.timescope"),
    "dateutil": ("assistant.timescope",),
    "docx": ("index.load*",),
    "feedparser": ("index.load*",),
    "filelock": ("assistant.weights_fetch", "index.store*", "index.build*"),
    "frontmatter": ("index.load*",),
    "gradio": ("assistant.ui*",),
    "htmldate": ("index.load*",),
    "httpx": ("index.load*", "index.embed_ollama", "assistant.llm*"),
    "httpx2": ("assistant.weights_hub", "assistant.llm_openai"),
    "huggingface_hub": ("assistant.weights_hub",),
    "ir_measures": ("assistant.evaluation.retrieval",),
    "llama_index": ("index.chunk", "index.llama"),
    "lxml": ("index.load*",),
    "matplotlib": ("assistant.evaluation.plots", "assistant.plot*", "assistant.timeline*"),
    "numpy": ("index.*", "assistant.*"),  # the language of vectors, as str is of text
    "nupunkt": ("index.chunk", "index.sentences"),
    "ollama": ("assistant.llm*", "index.embed_ollama"),
    "openai": ("assistant.llm_openai",),
    "onnx": ("index.minilm",),
    "onnxruntime": ("index.embed",),
    "onnxruntime.quantization": ("index.minilm",),
    "platformdirs": ("assistant.settings",),
    "pydantic": ("assistant.ui_kept",),
    "py3langid": ("index.load*",),
    "pypdf": ("index.load*",),
    "regex": ("index.word_starts",),
    "rich": ("assistant.cli*", "assistant.render*"),
    "safetensors": ("index.minilm",),
    "scipy": ("assistant.evaluation.intervals",),
    "Stemmer": ("index.*", "assistant.words"),
    "text_to_num": ("index.numbers", "index.figures"),
    "tokenizers": ("index.embed", "index.chunk"),
    "trafilatura": ("index.load*",),
    "xllamacpp": ("assistant.llm*",),
    "yaml": ("index.load*",),
}

BANNED_NAMES = {"utils", "util", "helpers", "helper", "manager", "process", "data", "handle", "misc", "common"}

# Written in pieces, so that this file does not hold them itself.
BANNED_TEXT = {
    "a package registry's host": "|".join(
        re.escape(host + top)
        for host, top in (
            ("pypi", ".org"),
            ("pythonhosted", ".org"),
            ("npmjs", ".org"),
            ("proxy.golang", ".org"),
            ("conda", ".anaconda.org"),
        )
    ),
    "a path of one machine": r"(?<![\w.])/(?:wo" + r"rk/(?:main|shared)|ro" + r"ot/|tmp/bo" + r"ot|ho" + r"me/[a-z]+/)",
}


@dataclass(frozen=True)
class Import:
    module: str  # who imports, dotted
    target: str  # what, dotted
    line: int
    typing_only: bool
    lazy: bool  # inside a function


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the product, by dotted name, parsed."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    return found


def _is_typing_guard(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def _imports(module: str, node: ast.AST, typing_only: bool = False, lazy: bool = False) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        typing = typing_only or _is_typing_guard(child)
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(module, alias.name, child.lineno, typing, lazy)
        elif isinstance(child, ast.ImportFrom):
            assert not child.level, f"{module}:{child.lineno}: relative import; name the package"
            for alias in child.names:
                whole = f"{child.module}.{alias.name}"
                yield Import(module, whole if whole in modules() else str(child.module), child.lineno, typing, lazy)
        else:
            yield from _imports(module, child, typing, lazy or isinstance(child, ast.FunctionDef))


@cache
def all_imports() -> tuple[Import, ...]:
    return tuple(found for name, tree in modules().items() for found in _imports(name, tree))


def _top(dotted: str) -> str:
    return dotted.partition(".")[0]


def _family(dotted: str) -> str:
    """`index.load_web` and `index.load` are one family, `load`; so is a package with everything in it."""
    return dotted.split(".")[1].partition("_")[0] if "." in dotted else ""


def _floor(dotted: str) -> int | None:
    """The floor that names the module itself, else the one that names its family."""
    for name in (dotted.split(".")[1] if "." in dotted else "", _family(dotted)):
        for number, (names, _) in enumerate(FLOORS.get(_top(dotted), ())):
            if name in names:
                return number
    return None


def test_packages_import_only_downwards() -> None:
    wrong = [
        f"{found.module}:{found.line} imports {found.target}"
        for found in all_imports()
        if _top(found.target) in PACKAGES and _top(found.target) not in MAY_IMPORT[_top(found.module)]
    ]
    assert wrong == []


def test_modules_import_only_from_the_floors_below() -> None:
    wrong = []
    for found in all_imports():
        if _top(found.module) != _top(found.target) or _family(found.module) == _family(found.target):
            continue
        here, there = _floor(found.module), _floor(found.target)
        if here is None or there is None:
            continue
        apart = FLOORS[_top(found.module)][here][1]
        if there > here or (there == here and apart):
            wrong.append(f"{found.module}:{found.line} imports {found.target}")
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Left out: the packages' own `__init__`, which imports on demand; what only type checkers import; and a family's
    choice among its members, made when called (llm opens llm_ollama, which speaks the protocol of llm)."""
    graph: dict[str, set[str]] = {}
    for found in all_imports():
        if found.target not in modules() or found.typing_only or {found.module, found.target} & set(PACKAGES):
            continue
        if not (found.lazy and _family(found.module) == _family(found.target)):
            graph.setdefault(found.module, set()).add(found.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' -> '.join(error.args[1])}")


def test_every_library_is_imported_only_in_its_home() -> None:
    wrong = []
    for found in all_imports():
        if found.typing_only or _top(found.target) in sys.stdlib_module_names | set(PACKAGES):
            continue
        known = [name for name in HOMES if found.target == name or found.target.startswith(f"{name}.")]
        homes = HOMES[max(known, key=len)] if known else ()
        if not any(fnmatch(found.module, home) for home in homes):
            wrong.append(
                f"{found.module}:{found.line} imports {found.target}; its home: {', '.join(homes) or 'none yet'}"
            )
    assert wrong == []


def test_every_library_that_is_imported_is_asked_for() -> None:
    """What only comes along with something else may go away with it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {_distribution(line) for line in project["dependencies"]}
    carriers = importlib.metadata.packages_distributions()
    libraries = {_top(found.target) for found in all_imports()} - sys.stdlib_module_names - set(PACKAGES)
    assert {name for name in libraries if not asked & {_distribution(d) for d in carriers.get(name, [])}} == set()


def _distribution(requirement: str) -> str:
    """The normalised name of a requirement or a distribution."""
    return re.split(r"[\s<>=!~;\[]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def _product_files() -> Iterator[Path]:
    for folder in (*PACKAGES, "benchmarks", "tests"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_no_except_clause_takes_everything() -> None:
    wrong = []
    for path in _product_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            names = {part.id for part in caught if isinstance(part, ast.Name)}
            if node.type is None or names & {"Exception", "BaseException"}:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []


def test_modules_are_named_for_what_they_hold() -> None:
    named = {part for path in _product_files() for part in (path.stem, *path.relative_to(ROOT).parent.parts)}
    assert {name for name in named if BANNED_NAMES & set(name.split("_"))} == set()


def test_every_module_says_what_it_is_for() -> None:
    assert [name for name, tree in modules().items() if tree.body and not ast.get_docstring(tree)] == []


@cache
def tracked() -> tuple[Path, ...]:
    """Every file under version control, or, in a copy without it, every file that is not made by a tool."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
        if not listed.returncode:
            return tuple(
                path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()
            )
    return tuple(
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in path.parts[1:])
    )


@pytest.mark.parametrize("what", BANNED_TEXT)
def test_no_file_names(what: str) -> None:
    pattern = re.compile(BANNED_TEXT[what].encode())
    wrong = [str(path.relative_to(ROOT)) for path in tracked() if pattern.search(path.read_bytes())]
    assert wrong == []


# -- the lock file --


@cache
def pins() -> dict[str, str]:
    """Name of each pinned package -> its block in the lock file."""
    blocks = re.split(r"(?m)^(?=\S)", (ROOT / "requirements.lock").read_text(encoding="utf-8"))
    return {re.split(r"[=\s;\[]", block, maxsplit=1)[0].lower(): block for block in blocks if block.strip()}


def test_every_pin_has_a_version_and_hashes_and_no_address() -> None:
    assert len(pins()) > 100
    for name, block in pins().items():
        assert re.match(r"[\w.-]+(\[[\w,-]+\])?==[\w.+!]+ ", block), name
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), name
        assert "://" not in block, name
        assert not re.search(r"--(index-url|extra-index-url|find-links)", block), name


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    assert {_distribution(line) for line in wanted} - set(pins()) == set()


# -- what the README says the folders hold --


def _tree_of_the_readme() -> list[str]:
    """Paths in the README's tree: the first fenced block that names a package. Nested and flat trees, `*` allowed."""
    blocks = re.findall(r"(?ms)^```[^\n]*\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"))
    blocks = [block for block in blocks if re.search(r"(?m)^[│├└─\s]*(assistant|index)/", block)]
    named: list[str] = []
    folders: list[tuple[int, str]] = []
    for line in blocks[0].splitlines() if blocks else ():
        match = re.match(r"([│├└─|`\s]*)(\S+)", line)
        if match is None or not re.search(r"[/.]|^[A-Z]+$|^Makefile$", match[2]):
            continue
        indent, word = len(match[1]), match[2]
        folders = [(depth, folder) for depth, folder in folders if depth < indent]
        path = (folders[-1][1] if folders else "") + word
        if path == "./" or (ROOT / path.rstrip("/")).resolve() == ROOT or path.rstrip("/") == ROOT.name:
            continue
        named.append(path)
        if word.endswith("/"):
            folders.append((indent, path))
    return named


def test_the_tree_in_the_readme_is_the_tree_on_the_disk() -> None:
    tree = _tree_of_the_readme()
    if not tree:
        pytest.skip("the README shows no tree")
    assert [path for path in tree if not list(ROOT.glob(path.rstrip("/")))] == []
    named = {path for pattern in tree for path in ROOT.glob(pattern.rstrip("/"))}
    missing = []
    for package in PACKAGES:
        there = {path for path in tracked() if path.parent == ROOT / package and path.suffix == ".py"}
        there = {path for path in there if not path.stem.startswith("__")}
        if named & there:  # a tree that names some modules of a package names them all
            missing += [str(path.relative_to(ROOT)) for path in sorted(there - named)]
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if path.parent != ROOT}
    tops = {path.relative_to(ROOT).parts[0] for path in named}
    missing += sorted(folder for folder in folders - tops if not folder.startswith("."))
    assert missing == []
