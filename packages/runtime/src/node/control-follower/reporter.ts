/** Sends reports, one at a time. */
export interface Reporter {
  /** Has a report sent soon; one for any number of times it is asked while another is under way. */
  ask(): void;
  /** Resolves when the report that was asked for is sent, or failed. */
  idle(): Promise<void>;
}

/** Returns a reporter that sends what `send` makes of the moment. */
export function createReporter(
  send: () => Promise<void>,
  onFailed: (error: unknown) => void,
): Reporter {
  let sending = Promise.resolve();
  let isSending = false;
  let isAskedAgain = false;

  async function sendAll(): Promise<void> {
    while (isAskedAgain) {
      isAskedAgain = false;
      try {
        await send();
      } catch (error) {
        onFailed(error);
      }
    }
    isSending = false;
  }

  return {
    ask() {
      isAskedAgain = true;
      if (isSending) return;
      isSending = true;
      sending = sendAll();
    },
    idle: () => sending,
  };
}
