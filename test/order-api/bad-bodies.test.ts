import { beforeEach, describe, expect, test } from "vitest";
import { MAX_LINES } from "../../lambdas/core/order-event.ts";
import { MAX_BODY_BYTES } from "../../lambdas/order-api/read-body.ts";
import { apiWorld, ORDER } from "./api-world.ts";

let world: ReturnType<typeof apiWorld>;
beforeEach(() => {
  world = apiWorld();
});

type Fault = { pointer: string; got: string; expected: string; fix: string };
const faultsOf = async (body: unknown): Promise<Fault[]> => {
  const answer = await world.call("POST", "/orders", body);
  expect(answer.status).toBe(400);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(world.memory.calls()).toEqual({ gets: 0, puts: 0 });
  return answer.json.faults as Fault[];
};
const line = { sku: "pen", quantity: 1, unitPriceCents: 1 };

describe("a body that is no order", () => {
  test("is told every fault at once: where, what it is, what is allowed and the fix", async () => {
    const faults = await faultsOf({
      orderId: "o 1",
      currency: "euro",
      coupon: "X",
      note: { by: "Y", on: 1 },
      lines: [{ ...line, quantity: -1.5 }, { sku: "pen", unitPriceCents: "9", gift: true }, 7, []],
    });
    expect(faults.map(({ pointer, got }) => [pointer, got]).sort()).toEqual([
      ["#/coupon", "an unknown key with a text of 1 character"],
      ["#/currency", "a text of 4 characters"],
      ["#/customerId", "nothing"],
      ["#/lines/0/quantity", "the number -1.5"],
      ["#/lines/1/gift", "an unknown key with true"],
      ["#/lines/1/quantity", "nothing"],
      ["#/lines/1/unitPriceCents", "a text of 1 character"],
      ["#/lines/2", "the number 7"],
      ["#/lines/3", "a list of 0"],
      ["#/note", "an unknown key with an object of 2 keys"],
      ["#/orderId", "a text of 3 characters, of which number 2 is a space"],
    ]);
    expect(faults.find(({ pointer }) => pointer === "#/lines/0/quantity")).toMatchObject({
      expected: "must be a whole number from 1 to 10000",
      fix: "Send a whole number from 1 to 10000.",
    });
    expect(faults.find(({ pointer }) => pointer === "#/customerId")).toMatchObject({
      expected: "must be 1 to 128 printable ASCII characters",
      fix: "Add it.",
    });
  });

  test.each([
    [[], "a list of 0"],
    [null, "null"],
    ["text", "a text of 4 characters"],
  ])("and is %j is one fault", async (body, got) => {
    const faults = await faultsOf(JSON.stringify(body));
    expect(faults).toMatchObject([
      {
        pointer: "#",
        got,
        expected: "must be an object with orderId, customerId, currency, lines",
      },
    ]);
  });

  test.each([[0], [MAX_LINES + 1]])("with %i lines is refused", async (count) => {
    const faults = await faultsOf({ ...ORDER, lines: Array.from({ length: count }, () => line) });
    expect(faults).toMatchObject([{ pointer: "#/lines", got: `a list of ${count}` }]);
  });

  test("with more faults than anyone reads is told the first fifty", async () => {
    const lines = Array.from({ length: 200 }, () => ({}));
    expect(await faultsOf({ ...ORDER, lines })).toHaveLength(50);
  });

  test("and its answer repeats no text that was sent", async () => {
    const answer = await world.call("POST", "/orders", { ...ORDER, customerId: "secret é" });
    expect(answer.body).not.toContain("secret");
    expect(answer.json.faults).toMatchObject([
      { got: "a text of 8 characters, of which number 7 is a space" },
    ]);
  });

  test.each([
    ["\u00e9", "none of ASCII"],
    ["a\tb", "a control character"],
    ["\u007f", "a control character"],
    ["no one", "a space"],
  ])("whose customer is %j is told which character is wrong, by its kind", async (text, name) => {
    const [fault] = await faultsOf({ ...ORDER, customerId: text });
    const at = text.search(/[^\x21-\x7e]/) + 1;
    expect(fault?.got).toContain(`of which number ${at} is ${name}`);
    expect(fault?.got).not.toContain(text);
  });
});

describe("a body that is no clean JSON", () => {
  test.each([
    ["", "it ends too early"],
    ['{"orderId": "o1"', "at position 16 (line 1 column 17)"],
    ['{"orderId": o1}', "unexpected token 'o'"],
  ])("%j is refused and told where", async (body, place) => {
    expect(await faultsOf(body)).toMatchObject([{ pointer: "#", got: `no JSON (${place})` }]);
  });

  test("bytes that are no UTF-8 are refused", async () => {
    const faults = await faultsOf(Uint8Array.of(0x7b, 0xff, 0x7d));
    expect(faults).toMatchObject([{ got: "bytes that are no UTF-8" }]);
  });

  test("a key that comes twice is refused, in whatever spelling and depth", async () => {
    const twice = String.raw`{"lines": [{"sku": "a\"b:{", "sk\u0075" : "b"}], "sku": 1}`;
    expect(await faultsOf(twice)).toMatchObject([{ got: 'the key "sku" twice in one object' }]);
  });

  test("one key in many objects and keys inside of texts are no repetition", async () => {
    const lines = [line, { ...line, sku: '{"sku":1,"sku":2}' }, line];
    expect((await world.call("POST", "/orders", { ...ORDER, lines })).status).toBe(201);
  });

  test("__proto__ is refused as a key", async () => {
    const body = `{"__proto__": {"orderId": "o1"}, "customerId": "c1"}`;
    expect(await faultsOf(body)).toMatchObject([{ got: 'the key "__proto__"' }]);
  });

  test("a thousand brackets are refused like any other body", async () => {
    await faultsOf("[".repeat(1_000) + "]".repeat(1_000));
  });
});

describe("a body too large or of another kind", () => {
  test("over the limit is 413 before it is read", async () => {
    const answer = await world.call("POST", "/orders", " ".repeat(MAX_BODY_BYTES + 1));
    expect(answer.status).toBe(413);
    expect(answer.json.detail).toContain(String(MAX_BODY_BYTES));
  });

  test("whose order would outgrow its item is 413", async () => {
    world = apiWorld({ maxItemBytes: 300 });
    expect((await world.call("POST", "/orders", ORDER)).status).toBe(413);
    expect(world.memory.items.size).toBe(0);
  });

  test.each([
    ["application/json; charset=utf-8", 201],
    ["application/cloudevents+json", 201],
    ["application/x-www-form-urlencoded", 415],
    ["text/plain", 415],
  ])("of content type %s is %i", async (type, status) => {
    const answer = await world.call("POST", "/orders", ORDER, { "content-type": type });
    expect(answer.status).toBe(status);
  });

  test("of another content type is told it where it is a usual mistake, else its length", async () => {
    const detailOf = async (type: string) =>
      (await world.call("POST", "/orders", ORDER, { "content-type": type })).json.detail;
    expect(await detailOf("text/plain; charset=utf-8")).toContain("content type is text/plain;");
    expect(await detailOf("text/of-ann")).toContain("content type is a text of 11 characters;");
  });
});
