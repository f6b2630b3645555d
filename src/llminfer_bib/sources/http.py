"""One HTTP GET with bounds, for every source; how an answer looks is in ``http_answers``, how it is sent in ``session``.

``requests`` is imported on the first request (``session``), so that reading the cache does not pay for it.
"""

from __future__ import annotations

from collections.abc import Mapping

from .http_answers import HttpAnswer, refuse_failures, retry_after
from .protocol import Wire

__all__ = ["HttpAnswer", "get", "refuse_failures", "retry_after"]


def get(url: str, params: Mapping[str, str], wire: Wire, *, accept: str) -> HttpAnswer:
    """Send one GET and return the answer, whatever its status but 429, 503 and the other 5xx.

    ``url`` is an absolute http(s) URL; ``params`` become its query, encoded here. Same-host redirects are followed, at
    most three. Raises ThrottledError (429, 503) and UnavailableError (no, endless, broken or too large an answer).
    """
    from .session import BoundedSession  # noqa: PLC0415  # requests takes 0.1 s to import

    with BoundedSession(wire, accept=accept) as session:
        session.get(url, params=dict(params))
        return session.answer
