"""The wheel installs into an empty environment and starts there without the development tools."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SMALL = """@misc{dao2022flash,
  author = {Dao, Tri},
  title = {{FlashAttention}: fast and exact},
  year = {2022},
  url = {https://example.org/flash},
}
"""
DEVELOPMENT = ("pytest", "hypothesis", "mypy", "ruff", "jsonschema", "pre_commit")

pytestmark = pytest.mark.slow  # pip needs half a minute, and a package index or its cache


def run(*words: str | Path, cwd: Path, status: int = 0) -> str:
    """Run a program without our variables and return what it printed; any other exit status fails."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "COV"))}
    done = subprocess.run([str(w) for w in words], cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == status, f"{words} -> {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as a release would build it."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", ROOT, "--no-deps", "--quiet", "--wheel-dir", folder, cwd=folder)
    [path] = folder.glob("llminfer_bib-*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` folder of an environment that holds the wheel and what it depends on, nothing else."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=True)
    places = folder / ("Scripts" if os.name == "nt" else "bin")
    run(places / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=folder)
    return places


def test_the_wheel_holds_the_package_its_types_and_its_licence_only(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    sources = {
        f"llminfer_bib/{p.relative_to(ROOT / 'src/llminfer_bib').as_posix()}" for p in (ROOT / "src").rglob("*.py")
    }
    assert sources | {"llminfer_bib/py.typed"} <= names
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"llminfer_bib"}
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_environment_is_sound_and_has_no_development_tools(installed: Path, tmp_path: Path) -> None:
    run(installed / "python", "-m", "pip", "check", cwd=tmp_path)
    question = f"import importlib.util as u; print([n for n in {DEVELOPMENT!r} if u.find_spec(n)])"
    assert run(installed / "python", "-c", question, cwd=tmp_path).strip() == "[]"


def test_every_module_imports_there(installed: Path, tmp_path: Path) -> None:
    files = (p.relative_to(ROOT / "src").with_suffix("") for p in (ROOT / "src").rglob("*.py"))
    modules = sorted(".".join(f.parts).removesuffix(".__init__") for f in files if f.name != "__main__")
    run(
        installed / "python",
        "-W",
        "error",
        "-c",
        f"import importlib\nfor n in {modules!r}: importlib.import_module(n)",
        cwd=tmp_path,
    )


def test_it_says_its_version(installed: Path, tmp_path: Path) -> None:
    said = run(installed / "bib", "--version", cwd=tmp_path)
    version = run(
        installed / "python",
        "-c",
        "from importlib.metadata import version as v; print(v('llminfer-bib'))",
        cwd=tmp_path,
    )
    assert version.strip() in said
    assert run(installed / "python", "-m", "llminfer_bib", "--version", cwd=tmp_path) == said


def test_it_exports_a_file(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(SMALL, "utf-8")
    page = run(installed / "bib", "export", "-f", "md", cwd=tmp_path)
    assert "FlashAttention: fast and exact" in page
    assert "https://example.org/flash" in page


def test_it_changes_a_file(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(SMALL, "utf-8")
    run(installed / "bib", "set", "dao2022flash", "year=2023", cwd=tmp_path)
    assert (tmp_path / "refs.bib").read_text("utf-8") == SMALL.replace("{2022}", "{2023}")


def test_every_dependency_has_a_cap() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["dependencies"] + [one for extra in project["optional-dependencies"].values() for one in extra]
    assert [one for one in wanted if ">=" not in one or "<" not in one] == []
