import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { WEBHOOK_EVENTS } from "@holdfast/api";
import { expect, test } from "vitest";
import { startControlServer } from "./testing/control-server.ts";
import { run, runJson } from "./testing/run.ts";

const FILE = fileURLToPath(new URL("../../../docs/webhooks.md", import.meta.url));
const text = await readFile(FILE, "utf8");

/** The command lines, without what is said beside them. */
const lines = [...text.matchAll(/^ {4}holdfast (.+?)(?: {2,}#.*)?$/gm)].map(
  ([, line = ""]) => line,
);

test("docs/webhooks.md shows commands that do what it says, in its order", async () => {
  const server = await startControlServer({ allowPrivateWebhooks: true });
  try {
    await using io = await server.openIo();
    await run(io, "apps add yoga --bundle-id com.example.yoga --apple-id 1");
    const [add = "", ...others] = lines;
    // Nothing listens on the discard port; a test must not post to anybody else.
    const { json } = await runJson(io, add.replace(/https:\S+/, "http://127.0.0.1:9/holdfast"));
    const codes: Record<string, number> = {};
    for (const line of others) {
      const [, verb = ""] = line.split(" ");
      codes[verb] = await run(io, line.replace("webhook_0gBn", String(json["id"])));
    }
    expect(codes).toEqual({ list: 0, test: 1, deliveries: 0, update: 0, remove: 0 });
    expect(io.out()).toContain("did not arrive");
  } finally {
    await server.close();
  }
});

test("docs/webhooks.md tells of every kind of event", () => {
  const told = [...text.matchAll(/^\| (`.+?`(?:, `.+?`)*) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, kind = ""]) => kind),
  );
  expect(told).toEqual(expect.arrayContaining([...WEBHOOK_EVENTS]));
});
