"""Elements of formulas (MathML, TeX in JATS, sub- and superscripts) -> text with ``$_{2}$`` and ``$^{2}$``, else readable text.

Which elements stand in a text is found by ``markup``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..tex import is_balanced, is_mathematics

Children = Sequence[tuple[str, str]]
"""The parts of one element: (name of the child or an empty text, what it holds)."""

GREEK = {
    letter: "\\" + name
    for letter, name in zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
        (
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi"
            " omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
        ).split(),
        strict=True,
    )
}
SIGNS = {
    "−": "-",
    "–": "-",
    "‐": "-",
    "‑": "-",
    "∗": "*",
    "⁎": "*",
    "∞": "\\infty ",
    "±": "\\pm ",
    "×": "\\times ",
    "\u2009": " ",
    "\xa0": " ",
}
"""Characters of a script that TeX writes otherwise."""
_TO_TEX = str.maketrans(SIGNS | {letter: f"{name} " for letter, name in GREEK.items()})
_INVISIBLE = str.maketrans(dict.fromkeys("\u2061\u2062\u2063\u2064\u200b", ""))
_ASTERISKS = str.maketrans("∗⁎＊", "***")
_SIMPLE = re.compile(r"[A-Za-z0-9+\-*/=<>(),.\[\] \\]{1,40}")
_COMMAND = re.compile(r"\\([A-Za-z]++|.)", re.DOTALL)
_WORDS = {
    "^": {"tm": "™", "sm": "℠", "®": "®", "™": "™", "©": "©", "*": "", "†": "", "‡": "", "§": "", "¶": "", "#": ""},
    "_": {},
}
"""Scripts that are no mathematics: signs, and marks of footnotes."""
ORDINALS = frozenset({"st", "nd", "rd", "th"})
_ACCENTS = frozenset("^~ˆ˜¯‾→←˙¨˘ˇ⃗→⏞⏟_")

_DOCUMENT = ("\\begin{document}", "\\end{document}")


def script(mark: str, content: str, before: str) -> str:
    """Return a sub- or superscript (``mark`` is ``_`` or ``^``) behind the character ``before``.

    What TeX cannot be trusted to set (other scripts, nested formulas) comes back as plain text.
    """
    content = content.translate(_INVISIBLE).strip()
    word = content.lower().translate(_ASTERISKS)
    if word in _WORDS[mark]:
        return _WORDS[mark][word]
    if mark == "^" and content.lower() in ORDINALS and before.isdigit():
        return content
    body = _tex_of(content)
    return f"${mark}{{{body}}}$" if body else content


def tex_formula(text: str) -> str:
    """Return ``$...$`` for TeX mathematics that holds nothing but mathematics, else an empty text."""
    start = text.find(_DOCUMENT[0])
    stop = text.rfind(_DOCUMENT[1])
    if 0 <= start < stop:
        text = text[start + len(_DOCUMENT[0]) : stop]
    text = text.strip()
    for mark in ("$$", "$"):
        if text.startswith(mark) and text.endswith(mark) and len(text) > 2 * len(mark):
            text = text.removeprefix(mark).removesuffix(mark)
    text = " ".join(text.split())
    bare = _COMMAND.sub("", text)
    good = (
        0 < len(text) <= 300
        and is_balanced(text)
        and text.isprintable()
        and "^^" not in text
        and not set("$%#&~\\") & set(bare)
    )
    return f"${text}$" if good and is_mathematics(text) else ""


def _tex_of(content: str) -> str:
    """Return a script's content as TeX, or an empty text where it is not simple."""
    if "\\" in content:
        return ""
    body = " ".join(content.translate(_TO_TEX).split()).replace(" }", "}")
    return body if _SIMPLE.fullmatch(body) else ""


def _texts(children: Children) -> list[str]:
    return [text for name, text in children if name or text.strip()]


def _joined(children: Children) -> str:
    return "".join(text for _, text in children).translate(_INVISIBLE)


def _scripted(marks: str) -> Callable[[Children], str]:
    """Return what reads an element of a base and one script for each of ``marks``."""

    def render(children: Children) -> str:
        base, *scripts = _texts(children) or [""]
        if len(scripts) != len(marks):
            return base + "".join(scripts)
        kept = [(mark, text) for mark, text in zip(marks, scripts, strict=True) if text not in _ACCENTS]
        pieces = [script(mark, text, base[-1:]) for mark, text in kept]
        return base + "".join(pieces).replace("}$$^", "}^")

    return render


def _fraction(children: Children) -> str:
    texts = [text if text.isalnum() else f"({text})" for text in _texts(children)]
    return "/".join(texts)


def _root(children: Children) -> str:
    text = _joined(children)
    return f"√{text}" if text.isalnum() else f"√({text})"


def _fenced(children: Children) -> str:
    return f"({', '.join(_texts(children))})"


def _first(children: Children) -> str:
    return next(iter(_texts(children)), "")


def _spaced(children: Children) -> str:
    return " ".join(_texts(children))


def _tex(children: Children) -> str:
    text = _joined(children)
    return tex_formula(text) or " ".join(text.replace("$", " ").replace("\\", " ").split())


def _chosen(children: Children) -> str:
    """Return the best of several spellings of one formula: TeX that can be trusted, else MathML, else the first."""
    sure = [text for name, text in children if name in {"tex", "tex-math"} and text.startswith("$")]
    return next(iter([*sure, *(text for name, text in children if name == "math"), *_texts(children)]), "")


RENDER: dict[str, Callable[[Children], str]] = {
    "alternatives": _chosen,
    "math": _joined,
    "mfenced": _fenced,
    "mfrac": _fraction,
    "mover": _scripted("^"),
    "mroot": lambda children: _root(children[:1]),
    "msqrt": _root,
    "msub": _scripted("_"),
    "msubsup": _scripted("_^"),
    "msup": _scripted("^"),
    "mtable": _spaced,
    "mtr": _spaced,
    "munder": _scripted("_"),
    "munderover": _scripted("_^"),
    "semantics": _first,
    "tex": _tex,
    "tex-math": _tex,
}
"""Element -> how its parts become text; elements that are not here are their parts, joined."""
