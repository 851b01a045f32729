/** Returns what `act` throws or rejects with; `undefined` when it does not. */
export async function catchError(act: () => unknown): Promise<unknown> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error;
  }
}
