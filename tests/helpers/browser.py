"""A headless Chromium for tests of the page, and axe-core, which finds what people with a screen reader cannot use.

Both are skipped with a reason where they cannot be had: Chromium is a package of the system, axe-core one of npm.
"""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait

AXE = "axe-core@4.14.1"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
"""Of the file `axe.min.js` in that package."""

SERIOUS = {"serious", "critical"}

PATIENCE = 120
"""Seconds until something that a test waits for counts as never coming."""


@contextmanager
def chromium() -> Iterator[WebDriver]:
    """Starts Chromium, and ends it after the test."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not browser or not driver:
        pytest.skip("needs Chromium and its driver: Debian's packages chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for argument in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "disable-extensions"):
        options.add_argument(f"--{argument}")
    # What Chromium asks of its maker by itself is not the page's.
    for argument in ("disable-background-networking", "disable-component-update", "no-first-run", "disable-sync"):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    opened = webdriver.Chrome(options=options, service=Service(driver))
    opened.set_page_load_timeout(PATIENCE)
    opened.set_script_timeout(PATIENCE)
    try:
        yield opened
    finally:
        opened.quit()


def looks(browser: WebDriver, *, width: int = 1280, height: int = 900, dark: bool = False) -> None:
    """Gives the browser a size and a preference."""
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def opened(browser: WebDriver, url: str) -> None:
    """Opens an address and waits until the page is connected."""
    browser.get(url)
    ready = "return window.did_handshake === true && document.querySelector('h1') !== null"
    WebDriverWait(browser, PATIENCE).until(lambda one: one.execute_script(ready))


def until(browser: WebDriver, script: str) -> None:
    """Waits until an expression is true in the page."""
    WebDriverWait(browser, PATIENCE, poll_frequency=0.1).until(lambda one: one.execute_script(f"return {script}"))


def complaints(browser: WebDriver) -> list[str]:
    """Returns what the browser has complained of since the last call: scripts that failed, or a policy that refused."""
    return [line["message"] for line in browser.get_log("browser") if line["level"] in {"SEVERE", "WARNING"}]


def hosts(browser: WebDriver) -> set[str]:
    """Returns the hosts that the page asked for anything since the last call."""
    found = set()
    for line in browser.get_log("performance"):
        message = json.loads(line["message"])["message"]
        url = ""
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
        elif message["method"] == "Network.webSocketCreated":
            url = message["params"]["url"]
        if urlsplit(url).scheme in {"http", "https", "ws", "wss"}:
            found.add(str(urlsplit(url).hostname))
    return found


def axe_source(cache: Path) -> str:
    """Returns axe-core's script, fetched once."""
    file = cache / f"axe-{AXE_SHA256[:12]}.js"
    if not file.is_file():
        _fetch(file)
    source = file.read_bytes()
    assert hashlib.sha256(source).hexdigest() == AXE_SHA256
    return source.decode()


def _fetch(file: Path) -> None:
    if not shutil.which("npm"):
        pytest.skip(f"needs npm, which fetches {AXE}")
    folder = file.with_suffix(".fetched")
    folder.mkdir(parents=True, exist_ok=True)
    command = ["npm", "pack", AXE, "--pack-destination", str(folder), "--fetch-retries=0", "--loglevel=error"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=PATIENCE)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"npm does not fetch {AXE}: {type(error).__name__}")
    (packed,) = folder.glob("*.tgz")
    shutil.unpack_archive(packed, folder)
    (folder / "package" / "axe.min.js").rename(file)
    shutil.rmtree(folder)


def findings(browser: WebDriver, axe: str) -> list[tuple[str, str]]:
    """Returns what axe-core finds serious or worse in the page: the rule, and the first place."""
    browser.execute_script(axe)
    found = browser.execute_async_script("axe.run(document).then(arguments[arguments.length - 1])")
    return [(one["id"], one["nodes"][0]["html"]) for one in found["violations"] if one["impact"] in SERIOUS]
