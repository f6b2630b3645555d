"""citeproc-py's elements of a style with its holes filled: each class says what it puts right, by the CSL specification.

They are subclasses that our own parser gives to a style's elements; citeproc itself is not changed. citeproc and lxml
are imported with this module, so it is imported only when something is cited.
"""
# ruff: noqa: ARG002, D102  (the methods are citeproc's, with its signatures; what each does is said by its class)
# mypy: disable-error-code="misc, no-any-return, no-untyped-call"

from __future__ import annotations

from typing import Any, Final

from citeproc import LOCALES_PATH, model
from citeproc.source import VariableError
from lxml import etree

from . import runs
from .days import Date, DatePart
from .people import EtAl, Name, NamePart, Names, Substitute
from .sewn import Sewn

CSL: Final = "http://purl.org/net/xbiblio/csl"
_TERMS: Final = f"{{{CSL}}}terms/{{{CSL}}}term"
MOST_DIGITS: Final = 9
LARGEST_ROMAN: Final = 4000


class Text(Sewn, model.Text):
    """Leaves out what a substitute has printed already, notes what it prints, and marks addresses."""

    def _variable(self, item: Any, context: Any) -> Any:
        name = self.get("variable")
        if self.get("form") == "short" and f"{name}-short" in item.reference:
            name += "-short"
        if name == "citation-number":
            item.note(name, printed=True)
            return str(item.number)
        if name == "year-suffix" and name not in item.reference:
            raise VariableError
        item.note(name, printed=("page" if name == "page-first" else name) in item.reference)
        if name in {"page", "page-first"}:
            return self._process(item.reference["page"], name)
        return item.reference[name]

    def markup(self, text: Any, language: str | None) -> str | None:
        if not text:
            return None
        cased = self.format(self.case(self.strip_periods(str(text)), language))
        variable = self.get("variable")
        if variable == "DOI" and self.get("prefix", "").startswith("https://"):
            return f"{runs.OPENING['a']}{self.wrap(cased)}{runs.CLOSING['a']}"
        if variable == "URL":
            cased = runs.OPENING["a"] + cased + runs.CLOSING["a"]
        return self.wrap(self.quote(cased))


class Number(Sewn, model.Number):
    """Finds variables with a hyphen in their name."""

    def process(self, item: Any, context: Any = None, **_: Any) -> Any:
        name = self.get("variable")
        variable = "page" if name == "page-first" else name
        item.note(name, printed=variable in item.reference)
        return self._process(item.reference[variable], name)

    def format_number(self, number: Any) -> str:
        """Return a number as ``form`` has it; ordinals in the words of the first locale that has any."""
        text = str(number)
        form = self.get("form", "numeric")
        if not text.isdecimal() or len(text) > MOST_DIGITS or form == "numeric":
            return text
        value = int(text)
        if form == "roman":
            return model.romanize(value).lower() if value < LARGEST_ROMAN else text
        if form == "long-ordinal" and value <= 10 and (word := self.get_single_term(name=f"long-ordinal-{value:02}")):
            return str(word)
        return text + self._ordinal(value)

    def _ordinal(self, value: int) -> str:
        terms = self._style().ordinals
        by_two = terms.get(f"ordinal-{value % 100:02}") if value % 100 >= 10 else None
        return by_two or terms.get(f"ordinal-{value % 10:02}") or terms.get("ordinal", "")


class Label(Sewn, model.Label):
    """Tells the plural of ``number-of-pages`` and its like, and knows no locator."""

    def _is_plural(self, item: Any) -> bool:
        name = self.get("variable")
        value = str(item.reference.get(name) or "")
        if name.startswith("number-of"):
            return value.isdecimal() and int(value) > 1
        return self.RE_MULTIPLE_NUMBERS.search(value) is not None

    def process(self, item: Any, variable: Any = None, plural: Any = None, context: Any = None, **kwargs: Any) -> Any:
        if (variable or self.get("variable")) == "locator":
            raise VariableError
        return super().process(item, variable, plural, context, **kwargs)


class Group(Sewn, model.Group):
    """Goes when variables are called in it and all are empty. A group inside counts as a variable that is there, and what
    a branch that is not taken would call does not count.
    """

    def process(self, item: Any, context: Any = None, **kwargs: Any) -> Any:
        called, printed = item.called, item.printed
        text = self.render_children(item, self.get("delimiter", ""), context=context, **kwargs)
        if text is None or (item.called > called and item.printed == printed):
            raise VariableError
        item.count_group()
        return text


class Macro(Sewn, model.Macro):
    """As citeproc's, with seams."""


