import type { AttributeValue } from "@aws-sdk/client-dynamodb";

const utf8 = (text: string): number => Buffer.byteLength(text);

const valueBytes = (value: AttributeValue): number => {
  if (value.S !== undefined) return utf8(value.S);
  // About a byte for each two digits, and one more.
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.L !== undefined) return value.L.reduce((sum, each) => sum + 1 + valueBytes(each), 3);
  if (value.M !== undefined) {
    return Object.entries(value.M).reduce((sum, [name, each]) => {
      return sum + 1 + utf8(name) + valueBytes(each);
    }, 3);
  }
  return 0;
};

/** An item's size as DynamoDB's pages say that it counts: its names and its values. */
export const itemBytes = (item: Readonly<Record<string, AttributeValue>>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + utf8(name) + valueBytes(value), 0);
