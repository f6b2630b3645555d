"""Formatted references: CSL-JSON items and a style in, one line per item out.

What the style's file may be is in ``styles``, what items need in ``references``, what citeproc-py lacks in ``elements``,
and how formatting becomes text, HTML or Markdown in ``runs``. Items come from outside; nothing is read or written here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .runs import Markdown, Run, to_html, to_markdown, to_runs, to_text
from .styles import ALIASES, Style, StyleError, UnknownStyleError, open_style

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ALIASES", "Markdown", "Reference", "Run", "Source", "Style", "StyleError", "UnknownStyleError", "cite", "open_style",
    "to_html", "to_markdown", "to_text",
]  # fmt: skip

_STOPS: Final = "citeproc-py stops"
LOCALES: Final = {"zh": "zh-CN", "en": "en-US"}


@dataclass(frozen=True, slots=True)
class Source:
    """What is cited: a CSL-JSON item, and which of its name variables end in "and others"."""

    item: Mapping[str, object]
    more: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The key to cite it by."""
        return str(self.item.get("id", ""))


@dataclass(frozen=True, slots=True)
class Reference:
    """One formatted reference. ``error`` says why there is none."""

    key: str
    runs: tuple[Run, ...]
    locale: str
    error: str = ""


def cite(
    sources: Sequence[Source], style: Style, *, lang: str = "", sort: bool = False, number: bool = True
) -> list[Reference]:
    """Return the references in the order asked for, or in the style's own with ``sort``.

    ``lang`` (``zh``, ``en``) sets the language of fixed words for all. Without it they are in the style's language, except
    that a Chinese style says "et al." and the like in English for what is not Chinese, as GB/T 7714 asks. Raises StyleError
    for a style that citeproc cannot work with.
    """
    ordered = _sorted(sources, style, lang) if sort else list(sources)
    letters = _letters(ordered, style)
    layouts: dict[str, Any] = {}
    found = []
    for at, source in enumerate(ordered, 1):
        locale = _locale(source, style, lang)
        if locale not in layouts:
            layouts[locale] = _layout(style, locale)
        found.append(_reference(source, at, letters[at - 1], layouts[locale], number=number))
    if found and all(reference.error.startswith(_STOPS) for reference in found):
        raise StyleError(f"{style.name}: the style cannot be used: {found[0].error}. Choose another style.")
    return found


def _locale(source: Source, style: Style, lang: str) -> str:
    if lang:
        return LOCALES[lang]
    if style.locale.startswith("zh"):
        return style.locale if is_chinese(source.item) else LOCALES["en"]
    return style.locale or LOCALES["en"]


def is_chinese(item: Mapping[str, object]) -> bool:
    """Tell whether an item is Chinese: by its language, or by its title where it names none."""
    language = str(item.get("language", ""))
    if language:
        return language.lower().startswith("zh")
    title = str(item.get("title", ""))
    has_han = any("\u3400" <= char <= "\u9fff" for char in title)
    return has_han and not any("\u3040" <= char <= "\u30ff" or "\uac00" <= char <= "\ud7a3" for char in title)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A style in one locale. The root is kept: lxml forgets what hangs on elements that nobody holds."""

    root: Any
    layout: Any
    locale: str


class _Formatter:
    """What citeproc calls for italics and the like."""

    def __init__(self, mark: Callable[[str, str], str]) -> None:
        self._mark = mark

    def preformat(self, text: object) -> str:
        return str(text)

    def __getattr__(self, name: str) -> Callable[[str], str]:
        return lambda text: self._mark(_LOOKS.get(name, ""), str(text))


_LOOKS: Final = {
    "Italic": "i", "Oblique": "i", "Bold": "b", "Underline": "u", "Superscript": "sup", "Subscript": "sub",
    "SmallCaps": "sc",
}  # fmt: skip


def _marked(look: str, text: str) -> str:
    from .runs import CLOSING, OPENING  # noqa: PLC0415

    return OPENING[look] + text + CLOSING[look] if look and text else text


def _layout(style: Style, locale: str) -> _Prepared:
    from . import elements  # noqa: PLC0415  (imports citeproc)

    root = elements.parse(style.data)
    root.formatter = _Formatter(_marked)
    root.set_locales(locale)
    return _Prepared(root, root.bibliography.layout, locale)


def _letters(sources: Sequence[Source], style: Style) -> list[str]:
    from .references import with_suffixes  # noqa: PLC0415

    return with_suffixes([source.item for source in sources]) if style.year_suffixes else [""] * len(sources)


def _reference(source: Source, place: int, letter: str, prepared: _Prepared, *, number: bool) -> Reference:
    from .references import Cited, is_doi_twice, prepare, with_letter_inside  # noqa: PLC0415

    def printed(*, url: bool) -> tuple[Run, ...]:
        reference = prepare(source.item, source.more, suffix=letter, url=url)
        text = str(prepared.layout.render_reference(Cited(reference, place, source.more), number=number))
        return to_runs(with_letter_inside(text, letter, source.item))

    try:
        runs = printed(url=False)
        if is_doi_twice(source.item) and str(source.item["DOI"]) not in to_text(runs):
            runs = printed(url=True)  # a style that does not print DOIs
    except Exception as error:  # noqa: BLE001  (a style can make citeproc fail in any way; the others go on)
        return Reference(source.key, (), prepared.locale, _said(error))
    return Reference(source.key, runs, prepared.locale, "" if runs else "the style prints nothing for it")


def _said(error: Exception) -> str:
    return f"{_STOPS} with {type(error).__name__}{f' ({error})' if str(error) else ''}"[:200]


def _sorted(sources: Sequence[Source], style: Style, lang: str) -> list[Source]:
    from .references import Cited, prepare  # noqa: PLC0415

    prepared = _layout(style, LOCALES.get(lang) or style.locale or LOCALES["en"])
    cited = [Cited(prepare(source.item, source.more), at, source.more) for at, source in enumerate(sources, 1)]
    try:
        order = prepared.layout.sort_bibliography(cited)
    except Exception as error:
        raise StyleError(f"{style.name}: the style cannot sort: {_said(error)}. Leave out --sort.") from error
    return [sources[item.number - 1] for item in order]
