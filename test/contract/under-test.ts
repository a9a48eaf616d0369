/**
 * What a scenario may touch. One adapter plays it over the simulation's models in virtual time,
 * another over an endpoint that speaks AWS, in real time.
 */
export type Received = {
  readonly messageId: string;
  readonly receipt: string;
  readonly body: string;
  readonly receiveCount: number;
  readonly group?: string;
  readonly dedup?: string;
  /** The queue that SQS moved it from (2.23). */
  readonly movedFrom?: string;
};

export type Entry = {
  /** FIFO only; `g` when left out. */
  readonly group?: string;
  /** The body's hash when left out, as content-based deduplication has it. */
  readonly dedup?: string;
  readonly body: string;
};

export type QueueOptions = {
  readonly kind?: "fifo" | "standard";
  readonly visibilitySeconds?: number;
  readonly retentionSeconds?: number;
  readonly scope?: "queue" | "messageGroup";
  readonly throughput?: "perQueue" | "perMessageGroupId";
  readonly redrive?: { readonly maxReceiveCount: number; readonly to: QueueUnderTest };
};

export type ReceiveOptions = { readonly max?: number; readonly visibilitySeconds?: number };

/** `ok`, or the code of the error without the ending "Exception", which not all protocols have. */
export type Reply = string;

export type QueueUnderTest = {
  readonly name: string;
  /** Answers the message's id. */
  readonly send: (entry: Entry) => Promise<string>;
  readonly receive: (options?: ReceiveOptions) => Promise<readonly Received[]>;
  readonly remove: (message: Received) => Promise<Reply>;
  readonly hide: (message: Received, seconds: number) => Promise<Reply>;
  readonly purge: () => Promise<void>;
  /** Changes the deduplication scope of a queue that is in use. */
  readonly switchScope: () => Promise<void>;
  readonly destroy: () => Promise<void>;
};

export type SubscribeOptions = {
  readonly deadLetters?: QueueUnderTest;
};

export type TopicUnderTest = {
  readonly subscribe: (queue: QueueUnderTest, options?: SubscribeOptions) => Promise<Reply>;
  /** At most ten entries, each with a dedup id; answers each one's fate. */
  readonly publish: (entries: readonly (Entry & { readonly dedup: string })[]) => Promise<Reply[]>;
};

export type MoveStatus = {
  readonly status: string;
  readonly moved: number;
  readonly reason?: string;
};

export type MoveOptions = { readonly to?: QueueUnderTest; readonly perSecond?: number };

export type MoveUnderTest = {
  readonly status: () => Promise<MoveStatus>;
  readonly cancel: () => Promise<Reply>;
};

/** What a function got, batch by batch. */
export type InvokedRecord = {
  readonly id: string;
  readonly body: string;
  readonly receiveCount: number;
};

/** Answers what a function returns to Lambda; throws as a function throws. */
export type FunctionUnderTest = (records: readonly InvokedRecord[]) => Promise<unknown>;

export type MappingOptions = { readonly pollers?: number };

export type QueuesUnderTest = {
  readonly createQueue: (options?: QueueOptions) => Promise<QueueUnderTest>;
  readonly createTopic: (scope?: "Topic" | "MessageGroup") => Promise<TopicUnderTest>;
  /** Answers an error's code when the task is refused. */
  readonly move: (from: QueueUnderTest, options?: MoveOptions) => Promise<MoveUnderTest | Reply>;
  /** Lambda's event source mapping, ten messages a batch; answers how to end it. */
  readonly map: (
    queue: QueueUnderTest,
    run: FunctionUnderTest,
    options?: MappingOptions,
  ) => Promise<() => Promise<void>>;
};

export type Change = {
  readonly kind: "INSERT" | "MODIFY" | "REMOVE";
  readonly item: string;
  readonly before?: number;
  readonly after?: number;
};

/** A table of items with a number each, and its stream of old and new images. */
export type TableUnderTest = {
  readonly put: (item: string, value: number) => Promise<void>;
  /** Reads the stream from its beginning until that is enough, or time is up. */
  readonly changes: (enough: (changes: readonly Change[]) => boolean) => Promise<readonly Change[]>;
  /** The mapping of its stream, from TRIM_HORIZON on; a record's id is its place in the stream. */
  readonly map: (
    run: (records: readonly { readonly id: string; readonly change: Change }[]) => Promise<unknown>,
  ) => Promise<() => Promise<void>>;
};

export type Time = {
  readonly nowMs: () => number;
  /** Lets so much time go by: virtual, or by the clock on the wall. */
  readonly pass: (seconds: number) => Promise<void>;
  /** For what runs meanwhile: wakes up so much later. */
  readonly later: (seconds: number) => Promise<void>;
};

export type TablesUnderTest = { readonly createTable: () => Promise<TableUnderTest> };

export type UnderTest = {
  readonly queues?: QueuesUnderTest;
  readonly tables?: TablesUnderTest;
  readonly time: Time;
  /** Ends what this run has created. */
  readonly close: () => Promise<void>;
};
