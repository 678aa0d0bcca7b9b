import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { FAULT_SECTIONS, type FaultRow, type FaultSection, rowsOf } from './fault-table.js';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const specOf = (section: FaultSection): string => `test/scenarios/${section}.spec.ts`;

describe('the table of faults', () => {
  it('stands whole in the README (npm run draw renews it)', async () => {
    await expect(await renewed()).toMatchFileSnapshot('README.md');
  });

  it.each(FAULT_SECTIONS)('has each fault of %s told once, or says why not', (section) => {
    const played = existsSync(join(ROOT, specOf(section))) ? titlesIn(read(specOf(section))) : [];
    const mustBe = rowsOf(section).filter(({ told }) => told === undefined);
    expect([...played].sort()).toEqual(mustBe.map(({ fault }) => fault).sort());
  });

  it('points only at tests that are there', () => {
    const pointers = FAULT_SECTIONS.flatMap(rowsOf).flatMap(({ told }) => (told && 'file' in told ? [told] : []));
    expect(pointers.filter(({ file, title }) => !read(file).includes(title))).toEqual([]);
  });
});

function titlesIn(spec: string): readonly string[] {
  return [...spec.matchAll(/^\s*scenario\(\s*'([^']+)'/gm)].map(([, title]) => title ?? '');
}

/** The README with the table made anew, as `npm run format` leaves it. */
async function renewed(): Promise<string> {
  const file = 'test/scenarios/README.md';
  const text = read(file);
  const [begin, end] = ['<!-- faults -->', '<!-- /faults -->'];
  const whole = `${text.slice(0, text.indexOf(begin))}${begin}\n\n${table()}\n\n${text.slice(text.indexOf(end))}`;
  return format(whole, { ...(await resolveConfig(join(ROOT, file))), filepath: file });
}

function table(): string {
  return FAULT_SECTIONS.map((section) => {
    const rows = rowsOf(section).map((row) => `| ${row.fault} | ${row.ending} | ${placeOf(section, row)} |`);
    return [`### ${section}`, '', '| fault | ends | told |', '| --- | --- | --- |', ...rows].join('\n');
  }).join('\n\n');
}

function placeOf(section: FaultSection, { told }: FaultRow): string {
  if (told === undefined) return `[${section}.spec.ts](${section}.spec.ts)`;
  return 'file' in told ? `[${told.title}](../../${told.file})` : `not here: ${told.why}`;
}
