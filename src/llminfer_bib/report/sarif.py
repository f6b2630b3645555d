"""Findings -> SARIF 2.1.0, for code scanning (https://docs.oasis-open.org/sarif/sarif/v2.1.0/). Columns count UTF-16 code units."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .. import __version__, checks
from ..problems import ERROR
from .source_lines import SourceLines

if TYPE_CHECKING:
    from ..bibfile import Document
    from ..checks import Located

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(found: Sequence[Located], document: Document) -> dict[str, Any]:
    """Return one run with the rules that found something and their results."""
    codes = sorted({one.problem.code for one in found})
    lines = SourceLines(document)
    driver = {"name": "bib", "version": __version__, "informationUri": "https://pypi.org/project/llminfer-bib/"}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {**driver, "rules": [_rule(code, found) for code in codes]}},
                "columnKind": "utf16CodeUnits",
                "results": [_result(one, codes, lines) for one in found],
            }
        ],
    }


def _rule(code: str, found: Sequence[Located]) -> dict[str, Any]:
    rule = checks.all_rules().get(code)
    if rule is None:  # of the readers: a message and a way out
        problem = next(one.problem for one in found if one.problem.code == code)
        return {"id": code, "help": {"text": problem.hint or problem.message}}
    return {
        "id": code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.hint},
        "defaultConfiguration": {"level": _level(rule.severity)},
    }


def _level(severity: str) -> str:
    return "error" if severity == ERROR else "warning"


def _result(one: Located, codes: Sequence[str], lines: SourceLines) -> dict[str, Any]:
    p = one.problem
    result: dict[str, Any] = {
        "ruleId": p.code,
        "ruleIndex": codes.index(p.code),
        "level": _level(p.severity),
        "message": {"text": " ".join(filter(None, (f"{p.key}:" if p.key else "", p.message, p.hint)))},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": quote(PurePath(p.path).as_posix(), errors="replace")}}}
        ],
        "partialFingerprints": {"entry/v1": f"{p.key}:{p.code}"},
    }
    if p.line:
        start, end = (lines.units(p.line, count) for count in (p.column - 1, p.column - 1 + one.length))
        region = {"startLine": p.line, "startColumn": start + 1, "endColumn": max(end, start + 1) + 1}
        result["locations"][0]["physicalLocation"]["region"] = region
    return result
