"""The form of the web page: its head, its looks, fixed words, and how text becomes HTML. What it says is in ``html``."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = {"zh": "zh-CN", "en": "en", "both": "zh-CN"}
UNTITLED: Final = ("阅读清单", "Reading list")
TITLE: Final = ("分类", "Sections")

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
# Nothing may be loaded, sent or run, whatever got into the page.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE: Final = """
:root { color-scheme: light dark; --text: #1f2328; --quiet: #59636e; --line: #d1d9e0; --link: #0757ba; --soft: #f3f5f7; --page: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e9ed; --quiet: #9aa5b1; --line: #363d46; --link: #7ab7ff; --soft: #20262d; --page: #14181d; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 52rem; color: var(--text); background: var(--page);
  font: 1rem/1.6 system-ui, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
h1 { margin: 0 0 1rem; font-size: 1.9rem; line-height: 1.25; }
h2 { margin: 2.75rem 0 .5rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); font-size: 1.35rem; }
small, .about, .own, .note, .ways { color: var(--quiet); }
h2 small { font-size: .85rem; font-weight: 400; }
header p { margin: .5rem 0; }
a { color: var(--link); text-decoration: none; overflow-wrap: anywhere; }
a:hover, a:focus { text-decoration: underline; }
nav ul { display: flex; flex-wrap: wrap; gap: .4rem 1.25rem; margin: 1.5rem 0 0; padding: .75rem 1rem; list-style: none;
  background: var(--soft); border-radius: .5rem; }
.items { margin: 0; padding: 0; list-style: none; }
.items > li { padding: .85rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.items > li:last-child { border-bottom: 0; }
.items > li:target { background: var(--soft); }
.items p { margin: .1rem 0; font-size: .9rem; }
.items .title { font-size: 1rem; font-weight: 600; line-height: 1.45; }
.ways > * { margin-right: .55rem; }
code { padding: .05rem .35rem; border-radius: .3rem; background: var(--soft); font-size: .8rem; }
.topic { padding: .05rem .5rem; border: 1px solid var(--line); border-radius: 1rem; font-size: .78rem; white-space: nowrap; }
@media print { body { max-width: none; padding: 0; } nav { display: none; } .items > li { break-inside: avoid; } }
"""
FOOT: Final = "</main>\n</body>\n</html>\n"


def head(title: str, lang: str) -> str:
    """Return the page up to the start of its body; `title` is plain text."""
    return (
        f'<!doctype html>\n<html lang="{LANGUAGES[lang]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escaped(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )


def counted(number: int, lang: str) -> str:
    """Return how many items there are, in words."""
    items = "item" if number == 1 else "items"
    return f"{number} " + {"zh": "条", "en": items, "both": f"条 / {items}"}[lang]


def escaped(text: str) -> str:
    """Return plain text that stands for itself in HTML."""
    return text.translate(_ESCAPES)


def attribute(text: str) -> str:
    """Return plain text that stands for itself between the quotation marks of an attribute."""
    return text.translate(_ESCAPES)


def element(tag: str, inner: str, *, name: str = "", lang: str = "") -> str:
    """Return an element around HTML, with a class and a language where they are given; all three are ours."""
    about = (f' class="{name}"' if name else "") + (f' lang="{lang}"' if lang else "")
    return f"<{tag}{about}>{inner}</{tag}>"
