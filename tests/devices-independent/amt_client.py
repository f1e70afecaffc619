"""PyPI amt (from Ironic's driver) against an engine: reads, one PXE boot, a refused power-on, a wrong password."""
import contextlib
import io
import json
import os
import sys
import time

import amt.client
import requests

host, port = sys.argv[1].split(":")
amt.client.AMT_PROTOCOL_PORT_MAP["http"] = int(port)
user, password = os.environ["DEVICE_USER"], os.environ["DEVICE_PASSWORD"]
engine = amt.client.Client(host, password, username=user)


def follow(wanted: str) -> str:
    """The power state once it is the wanted one, or the last one seen."""
    for _ in range(100):
        state = engine.power_status()
        if state == wanted:
            break
        time.sleep(0.1)
    return state


seen = {"before": engine.power_status()}
engine.pxe_next_boot()
seen["power on"] = engine.power_on()
seen["after"] = follow("2")
with contextlib.redirect_stdout(io.StringIO()) as answer:
    seen["power on again"] = engine.power_on()
seen["its ReturnValue"] = "ReturnValue>2<" in answer.getvalue()
for _ in range(100):
    with contextlib.redirect_stdout(io.StringIO()):
        result = engine.power_off()
    if result == 0:
        break
    time.sleep(0.1)
seen["power off"] = result
seen["at last"] = follow("8")
try:
    amt.client.Client(host, "wrong-one", username=user).power_status()
except requests.HTTPError as error:
    seen["wrong password"] = error.response.status_code
print(json.dumps(seen))
