"""
Ironic's power synchronisation, and what of it reaches the devices: four GETs of the System for each node and one of
SecureBoot where it is linked, eight nodes at a time, by one session.
"""

import concurrent.futures
import contextlib
import math
import time

import sushy
from sushy import exceptions

from login_checks import logins
from machine_checks import OFF, ON
from report import check, expect, expect_that

GROUP = "polling"
WORKERS = 8
SYNCS = 4


def run(lab):
    names = [machine["name"] for machine in lab.machines]
    client = lab.connect()
    sessions = len(client.root.get_session_service().sessions.get_members())
    # The first call after a long rest may have to log in at a device; that is not what is measured.
    sync_all(client, names)

    with check(GROUP, f"{SYNCS} syncs of {len(names)} nodes within a TTL: what Ironic asks for") as note:
        before = counters(lab, names)
        del client.requests[:]
        began = time.monotonic()
        for _ in range(SYNCS):
            sync_all(client, names)
        took = time.monotonic() - began
        linked = sum(1 for name in names if "SecureBoot" in client.system(name).json)
        wanted = SYNCS * (4 * len(names) + linked)
        asked = len(client.requests) - len(names)
        expect("requests", asked, wanted)
        expect("refusals", [entry for entry in client.requests if entry[2] != 200], [])
        note.text = f"{asked} requests in {took:.1f} s"
    compare(lab, GROUP, before, began, "of these syncs")

    with check(GROUP, "0 Redfish logins, and no session more than before"):
        expect("logins", logins(client), 0)
        # Fewer is well: sushy logs out the clients of the checks before, at a time of its own.
        now = len(client.root.get_session_service().sessions.get_members())
        expect_that(now <= sessions, f"{now} sessions, {sessions} before")

    shortest = min(machine["cacheSeconds"] for machine in lab.machines)
    observed = [machine["name"] for machine in lab.machines if machine["cacheSeconds"] == shortest]
    before = counters(lab, observed)
    began = time.monotonic()
    for name in observed:
        lab.device(name).press_button()
    with check(GROUP, f"what was switched on by hand is seen when the TTL of {shortest} s is over") as note:
        for name in observed:
            client.wait_for_power(name, ON)
        sync_all(client, observed)
        note.text = f"{len(observed)} machines, {time.monotonic() - began:.1f} s"
    compare(lab, GROUP, before, began, "until then", least=1)
    for name in observed:
        client.system(name).reset_system(sushy.RESET_FORCE_OFF)
    for name in observed:
        with check(GROUP, f"{name} off again"):
            client.wait_for_power(name, OFF)


def sync_all(client, names):
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda name: sync(client, name), names))


def sync(client, name):
    """Ironic's four looks: power, boot mode, secure boot, health; each reads the System anew."""
    expect_that(client.system(name).power_state is not None, "no power state: Ironic would force the recorded one")
    expect_that(client.system(name).boot.mode is not None, "no boot mode")
    with contextlib.suppress(exceptions.MissingAttributeError):
        expect_that(client.system(name).secure_boot.enabled is not None, "no state of secure boot")
    expect_that(client.system(name).status.health is not None, "no health")


def counters(lab, names):
    return {name: lab.device(name).look()["calls"] for name in names}


def compare(lab, group, before, began, when, least=0):
    """At most one read in a TTL: one at its begin and one more for each that is over."""
    after = counters(lab, before)
    took = time.monotonic() - began
    ttl = {machine["name"]: machine["cacheSeconds"] for machine in lab.machines}
    for name in before:
        with check(group, f"{name}: device reads {when}") as note:
            reads = after[name]["powerReads"] - before[name]["powerReads"]
            most = 1 + math.floor(took / ttl[name]) if ttl[name] > 0 else math.inf
            expect_that(least <= reads <= most, f"{reads} device reads, {least} to {most} are right")
            new_logins = after[name]["logins"] - before[name]["logins"]
            expect("logins at the device", new_logins, 0)
            expect("failed logins", after[name]["failedLogins"] - before[name]["failedLogins"], 0)
            note.text = f"{reads} in {took:.1f} s with a TTL of {ttl[name]} s, 0 logins"
