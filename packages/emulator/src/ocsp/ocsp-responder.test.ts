import { execFile, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RunningEmulator, startEmulator } from "../server/start-emulator.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { makeTemporaryDirectory } from "../testing/temporary-directory.ts";
import { createOcspResponder } from "./ocsp-responder.ts";

/** Another implementation, to judge ours. */
const OPENSSL = "openssl";
const run = promisify(execFile);
const hasOpenssl = spawnSync(OPENSSL, ["version"]).status === 0;

describe.skipIf(!hasOpenssl)("the OCSP responder, asked by openssl", () => {
  const directory = makeTemporaryDirectory();
  const file = (name: string) => join(directory.path, name);
  let emulator: RunningEmulator;

  beforeAll(async () => {
    emulator = await startEmulator({ port: 0 });
    const { root, intermediate, leaf } = emulator.authority.certificates;
    for (const [name, { certificate }] of Object.entries({ root, intermediate, leaf })) {
      writeFileSync(file(`${name}.pem`), `${certificate.toString("pem")}\n`);
    }
  });
  beforeEach(() => {
    emulator.ocsp.configure({ mode: "normal", status: { leaf: "good", intermediate: "good" } });
  });
  afterAll(async () => {
    await emulator.close();
    directory[Symbol.dispose]();
  });

  async function ask(name: "leaf" | "intermediate", ...more: string[]): Promise<string> {
    return askWith(name, [], more);
  }

  async function askWith(
    name: "leaf" | "intermediate",
    digest: readonly string[],
    more: readonly string[],
  ): Promise<string> {
    const issuer = name === "leaf" ? "intermediate" : "root";
    const { stdout, stderr } = await run(OPENSSL, [
      "ocsp",
      ...digest,
      "-issuer",
      file(`${issuer}.pem`),
      "-cert",
      file(`${name}.pem`),
      "-CAfile",
      file("root.pem"),
      "-url",
      `${emulator.url}/ocsp/${issuer}`,
      ...more,
    ]);
    return `${stdout}${stderr}`;
  }

  test.each(["leaf", "intermediate"] as const)("says what the %s is", async (name) => {
    for (const status of ["good", "revoked", "unknown"] as const) {
      emulator.ocsp.configure({ status: { [name]: status } });
      const said = await ask(name);
      expect(said).toContain("Response verify OK");
      expect(said).toContain(`${name}.pem: ${status}`);
      expect(said).not.toContain("WARNING: no nonce");
    }
  });

  test("understands a request by SHA-256", async () => {
    expect(await askWith("leaf", ["-sha256"], [])).toContain("leaf.pem: good");
  });

  test("says unknown of a certificate it never issued, of another issuer, and of an odd one", async () => {
    const odd = await emulator.authority.issueOddChain("expiredLeaf");
    writeFileSync(file("odd.pem"), `${odd.leaf.certificate.toString("pem")}\n`);
    expect(await ask("leaf", "-cert", file("odd.pem"))).toContain("odd.pem: unknown");
    // Asked at the root's address, the leaf is a stranger.
    const elsewhere = await ask("leaf", "-url", `${emulator.url}/ocsp/root`).catch(String);
    expect(elsewhere).not.toContain("leaf.pem: good");
  });

  test("answers the GET form like the POST form", async () => {
    await ask("leaf", "-reqout", file("request.der"));
    const request = readFileSync(file("request.der"));
    const address = `${emulator.url}/ocsp/intermediate/${encodeURIComponent(request.toString("base64"))}`;
    const response = await fetch(address);
    expect(response.headers.get("content-type")).toBe("application/ocsp-response");
    writeFileSync(file("response.der"), new Uint8Array(await response.arrayBuffer()));
    const judged = ["-CAfile", file("root.pem"), "-respin", file("response.der"), "-no_nonce"];
    const named = ["-issuer", file("intermediate.pem"), "-cert", file("leaf.pem")];
    const { stdout } = await run(OPENSSL, ["ocsp", ...judged, ...named]);
    expect(stdout).toContain("leaf.pem: good");
  });

  test("answers 503 when down", async () => {
    emulator.ocsp.configure({ mode: "down" });
    const down = await fetch(`${emulator.url}/ocsp/root`, { method: "POST", body: "x" });
    expect(down.status).toBe(503);
  });

  test("is as late as it was told when slow", async () => {
    const clock = createManualClock();
    const responder = createOcspResponder(emulator.authority.certificates, clock);
    responder.configure({ mode: "slow", delayMs: 1234 });
    const late = await responder.respond("root", new Uint8Array());
    expect(late.status).toBe(200);
    responder.configure({ mode: "normal" });
    await responder.respond("root", new Uint8Array());
    expect(clock.sleeps).toEqual([1234]);
  });

  test.each([
    ["rubbish", "rubbish"],
    ["nothing", ""],
  ])("answers %s with malformedRequest", async (_what, body) => {
    const response = await fetch(`${emulator.url}/ocsp/root`, { method: "POST", body });
    // An OCSPResponse whose status is malformedRequest (1), and nothing else.
    const der = Buffer.from(await response.arrayBuffer()).toString("hex");
    expect(der).toBe("30030a0101");
  });
});
