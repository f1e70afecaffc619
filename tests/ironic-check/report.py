"""One line of JSON on standard output for each check; ironic-check.ts makes the table from them."""

import contextlib
import json
import os
import threading
import traceback

_lock = threading.Lock()


class Note:
    """What a check that passed has counted."""

    def __init__(self):
        self.text = ""


@contextlib.contextmanager
def check(group, name):
    """Whatever is raised inside fails the check, and the next one goes on."""
    note = Note()
    try:
        yield note
    except Exception as error:
        seen = " ".join(f"{type(error).__name__}: {error}".split())
        _tell(group, name, False, f"{seen} ({_place(error)})")
    else:
        _tell(group, name, True, note.text)


def expect(what, seen, wanted):
    if seen != wanted:
        raise AssertionError(f"{what}: {seen!r} instead of {wanted!r}")


def expect_that(holds, what):
    if not holds:
        raise AssertionError(what)


def refused(error_class, call):
    """The error that the call must raise."""
    try:
        answer = call()
    except error_class as error:
        return error
    raise AssertionError(f"not refused, answered {answer!r}")


def _place(error):
    """The line of the check, not of what it called: sushy, or the helpers of this file."""
    frames = traceback.extract_tb(error.__traceback__)
    checks = [frame for frame in frames if frame.filename.endswith("_checks.py")]
    where = checks[-1] if checks else frames[-1]
    return f"{os.path.basename(where.filename)}:{where.lineno}"


def _tell(group, name, passed, detail):
    line = json.dumps({"group": group, "name": name, "passed": passed, "detail": detail})
    with _lock:
        print(line, flush=True)
