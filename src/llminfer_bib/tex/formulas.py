"""Which TeX between dollars does nothing but set mathematics. What comes from outside is held to it; a person's own file is not."""

from __future__ import annotations

import re

_COMMAND = re.compile(r"\\([A-Za-z]++|.)", re.DOTALL)
MATH_COMMANDS = frozenset(
    "frac sqrt mathrm mathbf mathcal mathbb mathit mathsf mathfrak boldsymbol bm text textrm textbf textit rm bf it"
    " left right cdot cdots ldots dots times div pm mp le leq ge geq ll gg sim simeq approx equiv ne neq in notin subset"
    " subseteq supset cup cap setminus infty partial nabla sum prod int log ln exp sin cos tan min max arg lim det dim"
    " hat tilde bar vec dot ddot overline underline widehat widetilde ell hbar to rightarrow leftarrow Rightarrow"
    " leftrightarrow mapsto langle rangle lfloor rfloor lceil rceil prime star ast circ oplus otimes dagger forall"
    " exists propto perp parallel mid quad operatorname bigl bigr big Big alpha beta gamma delta epsilon varepsilon zeta"
    " eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi"
    " omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)
"""Commands that a formula from outside may hold: they set mathematics and do nothing else."""
_SIGNS = frozenset(",;:! {}|%&#_$")


def is_mathematics(text: str) -> bool:
    """Tell whether every command in the text is one of mathematics, with no other way to call one (``^^5c``)."""
    return "^^" not in text and all(name in MATH_COMMANDS or name in _SIGNS for name in _COMMAND.findall(text))


def tamed(text: str) -> str:
    """Return text from outside without its dollars where TeX in it could do anything but set mathematics.

    What stands between dollars goes into a file as it is; without them it is escaped like any other text.
    """
    if "$" not in text or ("\\" not in text and "^^" not in text):
        return text
    return text if is_mathematics(text) else text.replace("$", "")
