"""Bullets under bullets, links under titles -> items: what only says where a work is, or has no link, belongs to the work above."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from . import links
from .crediting import EDGES
from .markdown_blocks import ITEM, LONGEST, TEXT, Block
from .markdown_inline import BREAK, Inline, inline
from .markdown_paragraphs import is_links, is_title
from .markdown_ways import ways_of

_MOST_PARTS = 50
_MOST_BELOW = 6
"""Paragraphs of links that may follow a title."""


@dataclass(slots=True)
class _Node:
    block: Block
    read: Inline
    parent: _Node | None = None
    below: list[_Node] = field(default_factory=list)
    gone: bool = False

    @property
    def linked(self) -> bool:
        return any(
            link.url.lower().startswith(("http://", "https://")) and not links.is_badge(link.url)
            for link in self.read.links
        )


def items(blocks: Iterable[Block], references: Mapping[str, str]) -> Iterator[tuple[Block, Inline]]:
    """Yield every block, bullets and paragraphs read, and those that belong to a work above them put to it."""
    run: list[_Node] = []
    title: tuple[Block, Inline] | None = None
    for block in blocks:
        if block.kind == ITEM:
            yield from _titled(title)
            title = None
            run.append(_Node(block, inline(block.text, references)))
            continue
        yield from _joined(run, references)
        run = []
        if block.kind != TEXT:
            yield from _titled(title)
            title = None
            yield block, Inline("", ())
            continue
        read = inline(block.text, references)
        room = title is not None and title[0].text.count(BREAK) < _MOST_BELOW and len(block.text) < LONGEST // 4
        if title is not None and room and is_links(read):
            title[0].text += BREAK + block.text
            title = title[0], inline(title[0].text, references)
            continue
        yield from _titled(title)
        title = (block, read) if is_title(read) else None
        if title is None:
            yield block, read
    yield from _titled(title)
    yield from _joined(run, references)


def _titled(title: tuple[Block, Inline] | None) -> Iterator[tuple[Block, Inline]]:
    if title is not None:
        yield title


def _joined(run: list[_Node], references: Mapping[str, str]) -> Iterator[tuple[Block, Inline]]:
    above: list[_Node] = []
    for node in run:
        while above and above[-1].block.level >= node.block.level:
            above.pop()
        if above:
            node.parent = above[-1]
            above[-1].below.append(node)
        above.append(node)
    for node in run:
        if not node.gone:
            _gather(node, references)
    for node in run:
        if not node.gone:
            yield node.block, node.read


def _gather(node: _Node, references: Mapping[str, str]) -> None:
    """Put to a bullet those below it that are part of it."""
    below = node.below
    if not below:
        return
    parts = [_is_part(each) for each in below]
    if not node.linked:
        linked = [part for each, part in zip(below, parts, strict=True) if each.linked]
        if not linked or not all(linked) or any(each.below for each in below):
            return
        taken = below[:_MOST_PARTS]
    else:
        taken = [each for each, part in zip(below, parts, strict=True) if (part or not each.linked) and not each.below]
    size = len(node.block.text)
    for each in taken:
        size += len(each.block.text) + 1
        if size > LONGEST:
            break
        node.block.text += BREAK + each.block.text
        each.gone = True
    if taken:
        node.read = inline(node.block.text, references)


def _is_part(node: _Node) -> bool:
    """Tell whether a bullet only says where the work above it is: ``Code: https://...``, ``[[paper]](...)``."""
    usable = [link for link in node.read.links if link.url.lower().startswith(("http://", "https://"))]
    if not usable:
        return False
    first = usable[0]
    before = node.read.text[: first.start].strip(EDGES + "[(")
    if before and not links.role(before):
        return False
    return bool(ways_of(node.read, usable[:1])[0].role)
