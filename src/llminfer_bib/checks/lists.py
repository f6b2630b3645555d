"""Rules about the reading list (categories, topics, keywords) and about keys; two entries with one key are decode's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from ..layout import is_key
from ..problems import WARNING
from .mending import rewritten, short, source_in
from .rules import Check, Context, Finding, Rule, Subject

_NO_ITEMS: Final = frozenset(
    "xdata set proceedings mvproceedings collection mvcollection periodical reference mvreference mvbook".split()
)
"""Types that mostly stand in a list for the sake of others."""
_LONGEST_KEY: Final = 80
"""BibTeX breaks the lines that it writes behind 79 characters."""
_LONGEST_KEYWORD: Final = 60
_NO_NAME = re.compile(r"_|[-.]|[0-9]++[a-z]?\Z")
_FULL_WIDTH = re.compile(r"\s*[；，、;]\s*")
_SHORTEST: Final = 4


def _no_category(subject: Subject, context: Context) -> Iterator[Finding]:
    if not context.config.categories or subject.entry.category or subject.raw.type in _NO_ITEMS:
        return
    slugs = ", ".join(category.slug for category in context.config.categories[:8])
    yield Finding(
        "no keyword is a category, so the entry comes under the heading of the rest.",
        "keywords" if "keywords" in subject.raw.fields else "",
        hint=f"Put one of these first: {slugs}.",
    )


def _topic(subjects: Sequence[Subject], context: Context) -> Iterator[tuple[Subject, Finding]]:
    if not context.config.topics:
        return
    known = context.config.topic_slugs | context.config.category_slugs
    for subject in subjects:
        for word in subject.entry.keywords:
            folded = word.lower().replace(" ", "-").replace("_", "-")
            if word in known or word.lower() in known or not _SHORTEST <= len(word) <= _LONGEST_KEYWORD:
                continue
            if near := folded if folded in known else _near(folded, known):
                yield (
                    subject,
                    Finding(
                        f"the keyword `{short(word)}` is no topic.", "keywords", word, hint=f"Did you mean `{near}`?"
                    ),
                )


@lru_cache(maxsize=4096)
def _near(word: str, known: frozenset[str]) -> str:
    from rapidfuzz.distance import OSA  # noqa: PLC0415  (only for keywords that are no topics)

    return next(
        (slug for slug in sorted(known) if len(slug) >= _SHORTEST and OSA.distance(word, slug, score_cutoff=1) <= 1), ""
    )


def _separators(subject: Subject, _: Context) -> Iterator[Finding]:
    value = subject.raw.fields.get("keywords", "")
    if not value or (value.isascii() and ";" not in value) or "&" in value or "\\" in value or "," in value:
        return  # where commas separate, a semicolon or a full-width comma may be part of a keyword
    source = source_in(subject, "keywords")
    if (
        source
        and (better := ", ".join(filter(None, _FULL_WIDTH.split(source.strip())))) != source.strip()
        and "{" not in source
    ):
        yield Finding(
            f"keywords = `{short(source)}` are not separated by commas.",
            "keywords",
            fix=rewritten(subject, "keywords", better),
        )


def _key_ascii(subject: Subject, _: Context) -> Iterator[Finding]:
    if not (key := subject.raw.key).isascii():
        yield Finding(f"the key `{short(key)}` has letters that are not ASCII.")


def _key_characters(subject: Subject, _: Context) -> Iterator[Finding]:
    key = subject.raw.key
    if key and not is_key(key) and not subject.raw.slips:
        char = next((char for char in key if not is_key(char)), key[0])
        shown = "a blank" if char.isspace() else f"`{char}`"
        yield Finding(f"the key `{short(key)}` has {shown} in it, which BibTeX, biber and LaTeX do not all take.")


def _key_long(subject: Subject, _: Context) -> Iterator[Finding]:
    if len(subject.raw.key) > _LONGEST_KEY:
        yield Finding(f"the key `{short(subject.raw.key)}` has {len(subject.raw.key)} characters.")


def _key_nameless(subject: Subject, _: Context) -> Iterator[Finding]:
    if found := _NO_NAME.match(subject.raw.key):
        what = "names nobody" if found[0][0].isdecimal() else f"begins with `{found[0]}`"
        yield Finding(f"the key `{short(subject.raw.key)}` {what}.")


_PAPER = "@article{%s, author = {Kwon, Woosuk}, title = {Paged attention}, journal = {Science}, year = 2023, keywords = {%s}}\n"


def _row(
    code: str,
    name: str,
    check: Check | None,
    texts: tuple[str, str],
    bad: tuple[str, str],
    good: tuple[str, str],
    grave: str = WARNING,
) -> Rule:
    rule = Rule(code, name, grave, *texts, _PAPER % bad, _PAPER % good, check=check)
    return rule if check else replace(rule, file_check=_topic)


RULES: Final = (
    _row(
        "B600", "category-missing", _no_category,
        ("Categories are configured, and the entry has none of them.", "Put the slug of a category first among the keywords."),
        ("kwon2023", "serving"), ("kwon2023", "course, serving"),
    ),
    _row(
        "B601", "topic-misspelt", None,
        ("A keyword is one letter away from a configured topic, and not counted as one.", "Correct the keyword."),
        ("kwon2023", "course, quantisation"), ("kwon2023", "course, quantization"),
    ),
    _row(
        "B602", "keywords-separator", _separators,
        ("biblatex separates keywords at commas only; here it sees one long keyword.", "Write commas, and a blank behind each."),
        ("kwon2023", "serving；memory"), ("kwon2023", "serving, memory"),
    ),
    _row(
        "B610", "key-not-ascii", _key_ascii,
        ("A key that is not ASCII cannot be cited in BibTeX and is hard to type.", "Rename it: `bib rename OLD NEW`."),
        ("张2023", "serving"), ("zhang2023", "serving"),
    ),
    _row(
        "B611", "key-characters", _key_characters,
        ("The key has a character that ends keys, or means something in TeX or biber.", "Rename it: `bib rename OLD NEW`."),
        ("kwon#2023", "serving"), ("kwon2023", "serving"),
    ),
    _row(
        "B612", "key-long", _key_long,
        ("A key this long does not fit into a line that BibTeX writes, and nobody can type it.", "Rename it: `bib rename OLD NEW`."),
        ("kwon2023efficient-memory-management-for-large-language-model-serving-with-paged-attention", "serving"), ("kwon2023", "serving"),
    ),
    _row(
        "B613", "key-without-name", _key_nameless,
        (
            "The key has no name: such keys come from entries without authors, and change when one is added.",
            "Rename it: `bib rename OLD NEW`.",
        ),
        ("__2023", "serving"), ("kwon2023", "serving"),
    ),
)  # fmt: skip
