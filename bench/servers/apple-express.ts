import { createServer } from "node:http";
import express from "express";
import { createAppleAnswer } from "./apple-answer.ts";
import { listening } from "./world.ts";

const answer = createAppleAnswer();
const app = express();
app.use(express.json());
app.post("/{*path}", async (request, response) => {
  try {
    response.json(await answer(request.body));
  } catch {
    response.status(403).end();
  }
});

listening(createServer(app));
