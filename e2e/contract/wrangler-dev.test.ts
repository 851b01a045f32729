import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { COMPATIBILITY_DATE } from "../../packages/runtime/src/workers-tools/workerd-config.ts";
import { ask } from "./ask.ts";
import { startForTest } from "./contract-hosts.ts";
import { startWranglerContractHost, WRANGLER_CONFIG } from "./wrangler-contract-host.ts";

test("the Worker's cron asks about the chains it has seen, started by wrangler", async () => {
  const started = await startForTest(startWranglerContractHost);
  const renewals = (): readonly string[] =>
    started.host.lines.filter((line) => line.includes('"msg":"revocations renewed"'));
  expect(await started.host.runCron("*/10 * * * *")).toBe(200);
  await expect.poll(renewals).toMatchObject([expect.stringContaining('"chains":0')]);
  expect((await ask(started)).status).toBe(200);
  // What was seen is noted after the answer.
  await expect
    .poll(async () => {
      await started.host.runCron("*/10 * * * *");
      return renewals().join("\n");
    })
    .toContain('"chains":1,"asked":1');
});

test("the Worker is deployed by the date it is tried by here", async () => {
  const text = await readFile(WRANGLER_CONFIG, "utf8");
  expect(text).toContain(`"compatibility_date": "${COMPATIBILITY_DATE}"`);
});
