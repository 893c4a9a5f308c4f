"""Who is admitted: bearer tokens with scopes, of which a file has the hashes."""

import hmac
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Literal

import structlog
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from topology.access.errors import AccessError

log = structlog.get_logger(__name__)

Scope = Literal["read", "stream", "operate", "editor"]
SCOPES: tuple[Scope, ...] = ("read", "stream", "operate", "editor")
"""`read`: every answer from the graph; `stream`: events as they arrive; `operate`: replay dead letters on the page;
`editor`: corrections."""


LONGEST_NAME = 100
"""Characters of a token's name."""


class TokenFileError(AccessError):
    """The file of tokens cannot be used."""


class Token(BaseModel):
    """A token in the file: its hash, because a token is long and random, and nobody can guess it from the hash."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    scopes: frozenset[Scope]
    expires: date | None = None

    def valid(self, today: date) -> bool:
        """Returns whether it has not expired; on its last day it is valid."""
        return self.expires is None or today <= self.expires


_TOKENS = TypeAdapter(list[Token])


def new_token(name: str, scopes: frozenset[Scope], expires: date | None = None) -> tuple[str, Token]:
    """Returns a new token and what the file is to have of it."""
    secret = f"tw_{token_urlsafe(32)}"
    return secret, Token(name=name, sha256=digest(secret), scopes=scopes, expires=expires)


def digest(secret: str) -> str:
    """Returns the hash of a token."""
    return sha256(secret.encode()).hexdigest()


def entry(token: Token) -> str:
    """Returns the lines of a token in the file."""
    return yaml.safe_dump([token.model_dump(mode="json", exclude_none=True) | {"scopes": sorted(token.scopes)}])


class TokenFile:
    """The tokens of a file, read again when it changes. While it cannot be read, nobody is admitted."""

    def __init__(self, path: Path) -> None:
        """Reads the file.

        Raises:
            TokenFileError: It cannot be read, or has no token.
        """
        self._path = path
        self._state: tuple[int, int, int] | None = None
        self._tokens = self._read()

    def admitted(self, secret: str) -> Token | None:
        """Returns the token, if it is in the file and has not expired."""
        wanted = digest(secret)
        found = [token for token in self.valid() if hmac.compare_digest(token.sha256, wanted)]
        return found[0] if found else None

    def valid(self) -> list[Token]:
        """Returns the tokens that have not expired; none while the file cannot be read."""
        try:
            self._tokens = self._read()
        except TokenFileError as error:
            log.error("tokens_unreadable", error=str(error))  # noqa: TRY400  # a traceback says no more
            self._tokens, self._state = [], None
        today = datetime.now(UTC).date()
        return [token for token in self._tokens if token.valid(today)]

    def _read(self) -> list[Token]:
        try:
            now = self._path.stat()
            state = now.st_mtime_ns, now.st_size, now.st_ino
            if state == self._state:
                return self._tokens
            tokens = _TOKENS.validate_python(yaml.safe_load(self._path.read_text(encoding="utf-8")))
        except ValidationError as error:
            # Without what the file has in that place, which may be a token.
            where = ".".join(map(str, error.errors()[0]["loc"]))
            raise TokenFileError(f"{self._path}: {where or 'it'} is wrong: {error.errors()[0]['msg']}") from None
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise TokenFileError(f"{self._path} cannot be read: {type(error).__name__}") from None
        if not tokens:
            raise TokenFileError(f"{self._path} has no token; `triplewire serve-token NAME` makes one")
        self._state = state
        return tokens
