import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { endOf } from './engine-process.js';

describe('the end of a host', () => {
  const started = (): ChildProcess => Object.assign(new EventEmitter(), { connected: false }) as never;

  it('is told by the system alone: an error of the line before it is not the end', async () => {
    const child = started();
    const end = endOf(child);
    child.on('error', () => undefined); // told in the log
    child.emit('error', new Error('the line failed'));
    child.emit('exit', null, 'SIGKILL');
    expect(await end).toBe('SIGKILL');
  });

  it('is told by its exit code when it went by itself', async () => {
    const child = started();
    const end = endOf(child);
    child.emit('exit', 1, null);
    expect(await end).toBe('exit code 1');
  });
});
