"""The cite commands of LaTeX, natbib, biblatex and common styles, as rows: where each keeps its keys.

Sources: the manuals of natbib and biblatex (section 3.9), and the definitions in the packages of TeX Live 2022 and the
``.cbx`` files of the biblatex styles in it. How arguments are read is in ``citations``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Form:
    """Where a command keeps its keys: in which argument in braces (from 1), and whether the arguments may come again."""

    keys: int = 1
    repeats: bool = False
    mentions: bool = False
    """The keys are only named here (put into a category, given another name) and not cited by it."""


PLAIN: Final = Form()
MANY: Final = Form(repeats=True)
NAMED: Final = Form(mentions=True)

# (form, commands without capital and star: `\Citet`, `\citet*` and `\Parencite` are the row's too)
ROWS: Final[tuple[tuple[Form, str], ...]] = (
    # LaTeX, cite, bibentry, revtex, IEEEtran, and what Chinese thesis classes call a raised number
    (PLAIN, "cite nocite bibentry onlinecite citen citenum citeonline bstctlcite upcite"),
    # natbib
    (PLAIN, "citet citep citealt citealp citeauthor citefullauthor citeyear citeyearpar citetalias citepalias"),
    (NAMED, "defcitealias shortcites"),
    # biblatex
    (PLAIN, "parencite footcite footcitetext textcite smartcite supercite autocite fullcite footfullcite"),
    (PLAIN, "citetitle citedate citeurl notecite pnotecite fnotecite citename citelist citefield"),
    (MANY, "cites parencites footcites footcitetexts textcites smartcites supercites autocites citetitles"),
    (Form(2), "volcite pvolcite fvolcite svolcite avolcite tvolcite ftvolcite"),
    (Form(2, repeats=True), "volcites pvolcites fvolcites svolcites avolcites tvolcites ftvolcites"),
    (Form(2), "defbibentryset"),
    (Form(2, mentions=True), "addtocategory"),
    # styles for biblatex: apa, chicago, dw, gb7714, philosophy, sbl, verbose
    (PLAIN, "nptextcite fullcitebib headlesscite headlessfullcite headlessparencite shortcite shorthandcite"),
    (PLAIN, "citejournal shortrefcite shorthandrefcite reviewcite textreviewcite surnamecite shortformcite"),
    (PLAIN, "pagescite authornumcite yearpagescite yearcite idemcite footidemcite parenfullcite sfcite citetranslator"),
    (PLAIN, "possciteauthor posscitet posscitealt plaincite runcite citelastname quotecite"),
    (MANY, "nptextcites headlesscites headlessfullcites headlessparencites reviewcites textreviewcites surnamecites"),
    (MANY, "shortformcites authornumcites idemcites footidemcites sfcites quotecites citets"),
    # apacite
    (PLAIN, "citeA citeNP citeauthorNP citeyearNP fullciteA fullciteNP shortciteA shortciteNP maskcite masknocite"),
    (PLAIN, "fullciteauthor fullciteauthorA shortciteauthor shortciteauthorA nocitemeta citeauthort citeauthorp"),
    (PLAIN, "shortcitet shortcitep shortcitealt shortcitealp citefullauthort citefullauthorp"),
    # harvard, chicago, jurabib, abntex2
    (PLAIN, "citeasnoun citeaffixed possessivecite citeN citeANP shortciteN shortciteANP citetitleonly"),
    (PLAIN, "footcitet footcitep footcitealt footcitealp footciteauthor footciteyear footcitetitleonly"),
    (PLAIN, "citeauthoronline footciteref cfcite"),
    (MANY, "apud apudonline"),
)
COMMANDS: Final[Mapping[str, Form]] = {name: form for form, names in ROWS for name in names.split()}


def form_of(name: str, extra: Mapping[str, Form]) -> Form | None:
    """Return where a command, without backslash and star, keeps its keys; None where it is no cite command."""
    found = extra.get(name) or COMMANDS.get(name)
    if found is None and name[:1].isupper():
        small = name[0].lower() + name[1:]
        found = COMMANDS.get(small)
    return found


def user_commands(names: Iterable[str]) -> dict[str, Form]:
    """Return a person's own commands, given as ``mycite`` or ``\\mycite``, as commands with keys in their first braces."""
    return {name.strip().lstrip("\\").rstrip("*"): PLAIN for name in names}
