import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { diskObstacle } from './disk-space.js';

it('a disk with room stands in no browser’s way', () => {
  expect(diskObstacle(tmpdir(), 0)).toBeNull();
});

it('a disk without room is in the way, and tells how much there is', () => {
  expect(diskObstacle(tmpdir(), Number.MAX_SAFE_INTEGER)).toMatchObject({
    reason: 'disk_full',
    detail: expect.stringMatching(/^\d+ MB are free, \d+ MB are needed$/) as string,
  });
});

it('a disk that can’t be asked is in the way as an outage, which never ends in FAILED', () => {
  expect(diskObstacle(join(tmpdir(), 'gone', 'with', 'its', 'disk'), 1)).toMatchObject({
    reason: 'disk_full',
    detail: expect.stringContaining('ENOENT') as string,
  });
});
