"""Jars of the embedded servers: pinned by hash in `jars/*.txt`, taken from ~/.m2 or downloaded in parallel with jgo.

Resolving Neo4j's dependencies takes jgo a minute and a half and may yield other versions tomorrow. Downloading a list
takes seconds and always yields the same bytes. Each set of jars has a folder named after the hash of its list. The
folder appears only once it is complete, so that an interrupted download is never taken for a finished one.
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
ATTEMPTS = 6
"""With the waits between them half a minute: networks drop several of many connections at once."""

Progress = Callable[[int, int], None]
"""Called with (bytes done, bytes in total)."""


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
        """Its path in a Maven repository."""
        return Path(*self.group.split("."), self.artifact, self.version, self.file)


def jars(name: str) -> list[Jar]:
    """Returns the pinned jars of `jars/<name>.txt`."""
    lines = (LISTS / f"{name}.txt").read_text().splitlines()
    return [Jar.parse(line) for line in lines if line and not line.startswith("#")]


def folder(name: str, cache: Path) -> Path:
    """Returns the folder of the set `name` in the cache; it may not exist yet."""
    digest = hashlib.sha256((LISTS / f"{name}.txt").read_bytes()).hexdigest()
    return cache.resolve() / f"{name}-{digest[:12]}"


def fetch(name: str, cache: Path, progress: Progress = lambda _done, _total: None) -> Path:
    """Makes sure that the jars of a set are in the cache, and returns their folder.

    Raises:
        StackError: A jar could not be downloaded.
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
    """Makes sure that the jar is at `target`, from ~/.m2 or a download. Returns its size in bytes."""
    from jgo.constants import default_maven_repo  # noqa: PLC0415 - slow to import, and only needed for downloads

    if not _intact(target, jar):
        own = default_maven_repo() / jar.path
        if _intact(own, jar):
            part = target.with_name(f"{target.name}.part")
            shutil.copyfile(own, part)
            part.replace(target)
        else:
            _download(jar, target)
    return jar.size


def _intact(path: Path, jar: Jar) -> bool:
    if not path.is_file() or path.stat().st_size != jar.size:
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == jar.sha256


def _download(jar: Jar, target: Path) -> None:
    from jgo.config import GlobalSettings  # noqa: PLC0415
    from jgo.maven import MavenContext  # noqa: PLC0415

    problem: object = ""
    for attempt in range(ATTEMPTS):
        with TemporaryDirectory(dir=target.parent.parent, prefix="download-") as scratch:
            # The mirrors in the user's jgo configuration, or else jgo's default repository.
            context = MavenContext(
                repo_cache=Path(scratch), remote_repos=GlobalSettings.load().repositories or None, timeout=60
            )
            component = context.project(jar.group, jar.artifact).at_version(jar.version)
            try:
                got = context.resolver.download(component.artifact(jar.classifier, "jar"))
            except (OSError, RuntimeError) as error:  # requests' errors are OSErrors
                problem = error
                time.sleep(2**attempt / 2)
                continue
            if got and _intact(got, jar):
                os.replace(got, target)  # noqa: PTH105 - the same file system, so it appears in one step
                return
            problem = "the file differs from the pinned one in topology/local/jars"
    raise StackError(f"cannot download {jar.file}: {problem}. Check the network and run the command again.")
