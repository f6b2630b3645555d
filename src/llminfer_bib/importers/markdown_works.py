"""One bullet, paragraph or cell, read -> the works in it: what each is called, where it is, what else is said of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from . import citations, crediting
from .crediting import EDGES, Credits
from .headings import words
from .markdown_inline import BOLD, CODE, ITALIC, Inline, Link
from .markdown_kinds import Kind, ends_in_venue, is_paper
from .markdown_stretches import shown, stretches
from .markdown_titles import DECORATION, QUOTES, clean, says
from .markdown_ways import BRACKETS, Way, best, is_void
from .texts import line

_LEAD = re.compile(r"[\[【]([^\[\]【】]{1,80}+)[\]】]|[(（]([^()（）]{1,60}+)[)）]")
_MADE_BY = re.compile(r"\s*+[(（]\s*+@[^()（）]{1,80}+[)）]\s*+\Z")
_YEAR_AT_END = re.compile(r"\s*+[(（]((?:19|20)[0-9]{2})[)）]\s*+\Z")
_YEAR_INSIDE = re.compile(r"\s[(（]((?:19|20)[0-9]{2})[)）][.,]?\s++")
_QUOTED = re.compile(r"[\"“]([^\"“”]{12,400}+)[\"”]")
_NAMED_BEFORE = re.compile(r"([^:：\n]{1,40}?)\s*+[:：]\s*+[\"“']?\Z")
_SUBTITLE = re.compile(r"\s*+[:：]\s*+")
_STOP = re.compile(r"[|｜\n]|\s[–—]\s")
_BETWEEN = re.compile(
    r"[\s,，、;；|/·•&()\[\]（）:：—–-]*+(?:and|or|和|与)?[\s,，、;；|/·•&()\[\]（）:：—–-]*+", re.IGNORECASE
)
_JOINED = re.compile(r"\s*+(?:[/、,，+&]|and|和|与)\s*+")
_REPOSITORY_PAGE = re.compile(r"GitHub - [\w.-]{1,100}/([\w.-]{1,100}): (.*+)\Z")
_SHORT_NAME: Final = 5
_TITLE_WORDS: Final = 3
_LONGEST_TITLE_BEHIND: Final = 120
_MADE = ("(@", "（@")


@dataclass(slots=True)
class Work:
    """One work. What the words beside its title say is in ``credits``; what found no place there in ``rest``."""

    url: str
    title: str
    name: str = ""
    """The title as the list words it, where that says more: with its short name in brackets."""
    lead: str = ""
    """A venue or date in brackets in front of the title."""
    credits: Credits = field(default_factory=Credits)
    said: citations.Citation | None = None
    rest: str = ""
    joint: str = " - "
    """What stands between title and rest."""
    further: list[Way] = field(default_factory=list)
    paper: bool = False


def works_of(read: Inline, ways: Sequence[Way], kind: Kind) -> list[Work]:
    """Return the works of a bullet or cell."""
    return _Reading(read, ways, kind).works()


class _Reading:
    def __init__(self, read: Inline, ways: Sequence[Way], kind: Kind) -> None:
        self.read = read
        self.text = read.text
        self.ways = ways
        self.kind = kind
        self.credits = Credits()
        self.hidden = [(way.start, way.link.end) for way in ways if way.role or way.link.image]
        used = {(way.link.start, way.link.end) for way in ways}
        void = [one for one in read.links if (one.start, one.end) not in used and is_void(one)]
        self.hidden += [(one.start, one.end) for one in void]
        self.tag = self.lead = ""
        self.start = self._lead()

    def works(self) -> list[Work]:
        named = [way for way in self.ways if not way.role and not way.link.image and words(way.link.label)]
        head = named[0] if named and self._is_head(named[0].link) else None
        if several := self._several(named, head):
            return several
        if head is None and named and self._behind_names(named[0].link):
            head = named[0]
        if head is None:
            return [self._by_words()]
        if head.link.label == head.link.url:
            return [self._by_address(head)]
        return [self._by_link(head, [way for way in self.ways if way is not head])]

    # --- what stands before a title

    def _lead(self) -> int:
        """Pass signs, dates, venues and one short name in brackets in front of a title; return where the title begins."""
        at = 0
        while at < len(self.text):
            at = self._pass(at)
            found = _LEAD.match(self.text, at)
            if found is None or any(one.start < found.end() and one.end > at for one in self.read.links):
                break
            inside = (found[1] or found[2]).strip()
            if self.credits.take_tail(inside):
                self.lead = self.lead or inside
            elif self.tag or not found[1] or not self.text[found.end() :].lstrip(EDGES)[:1].strip("[(（"):
                break
            else:
                self.tag = inside
            self.hidden.append((at, found.end()))
            at = found.end()
        return self._pass(at)

    def _pass(self, at: int) -> int:
        while at < len(self.text):
            if found := DECORATION.match(self.text, at):
                self.hidden.append((at, found.end()))
                at = found.end()
            elif self.text[at] in EDGES:
                at += 1
            else:
                break
        return at

    def _is_head(self, link: Link) -> bool:
        return not self.text[self.start : link.start].strip(EDGES + BRACKETS + QUOTES + "*(（")

    def _behind_names(self, link: Link) -> bool:
        """Take what stands before a link that is called by a title, where that is who made the work, and when."""
        before = self.text[self.start : link.start].rstrip(EDGES + BRACKETS + QUOTES)
        said = Credits()
        if len(link.label.split()) < _TITLE_WORDS or not said.take(before) or not said.people:
            return False
        self.credits.add(said)
        return True

    # --- several works in one line

    def _several(self, named: Sequence[Way], head: Way | None) -> list[Work]:
        """Return the works of a line that only counts them up, or that begins with several of the same kind."""
        if len(named) < 2 or self.kind.single:
            return []
        before = self.text[self.start : named[0].link.start].rstrip()
        if (head or before.endswith((":", "："))) and len(named) == len(self.ways) and self._only(named):
            self.credits.left += [before.rstrip(":：").strip()] if before else []
            return [self._one(way, at == 0) for at, way in enumerate(named)]
        run = [head] if head else []
        for left, right in pairwise(named):
            if not run or left is not run[-1] or not _JOINED.fullmatch(self.text[left.link.end : right.link.start]):
                break
            run.append(right)
        if len(run) < 2:
            return []
        self.hidden += [(way.link.start, way.link.end) for way in run]
        rest, _ = self._beside(run[-1].link.end, paper=False)
        works = [self._one(way, at == 0) for at, way in enumerate(run)]
        for work in works:
            work.rest = rest
        works[0].further = [way for way in self.ways if way not in run]
        return works

    def _only(self, named: Sequence[Way]) -> bool:
        gaps = [self.text[left.link.end : right.link.start] for left, right in pairwise(named)]
        return all(_BETWEEN.fullmatch(gap) for gap in gaps) and not self.text[named[-1].link.end :].strip(
            EDGES + ")）]"
        )

    def _one(self, way: Way, first: bool) -> Work:
        who = self.credits if first else Credits()
        return Work(way.link.url, clean(way.link.label), credits=who, paper=is_paper(way, self.kind))

    # --- one work

    def _by_link(self, head: Way, other: list[Way]) -> Work:
        """Take a link's label as the title."""
        link = head.link
        paper = is_paper(head, self.kind) or ends_in_venue(self.text, head.link.url)
        label, end = self._led(line(link.label)), link.end
        said = citations.parse(label) if paper or not self.kind.makers else None
        if said is not None:
            label = said.title
        elif paper and not self.credits.people and (found := crediting.listed(label)) is not None:
            label = found[0]
            self.credits.add(found[1])
        elif paper:
            label, end = self._subtitled(label, end)
        title = self._title(label, paper)
        self.hidden.append((self.start, end))
        rest, joint = self._beside(end, paper=paper or said is not None)
        work = Work(link.url, title, self._name(title), self.lead, self.credits, said, rest, joint, other, paper)
        if page := _REPOSITORY_PAGE.match(title):
            work.title = work.name = page[1]
            work.rest = f"{page[2]} - {rest}" if rest else page[2]
        return work

    def _led(self, label: str) -> str:
        """Take a date, venue or short name in brackets off the start of a label."""
        signs = DECORATION.match(label)
        found = _LEAD.match(label, signs.end() if signs else 0)
        behind = label[found.end() :].lstrip(EDGES) if found else ""
        if found is None or len(behind.split()) < 2:
            return label
        inside = (found[1] or found[2]).strip()
        if self.credits.take_tail(inside):
            self.lead = self.lead or inside
        elif found[1] and not self.tag:
            self.tag = inside
        else:
            return label
        return behind

    def _subtitled(self, label: str, end: int) -> tuple[str, int]:
        """Return the title of ``[Orca](...): A Distributed Serving System | OSDI 22``, and where it ends."""
        found = _SUBTITLE.match(self.text, end)
        colon = found or label.rstrip().endswith((":", "："))
        if not colon or len(label.split()) > _SHORT_NAME or ": " in label:
            return label, end
        start = found.end() if found else end
        stops = [one.start() for one in _STOP.finditer(self.text, start)][:1]
        stops += [way.start for way in self.ways if way.link.start >= start and way.role]
        stop = min([len(self.text), *stops])
        behind = line(self.text[start:stop]).strip(EDGES.replace(".", "") + "[(")
        return (f"{label.rstrip(' :：')}: {behind}", stop) if len(behind.split()) > 1 else (label, end)

    def _by_address(self, head: Way) -> Work:
        """Take what stands behind a bare address as the title, if it is short."""
        self.hidden.append((head.link.start, head.link.end))
        behind = clean(shown(self.text, self.hidden, head.link.end))
        other = [way for way in self.ways if way is not head]
        if 0 < len(behind) <= _LONGEST_TITLE_BEHIND:
            return Work(head.link.url, behind, further=other, paper=is_paper(head, self.kind))
        return Work(head.link.url, head.link.url, rest=behind, further=other, paper=is_paper(head, self.kind))

    def _by_words(self) -> Work:
        """Take the words before the links as the title, and the best link as the work's."""
        main = best(self.ways) if self.ways else None
        if main is not None and main.link.label == main.link.url:
            self.hidden.append((main.start, main.link.end))
        ends = [way.start for way in self.ways] + [start for start, end in self.hidden if end > start >= self.start]
        before = self.text[self.start : min(ends, default=len(self.text))].rstrip(" [(（【")
        before = _up_to_open_bracket(before)
        paper = main is not None and is_paper(main, self.kind)
        said, title, end = self._told(before, paper)
        if not title:
            end = len(self.text)
            title = clean(shown(self.text, self.hidden, 0)) or next((clean(way.link.label) for way in self.ways), "")
        self.hidden.append((self.start, end))
        name = self._name(title)
        paper = paper or said is not None or bool((self.kind.papers or self.credits.venue) and self.credits.people)
        if said is None and paper and not self.credits.people:
            title = self._citation_below(end) or title
        rest, joint = self._beside(end, paper=paper, main=self._written(main))
        url = main.link.url if main else ""
        other = [way for way in self.ways if way is not main]
        return Work(url, title or url, name, self.lead, self.credits, said, rest, joint, other, paper)

    def _written(self, way: Way | None) -> Link | None:
        """Return a link as it is written: that of a way has its address in normal form."""
        place = (way.link.start, way.link.end) if way is not None else None
        return next((one for one in self.read.links if (one.start, one.end) == place), None)

    def _told(self, before: str, paper: bool) -> tuple[citations.Citation | None, str, int]:
        """Find the title in the words before the links: (citation, title, where it ends)."""
        flat, end = line(before), self.start + len(before)
        bold = next((span for span in self.read.spans if span.style == BOLD and self.start <= span.start < end), None)
        if bold is not None and (title := self._bold(bold.start, min(bold.end, end), end, paper)):
            return title
        if (said := citations.parse(flat)) is not None:
            return said, said.title, end
        found = crediting.listed(flat)
        if found is not None and (paper or found[1].venue):
            self.credits.add(found[1])
            return None, found[0], end
        if paper and (quoted := self._quoted(before)):
            return None, quoted[0], quoted[1]
        cut = self.text.find("\n", self.start, end)
        end = cut if cut > self.start else end
        if paper:
            end = self._before_people(end)
        return None, self._title(self.text[self.start : end], paper), end

    def _quoted(self, before: str) -> tuple[str, int] | None:
        """Return a title in quotes, with nothing but names before it."""
        found = _QUOTED.search(before)
        if found is None or len(found[1].split()) < _TITLE_WORDS:
            return None
        names = before[: found.start()]
        if names.strip(EDGES) and not (crediting.people(names) and self.credits.take(names)):
            return None
        return self._title(found[1], paper=True), self.start + found.end()

    def _bold(self, start: int, stop: int, end: int, paper: bool) -> tuple[citations.Citation | None, str, int] | None:
        """Take a stretch in bold as the title: one that the line begins with, or a long one behind a short name and a colon."""
        before, text = self.text[self.start : start], self.text[start:stop]
        behind = self.text[stop:end].lstrip()
        named = _NAMED_BEFORE.match(before)
        if before.strip(EDGES + QUOTES) and not (named and len(text.split()) >= _TITLE_WORDS):
            return None
        apart = any(0 <= span.start - stop < 3 and span.style in (ITALIC, CODE) for span in self.read.spans)
        apart = apart or text.rstrip()[-1:] in ".?!。？！" or "\n" in self.text[stop : stop + 3]
        if behind[:1].isalnum() and not apart:
            return None
        said = citations.parse(line(behind.lstrip(EDGES)))
        if said is not None and len(said.people) > 1:
            self.tag = self.tag or clean(text)
            return said, said.title, end
        if named:
            self.tag = self.tag or named[1].strip()
        return None, self._title(text, paper), stop

    def _before_people(self, end: int) -> int:
        """Return where the title ends if names stand behind it: in italics, with et al., behind its year, as a sentence."""
        for span in self.read.spans:
            inside = span.style == ITALIC and self.start < span.start < end
            if inside and Credits().take(self.text[span.start : span.end], sure=True):
                end = span.start
                break
        text = self.text[self.start : end]
        if (found := _YEAR_INSIDE.search(text + " ")) and Credits().take(text[found.end() :]):
            return self.start + found.start()
        for cut in [*re.finditer(r",\s|(?<=[^\W\d_]{2})[.?!]\s", text)][-6:]:
            behind = text[cut.end() :]
            if (cut[0][0] != "," or " al" in behind) and crediting.people(behind):
                return self.start + cut.start() + (cut[0][0] in "?!")
        return end

    def _citation_below(self, start: int) -> str:
        """Return the title that a citation in a line below gives, if there is one, and take the line."""
        at = self.text.find("\n", start)
        while at >= 0:
            stop = self.text.find("\n", at + 1)
            end = stop if stop >= 0 else len(self.text)
            bare = not any(at <= link.start < end for link in self.read.links)
            if bare and (found := crediting.listed(self.text[at:end].strip(), nameless=True)) is not None:
                self.credits.add(found[1])
                self.hidden.append((at, end))
                return found[0]
            at = stop
        return ""

    # --- titles

    def _title(self, text: str, paper: bool) -> str:
        title = clean(text)
        if made := _MADE_BY.search(title):
            self.credits.left.append(made[0].strip())
            title = title[: made.start()]
        if paper and (year := _YEAR_AT_END.search(title)) is not None and year.start() > 0:
            self.credits.take(year[1])
            title = title[: year.start()]
        return clean(title)

    def _name(self, title: str) -> str:
        """Return the title with the short name before it, where that is not in it."""
        said = "".join(words(self.tag))
        return f"[{self.tag}] {title}" if said and said not in "".join(words(title)) else title

    # --- what stands beside a title

    def _beside(self, start: int, *, paper: bool, main: Link | None = None) -> tuple[str, str]:
        """Give what stands behind a title to the credits; return the rest, and what joins it to the title."""
        made = [text for text in self.credits.left if text.startswith(_MADE)]
        kept = [text for text in self.credits.left if not text.startswith(_MADE)]
        for begin, end, style in list(stretches(self.text, self.read.spans, self.hidden, start, paper=paper)):
            text = self.text[begin:end]
            below = self.text.rfind("\n", 0, begin) + 1
            names = style == ITALIC or (self.kind.names and below > 0 and not self.text[below:begin].strip())
            names = names or (not paper and self.kind.makers)
            if text.strip() and self.credits.take(text, sure=names, code=style == CODE, loose=not paper):
                self.hidden.append((begin, end))
        self.credits.left = kept
        left = shown(self.text, self.hidden, start)
        only_links = not says(
            shown(
                self.text, [*self.hidden, *((one.start, one.end) for one in self.read.links if one is not main)], start
            )
        )
        rest = line(" ".join([*made, "" if only_links else left]))
        bar = self.text[start:].lstrip()[:1] in {"|", "｜"}
        return rest, " | " if bar and not made else " " if rest[:1] in {"(", "（"} else " - "


def _up_to_open_bracket(text: str) -> str:
    """Cut a text at a bracket that does not close in it."""
    for left, right in ("()", "（）"):
        at = text.rfind(left)
        if at > 0 and right not in text[at:] and text[:at].strip():
            text = text[:at]
    return text.rstrip()
