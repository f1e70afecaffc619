"""The emulator under check as sushy reaches it, and the simulated devices behind its back."""

import http.client
import json
import socket
import time
from urllib.parse import quote

import sushy
from sushy import auth
from sushy.connector import Connector

# Long enough for a machine under load; a check never waits for less than what it wants to see.
PATIENCE = 60


class Lab:
    def __init__(self, target):
        self.url = target["url"]
        self.username = target["username"]
        self.password = target["password"]
        self.ca = target["caFile"]
        self.socket = target["devices"]
        self.machines = target["machines"]

    def connect(self, how=auth.SessionAuth, password=None):
        """A client as Ironic makes it: verified certificate, session login unless another is asked for."""
        requests = []

        def record(response):
            requests.append((response.request.method, response.request.path_url, response.status_code))

        connector = Connector(self.url, verify=self.ca, response_callback=record)
        login = how(username=self.username, password=password or self.password) if how else None
        return Client(sushy.Sushy(self.url, verify=self.ca, auth=login, connector=connector), connector, requests)

    def device(self, name):
        return Device(self.socket, name)


class Client:
    """A sushy root with every request it sent as (method, path, status)."""

    def __init__(self, root, connector, requests):
        self.root = root
        self.connector = connector
        self.requests = requests

    def system(self, name):
        """Reads the System anew, as Ironic does before everything it does."""
        return self.root.get_system(path_of(name))

    def reset(self, name, body):
        """A reset that sushy itself would not send."""
        return self.connector.post(f"{path_of(name)}/Actions/ComputerSystem.Reset", data=body)

    def wait_for_power(self, name, wanted):
        """Polls as Ironic does after a reset, only faster; the power states that were answered on the way."""
        seen = []
        until = time.monotonic() + PATIENCE
        while True:
            state = self.system(name).power_state
            if not seen or seen[-1] != state:
                seen.append(state)
            if state == wanted:
                return seen
            if time.monotonic() > until:
                raise AssertionError(f"{name} is not {wanted} after {PATIENCE} s: {seen}")
            time.sleep(0.2)


class Device:
    """What a person in front of the machine sees and does, and what reached its power device."""

    def __init__(self, path, name):
        self._path = path
        self._name = quote(name)

    def look(self):
        return self._ask("GET", "")

    def press_button(self):
        return self._ask("POST", "/button", {})

    def set_faults(self, faults):
        return self._ask("PUT", "/faults", faults)

    def commands(self):
        """How many changes of power the device was asked for."""
        calls = self.look()["calls"]["byOperation"]
        named = ("CIM_PowerManagementService.RequestPowerStateChange", "set_device_info")
        return sum(calls.get(name, 0) for name in named)

    def last_boot(self):
        boots = self.look()["boots"]
        return boots[-1]["at"] if boots else ""

    def boots_since(self, last):
        """Starts of the firmware after the one that `last_boot` told; the device keeps the last hundred."""
        return [boot for boot in self.look()["boots"] if boot["at"] > last]

    def _ask(self, method, path, body=None):
        connection = _UnixConnection(self._path)
        try:
            connection.request(method, f"/devices/{self._name}{path}", json.dumps(body) if body is not None else None)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{method} {self._name}{path}: {answer.status} {content!r}")
            return json.loads(content)
        finally:
            connection.close()


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("devices", timeout=10)
        self._socket_path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(10)
        self.sock.connect(self._socket_path)


def path_of(name):
    return f"/redfish/v1/Systems/{name}"
