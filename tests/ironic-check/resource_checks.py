"""What Ironic reads of a machine when it is enrolled; each absence here would be a warning or a failure in its log."""

import sushy
from sushy import exceptions

from report import check, expect, expect_that, refused

# Words in a vendor's name for which Ironic behaves differently.
SPECIAL_VENDORS = ("ami", "american megatrends", "asrockrack", "redfish_compatible", "supermicro", "lenovo", "dell", "hp")


def run(lab):
    group = "resources"
    client = lab.connect()

    with check(group, "the systems are the lab's hosts, by their names"):
        names = sorted(system.identity for system in client.root.get_system_collection().get_members())
        expect("systems", names, sorted(machine["name"] for machine in lab.machines))

    with check(group, "the root names a vendor that Ironic treats as neutral") as note:
        vendor = client.root.json.get("Vendor")
        expect_that(vendor, "no Vendor: Ironic would ask for it at every sync")
        wrong = [word for word in SPECIAL_VENDORS if word in vendor.lower()]
        expect("special words in it", wrong, [])
        note.text = vendor

    with check(group, "a system that is not there is 404 and named"):
        error = refused(exceptions.ResourceNotFoundError, lambda: client.connector.get("/redfish/v1/Systems/nowhere"))
        expect_that("nowhere" in error.body["@Message.ExtendedInfo"][0]["Message"], str(error.body))

    for machine in lab.machines:
        name = machine["name"]
        with check(group, f"{name}: all that Ironic reads at enrolment, without a refusal") as note:
            client = lab.connect()
            system = client.system(name)
            expect_that(system.power_state in (sushy.PowerState.ON, sushy.PowerState.OFF), f"power {system.power_state}")
            expect("health", system.status.health, sushy.Health.OK)
            expect_that(system.boot.mode in (sushy.BOOT_SOURCE_MODE_UEFI, sushy.BOOT_SOURCE_MODE_BIOS), "no boot mode")
            expect_that({sushy.RESET_ON, sushy.RESET_FORCE_OFF} <= system.get_allowed_reset_system_values(), "resets")
            targets = system.get_allowed_system_boot_source_values()
            expect_that({sushy.BOOT_SOURCE_TARGET_PXE, sushy.BOOT_SOURCE_TARGET_HDD} <= targets, f"targets {targets}")
            expect_that(system.uuid, "no UUID")
            macs = sorted(mac.lower() for mac in system.ethernet_interfaces.summary)
            expect("MACs", macs, sorted(mac.lower() for mac in machine["macs"]))
            (manager,) = system.managers
            expect_that(manager.firmware_version, "the manager has no firmware version")
            expect_that(manager.json.get("DateTime"), "the manager has no clock")
            (chassis,) = system.chassis
            expect_that(chassis.identity, "no chassis")
            # Either honestly absent or there and readable.
            for part in ("bios", "secure_boot"):
                try:
                    getattr(system, part)
                except exceptions.MissingAttributeError:
                    pass
            expect("refusals", [entry for entry in client.requests if entry[2] >= 400], [])
            note.text = f"{len(client.requests)} requests"
