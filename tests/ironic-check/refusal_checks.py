"""What must be refused, by name: sushy sends only what is advertised, so these go past it, on its own connection."""

import sushy
from sushy import exceptions

from lab import path_of
from report import check, expect, expect_that, refused


def run(lab):
    for kind in ("amt", "tapo"):
        names = [machine["name"] for machine in lab.machines if machine["kind"] == kind]
        if names:
            of_machine(lab, names[0])


def of_machine(lab, name):
    group = f"refusals ({name})"
    client = lab.connect()
    device = lab.device(name)
    before = (device.commands(), client.system(name).json["Boot"])

    resets = {
        "an unknown reset type": ({"ResetType": "Fly"}, "ActionParameterValueNotInList", "Fly"),
        "a reset without its type": ({}, "ActionParameterMissing", "ResetType"),
        "a reset type that is no text": ({"ResetType": 7}, "ActionParameterValueTypeError", "7"),
        "an unknown parameter of a reset": ({"ResetType": "On", "Delay": 3}, "ActionParameterUnknown", "Delay"),
    }
    for what, (body, message, named) in resets.items():
        with check(group, what):
            error = refused(exceptions.BadRequestError, lambda: client.reset(name, body))
            expect_message(error, message, named)

    patches = {
        "an unknown boot target": ({"BootSourceOverrideTarget": "Floppyy"}, "PropertyValueNotInList", "Floppyy"),
        "a boot target that it cannot do": ({"BootSourceOverrideTarget": "Usb"}, "PropertyValueNotInList", "Usb"),
        "an unknown Enabled": ({"BootSourceOverrideEnabled": "Twice"}, "PropertyValueNotInList", "Twice"),
        "an unknown mode": ({"BootSourceOverrideMode": "EFI"}, "PropertyValueNotInList", "EFI"),
        "an unknown property": ({"BootSourceOverrideSpeed": 9}, "PropertyUnknown", "BootSourceOverrideSpeed"),
        "a right target beside a wrong mode": (
            {"BootSourceOverrideTarget": "Pxe", "BootSourceOverrideMode": "EFI"},
            "PropertyValueNotInList",
            "EFI",
        ),
    }
    for what, (boot, message, named) in patches.items():
        with check(group, what):
            error = refused(
                exceptions.BadRequestError, lambda: client.connector.patch(path_of(name), data={"Boot": boot})
            )
            expect_message(error, message, named)

    with check(group, "a property that nobody can set"):
        error = refused(
            exceptions.BadRequestError, lambda: client.connector.patch(path_of(name), data={"PowerState": "On"})
        )
        expect_message(error, "PropertyNotWritable", "PowerState")

    with check(group, "DELETE of a system"):
        expect("status", refused(exceptions.HTTPError, lambda: client.connector.delete(path_of(name))).status_code, 405)

    with check(group, "values that sushy knows not to be offered are not even sent"):
        sent = len(client.requests)
        system = client.system(name)
        refused(
            exceptions.InvalidParameterValueError,
            lambda: system.set_system_boot_options(sushy.BOOT_SOURCE_TARGET_USB_CD, enabled=sushy.BOOT_SOURCE_ENABLED_ONCE),
        )
        expect("requests", [entry[0] for entry in client.requests[sent:]], ["GET"])

    with check(group, "nothing of all that changed the machine"):
        expect("changes of power and boot settings", (device.commands(), client.system(name).json["Boot"]), before)


def expect_message(error, message, named):
    (first, *_) = error.body["@Message.ExtendedInfo"]
    expect_that(first["MessageId"].endswith(f".{message}"), f"{first['MessageId']} instead of {message}")
    expect_that(named in first["Message"], f"{named} is not named: {first['Message']}")
