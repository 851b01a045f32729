import { randomUUID } from "node:crypto";
import { createTestAppStore } from "@holdfast/appstore/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, claimsOf, post } from "./ask.ts";
import { BAD_BODIES, BAD_SIGNED_DATA, BAD_TARGETS } from "./bad-requests.ts";
import type { BadCase } from "./bad-requests.ts";
import { CONTRACT_PATH, createContractApp } from "./contract-app.ts";
import { HOSTS, startForTest } from "./contract-hosts.ts";
import type { StartedHost } from "./contract-hosts.ts";

const anyText = expect.any(String) as unknown;

describe.each(HOSTS)("the host on %s", (_, start) => {
  let started: StartedHost;
  beforeAll(async () => {
    const app = await createContractApp();
    started = { app, host: await start({ app, values: [await app.live()] }) };
  });
  afterAll(() => started.host.close());

  describe.each<[string, BadCase[]]>([
    ["bodies", BAD_BODIES],
    ["signed data", BAD_SIGNED_DATA],
    ["targets", BAD_TARGETS],
  ])("refuses bad %s and tells of it:", (__, cases) => {
    test.each(cases)("%s", async (___, make, status, code, options) => {
      const { host, app } = started;
      const told = (): number => host.endings().filter((ending) => ending.code === code).length;
      const before = told();
      const response = await post(host, await make(app), options);
      expect([response.status, await response.json()]).toEqual([
        status,
        { code, message: anyText },
      ]);
      expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
      expect(response.headers.get("allow")).toBe(status === 405 ? "POST" : null);
      await expect.poll(told).toBe(before + 1);
    });
  });

  test("has decided nothing by all that", async () => {
    const requestIdentifier = randomUUID();
    expect((await ask(started, { requestIdentifier })).status).toBe(200);
    await expect.poll(() => started.host.decisions()).toMatchObject([{ requestIdentifier }]);
  });

  test.each(["/", "/apple/notifications/test", CONTRACT_PATH.toUpperCase(), `/x${CONTRACT_PATH}`])(
    "has nothing at %s",
    async (path) => {
      const response = await post(started.host, started.app.body(), { path });
      expect([response.status, await response.json()]).toEqual([
        404,
        { code: "PATH_UNKNOWN", message: "no such path" },
      ]);
    },
  );

  test("says of no app that is made up that it was asked for", async () => {
    const { host, app } = started;
    await post(host, app.body(), { path: "/apple/retention/canary-app/sandbox" });
    await expect.poll(() => host.endings().at(-1)).toMatchObject({ code: "APP_UNKNOWN" });
    expect(JSON.stringify(host.endings())).not.toContain("canary");
  });
});

test.each(HOSTS)(
  "the host on %s turns unknown chains above the budget away, and answers known ones",
  async (_, start) => {
    const started = await startForTest(start);
    const { app, host } = started;
    expect((await ask(started)).status).toBe(200);
    const forger = await createTestAppStore();
    const bodies = await Promise.all(
      Array.from({ length: 45 }, async () => {
        const forged = await forger.withNewLeaf();
        const x5c = [forged.x5c[0], forged.x5c[1], app.store.x5c[2]];
        const { signedPayload } = JSON.parse(app.body()) as { signedPayload: string };
        const claims = claimsOf(signedPayload) as object;
        return JSON.stringify({ signedPayload: forged.sign(claims, { x5c }) });
      }),
    );
    const outcomes = async (): Promise<ReadonlySet<string>> => {
      const answers = await Promise.all(bodies.map((body) => post(host, body)));
      const told = answers.map(async (answer) => {
        const { code } = (await answer.json()) as { readonly code: string };
        return `${answer.status} ${code}`;
      });
      return new Set(await Promise.all(told));
    };
    // A machine with much to do may not get through so many within the second that they are counted in.
    await expect
      .poll(outcomes)
      .toEqual(new Set(["403 CHAIN_INVALID", "503 CHAIN_BUDGET_EXCEEDED"]));
    expect((await ask(started)).status).toBe(200);
  },
);
