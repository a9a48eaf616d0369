import { itemKey, memoryTables } from "../models/memory-tables.ts";
import { ledgerContract } from "./ledger.contract.ts";

const tables = memoryTables();
let consumers = 0;

ledgerContract("in memory", () => ({
  ledger: tables.ledger(`consumer-${++consumers}`),
  facts: tables.facts(),
  stock: async (sku) => tables.items("stock").get(itemKey({ sku })),
  fact: async (day, eventId) => tables.factItems("facts").get(itemKey({ day, eventId })),
}));
