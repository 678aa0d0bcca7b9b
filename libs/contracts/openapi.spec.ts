import { describe, expect, it } from 'vitest';
import { describeApi } from './openapi.js';
import { OPERATIONS } from './operations.js';

interface Part {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly description?: string }[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { schema: unknown }>>;
  };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: unknown }>> }>>;
}
const api = JSON.parse(JSON.stringify(describeApi('1.2.3'))) as {
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Part>>>>;
  readonly webhooks: { readonly event: { readonly post: Part } };
  readonly components: { readonly schemas: Readonly<Record<string, { readonly properties?: object }>> };
};
const parts = Object.values(api.paths).flatMap((methods) => Object.values(methods));
const part = (id: string): Part => parts.find(({ operationId }) => operationId === id)!;
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

describe('the description of the API', () => {
  it('has every call, under a tag that is explained', () => {
    expect(parts.map(({ operationId }) => operationId).sort()).toEqual(
      [...Object.keys(OPERATIONS), 'openStream'].sort(),
    );
    const explained = api.tags.map(({ name }) => name);
    for (const { tags } of parts) expect(explained).toEqual(expect.arrayContaining([...tags]));
  });

  it('has no reference that leads nowhere, and no name that nobody refers to', () => {
    const named = Object.keys(api.components.schemas).sort();
    const referred = [...JSON.stringify(api).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, to]) => to,
    );
    expect([...new Set(referred)].sort()).toEqual(named);
    expect(JSON.stringify(api)).not.toContain('$defs');
    for (const [name, shape] of Object.entries(api.components.schemas)) expect(shape, name).toBeTypeOf('object');
  });

  it('says what shapes mean, within names, too', () => {
    expect(JSON.stringify(api.components.schemas['Message'])).toContain('it was deleted for everyone');
    expect(api.components.schemas['Message']?.properties).toMatchObject({
      reactions: { items: ref('Reaction') },
      media: { anyOf: [ref('MessageMedia'), { type: 'null' }] },
    });
    const listed = part('listMessages').responses['200']!.content!['application/json']!.schema;
    expect(listed).toMatchObject({ properties: { items: { items: ref('Message') } } });
  });

  it('tells how a file comes in and goes out, and which bodies may be left out', () => {
    expect(Object.keys(part('uploadMedia').requestBody!.content)).toEqual(['application/json', 'multipart/form-data']);
    expect(part('uploadMedia').requestBody!.content['multipart/form-data']).toMatchObject({
      schema: { required: ['file'] },
    });
    expect(Object.keys(part('downloadMedia').responses['200']!.content!)).toEqual(['application/octet-stream']);
    expect(part('sendMessage').requestBody).toMatchObject({ required: true });
    expect(part('resumeOutbox').requestBody).toMatchObject({ required: false });
  });

  it('describes what Muster tells by itself: the stream, and a webhook’s event with its headers', () => {
    expect(api.paths['/ws']!['get']!.parameters.map(({ name }) => name)).toEqual([
      'topics',
      'accounts',
      'since',
      'format',
    ]);
    const { post } = api.webhooks.event;
    expect(post.requestBody!.content['application/json']!.schema).toEqual(ref('WebhookBody'));
    expect(post.parameters.map(({ name }) => name)).toContain('muster-signature');
  });
});
