import type { DecisionRecord } from "@holdfast/runtime/wire";
import { startLocalServer } from "./local-server.ts";
import type { Answered, Asked, LocalServer } from "./local-server.ts";

/** A control plane of a few lines that takes decisions. */
export interface ContractControl extends LocalServer {
  readonly token: string;
  /** In the order in which they first came. */
  readonly decisions: readonly DecisionRecord[];
}

/** Starts one. */
export async function startContractControl(): Promise<ContractControl> {
  const token = "hf_a_token_of_the_contract";
  const taken = new Map<string, DecisionRecord>();
  const decisions: DecisionRecord[] = [];
  const take = (record: DecisionRecord): boolean => {
    if (taken.has(record.requestIdentifier)) return false;
    taken.set(record.requestIdentifier, record);
    decisions.push(record);
    return true;
  };
  const answer = ({ method, url, authorization, body }: Asked): Answered => {
    if (authorization !== `Bearer ${token}`) return { status: 401 };
    if (method !== "POST" || url.pathname !== "/v1/decisions") return { status: 404 };
    // What a host sends.
    const sent = (JSON.parse(body) as { decisions: DecisionRecord[] }).decisions;
    const fresh = sent.filter(take).length;
    const counts = { new: fresh, repeated: sent.length - fresh, refused: [] };
    return { status: 200, body: JSON.stringify(counts) };
  };
  return { ...(await startLocalServer(answer)), token, decisions };
}
