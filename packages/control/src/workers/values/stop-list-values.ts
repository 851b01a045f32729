import { stopListKey } from "@holdfast/runtime/wire";
import { readSignedStopList } from "../../distribution/index.ts";
import { stopListSequences } from "../../publishing/stop-lists.ts";
import { unlessGone } from "./unless-gone.ts";
import type { ValueKind } from "./value-kind.ts";

/** Lists stop lists, signed. */
export const stopListValues: ValueKind = async (queries, means, app) => {
  const issued = await stopListSequences(queries, app);
  return issued.map(({ app: of, environment, sequence }) => {
    const place = { app: of, environment };
    return {
      app: of,
      environment,
      kind: "stopList",
      key: stopListKey(place),
      tag: String(sequence),
      sequence,
      read: async () => (await unlessGone(readSignedStopList(means, place)))?.value,
    };
  });
};
