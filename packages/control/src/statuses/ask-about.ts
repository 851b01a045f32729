import { isStorageError } from "../storage/index.ts";
import type { SubscriptionNews } from "../subscribers/index.ts";
import { askHistory } from "./ask-history.ts";
import { askStatus } from "./ask-status.ts";
import type { AskingMeans } from "./ask-status.ts";
import type { DueStatus } from "./due-statuses.ts";
import { judgeFailure } from "./judge-failure.ts";
import type { Failure } from "./judge-failure.ts";
import { openWantedId } from "./open-wanted-id.ts";
import { settleWanted } from "./settle-wanted.ts";
import type { Settlement } from "./settle-wanted.ts";
import type { StatusesMeans } from "./statuses-means.ts";

/** What came of one row; `left` where it is as it was, or another's by now. */
export type Asked = Settlement | Failure | { readonly to: "left" };

/** What asking about one row takes. */
export interface AskAboutOptions {
  readonly means: StatusesMeans;
  readonly asking: AskingMeans;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Asks Apple about one subscription, and writes what came of it together with the news, or neither. A pause
 * writes nothing.
 *
 * @throws where it is not about Apple's answer: an abort, the database, a defect
 */
export async function askAbout(due: DueStatus, options: AskAboutOptions): Promise<Asked> {
  const { means, asking, now, signal } = options;
  const id = await openWantedId(due, asking.ids, means);
  if (id === undefined) return settle(due, { to: "failed", code: "ID_UNREADABLE" }, options);
  const ask = due.step === "status" ? askStatus : askHistory;
  let news: readonly SubscriptionNews[];
  try {
    news = await ask(id, asking, signal);
  } catch (error) {
    signal.throwIfAborted();
    const failure = judgeFailure(error, now());
    return failure.to === "pause" ? failure : settle(due, failure, options);
  }
  // A customer of the app without any subscription: what was asked by was another purchase.
  const settlement: Settlement =
    news.length === 0 ? { to: "notFound", code: "NO_SUBSCRIPTION" } : { to: "fetched" };
  return settle(due, settlement, { ...options, news });
}

async function settle<Result extends Settlement>(
  due: DueStatus,
  settlement: Result,
  {
    means,
    asking,
    now,
    news = [],
  }: AskAboutOptions & { readonly news?: readonly SubscriptionNews[] },
): Promise<Result | { readonly to: "left" }> {
  const taken = new Error("the row is not any more as it was read");
  const readHistories = means.settings?.readHistories ?? true;
  const wanted = news.map((one) => ({ ...one, wantedAt: due.wanted_at }));
  try {
    await means.database.transaction(async (transaction) => {
      // In the order of `SubscriptionStreams`: subscribers, then what is wanted.
      if (news.length > 0) await means.takeNews(transaction, asking.place, wanted);
      const at = { now: now(), readHistories };
      if (!(await settleWanted(transaction, due, settlement, at))) throw taken;
    });
    return settlement;
  } catch (error) {
    // Two transactions met: the row is due as before.
    if (error === taken || isStorageError(error, "DATABASE_BUSY")) return { to: "left" };
    throw error;
  }
}
