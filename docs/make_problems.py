"""Write docs/problems.md: a gallery of all rules, made by running them on their bad examples."""

from __future__ import annotations

from pathlib import Path

from llminfer_bib.bibfile import Document
from llminfer_bib.bibfile.scanner import SLIPS
from llminfer_bib.checks import Rule, Wanted, all_rules, run
from llminfer_bib.config import Config
from llminfer_bib.decode import PROBLEMS
from llminfer_bib.model import Category, Topic
from llminfer_bib.provenance import Origin

PAGE = Path(__file__).parent / "problems.md"
CONFIG = Config(categories=(Category("course"), Category("method")), topics=(Topic("quantization"), Topic("serving")))
FAMILIES = {
    "B0": "Syntax",
    "B1": "Identifiers and duplicates",
    "B2": "Names",
    "B3": "Titles and texts",
    "B4": "Dates and pages",
    "B5": "Types and fields",
    "B6": "Categories, topics, keys",
    "B7": "Cross-references",
    "B8": "What may be out of date",
}
NEEDS_CONFIG = ("B600", "B601")
"""Rules that are silent where the configuration names no categories or topics."""
HEAD = """\
# What `bib check` finds

Made by `docs/make_problems.py` from the rules themselves: each example is run, and what is said below it is what `bib check` says.
`bib check --explain B103` shows one of them. Leave a finding out by a comment above the entry or behind its last brace,
`% bib: ignore B103`, for a file by
`% bib: ignore-file B3`, for a list by `[check]` in `bib.toml`:

    [check]
    ignore = ["B104", "B8"]      # codes, or beginnings of codes

"""


def origins_for(rule: Rule) -> dict[tuple[str, str], Origin]:
    """Return a sidecar in which every entry of the example was last written long ago, for the rule that looks there."""
    if rule.code != "B801":
        return {}
    document = Document.from_bytes(rule.bad.encode())
    keys = [entry.key for entry in document.entries() if hasattr(entry, "key")]
    at = "2024-01-01T00:00:00Z"
    return {(key, "title"): Origin(key, "title", "x", "arxiv:2309.06180v1", at) for key in keys}


def findings(rule: Rule, text: str) -> list[str]:
    """Return what is said about an example."""
    config = CONFIG if rule.code in NEEDS_CONFIG else Config()
    found = run(Document.from_bytes(text.encode()), config, all_rules(), Wanted(), origins_for(rule))
    return [str(one.problem) for one in found]


def section(rule: Rule) -> str:
    """Return one rule's part of the page."""
    said = "\n".join(findings(rule, rule.bad))
    fix = " `--fix` mends it." if has_fix(rule) else ""
    return (
        f"### {rule.code} {rule.name}\n\n{rule.summary} ({rule.severity}){fix}\n\n"
        f"```bibtex\n{rule.bad.rstrip()}\n```\n```\n{said}\n```\n"
    )


def has_fix(rule: Rule) -> bool:
    """Tell whether the example can be mended by a program."""
    config = CONFIG if rule.code in NEEDS_CONFIG else Config()
    return any(
        one.fix for one in run(Document.from_bytes(rule.bad.encode()), config, all_rules(), Wanted(), origins_for(rule))
    )


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for prefix, title in FAMILIES.items():
        parts.append(f"## {title}\n\n")
        rows = {code: row for code, row in {**SLIPS, **PROBLEMS}.items() if code.startswith(prefix)}
        if rows:
            lines = "".join(f"| {code} | {row[0]} | {row[1]} {row[2]} |\n" for code, row in sorted(rows.items()))
            parts.append(
                f"| found while reading | | |\n| --- | --- | --- |\n{lines.replace('{0}', '…').replace('{1}', '…')}\n"
            )
        parts += [f"{section(rule)}\n" for code, rule in all_rules().items() if code.startswith(prefix)]
    return "".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
