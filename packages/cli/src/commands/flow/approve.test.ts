import { routes } from "@holdfast/api";
import { expect, test } from "vitest";
import { BOB, joinAsBob } from "../../going-live/testing/join-as-bob.ts";
import { startOfflineControl } from "../../going-live/testing/offline-control.ts";
import type { OfflineControl } from "../../going-live/testing/offline-control.ts";
import { ADMIN } from "../../testing/control-server.ts";
import { errorOf, run, runJson, writeFiles } from "../../testing/run.ts";

const WHERE = "--app yoga --environment production";
const AS_BOB = "--email bob@example.com --password-file password.txt";

/** Writes the passwords of the two to files. */
async function writePasswords({ io }: OfflineControl): Promise<void> {
  await writeFiles(io, { "password.txt": `${BOB.password}\n`, "ada.txt": `${ADMIN.password}\n` });
}

test("flow approve lets another person approve what is then published", async () => {
  await using yoga = await startOfflineControl(1);
  const { io } = yoga;
  await joinAsBob(yoga);
  await writePasswords(yoga);
  expect(await run(io, `flow publish ${WHERE}`)).toBe(1);
  expect(io.err()).toContain("Bob can approve it: holdfast flow approve 1");
  const { code, json } = await runJson(io, `flow approve 1 ${WHERE} ${AS_BOB}`);
  expect(code).toBe(0);
  expect(json).toMatchObject({ version: 1, environment: "production", verdict: "approve" });
  expect(await run(io, `flow publish ${WHERE}`)).toBe(0);
});

test("flow approve --reject keeps a version from being published", async () => {
  await using yoga = await startOfflineControl(1);
  const { io } = yoga;
  await joinAsBob(yoga);
  await writePasswords(yoga);
  await run(io, "flow push --app yoga");
  expect(await run(io, `flow approve 1 ${WHERE} ${AS_BOB} --reject --note Typo`)).toBe(0);
  expect(io.out()).toContain("version 1 is rejected for production");
  expect(await run(io, `flow publish ${WHERE}`)).toBe(1);
  expect(io.err()).toContain("was rejected for production by a person");
});

test("flow approve leaves no session behind, whether it went well or not", async () => {
  await using yoga = await startOfflineControl(1);
  const { io, client } = yoga;
  await joinAsBob(yoga);
  await writePasswords(yoga);
  await run(io, "flow push --app yoga");
  // Ada saved the version herself, by her token.
  const line = `flow approve 1 ${WHERE} --email ${ADMIN.email} --password-file ada.txt --output json`;
  const before = await client.call(routes.listSessions);
  expect(await run(io, line)).toBe(1);
  expect(errorOf(io)["code"]).toBe("CONFLICT");
  expect((await client.call(routes.listSessions)).body.items.length).toBe(before.body.items.length);
});

test.each([
  [
    "a wrong password",
    `flow approve 1 ${WHERE} --email bob@example.com --password-file ada.txt`,
    1,
    "UNAUTHENTICATED",
  ],
  ["a version that is none", `flow approve one ${WHERE} ${AS_BOB}`, 2, "OPTION_INVALID"],
  ["nobody to ask", `flow approve 1 ${WHERE}`, 2, "OPTION_MISSING"],
])("flow approve refuses %s", async (_, line, exitCode, code) => {
  await using yoga = await startOfflineControl(1);
  await joinAsBob(yoga);
  await writePasswords(yoga);
  expect(await run(yoga.io, `${line} --output json`)).toBe(exitCode);
  expect(errorOf(yoga.io)["code"]).toBe(code);
});
