import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { createAppleAnswer } from "./apple-answer.ts";
import { listening } from "./world.ts";

const answer = createAppleAnswer();

listening(
  createServer(async (request, response) => {
    try {
      const body = JSON.stringify(await answer(JSON.parse(await text(request))));
      response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(body);
    } catch {
      response.writeHead(403).end();
    }
  }),
);
