import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { RootView } from '#libs/contracts/health';
import type { ConfigurationView } from '#libs/contracts/configuration';
import { describeApi } from '#libs/contracts/openapi';
import { STATELY_PATH } from '#libs/contracts/stream';
import { CONFIGURATION } from '#src/config/configuration';
import { readVersion } from '#src/config/version';
import { Metrics } from '#src/observability/metrics';
import { RuntimeState } from '#src/observability/runtime-state';
import { DOCS_POLICY, renderDocs } from './docs-page.js';

/** What the runtime says of itself. */
@Controller()
export class RuntimeController {
  private readonly version = readVersion();
  private readonly openapi = describeApi(this.version);
  private readonly docs = renderDocs(this.version);
  private readonly stately: string | null;

  constructor(
    private readonly runtime: RuntimeState,
    private readonly metrics: Metrics,
    @Inject(CONFIGURATION) { variables }: ConfigurationView,
  ) {
    const isOn = variables.some(({ name, value }) => name === 'STATELY_INSPECTOR' && value === true);
    this.stately = isOn ? STATELY_PATH : null;
  }

  @Get()
  root(): RootView {
    return { name: 'muster', version: this.version, status: this.runtime.phase, statelyInspector: this.stately };
  }

  @Get('metrics')
  async prometheus(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.type(this.metrics.contentType);
    return this.metrics.print();
  }

  @Get('openapi.json')
  api(): object {
    return this.openapi;
  }

  @Get('docs')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', DOCS_POLICY)
  page(): string {
    return this.docs;
  }
}
