import { join } from 'node:path';
import { openCertificate } from './site/certificate.js';
import { createAddressBook } from './groups/address-book.js';
import { type ControlParts } from './control/route.js';
import { startControlServer } from './control/control.js';
import { openDevices } from './login/devices.js';
import { openFiles } from './media/files.js';
import { createFaults } from './faults/faults.js';
import { createGroups } from './groups/groups.js';
import { createJournal } from './journal.js';
import { createNetwork } from './site/network.js';
import { releaseOpenPages, strikeOpenPages } from './session/open-pages.js';
import { type SessionParts } from './session/page-session.js';
import { createPages } from './session/pages.js';
import { createPairing } from './login/pairing.js';
import { createPhones } from './phones/phones.js';
import { createPostOffice } from './messages/post-office.js';
import { startWebServer } from './site/server.js';
import { usualSettings, type Settings } from './settings.js';
import { createTimers } from './timers.js';

export interface SimulatorOptions extends Partial<Settings> {
  /** Port of the HTTPS server; 0 or nothing takes a free one. */
  readonly port?: number;
  /** Port of the control API; 0 or nothing takes a free one. */
  readonly controlPort?: number;
  /** Keeps the certificate and the linked devices; the same folder again is the same WhatsApp again. */
  readonly dataDir: string;
}

export interface Simulator {
  readonly webPort: number;
  readonly controlPort: number;
  /** What a browser needs to take this for web.whatsapp.com: one flag an item, not quoted. */
  readonly chromiumArgs: string[];
  close(): Promise<void>;
}

const HOST = 'web.whatsapp.com';

/** Starts the stand-in of WhatsApp on loopback: the web page for browsers and the control API for whoever plays the phones. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const parts = assemble(options);
  const certificate = openCertificate(options.dataDir, HOST, new Date());
  const web = await startWebServer(options.port ?? 0, certificate, parts);
  const control = await startControlServer(options.controlPort ?? 0, controlOf(parts)).catch(async (error: unknown) => {
    await web.close();
    throw error;
  });
  return {
    webPort: web.port,
    controlPort: control.port,
    chromiumArgs: [
      `--host-resolver-rules=MAP ${HOST} 127.0.0.1:${web.port}`,
      `--ignore-certificate-errors-spki-list=${certificate.spki}`,
    ],
    async close() {
      parts.timers.close();
      await control.close();
      await web.close();
      parts.timers.close(); // a page that left just now may have started one
    },
  };
}

function assemble(options: SimulatorOptions): SessionParts {
  const now = (): Date => new Date();
  const settings: Settings = { ...usualSettings, ...definedOf(options) };
  const journal = createJournal(now);
  const faults = createFaults(({ name }, who) => journal.write({ kind: 'page.fault', ...who, detail: name }));
  const ground = {
    settings,
    timers: createTimers(),
    journal,
    faults,
    network: createNetwork(faults),
    devices: openDevices(join(options.dataDir, 'devices.json'), now),
    pages: createPages(),
    phones: createPhones(),
    groups: createGroups(now),
    files: openFiles(join(options.dataDir, 'media')),
    book: createAddressBook(),
    now,
  };
  const post = createPostOffice(ground);
  return { ...ground, post, pairing: createPairing({ ...ground, post }) };
}

/** An option given as undefined means the usual one. */
function definedOf(options: SimulatorOptions): Partial<Settings> {
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => name in usualSettings && value !== undefined),
  );
}

function controlOf(parts: SessionParts): ControlParts {
  return {
    ...parts,
    onFaultSet: (fault) => strikeOpenPages(fault, parts),
    onFaultsRemoved: () => releaseOpenPages(parts),
    reset() {
      const { journal, faults, phones, post, devices, groups, files, book } = parts;
      for (const part of [journal, faults, phones, post, devices, groups, files, book]) part.clear();
      parts.network.heal();
      for (const page of parts.pages.all()) page.drop();
    },
  };
}
