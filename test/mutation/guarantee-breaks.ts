/**
 * One place of the protocol changed so that a guarantee of the README breaks, and the test that says so.
 * `break-guarantees.ts` tries them all.
 */
export type GuaranteeBreak = {
  /** As the README's table has it. */
  readonly guarantee: string;
  /** What the changed code does. */
  readonly sin: string;
  /** In `lambdas`. */
  readonly file: string;
  /** Occurs once in the file. */
  readonly from: string;
  readonly to: string;
  /** A test that fails then, by its full title: it tells the guarantee in words. */
  readonly test: string;
};

const SEQUENCE = "Steps of one order take effect in sequence, at every consumer";
const ONCE = "Each event takes effect once";
const NOTHING_LOST = "Nothing accepted is lost";
const POISON = "A poison event holds back only its own order, and says why";
const OUTAGE = "An outage does not flush everything into the dead letters";
const REDRIVE = "Redrive from the console, the CLI or a tool is safe";
const BACKLOG = "A backlog does not grow without end";
const STEP_ONCE = "A step asked twice is one step";
const KILLED = "Killed anywhere, it goes on where it was";

export const guaranteeBreaks: readonly GuaranteeBreak[] = [
  {
    guarantee: ONCE,
    sin: "the fence lets the last applied event through again (`<=` to `<`)",
    file: "core/fence.ts",
    from: "if (arrival.sequence <= row.seq)",
    to: "if (arrival.sequence < row.seq)",
    test: "an order's events > an event that was applied before is acknowledged and does nothing",
  },
  {
    guarantee: ONCE,
    sin: "a write does not move the row's revision, so a late one finds the row as it was",
    file: "core/apply-once.ts",
    from: "rev: row.rev + 1,",
    to: "rev: row.rev,",
    test: "T20 a late invocation > T11 and a second invocation with the same message apply it once between them",
  },
  {
    guarantee: ONCE,
    sin: "the table takes a write although the row has changed since it was read",
    file: "aws/dynamo-ledger.ts",
    from: 'ConditionExpression: "rev = :rev"',
    to: 'ConditionExpression: "attribute_exists(orderId) OR rev = :rev"',
    test: "the ledger in DynamoDB, as an emulator plays it > rows > a write on a row that has changed since it was read is refused, and changes nothing",
  },
  {
    guarantee: ONCE,
    sin: "any write of the same revision passes for one's own whose reply was lost",
    file: "core/ledger-row.ts",
    from: "stored.rev === written.rev && written.by !== undefined && stored.by === written.by",
    to: "stored.rev === written.rev",
    test: "a write whose reply was lost is known again by its revision and its name together",
  },
  {
    guarantee: ONCE,
    sin: "an event older than any row that is kept is applied: a row deleted by TTL is trusted",
    file: "core/evaluate.ts",
    from: "context.rules.retainDays > 0 &&",
    to: "false &&",
    test: "T18 an event older than retainDays > is never applied, since an absent row proves nothing: it is dead with that cause",
  },
  {
    guarantee: ONCE,
    sin: "a row expires while a message of its order may still be on its way",
    file: "core/apply-once.ts",
    from: "retainDays + LONGEST_PATH_DAYS",
    to: "retainDays",
    test: "a row's expiry > is 60 days after the order's own, once the order is finished: no message lives longer",
  },
  {
    guarantee: SEQUENCE,
    sin: "the fence lets an event through although its predecessor is missing",
    file: "core/fence.ts",
    from: "nextDue(history.slice(0, -1), due, row.seq) === undefined",
    to: "nextDue(history.slice(0, -1), due, row.seq + 1) === undefined",
    test: "an order's events > T9 an event whose predecessor is missing is parked behind it, untried",
  },
  {
    guarantee: SEQUENCE,
    sin: "after an event that failed, its followers of the batch are run all the same",
    file: "core/consume-batch.ts",
    from: "current = consumed.row;",
    to: "current = { ...consumed.row, seq: next.arrival.sequence };",
    test: "a failed event > T2 T8 leaves its followers untried: none is handled, none has an attempt",
  },
  {
    guarantee: SEQUENCE,
    sin: "the relay puts two events of one order into one wave",
    file: "core/relay-batch.ts",
    from: "open.map(headOf)",
    to: "open.flatMap(({ entries, sent }) => entries.slice(sent, sent + 2))",
    test: "no call carries two events of one order, since the first could fail and the second not",
  },
  {
    guarantee: SEQUENCE,
    sin: "the relay goes on with an order after an event of it has failed",
    file: "core/relay-batch.ts",
    from: "else lane.end = outcome;",
    to: "else lane.sent++;",
    test: "T23 within one invocation nothing of an order is sent after its failed event",
  },
  {
    guarantee: NOTHING_LOST,
    sin: "followers of a failed event are left out of the failure list, so SQS deletes them",
    file: "core/consume-batch.ts",
    from: "({ outcome }) => !isDone(outcome)",
    to: '({ outcome }) => !isDone(outcome) && outcome.kind !== "parked"',
    test: "a reported message has every later one of its order reported with it",
  },
  {
    guarantee: NOTHING_LOST,
    sin: "messages are deleted before anything of them is written",
    file: "core/suspects.ts",
    from: "done: rest.flatMap(doneBefore),",
    to: 'done: rest.map(({ arrival }) => ({ arrival, outcome: { kind: "duplicate" } })),',
    test: "a suspect > runs alone: what is done is deleted first, the rest comes back at once",
  },
  {
    guarantee: NOTHING_LOST,
    sin: "the watermark moves without the effects",
    file: "core/apply-once.ts",
    from: "effects: adjustsOf(effects) }",
    to: "effects: [] }",
    test: "an order's events > the next event is applied, and its effect and the watermark are written together",
  },
  {
    guarantee: NOTHING_LOST,
    sin: "the watermark moves although the facts could not be put",
    file: "core/apply-once.ts",
    from: 'if (put.kind !== "committed") return put;',
    to: "",
    test: "applying > moves no watermark when the facts cannot be put",
  },
  {
    guarantee: NOTHING_LOST,
    sin: "an error of a handler is swallowed",
    file: "core/evaluate.ts",
    from: "} catch (error) {",
    to: '} catch (error) {\n    return { kind: "change", change: {} };',
    test: "a failed event > T1 holds back later events of the same order",
  },
  {
    guarantee: NOTHING_LOST,
    sin: "the relay reports the last record that is not done instead of the first",
    file: "core/relay-batch.ts",
    from: "Math.min(...comingAgain",
    to: "Math.max(...comingAgain",
    test: "T22 T23 whatever fails, an order's events arrive in sequence and none is skipped",
  },
  {
    guarantee: NOTHING_LOST,
    sin: "of a record that holds several new events only the first is sent",
    file: "core/relay-entries.ts",
    from: "length: item.version - oldVersion",
    to: "length: 1",
    test: "a record of the stream > yields the events after its old version, each with the bytes to publish",
  },
  {
    guarantee: POISON,
    sin: "what was decided dead is run again",
    file: "core/fence.ts",
    from: "return life.dead === undefined",
    to: "return life.dead !== null",
    test: "a decided event > comes back without its handler being run, until SQS moves it",
  },
  {
    guarantee: POISON,
    sin: "a failing event comes back with a backoff that has no cap",
    file: "core/backoff.ts",
    from: "Math.min(rules.backoffCapSeconds, rules.backoffBaseSeconds * 2 ** doublings)",
    to: "rules.backoffBaseSeconds * 2 ** doublings",
    test: "backoff > ends at the cap, also after more receives than a number can double",
  },
  {
    guarantee: POISON,
    sin: "what may have killed its function runs beside innocents again",
    file: "core/suspects.ts",
    from: "if (first === undefined)",
    to: "if (first !== null)",
    test: "a suspect > runs alone: what is done is deleted first, the rest comes back at once",
  },
  {
    guarantee: OUTAGE,
    sin: "a dead decision spends no token",
    file: "core/dead-letter-budget.ts",
    from: "tokens: full.tokens - 1 }",
    to: "tokens: full.tokens }",
    test: "the dead decision > T39 is made for five orders at most when everything fails at once",
  },
  {
    guarantee: OUTAGE,
    sin: "the token is not part of the decision's transaction",
    file: "core/decide-dead.ts",
    from: "effects: [], budget: { before, after } }",
    to: "effects: [] }",
    test: "the dead decision > and its token are one write",
  },
  {
    guarantee: OUTAGE,
    sin: "tokens are earned without a limit a minute",
    file: "core/dead-letter-budget.ts",
    from: "earned >= rules.tokensPerMinute",
    to: "false",
    test: "earning > stops at five a minute, and goes on in the next",
  },
  {
    guarantee: OUTAGE,
    sin: "an event is given up after 8 attempts, however few seconds they took",
    file: "core/life.ts",
    from: "nowMs - life.firstMs >= rules.failingSeconds * 1_000",
    to: "true",
    test: "the dead decision > needs 10 minutes since the first failure",
  },
  {
    guarantee: OUTAGE,
    sin: "a table that takes no writes costs events their attempts",
    file: "core/attempt.ts",
    from: "undoStart(due.life)",
    to: "{ ...due.life, open: false }",
    test: "a conflict or a throttle > that lasts takes the recorded start back",
  },
  {
    guarantee: REDRIVE,
    sin: "a redriven message inherits the attempts and the decision of its old life",
    file: "core/fence.ts",
    from: "if (life.messageId === arrival.message.messageId) {",
    to: "if (life !== null) {",
    test: "a decided event > that is redriven under a new message id has a new life, and no attempt yet",
  },
  {
    guarantee: REDRIVE,
    sin: "a discard gives up another life than the operator saw, such as one just redriven",
    file: "core/discard-event.ts",
    from: "if (life?.messageId !== seen.life?.messageId) return undefined;",
    to: "",
    test: "nothing is discarded but what the operator saw > not a redrive, whose attempt may be running",
  },
  {
    guarantee: KILLED,
    sin: "no start is recorded, so a crash leaves no trace and what kills a function never dies",
    file: "core/attempt.ts",
    from: "if (arrival.message.receiveCount < 2)",
    to: "if (arrival.message.receiveCount > 0)",
    test: "a start > is recorded before the handler runs from the second receive on",
  },
  {
    guarantee: STEP_ONCE,
    sin: "a request that comes again is not recognised",
    file: "core/decide-step.ts",
    from: "item && findRepeat(item, command)",
    to: "undefined as Decision | undefined",
    test: "a request that comes again > finds its event, and is not a conflict with the state that it made",
  },
  {
    guarantee: BACKLOG,
    sin: "the admission door has no hysteresis: it opens as soon as a gauge is under its upper mark",
    file: "core/admission.ts",
    from: "(pressed && value > openAt)",
    to: "false",
    test: "the door > stays closed between the marks, and opens at the lower one",
  },
  {
    guarantee: BACKLOG,
    sin: "the closed door turns away steps of orders that were taken",
    file: "core/take-step.ts",
    from: 'const door = command.step === "create" ?',
    to: "const door = command !== null ?",
    test: "a closed door > lets a step of an order pass, and answers the repeat of an order that was taken",
  },
];
