"""The configuration: found where it lies, read whole, and every mistake in it said in plain words."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from llminfer_bib.config import (
    CATEGORY_KEYS,
    LINKS_KEYS,
    LIST_KEYS,
    RESERVED_SLUGS,
    TOP_KEYS,
    TOPIC_KEYS,
    ZOTERO_KEYS,
    CheckConfig,
    Config,
    ConfigError,
    NoLibraryError,
    UnknownKeyError,
    ZoteroConfig,
    find_config,
    find_library,
    load_config,
)
from llminfer_bib.model import Category, Topic
from llminfer_bib.problems import EXIT_USAGE

FULL = """
file = "lists/refs.bib"
mailto = "someone@example.org"

[[categories]]
slug = "course"
title_zh = "课程"
title_en = "Courses"
emoji = "🚀"

[[categories]]
slug = "method"
title_en = "Method papers"

[topics]
kv-cache = { zh = "键值缓存", en = "KV cache" }
serving = "serving"
moe = {}

[list]
title = "🧑‍🚀 A list"
intro_zh = '''
一
二'''
intro_en = "Hello"

[zotero]
library = "group:12345"
backend = "local"
collection = "LLM 推理"
key_file = "/etc/zotero.key"

[check]
ignore = ["B101"]
"""
EXPECTED = Config(
    file="lists/refs.bib",
    mailto="someone@example.org",
    categories=(Category("course", "课程", "Courses", "🚀"), Category("method", "", "Method papers")),
    topics=(Topic("kv-cache", "键值缓存", "KV cache"), Topic("serving", "serving", "serving"), Topic("moe")),
    title="🧑‍🚀 A list",
    intro_zh="一\n二",
    intro_en="Hello",
    zotero=ZoteroConfig("group:12345", "local", "LLM 推理", Path("/etc/zotero.key")),
    check=CheckConfig((), ("B101",)),
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder to put files into."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def in_project(text: str) -> str:
    """Move a bib.toml below [tool.bib] of a pyproject.toml."""
    moved = text.replace("\n[[", "\n[[tool.bib.").replace("\n[", "\n[tool.bib.").replace("[tool.bib.[", "[[")
    return '[project]\nname = "x"\n[tool.bib]\n' + moved


def test_everything_is_read(here: Path) -> None:
    path = write(here / "bib.toml", FULL)
    assert load_config(path) == dataclasses.replace(EXPECTED, path=path)


def test_pyproject_says_the_same_below_its_own_table(here: Path) -> None:
    path = write(here / "pyproject.toml", in_project(FULL))
    assert load_config(path) == dataclasses.replace(EXPECTED, path=path)


@pytest.mark.parametrize(
    "text",
    [b"\xef\xbb\xbf" + FULL.encode(), FULL.replace("\n", "\r\n").encode()],
    ids=["byte order mark", "CRLF"],
)
def test_files_of_other_editors_are_read(here: Path, text: bytes) -> None:
    assert load_config(write(here / "bib.toml", text)).categories == EXPECTED.categories


def test_no_configuration_and_an_empty_one_are_empty(here: Path) -> None:
    assert load_config(None) == Config()
    path = write(here / "bib.toml", "")
    assert load_config(path) == Config(path=path)


def test_slugs_are_given_as_sets() -> None:
    assert EXPECTED.category_slugs == {"course", "method"}
    assert EXPECTED.topic_slugs == {"kv-cache", "serving", "moe"}


@pytest.mark.parametrize(
    ("files", "start", "found"),
    [
        ({"bib.toml": ""}, ".", "bib.toml"),
        ({"bib.toml": "", "refs.bib": ""}, "refs.bib", "bib.toml"),
        ({"bib.toml": ""}, "a/b", "bib.toml"),
        ({"bib.toml": "", "a/bib.toml": ""}, "a/b", "a/bib.toml"),
        ({"bib.toml": "", "pyproject.toml": "[tool.bib]"}, ".", "bib.toml"),
        ({"bib.toml": "", "a/pyproject.toml": "[tool.bib]"}, "a", "a/pyproject.toml"),
        ({"pyproject.toml": "[tool.bib]"}, "a", "pyproject.toml"),
        ({"pyproject.toml": "[[tool.bib.categories]]"}, ".", "pyproject.toml"),
        ({"pyproject.toml": "[tool]\nbib = { file = 'x.bib' }"}, ".", "pyproject.toml"),
        ({"pyproject.toml": '[ tool . "bib" ]'}, ".", "pyproject.toml"),
        ({"pyproject.toml": "[tool.bib]\nbroken"}, ".", "pyproject.toml"),
        ({"bib.toml": "", "a/pyproject.toml": "[tool.bibtex]"}, "a", "bib.toml"),
        ({"bib.toml": "", "a/pyproject.toml": "[tool.x]\nname = 'bib'"}, "a", "bib.toml"),
        ({"bib.toml": "", "a/pyproject.toml": "tool = bib broken"}, "a", "bib.toml"),
        ({"bib.toml": "", "a/bib.toml/x": ""}, "a", "bib.toml"),
    ],
)
def test_the_nearest_configuration_is_found(here: Path, files: dict[str, str], start: str, found: str) -> None:
    for name, text in files.items():
        write(here / name, text)
    assert find_config(here / start) == here / found


def test_no_configuration_is_none(here: Path) -> None:
    write(here / "pyproject.toml", "[project]\nname = 'x'")
    assert find_config(here) is None


MISTAKES = {
    # unknown keys name the nearest valid one
    '[[catgories]]\nslug = "x"': 'bib.toml: unknown key "catgories". Did you mean "categories"?',
    'Mailto = "x"': 'bib.toml: unknown key "Mailto". Did you mean "mailto"?',
    "xyz = 1": 'bib.toml: unknown key "xyz". Valid keys: file, mailto, categories, topics, list, enrich, zotero, check, links, import.',
    '[[categories]]\nslug = "a"\n[[categories]]\nslug = "b"\ntitle_cn = "x"': (
        'bib.toml: unknown key "title_cn" in [[categories]] number 2. Did you mean "title_en"?'
    ),
    '[topics]\nmoe = { cn = "x" }': 'bib.toml: unknown key "cn" in [topics] moe. Valid keys: zh, en.',
    '[list]\ntitel = "x"': 'bib.toml: unknown key "titel" in [list]. Did you mean "title"?',
    '"a\\nb\\u001b" = 1': 'bib.toml: unknown key "a\ufffdb\ufffd". Valid keys:',
    # wrong types
    "file = 1": 'bib.toml: "file" must be text in quotes, not a number.',
    'file = ""': 'bib.toml: "file" is empty. Write the path of the .bib file, such as "refs.bib".',
    'file = "a\\nb"': 'bib.toml: "file" must be one line without control characters.',
    'file = "a\\u202eb"': 'bib.toml: "file" must be one line without control characters.',
    "mailto = true": 'bib.toml: "mailto" must be text in quotes, not true or false.',
    'mailto = "nobody"': 'bib.toml: "mailto" is no mail address: "nobody". Write name@example.org.',
    'mailto = "a@b, c@d"': 'bib.toml: "mailto" is no mail address',
    'mailto = "a@b\\r\\nX-Evil: 1"': 'bib.toml: "mailto" must be one line',
    "categories = 1": 'bib.toml: "categories" must be a list of [[categories]] tables, not a number.',
    '[categories]\nslug = "x"': 'bib.toml: "categories" must be a list of [[categories]] tables, not a table.',
    "categories = [1]": 'bib.toml: "[[categories]] number 1" must be a table, not a number.',
    '[[categories]]\nslug = "x"\nemoji = 1979-05-27': (
        'bib.toml: "emoji of [[categories]] number 1" must be text in quotes, not a date.'
    ),
    "topics = []": 'bib.toml: "topics" must be a table, not a list.',
    "[topics]\nmoe = 1": 'bib.toml: "topics.moe" must be text or a table { zh = "...", en = "..." }, not a number.',
    "[topics]\nmoe = { zh = 1 }": 'bib.toml: "topics.moe.zh" must be text in quotes, not a number.',
    'list = "x"': 'bib.toml: "list" must be a table, not text.',
    "[list]\ntitle = 1": 'bib.toml: "list.title" must be text in quotes',
    "[list]\nintro_zh = 1": 'bib.toml: "list.intro_zh" must be text in quotes',
    "enrich = 1": 'bib.toml: "enrich" must be a table, not a number.',
    "[enrich]\nsource = 1": 'bib.toml: unknown key "source" in [enrich]. Did you mean "sources"?',
    '[enrich]\nsources = "arxiv"': 'bib.toml: "enrich.sources" must be a list such as ["arxiv", "crossref"], not text.',
    "[enrich]\nsources = []": '"enrich.sources" is empty. Leave it out to ask the usual ones.',
    '[enrich]\nsources = ["pubmed"]': 'names "pubmed". Choose from: arxiv, crossref, datacite, dblp.',
    "[enrich]\nsources = [[1]]": 'names "[1]". Choose from: arxiv, crossref, datacite, dblp.',
    '[enrich]\nabstracts = "no"': 'bib.toml: "enrich.abstracts" must be true or false, not text.',
    '[enrich]\ntimeout = "5"': 'bib.toml: "enrich.timeout" must be a number of seconds, not text.',
    "[enrich]\ntotal_timeout = 0": '"enrich.total_timeout" must be more than 0 and less than 86400 seconds.',
    "[enrich]\ntimeout = nan": '"enrich.timeout" must be more than 0 and less than 86400 seconds.',
    "zotero = 1": 'bib.toml: "zotero" must be a table, not a number.',
    '[zotero]\nkeyfile = "x"': 'bib.toml: unknown key "keyfile" in [zotero]. Did you mean "key_file"?',
    '[zotero]\napi = "x"': "in [zotero]. Valid keys: library, backend, collection, key_file.",
    "[links]\npause = 1": 'bib.toml: unknown key "pause" in [links]. Did you mean "pace"?',
    "[links]\npace = 0": 'bib.toml: "links.pace" must be more than 0 and less than 86400 seconds.',
    '[links]\npace = "1 s"': 'bib.toml: "links.pace" must be a number of seconds, not text.',
    "[links]\nhosts = 0": 'bib.toml: "links.hosts" must be between 1 and 64: so many are asked at the same time.',
    "[links]\nhosts = 2.5": 'bib.toml: "links.hosts" must be a whole number, not a number.',
    '[links]\nskip = "zhihu.com"': 'bib.toml: "links.skip" must be a list such as',
    '[links]\nskip = [""]': 'bib.toml: "links.skip" has an empty text in it. Write a host or the beginning of an address.',
    "[zotero]\nlibrary = 12345": 'bib.toml: "zotero.library" must be text in quotes, not a number.',
    '[zotero]\nlibrary = "12345"': '"zotero.library" is "12345". Write "user", "user:12345" or "group:12345"',
    '[zotero]\nlibrary = "group"': '"zotero.library" is "group". Write',
    '[zotero]\nlibrary = "group:0"': '"zotero.library" is "group:0". Write',
    '[zotero]\nlibrary = "users/1"': '"zotero.library" is "users/1". Write',
    '[zotero]\nlibrary = "user:1\\n"': 'bib.toml: "zotero.library" must be one line',
    '[zotero]\nbackend = "desktop"': '"zotero.backend" is "desktop". Choose from: web, local.',
    "[zotero]\ncollection = []": 'bib.toml: "zotero.collection" must be text in quotes, not a list.',
    '[zotero]\nkey_file = ""': '"zotero.key_file" is empty. Write the path of the file with the key',
    '[zotero]\nkey_file = "a\\u0000"': 'bib.toml: "zotero.key_file" must be one line',
    "[[check]]": 'bib.toml: "check" must be a table, not a list.',
    # slugs
    "[[categories]]": 'bib.toml: [[categories]] number 1 has no "slug". Add one, such as slug = "course".',
    '[[categories]]\nslug = ""': 'bib.toml: the slug of [[categories]] number 1 is ""; a slug has only a-z',
    '[[categories]]\nslug = "Kurs"': 'is "Kurs"; a slug has only a-z, 0-9 and "-", such as "kv-cache".',
    '[[categories]]\nslug = "../x"': 'is "../x"; a slug has only',
    '[[categories]]\nslug = "课程"': 'is "课程"; a slug has only',
    '[[categories]]\nslug = "a"\n[[categories]]\nslug = "a"': 'bib.toml: the category "a" appears twice. Keep one.',
    '[[categories]]\nslug = "a"\n[topics]\na = "A"': 'bib.toml: "a" is both a category and a topic. Rename one',
    '[[categories]]\nslug = "all"': (
        'bib.toml: the slug of [[categories]] number 1 is "all", the name of the whole list. Choose another one.'
    ),
    '[[categories]]\nslug = "b"\n[[categories]]\nslug = "index"': (
        'the slug of [[categories]] number 2 is "index", the name of the page that leads to all categories. Choose'
    ),
    '[topics]\n"kv cache" = "x"': 'bib.toml: the topic is "kv cache"; a slug has only',
    # broken files
    'file = "x"\n[topics\n': "bib.toml:2:8: broken TOML: ",
    "file = ": "bib.toml: broken TOML: ",
    '[topics]\na = "x"\na = "y"\n': "bib.toml:3:8: broken TOML: Cannot overwrite a value",
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.items())
def test_every_mistake_is_said_in_plain_words(here: Path, text: str, message: str) -> None:
    path = write(here / "bib.toml", text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert message in str(caught.value)
    assert caught.value.exit_code == EXIT_USAGE


@pytest.mark.parametrize(
    ("valid", "template"),
    [
        (TOP_KEYS, "{} = 1"),
        (CATEGORY_KEYS, '[[categories]]\nslug = "x"\n{} = 1'),
        (TOPIC_KEYS, "[topics]\nmoe = {{ {} = 1 }}"),
        (LIST_KEYS, "[list]\n{} = 1"),
        (ZOTERO_KEYS, "[zotero]\n{} = 1"),
        (LINKS_KEYS, "[links]\n{} = 1"),
    ],
)
def test_every_key_is_the_nearest_of_its_own_misspelling(here: Path, valid: tuple[str, ...], template: str) -> None:
    for key in valid:
        with pytest.raises(UnknownKeyError, match=f'Did you mean "{key}"'):
            load_config(write(here / "bib.toml", template.format(key + "x")))


def test_rules_are_selected_by_their_codes(here: Path) -> None:
    config = load_config(write(here / "bib.toml", '[check]\nselect = ["B1", "B301"]\nignore = ["B104"]'))
    assert config.check == CheckConfig(("B1", "B301"), ("B104",))


@pytest.mark.parametrize("value", ['"B1"', "[1]", '["b301"]', '["E501"]', '["B1234"]'])
def test_what_is_no_code_of_a_rule_is_refused(here: Path, value: str) -> None:
    with pytest.raises(ConfigError, match=r"check\.ignore"):
        load_config(write(here / "bib.toml", f"[check]\nignore = {value}"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [("zotero.key", "here/zotero.key"), ("../keys/zotero", "keys/zotero"), ("~/zotero.key", "home/zotero.key")],
)
def test_the_key_file_is_beside_the_configuration_or_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, meant: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "here").mkdir()
    config = load_config(write(tmp_path / "here" / "bib.toml", f'[zotero]\nkey_file = "{written}"'))
    assert config.zotero == ZoteroConfig("user", "web", "", tmp_path / meant)


def test_without_a_table_the_library_is_the_own_one_at_zotero_org() -> None:
    assert Config().zotero == ZoteroConfig("user", "web", "", None)


@pytest.mark.parametrize("slug", ["other", "all-items", "indexes", "overall", "file"])
def test_a_slug_that_only_resembles_a_reserved_one_may_be_used(here: Path, slug: str) -> None:
    config = load_config(write(here / "bib.toml", f'[[categories]]\nslug = "{slug}"'))
    assert config.categories == (Category(slug),)


@pytest.mark.parametrize("slug", RESERVED_SLUGS)
def test_a_topic_names_no_page_and_so_may_have_any_slug(here: Path, slug: str) -> None:
    config = load_config(write(here / "bib.toml", f'[topics]\n{slug} = "x"'))
    assert config.topics == (Topic(slug, "x", "x"),)


@pytest.mark.parametrize("slug", RESERVED_SLUGS)
def test_every_reserved_slug_is_refused(here: Path, slug: str) -> None:
    with pytest.raises(ConfigError, match=f'is "{slug}", the name of .*Choose another one'):
        load_config(write(here / "bib.toml", f'[[categories]]\nslug = "{slug}"'))


def test_the_message_names_the_table_in_a_pyproject(here: Path) -> None:
    path = write(here / "pyproject.toml", "[tool.bib]\nfiel = 'x'")
    with pytest.raises(UnknownKeyError) as caught:
        load_config(path)
    assert str(caught.value) == 'pyproject.toml [tool.bib]: unknown key "fiel". Did you mean "file"?'


def test_a_pyproject_without_our_table_is_an_error_when_it_is_named(here: Path) -> None:
    for text in ("", "tool = 1", "[tool.x]"):
        with pytest.raises(ConfigError, match=r"no \[tool\.bib\] in it"):
            load_config(write(here / "pyproject.toml", text))


def test_a_configuration_in_a_parent_folder_is_named_from_here(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(here / "bib.toml", "x = 1")
    (here / "a").mkdir()
    monkeypatch.chdir(here / "a")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert str(caught.value).startswith(f"..{os.sep}bib.toml: unknown key")


def test_files_that_cannot_be_read_say_so(here: Path) -> None:
    with pytest.raises(ConfigError, match=r"bib\.toml: cannot be read: No such file"):
        load_config(here / "bib.toml")
    with pytest.raises(ConfigError, match=r"^\.: cannot be read: Is a directory"):
        load_config(here)
    with pytest.raises(ConfigError, match=r"bib\.toml:2: is not UTF-8. Save the file as UTF-8"):
        load_config(write(here / "bib.toml", b'file = "x"\nmailto = "\xe9"'))
    with pytest.raises(ConfigError, match="larger than 1 MB"):
        load_config(write(here / "bib.toml", b"#" * 1_100_000))
    with pytest.raises(ConfigError, match="nested too deep"):
        load_config(write(here / "bib.toml", b"a = " + b"[" * 100_000))


def test_the_library_is_the_file_named_on_the_command_line(here: Path) -> None:
    write(here / "refs.bib", "")
    write(here / "other.bib", "")
    assert find_library(Config(), here, Path("other.bib")) == Path("other.bib")
    assert find_library(Config(), here, here / "other.bib") == here / "other.bib"
    with pytest.raises(NoLibraryError, match=r'There is no file "missing\.bib"\. Name a \.bib file with --file'):
        find_library(Config(), here, Path("missing.bib"))


def test_the_library_is_the_configured_file_beside_the_configuration(here: Path) -> None:
    write(here / "refs.bib", "")
    library = write(here / "lists/mine.bib", "")
    config = Config(path=here / "lists/bib.toml", file="mine.bib")
    assert find_library(config, here) == library
    library.unlink()
    with pytest.raises(NoLibraryError, match=r'lists.bib\.toml names the file "mine\.bib", but there is no '):
        find_library(config, here)


def test_the_library_is_refs_bib_here_or_above(here: Path) -> None:
    library = write(here / "refs.bib", "")
    (here / "a/b").mkdir(parents=True)
    (here / "a/refs.bib").mkdir()
    assert find_library(Config(), here / "a/b") == library
    assert find_library(Config(path=here / "bib.toml"), here) == library


def test_without_a_library_the_error_says_what_was_looked_for(here: Path) -> None:
    with pytest.raises(NoLibraryError) as caught:
        find_library(Config(), here)
    assert str(caught.value) == (
        f"There is no refs.bib in {here} or in a folder above it."
        ' Name a .bib file with --file PATH, or with file = "PATH" in bib.toml.'
    )
    assert caught.value.exit_code == EXIT_USAGE


def test_the_configuration_of_this_list_is_right() -> None:
    path = Path(__file__).parents[1] / "bib.toml"
    if not path.exists():
        pytest.skip("the package is installed without its list")
    config = load_config(path)
    assert [category.slug for category in config.categories] == [
        "course",
        "video",
        "project",
        "blog",
        "method",
        "survey",
    ]
    assert all(category.title_zh and category.title_en and category.emoji for category in config.categories)
    assert find_library(config, path.parent).name == "refs.bib"


def test_headings_of_foreign_lists_are_mapped_to_categories(here: Path) -> None:
    text = '[[categories]]\nslug = "method"\n[import.headings]\nPapers = "method"\n'
    assert load_config(write(here / "bib.toml", text)).importing.headings == (("Papers", "method"),)
    with pytest.raises(ConfigError, match="no category"):
        load_config(write(here / "bib.toml", text.replace('Papers = "method"', 'Papers = "methods"')))
