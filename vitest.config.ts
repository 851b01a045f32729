import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Much of the time goes into other processes and their start: one core is not kept busy by one file.
    maxWorkers: Math.max(2, availableParallelism()),
    // What tests start is compiled once for all of them.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL(".cache/compiled", import.meta.url)) },
    include: ["packages/*/src/**/*.test.ts", "e2e/**/*.test.ts"],
    // Only what hangs takes so long: machines that do other work besides are slow, not wrong.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    reporters: process.env["CI"] === undefined ? ["default"] : ["default", "junit"],
    outputFile: { junit: ".cache/junit.xml" },
  },
});
