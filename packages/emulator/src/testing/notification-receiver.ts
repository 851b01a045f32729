import type { IncomingMessage, ServerResponse } from "node:http";
import { type AnsweringServer, readRequest, startAnsweringServer } from "./answering-server.ts";

/** The public URL that tests send notifications to; resolve it to the receiver's own. */
export const NOTIFICATION_URL = "https://notifications.example.com/v2";

/** A server on loopback that takes notifications. */
export interface NotificationReceiver extends AnsweringServer {
  /** The bodies that came, oldest first. */
  readonly bodies: readonly string[];
  /** What the next ones are answered; 200 at first. */
  status: number;
}

/** Starts a receiver; dispose of it to stop it. */
export async function startNotificationReceiver(): Promise<NotificationReceiver> {
  const bodies: string[] = [];
  const answers = { status: 200 };
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    bodies.push(await readRequest(request));
    response.writeHead(answers.status).end();
  };
  const server = await startAnsweringServer((request, response) => void receive(request, response));
  return Object.assign(answers, server, { bodies });
}

/** Returns the payload of a compact JWS, unverified. */
export function decodePayload(compact: string): unknown {
  const [, payload = ""] = compact.split(".");
  const value: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  return value;
}
