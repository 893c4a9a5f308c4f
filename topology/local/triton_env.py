"""Triton's own Python environment: the server's binary, numpy before 2 and onnxruntime.

The binary comes from a wheel whose Python code is not used. The environment is separate from ours, because with numpy 2
Triton's Python backend returns empty outputs for every request, without an error.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from topology.local.artifacts import Progress
from topology.local.errors import StackError
from topology.local.lock import locked

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements" / "triton.txt"
OLDEST, NEWEST = (3, 11), (3, 12)
"""Pythons that Triton's environment may have: onnxruntime has no wheel for older ones, numpy 1.26 none for newer."""

TRY_AGAIN = "Check the network and run the command again."
_ASK = """\
import json, sys, sysconfig
libdir, library = sysconfig.get_config_var("LIBDIR"), sysconfig.get_config_var("INSTSONAME")
version = "%d.%d" % sys.version_info[:2]
print(json.dumps([libdir, library, version, sysconfig.get_path("platlib")]))
"""


@dataclass(frozen=True, slots=True)
class TritonEnvironment:
    """The locations in Triton's environment.

    Attributes:
        root: The virtual environment.
        server: The server's binary.
        backends: The backend folder.
        libraries: Folders of shared libraries, in search order.
    """

    root: Path
    server: Path
    backends: Path
    libraries: tuple[Path, ...]


def environment(cache: Path, progress: Progress = lambda _done, _total: None) -> TritonEnvironment:
    """Makes sure that the environment is in the cache, and returns it.

    Raises:
        StackError: It could not be set up.
    """
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    digest = hashlib.sha256(REQUIREMENTS.read_bytes() + python.encode() + sys.base_prefix.encode()).hexdigest()
    root = cache.resolve() / f"triton-{digest[:12]}"
    # Written last: without it the environment is incomplete.
    layout = root / "layout.json"
    if not _complete(root, layout):
        with locked(root.with_suffix(".lock")):
            if not _complete(root, layout):
                shutil.rmtree(root, ignore_errors=True)
                progress(0, 0)  # the installer does not say how far it is
                _make(root, layout)
    libdir, packages = json.loads(layout.read_text())
    server = Path(packages) / "pytriton" / "tritonserver" / "bin" / "tritonserver"
    # Python's own folder first, or the stub may load another libpython of the same version.
    libraries = (Path(libdir), Path(packages) / "nvidia_pytriton.libs")
    return TritonEnvironment(root, server, root / "backends", libraries)


def _complete(root: Path, layout: Path) -> bool:
    """Returns whether the environment was made, and here: a copy would run the programs of the folder it came from."""
    return layout.exists() and Path(json.loads(layout.read_text())[1]).is_relative_to(root)


def _make(root: Path, layout: Path) -> None:
    from uv import find_uv_bin  # noqa: PLC0415 - the extra `local`; only the embedded stack needs it

    python, otherwise = _interpreter()
    install: list[str | Path] = ["pip", "install", "--no-deps", "--python", root / "bin" / "python", "-r", REQUIREMENTS]
    _uv([find_uv_bin(), "venv", "--python", python, root], root.parent, otherwise)
    _uv([find_uv_bin(), *install], root.parent)
    answer = subprocess.run([root / "bin" / "python", "-c", _ASK], capture_output=True, check=True)
    libdir, library, version, packages = json.loads(answer.stdout)
    if not (Path(libdir) / library).exists() or ".so" not in library:
        raise StackError(
            f"Triton needs Python's shared library (libpython{version}.so), which {libdir} lacks. Install it "
            f"(on Debian and Ubuntu the package libpython{version}), or use a Python that has it."
        )
    # The Python backend looks for its stub in its own folder.
    files = Path(packages) / "pytriton" / "tritonserver"
    shutil.copytree(files / "backends" / "python", root / "backends" / "python")
    stub = root / "backends" / "python" / "triton_python_backend_stub"
    shutil.copy2(files / "python_backend_stubs" / version / stub.name, stub)
    layout.write_text(json.dumps([libdir, packages]))


def _interpreter() -> tuple[str, str]:
    """Returns the Python of Triton's environment, as uv takes it, and what to do if uv cannot have it."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable, TRY_AGAIN
    oldest, newest, ours = (f"{version[0]}.{version[1]}" for version in (OLDEST, NEWEST, sys.version_info))
    # uv takes one of this machine, or fetches one where the network lets it.
    advice = (
        f"Triton's models need Python {oldest} or {newest} beside this {ours}: install one of them (`python{newest}` "
        "must run) and run the command again."
    )
    return f">={oldest},<{NEWEST[0]}.{NEWEST[1] + 1}", advice


def _uv(argv: list[str | Path], cache: Path, otherwise: str = TRY_AGAIN) -> None:
    env = os.environ | ({} if _home_cache_is_writable() else {"UV_CACHE_DIR": str(cache / "uv")})
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=env)
    if done.returncode:
        raise StackError(f"cannot set up Triton's environment: {' '.join(done.stderr.split())}. {otherwise}")


def _home_cache_is_writable() -> bool:
    """Returns whether uv can keep its cache where it does by default, or where the user wants it."""
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    folder = Path(os.environ.get("UV_CACHE_DIR") or Path(home) / "uv")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
