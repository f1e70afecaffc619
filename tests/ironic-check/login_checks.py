"""TLS, sessions and passwords, as Ironic meets them."""

import sushy
from sushy import auth, exceptions

from lab import path_of
from report import check, expect, expect_that, refused

GROUP = "login"
SESSIONS = "/redfish/v1/SessionService/Sessions"


def run(lab):
    name = lab.machines[0]["name"]

    with check(GROUP, "a certificate from an unknown authority is not accepted"):
        error = refused(exceptions.ConnectionError, lambda: sushy.Sushy(lab.url, verify=True))
        expect_that("certificate verify failed" in str(error), str(error))

    with check(GROUP, "the lab's authority is: first contact is GET root, POST Sessions") as note:
        client = lab.connect()
        expect("requests", client.requests, [("GET", "/redfish/v1/", 200), ("POST", SESSIONS, 201)])
        note.text = "2 requests"

    with check(GROUP, "one session serves every machine"):
        client = lab.connect()
        for machine in lab.machines:
            client.system(machine["name"])
        expect("logins", logins(client), 1)
        expect("refusals", [entry for entry in client.requests if entry[2] >= 400], [])

    with check(GROUP, "a session that was deleted: 401, one new login, and the request is repeated"):
        client = lab.connect()
        client.system(name)
        lab.connect().connector.delete(client.root._auth.get_session_resource_id())
        del client.requests[:]
        expect("system", client.system(name).identity, name)
        expect(
            "requests",
            client.requests,
            [("GET", path_of(name), 401), ("POST", SESSIONS, 201), ("GET", path_of(name), 200)],
        )

    with check(GROUP, "a wrong password is refused with 401 at the session login"):
        error = refused(exceptions.AccessError, lambda: lab.connect(password="wrong"))
        expect("status", error.status_code, 401)

    with check(GROUP, "and by Basic, so that sushy's auto mode cannot get in either"):
        client = lab.connect(auth.SessionOrBasicAuth, password="wrong")
        error = refused(exceptions.AccessError, lambda: client.system(name))
        expect("status", error.status_code, 401)

    with check(GROUP, "without a login the root is readable and a system is not"):
        client = lab.connect(None)
        error = refused(exceptions.AccessError, lambda: client.connector.get(path_of(name)))
        expect("status", error.status_code, 401)

    with check(GROUP, "Basic authentication works"):
        client = lab.connect(auth.BasicAuth)
        expect("system", client.system(name).identity, name)
        expect("logins", logins(client), 0)

    with check(GROUP, "logging out ends the session"):
        client = lab.connect()
        uri = client.root._auth.get_session_resource_id()
        client.root._auth.close()
        other = lab.connect()
        refused(exceptions.ResourceNotFoundError, lambda: other.connector.get(uri))


def logins(client):
    return sum(1 for method, path, _ in client.requests if method == "POST" and path == SESSIONS)
