import { describe, expect, test } from "vitest";
import { newPrivateKey } from "../keys/testing/test-keys.ts";
import { flowFor } from "../publishing/testing/test-publishing.ts";
import { engines } from "../storage/testing/engines.ts";
import {
  allRefused,
  callerOf,
  judgeRefusals,
  goodRequest,
  openStage,
} from "./testing/route-cases.ts";
import type { Stage } from "./testing/route-cases.ts";

const issuerId = "57246542-96fe-1a63-e053-0824d011072a";

/** What can be made of what is there, without Apple; each of it once. */
const CREATIONS: Readonly<Record<string, unknown>> = {
  createInvitation: { email: "new@example.com", role: "viewer", apps: "all" },
  createToken: { name: "new", role: "viewer", apps: "all" },
  createApp: { id: "new", name: "New", bundleId: "com.new", appAppleId: 1, environments: {} },
  addInAppPurchaseKey: { keyId: "NEWKEY1", issuerId, privateKey: newPrivateKey() },
  addConnectKey: { keyId: "NEWKEY2", kind: "team", issuerId, privateKey: newPrivateKey() },
  createDraft: { name: "new", source: flowFor(["GBR"]) },
  createVersion: { source: flowFor(["GBR"]) },
  publishVersion: { version: 1, expectedSequence: 1 },
  // Over what publishVersion made live before it.
  rollBackPublication: { to: 1, expectedSequence: 2 },
  createSchedule: { version: 1, publishAt: Date.now() + 86_400_000 },
  createWebhook: { url: "https://hooks.example.com/new", events: ["publication.live"] },
};

/** Makes something as the admin's token, under a key. */
function create(stage: Stage, operationId: string, { key, body }: { key: string; body: unknown }) {
  const operation = stage.operations.find(({ route }) => route.operationId === operationId);
  if (operation === undefined) throw new Error(`${operationId} is not served`);
  return stage.control.call("POST", stage.pathOf(operation), {
    ...callerOf(operation, stage),
    headers: { "Idempotency-Key": key },
    body,
  });
}

function servedCreations({ operations }: Stage): readonly string[] {
  const served = operations.filter(({ route }) => route.isCreation === true);
  return served.map(({ route }) => route.operationId);
}

test("a key that was sent with another request is refused, whatever the operation", async () => {
  const stage = await openStage();
  const first = await create(stage, "createDraft", { key: "used", body: CREATIONS["createDraft"] });
  expect(first.status).toBe(201);
  const judged = await judgeRefusals(stage, (operation) => {
    if (operation.route.isCreation !== true) return [];
    const good = goodRequest({ operation, stage });
    const options = { ...good, headers: { ...good.headers, "Idempotency-Key": "used" } };
    return [{ operation, what: "a used key", options, code: "IDEMPOTENCY_KEY_REUSED" }];
  });
  expect(judged).toEqual(allRefused(17));
});

describe.each(await engines())("on $name", (engine) => {
  test("a creation that is sent again under its key is made once", async () => {
    const stage = await openStage({ engine });
    const made = servedCreations(stage).filter((operationId) => operationId in CREATIONS);
    expect(made.length).toBe(Object.keys(CREATIONS).length);
    for (const operationId of made) {
      const body = CREATIONS[operationId];
      const audited = await auditEntries(stage);
      const first = await create(stage, operationId, { key: operationId, body });
      expect([operationId, first.status, first.text]).toEqual([operationId, 201, first.text]);
      const second = await create(stage, operationId, { key: operationId, body });
      // Secrets are shown once, so a repetition tells only that it was made.
      const isSecret = /"(?:secret|link)":/.test(first.text);
      const expected = isSecret ? [409, "CONFLICT"] : [201, undefined, first.text];
      const told = isSecret
        ? [second.status, second.code]
        : [second.status, second.code, second.text];
      expect([operationId, ...told]).toEqual([operationId, ...expected]);
      expect([operationId, await auditEntries(stage)]).toEqual([operationId, audited + 1]);
      const other = await create(stage, operationId, { key: operationId, body: changed(body) });
      expect([operationId, other.code]).toEqual([operationId, "IDEMPOTENCY_KEY_REUSED"]);
    }
  });

  test("creations under one key at the same time are made once", async () => {
    const stage = await openStage({ engine });
    for (const operationId of servedCreations(stage).filter((name) => name in CREATIONS)) {
      const audited = await auditEntries(stage);
      const body = CREATIONS[operationId];
      const key = operationId;
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => create(stage, operationId, { key, body })),
      );
      const made = answers.filter(({ status }) => status === 201);
      expect([operationId, new Set(made.map(({ text }) => text)).size]).toEqual([operationId, 1]);
      for (const { status, code } of answers) {
        const isFine = status === 201 || code === "REQUEST_IN_PROGRESS" || code === "CONFLICT";
        expect([operationId, code, isFine]).toEqual([operationId, code, true]);
      }
      expect([operationId, await auditEntries(stage)]).toEqual([operationId, audited + 1]);
    }
  });
});

/** The same kind of thing, of another content. */
function changed(body: unknown): unknown {
  const { name = "", note = "", ...rest } = body as Readonly<Record<string, unknown>>;
  if (name !== "") return { ...rest, name: `${String(name)}!` };
  if ("email" in rest) return { ...rest, email: "another@example.com" };
  if ("url" in rest) return { ...rest, url: "https://hooks.example.com/another" };
  if ("keyId" in rest) return { ...rest, keyId: "ANOTHER" };
  if ("source" in rest) return { ...rest, source: flowFor(["FRA"]) };
  return { ...rest, note: `${String(note)}!` };
}

async function auditEntries({ control }: Stage): Promise<number> {
  const rows = await control.database.queries.selectFrom("audit_log").select("id").execute();
  return rows.length;
}
