import { expect, test } from "vitest";
import { createCallPace, createKvNamespaceClient } from "./index.ts";
import { startTestNamespace } from "./testing/test-namespace.ts";

test("createCallPace() keeps clients that share it below a limit they have together", async () => {
  // A hundred at once and three a second are 190 in half a minute; two paces would be twice as many.
  const callLimit = { calls: 200, windowMs: 30_000 };
  const { access, clock, cloudflare } = await startTestNamespace({ callLimit });
  const pace = createCallPace(clock);
  const clients = [1, 2].map(() => createKvNamespaceClient(access, { clock, pace }));
  for (let call = 0; call < 110; call += 1) for (const client of clients) await client.read("k");
  expect(new Set(cloudflare.requests.map(({ status }) => status))).toEqual(new Set([404]));
});
