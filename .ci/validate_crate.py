"""Validate an RO-Crate offline: `python .ci/validate_crate.py FOLDER`, with .ci/tools/roc-validator.txt.

The RO-Crate context comes from the copy in the rocrate wheel (version 1.3, with every term of 1.1); all other addresses
are refused.
"""

import email
import io
import sys
import urllib.request
from importlib.resources import files
from urllib.error import URLError
from urllib.response import addinfourl

import requests
import urllib3
from rocrate_validator import models, services

CONTEXT = files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes()
ADDRESS = "https://w3id.org/ro/crate/1.1/context"
HEADERS = {"Content-Type": "application/ld+json"}


def send(adapter: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **_: object) -> requests.Response:
    """Answer a request by requests."""
    if request.url != ADDRESS:
        raise requests.ConnectionError(f"there is no network here for {request.url}")
    raw = urllib3.HTTPResponse(io.BytesIO(CONTEXT), HEADERS, 200, preload_content=False, request_url=ADDRESS)
    return adapter.build_response(request, raw)


def open_address(_: object, request: str | urllib.request.Request, *__: object, **___: object) -> addinfourl:
    """Answer a request by urllib."""
    address = request if isinstance(request, str) else request.full_url
    if address != ADDRESS:
        raise URLError(f"there is no network here for {address}")
    return addinfourl(
        io.BytesIO(CONTEXT), email.message_from_string("Content-Type: application/ld+json\n"), address, 200
    )


requests.adapters.HTTPAdapter.send = send
urllib.request.OpenerDirector.open = open_address
wanted = {"profile_identifier": "process-run-crate-0.5", "requirement_severity": models.Severity.REQUIRED}
result = services.validate(services.ValidationSettings(rocrate_uri=sys.argv[1], no_cache=True, **wanted))
for issue in result.get_issues():
    print(f"{issue.severity.name} {issue.check.identifier}: {issue.message}")
print(f"{len(result.get_issues())} required issues")
sys.exit(bool(result.get_issues()))
