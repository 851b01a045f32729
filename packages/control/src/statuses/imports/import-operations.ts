import { routes } from "@holdfast/api";
import { ApiRefusal, readCursor } from "@holdfast/api/server";
import { readServedApp } from "../../catalog/index.ts";
import { implement, pageOf } from "../../http/index.ts";
import type { Implementation } from "../../http/index.ts";
import type { StatusesFeatureOptions } from "../statuses-feature-options.ts";
import { addIds } from "./add-ids.ts";
import { importProgress } from "./import-progress.ts";
import {
  cancelImport,
  findImportOfFile,
  insertImport,
  listImports,
  readImport,
} from "./stored-imports.ts";
import type { SubscriberImport } from "./subscriber-import.ts";

/** Returns the operations on imports of subscribers. */
export function importOperations(options: StatusesFeatureOptions): readonly Implementation[] {
  return [create(options), add(options), ...reading(options), cancel()];
}

function create({ database: { queries }, ids, idsOf }: StatusesFeatureOptions): Implementation {
  const route = routes.createSubscriberImport;
  return implement(route, async ({ params, body }, { caller, now, change }) => {
    await readServedApp(queries, params);
    const { total, name, again } = body;
    // Of a file with one id, a plain hash would tell the id.
    const fileHash = (await idsOf(params.app)).transactionHashOf(`file:${body.fileSha256}`);
    const known = await findImportOfFile(queries, params, fileHash);
    const isOver = known?.state === "done" && again;
    if (known !== undefined && !isOver) {
      if (known.state === "done" || known.total === total) {
        return { body: { ...known, ...(await importProgress(queries, known, now)) } };
      }
      throw new ApiRefusal(
        "CONFLICT",
        `the import ${known.id} of this file is of ${known.total} ids, not of ${total}`,
        { advice: "read the file as before, or cancel the import" },
      );
    }
    return change(async (transaction) => {
      const id = `import_${ids()}`;
      const created = { ...params, id, name, fileHash, total, createdBy: caller.id, now };
      const begun = await insertImport(transaction.queries, created);
      if (begun === undefined) {
        throw new ApiRefusal("CONFLICT", "somebody began an import of this file just now", {
          advice: "send the request again, to go on with that one",
        });
      }
      const summary = `began to import ${total} subscribers into ${params.environment}`;
      await transaction.audit({ target: id, summary });
      return { body: begun };
    });
  });
}

function add({ database, idsOf }: StatusesFeatureOptions): Implementation {
  const route = routes.addToSubscriberImport;
  // Not audited one by one: beginning the import was, and there may be thousands of these.
  return implement(route, async ({ params: { import: id, ...place }, body }, { now }) => {
    const key = { ...place, id };
    // First: an app that is none has no ids either.
    await readImport(database.queries, key);
    const added = await addIds(database, { key, ids: await idsOf(place.app) }, { ...body, now });
    return { body: { ...added, ...(await importProgress(database.queries, added, now)) } };
  });
}

function reading({ database: { queries } }: StatusesFeatureOptions): readonly Implementation[] {
  const operationId = "listSubscriberImports";
  const shown = async (one: SubscriberImport, now: number) => ({
    ...one,
    ...(await importProgress(queries, one, now)),
  });
  return [
    implement(
      routes.readSubscriberImport,
      async ({ params: { import: id, ...place } }, { now }) => ({
        body: await shown(await readImport(queries, { ...place, id }), now),
      }),
    ),
    implement(
      routes.listSubscriberImports,
      async ({ params, query: { limit, cursor } }, { now }) => {
        await readServedApp(queries, params);
        const kinds = ["number", "string"] as const;
        const after = cursor === undefined ? undefined : readCursor(cursor, { operationId, kinds });
        const found = await listImports(queries, params, { after, limit: limit + 1 });
        const page = pageOf(found, {
          operationId,
          limit,
          itemOf: (one) => one,
          positionOf: ({ createdAt, id }) => [createdAt, id],
        });
        const items = await Promise.all(page.items.map((one) => shown(one, now)));
        return { body: { ...page, items } };
      },
    ),
  ];
}

function cancel(): Implementation {
  const route = routes.cancelSubscriberImport;
  return implement(route, async ({ params: { import: id, ...place } }, { now, change }) =>
    change(async ({ queries, audit }) => {
      await cancelImport(queries, { ...place, id }, now);
      await audit({ target: id, summary: `cancelled the import ${id}` });
      return {};
    }),
  );
}
