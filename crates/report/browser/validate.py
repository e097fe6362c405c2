"""Whether the report's metadata are an RO-Crate, by roc-validator, offline.

Usage: validate.py FOLDER CACHE. The validator asks for the context over the network: it is answered from the copy that `rocrate` brings.
"""

import io
import pathlib
import subprocess
import sys

import requests
import requests_cache
import rocrate
import urllib3

CONTEXTS = ["https://w3id.org/ro/crate/1.2/context", "https://w3id.org/ro/crate/1.3/context"]


class Answer(requests.adapters.HTTPAdapter):
    """Gives one document whatever is asked for."""

    def __init__(self, content):
        super().__init__()
        self.content = content

    def send(self, request, **_):
        body, headers = io.BytesIO(self.content), {"Content-Type": "application/ld+json"}
        raw = urllib3.HTTPResponse(body=body, headers=headers, status=200, preload_content=False, request_url=request.url)
        return self.build_response(request, raw)


def main():
    report, cache = sys.argv[1:]
    pathlib.Path(cache).mkdir(parents=True, exist_ok=True)
    path = str(pathlib.Path(cache) / "contexts")
    context = (pathlib.Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld").read_bytes()
    session = requests_cache.CachedSession(path, backend="sqlite", expire_after=-1)
    session.mount("https://", Answer(context))
    for url in CONTEXTS:
        session.get(url)
    program = pathlib.Path(sys.executable).parent / "rocrate-validator"
    command = [program, "--no-interactive", "validate", "--offline", "--cache-path", path, "--no-paging", "--requirement-severity", "REQUIRED", report]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stdout, done.stderr)
    print("RO-Crate: " + ("valid" if done.returncode == 0 else "not valid"))
    return done.returncode


sys.exit(main())
