import { describe, expect, test } from "vitest";
import { flowFor } from "../publishing/testing/test-publishing.ts";
import type { Answer } from "../http/testing/test-control.ts";
import { engines } from "../storage/testing/engines.ts";
import { openStage } from "./testing/route-cases.ts";
import type { Stage } from "./testing/route-cases.ts";

const SANDBOX = "/v1/apps/yoga/environments/sandbox";

const ROUNDS = 15;

/** Territories, one for each version: so every version differs from every other. */
const STOREFRONTS =
  "ABW AFG AGO ALB ARG ARM AUS AUT AZE BEL BEN BFA BGR BHR BHS BLR BLZ BMU BOL BRA \
BRB BRN BTN BWA CAN CHE CHL CHN CIV CMR COD COG COL CPV CRI CYM CYP CZE DEU DMA DNK DOM DZA ECU EGY".split(
    " ",
  );

interface Publication {
  readonly sequence: number;
  readonly version: number;
  readonly snapshot: string;
}

async function publish(
  stage: Stage,
  token: string,
  [version, expected]: readonly [number, number],
) {
  const body = { version, expectedSequence: expected };
  return stage.control.call("POST", `${SANDBOX}/publications`, { token, body });
}

async function save({ control }: Stage, token: string, storefront: string): Promise<number> {
  const body = { source: flowFor([storefront]) };
  const { json } = await control.call("POST", "/v1/apps/yoga/versions", { token, body });
  // The version as it was saved.
  return (json as { readonly version: number }).version;
}

async function history({ control, cookie }: Stage): Promise<readonly Publication[]> {
  const { json } = await control.call("GET", `${SANDBOX}/publications?limit=200`, { cookie });
  // A page of publications, the newest first.
  return (json as { readonly items: readonly Publication[] }).items;
}

describe.each(await engines())("on $name", (engine) => {
  test("of editors who publish at once one wins, each round, and the others are told what is live", async () => {
    const stage = await openStage({ engine });
    const editors = await Promise.all(
      [1, 2, 3].map(() => stage.control.token(stage.cookie, "publisher", ["yoga"])),
    );
    let live = (await history(stage))[0]?.sequence ?? 0;
    const won: Publication[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const versions: number[] = [];
      for (const [index, token] of editors.entries()) {
        versions.push(await save(stage, token, STOREFRONTS[round * 3 + index] ?? ""));
      }
      const answers = await Promise.all(
        editors.map((token, index) => publish(stage, token, [versions[index] ?? 0, live])),
      );
      const winners = answers.filter(({ status }) => status === 201);
      expect([round, winners.length]).toEqual([round, 1]);
      // What publishVersion answers.
      const winner = winners[0]?.json as Publication;
      expect(winner.sequence).toBe(live + 1);
      for (const loser of answers.filter(({ status }) => status !== 201)) {
        expectConflict(loser, winner.sequence);
      }
      won.push(winner);
      live = winner.sequence;
    }
    // Nothing is lost, and nothing is there that nobody was told of: the first was live before.
    const listed = await history(stage);
    expect(listed.toReversed().slice(1)).toEqual(won);
    expect(won.map(({ sequence }) => sequence)).toEqual(won.map((_, index) => index + 2));
    const { json } = await stage.control.call("GET", "/v1/apps/yoga/versions?limit=200", {
      cookie: stage.cookie,
    });
    expect((json as { readonly items: readonly unknown[] }).items).toHaveLength(
      1 + ROUNDS * editors.length,
    );
  });

  test("edits of a draft made at once from the same ETag are made once", async () => {
    const stage = await openStage({ engine });
    const path = `/v1/apps/yoga/drafts/${stage.params["draft"]}`;
    const token = stage.tokens.editor;
    let etag = (await stage.control.call("GET", path, { token })).headers.get("etag") ?? "";
    for (let round = 0; round < ROUNDS; round += 1) {
      const sources = [1, 2, 3].map((one) => flowFor([STOREFRONTS[round * 3 + one - 1] ?? ""]));
      const headers = { "If-Match": etag };
      const answers = await Promise.all(
        sources.map((source) =>
          stage.control.call("PUT", path, { token, headers, body: { name: "A draft", source } }),
        ),
      );
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 412)).toHaveLength(2);
      const winner = answers.findIndex(({ status }) => status === 200);
      etag = answers[winner]?.headers.get("etag") ?? "";
      const read = await stage.control.call("GET", path, { token });
      expect([read.headers.get("etag"), read.json]).toEqual([
        etag,
        expect.objectContaining({ source: sources[winner] }),
      ]);
    }
  });
});

function expectConflict({ status, json }: Answer, live: number): void {
  expect([status, json]).toEqual([
    409,
    {
      error: expect.objectContaining({
        code: "CONFLICT",
        current: {
          sequence: live,
          summary: expect.stringMatching(/storefront gained \w{3}/) as string,
        },
      }) as unknown,
    },
  ]);
}
