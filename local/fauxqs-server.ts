/**
 * Runs fauxqs as a child process: on 127.0.0.1 only, and with writes that survive a SIGKILL.
 *
 * Three things of fauxqs 2.4.1 are put right here, because its own command line cannot:
 * - it listens on every interface;
 * - with persistence, a visibility of 0 breaks a NOT NULL column: the call fails and the message is
 *   gone until the next start;
 * - it commits each statement by itself: a kill between the two halves of a move to a dead-letter
 *   queue loses the message, and every send waits for the disk twice.
 */
import process from "node:process";

type Database = {
  exec: (sql: string) => void;
  prepare: (sql: string) => { run: (...values: string[]) => unknown };
};
type Persistence = Record<string, unknown> & {
  db: Database;
  loadSqsAndSns: (sqs: object, sns: object) => void;
  updateMessageReady: (messageId: string) => void;
  close: () => void;
};
type SqsStore = { host: string; persistence: Persistence; allQueues: () => Iterable<object> };
type App = {
  addHook: (name: string, hook: (...args: never[]) => void) => void;
  listen: (address: { port: number; host: string }) => Promise<string>;
  close: () => Promise<void>;
};

const [distUrl = "", port = "", dataDir = ""] = process.argv.slice(2);

const load = async <T>(file: string): Promise<T> => import(new URL(file, distUrl).href);
const { buildApp } = await load<{ buildApp: (options: object) => App }>("app.js");
const { SqsStore } = await load<{ SqsStore: new () => SqsStore }>("sqs/sqsStore.js");
const { SnsStore } = await load<{ SnsStore: new () => object }>("sns/snsStore.js");
const { PersistenceManager } = await load<{ PersistenceManager: new (dir: string) => Persistence }>(
  "persistence.js",
);

const WRITES = [
  ...["insertQueue", "deleteQueue", "updateQueueAttributes", "updateQueueSequenceCounter"],
  ...["insertMessage", "deleteMessage", "updateMessageInflight", "deleteQueueMessages"],
  ...["insertTopic", "deleteTopic", "updateTopicAttributes", "updateTopicSubscriptionArns"],
  ...["insertSubscription", "deleteSubscription", "updateSubscriptionAttributes"],
];

/**
 * One transaction for all that happens until the next reply is sent. A request does its writes in
 * one synchronous run, so it is committed whole, before its reply, or not at all.
 */
const commitBeforeReplies = (persistence: Persistence, app: App): (() => void) => {
  const { db } = persistence;
  // Safe against a kill of the process; only a power cut could lose the newest commits.
  db.exec("PRAGMA synchronous = NORMAL");
  let open = false;
  const begin = () => {
    if (!open) db.exec("BEGIN");
    open = true;
  };
  const commit = () => {
    if (open) db.exec("COMMIT");
    open = false;
  };
  for (const name of WRITES) {
    const write = persistence[name] as (...values: unknown[]) => unknown;
    persistence[name] = (...values: unknown[]) => {
      begin();
      return write.apply(persistence, values);
    };
  }
  const show = db.prepare(
    "UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?",
  );
  persistence.updateMessageReady = (messageId) => {
    begin();
    show.run(messageId);
  };
  app.addHook("onSend", (_request: never, _reply: never, payload: never, done: never) => {
    commit();
    (done as (error: null, payload: unknown) => void)(null, payload);
  });
  return commit;
};

const sqsStore = new SqsStore();
const snsStore = Object.assign(new SnsStore(), { persistence: undefined as unknown });
const persistence = new PersistenceManager(dataDir);
// Loaded before the stores can write: else creating a queue again would delete its messages.
persistence.loadSqsAndSns(sqsStore, snsStore);
sqsStore.persistence = persistence;
snsStore.persistence = persistence;
for (const queue of sqsStore.allQueues()) Object.assign(queue, { persistence });

const app = buildApp({ logger: false, stores: { sqsStore, snsStore } });
sqsStore.host = ""; // queue URLs then carry the address that the caller used
const commit = commitBeforeReplies(persistence, app);
await app.listen({ port: Number(port), host: "127.0.0.1" });

process.once("SIGTERM", async () => {
  await app.close();
  commit();
  persistence.close();
  process.exit(0);
});
