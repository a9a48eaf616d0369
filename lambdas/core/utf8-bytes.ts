const encoder = new TextEncoder();

/** What a text weighs in the limits of DynamoDB, SNS and SQS, which count UTF-8 bytes. */
export const utf8Bytes = (text: string): number => encoder.encode(text).length;
