import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * Our sources as plain JavaScript in a folder of a test, for programs that the test starts and kills: Node 20 reads no
 * TypeScript, and `dist` may be stale. Nothing is type-checked here.
 */
export async function layOutSources(dir: string, folders: readonly string[]): Promise<void> {
  const imports = { '#libs/*': './libs/*.js', '#src/*': './src/*.js' };
  await writeFile(join(dir, 'package.json'), JSON.stringify({ type: 'module', imports }));
  await symlink(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
  for (const folder of folders) {
    const names = await readdir(join(ROOT, folder), { recursive: true });
    for (const name of names.filter((n) => n.endsWith('.ts') && !n.endsWith('.spec.ts')))
      await layOut(join(folder, name), dir);
  }
}

async function layOut(file: string, dir: string): Promise<void> {
  const { outputText } = ts.transpileModule(await readFile(join(ROOT, file), 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, experimentalDecorators: true },
  });
  const target = join(dir, file.replace(/\.ts$/, '.js'));
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, outputText);
}
