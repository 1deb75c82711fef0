import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { MongoBulkWriteError, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';
import { isAway, isDuplicateKey, isMissingCollection } from './server-errors.ts';

const answered = (code: number, labels: readonly string[] = []): MongoServerError =>
  new MongoServerError({ message: `code ${code}`, code, errorLabels: [...labels] });

describe('what a server answers', () => {
  it('is told by its code, because servers word the text in their own ways', () => {
    expect(isDuplicateKey(answered(11_000))).toBe(true);
    expect(isDuplicateKey(new Error('E11000 duplicate key'))).toBe(false);
    expect(isMissingCollection(answered(26))).toBe(true);
    expect(isMissingCollection(answered(11_000))).toBe(false);
  });

  it('is a duplicate key in a bulk write, too', () => {
    const bulk = new MongoBulkWriteError({ message: 'E11000', code: 11_000, writeErrors: [] }, {} as never);
    expect(isDuplicateKey(bulk)).toBe(true);
  });

  it.each([
    [1, 'a server whose own database is away'],
    [18, 'a user who can’t be looked up'],
    [91, 'a shutdown'],
    [189, 'another primary'],
    [10_107, 'a server that is not the primary'],
    [11_600, 'an interruption by a shutdown'],
    [13_436, 'a server that is not ready'],
  ])('with code %d says that the server is away: %s', code => {
    expect(isAway(answered(code))).toBe(true);
  });

  it('says so too where the driver would have tried again', () => {
    expect(isAway(answered(4_711, ['RetryableWriteError']))).toBe(true);
  });

  it.each([
    [2, 'a value that it does not take'],
    [26, 'a collection that is not there'],
    [11_000, 'a duplicate key'],
    [121, 'a document that was refused'],
  ])('with code %d is an answer: %s', code => {
    expect(isAway(answered(code))).toBe(false);
  });

  it('is none where the driver did not reach it', () => {
    expect(isAway(new MongoNetworkError('connection 3 to 127.0.0.1:27017 closed'))).toBe(true);
    expect(isAway(new MongoServerSelectionError('nobody', {} as never))).toBe(true);
    expect(isAway(new TypeError('a defect of ours'))).toBe(false);
  });

  it('is none where the socket’s own error comes through, and another system call’s is no answer of a server', async () => {
    const server = createServer(socket => socket.resetAndDestroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [lost] = (await once(socket, 'error').catch((error: unknown) => [error])) as readonly [unknown];
    server.close();
    expect(lost).toMatchObject({ code: 'ECONNRESET' });
    expect(isAway(lost)).toBe(true);
    const file: unknown = await open('/nowhere').catch((error: unknown) => error);
    expect(file).toMatchObject({ code: 'ENOENT' });
    expect(isAway(file)).toBe(false);
  });
});
