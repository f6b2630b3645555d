"""Sections kept inside a file that people write: only what stands between the markers changes, and only if all is well."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.export import Options, in_place, markdown
from llminfer_bib.export.in_place import update
from llminfer_bib.model import Category, Entry, Text
from llminfer_bib.problems import ERROR

SECTIONS = {"course": "- a\n\n- b", "method": "", "all": "## x\n\n- a"}


def begin(slug="course"):
    return f"<!-- bib:begin {slug} -->\n"


def end(slug="course"):
    return f"<!-- bib:end {slug} -->\n"


def problems(text: str) -> list[tuple[int, str]]:
    """Return line and code of every problem, and see that the text came back untouched."""
    same, found = update(text, SECTIONS, "README.md")
    assert same == text
    assert all(problem.path == "README.md" and problem.severity == ERROR and problem.hint for problem in found)
    return [(problem.line, problem.code) for problem in found]


def renewed(text: str) -> str:
    new, found = update(text, SECTIONS)
    assert found == []
    assert update(new, SECTIONS) == (new, [])
    return new


FILLED = begin() + "\n- a\n\n- b\n\n" + end()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (begin() + end(), FILLED),
        (begin() + "old\n" + end(), FILLED),
        (FILLED, FILLED),
        ("# T\n\nmine\n" + begin() + "old\n" + end() + "also mine", "# T\n\nmine\n" + FILLED + "also mine"),
        (begin("method") + "old\n" + end("method"), begin("method") + end("method")),
        (begin() + end().rstrip("\n"), FILLED.rstrip("\n")),
        (
            begin() + end() + "x\n" + begin("all") + end("all"),
            FILLED + "x\n" + begin("all") + "\n## x\n\n- a\n\n" + end("all"),
        ),
        (
            "   <!--bib:begin course-->\n  <!--  bib:end\tcourse  -->  \n",
            "   <!--bib:begin course-->\n\n- a\n\n- b\n\n  <!--  bib:end\tcourse  -->  \n",
        ),
        (begin() + "```\nnever ended\n" + end(), FILLED),
        (begin() + "<!-- a comment -->\n" + end(), FILLED),
    ],
)
def test_what_stands_between_the_markers_is_replaced(text, expected):
    assert renewed(text) == expected


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_stay(newline, mark):
    text = mark + (begin() + "old\n" + end() + "a\n").replace("\n", newline) + "b\r\nc\nd"
    assert renewed(text) == mark + (FILLED + "a\n").replace("\n", newline) + "b\r\nc\nd"


def test_line_separators_inside_a_line_do_not_end_it():
    text = f"x\u2028<!-- bib:begin course -->\x0b\n{begin()}{end()}"
    assert renewed(text) == f"x\u2028<!-- bib:begin course -->\x0b\n{FILLED}"


IGNORED = [
    "```\n" + begin() + "```\n",
    "~~~~ md\n" + begin() + "~~~\n" + begin("gone") + "~~~~\n",
    "``` `x`\n",
    "- ```\n  " + begin() + "  ```\n",
    "> ```\n> " + begin() + "> ```\n",
    "    " + begin(),
    "Write `<!-- bib:begin all -->` there.\n",
    "see <!-- bib:begin all -->\n",
    "<!-- bib -->\n<!-- note -->\n",
    "```\n```\n",
]


@pytest.mark.parametrize("text", IGNORED)
def test_markers_that_are_shown_rather_than_meant_stay(text):
    assert renewed(text + "\n" + begin() + end()) == text + "\n" + FILLED
    assert renewed(begin() + end() + text) == FILLED + text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(0, in_place.MISSING)]),
        ("# T\n", [(0, in_place.MISSING)]),
        ("```\n" + begin() + end() + "```\n", [(0, in_place.MISSING)]),
        (begin("gone") + end("gone"), [(1, in_place.UNKNOWN)]),
        ("x\n" + begin(), [(2, in_place.UNCLOSED)]),
        (begin() + end("method"), [(1, in_place.UNCLOSED), (2, in_place.UNOPENED)]),
        (end(), [(1, in_place.UNOPENED)]),
        (begin() + end() + end(), [(3, in_place.UNOPENED)]),
        (begin() + begin("method") + end("method") + end(), [(2, in_place.NESTED), (3, in_place.UNOPENED)]),
        (begin() + begin() + end(), [(2, in_place.NESTED)]),
        (begin() + end() + begin() + end(), [(3, in_place.REPEATED)]),
        ("<!-- bib:begin -->\n", [(1, in_place.MALFORMED)]),
        ("<!-- bib:start course -->\n", [(1, in_place.MALFORMED)]),
        ("<!-- bib:begin course --> text\n" + begin() + end(), [(1, in_place.MALFORMED)]),
        ("<!-- bib:begin course\n-->\n", [(1, in_place.MALFORMED)]),
        ("<!-- bib:begin a b -->\n", [(1, in_place.MALFORMED)]),
        ("x\n```\n" + begin() + end(), [(2, in_place.FENCED)]),
        (begin() + end() + begin("gone") + end("gone"), [(3, in_place.UNKNOWN)]),
        (begin("{line}") + end("{line}"), [(1, in_place.UNKNOWN)]),
    ],
)
def test_markers_that_do_not_fit_are_named_with_their_line_and_nothing_changes(text, expected):
    assert problems(text) == expected


def test_messages_say_the_way_out():
    _, (problem,) = update("\n" + begin("curse") + end("curse"), SECTIONS, "README.md")
    assert str(problem) == "README.md:2: M001 there is no category `curse`. Use one of: `course`, `method`, `all`."
    _, (problem,) = update(begin() + begin("all") + end(), SECTIONS, "README.md")
    assert str(problem) == (
        "README.md:2: M004 `bib:begin all` stands inside the section that begins in line 1. End that section first."
    )


@pytest.mark.parametrize("code", in_place.MESSAGES)
def test_every_message_is_a_sentence_with_a_way_out(code):
    message, hint = in_place.MESSAGES[code]
    assert message.endswith(".")
    assert hint.endswith(".")


@pytest.mark.parametrize(
    "text", ["<!-- bib:end course -->", "\n<!-- bib:end course -->\n", "-->\n<!-- bib:begin all -->", "```\n"]
)
def test_titles_that_look_like_markers_cannot_end_a_section(text):
    category = Category("course", text)
    entries = [
        Entry(text, "misc", kind, {"annotation": text}, Text(text), category="course") for kind in ("paper", "course")
    ]
    sections = markdown.render_sections(entries, Options(categories=(category,)))
    source = "a\n" + begin() + end() + "b\n" + begin("all") + end("all") + "c\n"
    new, found = update(source, sections)
    assert found == []
    assert update(new, sections) == (new, [])
    assert update(new, {"course": "", "all": ""}) == (source, [])


PIECES = st.sampled_from(
    [
        begin(),
        end(),
        begin("all"),
        end("all"),
        begin("gone"),
        "```\n",
        "~~~\r\n",
        "- x\n",
        "\r\n",
        "text",
        "\r",
        "> ",
        "    ",
        "<!-- bib:x\n",
        "- ",
    ]
)


FILES = given(st.lists(PIECES | st.text(max_size=5), max_size=14).map("".join))


@settings(max_examples=150, deadline=None)
@FILES
def test_any_file_keeps_what_people_wrote_and_a_second_run_changes_nothing(text):
    new, found = update(text, SECTIONS)
    if found:
        assert new == text
        return
    assert update(new, SECTIONS) == (new, [])
    bare, _ = update(text, dict.fromkeys(SECTIONS, ""))
    assert update(new, dict.fromkeys(SECTIONS, "")) == (bare, [])
    assert bare.count("- a\n\n- b") <= text.count("- a\n\n- b")
    first = text.index("<!-- bib:begin")
    assert new[:first] == text[:first]


@pytest.mark.slow
@settings(max_examples=800, deadline=None)
@FILES
def test_many_files_keep_what_people_wrote_and_a_second_run_changes_nothing(text):
    test_any_file_keeps_what_people_wrote_and_a_second_run_changes_nothing.hypothesis.inner_test(text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", ["`", "~~~\n", "<!-- bib:begin ", "> ", "- ", "1. ", "<!-- bib:begin x-", begin(), " ", "\r"]
)
def test_huge_files_take_linear_time(unit):
    update(unit * (200_000 // len(unit)), SECTIONS)
