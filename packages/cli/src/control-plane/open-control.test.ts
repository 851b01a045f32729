import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Options } from "../command.ts";
import { createFakeIo } from "../testing/fake-io.ts";
import { writeFiles } from "../testing/run.ts";
import { findToken } from "./find-token.ts";
import { requireServer } from "./find-server.ts";
import { storeLogin } from "./stored-logins.ts";

const SERVER = "https://holdfast.example.com";

/** What a command line says of the server; the environment is the parser's. */
const named = (server?: string): Pick<Options, "text"> => ({
  text: (name) => (name === "server" ? server : undefined),
});

describe("requireServer()", () => {
  test("takes the named one, then the one that was logged in to last", async () => {
    await using io = await createFakeIo();
    await storeLogin(SERVER, { token: "one" }, io);
    expect(await requireServer(named("https://other.example.com/"), io)).toBe(
      "https://other.example.com",
    );
    expect(await requireServer(named(), io)).toBe(SERVER);
  });

  test("says how to log in where none is known", async () => {
    await using io = await createFakeIo();
    await expect(requireServer(named(), io)).rejects.toThrow(/holdfast login --server/);
  });

  test.each(["http://holdfast.example.com", "ftp://127.0.0.1", "https://u:p@example.com", "yoga"])(
    "refuses %s without repeating a password",
    async (server) => {
      await using io = await createFakeIo();
      const error: unknown = await requireServer(named(server), io).catch(
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ code: "SERVER_INVALID" });
      expect(String(error)).not.toContain("u:p");
    },
  );
});

describe("findToken()", () => {
  test("takes HOLDFAST_TOKEN, then HOLDFAST_TOKEN_FILE, then the login of this very server", async () => {
    await using io = await createFakeIo();
    await storeLogin(SERVER, { token: "stored" }, io);
    await writeFiles(io, { "token.txt": "filed\n" });
    const withEnv = (env: Record<string, string>) => ({ ...io, env: { ...io.env, ...env } });
    const found = async (env: Record<string, string>) => findToken(SERVER, withEnv(env));
    expect(await found({ HOLDFAST_TOKEN: "given" })).toEqual({
      token: "given",
      source: "HOLDFAST_TOKEN",
    });
    expect(await found({ HOLDFAST_TOKEN_FILE: join(io.cwd, "token.txt") })).toEqual({
      token: "filed",
      source: "HOLDFAST_TOKEN_FILE",
    });
    expect(await found({})).toEqual({ token: "stored", source: "login" });
    await expect(findToken("https://other.example.com", io)).rejects.toMatchObject({
      code: "LOGIN_MISSING",
    });
  });

  test("refuses two tokens, and what no header can hold", async () => {
    await using io = await createFakeIo();
    const both = { HOLDFAST_TOKEN: "a", HOLDFAST_TOKEN_FILE: "b" };
    await expect(findToken(SERVER, { ...io, env: both })).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
    const odd = findToken(SERVER, { ...io, env: { HOLDFAST_TOKEN: "a secret\nheader: x" } });
    await expect(odd).rejects.toMatchObject({ code: "OPTION_INVALID" });
    await expect(odd).rejects.not.toThrow("header: x");
  });

  test("says that a login has ended", async () => {
    await using io = await createFakeIo();
    await storeLogin(SERVER, { token: "stored", expiresAt: io.now() }, io);
    await expect(findToken(SERVER, io)).rejects.toThrow(/ended at 2026-11-21T09:00:00.000Z/);
  });
});
