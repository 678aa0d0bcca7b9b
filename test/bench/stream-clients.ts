import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { percentile } from './percentile.js';

/** What all clients saw since `begin`. Milliseconds. */
export interface StreamReport {
  readonly frames: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** A frame as it came. */
  readonly sample: string;
}

type Question = { readonly open: number; readonly url: string } | { readonly begin: true } | { readonly report: true };

/** Connections opened at once: a listening socket's queue is not endless. */
const AT_ONCE = 50;

let samples: number[] = [];
let sample = '';

process.on('message', (question: Question) => void answer(question).then((said) => process.send!(said)));
process.on('disconnect', () => process.exit());

async function answer(question: Question): Promise<unknown> {
  if ('open' in question) return openAll(question.url, question.open);
  if ('begin' in question) return ((samples = []), true);
  const report: StreamReport = {
    frames: samples.length,
    p50: percentile(samples, 0.5),
    p99: percentile(samples, 0.99),
    max: samples.reduce((most, ms) => Math.max(most, ms), 0),
    sample,
  };
  return report;
}

async function openAll(url: string, count: number): Promise<true> {
  for (let opened = 0; opened < count; opened += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - opened) }, () => open(url)));
    await delay(1);
  }
  return true;
}

function open(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on('open', resolve);
    socket.on('error', reject);
    socket.on('close', (code) => process.stderr.write(`a connection ended with ${code}\n`));
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      const { topic, at } = JSON.parse(text) as { topic: string; at: string };
      if (topic === 'stream') return;
      samples.push(Date.now() - Date.parse(at));
      sample = text;
    });
  });
}
