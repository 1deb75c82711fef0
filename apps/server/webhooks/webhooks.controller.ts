import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../../libs/handling/port.ts';
import { Needs } from '../access/scope.ts';
import { answer, type Answered } from '../http/answers.ts';
import { ApiCommand, ApiProblems } from '../http/api-operation.ts';
import { Caller } from '../http/caller.ts';
import { IdParam } from '../http/id-param.ts';
import { given } from '../http/occurred.ts';
import {
  ChangeWebhookCommand,
  DeleteWebhookCommand,
  RegisterWebhookCommand,
  RotateSecretCommand,
} from './commands.ts';
import { ListWebhooks, ShowWebhook } from './queries.ts';
import { showWebhook, type Shown } from './show.ts';
import {
  ChangeWebhookBody,
  RegisterWebhookBody,
  SecretAnswer,
  WebhookDocument,
  WebhookList,
} from './webhook.dto.ts';

const refusals = '`webhook-target-refused` where the address is not to be reached, `unknown-lifecycle-type`';

@ApiTags('webhooks')
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Needs('admin')
  @HttpCode(200)
  @ApiCommand({
    summary: 'Register a webhook',
    description:
      'From here on, each lifecycle event of these types is posted to the address: a CloudEvent in JSON, signed as Standard Webhooks have it, in order for each lead, at least once.',
    creates: true,
    rules: `\`webhook-exists\` when the id is taken, ${refusals}`,
  })
  @ApiCreatedResponse({ type: SecretAnswer, description: 'It was made; the secret is told this once' })
  async register(
    @Body() body: RegisterWebhookBody,
    @Caller('registerWebhook') caller: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered & { readonly secret: string }> {
    const { id, url, types } = body;
    const result = await this.commands.execute(
      new RegisterWebhookCommand({ url, types, ...given({ id }) }, caller),
    );
    return { ...answer(reply, result, '/v1/webhooks'), secret: result.secret };
  }

  @Get()
  @Needs('admin')
  @ApiOperation({ summary: 'List the webhooks' })
  @ApiOkResponse({ type: WebhookList })
  @ApiProblems({ 503: 'A store is away' })
  async list(): Promise<Shown<WebhookList>> {
    return { data: (await this.queries.execute(new ListWebhooks())).map(showWebhook), nextCursor: null };
  }

  @Get(':id')
  @Needs('admin')
  @ApiOperation({ summary: 'Show a webhook' })
  @ApiParam({ name: 'id', description: 'Webhook', example: 'crm' })
  @ApiOkResponse({ type: WebhookDocument })
  @ApiProblems({ 404: 'There is no such webhook', 503: 'A store is away' })
  async show(@IdParam() id: string): Promise<Shown<WebhookDocument>> {
    return showWebhook(await this.queries.execute(new ShowWebhook(id)));
  }

  @Patch(':id')
  @Needs('admin')
  @ApiCommand({ summary: 'Change, disable or enable a webhook', id: 'Webhook', rules: refusals })
  async change(
    @IdParam() id: string,
    @Body() body: ChangeWebhookBody,
    @Caller('changeWebhook') caller: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    const { url, types, status } = body;
    const command = new ChangeWebhookCommand({ id, ...given({ url, types, status }) }, caller);
    return answer(reply, await this.commands.execute(command), '/v1/webhooks');
  }

  @Delete(':id')
  @Needs('admin')
  @ApiCommand({
    summary: 'Delete a webhook, and what was not delivered with it',
    id: 'Webhook',
    rules: 'None of its own',
  })
  async remove(
    @IdParam() id: string,
    @Caller('deleteWebhook') caller: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered> {
    return answer(reply, await this.commands.execute(new DeleteWebhookCommand(id, caller)), '/v1/webhooks');
  }

  @Post(':id/rotate-secret')
  @Needs('admin')
  @HttpCode(200)
  @ApiCommand({
    summary: 'Replace the secret of a webhook',
    description: 'For a day, deliveries are signed with the old one as well.',
    id: 'Webhook',
    rules: 'None of its own',
  })
  @ApiOkResponse({ type: SecretAnswer })
  async rotate(
    @IdParam() id: string,
    @Caller('rotateWebhookSecret') caller: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered & { readonly secret: string }> {
    const result = await this.commands.execute(new RotateSecretCommand(id, caller));
    return { ...answer(reply, result, '/v1/webhooks'), secret: result.secret };
  }
}
