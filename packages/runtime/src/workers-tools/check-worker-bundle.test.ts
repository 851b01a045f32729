import { transform } from "esbuild";
import { expect, test } from "vitest";
import type { WorkerBundle } from "./bundle-worker.ts";
import { checkWorkerBundle } from "./check-worker-bundle.ts";
import { NODE_GLOBAL_MARKS } from "./node-globals.ts";

const GOOD: WorkerBundle = {
  code: "export default {};",
  bytes: 18,
  gzippedBytes: 38,
  imports: [],
  inputs: ["flow/src/evaluate/evaluate.ts", "runtime/src/workers/index.ts"],
};

test("checkWorkerBundle() takes the core alone", () => {
  expect(() => checkWorkerBundle(GOOD)).not.toThrow();
});

test.each([
  ["a dependency", { inputs: ["../node_modules/zod/index.js"] }, "zod"],
  ["another host", { inputs: ["runtime/src/node/metrics.ts"] }, "runtime/src/node/metrics.ts"],
  ["the compiler", { inputs: ["flow/src/compile/compile-flow.ts"] }, "compile-flow.ts"],
  ["another room", { inputs: ["control/src/storage/tables.ts"] }, "control/"],
  ["a module of Node", { imports: ["node:crypto"] }, "node:crypto"],
])("checkWorkerBundle() refuses %s and names it", (_, found, named) => {
  expect(() => checkWorkerBundle({ ...GOOD, ...found })).toThrow(
    expect.objectContaining({
      code: "WORKER_BUNDLE_INVALID",
      message: expect.stringContaining(named) as string,
    }),
  );
});

async function marked(source: string): Promise<WorkerBundle> {
  const { code } = await transform(source, { define: { ...NODE_GLOBAL_MARKS }, minify: true });
  return { ...GOOD, code };
}

test.each(["Buffer.from(text)", "process.env.HOME", "typeof setImmediate", "global.fetch"])(
  "checkWorkerBundle() refuses %s",
  async (expression) => {
    const bundle = await marked(`export const found = (text) => ${expression};`);
    expect(() => checkWorkerBundle(bundle)).toThrow(/found (Buffer|process|setImmediate|global)$/);
  },
);

test("checkWorkerBundle() takes a property and a text that are called like a global of Node", async () => {
  const bundle = await marked(`export const process = { Buffer: "global" }, b = process.Buffer;`);
  expect(() => checkWorkerBundle(bundle)).not.toThrow();
});
