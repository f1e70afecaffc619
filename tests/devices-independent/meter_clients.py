"""python-kasa and PyPI tapo against a P110: what its energy meter shows."""
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
    Module,
)
from tapo import ApiClient

logging.disable(logging.CRITICAL)
host, port = sys.argv[1].split(":")
user, password = os.environ["DEVICE_USER"], os.environ["DEVICE_PASSWORD"]


async def by_kasa() -> dict:
    config = DeviceConfig(
        host=host,
        port_override=int(port),
        credentials=Credentials(user, password),
        connection_type=DeviceConnectionParameters(
            DeviceFamily.SmartTapoPlug, DeviceEncryptionType.Klap, login_version=2
        ),
    )
    device = await Device.connect(config=config)
    await device.update()
    energy = device.modules[Module.Energy]
    seen = {
        "model": device.model,
        "watts": energy.current_consumption,
        "volts": energy.voltage,
        "amperes": energy.current,
        "kWh today": energy.consumption_today,
        "kWh this month": energy.consumption_this_month,
    }
    await device.disconnect()
    return seen


async def by_tapo() -> dict:
    plug = await ApiClient(user, password).p110(f"{host}:{port}")
    usage = (await plug.get_energy_usage()).to_dict()
    return {
        "model": (await plug.get_device_info()).model,
        "watts": (await plug.get_current_power()).current_power,
        "mW": usage["current_power"],
        "Wh": [usage["today_energy"], usage["month_energy"]],
        "minutes": [usage["today_runtime"], usage["month_runtime"]],
    }


async def main() -> None:
    print(json.dumps({"kasa": await by_kasa(), "tapo": await by_tapo()}))


asyncio.run(main())
sys.stdout.flush()
# Threads of tapo's own abort Python now and then while it ends (PyGILState_Release).
os._exit(0)
