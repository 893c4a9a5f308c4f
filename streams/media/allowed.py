"""Which hosts, folders and stores the operator allows media to be read from."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Self
from urllib.parse import unquote

import httpx

from streams.messages.files import file_path, is_plain, strict_file_path
from streams.road.stage import PoisonError
from topology.settings import Settings


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in (part.strip() for part in text.split(",")) if part)


@dataclass(frozen=True, slots=True)
class Allowed:
    """The places that media may be read from.

    Attributes:
        hosts: Patterns of the hosts that media may be fetched from.
        private_hosts: Patterns of the hosts whose address may be private.
        roots: Folders, and prefixes of fsspec addresses.
    """

    hosts: tuple[str, ...] = ("*",)
    private_hosts: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Returns what the settings allow."""
        return cls(
            _listed(settings.media_hosts.lower()),
            _listed(settings.media_private_hosts.lower()),
            _listed(settings.media_roots),
        )

    def private(self, url: httpx.URL) -> bool:
        """Returns whether the host of an address may be private.

        Args:
            url: The address; its host is compared as it is written and as the network writes it (`xn--`).

        Raises:
            PoisonError: address-refused: no media may be fetched from this host.
        """
        names = {name.lower().rstrip(".") for name in (url.raw_host.decode("ascii"), url.host)}
        if any(fnmatchcase(name, pattern) for pattern in self.private_hosts for name in names):
            return True
        if not any(fnmatchcase(name, pattern) for pattern in self.hosts for name in names):
            raise PoisonError("address-refused", f"TRIPLEWIRE_MEDIA_HOSTS does not allow the host {url.host!r}")
        return False

    def file(self, uri: str) -> Path:
        """Returns the path of a `file:` address, with symbolic links resolved.

        Raises:
            PoisonError: address-refused: the file is in none of the allowed folders.
        """
        try:
            path = strict_file_path(uri).resolve()
        except (ValueError, OSError, RuntimeError) as error:
            raise PoisonError("address-refused", f"{uri!r} is not the address of a file: {error}") from error
        for root in self.roots:
            folder = file_path(root) if root.startswith("file:") else Path(root)
            if "://" not in str(folder) and folder.is_absolute() and path.is_relative_to(folder.resolve()):
                return path
        raise PoisonError("address-refused", f"TRIPLEWIRE_MEDIA_ROOTS does not allow {uri}")

    def store(self, uri: str) -> None:
        """Checks an address before fsspec reads it.

        Raises:
            PoisonError: address-refused: the address has none of the allowed prefixes, or leads out of one.
        """
        if not is_plain(uri) or not is_plain(unquote(uri)):
            raise PoisonError("address-refused", f"{uri!r} contains a control character or a line break")
        # `a::b` is fsspec's way of reading one address through another.
        leads_elsewhere = "::" in uri or ".." in unquote(uri).replace("\\", "/").split("/")
        below = any("://" in r and (uri == r or uri.startswith(r.rstrip("/") + "/")) for r in self.roots)
        if leads_elsewhere or not below:
            raise PoisonError("address-refused", f"TRIPLEWIRE_MEDIA_ROOTS does not allow {uri}")
