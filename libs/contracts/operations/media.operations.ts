import { fenceHeaders } from '../account-manager/fence.js';
import { mediaSchema, uploadMediaSchema } from '../media.js';
import { API_PREFIX, type Operation } from '../operation.js';
import { ACCOUNT, accountParams, idParams } from './paths.js';

export const MEDIA_OPERATIONS = {
  uploadMedia: {
    method: 'POST',
    path: `${ACCOUNT}/media`,
    tag: 'media',
    summary:
      'Stores a file for messages of this account: multipart/form-data (part `file`), base64, or a URL to fetch.',
    params: accountParams,
    headers: fenceHeaders,
    fence: 'if_given',
    body: uploadMediaSchema,
    otherBodies: ['multipart/form-data'],
    status: 201,
    answer: mediaSchema,
    refusals: [
      'account_not_found',
      'lease_over',
      'media_too_large',
      'media_unreachable',
      'target_forbidden',
      'unsupported_media_type',
      'disk_full',
      'busy',
      'store_unavailable',
    ],
  },
  showMedia: {
    method: 'GET',
    path: `${API_PREFIX}/media/{id}`,
    tag: 'media',
    summary: 'Describes a file, uploaded or received.',
    params: idParams,
    status: 200,
    answer: mediaSchema,
    refusals: ['media_not_found', 'store_unavailable'],
  },
  downloadMedia: {
    method: 'GET',
    path: `${API_PREFIX}/media/{id}/content`,
    tag: 'media',
    summary: 'The bytes of a file; answers range requests.',
    params: idParams,
    status: 200,
    answer: null,
    otherTypes: ['application/octet-stream'],
    refusals: ['media_not_found', 'range_not_satisfiable', 'store_unavailable'],
  },
} as const satisfies Record<string, Operation>;
