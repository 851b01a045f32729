import type { Database } from "../../storage/index.ts";
import type { NewsStream } from "../store-notifications.ts";

/**
 * Notes each of the news in the feed of changes, in the transaction they came with: what was told twice is
 * there twice, and what was undone is not.
 */
export const notedNews: NewsStream = {
  takeNews(transaction, { app, environment }, news) {
    for (const { notification } of news) {
      const subject = notification?.notificationUUID ?? "none";
      transaction.announce({ topic: "test.news", app, environment, subject });
    }
    return Promise.resolve();
  },
};

/** Returns the UUIDs that were told as news, sorted; each as often as it was told. */
export async function newsTold({ queries }: Pick<Database, "queries">): Promise<readonly string[]> {
  const rows = await queries
    .selectFrom("changes")
    .select("subject")
    .where("topic", "=", "test.news")
    .orderBy("subject")
    .execute();
  return rows.map(({ subject }) => subject ?? "");
}
