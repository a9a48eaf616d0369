import { NEXT_STEPS, type NextStep } from "../core/order-steps.ts";

export type Route =
  | { readonly kind: "create" }
  | { readonly kind: "show"; readonly orderId: string }
  | { readonly kind: "step"; readonly orderId: string; readonly step: NextStep }
  | { readonly kind: "wrong method"; readonly allowed: string }
  | { readonly kind: "no such path" };

const PATH = /^\/orders(?:\/([^/]+)(?:\/([^/]+))?)?$/;

/** Three routes need no router. The order id is taken as it stands and judged by the caller. */
export const findRoute = (method: string, path: string): Route => {
  const match = PATH.exec(path);
  if (match === null) return { kind: "no such path" };
  const [, orderId, name] = match;
  if (orderId === undefined) {
    return method === "POST" ? { kind: "create" } : { kind: "wrong method", allowed: "POST" };
  }
  if (name === undefined) {
    return method === "GET" ? { kind: "show", orderId } : { kind: "wrong method", allowed: "GET" };
  }
  const step = NEXT_STEPS.find((candidate) => candidate === name);
  if (step === undefined) return { kind: "no such path" };
  return method === "POST"
    ? { kind: "step", orderId, step }
    : { kind: "wrong method", allowed: "POST" };
};
