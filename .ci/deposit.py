"""Leave a draft deposit with Zenodo's interface: the files named, described by .zenodo.json; a person publishes it.

    ZENODO_ADDRESS=https://… ZENODO_TOKEN=… python .ci/deposit.py dist/*

The address and the token come from the environment: neither is in the project. Only the standard library is used.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 120
"""How long an answer may take."""


def ask(address: str, method: str, body: bytes, kind: str) -> dict[str, object]:
    """Send a request with the token; return the answer."""
    headers = {"Authorization": f"Bearer {os.environ['ZENODO_TOKEN']}", "Content-Type": kind}
    request = urllib.request.Request(address, data=body, method=method, headers=headers)  # noqa: S310 checked below
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        return json.load(answer)


def leave_draft(address: str, paths: list[Path]) -> str:
    """Make a deposit with its description and files; return the page of the draft."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname != "127.0.0.1":
        sys.exit("ZENODO_ADDRESS must begin with https://: the token is sent there")
    described = {"metadata": json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))}
    draft = ask(
        f"{address.rstrip('/')}/api/deposit/depositions", "POST", json.dumps(described).encode(), "application/json"
    )
    bucket, page = str(draft["links"]["bucket"]), str(draft["links"]["html"])  # type: ignore[index]
    if urlsplit(bucket).netloc != parts.netloc:
        sys.exit(f"the answer names another host for the files: {urlsplit(bucket).netloc}")
    for path in paths:
        ask(f"{bucket}/{quote(path.name)}", "PUT", path.read_bytes(), "application/octet-stream")
    return page


def main() -> None:
    """Deposit the files named."""
    missing = [name for name in ("ZENODO_ADDRESS", "ZENODO_TOKEN") if not os.environ.get(name)]
    paths = [path for path in map(Path, sys.argv[1:]) if path.is_file()]
    if missing or not paths:
        sys.exit(f"nothing was deposited: {', '.join(missing) or 'no file'} missing")
    print("draft, to be read and published by a person:", leave_draft(os.environ["ZENODO_ADDRESS"], paths))


if __name__ == "__main__":
    main()
