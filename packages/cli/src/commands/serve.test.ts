import { expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import { errorOf, run, withRunning, writeFiles } from "../testing/run.ts";

const LINE = "serve --port 0";

test("serve announces its address, logs to standard error under JSON, and ends well", async () => {
  await using io = await createFakeIo();
  await run(io, "init app");
  await using server = await createFakeIo({ cwd: `${io.cwd}/app` });
  await withRunning(server, LINE, async ({ url, warnings }) => {
    expect(warnings).toEqual([]);
    const health = await fetch(`${String(url)}/healthz`);
    expect(await health.json()).toMatchObject({ runtime: "node" });
  });
  expect(server.err()).toContain(`"msg":"listening"`);
  expect(server.err()).toContain(`"msg":"shutting down"`);
});

test.each([
  ["a configuration that is not there", {}, "FILE_UNREADABLE"],
  ["a configuration that is no YAML", { "holdfast.yaml": "apps: [" }, "CONFIG_INVALID"],
  ["a configuration of something else", { "holdfast.yaml": "hello: world" }, "CONFIG_INVALID"],
])("serve refuses %s", async (_, files, code) => {
  await using io = await createFakeIo();
  await writeFiles(io, files);
  expect(await run(io, `${LINE} --output json`)).toBe(2);
  expect(errorOf(io)["code"]).toBe(code);
});
