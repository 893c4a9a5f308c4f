"""Jars of the embedded servers: pinned by hash in `jars/*.txt`, fetched by jgo in parallel, from ~/.m2 if there.

Resolving Neo4j's dependencies anew takes jgo a minute and a half and may choose other versions tomorrow; fetching a
list takes seconds and always gives the same bytes. A set of jars stands in a folder named after its list's hash. The
folder appears complete or not at all, so that a broken-off download is never taken for a finished one.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from topology.local.errors import StackError
from topology.local.lock import locked

LISTS = Path(__file__).resolve().parent / "jars"
PARALLEL = 12
ATTEMPTS = 4

Progress = Callable[[int, int], None]
"""Told (bytes there, bytes in all)."""


@dataclass(frozen=True, slots=True)
class Jar:
    """A pinned jar: Maven coordinates, SHA-256 in hex, size in bytes."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str
    size: int

    @classmethod
    def parse(cls, line: str) -> "Jar":
        """Reads `group:artifact:version[:classifier] sha256 bytes`."""
        coordinates, sha256, size = line.split()
        group, artifact, version, *classifier = coordinates.split(":")
        return cls(group, artifact, version, "".join(classifier), sha256, int(size))

    @property
    def file(self) -> str:
        """The file's name."""
        return "-".join(filter(None, (self.artifact, self.version, self.classifier))) + ".jar"

    @property
    def path(self) -> Path:
        """Its place in a Maven repository."""
        return Path(*self.group.split("."), self.artifact, self.version, self.file)


def jars(name: str) -> list[Jar]:
    """Returns the pinned jars of `jars/<name>.txt`."""
    lines = (LISTS / f"{name}.txt").read_text().splitlines()
    return [Jar.parse(line) for line in lines if line and not line.startswith("#")]


def folder(name: str, cache: Path) -> Path:
    """Returns where the set `name` stands, or will stand, in the cache."""
    digest = hashlib.sha256((LISTS / f"{name}.txt").read_bytes()).hexdigest()
    return cache.resolve() / f"{name}-{digest[:12]}"


def fetch(name: str, cache: Path, progress: Progress = lambda _done, _total: None) -> Path:
    """Makes sure that the set's jars are in the cache, and returns their folder.

    Raises:
        StackError: A jar could not be had.
    """
    target = folder(name, cache)
    if target.is_dir():
        return target
    with locked(target.with_suffix(".lock")):
        if not target.is_dir():
            _fill(jars(name), target, progress)
    return target


def _fill(wanted: list[Jar], target: Path, progress: Progress) -> None:
    partial = target.with_suffix(".partial")
    partial.mkdir(parents=True, exist_ok=True)
    total, done = sum(jar.size for jar in wanted), 0
    with ThreadPoolExecutor(PARALLEL) as pool:
        try:
            for size in pool.map(lambda jar: _get(jar, partial / jar.file), wanted):
                done += size
                progress(done, total)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    for stray in {path.name for path in partial.iterdir()} - {jar.file for jar in wanted}:
        (partial / stray).unlink()
    partial.rename(target)


def _get(jar: Jar, target: Path) -> int:
    """Puts the jar at `target`: what is there already, what ~/.m2 has, or a download. Returns its bytes."""
    from jgo.constants import default_maven_repo  # noqa: PLC0415 - slow to import, and needed for downloads only

    if not _sound(target, jar):
        own = default_maven_repo() / jar.path
        if _sound(own, jar):
            part = target.with_name(f"{target.name}.part")
            shutil.copyfile(own, part)
            part.replace(target)
        else:
            _download(jar, target)
    return jar.size


def _sound(path: Path, jar: Jar) -> bool:
    if not path.is_file() or path.stat().st_size != jar.size:
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == jar.sha256


def _download(jar: Jar, target: Path) -> None:
    from jgo.config import GlobalSettings  # noqa: PLC0415
    from jgo.maven import MavenContext  # noqa: PLC0415

    trouble: object = ""
    for attempt in range(ATTEMPTS):
        with TemporaryDirectory(dir=target.parent.parent, prefix="download-") as scratch:
            # The user's own mirrors if jgo's configuration names some, else jgo's default repository.
            context = MavenContext(
                repo_cache=Path(scratch), remote_repos=GlobalSettings.load().repositories or None, timeout=60
            )
            component = context.project(jar.group, jar.artifact).at_version(jar.version)
            try:
                got = context.resolver.download(component.artifact(jar.classifier, "jar"))
            except (OSError, RuntimeError) as error:  # requests' errors are OSErrors
                trouble = error
                time.sleep(2**attempt / 2)
                continue
            if got and _sound(got, jar):
                os.replace(got, target)  # noqa: PTH105 - the same file system: appears whole or not at all
                return
            trouble = "the file differs from the one pinned in topology/local/jars"
    raise StackError(f"cannot download {jar.file}: {trouble}. Check the network and run the command again.")
