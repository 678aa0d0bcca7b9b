import { Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import type { MediaView } from '#libs/contracts/media';
import { API_PREFIX } from '#libs/contracts/operation';
import type { OperationInput } from '#libs/contracts/operations';
import { MediaService } from '#src/application/media.service';
import { valueOf } from '../problem.js';
import { isMultipart, readFilePart } from './file-part.js';
import { Input, readInput } from './input.decorator.js';
import { sendMedia } from './media-download.js';

@Controller(API_PREFIX)
export class MediaController {
  constructor(private readonly media: MediaService) {}

  @Post('accounts/:id/media')
  @HttpCode(201)
  async upload(@Req() request: FastifyRequest): Promise<MediaView> {
    if (!isMultipart(request.headers)) {
      const { params, body } = readInput('uploadMedia', request);
      return valueOf(await this.media.add(params.id, body));
    }
    const { params } = readInput('uploadMedia', request, ['params']);
    const { content, mimeType, filename } = await readFilePart(request.body as Readable, request.headers);
    return valueOf(await this.media.upload(params.id, content, mimeType, filename));
  }

  @Get('media/:id')
  async show(@Input('showMedia') { params }: OperationInput<'showMedia'>): Promise<MediaView> {
    return valueOf(await this.media.show(params.id));
  }

  @Get('media/:id/content')
  async download(
    @Input('downloadMedia') { params }: OperationInput<'downloadMedia'>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendMedia(request, reply, valueOf(await this.media.open(params.id)));
  }
}
