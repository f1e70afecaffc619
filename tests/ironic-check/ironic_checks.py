"""
The driver code of Ironic itself (PyPI ironic, ironic.drivers.modules.redfish) against a running emulator and the
simulated devices behind it. Reads the target (check-target.ts) as JSON from standard input; prints one line of JSON for
each check.
"""

import concurrent.futures
import gc
import json
import logging
import sys
import time

import sushy
from ironic.common import exception, states
from ironic.conductor import utils as conductor

from ironic_node import Node, Task, record
from lab import Lab, path_of
from polling_checks import compare, counters
from report import check, expect, expect_that, refused

SESSIONS = "/redfish/v1/SessionService/Sessions"
WORKERS = 8


def main():
    logging.disable(logging.CRITICAL)
    lab = Lab(json.load(sys.stdin))
    with check("end", "the checks of Ironic's logins came to their end"):
        logins(lab)
    # One of each kind: what differs between machines of a kind is nothing that Ironic could see.
    chosen = {machine["kind"]: machine for machine in reversed(lab.machines)}.values()
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        for machine in chosen:
            pool.submit(whole, lab, machine)
    with check("end", "the checks of Ironic's synchronisation came to their end"):
        synchronisation(lab)


def whole(lab, machine):
    with check("end", f"the checks of {machine['name']} by Ironic came to their end"):
        flows(lab, machine)


def logins(lab):
    group = "Ironic's login"
    name = lab.machines[0]["name"]
    client = lab.connect()
    others = open_sessions(client)
    with check(group, "enrolment: login, power, vendor, boot mode, no secure boot, within 10 requests") as note:
        task = Task(Node(lab, name))
        sent = record()
        task.driver.power.validate(task)
        expect("power", task.driver.power.get_power_state(task), states.POWER_OFF)
        conductor.node_cache_vendor(task)
        conductor.node_cache_boot_mode(task)
        expect("vendor", bool(task.node.properties.get("vendor")), True)
        expect_that(task.node.boot_mode in ("uefi", "bios"), f"boot mode {task.node.boot_mode}")
        expect("first", sent[:2], [("GET", "/redfish/v1/", 200), ("POST", SESSIONS, 201)])
        expect("refusals", [entry for entry in sent if entry[2] >= 400], [])
        expect_that(len(sent) <= 10, f"{len(sent)} requests")
        note.text = f"{len(sent)} requests, secure boot {task.node.secure_boot}"
    with check(group, "a second node with the same login takes the session of the first"):
        sent = record()
        other = Task(Node(lab, lab.machines[-1]["name"]))
        other.driver.power.get_power_state(other)
        expect("requests", [entry[:2] for entry in sent], [("GET", path_of(other.node.name))])
    with check(group, "a session that was ended: one login, and the call succeeds"):
        mine = open_sessions(client) - others
        expect("sessions of Ironic", len(mine), 1)
        for path in mine:
            client.connector.delete(path)
        sent = record()
        expect("power", task.driver.power.get_power_state(task), states.POWER_OFF)
        expect("requests", [entry[2] for entry in sent], [401, 201, 200])
    with check(group, "a wrong password is an error of Ironic's own kind"):
        wrong = Task(Node(lab, name, password="wrong"))
        refused(exception.RedfishError, lambda: wrong.driver.power.get_power_state(wrong))
    with check(group, "and so is a system that is not there"):
        nowhere = Task(Node(lab, "nowhere"))
        refused(exception.RedfishError, lambda: nowhere.driver.power.get_power_state(nowhere))


def open_sessions(client):
    return {session.path for session in client.root.get_session_service().sessions.get_members()}


