import { z } from 'zod';
import { accountSchema, commandedAccountSchema } from './account.js';
import { checkSchema, healthSchema } from './health.js';
import { messageSchema } from './message.js';
import type { Operation } from './operation.js';
import { OPERATIONS } from './operations.js';
import { problemSchema } from './problem.js';

type Json = Readonly<Record<string, unknown>>;

/** Shapes that earn a name in the document; all others are written where they are used. */
const named: readonly (readonly [string, z.ZodType])[] = [
  ['Account', accountSchema],
  ['CommandedAccount', commandedAccountSchema],
  ['Message', messageSchema],
  ['Health', healthSchema],
  ['Check', checkSchema],
  ['Problem', problemSchema],
];

/** The API as an OpenAPI 3.1 document, made from the same table as server and client. */
export function describeApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = describeOperation(name, operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Muster',
      version,
      description: 'Keeps every messaging account answering the roll-call.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ apiKey: [] }, { bearer: [] }, {}],
    paths,
    components: {
      schemas: Object.fromEntries(named.map(([name, schema]) => [name, plainSchema(schema, 'output')])),
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

function describeOperation(operationId: string, operation: Operation): Json {
  return {
    operationId,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.open ? { security: [] } : {}),
    parameters: [
      ...parametersOf('path', operation.params),
      ...parametersOf('query', operation.query),
      ...parametersOf('header', operation.headers),
    ],
    ...(operation.body ? { requestBody: { required: true, content: json(plainSchema(operation.body, 'input')) } } : {}),
    responses: responsesOf(operation),
  };
}

function parametersOf(place: 'path' | 'query' | 'header', schema: z.ZodType | undefined): readonly Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = plainSchema(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }));
}

function responsesOf(operation: Operation): Json {
  const answer = operation.answer === null ? {} : json(reference(operation.answer));
  const others = Object.fromEntries((operation.otherTypes ?? []).map((type) => [type, {}]));
  const content = { ...answer, ...others };
  const done = Object.keys(content).length > 0 ? { content } : {};
  return {
    [operation.status]: { description: 'Done', ...done },
    ...(operation.downStatus ? { [operation.downStatus]: { description: 'Something is down', ...done } } : {}),
    default: {
      description: ['A problem', ...operation.refusals].join(' · '),
      content: { 'application/problem+json': { schema: reference(problemSchema) } },
    },
  };
}

function reference(schema: z.ZodType): Json {
  const known = named.find(([, candidate]) => candidate === schema);
  return known ? { $ref: `#/components/schemas/${known[0]}` } : plainSchema(schema, 'output');
}

function json(schema: Json): Json {
  return { 'application/json': { schema } };
}

/**
 * JSON Schema without definitions of its own, which would point at the root of the whole document. Only `z.json()`
 * makes any: it is recursive, and "any JSON" says the same.
 */
function plainSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _schema, $defs: _defs, ...rest } = z.toJSONSchema(schema, { io });
  return withoutDefinitions(rest) as Json;
}

function withoutDefinitions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefinitions);
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value) return { description: 'any JSON value' };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutDefinitions(inner)]));
}
