"""Chromium, driven by selenium: found, or missed loudly."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from streams.web.people import Person
from tests.streams.web.entering import OLA, TOKENS

AXE = "4.14.1"
PATIENCE = 10.0  # seconds
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
)  # fmt: skip


class Browser:
    """One window of a browser.

    Attributes
    ----------
    driver
        Of selenium.
    """

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def size(self, width: int, height: int = 640, scale: int = 1) -> None:
        """Be a phone, or a screen of another size, with so many dots to a pixel."""
        shape = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", shape)

    def prefer(self, feature: str = "", value: str = "") -> None:
        """Let the device prefer something; nothing, if nothing is named."""
        features = [{"name": feature, "value": value}] if feature else []
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def enter(self, address: str, who: Person = OLA) -> None:
        """Sign in, with a browser that knows nothing yet."""
        self.driver.get(f"{address}/login")
        self.driver.delete_all_cookies()
        self.driver.get(f"{address}/login")
        self.one("#token").send_keys(TOKENS[who.name], Keys.ENTER)
        self.wait(lambda: not self.driver.current_url.endswith("/login"))

    def get(self, address: str, **wanted: str) -> None:
        """Open a page, in a language and theme where they are named."""
        more = "&".join(f"{name}={value}" for name, value in wanted.items())
        self.driver.get(address + (("&" if "?" in address else "?") + more if more else ""))

    def one(self, selector: str) -> WebElement:
        """Give the one element that a selector finds."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def every(self, selector: str) -> list[WebElement]:
        """Give all elements that a selector finds."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def go(self, selector: str) -> None:
        """Press what leads to another page, and wait until it is there."""
        before = self.one("html")
        self.one(selector).click()
        self.wait(lambda: _gone(before))

    def text(self, selector: str) -> str:
        """Give the text of an element; nothing while it is being swapped."""
        try:
            return next((one.text for one in self.every(selector)), "")
        except WebDriverException as error:
            if _left(error):
                return ""
            raise

    def run(self, script: str, *arguments: object) -> Any:
        """Run a script in the page."""
        return self.driver.execute_script(script, *arguments)

    def press(self, *keys: str) -> None:
        """Press keys, as whoever has no mouse does."""
        self.driver.switch_to.active_element.send_keys(*keys)

    def wait(self, met: Callable[[], object], patience: float = PATIENCE) -> None:
        """Wait until something is so."""
        until = time.monotonic() + patience
        while not met():
            assert time.monotonic() < until, f"not so within {patience} s; the page says: {self.text('main')[:600]}"
            time.sleep(0.02)

    def complaints(self) -> list[str]:
        """Give what the console complained of since it was asked last, but for pages that were not found."""
        log = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        grave = [str(entry["message"]) for entry in log if entry["level"] == "SEVERE"]
        return [message for message in grave if "Failed to load resource: the server responded" not in message]


def _gone(element: WebElement) -> bool:
    try:
        element.is_enabled()
    except WebDriverException as error:
        if _left(error):
            return True
        raise
    return False


def _left(error: WebDriverException) -> bool:
    """Tell whether an element is no longer there; chromedriver has two words for it in the midst of leaving a page."""
    stale = isinstance(error, StaleElementReferenceException)
    return stale or "does not belong to the document" in str(error)


@contextmanager
def browser(*, script: bool = True) -> Iterator[Browser]:
    """Start a browser, with scripts or without."""
    found = [shutil.which(name) for name in ("chromium", "chromedriver")]
    if None in found:
        missing("chromium or chromedriver is not installed (Debian's packages chromium and chromium-driver)")
    options = ChromeOptions()
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not script:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.binary_location = str(found[0])
    driver = Chrome(options, Service(str(found[1])))
    try:
        yield Browser(driver)
    finally:
        driver.quit()


def axe() -> str:
    """Give the source of axe-core, which npm fetches once and the user's cache keeps."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "larum"
    source = cache / f"axe-core-{AXE}.min.js"
    if not source.exists():
        npm = shutil.which("npm")
        if npm is None:
            missing("npm is not installed, which fetches axe-core (Debian's package npm)")
        cache.mkdir(parents=True, exist_ok=True)
        fetched = subprocess.run(
            [str(npm), "pack", f"axe-core@{AXE}", "--silent"], cwd=cache, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if fetched.returncode:
            missing(f"axe-core could not be fetched: {fetched.stderr[-300:]}")
        packed = cache / f"axe-core-{AXE}.tgz"
        with tarfile.open(packed) as archive:
            found = archive.extractfile("package/axe.min.js")
            source.write_bytes(found.read() if found else b"")
        packed.unlink()
    return source.read_text(encoding="utf-8")


def missing(what: str) -> None:
    """Skip a test for what is not there; fail it where everything has to be."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)
