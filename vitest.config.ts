import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "e2e/**/*.test.ts"],
    reporters: process.env["CI"] === undefined ? ["default"] : ["default", "junit"],
    outputFile: { junit: ".cache/junit.xml" },
  },
});
