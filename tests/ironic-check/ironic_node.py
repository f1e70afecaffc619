"""Ironic's redfish interfaces on a node that no database knows: only what the conductor gives them is made up."""

import threading
import types
import uuid

import requests
from ironic.common import context
from ironic.conductor import task_manager
from ironic.drivers.modules.redfish import management, power

_sent = threading.local()


def _recorded(send):
    def sending(session, request, **options):
        response = send(session, request, **options)
        sent = getattr(_sent, "requests", None)
        if sent is not None:
            sent.append((request.method, request.path_url, response.status_code))
        return response

    return sending


# Ironic makes its sushy clients by itself; what they send can only be heard below them.
requests.Session.send = _recorded(requests.Session.send)


def record():
    """A list that takes every request of this thread from now on."""
    _sent.requests = []
    return _sent.requests


class Node:
    """The fields of ironic.objects.Node that the redfish interfaces use; `save` has nowhere to save to."""

    def __init__(self, lab, name, password=None):
        self.uuid = str(uuid.uuid5(uuid.NAMESPACE_DNS, name))
        self.name = name
        self.driver = "redfish"
        self.driver_info = {
            "redfish_address": lab.url,
            "redfish_system_id": f"/redfish/v1/Systems/{name}",
            "redfish_username": lab.username,
            "redfish_password": password or lab.password,
            "redfish_verify_ca": lab.ca,
        }
        self.driver_internal_info = {}
        self.properties = {}
        self.instance_info = {}
        self.disable_power_off = False
        self.boot_mode = None
        self.secure_boot = None
        # A change of it would go into the history, which is a table.
        self.health = "OK"

    def save(self):
        pass


class Task(task_manager.TaskManager):
    """A task that reserves nothing in a database: it always holds the lock of its node."""

    def __init__(self, node):
        self.shared = False
        self._node = node
        self.context = context.RequestContext()
        self.driver = types.SimpleNamespace(power=power.RedfishPower(), management=management.RedfishManagement())

    def upgrade_lock(self, purpose=None):
        pass
