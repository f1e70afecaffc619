"""
One of DMTF's public tools against a running Redfish service. Reads what to run as JSON from standard input (so that no
password stands among the arguments) and prints one line of JSON for each complaint and one for the tool's own count.
"""

import contextlib
import csv
import glob
import html
import importlib
import io
import json
import logging
import os
import re
import sys
import tempfile

# The module with each tool's `main`, and its arguments besides the login.
TOOLS = {
    "service": (
        "redfish_service_validator.console_scripts",
        lambda run: ["--authtype", "Session", "--skipschema", "--schema_directory", run["schemas"], "--logdir", "reports"],
    ),
    "interop": (
        "redfish_interop_validator.console_scripts",
        lambda run: ["--authtype", "Session", "--logdir", "reports", run["profile"]],
    ),
    "protocol": (
        "redfish_protocol_validator.console_scripts",
        # The service has no plain HTTP that could redirect.
        lambda run: ["--ca-bundle", run["caFile"], "--avoid-http-redirect", "--report-dir", "reports"],
    ),
    "use-cases": (
        "redfish_use_case_checkers.console_scripts",
        lambda run: ["--report-dir", "reports", "--test-list", *run["useCases"]],
    ),
}


class Complaints(logging.Handler):
    """What a tool logs as a warning or an error."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.texts = []

    def emit(self, record):
        self.texts.append(" ".join(record.getMessage().split()))


def main():
    run = json.load(sys.stdin)
    tool = run["tool"]
    module, arguments = TOOLS[tool]
    login = ["--user", run["username"], "--password", run["password"], "--rhost", run["url"]]
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    logging.getLogger("redfish").addHandler(complaints)
    said = io.StringIO()
    # The reports hold the password: they go when the run is over.
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        sys.argv = [tool, *login, *arguments(run)]
        with contextlib.redirect_stdout(said):
            try:
                importlib.import_module(module).main()
            except SystemExit:
                pass
        found = protocol_failures("reports") if tool == "protocol" else failures(tool, complaints.texts)
        os.chdir("/")
    passed, warned, failed, skipped = counts(said.getvalue())
    known, unknown = split(found, run.get("decided", []))
    for text in unknown:
        tell(tool, text.split(":")[0][:70], False, text)
    for text in sorted(set(known)):
        tell(tool, f"decided: {text}", True, "")
    # A count without a complaint of its own would otherwise go unseen.
    clean = warned == 0 and failed == len(known) and not unknown
    tell(tool, f"DMTF's {tool} tool is content", clean, f"{passed} pass, {warned} warn, {failed} fail, {skipped} not tested")


def failures(tool, texts):
    if tool == "use-cases":
        return [text for text in texts if not text.startswith("Failing the ")]
    found = []
    for path in glob.glob("reports/**/*.html", recursive=True):
        with open(path, encoding="utf-8") as file:
            rows = re.findall(r"<tr[^>]*>(?:(?!<tr).)*?</tr>", file.read(), re.S)
        for cells in ([plain(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)] for row in rows):
            if cells and cells[-1] in ("FAIL", "WARN"):
                found.append(": ".join(cells[:-1]))
    return found


def plain(cell):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", cell)).split())


def protocol_failures(folder):
    found = []
    for path in glob.glob(f"{folder}/*.tsv"):
        with open(path, encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if row["Result"] in ("FAIL", "WARN"):
                    found.append(f"{row['Assertion']}: {row['Method']} {row['URI']} {row['Status code']}: {row['Message']}")
    return found


def split(found, decided):
    known = [text for text in found if any(re.search(pattern, text) for pattern in decided)]
    return known, [text for text in found if text not in known]


def counts(text):
    """Pass, warn, fail, not tested, as the tool itself prints them last."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    table = re.findall(r"^\|\s*(\d+)\s*\|\s*(\d+)\s*\|\s*(\d+)\s*\|\s*(\d+)\s*\|", plain, re.M)
    if table:
        return tuple(int(number) for number in table[-1])
    line = re.search(r"PASS: (\d+), WARN: (\d+), FAIL: (\d+), NOT_TESTED: (\d+)", plain)
    if not line:
        raise SystemExit(f"the tool did not come to its end:\n{plain[-2000:]}")
    return tuple(int(number) for number in line.groups())


def tell(group, name, passed, detail):
    print(json.dumps({"group": group, "name": name, "passed": passed, "detail": detail}), flush=True)


if __name__ == "__main__":
    main()
