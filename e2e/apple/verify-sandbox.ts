import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { writePng } from "@holdfast/appstore/images/testing";
import { AppleApiError } from "@holdfast/appstore/http";
import { createRetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type {
  RetentionMessagingClient,
  UploadMessageRequestBody,
} from "@holdfast/appstore/retention-messaging/client";
import { createStoreKitToken } from "@holdfast/appstore/signatures";
import { nothingCreated, removeCreated } from "./created-things.ts";
import type { CreatedThings } from "./created-things.ts";
import type { SandboxAccess } from "./sandbox-access.ts";

/** How often the result of a performance test is looked at: as often as the sandbox allows. */
const LOOK_EVERY_MS = 10_000;
const LOOKS = 360;

/** More bullet points than this are not tried. */
const MAX_TRIED_BULLET_POINTS = 12;

const TEXT = { header: "Holdfast test", body: "A test message that is deleted again." };
const NO_URL = 4040021;

/** What a step knows. */
interface Step {
  readonly client: RetentionMessagingClient;
  readonly access: SandboxAccess;
  readonly created: CreatedThings;
  readonly say: (line: string) => void;
  readonly lookEveryMs: number;
  readonly signal: AbortSignal;
}

/** How {@link verifySandbox} runs. */
export interface VerifyOptions {
  /** Told of everything that is found out, line by line. */
  readonly say: (line: string) => void;
  /** Ends it after the current call; what was made is deleted all the same. */
  readonly signal: AbortSignal;
  /** Default: as often as the sandbox allows. */
  readonly lookEveryMs?: number;
}

/**
 * Does in the sandbox what the sandbox verification does, tells what it settles of what Apple's
 * documents leave open, and deletes everything it made, whatever happens.
 *
 * @returns whether all went well
 */
export async function verifySandbox(
  access: SandboxAccess,
  { say, signal, lookEveryMs = LOOK_EVERY_MS }: VerifyOptions,
): Promise<boolean> {
  const { key, bundleId, baseUrl } = access;
  const client = createRetentionMessagingClient({
    environment: "sandbox",
    key,
    bundleId,
    baseUrl,
    userAgent: "holdfast-test",
  });
  const step: Step = { client, access, created: nothingCreated(), say, lookEveryMs, signal };
  let isGood = false;
  try {
    await uploadContent(step);
    await probeTexts(step);
    await probeBulletPoints(step);
    await setDefault(step);
    isGood = await testPerformance(step);
  } catch (error) {
    say(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
  }
  const left = await removeCreated(client, step.created);
  for (const what of left) say(`LEFT BEHIND: ${what}`);
  say(left.length === 0 ? "everything was deleted again" : "delete what was left by hand");
  return isGood && left.length === 0;
}

async function uploadContent(step: Step): Promise<void> {
  const { client, say } = step;
  const image = newIn(step, "images");
  await client.uploadImage(image, writePng({ width: 3840, height: 160 }));
  const sizes = [
    await sizeWhenOmitted(step, { width: 3840, height: 160 }),
    await sizeWhenOmitted(step, { width: 1024, height: 1024 }),
  ];
  say(`default imageSize: ${sizes.join("; ")}`);
  const message = await upload(step, {
    ...TEXT,
    image: { imageIdentifier: image, altText: "Test" },
  });
  say(`message with an image: ${message.said}`);
  const { messageIdentifiers = [] } = await client.getMessageList();
  const listed = messageIdentifiers.find(({ messageIdentifier: id }) => id === message.id);
  say(`messageState right after the upload: ${listed?.messageState ?? "not listed"}`);
  const missing = { imageIdentifier: randomUUID(), altText: "Test" };
  const withMissing = await upload(step, { ...TEXT, image: missing });
  say(`message with an image that is not there: ${withMissing.said}`);
}

/** Uploads without `imageSize`, which our client always sends, and tells what Apple makes of it. */
async function sizeWhenOmitted(
  step: Step,
  png: { readonly width: number; readonly height: number },
): Promise<string> {
  const { client, access } = step;
  const { key, bundleId } = access;
  const id = newIn(step, "images");
  const token = await createStoreKitToken({ key, bundleId, issuedAt: Date.now() });
  const response = await fetch(`${client.baseUrl}/inApps/v1/messaging/image/${id}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "image/png" },
    // The bytes are in a buffer of their own, whatever the type says.
    body: writePng(png) as Uint8Array<ArrayBuffer>,
  });
  const { imageIdentifiers = [] } = await client.getImageList();
  const listed = imageIdentifiers.find(({ imageIdentifier }) => imageIdentifier === id);
  const outcome = listed?.imageSize ?? `refused with ${response.status} ${await response.text()}`;
  return `${png.width} × ${png.height} is ${outcome}`;
}

async function probeTexts(step: Step): Promise<void> {
  const { say } = step;
  const emoji = await upload(step, { ...TEXT, body: "Stay 🧘" });
  say(`emoji in a body: ${emoji.said}`);
  // 34 code points, 68 UTF-16 units: over 66 only for who counts the latter.
  const counted = await upload(step, { ...TEXT, header: "𠮷".repeat(34) });
  say(`34 characters of two UTF-16 units in a header of at most 66: ${counted.said}`);
  const long = await upload(step, { ...TEXT, header: "h".repeat(67) });
  say(`a header of 67: ${long.said}`);
}

async function probeBulletPoints(step: Step): Promise<void> {
  const { client, say } = step;
  const imageIdentifier = newIn(step, "images");
  const png = writePng({ width: 1024, height: 1024 });
  await client.uploadImage(imageIdentifier, png, { imageSize: "BULLET_POINT" });
  const bullet = { text: "Test", imageIdentifier, altText: "Test" };
  for (let count = 5; count <= MAX_TRIED_BULLET_POINTS; count += 1) {
    const bulletPoints = Array.from({ length: count }, () => bullet);
    const { isAccepted, said } = await upload(step, { ...TEXT, bulletPoints });
    say(`${count} bullet points: ${said}`);
    if (!isAccepted) return;
  }
}

async function setDefault(step: Step): Promise<void> {
  const { client, access, say, created: made } = step;
  const { productId } = access;
  if (productId === undefined) {
    say("no default message was tried: set HOLDFAST_APPLE_TEST_PRODUCT_ID");
    return;
  }
  const place = { productId, locale: "en-US" };
  const before = await client.getDefaultMessage(place).catch(codeOf);
  say(`default message before: ${typeof before === "string" ? before : "there is one, kept"}`);
  if (typeof before !== "string") return;
  const message = await upload(step, TEXT);
  made.defaults.push(place);
  await client.configureDefaultMessage(place, message.id);
  say("default message: set");
}

/** Tells whether the test passed, or could not be made. */
async function testPerformance(step: Step): Promise<boolean> {
  const { client, access, say, created: made, lookEveryMs, signal } = step;
  const { url, originalTransactionId } = access;
  if (url === undefined || originalTransactionId === undefined) {
    say(
      "no performance test was made: set HOLDFAST_APPLE_TEST_URL and HOLDFAST_APPLE_TEST_TRANSACTION_ID",
    );
    return true;
  }
  made.urlBefore = await currentUrl(client);
  await client.configureRealtimeUrl(url);
  const { requestId, config } = await client.initiatePerformanceTest({ originalTransactionId });
  say(`performance test configuration: ${JSON.stringify(config)}`);
  const second = await client.initiatePerformanceTest({ originalTransactionId }).catch(codeOf);
  say(`a second test meanwhile: ${typeof second === "string" ? second : "accepted"}`);
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const result = await client.getPerformanceTestResults(requestId);
    if (result.result !== "PENDING") {
      say(`performance test: ${JSON.stringify({ ...result, target: "…" })}`);
      return result.result === "PASS";
    }
    await sleep(lookEveryMs, undefined, { signal });
  }
  say("performance test: still PENDING");
  return false;
}

async function currentUrl(client: RetentionMessagingClient): Promise<string | null> {
  try {
    return (await client.getRealtimeUrl()).realtimeURL;
  } catch (error) {
    if (error instanceof AppleApiError && error.errorCode === NO_URL) return null;
    throw error;
  }
}

/** Uploads a message under a new identifier and tells how Apple took it. */
async function upload(
  step: Step,
  message: UploadMessageRequestBody,
): Promise<{ readonly id: string; readonly isAccepted: boolean; readonly said: string }> {
  const id = newIn(step, "messages");
  try {
    await step.client.uploadMessage(id, message);
    return { id, isAccepted: true, said: "accepted" };
  } catch (error) {
    return { id, isAccepted: false, said: codeOf(error) };
  }
}

/** Returns what Apple refused with; anything else is no answer of Apple's. */
function codeOf(error: unknown): string {
  if (!(error instanceof AppleApiError) || error.status === undefined) throw error;
  const { status, errorCode, errorName, errorMessage } = error;
  const parts = [status, errorCode, errorName, errorMessage];
  return `refused with ${parts.filter((part) => part !== undefined).join(" ")}`;
}

/** Returns a new identifier, noted down before anything is sent under it. */
function newIn({ created, signal }: Step, kind: "images" | "messages"): string {
  signal.throwIfAborted();
  const id = randomUUID();
  created[kind].add(id);
  return id;
}
