"""The text of a file -> JSON or XML, with every way in which hostile text could hurt refused. What it means is the importers'."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from ..problems import BibError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DECLARATIONS = re.compile(r"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_UNSTORABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")


class UnreadableImportError(BibError):
    """A file that is not of the format that it is said to be of."""


def parse_json(text: str, what: str) -> object:
    """Return the JSON value of a text. Raises UnreadableImportError where it is none; `what` names the format."""
    try:
        value: object = json.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise UnreadableImportError(
            f"This is no {what}: its values are nested too deep. Export the items again from your program."
        ) from None
    except json.JSONDecodeError as error:
        raise UnreadableImportError(
            f"This is no {what}: {error.msg} (line {error.lineno}, column {error.colno})."
            " Export it again, or name the format with `--from`."
        ) from None
    except ValueError:
        raise UnreadableImportError(
            f"This is no {what}: it holds a number that is too long to read. Correct it, or put it in quotes."
        ) from None
    return value


def parse_xml(text: str, what: str) -> Element:
    """Return the root of an XML text that declares nothing of its own. Raises UnreadableImportError."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415  (two formats only)

    if _DECLARATIONS.search(_COMMENT.sub("", text) if "<!--" in text or "<![CDATA[" in text else text):
        raise UnreadableImportError(
            f"This {what} declares entities or a document type, which could make it grow without end."
            " Export it again, or take the `<!DOCTYPE ...>` out."
        )
    try:
        root = ET.fromstring(_UNSTORABLE.sub("\ufffd", text.removeprefix("\ufeff").lstrip()))  # noqa: S314  (nothing is declared in it)
    except (ET.ParseError, ValueError, LookupError, RecursionError) as error:
        raise UnreadableImportError(
            f"This is no {what}: {error}. Export it again, or name the format with `--from`."
        ) from None
    return root
