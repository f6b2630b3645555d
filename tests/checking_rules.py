"""Runs the rules of some families over a text, for the tests of the families."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from llminfer_bib.bibfile import Document, RawEntry
from llminfer_bib.checks.rules import Context, Finding, Rule, Subject
from llminfer_bib.config import Config
from llminfer_bib.decode import Decoder
from llminfer_bib.edits import apply_edits
from llminfer_bib.provenance import Origin

NOTHING = Config()


def findings(
    text: str,
    rules: Iterable[Rule],
    config: Config = NOTHING,
    origins: Mapping[tuple[str, str], Origin] | None = None,
) -> list[tuple[str, Finding]]:
    """Return code and finding, rule after rule."""
    document = Document.from_bytes(text.encode())
    decoder = Decoder(document, config.categories, config.topics)
    subjects = []
    for raw in document.entries():
        if isinstance(raw, RawEntry):
            subjects.append(Subject(raw, decoder.entry(raw)))
        else:
            decoder.define(raw)
    context = Context(document, config, decoder.macros, origins or {})
    found: list[tuple[str, Finding]] = []
    for rule in rules:
        if rule.check is not None:
            for subject in subjects:
                said = list(rule.check(subject, context))
                assert not said or not rule.marks or subject.marks(rule.marks), "its marks would hide what it finds"
                found += [(rule.code, finding) for finding in said]
        if rule.file_check is not None:
            found += [(rule.code, finding) for _, finding in rule.file_check(subjects, context)]
    return found


def codes(text: str, rules: Iterable[Rule], config: Config = NOTHING) -> list[str]:
    """Return the codes found in a text."""
    return [code for code, _ in findings(text, rules, config)]


def mended(text: str, rules: Iterable[Rule]) -> str:
    """Return the text with every fix made."""
    edits = [edit for _, finding in findings(text, rules) for edit in finding.fix]
    return apply_edits(Document.from_bytes(text.encode()), edits).data.decode()


def field(name: str, value: str, kind: str = "article") -> str:
    """Return an entry, complete but for the field under test."""
    fields = {
        "author": "{Kwon, Woosuk}",
        "title": "{Paged attention}",
        "journal" if kind == "article" else "publisher": "{Science}",
        "year": "2023",
    }
    if kind != "article":
        fields["url"] = "{https://example.org/}"
    fields[name] = value
    return f"@{kind}{{k,\n" + "".join(f"  {key} = {text},\n" for key, text in fields.items()) + "}\n"
