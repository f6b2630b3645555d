"""The settings of the sources: the environment wins over the configuration, and what makes no sense is named."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from llminfer_bib import __version__
from llminfer_bib.problems import EXIT_USAGE, BibError
from llminfer_bib.sources.settings import TIMEOUT, TOTAL_TIMEOUT, Settings, settings_from


def settings(
    mailto: str = "", timeout: float | None = None, total_timeout: float | None = None, **environment: str
) -> Settings:
    environment.setdefault("BIB_CACHE_DIR", "/nowhere")
    return settings_from(environment, mailto=mailto, timeout=timeout, total_timeout=total_timeout)


def test_without_any_setting_there_are_usual_values() -> None:
    usual = settings_from({}, mailto="", timeout=None, total_timeout=None)
    assert (usual.timeout, usual.total_timeout, usual.mailto, usual.base_urls) == (TIMEOUT, TOTAL_TIMEOUT, "", {})
    assert usual.cache_folder.name == "llminfer-bib"
    assert usual.user_agent == f"llminfer-bib/{__version__}"


def test_configured_values_are_used_and_the_environment_wins() -> None:
    configured = settings("a@example.org", 5, 50)
    assert (configured.mailto, configured.timeout, configured.total_timeout) == ("a@example.org", 5, 50)
    both = settings("a@example.org", 5, 50, BIB_MAILTO="b@example.org", BIB_TIMEOUT="2.5", BIB_TOTAL_TIMEOUT="60")
    assert (both.mailto, both.timeout, both.total_timeout) == ("b@example.org", 2.5, 60)


def test_an_empty_variable_counts_as_not_set() -> None:
    empty = settings("a@example.org", 5, 50, BIB_MAILTO="", BIB_TIMEOUT="", BIB_TOTAL_TIMEOUT="", BIB_ARXIV_URL="")
    assert (empty.mailto, empty.timeout, empty.total_timeout, empty.base_urls) == ("a@example.org", 5, 50, {})
    assert settings_from({"BIB_CACHE_DIR": ""}, mailto="", timeout=None, total_timeout=None).cache_folder.is_absolute()


def test_the_user_agent_names_the_program_and_the_address() -> None:
    assert settings("a@example.org").user_agent == f"llminfer-bib/{__version__} (mailto:a@example.org)"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://export.arxiv.org/", "https://export.arxiv.org"),
        ("https://mirror.example.org/arxiv//", "https://mirror.example.org/arxiv"),
        (" http://[::1]:80 ", "http://[::1]:80"),
    ],
)
def test_an_address_loses_its_last_slash(value: str, expected: str) -> None:
    assert settings(BIB_ARXIV_URL=value).base_urls == {"BIB_ARXIV_URL": expected}


VARIABLES = ("BIB_ARXIV_URL", "BIB_CROSSREF_URL", "BIB_DATACITE_URL", "BIB_DBLP_URL")
WRONG_ADDRESSES = (
    "ftp://example.org", "example.org", "file:///etc/passwd", "https://", "http://exa mple.org", "http://a\r\nX: y",
    "http://example.org:port", "http://example.org:99999", "http://example.org?x=1", "http://example.org/#a",
    "http://[::1", "javascript:alert(1)", "http://exämple.org", "/", "http://a\\b",
)  # fmt: skip


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize("value", WRONG_ADDRESSES)
def test_a_wrong_address_is_refused_and_its_variable_named(name: str, value: str) -> None:
    with pytest.raises(BibError, match=name) as refusal:
        settings(**{name: value})
    assert refusal.value.exit_code == EXIT_USAGE
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("name", ["BIB_TIMEOUT", "BIB_TOTAL_TIMEOUT"])
@pytest.mark.parametrize("value", ["0", "-1", "ten", "nan", "inf", "-inf", "1e9", "1_0", "5 s", "0x10", "1,5"])
def test_a_time_limit_that_is_no_positive_number_is_refused_and_its_variable_named(name: str, value: str) -> None:
    with pytest.raises(BibError, match=name) as refusal:
        settings(**{name: value})
    assert refusal.value.exit_code == EXIT_USAGE


@pytest.mark.parametrize("value", [0, -3, float("nan"), float("inf")])
def test_a_wrong_configured_time_limit_is_refused(value: float) -> None:
    with pytest.raises(BibError, match="total_timeout"):
        settings(total_timeout=value)


@pytest.mark.parametrize("value", ["a@b", "first.last+tag@mail.example.org", "o'neil@example.ie"])
def test_a_plain_mail_address_is_taken(value: str) -> None:
    assert settings(BIB_MAILTO=value).mailto == value


WRONG_MAILTO = (
    "nobody", "@", "a@", "@b", "a@b@c", "a b@c", "a@b c", " a@b", "a@b\n", "a@b\r\nX-Evil: 1", "a\x00@b", "Me <a@b>",
    "a@b,c@d", "a@b;c@d", "a@b)", "mailto:a@b", "ä@example.org", "a" * 300 + "@b", 'a"@b', "a@b\t", "a@b\u2028",
)  # fmt: skip


@pytest.mark.parametrize("value", WRONG_MAILTO)
def test_what_is_no_plain_address_never_gets_into_a_header(value: str) -> None:
    for mailto, environment in (("", {"BIB_MAILTO": value}), (value, {})):
        with pytest.raises(BibError, match=r"BIB_MAILTO|mailto") as refusal:
            settings(mailto, **environment)
        assert refusal.value.exit_code == EXIT_USAGE


def test_the_cache_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert settings(BIB_CACHE_DIR="here").cache_folder == tmp_path / "here"
    assert settings(BIB_CACHE_DIR="~/there").cache_folder == tmp_path / "home" / "there"
    with pytest.raises(BibError, match="BIB_CACHE_DIR"):
        settings(BIB_CACHE_DIR="a\nb")


def test_a_wire_carries_address_time_and_name() -> None:
    source = SimpleNamespace(BASE_URL="https://export.arxiv.org", BASE_URL_VARIABLE="BIB_ARXIV_URL")
    usual = settings("a@example.org")
    assert usual.wire(source, 3.5).base_url == "https://export.arxiv.org"
    wire = settings("a@example.org", BIB_ARXIV_URL="http://127.0.0.1:1").wire(source, 3.5)
    assert (wire.base_url, wire.timeout, wire.mailto) == ("http://127.0.0.1:1", 3.5, "a@example.org")
    assert wire.user_agent == usual.user_agent


def test_settings_are_a_value() -> None:
    assert settings() == settings()
    with pytest.raises(AttributeError):
        settings().timeout = 3  # type: ignore[misc]
