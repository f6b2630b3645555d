"""Rules about titles: what BibTeX would put in lower case, and titles that were written as they look. Text in general is for ``texts``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from .. import tex
from ..names import is_han
from ..names.parts import group_end
from ..problems import WARNING
from .examples import paper_titled
from .mending import inside, mended
from .rules import Context, Finding, Rule, Subject
from .stretches import outside_braces, outside_formulas

_PAPERS: Final = frozenset({"paper", "preprint"})
_CAPITAL_LATER = re.compile(r"[^\W_]+")
_INNER_CAPITAL = re.compile(r"[^\W_][A-Z]| [B-HJ-NP-Z](?![\w'’-])")
_JOINTS: Final = frozenset("-‐‑'’")
_FEWEST_WORDS: Final = 3
_HABIT: Final = 5
"""So many titles in braces, and half of all, are the way of a program: one finding for all of them."""
_LAST_WORD = re.compile(r"([^\W\d_]+)\.\Z")
_ABBREVIATIONS: Final = frozenset(
    "inc corp ltd etc vol ver ed eds dept univ proc int conf jour rev approx misc spec ser incl assoc trans calif mass"
    " comput technol intern natl supplement suppl appl electr soc acad sect".split()
)
_ENDS: Final = ".。,，;；"
_LONGEST_WORD: Final = 40
_SHORTEST_WORD: Final = 3
_SHORTEST_NAME: Final = 5
"""Letters of a last word with a capital: shorter ones are abbreviations as often as not."""
# GB/T 7714: journal, monograph, conference, dissertation, report, standard, patent, newspaper, database, online.
_MARK = re.compile(r"\s*+\[(?:[JMCDRSPNGAZ]|EB|DB|CP|DS)(?:/(?:OL|CD|DK|MT))?\]\Z")
_LONGEST_TITLE: Final = 2000
"""What is longer is no title, and has too many words to look for each of them."""
_MOST_BRACES: Final = 4
_SHOUTED: Final = 4
_QUOTES: Final = (("“", "”"), ('"', '"'), ("``", "''"), ("《", "》"), ("「", "」"))


def _title(subject: Subject) -> tuple[str, str]:
    """Return the entry's own title: the value's source, and the source between the delimiters."""
    value = subject.raw.fields.get("title", "")
    return value, inside(value)


def _is_english(subject: Subject) -> bool:
    entry = subject.entry
    return entry.language[:2].lower() in ("", "en") and entry.title.text.translate(_NEUTRAL).isascii()


_NEUTRAL: Final = dict.fromkeys(map(ord, "“”‘’–—…×µ™®©αβγδεκλμπσ²³" + "áàâäãåçéèêëíìîïñóòôöõøúùûüß"))


def _unprotected(subject: Subject, _: Context) -> Iterator[Finding]:
    if subject.entry.kind not in _PAPERS:
        return
    value, source = _title(subject)
    title = subject.entry.title
    text = title.text
    if (
        not source
        or len(text) > _LONGEST_TITLE
        or (text.isascii() and not _INNER_CAPITAL.search(text))
        or not _is_english(subject)
    ):
        return
    names = _words(text, title.protected)
    if not names:
        return
    shown = outside_formulas(outside_braces(source))
    names = [name for name in names if _places(shown, name)]  # `\\TeX` keeps its case by itself
    if not names:
        return
    words = ", ".join(f"`{name}`" for name in names[:5]) + (", ..." if len(names) > 5 else "")
    fix = mended(subject, "title", value, _braced(source, names))
    yield Finding(f"BibTeX styles put {words} of the title in lower case.", "title", names[0], fix=fix)


def _words(text: str, protected: tuple[tuple[int, int], ...]) -> list[str]:
    """Return the unprotected words with a capital behind their first character, each once."""
    found: dict[str, None] = {}
    for start, end in tex.protected_words(text).protected:
        stretch = text[start:end]
        if "$" in stretch or any(s < end and start < e for s, e in protected):
            continue
        later = any(word[0][1:] != word[0][1:].lower() for word in _CAPITAL_LATER.finditer(stretch))
        # `Plan B`, but neither `A`, `I` and `O`, nor the `E` of `E-mail`, which may have its capital from the style.
        if later or (
            _INNER_CAPITAL.fullmatch(" " + stretch) and text[start - 1] == " " and text[end : end + 1] not in _JOINTS
        ):
            found[stretch] = None
    return list(found)


def _braced(source: str, names: list[str]) -> str:
    """Return the source with the names in braces wherever they stand outside."""
    for name in sorted(names, key=len, reverse=True):
        for place in reversed(_places(outside_formulas(outside_braces(source)), name)):
            source = f"{source[:place]}{{{name}}}{source[place + len(name) :]}"
    return source


def _places(shown: str, name: str) -> list[int]:
    """Return where a name stands as a word of its own."""
    found, place = [], shown.find(name)
    while place >= 0:
        end = place + len(name)
        if not shown[max(0, place - 1) : place].isalnum() and not shown[end : end + 1].isalnum():
            found.append(place)
        place = shown.find(name, end)
    return found


def _double_braces(subjects: Sequence[Subject], _: Context) -> Iterator[tuple[Subject, Finding]]:
    papers = [subject for subject in subjects if subject.entry.kind in _PAPERS and "title" in subject.raw.fields]
    found = [subject for subject in papers if _is_in_double_braces(subject)]
    if len(found) < _HABIT or 2 * len(found) < len(papers):
        for subject in found:
            yield subject, Finding("the whole title is in braces, so no style can change its case.", "title")
        return
    message = f"{len(found)} titles, this the first, are each wholly in braces, so no style can change their case."
    hint = "Let the program that wrote the file put braces around names and acronyms only."
    yield found[0], Finding(message, "title", hint=hint)


def _is_in_double_braces(subject: Subject) -> bool:
    source = _title(subject)[1].strip()
    return _is_one_group(source) and len(source.split()) >= _FEWEST_WORDS and _is_english(subject)


def _is_one_group(source: str) -> bool:
    return len(source) > 2 and source[0] == "{" and group_end(source, 0) == len(source) and source[-1] == "}"


def _trailing_dot(subject: Subject, _: Context) -> Iterator[Finding]:
    value, source = _title(subject)
    bare = source.rstrip()
    cut = len(bare.rstrip("}"))
    sign = bare[cut - 1 : cut]
    if not sign or sign not in _ENDS or bare[:cut].endswith(("..", "。。")) or "\\" in bare[cut - 6 : cut]:
        return
    text = bare[:cut].replace("}", "").replace("{", "")
    if sign == "." and (not _ends_a_sentence(text) or len(text.split()) < _FEWEST_WORDS):
        return
    fix = mended(subject, "title", value, bare[: cut - 1] + bare[cut:])
    message = "the title ends in a full stop, which styles add themselves."
    if sign not in ".。":
        message = f"the title ends in `{sign}`."
    yield Finding(message, "title", text[-6:], fix=fix)


def _ends_a_sentence(text: str) -> bool:
    """Tell whether the dot at the end is one of a sentence: behind a word that is no abbreviation."""
    word = _LAST_WORD.search(text[-_LONGEST_WORD:])
    if not word or text[: len(text) - len(word[0])][-1:] == "." or word[1].lower() in _ABBREVIATIONS:
        return False
    fewest = _SHORTEST_WORD if word[1].islower() else _SHORTEST_NAME
    return len(word[1]) >= fewest and word[1][1:].islower()


def _type_mark(subject: Subject, _: Context) -> Iterator[Finding]:
    value, source = _title(subject)
    if "]" in source[-3:] and (found := _MARK.search(source[-_LONGEST_WORD:].rstrip("} "))):
        at = source.rindex(found[0])
        fix = mended(subject, "title", value, source[:at].rstrip() + source[at + len(found[0]) :])
        yield Finding(f"the title ends in the type mark `{found[0].strip()}`.", "title", found[0].strip(), fix=fix)


def _shouted(subject: Subject, _: Context) -> Iterator[Finding]:
    text = subject.entry.title.text
    if "title" in subject.raw.fields and text.isupper():
        words = [word for word in text.split() if sum(map(str.isupper, word)) > 2]
        if len(words) >= _SHOUTED and len(words) * 2 > len(text.split()):
            yield Finding(f"the title `{text[:40]}` is all in capitals.", "title")


def _quoted(subject: Subject, _: Context) -> Iterator[Finding]:
    _value, source = _title(subject)
    text = source.strip()
    for _times in range(_MOST_BRACES):
        text = text[1:-1].strip() if _is_one_group(text) else text
    for opening, closing in _QUOTES:
        middle = text[len(opening) : -len(closing)]
        whole = text.startswith(opening) and text.endswith(closing) and opening not in middle and closing not in middle
        if whole and (len(middle.split()) >= _FEWEST_WORDS or (len(middle) > 2 and is_han(middle[:1]))):
            yield Finding(f"the whole title is in quotes: {text[:40]}", "title", opening)


RULES: tuple[Rule, ...] = (
    Rule(
        "B301",
        "title-unprotected",
        WARNING,
        "Many BibTeX styles put titles in lower case: `GPT` becomes `gpt` where no braces protect it.",
        "Put these words in braces.",
        paper_titled("Serving LLaMA with vLLM"),
        paper_titled("Serving {LLaMA} with {vLLM}"),
        _unprotected,
    ),
    Rule(
        "B302",
        "title-in-double-braces",
        WARNING,
        "A title wholly in braces keeps its case in every style, also where the style wants another.",
        "Put only names and acronyms in braces.",
        paper_titled("{Serving Large Models with Less}"),
        paper_titled("Serving Large Models with Less"),
        file_check=_double_braces,
    ),
    Rule(
        "B303",
        "title-full-stop",
        WARNING,
        "Styles end a title themselves, so its own full stop or comma is printed beside theirs.",
        "Remove it.",
        paper_titled("Serving large models."),
        paper_titled("Serving large models"),
        _trailing_dot,
    ),
    Rule(
        "B306",
        "title-type-mark",
        WARNING,
        "Marks of GB/T 7714 such as `[J]` are put by the style; here they come twice, and other styles print them too.",
        "Remove the mark; the type of the entry says it.",
        paper_titled("Serving large models[J]"),
        paper_titled("Serving large models"),
        _type_mark,
        marks="]",
    ),
    Rule(
        "B304",
        "title-capitals",
        WARNING,
        "A title all in capitals is printed so, and nobody can tell names from words.",
        "Write it in sentence or title case.",
        paper_titled("SERVING LARGE LANGUAGE MODELS QUICKLY"),
        paper_titled("Serving large language models quickly"),
        _shouted,
    ),
    Rule(
        "B305",
        "title-in-quotes",
        WARNING,
        "Quotes around a whole title are put by styles, and so are 《》.",
        "Remove the quotes.",
        paper_titled("“Serving large language models”"),
        paper_titled("Serving large language models"),
        _quoted,
    ),
)
