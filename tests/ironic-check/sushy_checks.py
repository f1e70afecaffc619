"""
Real sushy against a running emulator and the simulated devices behind it. Reads the target (check-target.ts) as JSON
from standard input; prints one line of JSON for each check.
"""

import concurrent.futures
import json
import logging
import sys

import login_checks
import polling_checks
import refusal_checks
import resource_checks
from lab import Lab
from machine_checks import MachineChecks
from report import check


def main():
    # Whatever sushy logs at a refusal that a check asks for is no news.
    logging.disable(logging.CRITICAL)
    lab = Lab(json.load(sys.stdin))
    whole("login", login_checks.run, lab)
    engine = next((machine for machine in lab.machines if machine["kind"] == "amt"), None)
    # All machines at once, as Ironic's workers do.
    with concurrent.futures.ThreadPoolExecutor(len(lab.machines)) as pool:
        for machine in lab.machines:
            pool.submit(whole, machine["name"], of_machine, lab, machine, machine is engine)
    whole("resources", resource_checks.run, lab)
    whole("refusals", refusal_checks.run, lab)
    whole("polling", polling_checks.run, lab)


def of_machine(lab, machine, has_lms):
    MachineChecks(lab, machine, has_lms).run()


def whole(what, run, *arguments):
    """An error outside any check must not look like a group that had little to say."""
    with check("end", f"the checks of {what} came to their end"):
        run(*arguments)


main()
