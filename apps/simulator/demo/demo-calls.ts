import type { IncomingMessage, ServerResponse } from 'node:http';
import { MusterApiError } from '#libs/client/api-error';
import { ControlRefusal } from '../control/control-client.js';
import { isForeign } from '../control/foreign-page.js';
import { readBody, writeAnswer } from '../control/json-http.js';
import { type Answer, done, judged, ok, type Outcome, refused } from '../control/route.js';
import type { Receive } from './demo-door.js';
import { CUSTOMER, type PhoneParts, scanCode, typeCode, viewCustomer, viewPhones } from './demo-phones.js';
import type { Strikes } from './demo-strikes.js';
import { type DemoRefusal, type DemoView, scanOrder, strikeOrder, writeOrder } from './demo-words.js';

export interface CallParts extends PhoneParts {
  readonly strikes: Strikes;
  readonly story: () => DemoView['story'];
  /** Somebody has the panel open. */
  readonly looked: () => void;
  /** Somebody plays, so that the story must not. */
  readonly takenOver: () => void;
}

type Call = (body: unknown, parts: CallParts) => Outcome;

/** All that the panel may ask, by method and address. */
const CALLS: Readonly<Record<string, Call>> = {
  'GET /demo/state': (_, parts) => showState(parts),
  'POST /demo/strikes': (body, parts) => judged(strikeOrder, body, (order) => strike(order, parts)),
  'POST /demo/scan': (body, parts) => judged(scanOrder, body, ({ account }) => scan(account, parts)),
  'POST /demo/type': (body, parts) => judged(scanOrder, body, ({ account }) => type(account, parts)),
  'POST /demo/write': (body, parts) => judged(writeOrder, body, (order) => write(order, parts)),
};

/** Answers the panel, and nobody but a page that came from here: some of these calls end processes. */
export function answerPanel(parts: CallParts): Receive {
  return (request, response) => void serve(request, response, parts);
}

async function serve(request: IncomingMessage, response: ServerResponse, parts: CallParts): Promise<void> {
  const answer = await handle(request, parts).catch((error: unknown) => refusalOf(error));
  writeAnswer(response, answer);
}

async function handle(request: IncomingMessage, parts: CallParts): Promise<Answer> {
  if (isForeign(request.headers)) return refused(403, 'foreign_caller', 'a page of another site may not call this');
  const call = CALLS[`${request.method} ${(request.url ?? '').split('?', 1)[0]}`];
  if (call === undefined) return refused(404, 'not_found', 'the demo has no such call');
  const body = await readBody(request);
  return body.ok ? call(body.value, parts) : refused(body.status, body.code, body.detail);
}

/** What Muster or the stand-in refused, or that they did not answer. */
function refusalOf(error: unknown): Answer {
  if (error instanceof MusterApiError) {
    const { status, code, detail } = error.problem;
    return status === 404 ? refuse('account_unknown') : refused(status, code, detail ?? code);
  }
  if (error instanceof ControlRefusal) return refused(error.status, error.code, error.message);
  return refused(503, 'unanswered', error instanceof Error ? error.message : String(error));
}

async function showState(parts: CallParts): Promise<Answer> {
  parts.looked();
  const [phones, customer] = await Promise.all([viewPhones(parts), viewCustomer(parts)]);
  return ok({ story: parts.story(), phones, customer, strikes: parts.strikes.list() } satisfies DemoView);
}

async function strike(order: Parameters<Strikes['play']>[0], parts: CallParts): Promise<Answer> {
  parts.takenOver();
  const outcome = await parts.strikes.play(order);
  return outcome.ok ? ok(outcome.strike, 202) : refuse(outcome.why);
}

async function scan(id: string, parts: CallParts): Promise<Answer> {
  const outcome = await scanCode(await parts.client.accounts.get(id), parts);
  return outcome.ok ? done : refuse(outcome.why);
}

async function type(id: string, parts: CallParts): Promise<Answer> {
  const outcome = await typeCode(await parts.client.accounts.get(id), parts);
  return outcome.ok ? done : refuse(outcome.why);
}

async function write({ account, text }: { account: string; text: string }, parts: CallParts): Promise<Answer> {
  const to = parts.numberOf(await parts.client.accounts.get(account));
  await parts.control.sendIn({ from: CUSTOMER, to, text });
  return done;
}

const DETAILS: Readonly<Record<DemoRefusal, string>> = {
  not_connected: 'the account is not connected: there is nothing to break',
  just_linked: 'the account was linked a moment ago: its browser writes the login to disk within 7 seconds',
  nothing_to_strike: 'there was nothing to strike at this moment',
  no_code: 'no code is shown at this moment',
  account_unknown: 'there is no such account',
};

function refuse(why: DemoRefusal): Answer {
  return refused(why === 'account_unknown' ? 404 : 409, why, DETAILS[why]);
}
