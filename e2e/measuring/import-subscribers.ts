import { createHash } from "node:crypto";
import { routes } from "@holdfast/api";
import { expect } from "vitest";
import { PLACE } from "./measured-app.ts";
import type { MeasuredWorld } from "./measured-world.ts";

/** Has the control plane import subscribers, and ask the App Store about all of them. */
export async function importSubscribers(
  { admin, run }: MeasuredWorld,
  transactionIds: readonly string[],
): Promise<void> {
  const fileSha256 = createHash("sha256").update(transactionIds.join("\n")).digest("hex");
  const total = transactionIds.length;
  const begun = await admin.call(routes.createSubscriberImport, {
    params: PLACE,
    body: { fileSha256, total },
  });
  const params = { ...PLACE, import: begun.body.id };
  await admin.call(routes.addToSubscriberImport, {
    params,
    body: { offset: 0, transactionIds: [...transactionIds] },
  });
  await run("statuses.fetch");
  const { body } = await admin.call(routes.readSubscriberImport, { params });
  expect(body).toMatchObject({ state: "done", accepted: total, fetched: total });
}
