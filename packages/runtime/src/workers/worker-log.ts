/** One line of a Worker's log. */
interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  /** No token, key, payload or transaction id. */
  readonly fields: object;
}

/**
 * Writes a line of JSON, which Workers Logs takes apart by its fields.
 *
 * @see https://developers.cloudflare.com/workers/observability/logs/workers-logs/
 */
export function writeLog({ level, message, fields }: LogLine): void {
  // eslint-disable-next-line no-console -- the one log a Worker has
  console.log(JSON.stringify({ level, ...fields, msg: message }));
}
