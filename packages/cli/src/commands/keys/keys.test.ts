import { generateKeyPairSync } from "node:crypto";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorOf, run, runJson, writeFiles } from "../../testing/run.ts";
import { addYoga, startYogaControl, writeYogaKeys } from "../../testing/yoga-control.ts";
import type { YogaControl } from "../../testing/yoga-control.ts";

let control: YogaControl;
beforeAll(async () => {
  control = await startYogaControl();
  await using io = await control.server.openIo();
  await addYoga(io, control);
});
afterAll(() => control.close());

function newKey(namedCurve = "P-256"): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve });
  return privateKey.export({ format: "pem", type: "pkcs8" });
}

const ISSUER = "57246542-96fe-1a63-e053-0824d011072a";

describe.each(["keys", "connect-keys"] as const)("holdfast %s", (noun) => {
  const title = noun === "keys" ? "In-App Purchase key" : "App Store Connect key";

  test("add, list, activate and remove; the key's id comes from the file's name", async () => {
    await using io = await control.server.openIo();
    const lines = await writeYogaKeys(io, control);
    const yoga = control.emulator.credentials("yoga");
    const known = noun === "keys" ? yoga.keyId : yoga.connectKeyId;
    expect(await run(io, noun === "keys" ? lines.keys : lines.connectKeys)).toBe(0);
    expect(io.out()).toContain(`The ${title} ${known} is there; it is active`);

    await writeFiles(io, { "spare.p8": newKey() });
    const spare = `${noun} add --app yoga --private-key spare.p8 --key-id SPARE1 --issuer-id ${ISSUER}`;
    expect((await runJson(io, spare)).json).toMatchObject({ keyId: "SPARE1", state: "standby" });

    const { json } = await runJson(io, `${noun} list --app yoga`);
    expect(json["items"]).toMatchObject([
      { keyId: "SPARE1", state: "standby" },
      { keyId: known, state: "active" },
    ]);
    expect(JSON.stringify(json)).not.toContain("PRIVATE");

    // The local App Store does not know the spare one: what Apple refuses does not become active.
    expect(await run(io, `${noun} activate SPARE1 --app yoga`)).toBe(1);
    expect(io.err()).toContain("APPLE_REFUSED");
    expect((await runJson(io, `${noun} activate ${known} --app yoga`)).json).toMatchObject({
      state: "active",
    });

    expect(await run(io, `${noun} remove SPARE1 --app yoga`)).toBe(2);
    expect(await run(io, `${noun} remove SPARE1 --app yoga --confirm`)).toBe(0);
    const left = await runJson(io, `${noun} list --app yoga`);
    expect(left.json["items"]).toMatchObject([{ keyId: known }]);
  });

  test("add refuses what is no P-256 key before anything is sent, and shows none of it", async () => {
    await using io = await control.server.openIo();
    const other = newKey("P-384");
    await writeFiles(io, { "Key_A1.p8": other, "Key_B2.p8": "no key at all", token: "x" });
    const nothingSent = {
      ...io,
      fetch: () => Promise.reject(new Error("nothing may be sent")),
    };
    for (const file of ["Key_A1.p8", "Key_B2.p8"]) {
      const line = `${noun} add --app yoga --private-key ${file} --issuer-id ${ISSUER}`;
      expect(await run(nothingSent, line)).toBe(1);
    }
    expect(io.err().match(/PRIVATE_KEY_INVALID/g)).toHaveLength(2);
    expect(io.err()).not.toContain(other.split("\n")[1]);
    expect(io.err()).not.toContain("no key at all");
  });

  test("add warns of a file that others may read", async () => {
    await using io = await control.server.openIo();
    await writeFiles(io, { "Key_C3.p8": newKey() });
    await chmod(join(io.cwd, "Key_C3.p8"), 0o644);
    await run(io, `${noun} add --app yoga --private-key Key_C3.p8 --issuer-id ${ISSUER}`);
    expect(io.err()).toContain("chmod 600");
    await run(io, `${noun} remove C3 --app yoga --confirm`);
  });

  test("add asks for the id where the file's name does not tell it", async () => {
    await using io = await control.server.openIo();
    await writeFiles(io, { "mine.p8": newKey() });
    const line = `${noun} add --app yoga --private-key mine.p8 --issuer-id ${ISSUER} --output json`;
    expect(await run(io, line)).toBe(2);
    expect(errorOf(io)["message"]).toContain("--key-id is required");
  });

  test("list says how to add one where there is none", async () => {
    await using io = await control.server.openIo();
    await run(io, "apps add bare --bundle-id com.example.bare --apple-id 9");
    const before = io.out().length;
    expect(await run(io, `${noun} list --app bare`)).toBe(0);
    expect(io.out().slice(before)).toBe(`bare has no ${title}: holdfast ${noun} add --app bare\n`);
    await run(io, "apps remove bare --confirm");
  });
});

describe("the two kinds of keys", () => {
  test("are not taken for each other: a file named for one is warned of by the other", async () => {
    await using io = await control.server.openIo();
    await writeFiles(io, { "AuthKey_D4.p8": newKey(), "SubscriptionKey_E5.p8": newKey() });
    const rest = `--app yoga --issuer-id ${ISSUER} --private-key`;
    await run(io, `keys add ${rest} AuthKey_D4.p8`);
    expect(io.err()).toContain("holdfast connect-keys add");
    await run(io, `connect-keys add ${rest} SubscriptionKey_E5.p8`);
    expect(io.err()).toContain("holdfast keys add");
    await run(io, "keys remove D4 --app yoga --confirm");
    await run(io, "connect-keys remove E5 --app yoga --confirm");
  });

  test("connect-keys add takes an individual key, which has no issuer; keys add does not", async () => {
    await using io = await control.server.openIo();
    await writeFiles(io, { "AuthKey_F6.p8": newKey(), "SubscriptionKey_G7.p8": newKey() });
    const { json } = await runJson(io, "connect-keys add --app yoga --private-key AuthKey_F6.p8");
    expect(json).toMatchObject({ keyId: "F6", kind: "individual" });
    expect(await run(io, "keys add --app yoga --private-key SubscriptionKey_G7.p8")).toBe(2);
    expect(io.err()).toContain("--issuer-id is required");
    await run(io, "connect-keys remove F6 --app yoga --confirm");
  });
});
