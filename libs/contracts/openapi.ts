import type { z } from 'zod';
import { describeShape, describeShapes, type Json, propertiesOf } from './openapi-shapes.js';
import { describeStream, describeWebhooks, TAGS } from './openapi-told.js';
import type { Operation } from './operation.js';
import { OPERATIONS } from './operations.js';
import { problemSchema } from './problem.js';

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
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: { ...paths, ...describeStream() },
    webhooks: describeWebhooks(),
    components: {
      schemas: describeShapes(),
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
    ...(operation.body ? { requestBody: bodyOf(operation.body, operation.otherBodies ?? []) } : {}),
    responses: responsesOf(operation),
  };
}

function parametersOf(place: 'path' | 'query' | 'header', schema: z.ZodType | undefined): readonly Json[] {
  return schema ? propertiesOf(schema).map((property) => ({ ...property, in: place })) : [];
}

/** The only other way in which a body comes is a form with the file as its part `file`. */
const FORM: Json = {
  type: 'object',
  properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
  required: ['file'],
};

function bodyOf(body: z.ZodType, others: readonly string[]): Json {
  const forms = Object.fromEntries(others.map((type) => [type, { schema: FORM }]));
  const required = !body.safeParse(undefined).success;
  return { required, content: { ...json(describeShape(body, 'input')), ...forms } };
}

function responsesOf(operation: Operation): Json {
  const answer = operation.answer === null ? {} : json(describeShape(operation.answer, 'output'));
  const others = Object.fromEntries((operation.otherTypes ?? []).map((type) => [type, {}]));
  const content = { ...answer, ...others };
  const done = Object.keys(content).length > 0 ? { content } : {};
  return {
    [operation.status]: { description: 'Done', ...done },
    ...(operation.downStatus ? { [operation.downStatus]: { description: 'Something is down', ...done } } : {}),
    default: {
      description: ['A problem', ...operation.refusals].join(' · '),
      content: { 'application/problem+json': { schema: describeShape(problemSchema, 'output') } },
    },
  };
}

function json(schema: Json): Json {
  return { 'application/json': { schema } };
}
