import { startCloudflare } from "@holdfast/emulator/cloudflare";
import { expect, onTestFinished, test } from "vitest";
import { startOfflineControl } from "../going-live/testing/offline-control.ts";
import type { FakeIo } from "../testing/fake-io.ts";
import { run, runJson } from "../testing/run.ts";

const SANDBOX = "--app yoga --environment sandbox";

/** What `holdfast doctor` finds of Workers. */
async function findings(io: FakeIo): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { json } = await runJson(io, `doctor ${SANDBOX}`);
  // Every finding is an object.
  const all = json["findings"] as readonly Readonly<Record<string, unknown>>[];
  return all.filter(({ code }) => code === "WORKERS");
}

test("checkWorkers() tells whether Workers have what is live, and what to do where they do not", async () => {
  const cloudflare = await startCloudflare();
  onTestFinished(() => cloudflare.close());
  await using yoga = await startOfflineControl(0, { cloudflare });
  const { accountId, apiToken } = cloudflare;
  const io = await yoga.openIo({ env: { CLOUDFLARE_API_TOKEN: apiToken } });
  expect(await findings(io)).toEqual([]);
  const where = `--account ${accountId} --namespace ${cloudflare.addNamespace()}`;
  await run(io, `workers connect --app yoga ${where}`);
  await run(io, `flow publish ${SANDBOX}`);
  expect(await findings(io)).toMatchObject([{ status: "ok" }]);
  cloudflare.faults.add({ kind: "status", status: 403, method: "PUT", times: 9 });
  await run(io, `flow publish ${SANDBOX} --again --timeout 2s`);
  const [refused] = await findings(io);
  expect(refused).toMatchObject({
    status: "fail",
    advice: expect.stringContaining("Workers KV Storage: Edit") as string,
  });
  expect(JSON.stringify(refused)).toContain("CLOUDFLARE_REFUSED");
});
