/**
 * How often each kind of fault must be dealt in 5,000 worlds. A run that met a fault less often has
 * not tried it, whatever it found.
 */
export const MINIMUM_HITS: Readonly<Record<string, number>> = {
  "client:lostAnswer": 500,
  "client:crash": 500,
  "client:twice": 500,
  "client:late": 500,
  "wrong:asks": 200,
  "door:missed": 200,
  "door:blind": 200,
  "door:changed": 200,
  "door:unreadable": 200,
  "door:closed": 200,
  "door:open": 200,
  "door:refused": 200,
  "store:throttle": 500,
  "store:lostReply": 500,
  "store:conflict": 500,
  "publish:throttle": 2_000,
  "publish:lostReply": 2_000,
  "publish:crash": 500,
  "publish:differentBody": 100,
  "publish:outage6": 200,
  "publish:outage16": 200,
  "deliver:delay": 2_000,
  "deliver:undeliverable": 200,
  "deliver:twice": 500,
  "subscribe:late": 100,
  "receive:fewer": 2_000,
  "receive:lapse": 1_000,
  "remove:fails": 1_000,
  "remove:lostReply": 1_000,
  "sqs:denyAll": 200,
  "invoke:throttled": 1_000,
  "invoke:crashBefore": 500,
  "invoke:crashBetween": 500,
  "invoke:crashAfter": 500,
  "invoke:zombie": 500,
  "invoke:lostResponse": 500,
  "invoke:malformed": 100,
  "ledger:throttle": 2_000,
  "ledger:lostReply": 1_000,
  "ledger:conflict": 500,
  "ledger:stale": 500,
  "facts:throttle": 100,
  "facts:lostReply": 100,
  "facts:fails": 100,
  "data:poison": 500,
  "data:unknownVersion": 100,
  "calm:due": 200,
  "calm:dead": 60,
  "real:inventory": 300,
  "real:loyalty": 300,
  "real:recommendation": 300,
  "real:warehouse": 300,
  "real:fraud": 300,
  "real:otherwise": 400,
  "together:committed": 500,
  "together:cancelled": 20,
  "together:events": 500,
  "ttl:early": 50,
  "ttl:late": 50,
};

/** The kinds that were dealt too rarely, each with what was due for so many worlds. */
export const tooRare = (
  faults: Readonly<Record<string, number>>,
  worlds: number,
): readonly string[] =>
  Object.entries(MINIMUM_HITS).flatMap(([name, minimum]) => {
    const due = Math.floor((minimum * worlds) / 5_000);
    const hits = faults[name] ?? 0;
    return hits < due ? [`${name}: ${hits} of ${due}`] : [];
  });
