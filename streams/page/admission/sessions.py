"""Sessions of the page: a signed cookie says which token its visitor logged in with.

The server remembers only which sessions have ended. The key is made when the process starts, so a restart ends all of
them; so does the withdrawal of the token.
"""

import time
from hashlib import sha256
from secrets import token_bytes, token_urlsafe

from itsdangerous import BadSignature, URLSafeTimedSerializer

from streams.api.tokens import Token, TokenFile

LASTS = 12 * 60 * 60
"""Seconds after which a visitor has to log in again, and for which a form can be sent."""

SESSION, FORM = "triplewire-session", "triplewire-form"


class Sessions:
    """Makes and checks what the cookies and forms of visitors carry."""

    def __init__(self, tokens: TokenFile | None) -> None:
        """Makes a new key.

        Args:
            tokens: Who is admitted; None if nobody needs a token.
        """
        self._tokens = tokens
        self._key = token_bytes(32)
        self._ended: dict[str, float] = {}

    def _signer(self, use: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._key, salt=use, signer_kwargs={"digest_method": sha256})

    def begin(self, secret: str) -> str | None:
        """Returns the cookie of a new session for a token; None if the token is not admitted."""
        token = self._tokens and self._tokens.admitted(secret)
        return self._signer("session").dumps([token.sha256, token_urlsafe(16)]) if token else None

    def token(self, cookie: str | None) -> Token | None:
        """Returns the token of a session, as it is now; None if there is no such session, or not any more."""
        if not cookie or self._tokens is None:
            return None
        try:
            digest, id_ = self._signer("session").loads(cookie, max_age=LASTS)
        except (BadSignature, ValueError, TypeError):
            return None
        if id_ in self._ended:
            return None
        return next((token for token in self._tokens.valid() if token.sha256 == digest), None)

    def end(self, cookie: str) -> None:
        """Ends a session, in every tab and for whoever copied its cookie."""
        now = time.time()
        self._ended = {id_: at for id_, at in self._ended.items() if now - at < LASTS}
        try:
            _, id_ = self._signer("session").loads(cookie, max_age=LASTS)
        except (BadSignature, ValueError, TypeError):
            return
        self._ended[id_] = now

    def form(self, visitor: str) -> str:
        """Returns what a form must send back to be the visitor's own, a cookie's value being the visitor."""
        return self._signer("form").dumps(sha256(visitor.encode()).hexdigest())

    def sent_by(self, visitor: str | None, form: str) -> bool:
        """Returns whether a form was made for the visitor that sends it, not too long ago."""
        if not visitor:
            return False
        try:
            made_for = self._signer("form").loads(form, max_age=LASTS)
        except BadSignature:
            return False
        return bool(made_for == sha256(visitor.encode()).hexdigest())


def new_visitor() -> str:
    """Returns the cookie of a visitor who is about to log in."""
    return token_urlsafe(32)
