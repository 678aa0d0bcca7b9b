import { type z } from 'zod';
import {
  codeOrder,
  journalQuery,
  logoutOrder,
  phoneOrder,
  rotateOrder,
  scanOrder,
  type DeviceView,
} from './control-words.js';
import { aimedDeedOrder, deedOrder, type Deed } from '../faults/deed-words.js';
import { order as orderDeed } from '../faults/deeds.js';
import { type Device } from '../login/devices.js';
import { faultOrder } from '../faults/fault-words.js';
import { aimsAt, FAULTS_MAX } from '../faults/faults.js';
import { type Journal } from '../journal.js';
import { unlink } from '../session/page-session.js';
import { viewPage, whoIs, type Page } from '../session/pages.js';
import { type PairingVerdict } from '../login/pairing.js';
import { phoneRoutes } from '../phones/phone-routes.js';
import {
  done,
  judged,
  ok,
  refused,
  with_,
  withNumber,
  type Answer,
  type ControlParts,
  type Outcome,
  type Refusal,
  type Request,
  type Route,
} from './route.js';

/** The control API: pages, logins, faults and deeds here, what people do with phones in phone-routes.ts. README.md shows each with curl. */
export const routes: readonly Route[] = [
  { method: 'GET', path: /^\/pages$/, act: (_, { pages }) => ok({ items: pages.all().map(viewPage) }) },
  {
    method: 'GET',
    path: /^\/devices$/,
    act: (_, parts) => ok({ items: parts.devices.list().map((one) => viewDevice(one, parts)) }),
  },
  { method: 'POST', path: /^\/pages\/([^/]+)\/rotate-qr$/, act: rotateQr },
  {
    method: 'POST',
    path: /^\/scan$/,
    act: with_(scanOrder, (order, { pairing }) => paired(pairing.scan(order.qr, order.number, order.pushname))),
  },
  {
    method: 'POST',
    path: /^\/enter-code$/,
    act: with_(codeOrder, (order, { pairing }) => paired(pairing.enterCode(order.code, order.number))),
  },
  { method: 'GET', path: /^\/phones\/([^/]+)$/, act: withNumber((number, _, { phones }) => ok(phones.get(number))) },
  { method: 'PUT', path: /^\/phones\/([^/]+)$/, act: withNumber(setPhone) },
  ...phoneRoutes,
  { method: 'POST', path: /^\/logout$/, act: with_(logoutOrder, logOut) },
  {
    method: 'GET',
    path: /^\/journal$/,
    act: ({ query }, parts) => judged(journalQuery, query, (filter) => ok({ items: parts.journal.read(filter) })),
  },
  { method: 'GET', path: /^\/faults$/, act: (_, { faults }) => ok({ items: faults.list() }) },
  { method: 'POST', path: /^\/faults$/, act: with_(faultOrder, setFault) },
  { method: 'DELETE', path: /^\/faults$/, act: clearFaults },
  { method: 'DELETE', path: /^\/faults\/([^/]+)$/, act: removeFault },
  { method: 'POST', path: /^\/pages\/([^/]+)\/do$/, act: doOnPage },
  { method: 'POST', path: /^\/do$/, act: with_(aimedDeedOrder, doOnPagesOf) },
  { method: 'POST', path: /^\/reset$/, act: (_, { reset }) => (reset(), done) },
];

const pageUnknown = refused(404, 'page_unknown', 'no such page is open: GET /pages lists them');

function rotateQr({ params, body }: Request, { pages, pairing }: ControlParts): Outcome {
  return judged(rotateOrder, body, ({ idle }) => {
    const page = pages.get(params[0] ?? '');
    if (page === undefined) return pageUnknown;
    if (page.ref === null) return refused(409, 'no_qr', 'this page shows no QR now');
    if (idle) pairing.runOut(page);
    else pairing.rotate(page);
    return ok(viewPage(page));
  });
}

const pairingRefusals: Readonly<Record<Extract<PairingVerdict, { ok: false }>['why'], Refusal>> = {
  qr_not_shown: { status: 404, code: 'qr_not_shown', detail: 'no open page shows this QR now; it may have rotated' },
  code_unknown: { status: 404, code: 'code_unknown', detail: 'no open page shows this code now' },
  code_for_another_number: {
    status: 409,
    code: 'code_for_another_number',
    detail: 'the code was asked for another number',
  },
};

function paired(verdict: PairingVerdict): Answer {
  return verdict.ok ? ok({ page: verdict.page }, 202) : { refusal: pairingRefusals[verdict.why] };
}

function setPhone(number: string, body: unknown, { phones, pairing }: ControlParts): Outcome {
  return judged(phoneOrder, body, (order) => {
    const phone = phones.set(number, order);
    if (order.scansNewQr === true) pairing.lookAround();
    return ok(phone);
  });
}

function logOut({ device, number, mode }: z.output<typeof logoutOrder>, parts: ControlParts): Answer {
  const targets = parts.devices
    .list()
    .filter((one) => one.unlinked === null && (one.id === device || one.number === number));
  if (targets.length === 0) return refused(404, 'device_unknown', 'no linked device is meant: GET /devices lists them');
  for (const target of targets) {
    unlink(target, 'phone', parts);
    for (const page of parts.pages.ofDevice(target.id)) {
      page.device = null;
      page.tell({ type: 'logout', mode });
    }
  }
  return ok({ items: targets.map((one) => one.id) });
}

function setFault(fault: z.output<typeof faultOrder>, { faults, onFaultSet }: ControlParts): Answer {
  const view = faults.set(fault);
  if (view === undefined) return refused(409, 'too_many_faults', `${FAULTS_MAX} faults are set: clear some`);
  onFaultSet(view);
  return ok(view, 201);
}

function clearFaults(_: Request, { faults, onFaultsRemoved }: ControlParts): Answer {
  faults.clear();
  onFaultsRemoved();
  return done;
}

function removeFault({ params }: Request, { faults, onFaultsRemoved }: ControlParts): Answer {
  if (faults.remove(params[0] ?? '') === undefined) {
    return refused(404, 'fault_unknown', 'no such fault is set: GET /faults lists them');
  }
  onFaultsRemoved();
  return done;
}

function doOnPage({ params, body }: Request, { pages, journal }: ControlParts): Outcome {
  return judged(deedOrder, body, (deed) => {
    const page = pages.get(params[0] ?? '');
    return page === undefined ? pageUnknown : tellToDo([page], deed, journal);
  });
}

function doOnPagesOf(
  { number, device, ...deed }: z.output<typeof aimedDeedOrder>,
  { pages, journal }: ControlParts,
): Answer {
  const open = pages.all().filter((page) => aimsAt({ number, device }, whoIs(page)));
  if (open.length === 0) return refused(409, 'nothing_open', 'this number or device has no page open now');
  return tellToDo(open, deed, journal);
}

function tellToDo(open: readonly Page[], deed: Deed, journal: Journal): Answer {
  for (const page of open) orderDeed(page, deed, journal);
  return ok({ items: open.map(({ id }) => id) }, 202);
}

function viewDevice({ id, number, pushname, linkedAt, unlinked }: Device, { pages }: ControlParts): DeviceView {
  return { id, number, pushname, linkedAt, unlinked, connected: pages.ofDevice(id).length > 0 };
}
