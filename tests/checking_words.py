"""What the tests of the rules about names, titles and texts share: rules run over a piece of BibTeX, and its fixes made."""

from __future__ import annotations

from collections.abc import Iterable

from llminfer_bib.bibfile import Document
from llminfer_bib.bibfile.document import RawEntry, RawString
from llminfer_bib.checks import leftovers, people, texts, titles
from llminfer_bib.checks.rules import Context, Finding, Rule, Subject
from llminfer_bib.config import Config
from llminfer_bib.decode import Decoder
from llminfer_bib.edits import Edit, apply_edits

RULES = (*people.RULES, *titles.RULES, *texts.RULES, *leftovers.RULES)


def findings(source: str, rules: Iterable[Rule] = RULES) -> list[tuple[str, Finding]]:
    """Return the code and finding of every rule that finds something, in the order of the rules."""
    document = Document(source.encode("utf-8", "surrogatepass"))
    decoder = Decoder(document)
    subjects = []
    for raw in document.entries():
        if type(raw) is RawString:
            decoder.define(raw)
        elif type(raw) is RawEntry:
            subjects.append(Subject(raw, decoder.entry(raw)))
    context = Context(document, Config())
    found = []
    for rule in rules:
        if rule.check:
            for subject in subjects:
                said = list(rule.check(subject, context))
                assert not said or not rule.marks or subject.marks(rule.marks), "its marks would hide what it finds"
                found += [(rule.code, finding) for finding in said]
        if rule.file_check:
            found += [(rule.code, finding) for _, finding in rule.file_check(subjects, context)]
    return found


def codes(source: str) -> list[str]:
    """Return the codes of everything found."""
    return [code for code, _ in findings(source)]


def fixed(source: str, code: str) -> str:
    """Return the source with the fixes of one rule made, one finding after the other."""
    rules = [rule for rule in RULES if rule.code == code]
    for _ in range(20):
        edits: tuple[Edit, ...] = next((finding.fix for _, finding in findings(source, rules) if finding.fix), ())
        if not edits:
            return source
        document = apply_edits(Document(source.encode("utf-8", "surrogatepass")), edits)
        source = document.data.decode("utf-8", "surrogatepass")
    raise AssertionError(f"{code} is never done with {source!r}")


def paper(field: str, value: str) -> str:
    """Return an article that has this source, without delimiters, in one field."""
    fields = {"author": "Smith, John", "title": "Serving models", "journal": "Journal of Serving", "year": "2024"}
    body = "".join(f"  {name} = {{{text}}},\n" for name, text in (fields | {field: value}).items())
    return f"@article{{a,\n{body}}}\n"
