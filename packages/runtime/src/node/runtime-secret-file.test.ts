import { randomBytes } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { loadRuntimeSecret } from "./runtime-secret-file.ts";

const SECRET = randomBytes(32);
const bytes = (buffer: Buffer): Uint8Array => new Uint8Array(buffer);

describe("loadRuntimeSecret()", () => {
  test("makes the secret at the first start, readable by its owner only, and finds it again", async () => {
    const directory = join(await temporaryDirectory(), "data");
    const secret = await loadRuntimeSecret(directory, {});
    expect(secret).toHaveLength(32);
    const { mode } = await stat(join(directory, "runtime-secret"));
    expect((mode % 0o1000).toString(8)).toBe("600");
    expect(((await stat(directory)).mode % 0o1000).toString(8)).toBe("700");
    expect(await loadRuntimeSecret(directory, {})).toEqual(secret);
  });

  test("makes one secret when several start at once", async () => {
    const directory = await temporaryDirectory();
    const secrets = await Promise.all(
      Array.from({ length: 8 }, () => loadRuntimeSecret(directory, {})),
    );
    expect(new Set(secrets.map(String)).size).toBe(1);
  });

  test.each([
    ["base64", SECRET.toString("base64")],
    ["base64url", SECRET.toString("base64url")],
    ["base64 with a line end", `${SECRET.toString("base64")}\n`],
  ])("takes %s from the environment and writes nothing", async (_, text) => {
    const directory = await temporaryDirectory();
    const env = { HOLDFAST_RUNTIME_SECRET: text, HOLDFAST_RUNTIME_SECRET_FILE: "/nowhere" };
    expect(await loadRuntimeSecret(directory, env)).toEqual(bytes(SECRET));
    await expect(stat(join(directory, "runtime-secret"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("takes the file that HOLDFAST_RUNTIME_SECRET_FILE names before its own", async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, "elsewhere");
    await writeFile(file, `${SECRET.toString("base64")}\n`);
    const env = { HOLDFAST_RUNTIME_SECRET: "", HOLDFAST_RUNTIME_SECRET_FILE: file };
    expect(await loadRuntimeSecret(directory, env)).toEqual(bytes(SECRET));
  });

  test.each([
    ["too short", randomBytes(31).toString("base64")],
    ["too long", randomBytes(33).toString("base64")],
    ["hexadecimal", SECRET.toString("hex")],
    ["with characters of no alphabet", `*${SECRET.toString("base64")}`],
    ["two in one", `${SECRET.toString("base64")}\n${SECRET.toString("base64")}`],
    ["white space", "  "],
  ])("refuses one that is %s, and does not show it", async (_, text) => {
    const directory = await temporaryDirectory();
    const error: unknown = await loadRuntimeSecret(directory, {
      HOLDFAST_RUNTIME_SECRET: text,
    }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "RUNTIME_SECRET_INVALID" });
    expect(String(error)).not.toContain(text);
  });

  test("refuses a file of its own that was emptied, and leaves it as it is", async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, "runtime-secret");
    await writeFile(file, "", { mode: 0o600 });
    await expect(loadRuntimeSecret(directory, {})).rejects.toMatchObject({
      code: "RUNTIME_SECRET_INVALID",
    });
    expect(await readFile(file, "utf8")).toBe("");
  });

  test("refuses a named file that is not there", async () => {
    const directory = await temporaryDirectory();
    const env = { HOLDFAST_RUNTIME_SECRET_FILE: join(directory, "missing") };
    await expect(loadRuntimeSecret(directory, env)).rejects.toMatchObject({
      code: "RUNTIME_SECRET_INVALID",
    });
  });
});
