import type { AppStoreServerClient } from "@holdfast/appstore/server-api";
import type { CommandInput, Io } from "../command.ts";
import { print } from "../output.ts";
import { resultOfRows } from "../storekit/rows.ts";
import { addDecoded } from "./add-decoded.ts";
import type { WithDecoded } from "./add-decoded.ts";
import type { ReadPages } from "./read-pages.ts";
import { createDecodingReader, createVerifyingReader } from "./read-signed.ts";
import type { SignedReader } from "./read-signed.ts";
import type { SignedWish } from "./signed-options.ts";
import type { Table } from "./transaction-rows.ts";

/** An answer of Apple's, and how it is shown. */
export interface SignedAnswer<Answer> {
  readonly client: Pick<AppStoreServerClient, "bundleId" | "environment">;
  readonly wish: SignedWish;
  readonly answer: Answer;
  readonly rowsOf: (decoded: WithDecoded<Answer>) => Table;
}

/**
 * Prints an answer with signed data: as it came, or with what is in it. Nothing is printed when
 * something cannot be decoded, or does not hold.
 *
 * @throws BadDataError, PolicyError see {@link addDecoded}
 */
export async function printSignedAnswer<Answer>(
  input: CommandInput,
  io: Io,
  { client, wish, answer, rowsOf }: SignedAnswer<Answer>,
): Promise<void> {
  if (!wish.decode) {
    // Tables are made of what was decoded, so this is JSON.
    print(input, io, { json: answer, table: () => [] });
    return;
  }
  const decoded = await addDecoded(answer, readerOf(wish, client, io));
  if (wish.trust === undefined) {
    io.warn("decoded JWS payloads are not signature-verified");
  }
  print(input, io, resultOfRows({ json: decoded, ...rowsOf(decoded) }));
}

/** Pages as they were read, and how they are shown. */
export interface SignedPages<Page> extends Omit<SignedAnswer<Page>, "answer"> {
  readonly read: ReadPages<Page>;
}

/**
 * {@link printSignedAnswer} for pages; then fails where reading them did.
 *
 * @throws BadDataError, PolicyError see {@link addDecoded}
 * @throws CommandFailed, AppleApiError see `readPages`
 */
export async function printSignedPages<Page>(
  input: CommandInput,
  io: Io,
  { read, ...shown }: SignedPages<Page>,
): Promise<void> {
  await printSignedAnswer(input, io, { ...shown, answer: read.page });
  if (read.failure !== undefined) throw read.failure;
}

function readerOf(
  { trust }: SignedWish,
  client: Pick<AppStoreServerClient, "bundleId" | "environment">,
  io: Pick<Io, "now">,
): SignedReader {
  return trust === undefined ? createDecodingReader() : createVerifyingReader(trust, client, io);
}
