"""Names as a style prints them: substitutes, "and others", parts of names. Which names are one unit is for ``references``."""
# ruff: noqa: D102  (the methods are citeproc's, with its signatures; what each does is said by its class)
# mypy: disable-error-code="misc, no-any-return, no-untyped-call"

from __future__ import annotations

import unicodedata
from typing import Any

from citeproc import model
from citeproc.source import VariableError

from .sewn import Sewn


class Substitute(Sewn, model.Substitute):
    """What was printed in place of a name is not printed again, through whatever macro it came."""

    def render(self, item: Any, context: Any = None, **kwargs: Any) -> Any:
        for child in self.getchildren():
            used = item.use_anew()
            more = {}
            if isinstance(child, model.Choose) or (isinstance(child, model.Names) and child.name is None):
                more = {"names_context": self.getparent()}
            try:
                text = child.render(item, context=context, **more, **kwargs)
            except VariableError:
                continue
            if text:
                item.hide(used)
                return text
        return None


class Names(Sewn, model.Names):
    """Notes which names are printed and leaves out those that a substitute has printed."""

    def process(self, item: Any, names_context: Any = None, context: Any = None, **kwargs: Any) -> Any:
        for role in self.get("variable").split():
            item.note(role, printed=role in item.reference)
        if self.name is not None:
            names_context = None
        return super().process(item, names_context=names_context, context=context, **kwargs)


class Name(Sewn, model.Name):
    """Names that end in "and others" get the style's "et al.", however few they are."""

    def process(self, item: Any, variable: str, context: Any = None, sort_options: Any = None, **kwargs: Any) -> Any:
        if variable in item.more:
            shown = len(item.reference[variable]) - 1  # the last one stands for the others
            option = self.get_option("et-al-min", context, sort_options)
            if option and shown >= option:
                shown = min(shown, self.get_option("et-al-use-first", context, sort_options))
            sort_options = dict(sort_options or {})
            sort_options |= {"et-al-min": "1", "et-al-use-first": str(shown), "et-al-use-last": "false"}
        return super().process(item, variable, context=context, sort_options=sort_options, **kwargs)

    def initialize(self, given: str, mark: str, context: Any) -> str:
        asked = (self, *(context if context is not None else self).iterancestors())
        if next((value for element in asked if (value := element.get("initialize"))), "true") == "false":
            return " ".join(
                word + mark.rstrip() if len(word) == 1 and word.isupper() else word for word in given.split()
            )
        return initials(given, mark, hyphen=bool(self.get_option("initialize-with-hyphen", context)))


def initials(given: str, mark: str, *, hyphen: bool) -> str:
    """Return ``Jan Willem`` as ``J. W.``, ``Xiao-Ping`` as ``X.-P.`` (``mark`` is ``". "``); particles and scripts without
    capitals stay whole.
    """
    text = ""
    for word in unicodedata.normalize("NFC", given).replace(".", " ").split():
        letters = [letter for part in word.split("-") if (letter := next(filter(str.isalpha, part), ""))]
        if not letters or not letters[0].isupper():
            text = f"{text.rstrip()} {word} "
            continue
        text += ((mark.rstrip() + "-") if hyphen else mark).join(letters) + mark
    return text.strip()


class NamePart(Sewn, model.Name_Part):
    """Leaves parts alone that a name does not have."""

    def format_part(self, given: Any, family: Any) -> Any:
        part = given if self.get("name") == "given" else family
        return super().format_part(given, family) if part else (given, family)


class EtAl(Sewn, model.Et_Al):
    """As citeproc's."""
