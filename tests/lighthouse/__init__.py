"""Lighthouse 12 (npm) on the pages that people open first, as a phone on a slow network sees them.

`lighthouse` is installed beside this file by `make test` where npm is there (package.json, package-lock.json).
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.served import Server

PROGRAM = Path(__file__).parent / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --no-proxy-server"
)
TRIES = 4  # Chromium sometimes gives it no trace at all; that is no score


def what_is_missing() -> str:
    """A sentence, or nothing when Lighthouse can run here."""
    if shutil.which("node") is None:
        return "no Node here (Debian: apt-get install nodejs npm)"
    if not PROGRAM.exists():
        return "Lighthouse is not installed here (make tools, with npm and its registry in reach)"
    return "" if shutil.which("chromium") else "no Chromium here (Debian: apt-get install chromium)"


def pages_to_measure(server: Server, cookie: str) -> dict[str, tuple[str, str]]:
    """By name, path and cookie of start, nearby, ask and a request; the cookie with its form token."""
    cookie = server.get("/nearby", {"Cookie": cookie})[1].get("Set-Cookie", cookie).partition(";")[0]
    found = re.search(r'href="(/help/[^"]+)"', server.get("/nearby", {"Cookie": cookie})[2].decode())
    assert found
    return {"start": ("/", ""), "nearby": ("/nearby", cookie), "ask": ("/ask", cookie), "request": (found[1], cookie)}


def measured(server: Server, path: str, cookie: str) -> dict[str, Any]:
    """Lighthouse's report of a page, with its scores (0 to 100) under `scores` and what is amiss under `faults`."""
    command = ["node", str(PROGRAM), f"http://localhost:{server.port}{path}", "--quiet", "--output=json"]
    command += [f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}"]
    command += [f"--extra-headers={json.dumps({'Cookie': cookie})}"] if cookie else []
    environment = os.environ | {"CHROME_PATH": shutil.which("chromium") or ""}
    for _again in range(TRIES):
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            done = subprocess.run(
                [*command, f"--output-path={file.name}"], env=environment, capture_output=True, text=True, timeout=120
            )
            report = json.loads(Path(file.name).read_bytes() or b"{}")
        if done.returncode == 0 and all(part["score"] is not None for part in report["categories"].values()):
            return report | {"scores": _scores(report), "faults": _faults(report)}
    raise AssertionError(f"Lighthouse gave no score for {path}: {done.stderr[-500:]}")


def _scores(report: dict[str, Any]) -> dict[str, int]:
    return {name: round(part["score"] * 100) for name, part in report["categories"].items()}


def _faults(report: dict[str, Any]) -> list[str]:
    """What counts and is not as it should be."""
    counts = {audit["id"] for part in report["categories"].values() for audit in part["auditRefs"] if audit["weight"]}
    found = [audit for name, audit in report["audits"].items() if name in counts and (audit["score"] or 0) < 1]
    return [f"{audit['id']}: {audit['title']} {audit.get('displayValue', '')}" for audit in found]
