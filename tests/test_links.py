"""`bib links` against a web on the loopback: what each answer means, whom it asks and how often, what it keeps and writes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from fakes import Response
from fakes.faults import drop_before, gzip_bomb, huge, not_http, packed, stall
from fakes.pages import FakeWeb, moved, page
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.__main__ import run
from llminfer_bib.commands import following
from llminfer_bib.commands.links_asking import NetworkDownError, Tools
from llminfer_bib.config import LINKS_KEYS
from llminfer_bib.following import KINDS, Verdict, verdicts, words
from llminfer_bib.following.addresses import asked, is_same_page
from llminfer_bib.following.hosts import HOSTS, Host, host_row
from llminfer_bib.following.places import AMONG_WORDS, WHOLE
from llminfer_bib.identifiers import host_of, is_web_url
from llminfer_bib.sources import links
from llminfer_bib.sources.links import Ask, PageAnswer
from llminfer_bib.sources.links_pacing import Manners, Rounds

FOUND = page("Efficient serving", "All about it. " * 60)
PDF = Response(200, {"content-type": "application/pdf"}, b"%PDF-1.7")


@dataclass(slots=True)
class Stage:
    """A folder with a list, the web, and `bib` run inside this process."""

    folder: Path
    web: FakeWeb
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    now: float = 1_700_000_000.0

    def write(self, *urls: str, field: str = "url") -> None:
        """Make a list with one entry, ``k1``, ``k2``..., for each address."""
        entries = [f"@online{{k{at},\n  {field} = {{{url}}},\n}}\n" for at, url in enumerate(urls, 1)]
        (self.folder / "refs.bib").write_text("\n".join(entries), "utf-8")

    def bib(self, *words: str) -> tuple[int, str, str]:
        self.capsys.readouterr()
        code = run(words)
        out, err = self.capsys.readouterr()
        assert "Traceback" not in err and code != 70, err
        return code, out, err

    def rows(self, *words: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self.bib("-q", "links", "--json", *words)[1])["links"]
        return found

    def row(self, url: str, *words: str) -> dict[str, object]:
        """Return what is found out about one address."""
        self.write(url)
        return self.rows(*words)[0]


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb() as web:
        web.page("http://control.test/", FOUND)
        yield web


@pytest.fixture
def stage(tmp_path: Path, web: FakeWeb, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Stage:
    folder = tmp_path / "list"
    folder.mkdir()
    (folder / "bib.toml").write_text('file = "refs.bib"\n[links]\npace = 0.01\n', "utf-8")
    monkeypatch.chdir(folder)
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BIB_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("BIB_CONTROL_URL", "http://control.test")
    monkeypatch.setenv("BIB_ARCHIVE_URL", web.url)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("BIB_TIMEOUT", "5")
    stage = Stage(folder, web, monkeypatch, capsys)
    monkeypatch.setattr(
        following,
        "Tools",
        lambda: Tools(
            resolve=web.resolve, permits=lambda ip: ip == "127.0.0.1", wall=lambda: stage.now, sleep=lambda _: None
        ),
    )
    monkeypatch.setattr("llminfer_bib.commands.links_asking.host_row", _quick(monkeypatch))
    return stage


def _quick(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], object]:
    """Return the real table of hosts without its own paces."""
    from dataclasses import replace

    from llminfer_bib.following.hosts import host_row

    return lambda host: replace(host_row(host), pace=0.0)


# --- what an answer means

CLASSES: list[tuple[str, Callable[[FakeWeb], object], str, str]] = [
    # (what the server does, how, the kind, what is said)
    ("a page", lambda web: web.page("http://a.test/x", FOUND), "good", ""),
    ("a PDF", lambda web: web.page("http://a.test/x", PDF), "good", ""),
    ("an empty page", lambda web: web.page("http://a.test/x", page("", "")), "good", ""),
    ("a page about 404s", lambda web: web.page("http://a.test/x", page("404 ways to serve", "Text. " * 99)), "good", ""),
    ("404", lambda _: None, "missing", "404"),
    ("410", lambda web: web.page("http://a.test/x", page(status=410)), "gone", "410"),
    ("no such host", lambda web: web.nowhere.add("a.test"), "no-host", "no host of this name"),
    ("HEAD refused (403)", lambda web: web.page("http://a.test/x", page(status=403), FOUND), "good", ""),
    ("HEAD refused (405)", lambda web: web.page("http://a.test/x", page(status=405), FOUND), "good", ""),
    ("HEAD refused (501)", lambda web: web.page("http://a.test/x", page(status=501), FOUND), "good", ""),
    ("HEAD lies (404)", lambda web: web.page("http://a.test/x", page(status=404), FOUND), "good", ""),
    ("HEAD lies (500)", lambda web: web.page("http://a.test/x", page(status=500), PDF), "good", ""),
    ("HEAD lies (200)", lambda web: web.page("http://a.test/x", FOUND, page(status=404)), "missing", "404"),
    ("soft 404, title", lambda web: web.page("http://a.test/x", page("Page not found - A", "w " * 900)), "suspect", "Page not found"),
    ("soft 404, Chinese", lambda web: web.page("http://a.test/x", page("页面不存在 | 站点", "词" * 900)), "suspect", "页面不存在"),
    ("soft 404, short text", lambda web: web.page("http://a.test/x", page("Acme", "Sorry, no such page.")), "suspect", "no such page"),
    ("a deleted WeChat article", lambda web: web.page("http://mp.weixin.qq.com/s/x", page("", "该内容已被发布者删除")), "suspect", "该内容已被发布者删除"),
    ("to the home page", lambda web: (web.page("http://a.test/x", moved("/", 302)), web.page("http://a.test/", FOUND)), "suspect", "home page"),
    ("a short link home", lambda web: (web.page("http://bit.ly/x", moved("http://a.test/")), web.page("http://a.test/", FOUND)), "moved", "http://a.test/"),
    ("401", lambda web: web.page("http://a.test/x", page(status=401)), "blocked", "password"),
    ("403", lambda web: web.page("http://a.test/x", page(status=403)), "blocked", "keeps programs out"),
    ("999", lambda web: web.page("http://a.test/x", page(status=999)), "blocked", "keeps programs out"),
    ("Bilibili's 412", lambda web: web.page("http://www.bilibili.com/video/x", page(status=412)), "blocked", "keeps programs out"),
    ("Zhihu's 403", lambda web: web.page("http://zhuanlan.zhihu.com/p/1", page(status=403)), "blocked", "keeps programs out"),
    ("Zhihu's login", lambda web: web.page("http://www.zhihu.com/q/1", moved("/signin?next=%2Fq%2F1", 302)), "blocked", "login"),
    ("WeChat's captcha", lambda web: web.page("http://mp.weixin.qq.com/s/x", page("", "环境异常 当前环境异常，完成验证后即可继续访问。")), "blocked", "环境异常"),
    ("WeChat's captcha page", lambda web: web.page("http://mp.weixin.qq.com/s/x", moved("http://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?a=b", 302)), "blocked", "login"),
    ("Cloudflare", lambda web: web.page("http://a.test/x", page("Just a moment...", "")), "blocked", "just a moment"),
    ("429 for ever", lambda web: web.page("http://a.test/x", page(status=429, retry_after="0")), "blocked", "too often"),
    ("429 with a long wait", lambda web: web.page("http://a.test/x", page(status=429, retry_after="9000")), "blocked", "too often"),
    ("301", lambda web: (web.page("http://a.test/x", moved("http://b.test/y")), web.page("http://b.test/y", FOUND)), "moved", "http://b.test/y"),
    ("308", lambda web: (web.page("http://a.test/x", moved("/y", 308)), web.page("http://a.test/y", FOUND)), "moved", "http://a.test/y"),
    ("301, then 302", lambda web: (web.page("http://a.test/x", moved("/y")), web.page("http://a.test/y", moved("/z", 302)), web.page("http://a.test/z", FOUND)), "moved", "for good to http://a.test/y"),
    ("302, then 301", lambda web: (web.page("http://a.test/x", moved("/y", 302)), web.page("http://a.test/y", moved("/z")), web.page("http://a.test/z", FOUND)), "good", ""),
    ("307", lambda web: (web.page("http://a.test/x", moved("/y", 307)), web.page("http://a.test/y", FOUND)), "good", ""),
    ("301 to a 404", lambda web: web.page("http://a.test/x", moved("/y")), "missing", "404"),
    ("301 to no host", lambda web: (web.page("http://a.test/x", moved("http://b.test/")), web.nowhere.add("b.test")), "suspect", "where nobody is"),
    ("a redirect in Chinese", lambda web: (web.page("http://a.test/x", Response(302, {"location": "/路径".encode().decode("latin-1")})), web.page("http://a.test/%E8%B7%AF%E5%BE%84", FOUND)), "good", ""),
    ("a circle", lambda web: (web.page("http://a.test/x", moved("/y")), web.page("http://a.test/y", moved("/x"))), "circle", "in a circle"),
    ("to itself", lambda web: web.page("http://a.test/x", moved("/x")), "circle", "to itself"),
    ("for ever", lambda web: web.page("http://a.test/x", moved("/on/1")), "circle", "more than 10"),
    ("to a file", lambda web: web.page("http://a.test/x", moved("file:///etc/passwd")), "suspect", "no web address"),
    ("to ftp", lambda web: web.page("http://a.test/x", moved("ftp://a.test/x")), "suspect", "no web address"),
    ("into a private network", lambda web: (web.page("http://a.test/x", moved("http://b.test/")), web.names.update({"b.test": "10.0.0.1"})), "unchecked", "private network"),
    ("to the cloud's own address", lambda web: web.page("http://a.test/x", moved("http://169.254.169.254/latest/")), "unchecked", "private network"),
    ("to localhost", lambda web: web.page("http://a.test/x", moved("http://localhost/")), "unchecked", "private network"),
    ("a host in a private network", lambda web: web.names.update({"a.test": "192.168.1.1"}), "unchecked", "private network"),
    ("500", lambda web: web.page("http://a.test/x", page(status=500)), "failing", "500"),
    ("502", lambda web: web.page("http://a.test/x", page(status=502)), "failing", "502"),
    ("400", lambda web: web.page("http://a.test/x", page(status=400)), "odd", "400"),
    ("a 301 without a target", lambda web: web.page("http://a.test/x", Response(301)), "odd", "301"),
    ("nobody listens", lambda web: web.refusing.add("a.test"), "silent", "nobody listens"),
    ("drops the line", lambda web: web.page("http://a.test/x", fault=drop_before()), "silent", "broke off"),
    ("no HTTP", lambda web: web.page("http://a.test/x", fault=not_http()), "silent", "broke off"),
    ("a page packed", lambda web: web.page("http://a.test/x", FOUND, fault=packed()), "good", ""),
    ("a gzip bomb", lambda web: web.page("http://a.test/x", FOUND, fault=gzip_bomb()), "good", ""),
    ("a huge page", lambda web: web.page("http://a.test/x", FOUND, fault=huge()), "good", ""),
]  # fmt: skip


@pytest.mark.parametrize(("set_up", "kind", "said"), [row[1:] for row in CLASSES], ids=[row[0] for row in CLASSES])
def test_each_answer_has_its_meaning(stage: Stage, set_up: Callable[[FakeWeb], object], kind: str, said: str) -> None:
    stage.monkeypatch.setattr("llminfer_bib.following.judging._PATIENCE", 0.01)
    set_up(stage.web)
    hosts = [host for host, _ in stage.web.pages] + [host for host, _ in stage.web.faults]
    places = [place for place in (*stage.web.pages, *stage.web.faults) if place[0] != "control.test"]
    url = f"http://{''.join(places[0])}" if places and hosts else "http://a.test/x"
    row = stage.row(url)
    assert row["kind"] == kind
    assert said in f"{row['status']} {row['message']}"


def test_a_server_that_never_answers_is_silent_and_not_dead(stage: Stage) -> None:
    stage.monkeypatch.setenv("BIB_TIMEOUT", "0.2")
    stage.web.page("http://a.test/x", fault=stall())
    stage.web.page("http://b.test/x", FOUND)
    stage.write("http://a.test/x", "http://b.test/x")
    code, out, _ = stage.bib("links")
    assert code == 4
    assert "refs.bib:2:10: k1: L109 http://a.test/x: no answer: it took too long." in out


def test_https_that_fails_is_a_class_of_its_own(stage: Stage) -> None:
    row = stage.row("https://a.test/x")
    assert (row["kind"], row["code"], row["dead"]) == ("tls", "L106", False)


def test_a_doi_is_good_where_the_publisher_keeps_programs_out(stage: Stage) -> None:
    stage.web.page("http://doi.org/10.1145/1.2", moved("http://dl.test/doi/10.1145/1.2", 302))
    stage.web.page("http://dl.test/doi/10.1145/1.2", page(status=403))
    assert stage.row("http://doi.org/10.1145/1.2")["kind"] == "good"


def test_an_unknown_doi_is_missing(stage: Stage) -> None:
    assert stage.row("http://doi.org/10.1145/nothing")["kind"] == "missing"


# --- whom it asks, and how often


def test_each_address_is_asked_once_and_a_finding_stands_at_each_place(stage: Stage) -> None:
    stage.web.page("http://a.test/pdf", PDF)
    (stage.folder / "refs.bib").write_text(
        "@online{a,\n  url = {http://a.test/gone#top},\n  note = {see http://a.test/pdf},\n}\n"
        "@online{b,\n  howpublished = {\\url{http://a.test/gone}},\n}\n",
        "utf-8",
    )
    code, out, err = stage.bib("links")
    assert code == 1
    assert out.splitlines() == [
        "refs.bib:2:10: a: L101 404 http://a.test/gone: the page is not there. Find its new place, or the archived copy.",
        "refs.bib:6:24: b: L101 404 http://a.test/gone: the page is not there. Find its new place, or the archived copy.",
    ]
    assert "3 links: 1 fine, 2 dead." in err
    assert stage.web.asked("a.test") == [
        ("HEAD", "http://a.test/gone"),
        ("HEAD", "http://a.test/pdf"),
        ("GET", "http://a.test/gone"),
    ]


def test_a_host_whose_pages_alone_tell_is_asked_for_the_page_at_once(stage: Stage) -> None:
    stage.web.page("http://mp.weixin.qq.com/s/x", FOUND)
    assert stage.row("http://mp.weixin.qq.com/s/x")["kind"] == "good"
    assert stage.web.asked() == [("GET", "http://mp.weixin.qq.com/s/x")]


def test_a_host_that_is_known_to_be_honest_is_not_asked_for_the_page(stage: Stage) -> None:
    stage.web.page("http://github.com/a/b", FOUND)
    assert stage.row("http://github.com/a/b")["kind"] == "good"
    assert stage.web.asked() == [("HEAD", "http://github.com/a/b")]


def test_links_of_all_fields_are_asked(stage: Stage) -> None:
    (stage.folder / "refs.bib").write_text(
        "@online{a,\n  url = {http://a.test/1}, code = {http://a.test/2}, video = {http://a.test/3}, slides = {http://a.test/4},\n"
        "  howpublished = {Blog, http://a.test/5.}, note = {代码见http://a.test/6，视频见（http://a.test/7）},\n"
        "  doi = {10.1145/1.2}, eprint = {2309.06180}, eprinttype = {arxiv}, file = {http://a.test/no},\n"
        "  abstract = {http://a.test/no},\n}\n",
        "utf-8",
    )
    found = [(row["field"], row["url"]) for row in stage.rows("--offline")]
    assert found == [
        ("url", "http://a.test/1"),
        ("code", "http://a.test/2"),
        ("video", "http://a.test/3"),
        ("slides", "http://a.test/4"),
        ("howpublished", "http://a.test/5"),
        ("note", "http://a.test/6"),
        ("note", "http://a.test/7"),
        ("doi", "https://doi.org/10.1145/1.2"),
        ("eprint", "https://arxiv.org/abs/2309.06180"),
    ]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://a.test/x", "only http and https links are, not ftp"),
        ("mailto:me@a.test", "only http and https links are, not mailto"),
        ("file:///etc/passwd", "only http and https links are, not file"),
        ("www.a.test/x", "it is no usable web address"),
        ("http://localhost/x", "private network"),
        ("http://localhost:8080/x", "private network"),
        ("http://127.0.0.1/x", "private network"),
        ("http://10.1.2.3/x", "private network"),
        ("http://169.254.169.254/latest/meta-data", "private network"),
        ("http://[::1]/x", "private network"),
        ("http://[::ffff:10.0.0.1]/x", "private network"),
        ("http://router.local/x", "private network"),
        ("http://a.b.internal/x", "private network"),
    ],
)
def test_what_is_not_the_open_web_is_not_asked(stage: Stage, url: str, said: str) -> None:
    stage.write(url)
    code, out, _ = stage.bib("-v", "links")
    assert code == 0
    assert "L111" in out and said in out
    assert not stage.web.requests and not stage.web.looked_up


def test_private_networks_are_asked_where_a_person_wants_it(stage: Stage) -> None:
    stage.write(f"{stage.web.url}/x")
    stage.web.page(f"{stage.web.url}/x", FOUND)
    stage.web.names["127.0.0.1"] = "127.0.0.1"
    code, _, err = stage.bib("links", "--allow-private")
    assert (code, stage.web.asked()) == (0, [("HEAD", f"{stage.web.url}/x"), ("GET", f"{stage.web.url}/x")]), err


def test_a_name_that_leads_elsewhere_the_second_time_is_judged_each_time(stage: Stage) -> None:
    def rebinding(_request: object) -> Response:
        stage.web.names["a.test"] = "10.0.0.1"
        return page(status=404)

    stage.web.page("http://a.test/x", rebinding)
    assert stage.row("http://a.test/x")["kind"] == "unchecked"


def test_credentials_and_cookies_are_not_sent_and_we_say_who_we_are(stage: Stage) -> None:
    stage.monkeypatch.setenv("BIB_MAILTO", "me@example.org")
    stage.web.page("http://a.test/x", moved("http://you:word@a.test/y", 302))
    stage.web.page("http://a.test/y", page("A", "t " * 300, set_cookie="a=b"))
    stage.write("http://me:secret@a.test/x")
    assert stage.bib("links")[0] == 0
    assert len(stage.web.requests) == 3
    for request in stage.web.requests:
        assert request.headers["user-agent"].startswith("llminfer-bib/")
        assert "mailto:me@example.org" in request.headers["user-agent"]
        assert not {"authorization", "cookie"} & set(request.headers)


def test_hosts_that_the_configuration_skips_are_not_asked(stage: Stage) -> None:
    (stage.folder / "bib.toml").write_text('[links]\npace = 0.01\nskip = ["a.test", "http://b.test/no/"]\n', "utf-8")
    stage.write("http://a.test/1", "http://www.a.test/2", "http://b.test/no/3", "http://nota.test/4")
    assert [row["kind"] for row in stage.rows()] == ["unchecked", "unchecked", "unchecked", "missing"]


def test_only_selected_entries_are_asked(stage: Stage) -> None:
    stage.write("http://a.test/1", "http://b.test/2", "http://c.test/3")
    assert [row["key"] for row in stage.rows("k2")] == ["k2"]
    assert stage.rows("--year", "1999") == []
    assert stage.bib("links", "nobody")[0] == 2
    assert stage.bib("links", "--category", "nothing")[0] == 2


# --- pace and time


@pytest.mark.slow
def test_many_links_on_many_hosts_end_in_time_with_the_pace_kept(stage: Stage) -> None:
    pace = 0.05
    (stage.folder / "bib.toml").write_text(f"[links]\npace = {pace}\nhosts = 10\n", "utf-8")
    urls = [f"http://h{at % 50}.test/{at}" for at in range(500)]
    for url in urls:
        stage.web.page(url, PDF)
    stage.write(*urls)
    began = time.monotonic()
    code, _, err = stage.bib("links")
    assert time.monotonic() - began < 15
    assert code == 0 and "500 links: 500 fine. 500 requests." in err
    assert stage.web.peak <= 10
    by_host = defaultdict(list)
    for request in stage.web.requests:
        by_host[request.headers["host"]].append(request)
    assert len(by_host) == 50
    for requests in by_host.values():
        for one, other in pairwise(requests):
            assert one.ended is not None and other.began - one.ended >= pace * 0.9


def test_a_redirect_waits_for_the_turn_of_the_host_it_leads_to(stage: Stage) -> None:
    (stage.folder / "bib.toml").write_text("[links]\npace = 0.1\n", "utf-8")
    stage.web.page("http://a.test/x", moved("http://b.test/y"))
    stage.web.page("http://b.test/y", PDF)
    stage.web.page("http://b.test/z", PDF)
    stage.write("http://a.test/x", "http://b.test/z")
    stage.bib("links")
    one, other = (request for request in stage.web.requests if request.headers["host"] == "b.test")
    assert one.ended is not None and other.began - one.ended >= 0.09


@pytest.mark.slow
def test_a_host_that_asks_for_patience_gets_it(stage: Stage) -> None:
    answers = [page(status=429, retry_after="1"), PDF]
    stage.web.page("http://a.test/x", lambda _: answers.pop(0))
    stage.web.page("http://a.test/y", PDF)
    stage.write("http://a.test/x", "http://a.test/y")
    assert [row["kind"] for row in stage.rows()] == ["good", "good"]
    first, second, _ = stage.web.requests
    assert first.ended is not None and second.began - first.ended >= 0.95


def test_when_time_is_over_the_rest_is_told_and_the_next_run_goes_on(stage: Stage) -> None:
    stage.monkeypatch.setenv("BIB_TOTAL_TIMEOUT", "0.5")
    (stage.folder / "bib.toml").write_text("[links]\npace = 0.2\n", "utf-8")
    urls = [f"http://a.test/{at}" for at in range(5)]
    for url in urls:
        stage.web.page(url, PDF)
    stage.write(*urls)
    code, out, _ = stage.bib("links")
    assert code == 4
    assert "L112" in out and "the next run goes on from here" in out
    first = len(stage.web.requests)
    assert 0 < first < 5
    stage.monkeypatch.delenv("BIB_TOTAL_TIMEOUT")
    assert stage.bib("links")[0] == 0
    assert Counter(stage.web.asked()) == Counter(("HEAD", url) for url in urls)


def test_a_server_that_holds_the_line_does_not_hold_the_run(stage: Stage) -> None:
    stage.monkeypatch.setenv("BIB_TOTAL_TIMEOUT", "0.4")
    stage.web.page("http://a.test/x", fault=stall())
    stage.write("http://a.test/x")
    began = time.monotonic()
    assert stage.bib("links")[0] == 4
    assert time.monotonic() - began < 2.5


# --- what is kept


def test_good_links_are_believed_for_a_week_and_dead_ones_for_a_day(stage: Stage) -> None:
    stage.web.page("http://a.test/good", PDF)
    stage.web.page("http://a.test/sick", page(status=500))
    stage.write("http://a.test/good", "http://a.test/dead", "http://a.test/sick")

    def asked_after(days: float) -> set[str]:
        stage.now += days * 86400
        stage.web.forget()
        assert stage.bib("links")[0] == 1
        return {url.rpartition("/")[2] for _, url in stage.web.asked("a.test")}

    assert asked_after(0) == {"good", "dead", "sick"}
    assert asked_after(0.5) == {"sick"}
    assert asked_after(0.6) == {"dead", "sick"}
    assert asked_after(6) == {"good", "dead", "sick"}


def test_refresh_asks_again_and_offline_asks_nobody(stage: Stage) -> None:
    stage.web.page("http://a.test/1", PDF)
    stage.write("http://a.test/1", "http://a.test/2")
    stage.bib("links")
    stage.web.forget()
    assert stage.bib("links", "--refresh")[0] == 1
    assert len(stage.web.asked("a.test")) == 3
    stage.web.forget()
    stage.now += 99 * 86400
    assert stage.bib("links", "--offline")[0] == 1
    stage.write("http://a.test/1", "http://a.test/3")
    code, out, _ = stage.bib("links", "--offline")
    assert code == 4 and "L112 http://a.test/3: was not asked: it is not in the cache" in out
    assert not stage.web.requests
    assert stage.bib("links", "--offline", "--refresh")[0] == 2


def test_what_is_kept_of_links_can_be_thrown_away(stage: Stage) -> None:
    archive(stage.web, "http://a.test/gone", None)
    stage.write("http://a.test/gone")
    stage.bib("links")
    kept = json.loads(stage.bib("cache", "--source", "links", "--json")[1])["sources"]
    assert {row["source"] for row in kept} == {"links", "archive"}
    assert stage.bib("cache", "--source", "links", "--clear")[1] == "removed: 2 answers\n"
    assert {row["kind"] for row in stage.rows("--offline")} == {"deferred"}


def test_what_cannot_be_read_in_the_cache_is_asked_again(stage: Stage) -> None:
    from llminfer_bib.sources.cache import Cache

    stage.web.page("http://a.test/1", PDF)
    stage.write("http://a.test/1")
    for raw in (b"", b"[]", b"{}", b'{"kind": "new"}', b'{"kind": 1}', b'{"kind": "good", "more": 1}'):
        with Cache.open(Path(os.environ["BIB_CACHE_DIR"])) as cache:
            cache.put_many("links", {"http://a.test/1": raw}, (), stage.now)
        stage.web.forget()
        assert stage.bib("links")[0] == 0
        assert stage.web.asked() == [("HEAD", "http://a.test/1")]


def test_ctrl_c_shows_and_keeps_what_was_found(stage: Stage) -> None:
    def interrupted(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    (stage.folder / "bib.toml").write_text("[links]\npace = 0.01\nhosts = 1\n", "utf-8")
    stage.write(*(f"http://a.test/{at}" for at in range(6)))
    import contextlib

    stage.monkeypatch.setattr(
        "llminfer_bib.report.progress.counting", lambda *_, **__: contextlib.nullcontext(interrupted)
    )
    code, out, err = stage.bib("links")
    assert code == 130 and "stopped" in err
    assert out.count("L101") == 1 and out.count("it was stopped before") == 5
    stage.monkeypatch.undo()


@pytest.mark.slow
def test_a_run_that_was_killed_is_taken_up(stage: Stage, tmp_path: Path) -> None:
    (stage.folder / "bib.toml").write_text("[links]\npace = 0.1\nhosts = 2\n", "utf-8")
    urls = [f"http://h{at % 2}.test/{at}" for at in range(30)]
    for url in urls:
        stage.web.page(url, PDF)
    stage.write(*urls)
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_PROXY", "no_proxy"}}
    environment["HTTP_PROXY"] = environment["http_proxy"] = stage.web.url
    command = [sys.executable, "-m", "llminfer_bib", "links"]
    with subprocess.Popen(command, cwd=stage.folder, env=environment, stdout=-3, stderr=-3) as process:
        stage.web.wait_for(8)
        process.send_signal(signal.SIGKILL)
    first = len(stage.web.requests)
    assert first < 30
    stage.web.forget()
    done = subprocess.run(command, cwd=stage.folder, env=environment, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert 30 - first <= len(stage.web.requests) <= 30 - first + 4


# --- is it us?


def test_nobody_is_dead_because_our_network_is_down(stage: Stage) -> None:
    stage.web.is_down = True
    stage.write(*(f"http://h{at}.test/" for at in range(9)))
    code, out, err = stage.bib("links")
    assert (code, out) == (4, "")
    assert "your network seems down" in err
    stage.web.is_down = False
    for at in range(9):
        stage.web.page(f"http://h{at}.test/", PDF)
    assert stage.bib("links")[0] == 0


def test_a_name_service_that_knows_nothing_is_not_believed(stage: Stage) -> None:
    hosts = [f"h{at}.test" for at in range(3)]
    stage.web.nowhere.update([*hosts, "control.test"])
    stage.write(*(f"http://{host}/" for host in hosts))
    code, _, err = stage.bib("links")
    assert code == 4 and "Nothing was recorded" in err
    stage.web.nowhere.clear()
    stage.web.page("http://control.test/", FOUND)
    for host in hosts:
        stage.web.page(f"http://{host}/", PDF)
    assert stage.bib("links")[0] == 0


def test_one_dead_host_is_dead_where_the_control_question_is_answered(stage: Stage) -> None:
    stage.web.nowhere.add("a.test")
    stage.write("http://a.test/")
    code, out, _ = stage.bib("links")
    assert code == 1 and "L103 http://a.test/: there is no host of this name any more." in out
    assert stage.web.asked() == [
        ("HEAD", "http://control.test/"),
        ("GET", f"{stage.web.url}/wayback/available?url=http%3A%2F%2Fa.test%2F"),
    ]


def test_no_control_question_where_a_well_known_host_answers(stage: Stage) -> None:
    stage.web.nowhere.update({"a.test", "b.test"})
    stage.web.page("http://github.com/a/b", PDF)
    stage.write("http://a.test/", "http://b.test/", "http://github.com/a/b")
    assert stage.bib("links")[0] == 1
    assert not stage.web.asked("control.test")


def test_where_nobody_answers_it_gives_up_soon(stage: Stage) -> None:
    stage.web.nowhere.update([*(f"h{at}.test" for at in range(60)), "control.test"])
    stage.write(*(f"http://h{at}.test/" for at in range(60)))
    assert stage.bib("links")[0] == NetworkDownError.exit_code == 4
    assert len(stage.web.looked_up) < 30


@pytest.mark.slow
def test_the_control_question_is_asked_too_where_time_was_over_early(stage: Stage) -> None:
    (stage.folder / "bib.toml").write_text("[links]\npace = 0.01\nhosts = 1\n", "utf-8")
    stage.monkeypatch.setenv("BIB_TOTAL_TIMEOUT", "0.3")
    stage.web.nowhere.update({"h0.test", "h1.test", "control.test"})
    stage.web.page("http://h2.test/", fault=stall())
    stage.write(*(f"http://h{at}.test/" for at in range(9)))
    assert "your network seems down" in stage.bib("links")[2]
    stage.monkeypatch.delenv("BIB_TOTAL_TIMEOUT")
    assert {row["kind"] for row in stage.rows("--offline")} == {"deferred"}


def test_links_that_lead_elsewhere_are_kept_as_they_come_once_the_network_is_sure(stage: Stage) -> None:
    kept: list[int] = []

    def count(done: int, _total: int) -> None:
        from llminfer_bib.sources.cache import Cache

        with Cache.open(Path(os.environ["BIB_CACHE_DIR"])) as cache:
            kept.append(len(cache.get_many("links", [f"http://t.co/{at}" for at in range(4)])))
        assert done

    import contextlib

    for at in range(4):
        stage.web.page(f"http://t.co/{at}", moved(f"http://h{at}.test/x", 302))
        stage.web.page(f"http://h{at}.test/x", PDF)
    stage.web.page("http://github.com/a", PDF)
    stage.write("http://github.com/a", *(f"http://t.co/{at}" for at in range(4)))
    stage.monkeypatch.setattr("llminfer_bib.report.progress.counting", lambda *_, **__: contextlib.nullcontext(count))
    assert stage.bib("links")[0] == 0
    assert kept[-1] >= 2


def test_a_network_that_asks_for_a_login_first_is_not_the_web(stage: Stage) -> None:
    urls = [f"http://h{at}.test/x" for at in range(4)]
    for url in urls:
        stage.web.page(url, moved("http://login.wifi.test/hello", 302))
    stage.web.page("http://login.wifi.test/hello", FOUND)
    stage.write(*urls)
    code, out, err = stage.bib("links")
    assert (code, out) == (4, "") and "asks for a login first" in err
    for url in urls:
        stage.web.page(url, PDF)
    assert stage.bib("links")[0] == 0


def test_links_that_lead_to_one_host_are_fine_where_others_lead_elsewhere(stage: Stage) -> None:
    urls = [f"http://h{at}.test/x" for at in range(4)]
    for url in urls[:3]:
        stage.web.page(url, moved("http://new.test/x", 302))
    stage.web.page("http://new.test/x", PDF)
    stage.web.page(urls[3], PDF)
    stage.write(*urls)
    assert [row["kind"] for row in stage.rows()] == ["good"] * 4


def test_certificates_that_all_fail_say_something_about_us(stage: Stage) -> None:
    stage.monkeypatch.setenv("BIB_CONTROL_URL", "https://control.test")
    stage.write("https://a.test/", "https://b.test/")
    code, _, err = stage.bib("links")
    assert code == 4 and "your network seems down" in err


# --- the archive


def archive(web: FakeWeb, url: str, copy: object) -> None:
    from urllib.parse import quote

    closest = {"closest": {"available": True, "url": copy, "timestamp": "20200101", "status": "200"}} if copy else {}
    body = json.dumps({"url": url, "archived_snapshots": closest}).encode()
    web.page(
        f"{web.url}/wayback/available?url={quote(url, safe='')}",
        Response(200, {"content-type": "application/json"}, body),
    )


def test_an_archived_copy_is_offered_for_dead_links_only(stage: Stage) -> None:
    copy = "http://web.archive.org/web/20200101000000/http://a.test/dead"
    archive(stage.web, "http://a.test/dead", copy)
    archive(stage.web, "http://a.test/none", None)
    stage.web.page("http://a.test/wall", page(status=403))
    stage.web.page("http://a.test/good", PDF)
    stage.write("http://a.test/dead", "http://a.test/wall", "http://a.test/good", "http://a.test/none")
    _, out, _ = stage.bib("links")
    assert (
        "the page is not there. An archived copy: https://web.archive.org/web/20200101000000/http://a.test/dead" in out
    )
    asked = [url for _, url in stage.web.asked() if "wayback" in url]
    assert len(asked) == 2
    stage.web.forget()
    assert "An archived copy" in stage.bib("links")[1]
    assert "An archived copy" in stage.bib("links", "--offline")[1]
    assert not stage.web.requests


@pytest.mark.parametrize("copy", ["javascript:alert(1)", "file:///etc/passwd", 5, "http://", "nonsense", ["x"]])
def test_what_the_archive_says_is_not_believed_blindly(stage: Stage, copy: object) -> None:
    archive(stage.web, "http://a.test/dead", copy)
    stage.write("http://a.test/dead")
    code, out, _ = stage.bib("links")
    assert code == 1 and "An archived copy" not in out


@pytest.mark.parametrize(
    "answer", [page(status=503), page(status=429), page(), Response(200, {}, b"[]"), Response(200, {}, b"")]
)
def test_an_archive_with_trouble_spoils_nothing(stage: Stage, answer: Response) -> None:
    stage.web.page(f"{stage.web.url}/wayback/available?url=http%3A%2F%2Fa.test%2Fdead", answer)
    stage.write("http://a.test/dead")
    code, out, err = stage.bib("links")
    assert code == 1 and "L101" in out
    assert "archive" in err


# --- writing


def test_fix_writes_what_moved_to_the_same_page_and_nothing_else(stage: Stage) -> None:
    web = stage.web
    web.page("http://a.test/x", moved("http://www.a.test/x/"))
    web.page("http://www.a.test/x/", FOUND)
    web.page("http://a.test/y", moved("http://b.test/y"))
    web.page("http://b.test/y", FOUND)
    web.page("http://a.test/z", moved("/z/", 302))
    web.page("http://a.test/z/", FOUND)
    before = (
        "@online{a,\n  url = {http://a.test/x#part},\n  note = {See \\url{http://a.test/x}. Or http://a.test/y.},\n}\n"
        '@online{b,\n  url  = "http://a.test/y",\n}\n% http://a.test/x\n'
        "@online{c,\n  url = {http://a.test/z},\n  howpublished = {http://a.test/x.},\n}\n"
    )
    (stage.folder / "refs.bib").write_text(before, "utf-8")
    code, out, err = stage.bib("links", "--fix", "--dry-run")
    assert "+  url = {http://www.a.test/x/#part}," in out and "dry run" in err
    assert (stage.folder / "refs.bib").read_text("utf-8") == before
    assert stage.bib("links", "--fix")[0] == code == 0
    after = before.replace("{http://a.test/x#part}", "{http://www.a.test/x/#part}")
    after = after.replace("{http://a.test/x}", "{http://www.a.test/x/}").replace(
        "{http://a.test/x.}", "{http://www.a.test/x/.}"
    )
    assert (stage.folder / "refs.bib").read_text("utf-8") == after
    assert stage.bib("links", "--dry-run")[0] == 2


def test_a_moved_link_says_where_it_is_now(stage: Stage) -> None:
    stage.web.page("http://a.test/y", moved("http://b.test/y"))
    stage.web.page("http://b.test/y", FOUND)
    stage.write("http://a.test/y")
    code, out, _ = stage.bib("links")
    assert code == 0
    assert out == (
        "refs.bib:2:10: k1: L105 301 http://a.test/y: moved for good to http://b.test/y."
        " Look whether it is the same page, and write it yourself.\n"
    )


def test_fix_leaves_alone_what_is_written_in_another_way_or_twice(stage: Stage) -> None:
    stage.web.page("http://a.test/x_y", moved("http://www.a.test/x_y"))
    stage.web.page("http://www.a.test/x_y", FOUND)
    text = (
        '@string{home = "http://a.test"}\n@online{a,\n  url = home # "/x_y",\n}\n'
        "@online{b,\n  url = {http://a.test/x\\_y},\n}\n"
        "@online{c,\n  url = {http://a.test/x_y},\n}\n@online{c,\n  url = {http://a.test/x_y},\n}\n"
        "@online{d,\n  note = {http://a.test/x_y/z http://a.test/x_y2 (http://a.test/x_y), http://a.test/x_y},\n}\n"
    )
    (stage.folder / "refs.bib").write_text(text, "utf-8")
    _, out, err = stage.bib("links", "--fix")
    assert err.count("is left as it is") == 4
    new = "(http://www.a.test/x_y), http://www.a.test/x_y}"
    assert (stage.folder / "refs.bib").read_text("utf-8") == text.replace(
        "(http://a.test/x_y), http://a.test/x_y}", new
    )
    assert [line[:12] for line in out.splitlines() if ": c:" in line] == ["refs.bib:9:1", "refs.bib:12:"]


# --- how it is shown


def test_walls_are_counted_and_shown_on_demand(stage: Stage) -> None:
    stage.web.page("http://a.test/x", page(status=403))
    stage.write("http://a.test/x")
    code, out, err = stage.bib("links")
    assert (code, out) == (0, "")
    assert "1 link: 1 that keep programs out. 2 requests. `bib -v links` shows them all." in err
    assert "L107 403 http://a.test/x: cannot tell: it keeps programs out." in stage.bib("-v", "links")[1]


def test_a_list_without_links_is_fine(stage: Stage) -> None:
    (stage.folder / "refs.bib").write_text("@book{a, title = {A}}\n", "utf-8")
    code, out, err = stage.bib("links")
    assert (code, out) == (0, "") and "no links." in err


def test_json_has_every_link(stage: Stage) -> None:
    stage.web.page("http://a.test/1", PDF)
    stage.write("http://a.test/1", "http://a.test/2")
    good, dead = stage.rows()
    assert good == {
        "key": "k1", "field": "url", "line": 2, "column": 10, "url": "http://a.test/1", "written": "http://a.test/1",
        "kind": "good", "code": None, "dead": False, "status": 200, "message": None, "final": None, "moved": None,
        "archived": None, "checked": "2023-11-14T22:13:20Z",
    }  # fmt: skip
    assert (dead["kind"], dead["code"], dead["dead"], dead["status"]) == ("missing", "L101", True, 404)


def test_a_page_cannot_play_tricks_on_the_terminal(stage: Stage) -> None:
    stage.web.page("http://a.test/x", page("Page not found - \x1b[31m\u202e", "w " * 900))
    stage.write("http://a.test/x")
    _, out, _ = stage.bib("links")
    assert "L104" in out and "\x1b" not in out and "\u202e" not in out


# --- safe connections


def test_a_certificate_is_looked_at_and_the_host_is_that_of_the_link(
    stage: Stage, tmp_path: Path, needs_program: Callable[[str], str]
) -> None:
    import ssl
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "application/pdf")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=a.test"]
    words += ["-addext", "subjectAltName=DNS:a.test", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([needs_program("openssl"), *words], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that does not trust us leaves
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        ours = [("127.0.0.1", server.server_port)]
        resolve = lambda host, port: stage.web.resolve(host, port) if host == "control.test" else ours  # noqa: E731
        stage.monkeypatch.setattr(following, "Tools", lambda: Tools(resolve=resolve, permits=lambda _: True))
        stage.write("https://a.test/x", "https://b.test/x")
        untrusted = [(row["kind"], row["message"]) for row in stage.rows()]
        stage.monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        trusted = [(row["kind"], row["message"]) for row in stage.rows("--refresh")]
        server.shutdown()
        thread.join()
    assert untrusted[0][0] == "tls" and "self-signed certificate" in str(untrusted[0][1])
    assert trusted[0][0] == "good"
    assert trusted[1][0] == "tls" and "b.test" in str(trusted[1][1])


def test_an_error_in_a_thread_is_heard() -> None:
    def broken(_ask: Ask, _timeout: float) -> PageAnswer:
        raise ZeroDivisionError

    rounds = Rounds(broken, Manners(lambda url: url, lambda _: 0.0))
    with pytest.raises(ZeroDivisionError):
        list(rounds.run({"a": Ask("HEAD", "http://a.test/")}, lambda _name, _answer: None))


def test_the_page_about_links_names_every_code_and_setting() -> None:
    text = (Path(__file__).parents[1] / "docs" / "links.md").read_text("utf-8")
    for word in (*(kind.code for kind in KINDS.values()), *(f"{key} = " for key in LINKS_KEYS)):
        assert word in text
    for name in (*WHOLE, *AMONG_WORDS[:-2]):
        assert f"`{name}`" in text


# --- the tables


def test_every_kind_has_a_code_of_its_own_and_fitting_words() -> None:
    codes = [kind.code for kind in KINDS.values() if kind.name != "good"]
    assert len(set(codes)) == len(codes) == len(KINDS) - 1
    for kind in KINDS.values():
        verdict = Verdict(kind.name, 200, "http://a.test/", "http://b.test/", "why")
        assert "{" not in verdict.message
        assert verdicts.from_bytes(verdicts.to_bytes(verdict)) == verdict
        assert kind.severity == "error" or not kind.is_dead
        assert not (kind.is_open and kind.lifetime), "what is open is asked again"


SAID = [
    # (row of NOT_FOUND, titles that say so)
    ("404", "404 error", "Error 404", "HTTP 404"),
    ("404 Not Found", "Not found", "Page not found", "404: Page not found", "Sorry, the page you were looking for could not be found", "The requested URL was not found"),
    ("This page does not exist", "The article doesn't exist"),
    ("Post no longer available", "This video has been removed"),
    ("We can't find the page you are looking for", "Sorry, we couldn’t find that page"),
    ("No such page", "Nothing found", "Video unavailable"),
    ("This domain is for sale", "Domain for sale"),
    ("页面不存在", "您访问的页面不存在", "抱歉，您访问的页面不存在", "该内容已被删除", "视频去哪了呢", "文章已失效", "你访问的页面不见了", "出错啦！网页走丢了"),
    ("找不到该页面", "对不起，找不到您请求的页面"),
    ("404 未找到", "出错啦", "找不到"),
    ("- YouTube", " - YouTube"),
    ("知乎，没有知识存在的荒原", "没有知识存在的荒原"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "titles"), [*zip(words.NOT_FOUND, SAID, strict=True)])
def test_every_row_of_titles_is_known(row: str, titles: tuple[str, ...]) -> None:
    for title in titles:
        assert words.not_found_words(title, "much text " * 100), title
        assert words.not_found_words(f"{title} | Some Site", "much text " * 100), title
        assert re.fullmatch(row, title.lower().replace("\u2019", "'").strip()), title


@pytest.mark.parametrize(
    "title",
    [
        "", "Lost in the Middle: How Language Models Use Long Contexts", "404 ways to serve a model", "Not all tokens are found",
        "PagedAttention", "Finding what was not found", "Page replacement for KV caches", "寻找不存在的页面：论缓存", "视频教程",
        "What happens when a page is not found?", "The missing article", "内容分发网络", "Error correction", "Found: 404 bugs",
    ],
)  # fmt: skip
def test_other_titles_are_not(title: str) -> None:
    assert not words.not_found_words(title, "much text " * 100)
    assert not words.wall_words(title, "much text " * 100)


@pytest.mark.parametrize("phrase", words.DELETED)
def test_every_phrase_counts_in_a_short_text_and_not_in_a_long_one(phrase: str) -> None:
    assert words.not_found_words("Site", f"Hello. {phrase}. Bye.")
    assert not words.not_found_words("Site", f"{phrase}. " + "Much text. " * 99)


@pytest.mark.parametrize("phrase", words.WALLS)
def test_every_wall_is_known(phrase: str) -> None:
    assert words.wall_words(phrase.upper(), "")
    assert words.wall_words("Site", f"Hello. {phrase}")
    assert not words.wall_words("Site", f"{phrase}. " + "Much text. " * 99)


@pytest.mark.parametrize("part", words.LOGIN_PATHS)
def test_every_login_path_is_known(part: str) -> None:
    assert words.is_login(f"https://a.test/x/{part.upper()}?next=/y")
    assert not words.is_login(f"https://a.test/x-{part}-y/z?next=/{part}")


@pytest.mark.parametrize("start", words.LOGIN_HOSTS)
def test_every_login_host_is_known(start: str) -> None:
    assert words.is_login(f"https://{start}a.test/x")
    assert not words.is_login(f"https://a.test/{start}")


@pytest.mark.parametrize("host", [*HOSTS.values()], ids=[*HOSTS])
def test_every_host_is_found_with_those_below_it(host: Host) -> None:
    assert host_row(host.name) is host
    assert host_row(f"www.{host.name}") is host or f"www.{host.name}" in HOSTS
    assert host_row(f"not{host.name}") is not host


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("127.0.0.1", False), ("10.0.0.1", False), ("172.16.0.1", False),
        ("192.168.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("::1", False), ("::", False), ("fe80::1", False), ("fe80::1%eth0", False), ("fc00::1", False),
        ("::ffff:10.0.0.1", False), ("::ffff:8.8.8.8", True), ("64:ff9b::7f00:1", False), ("64:ff9b::808:808", True),
        ("2002:0a00:0001::", False), ("ff02::1", False), ("nonsense", False), ("", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert links.is_public(address) is public


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("http://a.test/x", "https://a.test/x", True),
        ("http://a.test/x", "https://www.a.test/x/", True),
        ("https://www.a.test/x", "https://a.test/x", True),
        ("http://a.test/%7Eme", "https://a.test/~me", True),
        ("http://a.test", "https://a.test/", True),
        ("https://a.test/x", "http://a.test/x", False),
        ("http://a.test/x", "https://a.test/y", False),
        ("http://a.test/x", "https://a.test/x?y=1", False),
        ("http://a.test/x", "https://b.test/x", False),
        ("http://a.test/x", "https://a.test:8443/x", False),
        ("http://a.test/x", "https://a.test/", False),
        ("http://a.test/X", "http://a.test/x", False),
    ],
)
def test_which_addresses_are_the_same_page(old: str, new: str, same: bool) -> None:
    assert is_same_page(old, new) is same


@given(st.text() | st.from_regex(r"https?://[^/]{0,20}(/.{0,20})?", fullmatch=True))
def test_what_is_asked_is_plain_and_stays_so(text: str) -> None:
    url = asked(text)
    assert not url or (
        url.isascii() and is_web_url(url) and "#" not in url and "@" not in url.partition("//")[2].partition("/")[0]
    )
    assert not url or asked(url) == url


@given(st.binary(max_size=400) | st.lists(st.sampled_from([b"<title>", b"</title", b"<script", b"</script>", b"<", b">", b"<body", b"&#x110000;", b"charset=", b"\xff", "页".encode(), b"x"]), max_size=40).map(b"".join))  # fmt: skip
def test_any_page_can_be_read(body: bytes) -> None:
    title, text = words.read_page(body, "text/html; charset=nonsense")
    words.not_found_words(title, text)
    words.wall_words(title, text)


@pytest.mark.parametrize("piece", [b"<svg></svg>", b"<script", b"<title", b"<", b"<p>", b"&amp;", b"x ", b"</", b"charset=", b"<body><head></head"])  # fmt: skip
def test_hostile_pages_are_read_in_linear_time(piece: bytes) -> None:
    def work(body: bytes) -> None:
        title, text = words.read_page(body, "")
        words.not_found_words(title, text)

    assert_in_proportion(lambda size: piece * (size // len(piece)), work, most=links.LARGEST_PAGE)


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "gb18030", "utf-16", "big5"])
def test_chinese_pages_are_read_in_their_encoding(encoding: str) -> None:
    page = f"<html><head><meta charset={encoding}><title>找不到</title></head></html>".encode(encoding)
    assert words.read_page(page, f"text/html; charset={encoding}")[0] == "找不到"


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 4), st.lists(st.integers(0, 4), max_size=3)), max_size=12), st.integers(1, 3))
def test_a_host_is_never_asked_twice_at_once_whatever_leads_where(
    plan: list[tuple[int, list[int]]], at_once: int
) -> None:
    busy: list[str] = []
    clashes: list[str] = []
    most = 0

    def send(ask: Ask, _timeout: float) -> PageAnswer:
        nonlocal most
        host = host_of(ask.url)
        if host in busy:
            clashes.append(host)
        busy.append(host)
        most = max(most, len(busy))
        time.sleep(0.0005)
        busy.remove(host)
        return PageAnswer(200)

    ways = {f"link{at}": [f"http://h{host}.test/" for host in (first, *rest)] for at, (first, rest) in enumerate(plan)}

    def step(name: str, _answer: PageAnswer) -> Ask | None:
        ways[name].pop(0)
        return Ask("HEAD", ways[name][0], wait=0.001 * (len(ways[name]) % 2)) if ways[name] else None

    requests = sum(map(len, ways.values()))
    rounds = Rounds(send, Manners(host_of, lambda _: 0.0005, at_once))
    settled = list(rounds.run({name: Ask("HEAD", urls[0]) for name, urls in ways.items()}, step))
    assert sorted(settled) == sorted(ways)
    assert rounds.requests == requests
    assert not clashes and most <= at_once


@pytest.mark.slow
def test_a_real_process_ends_soon_after_ctrl_c_and_says_what_it_found(stage: Stage) -> None:
    stage.web.page("http://b.test/x", fault=stall())
    stage.write("http://a.test/gone", "http://b.test/x")
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_PROXY", "no_proxy"}}
    environment["HTTP_PROXY"] = environment["http_proxy"] = stage.web.url
    command = [sys.executable, "-m", "llminfer_bib", "links"]
    with subprocess.Popen(command, cwd=stage.folder, env=environment, stdout=-1, stderr=-1, text=True) as process:
        stage.web.wait_for(3)
        time.sleep(0.3)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert time.monotonic() - began < 4
    assert process.returncode == 130 and "stopped" in err
    assert "L101 404 http://a.test/gone" in out and "L112 http://b.test/x: was not asked: it was stopped" in out


def test_a_bar_shows_how_far_it_is(stage: Stage, on_a_terminal: Callable[..., str]) -> None:
    stage.write("http://a.test/1", "http://a.test/2")
    settings = f"NO_PROXY= no_proxy= HTTP_PROXY={stage.web.url} http_proxy={stage.web.url}"
    shown = on_a_terminal(
        f"{settings} {sys.executable} -m llminfer_bib links || true", columns=100, folder=stage.folder
    )
    assert "2/2" in shown and "2 links: 2 dead." in shown
