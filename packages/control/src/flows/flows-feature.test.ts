import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { flowFor, openTestPublishing } from "../publishing/testing/test-publishing.ts";
import type { AnswerBody, TestPublishing } from "../publishing/testing/test-publishing.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";

const SOURCE = flowFor(["USA"]);
const DRAFTS = "/v1/apps/yoga/drafts";
const VERSIONS = "/v1/apps/yoga/versions";

async function createDraft(control: TestPublishing, source = SOURCE) {
  const { status, body, headers } = await control.call(`POST ${DRAFTS}`, { name: "d", source });
  expect(status).toBe(201);
  return { path: `${DRAFTS}/${body.id}`, id: body.id, etag: headers.get("etag") ?? "" };
}

const codes = (body: AnswerBody) => body.issues.map(({ code }) => code);

describe.each(await engines())("on $name", (engine) => {
  async function open(options?: { readonly requiredApprovals: number }): Promise<TestPublishing> {
    return openTestPublishing(await openTestDatabase(engine), options);
  }

  test("drafts are begun, read, saved, listed and deleted", async () => {
    const control = await open();
    const { path, etag } = await createDraft(control);
    const read = await control.call(`GET ${path}`);
    expect(read.body).toMatchObject({ name: "d", source: SOURCE, createdBy: "kim" });
    expect(read.headers.get("etag")).toBe(etag);
    const changed = { name: "e", source: "still writing", files: { "a.yaml": "x" } };
    const saved = await control.call(`ann: PUT ${path}`, changed, { "If-Match": etag });
    expect(saved).toMatchObject({ status: 200, body: { ...changed, updatedBy: "ann" } });
    const [listed] = (await control.call(`GET ${DRAFTS}`)).body.items;
    expect(listed).toMatchObject({ name: "e" });
    expect(listed).not.toHaveProperty("source");
    const now = { "If-Match": saved.headers.get("etag") ?? "" };
    expect(await control.call(`DELETE ${path}`, undefined, now)).toMatchObject({ status: 204 });
    expect(await control.call(`GET ${path}`)).toMatchObject({ status: 404 });
  });

  test("of two who save a draft at once one wins, and the other is told the ETag of now", async () => {
    const control = await open();
    const { path, etag } = await createDraft(control);
    const save = (name: string) =>
      control.call(`PUT ${path}`, { name, source: name }, { "If-Match": etag });
    const answers = await Promise.all([save("one"), save("other")]);
    const winner = answers.find(({ status }) => status === 200);
    const loser = answers.find(({ status }) => status === 412);
    expect(loser?.body.error).toMatchObject({
      code: "PRECONDITION_FAILED",
      current: { etag: winner?.headers.get("etag") },
    });
    expect((await control.call(`GET ${path}`)).body.source).toBe(winner?.body.source);
  });

  test("a draft of another app, or of nobody, is not found", async () => {
    const control = await open();
    const { path, etag } = await createDraft(control);
    expect((await control.call(`stranger: GET ${path}`)).status).toBe(404);
    expect((await control.call(`GET ${path.replace("yoga", "other")}`)).status).toBe(404);
    const body = { name: "x", source: "y" };
    expect((await control.call(`viewer: PUT ${path}`, body, { "If-Match": etag })).status).toBe(
      403,
    );
    expect((await control.call(`PUT ${path}`, body)).status).toBe(428);
    expect((await control.call(`PUT ${path}`, body, { "If-Match": '"99"' })).status).toBe(412);
    expect((await control.call(`PUT ${DRAFTS}/nothing`, body, { "If-Match": '"1"' })).status).toBe(
      404,
    );
  });

  test("lists page through drafts and versions without a gap", async () => {
    const control = await open();
    for (let count = 1; count <= 5; count += 1) {
      await createDraft(control);
      await control.save(flowFor(["USA", `AA${"ABCDE"[count - 1]}`]));
    }
    for (const [path, field] of [
      [DRAFTS, "id"],
      [VERSIONS, "version"],
    ] as const) {
      const whole = (await control.call(`GET ${path}`)).body.items;
      const paged: unknown[] = [];
      for (let cursor = ""; ;) {
        const query = cursor === "" ? "" : `&cursor=${cursor}`;
        const { body } = await control.call(`GET ${path}?limit=2${query}`);
        paged.push(...body.items);
        if (body.nextCursor === undefined) break;
        cursor = body.nextCursor;
      }
      expect(whole).toHaveLength(5);
      expect(new Set(whole.map((item) => item[field])).size).toBe(5);
      expect(paged).toEqual(whole);
    }
  });

  test("validation says everything that is wrong, and where", async () => {
    const control = await open();
    const { path } = await createDraft(
      control,
      SOURCE.replace("fallback: { message: stay }", "fallback: { message: gone }"),
    );
    const { status, body } = await control.call(`POST ${path}/validate`, {});
    expect(status).toBe(200);
    expect(body.isPublishable).toBe(false);
    expect(body.issues).toContainEqual(expect.objectContaining({ severity: "error", line: 10 }));
  });

  test("validation knows the catalog, the reviews and the app", async () => {
    const control = await open();
    control.facts.reviewStates = { messages: {}, images: {} };
    const validate = async (source: string) =>
      (await control.call("POST /v1/apps/yoga/validate", { source })).body;
    expect(codes(await validate(SOURCE))).toContain("NO_APPROVED_TEXT");
    const unknown = SOURCE.replace("{ storefront:", "{ productId: yoga.nothing, storefront:");
    expect(codes(await validate(unknown))).toContain("UNKNOWN_PRODUCT");
    const foreign = await validate(SOURCE.replace("com.example.yoga", "com.example.other"));
    expect(foreign).toMatchObject({ isPublishable: false });
    expect(codes(foreign)).toContain("APP_FOREIGN");
  });

  test("versions never change, and the same is not saved twice", async () => {
    const control = await open();
    const first = await control.call(`POST ${VERSIONS}`, { source: SOURCE, note: "why" });
    expect(first).toMatchObject({ status: 201, body: { version: 1, note: "why", source: SOURCE } });
    expect(await control.save(SOURCE)).toBe(1);
    const { id } = await createDraft(control, flowFor(["GBR"]));
    const second = await control.call(`POST ${VERSIONS}`, { draft: id });
    expect(second.body).toMatchObject({ version: 2, source: flowFor(["GBR"]) });
    expect(await control.save(SOURCE)).toBe(3);
    expect((await control.call(`GET ${VERSIONS}/1`)).body).toEqual(first.body);
  });

  test("versions saved at once get numbers of their own", async () => {
    const control = await open();
    const sources = ["AAA", "BBB", "CCC", "DDD"].map((storefront) => flowFor([storefront]));
    const versions = await Promise.all(sources.map((source) => control.save(source)));
    expect(new Set(versions)).toEqual(new Set([1, 2, 3, 4]));
    for (const [index, version] of versions.entries()) {
      const { body } = await control.call(`GET ${VERSIONS}/${version}`);
      expect(body.source).toBe(sources[index]);
    }
  });

  test("a flow with errors is no version", async () => {
    const control = await open();
    const answer = await control.call(`POST ${VERSIONS}`, { source: "version: 1\n" });
    expect(answer).toMatchObject({ status: 422, body: { error: { code: "FLOW_INVALID" } } });
    expect(answer.body.error.issues.length).toBeGreaterThan(0);
    expect((await control.call(`GET ${VERSIONS}`)).body.items).toEqual([]);
  });

  test("two versions, or a version and a draft, are compared in words", async () => {
    const control = await open();
    await control.save(SOURCE);
    await control.save(flowFor(["USA", "GBR"]));
    const summaries = async (query: string) =>
      (await control.call(`GET /v1/apps/yoga/diff?${query}`)).body.changes?.map(
        ({ summary }) => summary,
      );
    expect(await summaries("from=1&toVersion=2")).toEqual(["rule winback: storefront gained GBR"]);
    const { id } = await createDraft(control, flowFor(["USA"], "other"));
    expect(await summaries(`from=1&toDraft=${id}`)).toEqual([
      "fallback message changed from stay to other",
    ]);
    for (const query of ["from=1", `from=1&toVersion=2&toDraft=${id}`]) {
      expect((await control.call(`GET /v1/apps/yoga/diff?${query}`)).status).toBe(400);
    }
    const { id: broken } = await createDraft(control, "nothing");
    expect((await control.call(`GET /v1/apps/yoga/diff?from=1&toDraft=${broken}`)).status).toBe(
      400,
    );
  });

  test("image files are kept once and belong to an app", async () => {
    const control = await open();
    const png = Buffer.concat([Buffer.from("iVBORw0KGgo=", "base64"), Buffer.alloc(90, 7)]);
    const sha256 = createHash("sha256").update(png).digest("hex");
    const path = "/v1/apps/yoga/image-files";
    for (let count = 0; count < 2; count += 1) {
      const kept = await control.call(`POST ${path}`, { png: png.toString("base64") });
      expect(kept).toMatchObject({ status: 201, body: { sha256, sizeBytes: png.length } });
    }
    expect((await control.call(`GET ${path}/${sha256}`)).body.png).toBe(png.toString("base64"));
    expect((await control.call(`stranger: GET ${path}/${sha256}`)).status).toBe(404);
    expect((await control.call(`GET ${path}/${"0".repeat(64)}`)).status).toBe(404);
  });

  test("a version's texts are named by the images it comes with", async () => {
    const control = await open();
    const source = SOURCE.replace(
      /en-US: \{ id: [0-9a-f-]+1 \}/,
      "en-US: { header: Stay, body: Please., image: { file: stay.png, alt: A class } }",
    );
    const without = await control.call("POST /v1/apps/yoga/validate", { source });
    expect(without.body.isPublishable).toBe(false);
    const images = { "stay.png": "ab".repeat(32) };
    const { body } = await control.call("POST /v1/apps/yoga/validate", { source, images });
    expect(body).toMatchObject({ isPublishable: true });
  });

  test("approving is another person's", async () => {
    const control = await open();
    await control.save(SOURCE, "ann");
    await control.save(flowFor(["GBR"]), "pipeline");
    const approve = (by: string, version: number, verdict = "approve") =>
      control.call(`${by}: POST ${VERSIONS}/${version}/approvals`, {
        environment: "sandbox",
        verdict,
      });
    expect((await approve("ann", 1)).status).toBe(409);
    expect((await approve("pipeline", 1)).status).toBe(403);
    expect((await approve("viewer", 1)).status).toBe(403);
    expect((await approve("bob", 9)).status).toBe(404);
    // It was saved with kim's token.
    expect((await approve("kim", 2)).status).toBe(409);
    expect(await approve("bob", 1)).toMatchObject({ status: 201, body: { by: "bob" } });
    const { body } = await control.call(`GET ${VERSIONS}/1/approvals`);
    expect(body.items).toMatchObject([{ by: "bob", verdict: "approve" }]);
  });
});
