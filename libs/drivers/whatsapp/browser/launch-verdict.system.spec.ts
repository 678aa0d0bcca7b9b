import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { profileOf } from '../login/profile.js';
import { judgeLaunch } from './launch-verdict.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'launch-verdict-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function judge(script: string, profile: Parameters<typeof judgeLaunch>[1] = null) {
  const path = join(folder, 'a-browser');
  writeFileSync(path, script, { mode: 0o755 });
  return judgeLaunch({ path, kind: 'shell' }, profile, [], new AbortController().signal);
}

describe('a browser that did not start', () => {
  it.each([
    ['has no loader', '#!/no/such/loader\n'],
    ['lacks a library', '#!/bin/sh\nexit 127\n'],
  ])('is missing when it %s', async (_how, script) => {
    expect(await judge(script)).toMatchObject({ reason: 'browser_missing' });
  });

  it('is not missing because the machine is too busy for its version', { timeout: 30_000 }, async () => {
    expect(await judge('#!/bin/sh\nexec sleep 60\n')).toMatchObject({ reason: 'driver_error' });
  });

  it.each([
    ['shows a page on an empty profile', 'echo "<html></html>"', 'profile_damaged'],
    ['shows one, and breaks on its way out', 'echo "<html></html>"; kill -TRAP $$', 'profile_damaged'],
    ['shows none there either', 'exit 1', 'driver_error'],
  ])('is judged by whether it %s', async (_how, onEmpty, reason) => {
    const script = `#!/bin/sh\ncase "$*" in --version) exit 0 ;; esac\n${onEmpty}\n`;
    expect(await judge(script, profileOf(folder, 'alice'))).toMatchObject({ reason });
  });
});
