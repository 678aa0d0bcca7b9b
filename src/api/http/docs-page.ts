import { createHash } from 'node:crypto';
import { describeApi } from '#libs/contracts/openapi';
import { PROBLEMS, type ProblemCode } from '#libs/contracts/problem';
import { STATUS_OF } from '../problem.js';

type Json = Readonly<Record<string, unknown>>;
interface Described {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: Json; description?: string }[];
  readonly requestBody?: { readonly content: Json };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Json }>>;
}

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 0.875rem/1.45 ui-monospace, monospace; }
pre { overflow: auto; padding: 0.75rem; border: 1px solid #8886; border-radius: 0.375rem; }
details { border-top: 1px solid #8886; padding: 0.5rem 0; }
summary { cursor: pointer; }
.method { display: inline-block; width: 4.5rem; font-weight: 700; }
table { border-collapse: collapse; }
td, th { text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; }
tr:target { outline: 2px solid; }
`;

/** The page has no script and asks nobody for anything; its one style is allowed by its hash. */
export const DOCS_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/** openapi.json for human eyes, with every problem code explained under its own anchor. */
export function renderDocs(version: string): string {
  const api = describeApi(version) as unknown as {
    tags: readonly { name: string; description: string }[];
    paths: Record<string, Record<string, Described>>;
    webhooks: Record<string, Record<string, Described>>;
    components: { schemas: Json };
  };
  const calls = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ method, path, described })),
  );
  const tagged = api.tags.map(({ name, description }) => {
    const own = calls.filter(({ described }) => described.tags.includes(name));
    return `<h3 id="tag-${name}">${name}</h3><p>${escape(description)}</p>${own.map(renderOperation).join('')}`;
  });
  const told = Object.entries(api.webhooks).map(([name, { post }]) =>
    post ? renderOperation({ method: 'post', path: `your URL: ${name}`, described: post }) : '',
  );
  const schemas = Object.entries(api.components.schemas).map(([name, schema]) => renderSchema(name, schema));
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Muster API</title><style>${style}</style></head>
<body>
<h1>Muster API <small>${escape(version)}</small></h1>
<p>Machines read <a href="/openapi.json">/openapi.json</a>. With keys set, every call but /health/live and /health/ready
needs one: <code>X-Api-Key: …</code> or <code>Authorization: Bearer …</code>.</p>
<h2>Calls</h2>${tagged.join('')}
<h2>Told to webhooks</h2>${told.join('')}
<h2>Shapes</h2>${schemas.join('')}
<h2>Problems</h2><table>${renderProblems()}</table>
</body>
</html>
`;
}

function renderOperation({ method, path, described }: { method: string; path: string; described: Described }): string {
  const parameters = described.parameters.map(
    ({ name, in: place, required, schema, description = '' }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${place}${required ? ', required' : ''}</td><td>${escape(description)} <code>${escape(JSON.stringify(schema))}</code></td></tr>`,
  );
  const responses = Object.entries(described.responses).map(
    ([status, { description, content }]) =>
      `<h4>${status}: ${escape(description)}</h4>${content ? renderJson(content) : ''}`,
  );
  return `<details id="${escape(described.operationId)}">
<summary><span class="method">${method.toUpperCase()}</span><code>${escape(path)}</code> ${escape(described.summary)}</summary>
${described.description ? `<pre>${escape(described.description)}</pre>` : ''}
${parameters.length > 0 ? `<table>${parameters.join('')}</table>` : ''}
${described.requestBody ? `<h4>Body</h4>${renderJson(described.requestBody.content)}` : ''}
${responses.join('')}</details>`;
}

function renderSchema(name: string, schema: unknown): string {
  return `<details id="schema-${escape(name)}"><summary><code>${escape(name)}</code></summary>${renderJson(schema)}</details>`;
}

function renderProblems(): string {
  return (Object.entries(PROBLEMS) as [ProblemCode, string][])
    .map(
      ([code, text]) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${STATUS_OF[code]}</td><td>${escape(text)}</td></tr>`,
    )
    .join('');
}

function renderJson(value: unknown): string {
  return `<pre>${escape(JSON.stringify(value, null, 2))}</pre>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
