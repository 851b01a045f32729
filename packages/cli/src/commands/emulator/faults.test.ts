import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createFakeIo } from "../../testing/fake-io.ts";
import { errorOf, run, runJson, withRunning, writeFiles } from "../../testing/run.ts";

const DROP = { kind: "drop", operation: "uploadMessage", when: "afterEffect", times: 1 };

test("emulator faults puts a file's faults in force, shows and ends them", async () => {
  await using io = await createFakeIo();
  await withRunning(io, "emulator --port 0 --data store", async (announced) => {
    const { port } = new URL(String(announced["url"]));
    await using client = await createFakeIo({ env: { HOLDFAST_EMULATOR_PORT: port } });
    await writeFiles(client, {
      "faults.json": JSON.stringify({ faults: [DROP] }),
      "wrong.json": JSON.stringify({ faults: [{ kind: "explosion" }] }),
    });
    const inForce = { faults: [{ ...DROP, matched: 0, applied: 0 }] };
    expect(await runJson(client, "emulator faults faults.json")).toEqual({
      code: 0,
      json: inForce,
    });
    expect(await runJson(client, "emulator faults")).toEqual({ code: 0, json: inForce });
    expect(await run(client, "emulator faults")).toBe(0);
    expect(client.out()).toContain('"operation":"uploadMessage"');
    expect(await run(client, "emulator faults faults.json --clear")).toBe(2);
    expect(client.err()).toContain("ARGUMENT_INVALID");
    expect(await run(client, "emulator faults wrong.json")).toBe(2);
    expect(client.err()).toContain("INPUT_INVALID: the local App Store says: expected kind");
    expect(await runJson(client, "emulator faults --clear")).toEqual({
      code: 0,
      json: { faults: [] },
    });
    expect(await run(client, "emulator faults")).toBe(0);
    expect(client.out()).toContain("no faults");
    // Those of notifications are others.
    const lost = { kind: "drop", notificationType: "DID_RENEW", share: 0.1 };
    await writeFiles(client, { "lost.json": JSON.stringify({ faults: [lost] }) });
    expect(await runJson(client, "emulator faults --notifications lost.json")).toEqual({
      code: 0,
      json: { faults: [{ ...lost, matched: 0, applied: 0 }] },
    });
    expect(await runJson(client, "emulator faults")).toEqual({ code: 0, json: { faults: [] } });
    expect(await runJson(client, "emulator faults --notifications --clear")).toEqual({
      code: 0,
      json: { faults: [] },
    });
  });
});

test.each([
  ["a page", 200, "<html>"],
  ["an error of its own", 500, "{}"],
  ["an error of another shape", 404, "{}"],
])("emulator faults tells when something else answers: %s", async (_what, status, body) => {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  // A listening TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  await using io = await createFakeIo();
  expect(await run(io, `emulator faults --port ${port} --output json`)).toBe(1);
  expect(errorOf(io)["code"]).toBe("EMULATOR_REFUSED");
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});
