"""Commands that ``tables`` does not know: of ``journals``, else pylatexenc is asked, once for each, and only when one is met."""

from __future__ import annotations

from functools import cache
from typing import Any

from .journals import JOURNALS

_ASKED: dict[str, str] = {}


def character_of(name: str) -> str:
    """Return the character of a command outside our tables, or the journal's name; or nothing."""
    found = _ASKED.get(name)
    if found is None:
        if len(_ASKED) >= 10_000:
            _ASKED.clear()
        found = _ASKED[name] = JOURNALS.get(name) or _asked_of_pylatexenc(name)
    return found


@cache
def _contexts() -> Any:
    from pylatexenc.latex2text import get_default_latex_context_db  # noqa: PLC0415 - slow to import, seldom needed

    return get_default_latex_context_db()


def _asked_of_pylatexenc(name: str) -> str:
    spec = _contexts().get_macro_spec(name)
    symbol = getattr(spec, "simplify_repl", None)
    if not isinstance(symbol, str) or "%" in symbol or "<" in symbol:  # a template, or a stand-in such as <cit.>
        return ""
    return symbol
