"""python-kasa against a plug: reads, switches, gets over a lost session, notices a wrong e-mail, discovers by UDP."""
import asyncio
import json
import logging
import os
import sys

from kasa import (
    Credentials,
    Device,
    DeviceConfig,
    DeviceConnectionParameters,
    DeviceEncryptionType,
    DeviceFamily,
    Discover,
)

logging.disable(logging.CRITICAL)
host, port = sys.argv[1].split(":")
user, password = os.environ["DEVICE_USER"], os.environ["DEVICE_PASSWORD"]


def config(username: str) -> DeviceConfig:
    return DeviceConfig(
        host=host,
        port_override=int(port),
        credentials=Credentials(username, password),
        connection_type=DeviceConnectionParameters(
            DeviceFamily.SmartTapoPlug, DeviceEncryptionType.Klap, login_version=2
        ),
    )


async def main() -> None:
    seen = {}
    device = await Device.connect(config=config(user))
    await device.update()
    seen["model"] = device.model
    seen["alias"] = device.alias
    states = [device.is_on]
    for switch in (device.turn_on, device.turn_off):
        await switch()
        await device.update()
        states.append(device.is_on)
    seen["states"] = states
    other = await Device.connect(config=config(user))
    await other.update()
    await device.update()
    seen["got over a displaced session"] = device.is_on is False
    await other.disconnect()
    await device.disconnect()
    try:
        await Device.connect(config=config(user.upper()))
    except Exception as error:
        seen["wrong e-mail"] = type(error).__name__
    found = await Discover.discover_single(host, credentials=Credentials(user, password), discovery_timeout=5)
    seen["discovered"] = f"{found.host}:{found.config.connection_type.http_port}"
    await found.disconnect()
    print(json.dumps(seen))


asyncio.run(main())
