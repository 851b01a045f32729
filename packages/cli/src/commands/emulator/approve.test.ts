import { expect, test } from "vitest";
import { createFakeIo } from "../../testing/fake-io.ts";
import { errorOf, run, runJson, withRunning } from "../../testing/run.ts";

const MESSAGE = "00000000-0000-4000-8000-0000000000aa";
const OTHER = "00000000-0000-4000-8000-0000000000bb";

/** Uploads a message to production, where it waits for review. */
async function upload(url: string, id: string): Promise<void> {
  const response = await fetch(`${url}/emulator/apps/yoga/production/messages/${id}`, {
    method: "PUT",
    body: JSON.stringify({ header: "Stay", body: "Please stay." }),
  });
  if (!response.ok) throw new Error(`the upload was answered ${response.status}`);
}

test("emulator approve and reject review what they are told, or everything", async () => {
  await using io = await createFakeIo();
  await withRunning(io, "emulator --port 0 --data store", async (announced) => {
    const url = String(announced["url"]);
    const { port } = new URL(url);
    await using client = await createFakeIo({ env: { HOLDFAST_EMULATOR_PORT: port } });
    await upload(url, MESSAGE);
    await upload(url, OTHER);
    expect(await runJson(client, `emulator reject ${MESSAGE}`)).toEqual({
      code: 0,
      json: { reviewed: [{ kind: "message", identifier: MESSAGE, state: "REJECTED" }] },
    });
    expect(await runJson(client, "emulator approve --all")).toEqual({
      code: 0,
      json: { reviewed: [{ kind: "message", identifier: OTHER, state: "APPROVED" }] },
    });
    expect(await run(client, "emulator approve --all")).toBe(0);
    expect(client.out()).toContain("nothing is PENDING");
    expect(await run(client, `emulator approve ${MESSAGE} ${OTHER}`)).toBe(0);
    expect(client.out()).toMatch(new RegExp(`message +${MESSAGE} +APPROVED`));
  });
});

test.each([
  ["neither identifiers nor --all", "", "ARGUMENT_INVALID"],
  ["both", `${MESSAGE} --all`, "ARGUMENT_INVALID"],
  ["an identifier of nothing", MESSAGE, "IDENTIFIER_UNKNOWN"],
  ["an app there is not", "--all --app none", "APP_UNKNOWN"],
])("emulator approve refuses %s", async (_what, words, code) => {
  await using io = await createFakeIo();
  await withRunning(io, "emulator --port 0 --data store", async (announced) => {
    const { port } = new URL(String(announced["url"]));
    await using client = await createFakeIo();
    expect(await run(client, `emulator approve ${words} --port ${port} --output json`)).toBe(2);
    expect(errorOf(client)["code"]).toBe(code);
  });
});
