"""plugp100 against a plug: with KLAP v2 named, and finding out by itself (TPAP, then AES, then KLAP)."""
import asyncio
import json
import logging
import os
import sys

from plugp100.common.credentials import AuthCredential
from plugp100.devices.factory import DeviceConnectConfiguration, connect

logging.disable(logging.CRITICAL)
host, port = sys.argv[1].split(":")
credentials = AuthCredential(os.environ["DEVICE_USER"], os.environ["DEVICE_PASSWORD"])


async def main() -> None:
    seen = {}
    named = {"device_type": "SMART.TAPOPLUG", "encryption_type": "klap", "encryption_version": 2}
    for how, protocol in (("named", named), ("guessed", {})):
        device = await connect(
            DeviceConnectConfiguration(host=host, port=int(port), credentials=credentials, **protocol)
        )
        await device.update()
        states = [device.is_on]
        for switch in (device.turn_on, device.turn_off):
            await switch()
            await device.update()
            states.append(device.is_on)
        seen[how] = {"protocol": str(device.protocol_version), "model": device.model, "states": states}
        await device.client.close()
    print(json.dumps(seen))


asyncio.run(main())
