"""Every power operation and every boot override of one machine, by the answers and by what its device did."""

import time

import sushy
from sushy import exceptions

from lab import path_of
from report import check, expect, expect_that, refused

ON, OFF = sushy.PowerState.ON, sushy.PowerState.OFF
ONCE, CONTINUOUS = sushy.BOOT_SOURCE_ENABLED_ONCE, sushy.BOOT_SOURCE_ENABLED_CONTINUOUS
DISABLED = sushy.BOOT_SOURCE_ENABLED_DISABLED
NO_TARGET = sushy.BOOT_SOURCE_TARGET_NONE
GRACEFUL = {sushy.RESET_GRACEFUL_SHUTDOWN, sushy.RESET_GRACEFUL_RESTART}


class MachineChecks:
    def __init__(self, lab, machine, has_lms=False):
        """`has_lms`: whether the graceful actions of an AMT engine are tried too."""
        self.has_lms = has_lms
        self.name = machine["name"]
        self.group = f"{machine['name']} ({machine['kind']})"
        self.machine = machine
        self.enforced = machine["kind"] == "amt"
        self.client = lab.connect()
        self.device = lab.device(self.name)

    def run(self):
        self.come_to_rest()
        self.boot_settings()
        self.first_start()
        self.restarts()
        self.continuous()
        self.other_targets()
        self.graceful()
        if self.has_lms:
            self.with_lms()
        self.reboot_as_ironic()
        self.come_to_rest()

    def check(self, name):
        return check(self.group, name)

    def system(self):
        return self.client.system(self.name)

    def boot(self):
        boot = self.system().boot
        return (boot.target, boot.enabled)

    def off(self):
        self.system().reset_system(sushy.RESET_FORCE_OFF)
        self.client.wait_for_power(self.name, OFF)
        expect("the device's power", self.device.look()["power"], "off")

    def come_to_rest(self):
        with self.check("off, without an override"):
            self.system().set_system_boot_options(NO_TARGET, enabled=DISABLED)
            self.off()

    def starts(self, reset_type, source, settings=None):
        """The reset starts the firmware once, from where it was told (a plug cannot tell it anything)."""
        before = self.device.last_boot()
        self.system().reset_system(reset_type)
        seen = self.client.wait_for_power(self.name, ON)
        boots = self.booted(before)
        expect("starts of the firmware", len(boots), 1)
        if self.enforced:
            expect("booted from", boots[0]["source"], source)
            expect("settings", boots[0]["settings"], settings or {})
            expect("conflict", boots[0]["conflict"], False)
        expect("the device's power", self.device.look()["power"], "on")
        return seen

    def booted(self, before):
        """A restart reads On all the time, so the device has to be watched for it."""
        until = time.monotonic() + 30
        while True:
            boots = self.device.boots_since(before)
            look = self.device.look()
            if boots and "transition" not in look and look["power"] == "on":
                return self.device.boots_since(before)
            if time.monotonic() > until:
                return boots
            time.sleep(0.1)

    def boot_settings(self):
        with self.check("Pxe once reads back at once, by one PATCH with the ETag of the GET before"):
            del self.client.requests[:]
            self.system().set_system_boot_options(sushy.BOOT_SOURCE_TARGET_PXE, enabled=ONCE)
            patches = [entry for entry in self.client.requests if entry[0] == "PATCH"]
            expect("patches", patches, [("PATCH", path_of(self.name), 200)])
            expect("boot", self.boot(), (sushy.BOOT_SOURCE_TARGET_PXE, ONCE))
        with self.check("a target without Enabled, as Ironic sends it when Once reads already"):
            self.system().set_system_boot_options(sushy.BOOT_SOURCE_TARGET_HDD)
            expect("boot", self.boot(), (sushy.BOOT_SOURCE_TARGET_HDD, ONCE))
        with self.check("Disabled ends it"):
            self.system().set_system_boot_options(enabled=DISABLED)
            expect("enabled", self.boot()[1], DISABLED)
        with self.check("the mode reads back at once, without a reboot, and leaves the override alone"):
            commands = self.device.commands()
            before, override = self.system().boot.mode, self.boot()
            for mode in (sushy.BOOT_SOURCE_MODE_BIOS, sushy.BOOT_SOURCE_MODE_UEFI, before):
                self.system().set_system_boot_options(mode=mode)
                expect("mode", self.system().boot.mode, mode)
            expect("boot", self.boot(), override)
            expect("changes of power", self.device.commands() - commands, 0)
        with self.check("the ETag stays while nobody sets anything; an old one is refused with 412"):
            tag = self.system()._get_etag()
            expect("a second GET's", self.system()._get_etag(), tag)
            self.system().set_system_boot_options(sushy.BOOT_SOURCE_TARGET_PXE, enabled=ONCE)
            patch = lambda: self.client.connector._op(
                "PATCH",
                path_of(self.name),
                data={"Boot": {"BootSourceOverrideTarget": "Hdd"}},
                headers={"If-Match": tag},
            )
            expect("status", refused(exceptions.HTTPError, patch).status_code, 412)
            expect("boot", self.boot(), (sushy.BOOT_SOURCE_TARGET_PXE, ONCE))

    def first_start(self):
        with self.check("ForceOff of what is off does nothing and does not spend the override"):
            commands = self.device.commands()
            self.system().reset_system(sushy.RESET_FORCE_OFF)
            expect("changes of power", self.device.commands() - commands, 0)
            expect("boot", self.boot(), (sushy.BOOT_SOURCE_TARGET_PXE, ONCE))
        with self.check("On starts it, once from the network"):
            self.starts(sushy.RESET_ON, "pxe")
        with self.check("the override is spent and reads Disabled"):
            expect("enabled", self.boot()[1], DISABLED)
        with self.check("On of what is on does nothing"):
            commands, before = self.device.commands(), self.device.last_boot()
            self.system().reset_system(sushy.RESET_ON)
            expect("changes of power", self.device.commands() - commands, 0)
            expect("starts", self.device.boots_since(before), [])

    def restarts(self):
        with self.check("ForceRestart starts it anew, in the firmware's own order again"):
            self.starts(sushy.RESET_FORCE_RESTART, None)
        if sushy.RESET_NMI in self.system().get_allowed_reset_system_values():
            with self.check("Nmi neither restarts it nor switches it off"):
                before = self.device.last_boot()
                self.system().reset_system(sushy.RESET_NMI)
                expect("power", self.system().power_state, ON)
                expect("starts", self.device.boots_since(before), [])

    def continuous(self):
        disk = sushy.BOOT_SOURCE_TARGET_HDD
        with self.check("Hdd Continuous twice within a second, as at the end of a deployment"):
            for _ in range(2):
                enabled = self.system().boot.enabled
                # Ironic leaves Enabled out where it reads as wished.
                self.system().set_system_boot_options(disk, enabled=None if enabled == CONTINUOUS else CONTINUOUS)
            expect("boot", self.boot(), (disk, CONTINUOUS))
        with self.check("PowerCycle starts it from the disk"):
            self.starts(sushy.ResetType.POWER_CYCLE, "disk")
        with self.check("and Continuous stays, over an off too"):
            expect("boot", self.boot(), (disk, CONTINUOUS))
            self.off()
            expect("boot", self.boot(), (disk, CONTINUOUS))
        with self.check("ForceOn starts it from the disk again"):
            self.starts(sushy.RESET_FORCE_ON, "disk")
            expect("boot", self.boot(), (disk, CONTINUOUS))

    def other_targets(self):
        offered = self.system().get_allowed_system_boot_source_values()
        if sushy.BOOT_SOURCE_TARGET_CD in offered:
            with self.check("Cd once takes Continuous' place for one start"):
                self.system().set_system_boot_options(sushy.BOOT_SOURCE_TARGET_CD, enabled=ONCE)
                self.starts(sushy.RESET_FORCE_RESTART, "cd")
                expect("enabled", self.boot()[1], DISABLED)
        if sushy.BOOT_SOURCE_TARGET_BIOS_SETUP in offered:
            with self.check("BiosSetup once, by a ForceRestart of what is off, which starts it"):
                self.off()
                self.system().set_system_boot_options(sushy.BOOT_SOURCE_TARGET_BIOS_SETUP, enabled=ONCE)
                self.starts(sushy.RESET_FORCE_RESTART, None, {"BIOSSetup": "true"})
                expect("enabled", self.boot()[1], DISABLED)

    def graceful(self):
        if self.machine["gracefulShutdown"] == "forceOff":
            with self.check("GracefulShutdown, configured as a power cut, switches it off"):
                self.system().reset_system(sushy.RESET_GRACEFUL_SHUTDOWN)
                self.client.wait_for_power(self.name, OFF)
                expect("the device's power", self.device.look()["power"], "off")
            return
        with self.check("a soft off that the device cannot do is not offered, refused by name, and changes nothing"):
            expect("offered", self.system().get_allowed_reset_system_values() & GRACEFUL, set())
            refused(
                exceptions.InvalidParameterValueError,
                lambda: self.system().reset_system(sushy.RESET_GRACEFUL_SHUTDOWN),
            )
            error = refused(
                exceptions.BadRequestError,
                lambda: self.client.reset(self.name, {"ResetType": "GracefulShutdown"}),
            )
            expect_that("GracefulShutdown" in str(error), str(error))
            expect("power", self.system().power_state, ON)
        with self.check("and the hard off after it works"):
            self.off()

    def with_lms(self):
        """Graceful actions, where the operating system runs what the device needs for them."""
        faults = self.device.look()["faults"]
        self.device.set_faults({"lms": True})
        try:
            with self.check("with Intel LMS in the operating system both graceful resets are offered"):
                self.starts(sushy.RESET_ON, None)
                expect("offered", self.system().get_allowed_reset_system_values() & GRACEFUL, GRACEFUL)
            with self.check("GracefulRestart starts it anew"):
                self.starts(sushy.RESET_GRACEFUL_RESTART, None)
            with self.check("GracefulShutdown switches it off"):
                self.system().reset_system(sushy.RESET_GRACEFUL_SHUTDOWN)
                self.client.wait_for_power(self.name, OFF)
                expect("the device's power", self.device.look()["power"], "off")
        finally:
            self.device.set_faults(faults)

    def reboot_as_ironic(self):
        with self.check("Ironic's reboot: ForceOff, poll, Pxe once, On, poll") as note:
            self.system().reset_system(sushy.RESET_ON)
            self.client.wait_for_power(self.name, ON)
            before = self.device.last_boot()
            system = self.system()
            system.reset_system(sushy.RESET_FORCE_OFF)
            down = self.client.wait_for_power(self.name, OFF)
            system = self.system()
            system.set_system_boot_options(sushy.BOOT_SOURCE_TARGET_PXE, enabled=ONCE)
            system.reset_system(sushy.RESET_ON)
            up = self.client.wait_for_power(self.name, ON)
            boots = self.booted(before)
            expect("starts", [boot["source"] for boot in boots], ["pxe" if self.enforced else None])
            expect("enabled", self.boot()[1], DISABLED)
            expect_that(None not in down + up, "a power state that Ironic does not know")
            note.text = " ".join(state.value for state in down + up)
