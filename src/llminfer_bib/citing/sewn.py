"""What every element of a style shares: seams, case, quotation marks, terms and macros; mixed into citeproc-py's own."""
# ruff: noqa: D102  (the methods are citeproc's, with its signatures; what each does is said by its class)
# mypy: disable-error-code="misc, no-any-return, no-untyped-call"

from __future__ import annotations

from typing import Any, Final

from citeproc import model
from citeproc.source import VariableError

from . import runs
from .seams import change_case, sew

_WIDER_FORMS: Final = {"verb-short": "verb", "symbol": "short", "verb": "long", "short": "long"}


class Sewn:
    """Pieces are put together with an eye on the formatting between them; case is changed as the specification says."""

    def _sew(self: Any, left: str, right: str) -> str:
        option = self.get_locale_option("punctuation-in-quote") if right[:1] in {",", "."} else ""
        return sew(left, right, into_quotes=(option or "").lower() == "true")

    def wrap(self: Any, string: Any) -> str | None:
        if string is None:
            return None
        return self._sew(self._sew(self.get("prefix", ""), str(string)), self.get("suffix", ""))

    def join(self: Any, strings: Any, default_delimiter: str = "") -> str:
        return self._joined((str(s) for s in strings if s is not None), self.get("delimiter", default_delimiter))

    def _joined(self: Any, strings: Any, delimiter: str) -> str:
        text = ""
        for string in strings:
            text = self._sew(self._sew(text, delimiter), string) if text else string
        return text

    def render_children(self: Any, item: Any, delimiter: str = "", **kwargs: Any) -> str | None:
        found = []
        for child in self.iterchildren():
            more = {"delimiter": delimiter} if isinstance(child, model.Choose) else {}
            try:
                text = child.render(item, **more, **kwargs)
            except VariableError:
                continue
            if text is not None:
                found.append(str(text))
        return self._joined(found, delimiter) if found else None

    def case(self: Any, text: Any, language: str | None = None) -> str:
        """Change the case. Mixed-case words (arXiv, PagedAttention) and names that are one unit stay as they are."""
        how = self.get("text-case")
        text = str(text)
        if how is None or text.startswith(runs.WHOLE) or (how == "title" and language not in {None, "en"}):
            return text
        return change_case(text, how)

    def get_term(self: Any, name: str, form: str | None = None, **_: Any) -> Any:
        """Return a term in the form asked for, or in the next wider one, from the first locale that has it."""
        wanted: str | None = form or "long"
        terms = self._style().terms
        while wanted and (name, wanted) not in terms:
            wanted = _WIDER_FORMS.get(wanted)
        return terms[name, wanted] if wanted else None

    def get_macro(self: Any, name: str) -> Any:
        return self._style().macros[name]

    def _style(self: Any) -> Any:
        root = self.getroottree().getroot()
        return root.style if isinstance(root, model.Locale) else root

    def quote(self: Any, string: Any) -> str:
        if self.get("quotes", "false").lower() != "true":
            return str(string)
        opening, closing = (str(self.get_single_term(name=name)) for name in ("open-quote", "close-quote"))
        return opening + str(string) + runs.BEFORE_QUOTE + closing + runs.BEHIND_QUOTE
