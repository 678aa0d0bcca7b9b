import { Controller, Get, Headers, HttpCode, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import qrcode from 'qrcode';
import { API_PREFIX } from '#libs/contracts/operation';
import type { OperationInput } from '#libs/contracts/operations';
import type { PairingCodeView } from '#libs/contracts/pairing';
import { AccountsService } from '#src/application/accounts.service';
import { ProblemError, valueOf } from '../problem.js';
import { bestType } from './accept.js';
import { Input } from './input.decorator.js';

const qrTypes = ['application/json', 'image/png', 'image/svg+xml'] as const;
/** Quiet zone of four modules, as scanners want it; eight pixels a module is sharp on any screen. */
const picture = { errorCorrectionLevel: 'L', margin: 4, scale: 8 } as const;

@Controller(`${API_PREFIX}/accounts/:id`)
export class PairingController {
  constructor(private readonly accounts: AccountsService) {}

  @Get('qr')
  async qr(
    @Input('showQr') { params }: OperationInput<'showQr'>,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const type = bestType(accept, qrTypes);
    if (type === null) throw new ProblemError('not_acceptable', { detail: `Offered: ${qrTypes.join(', ')}.` });
    const view = valueOf(await this.accounts.qr(params.id));
    void reply.type(type).header('vary', 'accept');
    if (type === 'image/png') return qrcode.toBuffer(view.qr, picture);
    if (type === 'image/svg+xml') return qrcode.toString(view.qr, { ...picture, type: 'svg' });
    return view;
  }

  @Post('pairing-code')
  @HttpCode(200)
  async pairingCode(
    @Input('requestPairingCode') { params, body }: OperationInput<'requestPairingCode'>,
  ): Promise<PairingCodeView> {
    return valueOf(await this.accounts.pairingCode(params.id, body.phone));
  }
}
