# What the tests of pages start from: one Chromium without a window, and the command impsvc.
#
# A program that is missing skips them with that reason, or fails them with IMPSVC_GUI=required; IMPSVC_GUI=no skips them.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import shutil

import pytest

from places import BUILD
from the_command import Command
from with_plugin import pytest_configure

PRINTED = 703       # CSS pixels between the margins of A4


def what_is_missing():
    try:
        import selenium     # noqa: F401
    except ImportError:
        return "python3-selenium is not installed"
    return next((f"{program} is not installed (Debian: {package})" for program, package in
                 (("chromium", "chromium"), ("chromedriver", "chromium-driver")) if not shutil.which(program)), None)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    if os.environ.get("IMPSVC_GUI") == "no":
        pytest.skip("IMPSVC_GUI=no")
    missing = what_is_missing()
    if missing:
        (pytest.fail if os.environ.get("IMPSVC_GUI") == "required" else pytest.skip)(missing)
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    # The pages are our own, and a sandbox is not to be had by root and in containers.
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                     f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(argument)
    driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
    try:
        yield Browser(driver)
    finally:
        driver.quit()


class Browser:
    def __init__(self, driver):
        self.driver = driver

    def show(self, path, width=1280, media="screen"):
        """Shows a page as wide as this."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media})
        self.driver.get(path.as_uri())

    def run(self, script):
        """What a script of ours finds on the page."""
        return self.driver.execute_script(script)


@pytest.fixture(scope="session")
def impsvc(tmp_path_factory):
    return Command(BUILD / "bin/impsvc", tmp_path_factory.mktemp("home"))
