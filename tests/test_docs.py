"""The pages made from the program are current, and every command says what it does."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import click
import pytest

from llminfer_bib import Library
from llminfer_bib.cli import MODULES, cli
from llminfer_bib.cli.library import FORMATS
from llminfer_bib.export import EXPORTERS

ROOT = Path(__file__).parents[1]


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_commands_is_current() -> None:
    maker = load(ROOT / "docs" / "make_commands.py")
    assert maker.PAGE == ROOT / "docs" / "commands.md"
    assert maker.PAGE.read_text("utf-8") == maker.page(), "run `make docs` and look at the change"


@pytest.mark.parametrize("name", sorted(cli.every()))
def test_every_command_and_option_says_what_it_does(name: str) -> None:
    command = cli.every()[name]
    assert command.help
    assert command.help.rstrip().split("\n\n")[0].strip().endswith(".")
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.opts}"
            assert option.help.endswith("."), option.help


@pytest.mark.parametrize("name", sorted(cli.every()))
def test_no_one_line_help_is_cut(name: str) -> None:
    assert not cli.every()[name].get_short_help_str(limit=62).endswith("...")


def test_the_formats_of_the_command_line_are_those_that_exist() -> None:
    assert tuple(sorted(EXPORTERS)) == FORMATS


def test_the_python_page_speaks_of_every_method() -> None:
    page = (ROOT / "docs" / "python.md").read_text("utf-8") + (ROOT / "README.md").read_text("utf-8")
    rarely = {"apply", "decoder", "source", "macros", "options", "stream", "rename_field"}  # what the rest is made of
    methods = {name for name in vars(Library) if not name.startswith("_")} - rarely
    missing = [name for name in sorted(methods) if f".{name}" not in page]
    assert missing == []


def test_the_table_of_commands_is_that_of_the_modules() -> None:
    from importlib import import_module

    assert set(cli.every()) == set(MODULES)
    for name, module in MODULES.items():
        found = [
            value for value in vars(import_module(f"llminfer_bib.cli.{module}")).values() if value is cli.every()[name]
        ]
        assert found, f"bib {name} is not in cli/{module}.py"