class If(Sewn, model.If):
    """``disambiguate`` asks about citations in a text, and there are none."""

    def _type(self, item: Any) -> list[bool]:
        if "disambiguate" in self.attrib:
            return [False, *super()._type(item)]
        return super()._type(item)

    def render(self, item: Any, context: Any = None, delimiter: str = "", **kwargs: Any) -> Any:
        if "disambiguate" in self.attrib and "type" not in self.attrib and self.get("match") != "none":
            raise model.ConditionFailed
        return super().render(item, context=context, delimiter=delimiter, **kwargs)


class ElseIf(If):
    """As ``if``."""


class Else(Sewn, model.Else):
    """As citeproc's, with seams."""


class Key(model.Key):
    """Sorts by what people see, without marks."""

    def sort_keys(self, items: Any, context: Any) -> list[Any]:
        for item in items:
            item.begin()
        found = super().sort_keys(items, context)
        return [runs.without_marks(str(key)) if isinstance(key, (str, list)) else key for key in found]


class Layout(Sewn, model.Layout):
    """Gives one reference at a time; a label that stands in a margin of its own is a word of its own here."""

    def render_reference(self, item: Any, *, number: bool) -> str:
        """Return one reference with its marks. Raises whatever citeproc raises."""
        self.repressed: dict[str, list[str]] = {}
        item.begin()
        apart = self.getparent().get("second-field-align") is not None
        pieces = []
        for at, child in enumerate(self.iterchildren()):
            if not number and at == 0 and child.get("variable") == "citation-number":
                continue
            try:
                text = child.render(item)
            except VariableError:
                continue
            if text:
                pieces.append(str(text))
                if apart and at == 0:
                    pieces.append(" ")
        return self.format(self.wrap(self._joined(pieces, "")))


def _is_ordinal(name: str | None) -> bool:
    return (name or "").startswith("ordinal")


class Style(model.Style):
    """Reads the locales with our parser, too."""

    def set_locales(self, wanted: str) -> None:
        """Take the style's own words first, then those of the locale ``wanted``, its language, and American English."""
        language = wanted.partition("-")[0]
        own = {locale.get("{http://www.w3.org/XML/1998/namespace}lang"): locale for locale in self._own_locales()}
        self.locales = [own[name] for name in dict.fromkeys((wanted, language, None)) if name in own]
        names = dict.fromkeys((wanted, model.PRIMARY_DIALECTS.get(language), "en-US"))
        self.locales += [_system_locale(name) for name in names if name in model.LANGUAGE_NAMES]
        for locale in self.locales:
            locale.style = self
        self.macros = {macro.get("name"): macro for macro in self.iterchildren(f"{{{CSL}}}macro")}
        self.terms: dict[tuple[str, str], Any] = {}
        self.ordinals: dict[str, str] = {}
        for locale in self.locales:
            found = {(term.get("name"), term.get("form", "long")): term for term in locale.iterfind(_TERMS)}
            if not self.ordinals:
                self.ordinals = {name: str(term.single) for (name, _), term in found.items() if _is_ordinal(name)}
            self.terms = found | self.terms

    def _own_locales(self) -> Any:
        return self.iterchildren(f"{{{CSL}}}locale")


CLASSES: Final = {
    "date": Date,
    "date-part": DatePart,
    "else": Else,
    "else-if": ElseIf,
    "et-al": EtAl,
    "group": Group,
    "if": If,
    "key": Key,
    "label": Label,
    "layout": Layout,
    "macro": Macro,
    "name": Name,
    "name-part": NamePart,
    "names": Names,
    "number": Number,
    "style": Style,
    "substitute": Substitute,
    "text": Text,
}


def parse(data: bytes) -> Any:
    """Return the root of a style or locale. Raises lxml.etree.XMLSyntaxError. No entity, no network, no endless tree."""
    lookup = etree.ElementNamespaceClassLookup()
    namespace = lookup.get_namespace(CSL)
    namespace[None] = model.CitationStylesElement
    for element in model.CitationStylesElement.__subclasses__():
        namespace[element.__name__.replace("_", "-").lower()] = element
    namespace.update(CLASSES)
    parser = etree.XMLParser(
        encoding="UTF-8", no_network=True, remove_comments=True, remove_pis=True, resolve_entities=False
    )
    parser.set_element_class_lookup(lookup)
    return etree.fromstring(data, parser)


def _system_locale(name: str) -> Any:
    with open(f"{LOCALES_PATH}/locales-{name}.xml", "rb") as file:
        return parse(file.read())
