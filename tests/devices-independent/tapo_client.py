"""PyPI tapo (a Rust library) against a plug: reads, switches, notices a wrong password."""
import asyncio
import json
import os
import sys

from tapo import ApiClient

address = sys.argv[1]
user, password = os.environ["DEVICE_USER"], os.environ["DEVICE_PASSWORD"]


async def main() -> None:
    seen = {}
    plug = await ApiClient(user, password).p100(address)
    info = await plug.get_device_info()
    seen["model"] = info.model
    states = [info.device_on]
    for switch in (plug.on, plug.off):
        await switch()
        states.append((await plug.get_device_info()).device_on)
    seen["states"] = states
    seen["usage"] = sorted((await plug.get_device_usage()).to_dict())
    try:
        await ApiClient(user, "wrong").p100(address)
    except Exception as error:
        seen["wrong password"] = "HASH_MISMATCH" in str(error)
    print(json.dumps(seen))


asyncio.run(main())
sys.stdout.flush()
# Threads of tapo's own abort Python now and then while it ends (PyGILState_Release).
os._exit(0)