def flows(lab, machine):
    name, enforced = machine["name"], machine["kind"] == "amt"
    group = f"Ironic: {name} ({machine['kind']})"
    device = lab.device(name)
    task = Task(Node(lab, name))
    power, management = task.driver.power, task.driver.management
    patch = ("PATCH", path_of(name), 200)

    def started(before, source):
        boots = device.boots_since(before)
        expect("booted from", [boot["source"] for boot in boots], [source if enforced else None])
        expect("the device's power", device.look()["power"], "on")

    with check(group, "boot device pxe, once: GET, GET for the ETag, PATCH; reads back"):
        power.set_power_state(task, states.POWER_OFF)
        sent = record()
        management.set_boot_device(task, "pxe", persistent=False)
        read = ("GET", path_of(name), 200)
        expect("requests", sent, [read, read, patch])
        expect("boot device", management.get_boot_device(task), {"boot_device": "pxe", "persistent": False})
    with check(group, "boot mode bios and uefi again: read back at once, so that Ironic does not reboot"):
        commands = device.commands()
        for mode in ("bios", "uefi"):
            management.set_boot_mode(task, mode)
            expect("boot mode", management.get_boot_mode(task), mode)
        expect("changes of power", device.commands() - commands, 0)
    with check(group, "power on, from the network; the override is spent"):
        before = device.last_boot()
        power.set_power_state(task, states.POWER_ON)
        expect("power", power.get_power_state(task), states.POWER_ON)
        started(before, "pxe")
        expect("persistent", management.get_boot_device(task)["persistent"], None)
    with check(group, "boot device disk, persistent, twice within a second; taken as persistent"):
        for _ in range(2):
            management.set_boot_device(task, "disk", persistent=True)
        expect("boot device", management.get_boot_device(task), {"boot_device": "disk", "persistent": True})
        # Here Ironic would remember what it had to set anew before every start.
        expect("fallback to once", task.node.driver_internal_info.get("redfish_boot_device"), None)
    with check(group, "reboot: one off, one start, from the disk") as note:
        before = device.last_boot()
        sent = record()
        power.reboot(task)
        started(before, "disk")
        expect("refusals", [entry for entry in sent if entry[2] >= 400], [])
        expect("resets", sum(1 for entry in sent if entry[0] == "POST"), 2)
        expect("boot device", management.get_boot_device(task), {"boot_device": "disk", "persistent": True})
        note.text = f"{len(sent)} requests"
    if machine["gracefulShutdown"] == "refuse":
        with check(group, "soft power off is an error, and the machine stays on"):
            refused(exception.RedfishError, lambda: power.set_power_state(task, states.SOFT_POWER_OFF))
            expect("the device's power", device.look()["power"], "on")
    with check(group, "the hard off works"):
        power.set_power_state(task, states.POWER_OFF)
        expect("power", power.get_power_state(task), states.POWER_OFF)
        expect("the device's power", device.look()["power"], "off")
    with check(group, "off again is no error"):
        power.set_power_state(task, states.POWER_OFF)
    lab.connect().system(name).set_system_boot_options(
        sushy.BOOT_SOURCE_TARGET_NONE, enabled=sushy.BOOT_SOURCE_ENABLED_DISABLED
    )


def synchronisation(lab):
    """ironic.conductor.manager.do_sync_power_state up to its decision, for all nodes at once."""
    group = "Ironic's synchronisation"
    tasks = [Task(Node(lab, machine["name"])) for machine in lab.machines]
    names = [machine["name"] for machine in lab.machines]
    # A device may have to be logged in to after a long rest, which is not what is measured.
    client = lab.connect()
    for name in names:
        client.system(name)
    # Left to itself, the collector would log out the clients of the checks before in the middle of this.
    gc.collect()
    before = counters(lab, names)
    began = time.monotonic()
    with check(group, f"a sync of {len(tasks)} nodes: what Ironic sends, without a login") as note:
        sent = synchronise(tasks)
        for task, requests in zip(tasks, sent):
            # SecureBoot comes as the fifth where the System links it.
            system = [entry for entry in requests if entry == ("GET", path_of(task.node.name), 200)]
            expect("reads of the System", len(system), 4)
            others = [entry for entry in requests if entry not in system]
            expect_that(len(others) <= 1 and all(entry[0] == "GET" for entry in others), f"besides: {others}")
            expect("refusals", [entry for entry in requests if entry[2] != 200], [])
        note.text = f"{sum(map(len, sent))} requests in {time.monotonic() - began:.1f} s"
    compare(lab, group, before, began, "of this sync")


def synchronise(tasks):
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(synchronise_one, tasks))


def synchronise_one(task):
    sent = record()
    expect("power", task.driver.power.get_power_state(task), states.POWER_OFF)
    conductor.node_cache_vendor(task)
    conductor.node_cache_boot_mode(task)
    conductor.node_cache_health(task)
    return sent


main()
