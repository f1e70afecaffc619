import assert from "node:assert/strict";
import { Agent, get } from "node:https";
import { type AmtDevice, startAmtDevice } from "../../../sim/devices/index.ts";
import { envelope, texts, uri, WsmanClient } from "./support/wsman-client.ts";

const LOGIN = { username: "admin", password: "Simulated-1" };
const GET = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get";
const UUID = "55e3ae13-bfd2-61bb-17a0-88aedd7037ea";

describe("simulated AMT engine: WS-Management", () => {
  let amt: AmtDevice;
  let client: WsmanClient;

  beforeEach(async () => {
    amt = await startAmtDevice({ name: "m920q-1", ...LOGIN, uuid: UUID, macs: ["C8:D9:D2:01:02:03"] });
    client = new WsmanClient(amt.address);
  });
  afterEach(() => amt.close());

  it("answers what every client reads by Get", async () => {
    const expected: Record<string, Record<string, string>> = {
      CIM_ComputerSystemPackage: { PlatformGUID: "13AEE355D2BFBB6117A088AEDD7037EA" },
      CIM_Chassis: { Manufacturer: "LENOVO", Version: "ThinkCentre M920q" },
      CIM_Card: { Manufacturer: "LENOVO" },
      CIM_BIOSElement: { Version: "M1UKT72A", Datetime: "2022-03-31T00:00:00Z" },
      AMT_GeneralSettings: { HostName: "m920q-1", PowerSource: "0" },
      AMT_SetupAndConfigurationService: { ProvisioningMode: "1", ProvisioningState: "2" },
      AMT_BootCapabilities: { ForcePXEBoot: "true", BIOSSetup: "true" },
      IPS_OptInService: { OptInRequired: "0" },
      CIM_PowerManagementService: { Name: "Intel(r) AMT Power Management Service" },
    };
    for (const [className, properties] of Object.entries(expected)) {
      const { status, text } = await client.get(className);
      assert.equal(status, 200, className);
      for (const [name, value] of Object.entries(properties)) assert.equal(texts(text, name)[0], value, name);
    }
  });

  it("answers what every client enumerates", async () => {
    const expected: Record<string, [property: string, value: string]> = {
      CIM_SoftwareIdentity: ["InstanceID", "AMT"],
      CIM_Chip: ["Tag", "CPU 0"],
      CIM_Processor: ["MaxClockSpeed", "3500"],
      CIM_PhysicalMemory: ["Capacity", "8589934592"],
      AMT_EthernetPortSettings: ["MACAddress", "c8-d9-d2-01-02-03"],
      CIM_MediaAccessDevice: ["DeviceID", "MEDIA DEV 0"],
      CIM_BootSourceSetting: ["InstanceID", "Intel(r) AMT: Force PXE Boot"],
      CIM_ElementSettingData: ["IsNext", "2"],
    };
    for (const [className, [name, value]] of Object.entries(expected)) {
      const { status, text } = await client.list(className);
      assert.equal(status, 200, className);
      assert.ok(texts(text, name).includes(value), `${className}.${name}: ${texts(text, name)}`);
      assert.match(text, /EndOfSequence/);
    }
  });

  it("gives its UUID in SMBIOS order by a method as well", async () => {
    const { text } = await client.invoke("AMT_SetupAndConfigurationService", "GetUuid");
    assert.deepEqual(texts(text, "UUID"), ["E67jVdK/u2EXoIiu3XA36g=="]);
  });

  it("keeps an identity of its own for each name", async () => {
    const other = await startAmtDevice({ name: "m920q-2", ...LOGIN });
    const twin = await startAmtDevice({ name: "m920q-2", ...LOGIN });
    try {
      assert.match(other.uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.equal(other.uuid, twin.uuid);
      assert.notEqual(other.uuid, amt.uuid);
    } finally {
      await Promise.all([other.close(), twin.close()]);
    }
  });

  it("chooses an instance by selectors, whatever their attribute's prefix", async () => {
    const selector = (attribute: string, value: string) =>
      `<w:SelectorSet><w:Selector ${attribute}="InstanceID">${value}</w:Selector></w:SelectorSet>`;
    for (const attribute of ["Name", "w:Name"]) {
      const { text } = await client.get(
        "CIM_BootSourceSetting",
        selector(attribute, "Intel(r) AMT: Force PXE Boot"),
      );
      assert.deepEqual(texts(text, "StructuredBootString"), ["CIM:Network:1"]);
    }
    const none = await client.get("CIM_BootSourceSetting", selector("Name", "nothing"));
    assert.equal(none.status, 400);
    assert.match(none.text, /:InvalidSelectors</);
  });

  it("reads messages by namespace: other prefixes, comments, white space, a full address", async () => {
    const message = `<?xml version="1.0"?>
      <!-- a comment -->
      <S:Envelope xmlns:S="http://www.w3.org/2003/05/soap-envelope" xmlns:x="http://schemas.xmlsoap.org/ws/2004/08/addressing"
          xmlns:m="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">
        <S:Header> <!-- order is free -->
          <x:MessageID S:mustUnderstand="true">uuid:1-2-3</x:MessageID>
          <m:ResourceURI S:mustUnderstand="true">
            ${uri("CIM_AssociatedPowerManagementService")}
          </m:ResourceURI>
          <x:To S:mustUnderstand="true">http://${amt.address}/wsman</x:To>
          <x:Action S:mustUnderstand="true">${GET}</x:Action>
        </S:Header>
        <S:Body/>
      </S:Envelope>`;
    const { status, text } = await client.send(message);
    assert.equal(status, 200, text);
    assert.deepEqual(texts(text, "RelatesTo"), ["uuid:1-2-3"]);
    assert.deepEqual(texts(text, "Action"), [`${GET}Response`]);
    assert.deepEqual(texts(text, "ResourceURI")[0], uri("CIM_AssociatedPowerManagementService"));
    assert.deepEqual(texts(text, "PowerState"), ["8"]);
  });

  it("does not take an element of another namespace for its own", async () => {
    const foreign = envelope(GET, uri("CIM_Chassis")).replaceAll(
      "wbem/wsman/1/wsman.xsd",
      "wbem/wsman/2/wsman.xsd",
    );
    assert.equal((await client.send(foreign)).status, 400);
  });

  it("answers an unknown class and an unknown method with DestinationUnreachable", async () => {
    for (const answer of [
      await client.get("CIM_Nothing"),
      await client.invoke("CIM_BootService", "Nothing"),
      await client.invoke("CIM_BootService", "toString"),
      await client.put("CIM_Chassis", {}),
    ]) {
      assert.equal(answer.status, 400);
      assert.match(answer.text, /<a:Value>a:Sender<\/a:Value><a:Subcode><a:Value>g:DestinationUnreachable</);
      assert.deepEqual(texts(answer.text, "RelatesTo"), ["7"]);
    }
  });

  it("answers what is no SOAP with a fault and goes on", async () => {
    for (const message of [
      "",
      "no xml",
      "<a><b></a>",
      "<Envelope/>",
      envelope(GET, uri("CIM_Chassis")).slice(0, -9),
    ]) {
      const answer = await client.send(message);
      assert.equal(answer.status, 400, message);
      assert.match(answer.text, /SchemaValidationError/);
    }
    assert.equal((await client.get("CIM_Chassis")).status, 200);
  });

  it("gives an enumeration out in parts and takes each context once", async () => {
    const context =
      texts((await client.enumerate("CIM_SoftwareIdentity")).text, "EnumerationContext")[0] ?? "";
    const first = await client.pull("CIM_SoftwareIdentity", context, 4);
    assert.equal(texts(first.text, "VersionString").length, 4);
    assert.doesNotMatch(first.text, /EndOfSequence/);
    const next = texts(first.text, "EnumerationContext")[0] ?? "";
    assert.notEqual(next, context);
    const rest = await client.pull("CIM_SoftwareIdentity", next);
    assert.equal(texts(rest.text, "VersionString").length, 7);
    assert.match(rest.text, /EndOfSequence/);
    for (const used of [context, next]) {
      const again = await client.pull("CIM_SoftwareIdentity", used);
      assert.equal(again.status, 400);
      assert.match(again.text, /InvalidEnumerationContext/);
    }
  });

  it("gives out less than it is asked for when told", async () => {
    amt.setFaults({ pullItems: 1 });
    const { text } = await client.list("CIM_PhysicalMemory");
    assert.equal(texts(text, "Capacity").length, 1);
    assert.doesNotMatch(text, /EndOfSequence/);
  });

  it("identifies itself", async () => {
    const { text } = await client.send(
      '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>' +
        '<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/></s:Body></s:Envelope>',
    );
    assert.deepEqual(texts(text, "ProductVendor"), ["Intel(r)"]);
  });

  it("counts calls by class and verb, apart from challenges and connections", async () => {
    await client.get("CIM_Chassis");
    await client.list("CIM_Chip");
    await client.get("CIM_Nothing");
    assert.deepEqual(amt.counters, {
      total: 4,
      byOperation: { "CIM_Chassis.Get": 1, "CIM_Chip.Enumerate": 1, "CIM_Chip.Pull": 1, invalid: 1 },
      powerReads: 0,
      logins: 1,
      failedLogins: 0,
      refused: 1,
      connections: 5,
      httpRequests: 5,
    });
    amt.resetCounters();
    assert.equal(amt.counters.total, 0);
    assert.equal(amt.counters.connections, 0);
  });

  it("speaks TLS 1.2 with a certificate of its own that a client can pin", async () => {
    const secure = await startAmtDevice({ name: "m920q-3", ...LOGIN, tls: true });
    const agent = new Agent({ rejectUnauthorized: false });
    try {
      const [status, protocol, fingerprint] = await new Promise<unknown[]>((resolve, reject) => {
        get(`https://${secure.address}/`, { agent }, (response) => {
          const socket = response.socket as import("node:tls").TLSSocket;
          resolve([response.statusCode, socket.getProtocol(), socket.getPeerCertificate().fingerprint256]);
          response.resume();
        }).on("error", reject);
      });
      assert.equal(status, 404);
      assert.equal(protocol, "TLSv1.2");
      assert.equal(fingerprint, secure.fingerprint256);
      assert.equal(secure.snapshot().fingerprint256, fingerprint);
    } finally {
      agent.destroy();
      await secure.close();
    }
  });
});
