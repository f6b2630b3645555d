"""Running TeX, biber, BibTeX and pandoc in a folder of their own, and reading what they say. No tests here, and no facts of the list."""

from __future__ import annotations

import html
import os
import re
import subprocess
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# The user's own TeX files and settings must not make a difference.
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "max_print_line": "10000",
    "TEXMFHOME": "/nowhere",
    "BIBINPUTS": ".:",
    "TEXINPUTS": ".:",
}
RUNS = 5  # of LaTeX, at the most
LATEX_WARNING = re.compile(
    r"^(?:LaTeX|Package|Class|Module) [^\n:]*Warning: .*|^! .*|^Missing character: .*", re.MULTILINE
)
RERUN = re.compile(r"rerun (?:LaTeX|to get|the)", re.IGNORECASE)
BIBER_WARNING = re.compile(r"^(?:WARN|ERROR) - (?!WARNINGS|ERRORS)(.*)", re.MULTILINE)
BIBTEX_TROUBLE = re.compile(
    r"^Warning--.*|.*---line \d+ of file.*|^\(There w(?:as|ere) .* error message.*", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A document that LaTeX and a bibliography program have gone through."""

    said: str
    """What biber or BibTeX wrote on the terminal."""
    log: str
    """The log of the last run of LaTeX."""
    text: str
    """The text of the PDF, by ``pdftotext``."""

    @property
    def warnings(self) -> list[str]:
        """Return what LaTeX warned of in its last run; lines too full or too empty are not counted."""
        return LATEX_WARNING.findall(self.log)


def run(command: Sequence[str], folder: Path) -> str:
    """Run a program and return what it wrote on both outputs. Its exit code is not judged: what it says is."""
    environment = {**os.environ, **ENVIRONMENT}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False
    )
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def compile_document(
    folder: Path, document: str, files: Mapping[str, str], *, engine: str, bibliography: str
) -> Compiled:
    """Compile a document until its log asks for no further run; the folder must be empty."""
    for name, content in {**files, "paper.tex": document}.items():
        (folder / name).write_bytes(content.encode())
    latex = [engine, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper"]
    quick = [*latex[:-1], "-no-pdf" if engine == "xelatex" else "-draftmode", "paper"]
    run(quick, folder)
    said = run([bibliography, "paper"], folder)
    log = ""
    for number in range(1, RUNS):
        run(quick if number == 1 else latex, folder)
        log = (folder / "paper.log").read_bytes().decode("utf-8", "replace")
        if number > 1 and not RERUN.search(log):
            break
    text = run(["pdftotext", "-raw", "paper.pdf", "-"], folder) if (folder / "paper.pdf").exists() else ""
    return Compiled(said, log, text)


def run_bibtex(folder: Path, style: str, database: str, keys: Sequence[str] = ("*",)) -> str:
    """Return what BibTeX says about the entries named in a file of this folder. No LaTeX is run."""
    cited = "".join(f"\\citation{{{key}}}\n" for key in keys)
    (folder / f"{style}.aux").write_text(f"{cited}\\bibdata{{{database}}}\n\\bibstyle{{{style}}}\n")
    return run(["bibtex", style], folder)


def documents(page: str) -> dict[str, str]:
    """Return the LaTeX documents of a page of Markdown, by the name in the comment on their first line."""
    return dict(re.findall(r"^```latex\n% (\S+)\.tex\n(.*?)^```", page, re.DOTALL | re.MULTILINE))


def table(page: str, first: str) -> list[list[str]]:
    """Return the rows of the table whose first heading is the one given, cells stripped."""
    lines = page.split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first} |")) + 2
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def squeezed(text: str) -> str:
    """Return a text without what typesetting changes: spaces, hyphens, ligatures, kinds of quotation mark and dash, case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s\-\u2010-\u2015\u00ad\"'`\u2018-\u201f\f]+", "", folded)


def references(page: str) -> dict[str, str]:
    """Return the text of each reference in pandoc's HTML, by citation key, in order."""
    found = re.findall(r'<div id="ref-([^"]+)"[^>]*>(.*?)</div>', page, re.DOTALL)
    return {key: " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split()) for key, text in found}
