"""What the shells ask for while a person types: keys, fields, categories, topics; and the scripts that make them ask."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..problems import BibError

if TYPE_CHECKING:
    from ..library import Library

_PLAIN_WORD = re.compile(r"[\w.:/+@,-]+")
"""What a shell takes as it is: a key with other characters is not offered, since a hostile one could be a command."""

# click's own script takes the words as bash cuts them, and bash cuts at colons, which keys like DBLP:conf/x are full of.
_BASH = """\
_bib_completion() {
    local IFS=$' \\t\\n' i at=0 type value head word
    local -a words=()
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        word=${COMP_WORDS[i]}
        if ((i)) && [[ $word == :* || ${words[${#words[@]}-1]} == *: ]]; then
            words[${#words[@]}-1]+=$word
        else
            words+=("$word")
        fi
        ((i == COMP_CWORD)) && at=$((${#words[@]} - 1))
    done
    head=${words[at]%"${words[at]##*:}"}
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("${value#"$head"}") ;;
        esac
    done < <(COMP_WORDS="${words[*]}" COMP_CWORD=$at _BIB_COMPLETE=bash_complete "$1")
}
complete -o nosort -F _bib_completion bib
"""


def script(command: click.Command, shell: str) -> str:
    """Return the script that a shell has to read, ending in a line end."""
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    complete = get_completion_class(shell)
    assert complete is not None
    text = _BASH if shell == "bash" else complete(command, {}, "bib", "_BIB_COMPLETE").source()
    return text.rstrip("\n") + "\n"


def _library_of(context: click.Context) -> Library | None:
    from ..library import Library  # noqa: PLC0415

    options = context.find_root().params
    try:
        return Library.open(options.get("file"), options.get("config"))
    except BibError:
        return None


def complete_key(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the keys that begin so, whatever their case."""
    from ..bibfile import RawEntry  # noqa: PLC0415

    library = _library_of(context)
    keys = (raw.key for raw in library.document.entries() if type(raw) is RawEntry) if library else ()
    return [key for key in keys if key.lower().startswith(incomplete.lower()) and _PLAIN_WORD.fullmatch(key)]


def complete_field(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the field names of the file; which entry is meant, click does not know yet behind an unfinished option."""
    from ..bibfile import RawEntry  # noqa: PLC0415

    library = _library_of(context)
    entries = library.document.entries() if library else ()
    names = {name for raw in entries if type(raw) is RawEntry for name in raw.fields}
    return sorted(name for name in names if name.startswith(incomplete.lower()) and _PLAIN_WORD.fullmatch(name))


def _complete_slug(kind: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    def complete(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
        from ..config import find_config, load_config  # noqa: PLC0415

        options = context.find_root().params
        try:
            config = load_config(options.get("config") or find_config((options.get("file") or Path("x")).parent))
        except BibError:
            return []
        return sorted(slug for slug in getattr(config, kind) if slug.startswith(incomplete))

    return complete


complete_category = _complete_slug("category_slugs")
complete_topic = _complete_slug("topic_slugs")
